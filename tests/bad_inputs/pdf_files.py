# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""PDF files written by hand: whole ones, and ones that lie about themselves."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.bad_inputs.case import ANY, FLAG, NOT_DONE, PERSON, READ, Case, State

SENTENCE = "We will recruit five apprentices from the borough by March 2028 and give 200 hours to schools."
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
CATALOG, PAGES, PAGE, FONT, CONTENT = 1, 2, 3, 4, 5


def stream(data: bytes, entries: bytes = b"", length: bytes | None = None) -> bytes:
    """Return a stream object; `length` is what it says of itself."""
    said = b"%d" % len(data) if length is None else length
    return b"<< /Length " + said + b" " + entries + b" >>\nstream\n" + data + b"\nendstream"


def packed(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object whose data is deflated."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def text_of(*lines: str, size: float = 11) -> bytes:
    """Return a content stream that shows lines."""
    shown = b" ".join(b"(%s) Tj T*" % line.encode("latin-1") for line in lines)
    return b"BT /F1 %g Tf 60 780 Td 15 TL %s ET" % (size, shown)


def parts(content: bytes | None = None, page: bytes = b"", catalog: bytes = b"") -> dict[int, bytes]:
    """Return the objects of a file of one page, with further entries of its page and catalogue."""
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> "
        b"/Contents 5 0 R " + page + b" >>",
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        CONTENT: stream(text_of(*[SENTENCE] * 6) if content is None else content),
    }


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"", head: bytes = b"%PDF-1.7\n", tail: bytes = b"") -> bytes:
    """Return a file of these objects with a right table of places."""
    out = io.BytesIO()
    out.write(head)
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    size = max(places) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n")
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n%s" % (size, trailer, at, tail))
    return out.getvalue()


def with_streamed_places(objects: Mapping[int, bytes]) -> bytes:
    """Return a file whose small objects lie in an object stream and whose places lie in a stream too."""
    inner = {n: b for n, b in objects.items() if b"stream" not in b}
    outer = {n: b for n, b in objects.items() if n not in inner}
    holder, table = max(objects) + 1, max(objects) + 2
    heads, bodies = b"", b""
    for number, body in inner.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    outer[holder] = packed(heads + bodies, b"/Type /ObjStm /N %d /First %d " % (len(inner), len(heads)))
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    rows = {0: (0, 0, 65535)} | {n: (2, holder, i) for i, n in enumerate(inner)}
    for number, body in outer.items():
        rows[number] = (1, out.tell(), 0)
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    rows[table] = (1, at, 0)
    data = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + extra.to_bytes(2, "big")
        for kind, place, extra in (rows.get(n, (0, 0, 65535)) for n in range(table + 1))
    )
    out.write(
        b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (table, packed(data, b"/Type /XRef /W [1 4 2] /Size %d /Root 1 0 R " % (table + 1)), at)
    )
    return out.getvalue()


