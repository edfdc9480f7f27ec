# ruff: noqa: E501 -- a table of cases reads better one a line
"""Word files and workbooks that are broken, booby-trapped or merely strange."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from tests.bad_inputs.case import ANY, AWAY, FLAG, NOT_DONE, PERSON, READ, Case, State
from tests.bad_inputs.pdf_files import SENTENCE
from tests.text.word_files import SPACES, cell, paragraph, part, row, run, styled, table, word_file

Parts = dict[str, bytes | str]
Table = dict[str, tuple[Callable[[], bytes], frozenset[State]]]

S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
BODY = styled("H1", "Social value") + paragraph(SENTENCE) + table(row("Measure", "Target"), row("Apprentices", "5"))


@lru_cache(maxsize=1)
def word() -> bytes:
    return word_file(BODY)


def workbook(sheets: dict[str, str], parts: Parts | None = None, *, more: str = "", links: str = "") -> bytes:
    """Return a workbook of sheets by name, each the inner XML of its worksheet."""
    names = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    found: Parts = {
        "[Content_Types].xml": '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>{names}</sheets>{more}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        + "".join(f'<Relationship Id="r{i}" Type="{R}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1))
        + links + "</Relationships>",
    }  # fmt: skip
    for i, inner in enumerate(sheets.values(), 1):
        found[f"xl/worksheets/sheet{i}.xml"] = f'<worksheet xmlns="{S}" xmlns:r="{R}">{inner}</worksheet>'
    return zipped(found | (parts or {}))


def cells(*rows: str) -> str:
    return "<sheetData>" + "".join(rows) + "</sheetData>"


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


TABLE_ROWS = (
    f'<row r="1">{text_cell("A1", "Measure")}{text_cell("B1", "Target")}</row>'
    f'<row r="2">{text_cell("A2", "Apprentices")}<c r="B2"><v>5</v></c></row>'
)


@lru_cache(maxsize=1)
def book() -> bytes:
    return workbook({"Measures": cells(TABLE_ROWS)})


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, data in parts.items():
            file.writestr(zipfile.ZipInfo(name), data, method)
    return stream.getvalue()


def unzipped(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {n: file.read(n) for n in file.namelist()}


def with_parts(data: bytes, changed: Parts, *left_out: str) -> bytes:
    return zipped({n: b for n, b in (unzipped(data) | changed).items() if n not in left_out})


def in_directory(data: bytes, offset: int, value: bytes, which: int = -1) -> bytes:
    """Return a ZIP with bytes changed in one entry of its directory, by default the last."""
    places = []
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        places.append(at)
        at = data.find(b"PK\x01\x02", at + 4)
    place = places[which] + offset
    return data[:place] + value + data[place + len(value) :]


def in_end(data: bytes, offset: int, value: bytes) -> bytes:
    at = data.rfind(b"PK\x05\x06") + offset
    return data[:at] + value + data[at + len(value) :]


def scrambled(data: bytes, seed: int) -> bytes:
    changed = bytearray(data)
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 3, 12))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def zip_lies(sound: Callable[[], bytes], main: str) -> Table:
    """Return ways in which the ZIP of an office file can lie, whatever file it is."""

    def renamed(name: str, **fields: int) -> bytes:
        stream = io.BytesIO(sound())
        info = zipfile.ZipInfo(name)
        for field, value in fields.items():
            setattr(info, field, value)
        with zipfile.ZipFile(stream, "a") as file:
            file.writestr(info, b"x")
        return stream.getvalue()

    def twice() -> bytes:
        import warnings

        stream = io.BytesIO(sound())
        with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as file:
            warnings.simplefilter("ignore")
            file.writestr(main, unzipped(sound())[main])
        return stream.getvalue()

    long = b"x" * 65_535
    made: Table = {
        "a part twice": (twice, PERSON),
        "a part twice but for case": (lambda: with_parts(sound(), {main.upper(): b"<x/>"}), PERSON),
        "a part that leads out": (lambda: renamed("../../etc/cron.d/x"), PERSON),
        "a part with a whole path": (lambda: renamed("/etc/cron.d/x"), PERSON),
        "a part on a drive": (lambda: renamed("C:\\x"), PERSON),
        "a part that is a link": (lambda: renamed("link", external_attr=0o120777 << 16), PERSON),
        "a part name with a zero": (lambda: in_directory(sound(), 46, b"\0"), AWAY),
        "a part with a password": (lambda: in_directory(sound(), 8, b"\1\0"), PERSON),
        "every part with a password": (lambda: sound().replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"), ANY),
        "a part of unknown packing": (lambda: in_directory(sound(), 10, b"\x63\0"), PERSON),
        "a part with a wrong sum": (lambda: in_directory(sound(), 16, b"\1\2\3\4"), PERSON),
        "a part said to be empty": (lambda: in_directory(sound(), 24, b"\0\0\0\0"), ANY),
        "a part said to be 4 GiB": (lambda: in_directory(sound(), 24, b"\xfe\xff\xff\xff"), PERSON),
        "a part said to be 99 MiB": (lambda: in_directory(sound(), 24, struct.pack("<I", 99 * 2**20)), ANY),
        "a part at the wrong place": (lambda: in_directory(sound(), 42, b"\7\0\0\0"), PERSON),
        "a part beyond the end": (lambda: in_directory(sound(), 42, b"\0\0\0\x70"), PERSON),
        "a part with notes cut short": (lambda: in_directory(sound(), 30, b"\x06\0", 0), PERSON),
        "a directory at the wrong place": (lambda: in_end(sound(), 16, b"\1\0\0\0"), ANY),
        "a directory of no parts": (lambda: in_end(sound(), 8, b"\0\0\0\0"), ANY),
        "a directory of 4 GiB": (lambda: in_end(sound(), 12, b"\xfe\xff\xff\xff"), PERSON),
        "a directory in the 64-bit manner": (lambda: in_end(sound(), 12, b"\xff\xff\xff\xff\xff\xff\xff\xff"), PERSON),
        "a remark cut short": (lambda: in_end(sound(), 20, b"\xff\xff"), ANY),
        "a long remark": (lambda: in_end(sound(), 20, b"\xff\xff") + long, ANY),
        "junk before": (lambda: b"MZ" + b"\0" * 500 + sound(), AWAY),
        "junk after": (lambda: sound() + b"\0" * 70_000, AWAY),
        "the file twice over": (lambda: sound() + sound(), ANY),
        "2,100 parts": (lambda: with_parts(sound(), {f"x/{i}": b"x" for i in range(2_100)}), PERSON),
        "60,000 parts": (lambda: with_parts(sound(), {f"x/{i}": b"" for i in range(60_000)}), PERSON),
        "a picture of 200 MB of nothing": (lambda: with_parts(sound(), {"media/x.bin": b"\0" * (200 * 2**20)}), PERSON),
        "40 parts of 10 MB": (lambda: with_parts(sound(), {f"x/{i}": b"\0" * (10 * 2**20) for i in range(40)}), PERSON),
        "itself inside": (lambda: with_parts(sound(), {"media/again.zip": sound()}), READ),
        "stored, not packed": (lambda: zipped(unzipped(sound()), zipfile.ZIP_STORED), READ),
        "packed by bzip2": (lambda: zipped(unzipped(sound()), zipfile.ZIP_BZIP2), ANY),
        "packed by LZMA": (lambda: zipped(unzipped(sound()), zipfile.ZIP_LZMA), ANY),
        "backslashes": (lambda: zipped({n.replace("/", "\\"): b for n, b in unzipped(sound()).items()}), ANY),
        "names in capitals": (lambda: zipped({n.upper(): b for n, b in unzipped(sound()).items()}), ANY),
        "only the end": (lambda: sound()[sound().rfind(b"PK\x05\x06") :], AWAY),
        "no directory": (lambda: sound()[: sound().find(b"PK\x01\x02")], PERSON),
    }  # fmt: skip
    for name in sorted(unzipped(sound())):
        made[f"without {name}"] = (partial(with_parts, sound(), {}, name), ANY)
        made[f"empty {name}"] = (partial(with_parts, sound(), {name: b""}), ANY)
        made[f"{name} is no XML"] = (partial(with_parts, sound(), {name: b"\x00\xffnot at all <"}), ANY)
        made[f"{name} with a document type"] = (
            partial(with_document_type, sound(), name, '<!DOCTYPE x [<!ENTITY a "aaa">]>'),
            ANY if name == "[Content_Types].xml" else NOT_DONE if name == main else ANY,
        )
    for percent in range(5, 100, 5):
        made[f"cut at {percent} %"] = (lambda p=percent: sound()[: len(sound()) * p // 100], PERSON)  # type: ignore[misc]
    for seed in range(20):
        made[f"scrambled {seed}"] = (partial(scrambled, sound(), seed), ANY)
    return made


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {c} "{f"&{b};" * 10}">' for b, c in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"  # fmt: skip


def with_document_type(data: bytes, name: str, declaration: str) -> bytes:
    body = unzipped(data)[name]
    text = body.decode() if isinstance(body, bytes) else body
    head, mark, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    return with_parts(data, {name: head + mark + declaration + rest})


def word_cases() -> Iterator[Case]:
    kind = "DOCX"
    main = "word/document.xml"
    made = zip_lies(word, main)

    def body(xml: str) -> bytes:
        return word_file(xml)

    def document(xml: str | bytes) -> bytes:
        return with_parts(word(), {main: xml})

    def linked(relation: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
        link = f'<Relationship Id="x9" Type="{R}/{relation}" Target="{target}"{mode}/>'
        name = "word/_rels/document.xml.rels"
        rels = str(unzipped(word())[name], "utf-8").replace("</Relationships>", link + "</Relationships>")  # type: ignore[arg-type]
        return with_parts(word(), {name: rels})

    def nested_tables(depth: int) -> str:
        inner = paragraph(SENTENCE)
        for _ in range(depth):
            inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        return inner

    def styles(xml: str) -> bytes:
        return with_parts(word(), {"word/styles.xml": f"<w:styles {SPACES}>{xml}</w:styles>"})

    plain = f"<w:document {SPACES}><w:body>{BODY}</w:body></w:document>"
    external = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    away = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    more: Table = {
        "external entity": (lambda: document(external + plain.replace("five", "&e;")), PERSON),
        "document type from an address": (lambda: document(away + plain), PERSON),
        "parameter entity": (lambda: document('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>' + plain), PERSON),
        "a milliard laughs": (lambda: document(LAUGHS + plain.replace("five", "&i;")), PERSON),
        "entity without declaration": (lambda: document(plain.replace("five", "&five;")), PERSON),
        "document type in UTF-16": (lambda: document((external + plain).encode("utf-16")), PERSON),
        "document type in UTF-16 without mark": (lambda: document((external + plain).encode("utf-16-le")), PERSON),
        "written in UTF-16": (lambda: document(('<?xml version="1.0" encoding="UTF-16"?>' + plain).encode("utf-16")), READ),
        "written in UTF-32": (lambda: document(plain.encode("utf-32")), PERSON),
        "written in UTF-7": (lambda: document(b'<?xml version="1.0" encoding="UTF-7"?>' + plain.encode("utf-7")), PERSON),
        "written in EBCDIC": (lambda: document(plain.encode("cp037")), PERSON),
        "said to be Latin": (lambda: document(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + plain.encode("latin-1")), READ),
        "XML 1.1": (lambda: document('<?xml version="1.1"?>' + plain), ANY),
        "characters that XML forbids": (lambda: document(plain.replace("five", "&#1;five&#xFFFF;")), PERSON),
        "50,000 elements deep": (lambda: document(f"<w:document {SPACES}><w:body>" + "<w:sdt><w:sdtContent>" * 25_000 + paragraph("x") + "</w:sdtContent></w:sdt>" * 25_000 + "</w:body></w:document>"), PERSON),
        "100 content controls deep": (lambda: body("<w:sdt><w:sdtContent>" * 100 + paragraph(SENTENCE) + "</w:sdtContent></w:sdt>" * 100), ANY),
        "tables 20 deep": (lambda: body(nested_tables(20)), READ),
        "tables 60 deep": (lambda: body(nested_tables(60)), ANY),
        "tables 500 deep": (lambda: body(nested_tables(500)), PERSON),
        "insertions 80 deep": (lambda: body("<w:p>" + "<w:ins>" * 80 + run(SENTENCE) + "</w:ins>" * 80 + "</w:p>"), ANY),
        "another root": (lambda: document("<html><body>We will.</body></html>"), PERSON),
        "no body": (lambda: document(f"<w:document {SPACES}/>"), PERSON),
        "no namespaces": (lambda: document("<document><body><p><r><t>We will.</t></r></p></body></document>"), ANY),
        "strict edition": (lambda: with_parts(word(), {n: (b if isinstance(b, str) else b.decode()).replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main").replace(R, "http://purl.oclc.org/ooxml/officeDocument/relationships") for n, b in unzipped(word()).items()}), READ),
        "200 MB of short paragraphs": (lambda: with_parts(word(), {main: f"<w:document {SPACES}><w:body>" + "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 5_000_000 + "</w:body></w:document>"}), PERSON),
        "95 MB of short paragraphs, stored": (lambda: zipped(unzipped(word()) | {main: f"<w:document {SPACES}><w:body>" + "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_250_000 + "</w:body></w:document>"}, zipfile.ZIP_STORED), ANY),
        "one run of 200 MB": (lambda: with_parts(word(), {main: f"<w:document {SPACES}><w:body><w:p><w:r><w:t>" + "a" * (200 * 2**20) + "</w:t></w:r></w:p></w:body></w:document>"}), PERSON),
        "one run of 9 MB": (lambda: zipped(unzipped(word()) | {main: f"<w:document {SPACES}><w:body><w:p><w:r><w:t>" + "abcdefgh " * 1_000_000 + "</w:t></w:r></w:p></w:body></w:document>"}, zipfile.ZIP_STORED), ANY),
        "100,000 empty paragraphs": (lambda: body("<w:p/>" * 100_000), PERSON),
        "100,000 attributes": (lambda: body("<w:p " + " ".join(f'a{i}="x"' for i in range(100_000)) + ">" + run(SENTENCE) + "</w:p>"), ANY),
        "10,000 names": (lambda: body("<w:p " + " ".join(f'xmlns:n{i}="urn:{i}"' for i in range(10_000)) + ">" + run(SENTENCE) + "</w:p>"), ANY),
        "a cell of a milliard columns": (lambda: body(table(row(cell("Measure", '<w:gridSpan w:val="999999999"/>'), "Target"), row("Trees", "5"))), READ),
        "a cell of minus nine columns": (lambda: body(table(row(cell("Measure", '<w:gridSpan w:val="-9"/>'), "Target"), row("Trees", "5"))), READ),
        "cells merged with nothing": (lambda: body(table(row(cell("a", "<w:vMerge/>"), cell("b", '<w:vMerge w:val="continue"/>')), row("Trees", "5"))), ANY),
        "a table of 2,000 columns": (lambda: body(table(row(*["x"] * 2_000), row(*["y"] * 2_000))), READ),
        "a table without rows": (lambda: body(table() + paragraph(SENTENCE)), READ),
        "a row in no table": (lambda: body(row("a", "b") + paragraph(SENTENCE)), ANY),
        "text outside paragraphs": (lambda: body("We will " + run("plant trees") + paragraph(SENTENCE)), ANY),
        "paragraph in a paragraph": (lambda: body("<w:p>" + paragraph(SENTENCE) + run("and more") + "</w:p>"), ANY),
        "style based on itself": (lambda: body(styled("Loop", SENTENCE)), READ),
        "styles based on each other": (lambda: styles('<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="H1"/></w:style>'), READ),
        "styles 3,000 deep": (lambda: styles("".join(f'<w:style w:type="paragraph" w:styleId="S{i}"><w:name w:val="s{i}"/><w:basedOn w:val="S{i + 1}"/></w:style>' for i in range(3_000)) + '<w:style w:type="paragraph" w:styleId="H1"><w:basedOn w:val="S0"/></w:style>'), ANY),
        "numbering that is not there": (lambda: body(paragraph(SENTENCE, properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="999"/></w:numPr>')), READ),
        "numbering at level 999": (lambda: body(paragraph(SENTENCE, properties='<w:numPr><w:ilvl w:val="999"/><w:numId w:val="1"/></w:numPr>')), READ),
        "numbering from a milliard, in Roman": (lambda: with_parts(word_file(paragraph(SENTENCE, properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')), {"word/numbering.xml": part("numbering", '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')}), READ),
        "numbering by letters from a milliard": (lambda: with_parts(word_file(paragraph(SENTENCE, properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')), {"word/numbering.xml": part("numbering", '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')}), READ),
        "macros": (lambda: word_file(BODY, extra={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"}), FLAG),
        "a file inside": (lambda: word_file(BODY, extra={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0 x"}), FLAG),
        "a part of web pages": (lambda: with_parts(word_file(BODY + '<w:altChunk r:id="p0"/>', parts={"aFChunk": "<html>We will hire ten people.</html>"}), {}), PERSON),
        "a part of web pages that is missing": (lambda: body(BODY + '<w:altChunk r:id="nowhere"/>'), ANY),
        "a part of a document from an address": (lambda: body(BODY + '<w:subDoc r:id="nowhere"/>'), ANY),
        "template from an address": (lambda: linked("attachedTemplate", "http://127.0.0.1:9/evil.dotm"), FLAG),
        "picture from an address": (lambda: linked("image", "http://127.0.0.1:9/x.png"), FLAG),
        "object from an address": (lambda: linked("oleObject", "http://127.0.0.1:9/x.html!"), FLAG),
        "frame from an address": (lambda: linked("frame", "file://host/share"), FLAG),
        "link to an address": (lambda: linked("hyperlink", "http://127.0.0.1:9/"), READ),
        "header that leads out": (lambda: linked("header", "../../../etc/passwd", ""), ANY),
        "header that is missing": (lambda: linked("header", "header99.xml", ""), ANY),
        "header that is the document": (lambda: linked("header", "document.xml", ""), ANY),
        "footnotes that are the document": (lambda: linked("footnotes", "document.xml", ""), ANY),
        "field that asks another program": (lambda: body(paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "<w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\"</w:instrText></w:r>", '<w:r><w:fldChar w:fldCharType="end"/></w:r>', run(SENTENCE))), FLAG),
        "field that includes a file": (lambda: body(paragraph("<w:r><w:instrText>INCLUDETEXT \"/etc/passwd\"</w:instrText></w:r>", run(SENTENCE))), READ),
        "field never ended": (lambda: body(paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>', run(SENTENCE))), ANY),
        "fields 400 deep": (lambda: body("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 400 + run(SENTENCE) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 400 + "</w:p>"), ANY),
        "all text deleted": (lambda: body(f'<w:p><w:del><w:r><w:delText>{SENTENCE}</w:delText></w:r></w:del></w:p>'), PERSON),
        "all text hidden": (lambda: body(paragraph(run(SENTENCE, "<w:vanish/>"))), PERSON),
        "all text in boxes": (lambda: body("<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>" + paragraph(SENTENCE) + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"), READ),
        "boxes in boxes": (lambda: body("<w:p><w:r><w:drawing><wps:txbx><w:txbxContent>" * 8 + paragraph(SENTENCE) + "</w:txbxContent></wps:txbx></w:drawing></w:r></w:p>" * 8), ANY),
        "choice without fallback": (lambda: body("<w:p><w:r><mc:AlternateContent><mc:Choice Requires='zzz'>" + run(SENTENCE) + "</mc:Choice></mc:AlternateContent></w:r></w:p>"), ANY),
        "footnote that is missing": (lambda: body(paragraph(run(SENTENCE), '<w:r><w:footnoteReference w:id="44"/></w:r>')), ANY),
        "footnote that refers to itself": (lambda: word_file(paragraph(run(SENTENCE), '<w:r><w:footnoteReference w:id="2"/></w:r>'), parts={"footnotes": part("footnotes", '<w:footnote w:id="2">' + paragraph(run("See"), '<w:r><w:footnoteReference w:id="2"/></w:r>') + "</w:footnote>")}), ANY),
        "10,000 footnotes": (lambda: word_file(paragraph(run(SENTENCE), *[f'<w:r><w:footnoteReference w:id="{i}"/></w:r>' for i in range(10_000)]), parts={"footnotes": part("footnotes", "".join(f'<w:footnote w:id="{i}">{paragraph("Note.")}</w:footnote>' for i in range(10_000)))}), ANY),
        "content types of a presentation": (lambda: with_parts(word(), {"[Content_Types].xml": '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>'}), AWAY),
        "content types of a workbook": (lambda: with_parts(word(), {"[Content_Types].xml": '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'}), PERSON),
        "main part elsewhere": (lambda: zipped({n.replace("word/", "text/"): (b.replace(b"word/document.xml", b"text/document.xml") if isinstance(b, bytes) else b) for n, b in unzipped(word()).items()}), ANY),
    }  # fmt: skip
    for name, (make, allowed) in {**made, **more}.items():
        yield Case(f"Word: {name}", kind, make, "bid.docx", allowed)
    for extension, allowed in ((".docm", READ), (".dotx", READ), (".doc", FLAG), ("", READ), (".DOCX", READ)):
        yield Case(f"Word: named bid{extension or ' bare'}", kind, word, f"bid{extension}", allowed)


def workbook_cases() -> Iterator[Case]:
    kind = "XLSX"
    main = "xl/worksheets/sheet1.xml"
    made = zip_lies(book, main)

    def sheet(inner: str) -> bytes:
        return workbook({"Measures": inner})

    def rows(xml: str) -> bytes:
        return sheet(cells(TABLE_ROWS + xml))

    def third(xml: str) -> bytes:
        return rows(f'<row r="3">{text_cell("A3", "Trees")}{xml}</row>')

    def shared(xml: str, count: str = "1") -> bytes:
        link = f'<Relationship Id="ss" Type="{R}/sharedStrings" Target="sharedStrings.xml"/>'
        strings = f'<sst xmlns="{S}" count="{count}" uniqueCount="{count}"><si><t>Trees</t></si></sst>'
        return workbook({"M": cells(TABLE_ROWS + xml)}, {"xl/sharedStrings.xml": strings}, links=link)

    def styled_book(xml: str) -> bytes:
        link = f'<Relationship Id="st" Type="{R}/styles" Target="styles.xml"/>'
        body = cells(TABLE_ROWS + '<row r="3"><c r="A3" s="1"><v>44000.5</v></c><c r="B3" s="1"><v>-0.25</v></c></row>')
        return workbook({"M": body}, {"xl/styles.xml": f'<styleSheet xmlns="{S}">{xml}</styleSheet>'}, links=link)

    def number_format(code: str) -> bytes:
        return styled_book(
            f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
        )

    many = cells(*(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}"><v>1</v></c></row>' for i in range(1, 260_001)))
    empty_rows = 8_000_000
    more: Table = {
        "the corner cell": (lambda: sheet(cells(TABLE_ROWS + f'<row r="1048576">{text_cell("XFD1048576", "corner")}</row>')), READ),
        "a cell beyond the corner": (lambda: sheet(cells(TABLE_ROWS + f'<row r="99999999">{text_cell("ZZZZ99999999", "beyond")}</row>')), ANY),
        "a dimension too small": (lambda: sheet('<dimension ref="A1"/>' + cells(TABLE_ROWS)), READ),
        "a dimension of everything": (lambda: sheet('<dimension ref="A1:XFD1048576"/>' + cells(TABLE_ROWS)), READ),
        "a dimension in words": (lambda: sheet('<dimension ref="all of it"/>' + cells(TABLE_ROWS)), READ),
        "8 million rows": (lambda: zipped(unzipped(book()) | {main: f'<worksheet xmlns="{S}">' + cells("<row/>" * empty_rows) + "</worksheet>"}), PERSON),
        "8 million rows, stored": (lambda: zipped(unzipped(book()) | {main: f'<worksheet xmlns="{S}">' + cells("<row/>" * (empty_rows // 2)) + "</worksheet>"}, zipfile.ZIP_STORED), ANY),
        "520,000 cells": (lambda: zipped(unzipped(book()) | {main: f'<worksheet xmlns="{S}">{many}</worksheet>'}), PERSON),
        "one cell of 200 MB": (lambda: sheet(cells(f'<row r="1">{text_cell("A1", "a" * (200 * 2**20))}</row>')), PERSON),
        "one cell of 9 MB": (lambda: zipped(unzipped(book()) | {main: f'<worksheet xmlns="{S}">' + cells(f'<row r="1">{text_cell("A1", "abcdefgh " * 1_000_000)}</row>') + "</worksheet>"}, zipfile.ZIP_STORED), ANY),
        "a milliard laughs": (lambda: with_document_type(book(), main, LAUGHS), PERSON),
        "external entity": (lambda: with_document_type(book(), main, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), PERSON),
        "shared string beyond the last": (lambda: shared('<row r="3"><c r="A3" t="s"><v>999</v></c></row>'), ANY),
        "shared string below nothing": (lambda: shared('<row r="3"><c r="A3" t="s"><v>-1</v></c></row>'), ANY),
        "shared string in words": (lambda: shared('<row r="3"><c r="A3" t="s"><v>first</v></c></row>'), ANY),
        "shared string of a milliard figures": (lambda: shared('<row r="3"><c r="A3" t="s"><v>' + "9" * 10_000 + "</v></c></row>"), ANY),
        "shared strings said to be a milliard": (lambda: shared('<row r="3"><c r="A3" t="s"><v>0</v></c></row>', "999999999"), READ),
        "shared strings missing": (lambda: third('<c r="B3" t="s"><v>0</v></c>'), ANY),
        "number of 10,000 figures": (lambda: third(f'<c r="B3"><v>{"9" * 10_000}</v></c>'), ANY),
        "number without bounds": (lambda: third('<c r="B3"><v>1e999</v></c>'), ANY),
        "number that is none": (lambda: third('<c r="B3"><v>NaN</v></c>'), ANY),
        "number in words": (lambda: third('<c r="B3"><v>five</v></c>'), ANY),
        "truth of nine": (lambda: third('<c r="B3" t="b"><v>9</v></c>'), ANY),
        "unknown type": (lambda: third('<c r="B3" t="zzz"><v>5</v></c>'), ANY),
        "error in a cell": (lambda: third('<c r="B3" t="e"><v>#REF!</v></c>'), READ),
        "cell without a place": (lambda: third("<c><v>5</v></c>"), ANY),
        "cell at no place": (lambda: third('<c r="5B"><v>5</v></c>'), ANY),
        "cells out of order": (lambda: rows(f'<row r="3">{text_cell("B3", "5")}{text_cell("A3", "Trees")}</row>'), READ),
        "a cell twice": (lambda: rows(f'<row r="3">{text_cell("A3", "Trees")}{text_cell("A3", "Shrubs")}</row>'), ANY),
        "rows out of order": (lambda: rows(f'<row r="9">{text_cell("A9", "x")}</row><row r="3">{text_cell("A3", "y")}</row>'), ANY),
        "row number in words": (lambda: rows(f'<row r="three">{text_cell("A3", "y")}</row>'), ANY),
        "formulas without results": (lambda: third('<c r="B3"><f>SUM(B1:B2)</f></c>'), FLAG),
        "formula that runs a program": (lambda: third("<c r=\"B3\"><f>cmd|' /C calc'!A0</f><v>0</v></c>"), ANY),
        "formula of a million letters": (lambda: third(f'<c r="B3"><f>{"1+" * 500_000}1</f><v>1</v></c>'), ANY),
        "shared formula over everything": (lambda: third('<c r="B3"><f t="shared" ref="A1:XFD1048576" si="0">A1</f><v>1</v></c>'), ANY),
        "links to another program": (lambda: workbook({"M": cells(TABLE_ROWS)}, {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{S}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'}), FLAG),
        "links to another workbook": (lambda: workbook({"M": cells(TABLE_ROWS)}, {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{S}"/>', "xl/externalLinks/_rels/externalLink1.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="x" Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/></Relationships>'}), FLAG),
        "connection to a database": (lambda: workbook({"M": cells(TABLE_ROWS)}, {"xl/connections.xml": f'<connections xmlns="{S}"><connection id="1" name="x"/></connections>'}), ANY),
        "cache of a pivot": (lambda: workbook({"M": cells(TABLE_ROWS)}, {"xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{S}"/>'}), READ),
        "macros": (lambda: workbook({"M": cells(TABLE_ROWS)}, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"}), FLAG),
        "merged over everything": (lambda: sheet(cells(TABLE_ROWS) + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), ANY),
        "merged 100,000 times": (lambda: sheet(cells(TABLE_ROWS) + "<mergeCells>" + '<mergeCell ref="A5:B900"/>' * 100_000 + "</mergeCells>"), ANY),
        "merged backwards": (lambda: sheet(cells(TABLE_ROWS) + '<mergeCells><mergeCell ref="B9:A1"/></mergeCells>'), ANY),
        "merged in words": (lambda: sheet(cells(TABLE_ROWS) + '<mergeCells><mergeCell ref="title"/></mergeCells>'), ANY),
        "dates from 1904": (lambda: workbook({"M": cells(TABLE_ROWS + '<row r="3"><c r="A3"><v>40000</v></c></row>')}, more="", links=""), READ),
        "a million styles": (lambda: styled_book("<cellXfs>" + '<xf numFmtId="0"/>' * 1_000_000 + "</cellXfs>"), ANY),
        "a style that is missing": (lambda: third('<c r="B3" s="999999"><v>5</v></c>'), ANY),
        "a style below nothing": (lambda: third('<c r="B3" s="-1"><v>5</v></c>'), ANY),
        "250 sheets": (lambda: workbook({f"S{i}": cells(TABLE_ROWS) for i in range(250)}), ANY),
        "a sheet that is missing": (lambda: with_parts(workbook({"A": cells(TABLE_ROWS), "B": cells(TABLE_ROWS)}), {}, "xl/worksheets/sheet2.xml"), ANY),
        "a sheet of charts": (lambda: with_parts(book(), {main: f'<chartsheet xmlns="{S}"/>'}), ANY),
        "no sheets": (lambda: workbook({}), PERSON),
        "sheets all hidden": (lambda: with_parts(book(), {"xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="M" sheetId="1" r:id="r1" state="veryHidden"/></sheets></workbook>'}), NOT_DONE),
        "sheets of one name": (lambda: with_parts(workbook({"A": cells(TABLE_ROWS), "B": cells(TABLE_ROWS)}), {"xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="A" r:id="r1"/><sheet name="A" r:id="r2"/></sheets></workbook>'}), READ),
        "sheet name of 10,000 letters": (lambda: workbook({"N" * 10_000: cells(TABLE_ROWS)}), ANY),
        "sheet name of control letters": (lambda: workbook({"a&#x202E;b!c:d": cells(TABLE_ROWS)}), ANY),
        "empty sheet": (lambda: sheet(cells()), NOT_DONE),
        "sheet without cells": (lambda: sheet(""), NOT_DONE),
        "sheet 50,000 deep": (lambda: sheet("<sheetData>" * 50_000 + "</sheetData>" * 50_000), PERSON),
        "rich text": (lambda: third('<c r="B3" t="inlineStr"><is><r><t>fi</t></r><r><t>ve</t></r><rPh><t>ghost</t></rPh></is></c>'), READ),
        "strict edition": (lambda: with_parts(book(), {n: (b if isinstance(b, str) else b.decode()).replace(S, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(R, "http://purl.oclc.org/ooxml/officeDocument/relationships") for n, b in unzipped(book()).items()}), READ),
        "columns hidden by the milliard": (lambda: sheet('<cols><col min="1" max="999999999" hidden="1"/></cols>' + cells(TABLE_ROWS)), ANY),
        "columns backwards": (lambda: sheet('<cols><col min="9" max="1" hidden="1"/></cols>' + cells(TABLE_ROWS)), ANY),
    }  # fmt: skip
    for i, code in enumerate(("[$-409]mmmm", "0" * 5_000, "[Red][Blue][", "@@@@", ";;;", "yyyy" * 400, "&quot;", "#,##0.00%%%%", "General General", "[h]:[m]:[s]", "# ?/?", "\\", "_")):  # fmt: skip
        more[f"number format {i}"] = (partial(number_format, code), ANY)
    for name, (make, allowed) in {**made, **more}.items():
        yield Case(f"Workbook: {name}", kind, make, "toms.xlsx", allowed)
    for extension, allowed in ((".xlsm", READ), (".xls", FLAG), (".csv", FLAG)):
        yield Case(f"Workbook: named toms{extension}", kind, book, f"toms{extension}", allowed)
