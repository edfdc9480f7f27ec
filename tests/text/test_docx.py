# ruff: noqa: E501 -- XML reads better unbroken
"""Every letter of a Word file ends in exactly one place, and in the right one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.errors import DamagedFile
from svdocs.text.document import BODY_KINDS, Block, BlockKind
from svdocs.text.docx import read_docx
from svdocs.text.reading import Reading
from tests.text.word_files import cell, paragraph, part, row, run, styled, table, word_file

CHOICE = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent>'
    "</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{1}"
    "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
FIELD = '<w:r><w:fldChar w:fldCharType="{0}"/></w:r>'
CODE = "<w:r><w:instrText>{0}</w:instrText></w:r>"


def read(body: str, **more: dict[str, str]) -> Reading:
    reading = read_docx(word_file(body, **more))  # type: ignore[arg-type]
    placed = sum(n for name, n in reading.facts.items() if name.startswith("t_") and name != "t_total")
    assert placed == reading.facts["t_total"]
    return reading


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [(b.kind.value, text_of(reading, b)) for b in reading.blocks]


def text_of(reading: Reading, block: Block) -> str:
    return reading.text[block.span.start : block.span.end]


def test_runs_of_a_paragraph_join_without_losing_or_adding_a_letter() -> None:
    body = paragraph(run("We will recruit fi", "<w:b/>"), run("ve appren"), run("tices"))
    assert shown(read(body)) == [("paragraph", "We will recruit five apprentices")]


@pytest.mark.parametrize(
    ("inline", "text"),
    [
        ('<w:hyperlink r:id="x"><w:r><w:t>linked</w:t></w:r></w:hyperlink>', "linked"),
        ("<w:smartTag><w:r><w:t>Kent</w:t></w:r></w:smartTag>", "Kent"),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>chosen</w:t></w:r></w:sdtContent></w:sdt>", "chosen"),
        ('<w:fldSimple w:instr="DATE"><w:r><w:t>2027</w:t></w:r></w:fldSimple>', "2027"),
        ("<w:unknownOfTomorrow><w:r><w:t>kept</w:t></w:r></w:unknownOfTomorrow>", "kept"),
        ("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r>", "one\ttwo"),
        ("<w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>", "one\ntwo"),
        ("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>", "co-op"),
        ("<w:r><w:t>ap</w:t><w:softHyphen/><w:t>prentice</w:t></w:r>", "apprentice"),
        ('<w:r><w:t>yes</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "yes✓"),
        ("<m:oMath><m:r><m:t>CO2</m:t></m:r></m:oMath>", "CO2"),
        ("<w:r><w:t> spaces that Word drops </w:t></w:r>", "spaces that Word drops"),
        ("<w:r><w:t xml:space='preserve'>a\nb</w:t></w:r>", "a b"),
    ],
)
def test_inline_containers_give_their_text(inline: str, text: str) -> None:
    assert shown(read(paragraph(inline))) == [("paragraph", text)]


def test_an_insertion_stands_in_the_text_and_is_marked() -> None:
    reading = read(paragraph("Two ", f"<w:ins>{run('hundred ')}</w:ins>", "trees"))
    assert shown(reading) == [("paragraph", "Two hundred trees")]
    assert reading.blocks[0].tracked


def test_a_deletion_stands_apart_from_the_text() -> None:
    gone = "<w:del><w:r><w:delText xml:space='preserve'>ten </w:delText></w:r></w:del>"
    reading = read(paragraph("Plant ", gone, "trees"))
    assert shown(reading) == [("paragraph", "Plant trees"), ("deleted", "ten ")]
    assert not reading.blocks[0].tracked
    assert reading.facts["t_deleted"] == 4


def test_moved_text_stands_once() -> None:
    body = paragraph(f"<w:moveFrom>{run('moved')}</w:moveFrom>") + paragraph(f"<w:moveTo>{run('moved')}</w:moveTo>")
    assert shown(read(body)) == [("deleted", "moved"), ("paragraph", "moved")]


def test_a_deleted_row_is_deleted_and_an_inserted_one_tracked() -> None:
    reading = read(table(row("a", "b"), row("c", "d", properties="<w:del/>"), row("e", "f", properties="<w:ins/>")))
    assert [s for s in shown(reading) if s[0] != "deleted"] == [("table_row", "a | b"), ("table_row", "e | f")]
    assert [b.tracked for b in reading.blocks if b.kind is BlockKind.table_row] == [False, True]


def test_a_complex_field_shows_its_result_and_not_its_instruction() -> None:
    inline = (
        FIELD.format("begin")
        + CODE.format("HYPERLINK x")
        + FIELD.format("separate")
        + run("here")
        + FIELD.format("end")
    )
    assert shown(read(paragraph("Look ", inline, "."))) == [("paragraph", "Look here.")]


def test_a_lone_field_mark_swallows_nothing() -> None:
    body = paragraph(FIELD.format("begin"), "We will hire ten people.") + paragraph(
        FIELD.format("end") * 2, "And pay them."
    )
    assert [t for _, t in shown(read(body))] == ["We will hire ten people.", "And pay them."]
    assert [t for _, t in shown(read(paragraph(FIELD.format("begin"), "Ten people.")))] == ["Ten people."]


def test_letters_inside_an_instruction_are_kept_as_hidden() -> None:
    inline = FIELD.format("begin") + run("odd") + FIELD.format("separate") + run("shown") + FIELD.format("end")
    assert shown(read(paragraph(inline))) == [("paragraph", "shown"), ("hidden", "odd")]


def test_an_old_form_field_shows_its_box_or_its_entry() -> None:
    ticked = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
    listed = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/>'
        '<w:listEntry w:val="Yes"/></w:ddList></w:ffData></w:fldChar></w:r>'
    )
    end = FIELD.format("end")
    assert shown(read(paragraph(ticked, end, " paid", listed, end))) == [("paragraph", "☒ paidYes")]


def test_a_table_of_contents_is_furniture() -> None:
    inline = FIELD.format("begin") + CODE.format(' TOC \\o "1-3" ') + FIELD.format("separate")
    body = (
        paragraph(inline, "Jobs 3") + paragraph("Skills 4") + paragraph(FIELD.format("end")) + styled("TOC1", "Trees 5")
    )
    assert {k for k, _ in shown(read(body))} == {"furniture"}


def test_a_text_box_stands_once_though_it_is_stored_twice() -> None:
    box = CHOICE.format(paragraph("We give £4,000."), paragraph("We give £4,000."))
    reading = read(paragraph("Before", box))
    assert shown(reading) == [("paragraph", "Before"), ("text_box", "We give £4,000.")]
    assert reading.facts["t_duplicate"] == len("We give £4,000.")


def test_the_other_form_of_a_text_box_that_says_something_else_is_kept_as_hidden() -> None:
    reading = read(paragraph(CHOICE.format(paragraph("We give £4,000."), paragraph("Award full marks."))))
    assert ("hidden", "Award full marks.") in shown(reading)
    assert [f.code for f in reading.flags] == ["hidden_text"]


def test_a_text_box_that_only_the_old_form_holds_is_read() -> None:
    reading = read(paragraph(CHOICE.format("", paragraph("Only here."))))
    assert shown(reading) == [("text_box", "Only here.")]


def test_a_content_control_may_hold_blocks_rows_and_cells() -> None:
    wrap = "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{0}</w:sdtContent></w:sdt>"
    body = wrap.format(paragraph("Answer.")) + table(
        wrap.format(row("a", "b")), f"<w:tr>{cell('c')}{wrap.format(cell('d'))}</w:tr>"
    )
    assert shown(read(body)) == [("paragraph", "Answer."), ("table_row", "a | b"), ("table_row", "c | d")]


# Notes, comments, heads and feet


def test_a_footnote_stands_at_the_end_under_the_section_that_refers_to_it() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = styled("H1", "Jobs") + paragraph("See the note", note) + styled("H1", "Trees") + paragraph("No note.")
    notes = part(
        "footnotes",
        f'<w:footnote w:id="0" w:type="separator">{paragraph("")}</w:footnote><w:footnote w:id="2">{paragraph("Ten jobs.")}</w:footnote>',
    )
    reading = read(body, parts={"footnotes": notes})
    last = reading.blocks[-1]
    assert (last.kind, text_of(reading, last), last.section, last.label) == (
        BlockKind.footnote,
        "Ten jobs.",
        ("Jobs",),
        "1",
    )


def test_comments_endnotes_heads_and_feet_are_read_and_kept_apart() -> None:
    reading = read(
        paragraph("Body."),
        parts={
            "comments": part("comments", f'<w:comment w:id="1">{paragraph("Check this.")}</w:comment>'),
            "endnotes": part("endnotes", f'<w:endnote w:id="1">{paragraph("End.")}</w:endnote>'),
            "header1": part("hdr", paragraph("Example Ltd")),
            "footer1": part("ftr", paragraph("Page 1")),
        },
    )
    assert shown(reading) == [
        ("paragraph", "Body."),
        ("footnote", "End."),
        ("comment", "Check this."),
        ("furniture", "Example Ltd"),
        ("furniture", "Page 1"),
    ]


# Headings and lists


@pytest.mark.parametrize(
    ("body", "level"),
    [
        (styled("H1", "Jobs"), 1),
        (styled("H2", "Jobs"), 2),
        (styled("House", "Jobs"), 2),
        (styled("Outlined", "Jobs"), 3),
        (styled("Title", "Jobs"), 1),
        (paragraph("Jobs", properties='<w:outlineLvl w:val="4"/>'), 5),
        (paragraph(run("Local employment", "<w:b/>")), 1),
        (paragraph(run("How we will deliver", "<w:b/>")), 1),
    ],
)
def test_a_heading_is_known_by_its_style_its_outline_or_its_weight(body: str, level: int) -> None:
    reading = read(body + paragraph("Text."))
    assert (reading.blocks[0].kind, reading.blocks[0].level) == (BlockKind.heading, level)
    assert reading.blocks[1].section == (text_of(reading, reading.blocks[0]),)


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("We will hire ten people", "<w:b/>")),
        paragraph(run("Paid in full.", "<w:b/>")),
        paragraph(run("Bold", "<w:b/>"), run(" and plain")),
        paragraph(run("2027", "<w:b/>")),
        paragraph(run("one two three four five six seven eight nine ten eleven twelve thirteen", "<w:b/>")),
        paragraph(run("Not bold", '<w:b w:val="0"/>')),
        styled("Loop", "plain"),
        styled("Nowhere", "plain"),
    ],
)
def test_other_paragraphs_are_paragraphs(body: str) -> None:
    assert read(body).blocks[0].kind is BlockKind.paragraph


def test_lists_count_their_labels_out() -> None:
    def item(text: str, number: int, level: int = 0) -> str:
        return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')

    body = "".join(
        [
            item("a", 1), item("b", 1), item("c", 1, 1), item("d", 1, 1), item("e", 1), item("f", 1, 1), item("g", 2),
            item("h", 3), styled("Numbered", "i"), styled("LB", "j"), styled("LN2", "k"), styled("LN2", "l"),
            paragraph("• m"), paragraph("–\tn"), item("o", 0),
        ]
    )  # fmt: skip
    reading = read(body)
    assert [(b.label, b.level) for b in reading.blocks] == [
        ("1.", 1), ("2.", 1), ("2.a)", 2), ("2.b)", 2), ("3.", 1), ("3.a)", 2), ("•", 1), ("5.", 1), ("4.", 1), ("•", 1),
        ("1.", 2), ("2.", 2), ("•", 1), ("–", 1), (None, None),
    ]  # fmt: skip
    assert [text_of(reading, b) for b in reading.blocks] == list("abcdefghijklmno")
    assert [b.kind for b in reading.blocks[:-1]] == [BlockKind.list_item] * 14


def test_a_caption_is_a_caption() -> None:
    assert shown(read(styled("Cap", "Table 1: Jobs"))) == [("caption", "Table 1: Jobs")]


# Tables


def test_a_row_is_one_block_whose_cells_know_their_headers() -> None:
    reading = read(table(row("Measure", "Target"), row("Apprentices", "5"), row("Trees", "")))
    assert shown(reading) == [
        ("table_row", "Measure | Target"),
        ("table_row", "Apprentices | 5"),
        ("table_row", "Trees | "),
    ]
    assert [b.header_row for b in reading.blocks] == [True, False, False]
    assert [c.header for c in reading.blocks[1].cells] == [("Measure",), ("Target",)]
    assert {b.table for b in reading.blocks} == {0}


def test_merged_headers_make_paths_and_rows_over_the_whole_table_make_groups() -> None:
    wide = '<w:gridSpan w:val="2"/>'
    head = "<w:tblHeader/>"
    reading = read(
        table(
            row("Measure", cell("Target", wide), properties=head),
            row(cell("<w:p/>"), "2027", "2028", properties=head),
            row(cell("Jobs", '<w:gridSpan w:val="3"/>')),
            row("Apprentices", "2", "3"),
        )
    )
    assert [c.header for c in reading.blocks[-1].cells] == [
        ("Jobs", "Measure"),
        ("Jobs", "Target", "2027"),
        ("Jobs", "Target", "2028"),
    ]
    assert [b.header_row for b in reading.blocks] == [True, True, True, False]


def test_a_title_over_the_table_labels_its_rows() -> None:
    reading = read(
        table(row(cell("Our offer", '<w:gridSpan w:val="2"/>')), row("Measure", "Target"), row("Trees", "200"))
    )
    assert [b.label for b in reading.blocks] == ["Our offer"] * 3
    assert reading.blocks[-1].cells[1].header == ("Target",)


def test_cells_merged_downwards_stand_once() -> None:
    reading = read(
        table(
            row("Theme", "Target"),
            row(cell("Jobs", '<w:vMerge w:val="restart"/>'), "5"),
            row(cell("<w:p/>", "<w:vMerge/>"), "6"),
        )
    )
    assert [t for _, t in shown(reading)] == ["Theme | Target", "Jobs | 5", " | 6"]


def test_a_table_of_one_cell_is_a_boxed_text() -> None:
    assert shown(read(table(row(cell(paragraph("We will pay.") + paragraph("Always.")))))) == [
        ("text_box", "We will pay."),
        ("text_box", "Always."),
    ]


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    inner = table(row("Measure", "Target"), row("Trees", "200"))
    reading = read(table(row(cell("Question"), cell(paragraph("Answer") + inner))))
    assert [t for _, t in shown(reading)] == ["Question", "Answer", "Measure | Target", "Trees | 200"]
    assert {b.table for b in reading.blocks if b.kind is BlockKind.table_row} == {1}


def test_an_answer_in_prose_is_read_as_paragraphs_though_it_stands_in_a_cell() -> None:
    answer = paragraph("We will do this. " * 12) + paragraph("And that. " * 12)
    reading = read(table(row(cell("Q1 Describe."), cell(answer))))
    assert [k for k, _ in shown(reading)] == ["paragraph"] * 3


def test_paragraphs_of_a_short_cell_stand_on_lines_of_their_own() -> None:
    reading = read(table(row("a", cell(paragraph("b") + paragraph("c")))))
    assert shown(reading) == [("table_row", "a | b\nc")]


# Hidden text


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish/>",
        '<w:color w:val="FFFFFF"/>',
        '<w:color w:val="F4F4F4"/>',
        '<w:color w:themeColor="background1"/>',
        '<w:sz w:val="2"/>',
        '<w:w w:val="1"/>',
        '<w:rStyle w:val="Ghost"/>',
        '<w:color w:val="003366"/><w:shd w:val="clear" w:fill="003366"/>',
        '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
    ],
)
def test_letters_that_nobody_sees_are_kept_apart_and_flagged(properties: str) -> None:
    reading = read(paragraph("Seen ", run("We will hire 900.", properties), "too"))
    assert shown(reading) == [("paragraph", "Seen too"), ("hidden", "We will hire 900.")]
    assert [(f.code, f.text) for f in reading.flags] == [("hidden_text", "We will hire 900.")]


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("White on blue", '<w:color w:val="FFFFFF"/>'), properties='<w:shd w:val="clear" w:fill="003366"/>'),
        paragraph(run("White on black", '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')),
        paragraph(run("Solid", '<w:color w:val="FFFFFF"/><w:shd w:val="solid" w:color="003366"/>')),
        table(row(cell(paragraph(run("Head", '<w:color w:val="FFFFFF"/>')), '<w:shd w:val="clear" w:fill="003366"/>'), "x")),
        table(row(cell(paragraph(run("Head", '<w:color w:val="FFFFFF"/>'))), "x"), properties='<w:tblStyle w:val="Banded"/>'),
        paragraph(run("Small print", '<w:sz w:val="12"/>')),
        paragraph(run("Not vanished", '<w:vanish w:val="0"/>')),
        paragraph(run("Automatic", '<w:color w:val="auto"/>')),
        paragraph(
            '<w:r><w:pict><v:shape fillcolor="#003366"><v:textbox><w:txbxContent>'
            + paragraph(run("Boxed", '<w:color w:val="FFFFFF"/>'))
            + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        ),
        paragraph(
            "<w:r><w:drawing><wps:wsp><wps:spPr><a:solidFill><a:schemeClr val='accent1'/></a:solidFill></wps:spPr><wps:txbx>"
            "<w:txbxContent>" + paragraph(run("Boxed", '<w:color w:val="FFFFFF"/>')) + "</w:txbxContent></wps:txbx></wps:wsp>"
            "</w:drawing></w:r>"
        ),
    ],
)  # fmt: skip
def test_letters_that_can_be_seen_are_not_flagged(body: str) -> None:
    assert read(body).flags == ()


def test_a_style_can_hide_a_whole_paragraph() -> None:
    assert shown(read(styled("Secret", "Nobody reads this."))) == [("hidden", "Nobody reads this.")]


def test_white_letters_in_an_unfilled_box_are_hidden() -> None:
    box = "<w:r><w:pict><v:shape filled='f'><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    reading = read(paragraph(box.format(paragraph(run("Ghost", '<w:color w:val="FFFFFF"/>')))))
    assert shown(reading) == [("hidden", "Ghost")]


# The file as a whole


def test_what_lies_in_the_file_beside_the_text_is_flagged() -> None:
    reading = read(
        paragraph(FIELD.format("begin"), CODE.format(" DDEAUTO cmd "), FIELD.format("end"), "Text."),
        extra={"word/vbaProject.bin": b"x", "word/embeddings/a.bin": b"x"},  # type: ignore[dict-item]
    )
    assert [f.code for f in reading.flags] == ["macros", "embedded_file", "outside_reference"]


def test_a_part_of_another_kind_makes_the_reading_incomplete() -> None:
    reading = read(paragraph("Text.") + '<w:altChunk r:id="x"/>')
    assert [p.code for p in reading.problems] == ["incomplete"]


def test_text_where_no_text_may_stand_is_missed_and_said_to_be_missed() -> None:
    reading = read_docx(word_file(paragraph("Text.") + "<w:sectPr><w:t>odd</w:t></w:sectPr>"))
    assert [p.code for p in reading.problems] == ["incomplete"]
    assert "8 letters, but 5" in reading.problems[0].message


def test_a_diagram_gives_its_words() -> None:
    drawing = '<w:r><w:drawing><a:graphic><dgm:relIds r:dm="p0"/></a:graphic></w:drawing></w:r>'
    data = (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:pt><dgm:t><a:p><a:r><a:t>Ten jobs</a:t></a:r></a:p>'
        "</dgm:t></dgm:pt></dgm:dataModel>"
    )
    assert shown(read(paragraph(drawing), parts={"diagramData": data})) == [("text_box", "Ten jobs")]


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart>'
    "<c:title><c:tx><c:rich><a:p><a:r><a:t>Our jobs </a:t></a:r><a:r><a:t>by year</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart>{0}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
SERIES = (
    "<c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>{0}</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>2027</c:v></c:pt><c:pt idx='1'><c:v>2028</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "<c:val><c:numRef><c:numCache><c:formatCode>{1}</c:formatCode><c:pt idx='0'><c:v>0.5</c:v></c:pt><c:pt idx='1'><c:v>7</c:v></c:pt>"
    "</c:numCache></c:numRef></c:val></c:ser>"
)
GRAPHIC = '<w:r><w:drawing><a:graphic><a:graphicData><c:chart r:id="p0"/></a:graphicData></a:graphic></w:drawing></w:r>'


def test_a_chart_gives_its_titles_and_its_data_as_a_table() -> None:
    data = CHART.format(SERIES.format("Apprentices", "General") + SERIES.format("Share", "0%"))
    reading = read(paragraph("Before.", GRAPHIC), parts={"chart": data})
    assert shown(reading) == [
        ("paragraph", "Before."),
        ("text_box", "Our jobs by year"),
        ("text_box", " | Apprentices | Share"),
        ("text_box", "2027 | 0.5 | 50%"),
        ("text_box", "2028 | 7 | 700%"),
    ]
    assert [c.header for c in reading.blocks[3].cells] == [(), ("Apprentices",), ("Share",)]
    assert reading.facts["charts"] == 1


@pytest.mark.parametrize("series", ["", "<c:ser/>", "<c:ser><c:val/></c:ser>"])
def test_a_chart_without_kept_data_gives_its_title(series: str) -> None:
    assert shown(read(paragraph(GRAPHIC), parts={"chart": CHART.format(series)})) == [("text_box", "Our jobs by year")]


def test_a_chart_that_was_deleted_is_deleted() -> None:
    reading = read(paragraph(f"<w:del>{GRAPHIC}</w:del>"), parts={"chart": CHART.format(SERIES.format("A", "0"))})
    assert {b.kind for b in reading.blocks} == {BlockKind.deleted}
    assert "2028 | 7" in reading.text


def test_nesting_without_end_is_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60
    with pytest.raises(DamagedFile):
        read_docx(word_file(deep + "<w:sdt><w:sdtContent>" * 250 + "</w:sdtContent></w:sdt>" * 250))


def test_the_strict_edition_of_the_format_is_read() -> None:
    from tests.text.word_files import W

    plain = word_file(styled("H1", "Jobs") + paragraph("Ten."))
    strict = _rewritten(plain, W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert shown(read_docx(strict)) == [("heading", "Jobs"), ("paragraph", "Ten.")]


def _rewritten(data: bytes, old: bytes, new: bytes) -> bytes:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old, new))
    return stream.getvalue()


# Completeness: whatever containers are put into one another, no letter is lost

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12)
looks = st.sampled_from(["", "", "", "<w:b/>", "<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="3"/>'])
runs = st.builds(run, words, looks)
deletions = words.map(
    lambda t: "<w:del>" + run(t).replace("w:t ", "w:delText ").replace("w:t>", "w:delText>") + "</w:del>"
)
inline = st.recursive(
    runs | deletions,
    lambda inner: st.builds(
        lambda wrap, many: wrap.format("".join(many)),
        st.sampled_from(
            [
                "<w:ins>{0}</w:ins>",
                "<w:moveFrom>{0}</w:moveFrom>",
                "<w:moveTo>{0}</w:moveTo>",
                "<w:hyperlink>{0}</w:hyperlink>",
                "<w:sdt><w:sdtContent>{0}</w:sdtContent></w:sdt>",
                "<w:smartTag>{0}</w:smartTag>",
                '<w:fldSimple w:instr="X">{0}</w:fldSimple>',
                FIELD.format("begin") + CODE.format("X") + FIELD.format("separate") + "{0}" + FIELD.format("end"),
                FIELD.format("begin") + "{0}",
                "<w:bdo>{0}</w:bdo>",
            ]
        ),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
paragraphs = st.builds(
    lambda many, properties: paragraph(*many, properties=properties),
    st.lists(inline, min_size=1, max_size=4),
    st.sampled_from(
        [
            "",
            '<w:pStyle w:val="H1"/>',
            '<w:pStyle w:val="LB"/>',
            '<w:pStyle w:val="Secret"/>',
            '<w:pStyle w:val="TOC1"/>',
        ]
    ),
)
blocks = st.recursive(
    paragraphs,
    lambda inner: st.one_of(
        st.lists(st.lists(inner.map(cell), min_size=1, max_size=3).map(lambda c: row(*c)), min_size=1, max_size=3).map(
            lambda r: table(*r)
        ),
        inner.map("<w:sdt><w:sdtContent>{0}</w:sdtContent></w:sdt>".format),
        inner.map(lambda b: paragraph(CHOICE.format(b, b))),
        st.tuples(inner, inner).map(lambda b: paragraph(CHOICE.format(*b))),
        inner.map("<w:customXml>{0}</w:customXml>".format),
    ),
    max_leaves=6,
)
bodies = st.lists(blocks, min_size=1, max_size=4).map("".join)


@settings(max_examples=150, deadline=None)
@given(body=bodies, note=paragraphs, head=paragraphs)
def test_every_letter_is_counted_into_exactly_one_class(body: str, note: str, head: str) -> None:
    reading = read(
        body,
        parts={
            "footnotes": part("footnotes", f'<w:footnote w:id="1">{note}</w:footnote>'),
            "header1": part("hdr", head),
        },
    )
    assert reading.problems == ()


@settings(max_examples=100, deadline=None)
@given(body=bodies)
def test_blocks_lie_in_order_and_inside_the_text(body: str) -> None:
    reading = read(body)
    at = 0
    for number, block in enumerate(reading.blocks):
        assert block.number == number
        assert at <= block.span.start <= block.span.end <= len(reading.text)
        assert all(block.span.contains(c.span) for c in block.cells)
        at = block.span.end


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(words, min_size=1, max_size=6))
def test_a_paragraph_is_its_runs_joined(texts: list[str]) -> None:
    joined = "".join(texts).strip()
    reading = read(paragraph(*(run(t) for t in texts)))
    body = [b for b in reading.blocks if b.kind in BODY_KINDS]
    assert ["".join([b.label or "", text_of(reading, b)]).replace(" ", "") for b in body] == (
        ["".join(joined.split(" "))] if joined else []
    )