def drawn(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """Return a file drawn with reportlab; the same bytes each time."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def write_lines(canvas: Canvas, x: float = 60, top: float = 780, lines: int = 12, text: str = SENTENCE) -> None:
    canvas.setFont("Helvetica", 10)
    for i in range(lines):
        canvas.drawString(x, top - 14 * i, text)


def three_pages(canvas: Canvas) -> None:
    for n in range(3):
        write_lines(canvas)
        for i in range(4):
            canvas.line(60, 500 - 20 * i, 500, 500 - 20 * i)
            canvas.line(60 + 110 * i, 500, 60 + 110 * i, 440)
        canvas.drawString(70, 485, f"Page {n + 1}")
        canvas.showPage()


def a_form(canvas: Canvas) -> None:
    write_lines(canvas)
    canvas.acroForm.textfield(name="supplier", value="Brightwater Ltd", x=60, y=500, width=200, height=20)
    canvas.acroForm.checkbox(name="living wage", checked=True, x=60, y=460)


def a_picture(canvas: Canvas) -> None:
    from PIL import Image

    write_lines(canvas)
    canvas.drawImage(ImageReader(Image.linear_gradient("L").resize((120, 80))), 60, 400)


@lru_cache(maxsize=1)
def whole_files() -> dict[str, bytes]:
    """Return sound files of different builds, by name."""
    return {
        "plain": pdf(parts()),
        "streamed": with_streamed_places(parts()),
        "three pages": drawn(three_pages, pageCompression=1),
        "form": drawn(a_form),
        "picture": drawn(a_picture),
    }


def shortened(name: str, percent: int) -> bytes:
    data = whole_files()[name]
    return data[: len(data) * percent // 100]


def scrambled(name: str, seed: int) -> bytes:
    """Return a file with a few bytes changed, by the seed."""
    data = bytearray(whole_files()[name])
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 3, 10, 40))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def replaced(old: bytes, new: bytes, name: str = "plain") -> bytes:
    """Return a sound file with one thing said otherwise; places then no longer fit, as in files edited by hand."""
    data = whole_files()[name]
    assert old in data, old
    return data.replace(old, new)


def changed(number: int, body: bytes | None) -> bytes:
    """Return the plain file with one object put in place of another, or left out."""
    objects = parts()
    if body is None:
        del objects[number]
    else:
        objects[number] = body
    return pdf(objects)


# ---------------------------------------------------------------- damage
def structural_cases() -> Iterator[Case]:
    kind = "PDF structure"
    for name in whole_files():
        for percent in range(5, 100, 5):
            yield Case(f"{name} cut at {percent} %", kind, partial(shortened, name, percent), "bid.pdf")
        for seed in range(16):
            yield Case(f"{name} scrambled {seed}", kind, partial(scrambled, name, seed), "bid.pdf")
    for name, make in {**_table_lies(), **_tree_lies(), **_stream_lies(), **_content_oddities()}.items():
        yield Case(name, kind, make, "bid.pdf")


Makers = dict[str, Callable[[], bytes]]


def _table_lies() -> Makers:
    def offsets(change: Callable[[int], int]) -> bytes:
        lines = whole_files()["plain"].split(b"\n")
        return b"\n".join(
            b"%010d 00000 n " % (change(int(x[:10])) % 10**10) if x.endswith(b" n ") else x for x in lines
        )

    def start(value: bytes) -> bytes:
        head, _, tail = whole_files()["plain"].rpartition(b"startxref\n")
        return head + b"startxref\n" + value + b"\n" + tail.partition(b"\n")[2]

    def prev(value: Callable[[bytes], bytes]) -> bytes:
        data = pdf(parts(), trailer=b"/Prev 0000000000")
        at = data.rpartition(b"startxref\n")[2].split(b"\n")[0]
        return data.replace(b"/Prev 0000000000", b"/Prev " + value(at).rjust(10, b"0"))

    def updated(times: int) -> bytes:
        data = whole_files()["plain"]
        for i in range(times):
            last = int(data.rpartition(b"startxref\n")[2].split(b"\n")[0])
            body = stream(text_of(f"Version {i} of the text, which says that we will plant {i} trees in the borough."))
            at = len(data)
            data += b"5 0 obj\n" + body + b"\nendobj\n"
            table = len(data)
            data += b"xref\n5 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
                at, last, table,
            )  # fmt: skip
        return data

    return {
        "places one too high": lambda: offsets(lambda x: x + 1),
        "places one too low": lambda: offsets(lambda x: x - 1),
        "places all zero": lambda: offsets(lambda _: 0),
        "places beyond the end": lambda: offsets(lambda x: x + 10**8),
        "places all the same": lambda: offsets(lambda _: 9),
        "places in reverse": lambda: offsets(lambda x: 2000 - x),
        "table start zero": lambda: start(b"0"),
        "table start negative": lambda: start(b"-5"),
        "table start huge": lambda: start(b"99999999999999999999"),
        "table start a word": lambda: start(b"here"),
        "table start missing": lambda: replaced(b"startxref", b""),
        "no table": lambda: replaced(b"xref\n0 6", b""),
        "table word misspelt": lambda: replaced(b"xref\n0 6", b"xerf\n0 6"),
        "table longer than told": lambda: replaced(b"xref\n0 6", b"xref\n0 3"),
        "table shorter than told": lambda: replaced(b"xref\n0 6", b"xref\n0 6000"),
        "table of a milliard rows": lambda: replaced(b"xref\n0 6", b"xref\n0 999999999"),
        "table begins at a milliard": lambda: replaced(b"xref\n0 6", b"xref\n999999999 6"),
        "table all free": lambda: replaced(b" n \n", b" f \n"),
        "size zero": lambda: replaced(b"/Size 6", b"/Size 0"),
        "size negative": lambda: replaced(b"/Size 6", b"/Size -6"),
        "size a milliard": lambda: replaced(b"/Size 6", b"/Size 1000000000"),
        "earlier table is itself": lambda: prev(lambda at: at),
        "earlier table beyond the end": lambda: prev(lambda _: b"99999999"),
        "earlier table at zero": lambda: prev(lambda _: b"0"),
        "forty versions": lambda: updated(40),
        "four hundred versions": lambda: updated(400),
        "root missing": lambda: replaced(b"/Root 1 0 R", b""),
        "root is a number": lambda: replaced(b"/Root 1 0 R", b"/Root 17"),
        "root is the page": lambda: replaced(b"/Root 1 0 R", b"/Root 3 0 R"),
        "root is nowhere": lambda: replaced(b"/Root 1 0 R", b"/Root 99 0 R"),
        "trailer missing": lambda: replaced(b"trailer", b""),
        "header missing": lambda: pdf(parts(), head=b""),
        "header of edition nine": lambda: pdf(parts(), head=b"%PDF-9.9\n"),
        "header after junk": lambda: b"junk\n" * 150 + whole_files()["plain"],
        "header far inside": lambda: b"junk\n" * 5000 + whole_files()["plain"],
        "two files in one": lambda: whole_files()["plain"] + whole_files()["three pages"],
        "junk at the end": lambda: whole_files()["plain"] + b"\0" * 100_000,
        "only a header": lambda: b"%PDF-1.7\n",
        "header and end": lambda: b"%PDF-1.7\n%%EOF\n",
        "line ends of DOS": lambda: whole_files()["plain"].replace(b"\n", b"\r\n"),
        "line ends of old Macintosh": lambda: whole_files()["plain"].replace(b"\n", b"\r"),
        "all lines one": lambda: whole_files()["plain"].replace(b"\n", b" "),
        "high bit lost": lambda: bytes(b & 0x7F for b in whole_files()["three pages"]),
        "sent as UTF-8": lambda: whole_files()["three pages"].decode("latin-1").encode("utf-8"),
    }


def _tree_lies() -> Makers:
    page = parts()[PAGE]

    def tree(kids: bytes, count: bytes = b"1") -> bytes:
        return changed(PAGES, b"<< /Type /Pages /Kids " + kids + b" /Count " + count + b" >>")

    def deep(depth: int) -> bytes:
        objects = parts()
        for i in range(depth):
            objects[10 + i] = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (
                PAGES if i == 0 else 9 + i, PAGE if i == depth - 1 else 11 + i,
            )  # fmt: skip
        objects[PAGES] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
        return pdf(objects)

    made: Makers = {
        "page tree holds itself": lambda: tree(b"[2 0 R]"),
        "page tree holds itself and a page": lambda: tree(b"[3 0 R 2 0 R]", b"2"),
        "page tree holds the catalogue": lambda: tree(b"[1 0 R]"),
        "page tree holds numbers": lambda: tree(b"[1 2 3]", b"3"),
        "page tree holds nothing": lambda: tree(b"[]", b"0"),
        "page tree is no list": lambda: tree(b"3 0 R"),
        "page tree holds a string": lambda: tree(b"[(page)]"),
        "page tree holds null pages": lambda: tree(b"[null null 3 0 R null]", b"4"),
        "page tree holds missing pages": lambda: tree(b"[77 0 R 3 0 R 78 0 R]", b"3"),
        "page tree holds a page twice": lambda: tree(b"[3 0 R 3 0 R]", b"2"),
        "page tree two loops": lambda: pdf(
            parts() | {PAGES: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", 6: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}
        ),
        "page is its own parent": lambda: changed(PAGE, page.replace(b"/Parent 2 0 R", b"/Parent 3 0 R")),
        "page without parent": lambda: changed(PAGE, page.replace(b"/Parent 2 0 R", b"")),
        "page without type": lambda: changed(PAGE, page.replace(b"/Type /Page ", b"")),
        "page without size": lambda: changed(PAGE, page.replace(b"/MediaBox [0 0 595 842]", b"")),
        "page of three corners": lambda: changed(PAGE, page.replace(b"[0 0 595 842]", b"[0 0 595]")),
        "page size in words": lambda: changed(PAGE, page.replace(b"[0 0 595 842]", b"[(a) (b) (c) (d)]")),
        "page size backwards": lambda: changed(PAGE, page.replace(b"[0 0 595 842]", b"[595 842 0 0]")),
        "page of no size": lambda: changed(PAGE, page.replace(b"[0 0 595 842]", b"[0 0 0 0]")),
        "page without resources": lambda: changed(
            PAGE, page.replace(b"/Resources << /Font << /F1 4 0 R >> >>", b"")
        ),
        "page without contents": lambda: changed(PAGE, page.replace(b"/Contents 5 0 R", b"")),
        "contents are the page": lambda: changed(PAGE, page.replace(b"5 0 R", b"3 0 R")),
        "contents list loops": lambda: pdf(
            parts(page=b"") | {PAGE: page.replace(b"5 0 R", b"6 0 R"), 6: b"[6 0 R 5 0 R]"}
        ),
        "contents list with gaps": lambda: changed(PAGE, page.replace(b"5 0 R", b"[null 5 0 R 99 0 R 7]")),
        "tree forty deep": lambda: deep(40),
        "tree five hundred deep": lambda: deep(500),
        "tree twenty thousand deep": lambda: deep(20_000),
        "catalogue without pages": lambda: changed(CATALOG, b"<< /Type /Catalog >>"),
        "pages are a number": lambda: changed(CATALOG, b"<< /Type /Catalog /Pages 7 >>"),
        "pages are the catalogue": lambda: changed(CATALOG, b"<< /Type /Catalog /Pages 1 0 R >>"),
        "font is missing a name": lambda: changed(FONT, b"<< /Type /Font >>"),
        "font is the page": lambda: changed(FONT, page),
        "object points at itself": lambda: changed(CONTENT, b"5 0 R"),
        "objects point at each other": lambda: pdf(parts() | {CONTENT: b"6 0 R", 6: b"5 0 R"}),
        "nested lists": lambda: changed(FONT, b"[" * 100_000 + b"]" * 100_000),
        "nested dictionaries": lambda: changed(FONT, b"<< /A " * 50_000 + b">>" * 50_000),
        "unclosed string": lambda: changed(FONT, b"<< /Type (" + b"(" * 10_000),
        "name of a million letters": lambda: changed(FONT, b"<< /Type /" + b"F" * 1_000_000 + b" >>"),
        "number of a thousand figures": lambda: changed(FONT, b"<< /Type /Font /FirstChar " + b"9" * 1_000 + b" >>"),
    }  # fmt: skip
    for number, what in ((1, "catalogue"), (2, "page tree"), (3, "page"), (4, "font"), (5, "contents")):
        made[f"{what} is missing"] = partial(changed, number, None)
        made[f"{what} is null"] = partial(changed, number, b"null")
        made[f"{what} is empty"] = partial(changed, number, b"<< >>")
    for count in (b"0", b"-1", b"2", b"1000", b"2147483648", b"99999999999999999999", b"(one)", b"2 0 R"):
        made[f"page count said as {count.decode()}"] = partial(tree, b"[3 0 R]", count)
    return made


def _stream_lies() -> Makers:
    text = text_of(*[SENTENCE] * 6)
    made: Makers = {
        "filter unknown": lambda: changed(CONTENT, stream(text, b"/Filter /Rot13Decode ")),
        "filter is a number": lambda: changed(CONTENT, stream(text, b"/Filter 7 ")),
        "filter list of a thousand": lambda: changed(
            CONTENT, stream(text.hex().encode(), b"/Filter [" + b"/ASCIIHexDecode " * 1000 + b"] ")
        ),
        "filter says flate and is not": lambda: changed(CONTENT, stream(text, b"/Filter /FlateDecode ")),
        "flate cut short": lambda: changed(CONTENT, stream(zlib.compress(text)[:-20], b"/Filter /FlateDecode ")),
        "flate without head": lambda: changed(CONTENT, stream(zlib.compress(text)[2:], b"/Filter /FlateDecode ")),
        "flate wrong sum": lambda: changed(
            CONTENT, stream(zlib.compress(text)[:-4] + b"\0\0\0\0", b"/Filter /FlateDecode ")
        ),
        "flate twice told once": lambda: changed(CONTENT, packed(zlib.compress(text))),
        "flate twice told twice": lambda: changed(
            CONTENT, stream(zlib.compress(zlib.compress(text)), b"/Filter [/FlateDecode /FlateDecode] ")
        ),
        "predictor with huge columns": lambda: changed(
            CONTENT, packed(text, b"/DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 >> ")
        ),
        "predictor with no columns": lambda: changed(
            CONTENT, packed(text, b"/DecodeParms << /Predictor 12 /Columns 0 >> ")
        ),
        "predictor with less than none": lambda: changed(
            CONTENT, packed(text, b"/DecodeParms << /Predictor 2 /Columns -1 /BitsPerComponent 99 >> ")
        ),
        "stream in another file": lambda: changed(CONTENT, stream(text, b"/F (/etc/hostname) ")),
        "stream at an address": lambda: changed(
            CONTENT, stream(text, b"/F << /FS /URL /F (http://127.0.0.1:9/x) >> ")
        ),
        "stream never ends": lambda: replaced(b"\nendstream", b""),
        "object never ends": lambda: replaced(b"endobj", b""),
        "ASCII85 with odd letters": lambda: changed(CONTENT, stream(b"~~\x80zzzz{{{~>", b"/Filter /ASCII85Decode ")),
        "run lengths cut short": lambda: changed(CONTENT, stream(b"\x7fabc", b"/Filter /RunLengthDecode ")),
        "LZW of noise": lambda: changed(
            CONTENT, stream(bytes(i * 37 % 256 for i in range(5000)), b"/Filter /LZWDecode ")
        ),
        "crypt filter without encryption": lambda: changed(CONTENT, stream(text, b"/Filter /Crypt ")),
        "DCT of text": lambda: changed(CONTENT, stream(text, b"/Filter /DCTDecode ")),
    }  # fmt: skip
    for length in (b"0", b"1", b"100000", b"-1", b"99999999999", b"5 0 R", b"77 0 R", b"(long)", b"null"):
        made[f"length said as {length.decode()}"] = partial(changed, CONTENT, stream(text, length=length))
    return made


def _content_oddities() -> Makers:
    text = text_of(SENTENCE, SENTENCE)
    contents = {
        "saves without end": b"q " * 200_000 + text,
        "restores without saves": b"Q " * 10_000 + text,
        "text within text": b"BT BT BT " + text + b" ET ET",
        "text never ended": text.replace(b"ET", b""),
        "font that is not there": text.replace(b"/F1", b"/F9"),
        "font without a name": text.replace(b"/F1 11 Tf", b"11 Tf"),
        "font size huge": text.replace(b" 11 Tf", b" 1e38 Tf"),
        "font size negative": text.replace(b" 11 Tf", b" -11 Tf"),
        "font size nothing": text.replace(b" 11 Tf", b" 0 Tf"),
        "matrix of zeros": b"0 0 0 0 0 0 cm " + text,
        "matrix enormous": b"1e30 0 0 1e30 0 0 cm " + text,
        "matrix tiny": b"1e-30 0 0 1e-30 0 0 cm " + text,
        "inline picture without end": text + b" BI /W 10 /H 10 /BPC 8 /CS /G ID \x00\x01\x02",
        "inline picture huge": text + b" BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID x EI",
        "unknown operators": b"foo bar baz\n" * 5_000 + text,
        "operands without operator": b"1 2 3 " * 100_000 + text,
        "string unclosed": text + b" (never ends",
        "hexadecimal string odd": b"BT /F1 11 Tf 60 700 Td <48656C6C6> Tj ET " + text,
        "nested arrays": b"BT /F1 11 Tf " + b"[" * 20_000 + b"]" * 20_000 + b" TJ ET " + text,
        "marked content unbalanced": b"/P BMC " * 50_000 + text,
        "control letters in text": text_of(
            "".join(map(chr, range(1, 32))).replace("(", "").replace("\r", ""), SENTENCE
        ),
        "word spacing huge": b"1e9 Tw " + text,
        "zero bytes between": text.replace(b" ", b"\0"),
        "empty contents": b"",
        "only spaces": b" " * 100_000,
    }
    return {name: partial(changed, CONTENT, stream(body)) for name, body in contents.items()}


# ---------------------------------------------------------------- bombs
def _deflated_run(byte: bytes, mib: int) -> bytes:
    packer = zlib.compressobj(9)
    block = byte * 2**20
    return b"".join(packer.compress(block) for _ in range(mib)) + packer.flush()


def _fan_out(width: int, depth: int, text: bytes | None = None) -> bytes:
    objects = parts(b"/X0 Do " * width) | _forms(width, depth, text)
    objects[PAGE] = objects[PAGE].replace(b"/Resources <<", b"/Resources << /XObject << /X0 10 0 R >>")
    return pdf(objects)


def _forms(width: int, depth: int, text: bytes | None = None) -> dict[int, bytes]:
    """Return drawings, from object 10 on, of which each draws the next so often."""
    forms = {}
    for i in range(depth):
        below = b"/X%d Do " % (i + 1) * width if i + 1 < depth else text or text_of("leaf")
        link = b"/XObject << /X%d %d 0 R >>" % (i + 1, 11 + i) if i + 1 < depth else b""
        forms[10 + i] = stream(
            below,
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> " + link + b" >> ",
        )
    return forms


def with_one_endless_page(pages: int, bad: int) -> bytes:
    """Return a file of sound pages but one, whose drawing takes hours."""
    objects = parts() | _forms(10, 9)
    objects[6] = stream(b"/X0 Do " * 10)
    sound = objects.pop(PAGE)
    endless = sound.replace(b"/Contents 5", b"/Contents 6").replace(b"<< /Font", b"<< /XObject << /X0 10 0 R >> /Font")
    numbers = range(30, 30 + pages)
    objects |= {n: endless if n == 29 + bad else sound for n in numbers}
    kids = b" ".join(b"%d 0 R" % n for n in numbers)
    objects[PAGES] = b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages
    return pdf(objects)


def _loop(kind: bytes) -> bytes:
    objects = parts(text_of(SENTENCE) + b" /X0 Do /P0 gs /Pattern cs /T0 scn 0 0 500 500 re f")
    resources = b"/Resources << /XObject << /X0 10 0 R >> /Pattern << /T0 11 0 R >> /ExtGState << /P0 12 0 R >> >> "
    entries = b"/BBox [0 0 595 842] " + resources
    objects[10] = stream(b"/X0 Do" if kind == b"form" else b"", b"/Type /XObject /Subtype /Form " + entries)
    objects[11] = stream(
        b"/Pattern cs /T0 scn 0 0 9 9 re f" if kind == b"pattern" else b"",
        b"/PatternType 1 /PaintType 1 /TilingType 1 /XStep 1 /YStep 1 " + entries,
    )
    objects[12] = b"<< /SMask << /S /Luminosity /G 13 0 R >> >>"
    objects[13] = stream(
        b"/P0 gs 0 0 9 9 re f" if kind == b"mask" else b"",
        b"/Type /XObject /Subtype /Form /Group << /S /Transparency /CS /DeviceGray >> " + entries,
    )
    objects[PAGE] = objects[PAGE].replace(
        b"/Resources <<",
        b"/Resources << /XObject << /X0 10 0 R >> /Pattern << /T0 11 0 R >> /ExtGState << /P0 12 0 R >>",
    )
    return pdf(objects)


def _many_pages(count: int, own: bool = False) -> bytes:
    objects = parts()
    if own:
        page = objects.pop(PAGE)
        for i in range(count):
            objects[100 + i] = page
        kids = b" ".join(b"%d 0 R" % (100 + i) for i in range(count))
    else:
        kids = b"3 0 R " * count
    objects[PAGES] = b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % count
    return pdf(objects)


def _many_letters(count: int) -> bytes:
    return changed(
        CONTENT, packed(b"BT /F1 4 Tf 20 820 Td 4 TL " + (b"(" + b"word " * 60 + b") Tj T* ") * (count // 300) + b"ET")
    )


def _sized(box: bytes, more: bytes = b"") -> bytes:
    objects = parts(page=more)
    objects[PAGE] = objects[PAGE].replace(b"[0 0 595 842]", box)
    return pdf(objects)


def _huge_picture(width: int, height: int, bits: int, data: bytes, colours: bytes = b"/DeviceGray") -> bytes:
    objects = parts(text_of(SENTENCE) + b" q 500 0 0 500 50 50 cm /I0 Do Q")
    objects[10] = stream(
        data,
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace %s /Filter /FlateDecode "
        % (width, height, bits, colours),
    )
    objects[PAGE] = objects[PAGE].replace(b"/Resources <<", b"/Resources << /XObject << /I0 10 0 R >>")
    return pdf(objects)


def _many_fonts(count: int) -> bytes:
    objects = parts(
        b" ".join(
            b"BT /G%d 9 Tf %d %d Td (font) Tj ET" % (i, 20 + i % 25 * 22, 20 + i // 25 % 80 * 10) for i in range(count)
        )
    )
    objects[PAGE] = objects[PAGE].replace(
        b"/F1 4 0 R", b"/F1 4 0 R " + b" ".join(b"/G%d %d 0 R" % (i, 100 + i) for i in range(count))
    )
    for i in range(count):
        objects[100 + i] = parts()[FONT]
    return pdf(objects)


def _many_notes(count: int) -> bytes:
    objects = parts(page=b"/Annots [" + b"10 0 R " * count + b"]")
    objects[10] = (
        b"<< /Type /Annot /Subtype /FreeText /Rect [50 50 200 100] /Contents (We note this.) /DA (/F1 9 Tf) >>"
    )
    return pdf(objects)


def _type3(body: bytes, resources: bytes = b"") -> bytes:
    objects = parts(text_of(SENTENCE) + b" BT /F3 20 Tf 60 300 Td (aaaa) Tj ET")
    objects[10] = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << /a 11 0 R >> "
        b"/Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1000] /Resources << "
        + resources + b" >> >>"
    )  # fmt: skip
    objects[11] = stream(body)
    objects[PAGE] = objects[PAGE].replace(b"/F1 4 0 R", b"/F1 4 0 R /F3 10 0 R")
    return pdf(objects)


def bomb_cases() -> Iterator[Case]:
    kind = "PDF bomb"
    made: dict[str, tuple[Callable[[], bytes], frozenset[State]]] = {
        "500 MB of spaces": (lambda: changed(CONTENT, stream(_deflated_run(b" ", 480), b"/Filter /FlateDecode ")), ANY),
        "flate in flate": (lambda: changed(CONTENT, stream(zlib.compress(_deflated_run(b" ", 900), 9), b"/Filter [/FlateDecode /FlateDecode] ")), ANY),
        "2 GB of spaces": (lambda: changed(CONTENT, stream(_deflated_run(b" ", 2048), b"/Filter /FlateDecode ")), ANY),
        "100 MB of text operators": (lambda: changed(CONTENT, packed(text_of("x") * 2_500_000)), NOT_DONE),
        "forms ten by ten nine deep": (lambda: _fan_out(10, 9), NOT_DONE),
        "forms ten by ten nine deep, empty": (lambda: _fan_out(10, 9, b" "), ANY),
        "forms three by three nine deep": (lambda: _fan_out(3, 9), ANY),
        "forms a hundred by a hundred three deep": (lambda: _fan_out(100, 3), NOT_DONE),
        "forms in one another 400 deep": (lambda: _fan_out(1, 400), ANY),
        "form draws itself": (lambda: _loop(b"form"), ANY),
        "pattern paints itself": (lambda: _loop(b"pattern"), ANY),
        "mask masks itself": (lambda: _loop(b"mask"), ANY),
        "letter draws itself": (lambda: _type3(b"1000 0 d0 BT /F3 1 Tf (aaaa) Tj ET", b"/Font << /F3 10 0 R >>"), ANY),
        "2,000 pages": (lambda: _many_pages(2_000), READ),
        "2,001 pages": (lambda: _many_pages(2_001), PERSON),
        "2,001 pages of their own": (lambda: _many_pages(2_001, own=True), PERSON),
        "100,000 pages": (lambda: _many_pages(100_000), PERSON),
        "60,000 characters": (lambda: _many_letters(60_000), PERSON),
        "300,000 characters": (lambda: _many_letters(300_000), PERSON),
        "3,000,000 characters": (lambda: _many_letters(3_000_000), PERSON),
        "page a kilometre wide": (lambda: _sized(b"[0 0 2834645 842]"), ANY),
        "page of a million by a million": (lambda: _sized(b"[0 0 1000000 1000000]"), ANY),
        "page of 1e38": (lambda: _sized(b"[0 0 1e38 1e38]"), ANY),
        "page of less than a point": (lambda: _sized(b"[0 0 0.001 0.001]"), ANY),
        "page of minus a million": (lambda: _sized(b"[-1000000 -1000000 0 0]"), ANY),
        "unit of a million": (lambda: _sized(b"[0 0 595 842]", b"/UserUnit 1000000"), ANY),
        "unit below nothing": (lambda: _sized(b"[0 0 595 842]", b"/UserUnit -3"), ANY),
        "picture of 60,000 by 60,000 bits": (lambda: _huge_picture(60_000, 60_000, 1, _deflated_run(b"\0", 430)), ANY),
        "picture of 100,000 by 100,000 that is not there": (lambda: _huge_picture(100_000, 100_000, 8, zlib.compress(b"x"), b"/DeviceRGB"), ANY),
        "picture of 20,000 by 20,000": (lambda: _huge_picture(20_000, 20_000, 8, _deflated_run(b"\x80", 382)), ANY),
        "10,000 fonts": (lambda: _many_fonts(10_000), ANY),
        "100,000 notes": (lambda: _many_notes(100_000), ANY),
        "30,000 rules": (lambda: changed(CONTENT, packed(text_of(SENTENCE) + b" ".join(b"%d %d 8 8 re S" % (i % 200 * 3, i // 200 * 5) for i in range(30_000)))), ANY),
        "200,000 rules": (lambda: changed(CONTENT, packed(text_of(SENTENCE) + b" ".join(b"%d %d 300 0.5 re f" % (i % 300, i % 840) for i in range(200_000)))), ANY),
        "a path of a million steps": (lambda: changed(CONTENT, packed(text_of(SENTENCE) + b" 0 0 m " + b"".join(b"%d %d l " % (i % 595, i * 7 % 842) for i in range(1_000_000)) + b"S")), ANY),
        "dashes without number": (lambda: changed(CONTENT, packed(text_of(SENTENCE) + b" [" + b"0.001 " * 100_000 + b"] 0 d 0 0 m 595 842 l S")), ANY),
        "tiles of a thousandth": (lambda: pdf(parts(text_of(SENTENCE) + b" /Pattern cs /T0 scn 0 0 595 842 re f") | {PAGE: parts()[PAGE].replace(b"/Resources <<", b"/Resources << /Pattern << /T0 11 0 R >>"), 11: stream(b"0 0 1 1 re f", b"/PatternType 1 /PaintType 1 /TilingType 1 /XStep 0.001 /YStep 0.001 /BBox [0 0 1 1] /Resources << >> ")}), ANY),
        "object stream that holds itself": (lambda: with_streamed_places(parts()).replace(b"/Type /ObjStm", b"/Extends 6 0 R /Type /ObjStm"), ANY),
        "object stream of a milliard": (lambda: with_streamed_places(parts()).replace(b"/N 4 ", b"/N 999999999 "), ANY),
        "50 MiB and one byte": (lambda: whole_files()["plain"] + b"\0" * (50 * 2**20 + 1), frozenset({State.refused})),
        "50 MiB of zeros after the end": (lambda: whole_files()["plain"] + b"\0" * (50 * 2**20 - 5_000), ANY),
    }  # fmt: skip
    for name, (make, allowed) in made.items():
        yield Case(name, kind, make, "bid.pdf", allowed)


# ---------------------------------------------------------------- features
def _encrypted(user: str, owner: str, strength: int) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(
        buffer, pagesize=(595, 842), invariant=1, encrypt=StandardEncryption(user, owner, strength=strength)
    )
    write_lines(canvas)
    canvas.save()
    return buffer.getvalue()


def _with(catalog: bytes = b"", page: bytes = b"", **objects: bytes) -> bytes:
    """Return a file with further entries, and objects by their number as `o10`, `o11`."""
    return pdf(parts(page=page, catalog=catalog) | {int(n[1:]): body for n, body in objects.items()})


def feature_cases() -> Iterator[Case]:
    kind = "PDF features"
    for strength in (40, 128):
        yield Case(
            f"password of {strength} bits", kind, partial(_encrypted, "secret", "owner", strength), "bid.pdf", PERSON
        )
        yield Case(
            f"owner's password of {strength} bits", kind, partial(_encrypted, "", "owner", strength), "bid.pdf", READ
        )
    yield Case("unknown protection", kind, lambda: pdf(parts(), trailer=b"/Encrypt << /Filter /Unknown /V 9 >> /ID [<00> <00>]"), "bid.pdf", PERSON)  # fmt: skip
    yield Case("protection that is missing", kind, lambda: pdf(parts(), trailer=b"/Encrypt 99 0 R /ID [<00> <00>]"), "bid.pdf", ANY)  # fmt: skip
    script = b"<< /S /JavaScript /JS (app.alert\\('x'\\); this.submitForm\\('http://127.0.0.1:9/'\\);) >>"
    file = b"<< /Type /Filespec /F (notes.txt) /EF << /F 11 0 R >> >>"
    canary = b"(http://127.0.0.1:9/x)"
    made: dict[str, tuple[Callable[[], bytes], frozenset[State]]] = {
        "script on opening": (lambda: _with(b"/OpenAction " + script), FLAG),
        "script by name": (lambda: _with(b"/Names << /JavaScript << /Names [(a) " + script + b"] >> >>"), FLAG),
        "script on closing": (lambda: _with(b"/AA << /WC " + script + b" >>"), ANY),
        "script of a page": (lambda: _with(page=b"/AA << /O " + script + b" >>"), ANY),
        "script of a link": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [50 50 90 90] /A " + script + b" >>]"), ANY),
        "starts a program": (lambda: _with(b"/OpenAction << /S /Launch /F (/bin/sh) >>"), FLAG),
        "starts a program of Windows": (lambda: _with(b"/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>"), FLAG),
        "opens an address": (lambda: _with(b"/OpenAction << /S /URI /URI " + canary + b" >>"), ANY),
        "link to an address": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [50 50 90 90] /A << /S /URI /URI " + canary + b" >> >>]"), READ),
        "sends a form": (lambda: _with(b"/OpenAction << /S /SubmitForm /F " + canary + b" >>"), ANY),
        "imports data": (lambda: _with(b"/OpenAction << /S /ImportData /F (/etc/passwd) >>"), ANY),
        "goes to another file": (lambda: _with(b"/OpenAction << /S /GoToR /F (//host/share/x.pdf) /D [0 /Fit] >>"), ANY),
        "chain of actions without end": (lambda: _with(b"/OpenAction 10 0 R", o10=b"<< /S /URI /URI " + canary + b" /Next 10 0 R >>"), ANY),
        "attachment": (lambda: _with(b"/Names << /EmbeddedFiles << /Names [(notes.txt) " + file + b"] >> >>", o11=stream(b"We will recruit ten people.", b"/Type /EmbeddedFile ")), FLAG),
        "attachment on a page": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [50 50 90 90] /FS " + file + b" >>]", o11=stream(b"We will recruit.", b"/Type /EmbeddedFile ")), ANY),
        "portfolio": (lambda: _with(b"/Collection << /View /D >> /Names << /EmbeddedFiles << /Names [(notes.txt) " + file + b"] >> >>", o11=stream(b"We will recruit ten people.", b"/Type /EmbeddedFile ")), FLAG),
        "names tree that loops": (lambda: _with(b"/Names << /EmbeddedFiles 10 0 R /JavaScript 10 0 R >>", o10=b"<< /Kids [10 0 R 10 0 R] >>"), ANY),
        "outline that loops": (lambda: _with(b"/Outlines 10 0 R", o10=b"<< /First 11 0 R /Last 11 0 R >>", o11=b"<< /Title (x) /Next 11 0 R /First 11 0 R >>"), READ),
        "layer that is off": (lambda: pdf(parts(b"/OC /L0 BDC " + text_of("We will give a million pounds to the borough each year.") + b" EMC " + b"BT /F1 11 Tf 60 500 Td (" + SENTENCE.encode() + b") Tj ET", b"", b"/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] /Order [10 0 R] >> >>") | {PAGE: parts()[PAGE].replace(b"/Resources <<", b"/Resources << /Properties << /L0 10 0 R >>"), 10: b"<< /Type /OCG /Name (Hidden) >>"}), FLAG),
        "layer that is on": (lambda: pdf(parts(b"/OC /L0 BDC " + text_of(SENTENCE) + b" EMC", b"", b"/OCProperties << /OCGs [10 0 R] /D << /ON [10 0 R] >> >>") | {PAGE: parts()[PAGE].replace(b"/Resources <<", b"/Resources << /Properties << /L0 10 0 R >>"), 10: b"<< /Type /OCG /Name (Shown) >>"}), READ),
        "layer only for print": (lambda: pdf(parts(b"/OC /L0 BDC " + text_of(SENTENCE) + b" EMC", b"", b"/OCProperties << /OCGs [10 0 R] /D << /AS [<< /Event /View /Category [/View] /OCGs [10 0 R] >>] >> >>") | {PAGE: parts()[PAGE].replace(b"/Resources <<", b"/Resources << /Properties << /L0 10 0 R >>"), 10: b"<< /Type /OCG /Name (P) /Usage << /View << /ViewState /OFF >> >> >>"}), ANY),
        "signature field": (lambda: _with(b"/AcroForm << /SigFlags 3 /Fields [10 0 R] >>", b"/Annots [10 0 R]", o10=b"<< /FT /Sig /T (s) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /V << /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >> >>"), READ),
        "form of XFA": (lambda: _with(b"/AcroForm << /Fields [] /XFA 10 0 R >> /NeedsRendering true", o10=stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")), ANY),
        "form of XFA that reads a file": (lambda: _with(b"/AcroForm << /Fields [] /XFA 10 0 R >>", o10=stream(b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>")), ANY),
        "metadata with entities": (lambda: _with(b"/Metadata 10 0 R", o10=stream(b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>", b"/Type /Metadata /Subtype /XML ")), READ),
        "film": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /Movie /Rect [50 50 90 90] /Movie << /F (x.avi) >> >>]"), READ),
        "rich media": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [50 50 90 90] >>]"), READ),
        "field of a million letters": (lambda: _with(b"/AcroForm << /Fields [10 0 R] >>", b"/Annots [10 0 R]", o10=b"<< /FT /Tx /T (f) /Type /Annot /Subtype /Widget /Rect [50 50 400 90] /V (" + b"word " * 200_000 + b") >>"), ANY),
        "fields that are their own parents": (lambda: _with(b"/AcroForm << /Fields [10 0 R] >>", b"/Annots [10 0 R]", o10=b"<< /FT /Tx /T (f) /Parent 10 0 R /Kids [10 0 R] /Type /Annot /Subtype /Widget /Rect [50 50 400 90] /V (x) >>"), ANY),
        "note that is hidden": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /FreeText /F 2 /Rect [50 50 300 90] /Contents (We will give more.) >>]"), READ),
        "popup notes": (lambda: _with(page=b"/Annots [<< /Type /Annot /Subtype /Text /Rect [50 50 70 70] /Contents (Check this figure.) >>]"), READ),
    }  # fmt: skip
    for name, (make, allowed) in made.items():
        yield Case(name, kind, make, "bid.pdf", allowed)


# ---------------------------------------------------------------- odd but valid
def _turned(rotation: int, crop: bytes = b"") -> bytes:
    return pdf(parts(page=b"/Rotate %d " % rotation + crop))


def in_font(text: str) -> bytes:
    def draw(canvas: Canvas) -> None:
        if "DejaVu" not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU))
        canvas.setFont("DejaVu", 11)
        for i in range(8):
            canvas.drawString(60, 780 - 16 * i, text)

    return drawn(draw)


def _columns(canvas: Canvas) -> None:
    for x in (50, 310):
        write_lines(canvas, x, text="We will recruit five apprentices from the borough.", lines=40)


def _type3_letters() -> bytes:
    glyphs = {
        c: b"600 0 0 0 500 700 d1 0 0 500 %d re f" % (100 + 20 * i) for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")
    }
    objects = parts(b"BT /F3 12 Tf 60 700 Td (we will plant trees in the park) Tj ET")
    objects[10] = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << "
        + b" ".join(b"/%s %d 0 R" % (c.encode(), 20 + i) for i, c in enumerate(glyphs))
        + b" >> /Encoding << /Type /Encoding /Differences [97 " + b" ".join(b"/" + c.encode() for c in glyphs)
        + b"] >> /FirstChar 97 /LastChar 122 /Widths [" + b"600 " * 26 + b"] >>"
    )  # fmt: skip
    for i, body in enumerate(glyphs.values()):
        objects[20 + i] = stream(body)
    objects[PAGE] = objects[PAGE].replace(b"/F1 4 0 R", b"/F1 4 0 R /F3 10 0 R")
    return pdf(objects)


def _by_numbers(unicode_map: bytes | None) -> bytes:
    objects = parts(b"BT /F2 12 Tf 60 700 Td <00480065006C006C006F> Tj ET")
    link = b"/ToUnicode 13 0 R " if unicode_map is not None else b""
    objects[10] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding /Identity-H /DescendantFonts [11 0 R] "
        + link
        + b">>"
    )
    objects[11] = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /FontDescriptor 12 0 R /DW 600 >>"
    )
    objects[12] = (
        b"<< /Type /FontDescriptor /FontName /Helvetica /Flags 32 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
    )
    if unicode_map is not None:
        objects[13] = stream(unicode_map)
    objects[PAGE] = objects[PAGE].replace(b"/F1 4 0 R", b"/F1 4 0 R /F2 10 0 R")
    return pdf(objects)


def odd_cases() -> Iterator[Case]:
    kind = "PDF odd but valid"
    made: dict[str, tuple[Callable[[], bytes], frozenset[State]]] = {}
    for rotation in (0, 90, 180, 270, -90, 450, 45):
        made[f"turned by {rotation}"] = (partial(_turned, rotation), READ)
        made[f"turned by {rotation} and cropped"] = (partial(_turned, rotation, b"/CropBox [30 400 560 820] "), READ)
    made |= {
        "cropped to nothing": (lambda: _turned(0, b"/CropBox [0 0 0 0] "), ANY),
        "cropped outside the page": (lambda: _turned(0, b"/CropBox [9000 9000 9100 9100] "), ANY),
        "cropped away from the text": (lambda: _turned(0, b"/CropBox [0 0 595 300] "), NOT_DONE),
        "origin below nothing": (lambda: _sized(b"[-300 -100 595 842]"), READ),
        "origin far away": (lambda: _sized(b"[0 700 595 1542]"), READ),
        "unit of two": (lambda: _sized(b"[0 0 595 842]", b"/UserUnit 2"), READ),
        "unit of a half": (lambda: _sized(b"[0 0 595 842]", b"/UserUnit 0.5"), ANY),
        "letters drawn as figures": (_type3_letters, ANY),
        "letters by numbers without a key": (lambda: _by_numbers(None), ANY),
        "letters by numbers with a broken key": (lambda: _by_numbers(b"beginbfchar <00"), ANY),
        "letters by numbers with a lying key": (lambda: _by_numbers(b"1 begincodespacerange <0000> <FFFF> endcodespacerange 5 beginbfchar <0048> <0057> <0065> <0065> <006C> <0020> <006F> <0031> endbfchar"), ANY),
        "Arabic": (lambda: in_font("سنوظف خمسة متدربين من البلدة"), READ),
        "Hebrew": (lambda: in_font("נעסיק חמישה חניכים מהעיר"), READ),
        "Greek and Cyrillic": (lambda: in_font("Θα προσλάβουμε πέντε · Мы наймём пять"), READ),
        "two columns": (lambda: drawn(_columns), READ),
        "a form to fill in": (lambda: whole_files()["form"], READ),
        "places in a stream": (lambda: whole_files()["streamed"], READ),
        "contents in pieces": (lambda: pdf(parts() | {PAGE: parts()[PAGE].replace(b"5 0 R", b"[5 0 R 6 0 R]"), CONTENT: stream(b"BT /F1 11 Tf 60 780 Td (" + SENTENCE.encode() + b") T"), 6: stream(b"j ET BT /F1 11 Tf 60 700 Td (We will plant trees.) Tj ET")}), READ),
        "resources inherited": (lambda: pdf(parts() | {PAGE: parts()[PAGE].replace(b"/Resources << /Font << /F1 4 0 R >> >>", b""), PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 4 0 R >> >> >>"}), READ),
        "a blank page": (lambda: changed(CONTENT, stream(b"")), PERSON),
        "a page of lines only": (lambda: changed(CONTENT, stream(b"0 0 m 500 500 l S")), PERSON),
        "text in a form": (lambda: _fan_out(1, 2, text_of(SENTENCE, SENTENCE)), READ),
        "text upside down": (lambda: changed(CONTENT, stream(b"BT /F1 11 Tf -1 0 0 -1 500 400 Tm (" + SENTENCE.encode()[:60] + b") Tj ET")), ANY),
        "text on a slant": (lambda: changed(CONTENT, stream(b"BT /F1 11 Tf 0.9 0.4 -0.4 0.9 60 200 Tm (" + SENTENCE.encode()[:50] + b") Tj ET")), ANY),
        "text letter by letter": (lambda: changed(CONTENT, stream(b"".join(b"BT /F1 11 Tf %d 700 Td (%c) Tj ET " % (60 + 7 * i, c) for i, c in enumerate(SENTENCE.encode()[:70])))), READ),
        "text from right to left in the file": (lambda: changed(CONTENT, stream(b"".join(reversed([b"BT /F1 11 Tf %d 700 Td (%c) Tj ET " % (60 + 7 * i, c) for i, c in enumerate(SENTENCE.encode()[:70])])))), ANY),
        "tagged": (lambda: _with(b"/MarkInfo << /Marked true >> /StructTreeRoot 10 0 R", o10=b"<< /Type /StructTreeRoot /K [11 0 R] >>", o11=b"<< /Type /StructElem /S /P /P 10 0 R /K 0 >>"), READ),
        "tagged in circles": (lambda: _with(b"/MarkInfo << /Marked true >> /StructTreeRoot 10 0 R", o10=b"<< /Type /StructTreeRoot /K [10 0 R] >>"), READ),
        "page labels": (lambda: _with(b"/PageLabels << /Nums [0 << /S /r >>] >>"), READ),
    }  # fmt: skip
    for name, (make, allowed) in made.items():
        yield Case(name, kind, make, "bid.pdf", allowed)
