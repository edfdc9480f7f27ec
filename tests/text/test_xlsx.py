# ruff: noqa: E501 -- XML reads better unbroken
"""A workbook's rows are passages whose cells know their headers, their places and how they are shown."""

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from svdocs.errors import CannotRead, DamagedFile, LimitExceeded
from svdocs.text import xlsx_parts
from svdocs.text.document import Block, BlockKind
from svdocs.text.reading import Reading
from svdocs.text.xlsx import read_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(*sheets: tuple[str, list[list[Any]]], change: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for r in rows:
            sheet.append(r)
    if change is not None:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def raw(sheet: str, *, workbook: str = "", strings: str = "", styles: str = "") -> bytes:
    """Return a workbook of one sheet from the XML of its parts."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{pack}"><Relationship Id="a" Type="{kind}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            workbook
            or f'<workbook xmlns="{MAIN}" xmlns:r="{kind}"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{pack}"><Relationship Id="s" Type="{kind}/worksheet" Target="sheet.xml"/>'
            f'<Relationship Id="t" Type="{kind}/sharedStrings" Target="strings.xml"/>'
            f'<Relationship Id="y" Type="{kind}/styles" Target="styles.xml"/></Relationships>',
        )
        file.writestr("xl/sheet.xml", f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
        if strings:
            file.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        if styles:
            file.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
    return stream.getvalue()


def text_of(reading: Reading, block: Block) -> str:
    return reading.text[block.span.start : block.span.end]


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [(b.kind.value, text_of(reading, b)) for b in reading.blocks]


HEAD = ["Ref", "Measure", "Unit", "Target"]


def test_a_calculator_row_knows_its_headers_and_its_place() -> None:
    reading = read_xlsx(
        saved(("Measures", [HEAD, ["M1", "Local people hired", "FTE", 24.0], ["M2", "Trees", "trees", 200]]))
    )
    assert shown(reading) == [
        ("heading", "Measures"),
        ("table_row", "Ref | Measure | Unit | Target"),
        ("table_row", "M1 | Local people hired | FTE | 24"),
        ("table_row", "M2 | Trees | trees | 200"),
    ]
    block = reading.blocks[2]
    assert [c.reference for c in block.cells] == ["Measures!A2", "Measures!B2", "Measures!C2", "Measures!D2"]
    assert [c.header for c in block.cells] == [("Ref",), ("Measure",), ("Unit",), ("Target",)]
    assert [b.header_row for b in reading.blocks[1:]] == [True, False, False]
    assert block.section == ("Measures",)


def test_empty_cells_keep_the_others_under_their_headers() -> None:
    reading = read_xlsx(saved(("S", [HEAD, ["M1", "Trees", None, 5], [None, "Total", None, 5]])))
    assert [t for _, t in shown(reading)][2:] == ["M1 | Trees |  | 5", " | Total |  | 5"]
    assert reading.blocks[3].cells[0].reference is None
    assert reading.blocks[3].cells[3].header == ("Target",)


def test_a_title_instructions_and_groups_stand_around_the_table() -> None:
    reading = read_xlsx(
        saved(
            (
                "Jobs",
                [
                    ["Jobs and skills in Kent"],
                    ["Enter a target for each measure in the last column."],
                    [],
                    HEAD,
                    ["People"],
                    ["M1", "Local people hired", "FTE", 4],
                    ["Planet"],
                    ["M2", "Trees", "trees", 200],
                    [],
                    ["We will also open our depot to two schools each year."],
                ],
            )
        )
    )
    assert shown(reading) == [
        ("heading", "Jobs and skills in Kent"),
        ("paragraph", "Enter a target for each measure in the last column."),
        ("table_row", "Ref | Measure | Unit | Target"),
        ("heading", "People"),
        ("table_row", "M1 | Local people hired | FTE | 4"),
        ("heading", "Planet"),
        ("table_row", "M2 | Trees | trees | 200"),
        ("paragraph", "We will also open our depot to two schools each year."),
    ]
    assert reading.blocks[6].cells[1].header == ("Planet", "Measure")
    assert reading.blocks[6].section == ("Jobs and skills in Kent", "Planet")
    assert reading.blocks[7].cells[0].reference == "Jobs!A10"


def test_a_sheet_of_names_and_values_has_no_header() -> None:
    rows = [["Supplier name", "Brightwater Ltd"], ["Contract value", 2500000], ["Start", "April 2027"]]
    reading = read_xlsx(saved(("About you", rows)))
    assert not any(b.header_row for b in reading.blocks)
    assert reading.blocks[1].cells[1].reference == "'About you'!B1"


def test_two_tables_on_a_sheet_have_their_own_headers() -> None:
    rows = [HEAD, ["M1", "Trees", "trees", 5], [], ["Year", "Amount"], ["Year 1", 10], ["Year 2", 20]]
    reading = read_xlsx(saved(("S", rows)))
    assert reading.blocks[-1].cells[1].header == ("Amount",)
    assert [b.table for b in reading.blocks[1:]] == [0, 0, 1, 1, 1]


def test_merged_titles_and_headers_are_followed() -> None:
    def change(book: Any) -> None:
        sheet = book["S"]
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("C2:D2")

    rows = [["Our plan"], ["Measure", "Unit", "Target", None], [None, None, "2027", "2028"], ["Trees", "trees", 5, 6]]
    reading = read_xlsx(saved(("S", rows), change=change))
    assert reading.blocks[1].kind is BlockKind.paragraph
    assert [c.header for c in reading.blocks[-1].cells][2:] == [("Target",), ("Target",)] or [
        c.header for c in reading.blocks[-1].cells
    ][2:] == [("Target", "2027"), ("Target", "2028")]


def test_a_table_object_names_its_header() -> None:
    def change(book: Any) -> None:
        book["S"].add_table(Table(displayName="T", ref="A1:B3"))

    reading = read_xlsx(saved(("S", [["Alpha", "Beta"], ["one", "two"], ["three", "four"]]), change=change))
    assert reading.blocks[1].header_row
    assert reading.blocks[2].cells[0].header == ("Alpha",)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (24.0, "General", "24"),
        (0.1 + 0.2, "General", "0.3"),
        (0.05, "0%", "5%"),
        (0.125, "0.0%", "12.5%"),
        (4000, '"£"#,##0', "£4,000"),
        (31000.5, '_-"£"* #,##0.00_-', "£31,000.50"),
        (4000, "[$£-809]#,##0", "£4,000"),
        (3, '0 "FTE"', "3 FTE"),
        (datetime.date(2028, 3, 31), "dd/mm/yyyy", "2028-03-31"),
        (datetime.date(2028, 3, 1), "mmm yyyy", "2028-03"),
        (datetime.datetime(2028, 3, 31, 12, 30), "dd/mm/yyyy hh:mm", "2028-03-31 12:30"),
        (True, "General", "TRUE"),
        ("=1/0", "General", None),
    ],
)
def test_a_value_is_given_as_shown(value: Any, form: str, text: str | None) -> None:
    def change(book: Any) -> None:
        book["S"]["B1"] = value
        book["S"]["B1"].number_format = form

    reading = read_xlsx(saved(("S", [["Target"]]), change=change))
    assert text_of(reading, reading.blocks[-1]) == ("Target" if text is None else f"Target | {text}")
    assert [f.code for f in reading.flags] == (["uncalculated"] if text is None else [])


def test_what_is_hidden_is_kept_apart_and_flagged() -> None:
    def change(book: Any) -> None:
        book["S"].row_dimensions[3].hidden = True
        book["S"].column_dimensions["E"].hidden = True
        book["S"]["F2"] = "white"
        book["S"]["F2"].font = Font(color="FFFFFFFF")
        book["S"]["G2"] = "no form"
        book["S"]["G2"].number_format = ";;;"
        book["S"]["H2"] = "on blue"
        book["S"]["H2"].font = Font(color="FFFFFFFF")
        book["S"]["H2"].fill = PatternFill("solid", fgColor="FF003366")
        book["Lists"].sheet_state = "veryHidden"

    rows = [[*HEAD, "Proxy"], ["M1", "Trees", "trees", 5, 31], ["M2", "Jobs", "FTE", 900, 31]]
    reading = read_xlsx(saved(("S", rows), ("Lists", [["FTE"]]), change=change))
    hidden = [text_of(reading, b) for b in reading.blocks if b.kind is BlockKind.hidden]
    assert hidden == ["Proxy", "31 | white | no form", "M2 | Jobs | FTE | 900 | 31", "FTE"]
    assert [f.code for f in reading.flags] == ["hidden_text", "hidden_text"]
    assert "on blue" in text_of(reading, reading.blocks[2])
    assert reading.facts["hidden_cells"] == 10
    assert not any(b.kind is BlockKind.heading and text_of(reading, b) == "Lists" for b in reading.blocks)


def test_comments_and_macros_are_told() -> None:
    def change(book: Any) -> None:
        book["S"]["B2"].comment = Comment("Ask finance", "A")

    data = saved(("S", [HEAD, ["M1", "Trees", "trees", 5]]), change=change)
    reading = read_xlsx(data)
    comment = reading.blocks[-1]
    assert (comment.kind, text_of(reading, comment), comment.cells[0].reference) == (
        BlockKind.comment,
        "Ask finance",
        "S!B2",
    )
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as file:
        file.writestr("xl/vbaProject.bin", b"x")
        file.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
    assert [f.code for f in read_xlsx(stream.getvalue()).flags] == ["macros", "outside_reference"]


def test_charts_printed_heads_and_prompts_give_their_words() -> None:
    def change(book: Any) -> None:
        sheet = book["S"]
        chart = BarChart()
        chart.title = "Jobs by year"
        chart.add_data(Reference(sheet, min_col=4, min_row=1, max_row=2), titles_from_data=True)
        sheet.add_chart(chart, "F2")
        sheet.oddHeader.left.text = "Brightwater && Sons Ltd"
        sheet.oddFooter.center.text = "Page &P of &N"
        rule = DataValidation(type="list", formula1='"Yes,No"', promptTitle="Offer", prompt="Say yes or no.")
        rule.add("D2:D9")
        sheet.add_data_validation(rule)
        alone = book.create_chartsheet("Graph")
        other = BarChart()
        other.title = "Trees by ward"
        alone.add_chart(other)

    reading = read_xlsx(saved(("S", [HEAD, ["M1", "Trees", "trees", 5]]), change=change))
    after = [(b.kind.value, text_of(reading, b)) for b in reading.blocks[3:]]
    assert after == [
        ("text_box", "Jobs by year"),
        ("furniture", "Brightwater & Sons Ltd"),
        ("comment", "Offer Say yes or no."),
        ("heading", "Graph"),
        ("text_box", "Trees by ward"),
    ]
    assert reading.blocks[5].cells[0].reference == "S!D2"


def test_progress_is_told_sheet_by_sheet() -> None:
    heard: list[tuple[int, int]] = []
    read_xlsx(saved(("A", [HEAD]), ("B", [HEAD])), on_page=lambda page, of: heard.append((page, of)))
    assert heard == [(0, 2), (1, 2)]


# Files that lie


@pytest.mark.parametrize(
    ("sheet", "texts"),
    [
        ('<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="B9"><v>2</v></c></row></sheetData>', ["1", "2"]),
        ("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>", ["1 | 2", "3"]),
        ('<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>', ["1", "2"]),
        ('<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1" s="99"><v>2</v></c></row></sheetData>', ["2"]),
        ('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></is></c></row></sheetData>', ["rich text"]),
        ('<sheetData><row r="1"><c r="A1" t="str"><f>A2</f><v>made</v></c><c r="B1" t="e"><v>#REF!</v></c></row></sheetData>', ["made | #REF!"]),
        ('<sheetData><row r="1"><c r="A1"><v>many</v></c></row></sheetData>', ["many"]),
        ('<sheetData><row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row></sheetData>', ["1", "2"]),
        ("<sheetData/>", []),
    ],
)  # fmt: skip
def test_odd_sheets_give_their_cells(sheet: str, texts: list[str]) -> None:
    reading = read_xlsx(raw(sheet))
    assert [t for _, t in shown(reading)] == ["S", *texts]


@pytest.mark.parametrize(
    ("limit", "value", "words"), [("MAX_CELLS", 3, "cells"), ("MAX_CHARACTERS", 8, "letters"), ("MAX_ROWS", 1, "rows")]
)
def test_a_workbook_over_a_limit_is_refused(
    limit: str, value: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(("S", [HEAD, ["M1", "Trees", "trees", 5]]))
    monkeypatch.setattr(xlsx_parts, limit, value)
    with pytest.raises(LimitExceeded, match=words):
        read_xlsx(data)


def test_a_long_string_used_again_and_again_is_counted_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 30))
    monkeypatch.setattr(xlsx_parts, "MAX_CHARACTERS", 1_000)
    with pytest.raises(LimitExceeded, match="letters"):
        read_xlsx(raw(f"<sheetData>{cells}</sheetData>", strings=f"<si><t>{'x' * 100}</t></si>"))


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(("A", []), ("B", []))
    monkeypatch.setattr(xlsx_parts, "MAX_SHEETS", 1)
    with pytest.raises(LimitExceeded, match="2 sheets"):
        read_xlsx(data)


def test_a_broken_part_is_told_as_such() -> None:
    with pytest.raises(DamagedFile):
        read_xlsx(raw("<sheetData><row>"))


def test_a_workbook_from_1904_counts_its_days_from_there() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{kind}"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="s"/>'
        "</sheets></workbook>"
    )
    sheet = '<sheetData><row r="1"><c r="A1" s="0"><v>0</v></c></row></sheetData>'
    reading = read_xlsx(raw(sheet, workbook=book, styles='<cellXfs><xf numFmtId="14"/></cellXfs>'))
    assert shown(reading)[1][1] == "1904-01-01"


# The same values as another reader's

texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=8)
values = st.one_of(st.none(), texts.filter(lambda t: not t.startswith("=")), st.integers(-(10**9), 10**9))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(values, min_size=1, max_size=5), min_size=1, max_size=8))
def test_the_cells_are_those_that_calamine_finds(rows: list[list[Any]]) -> None:
    data = saved(("S", rows))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    expected = []
    for cells in sheet.to_python(skip_empty_area=False):
        for value in cells:
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if str(value).strip():
                expected.append(str(value))
    reading = read_xlsx(data)
    found = []
    for block in reading.blocks:
        cells_of = [reading.text[c.span.start : c.span.end] for c in block.cells] or [text_of(reading, block)]
        found += [c for c in cells_of if c]
    assert found[0] == "S" or found[0].casefold().startswith("s")
    assert sorted(found if found[0] != "S" else found[1:]) == sorted(expected) or sorted(found) == sorted(expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(values, min_size=1, max_size=6), max_size=12))
def test_each_cell_stands_at_its_place(rows: list[list[Any]]) -> None:
    reading = read_xlsx(saved(("S", rows)))
    for block in reading.blocks:
        for cell in block.cells:
            assert block.span.contains(cell.span)
            if cell.reference is not None:
                place = xlsx_parts.parse_place(cell.reference.removeprefix("S!"))
                assert place is not None
                value = rows[place[0] - 1][place[1] - 1]
                assert reading.text[cell.span.start : cell.span.end] == str(value)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3_000), st.integers(0, 255))
def test_a_workbook_with_one_changed_byte_is_read_or_refused_in_plain_words(at: int, value: int) -> None:
    data = bytearray(raw('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'))
    data[at % len(data)] = value
    message = "."
    try:
        read_xlsx(bytes(data))
    except CannotRead as error:
        message = str(error)
    assert message.endswith(".")
