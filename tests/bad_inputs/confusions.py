# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Files that are not what their names say, names that no disk should meet, and letters that are not what they seem."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

from tests.bad_inputs.case import ANY, AWAY, FLAG, READ, REFUSED, Case, State
from tests.bad_inputs.office_files import book, cells, text_cell, word, workbook, zipped
from tests.bad_inputs.pdf_files import SENTENCE, in_font, whole_files
from tests.bad_inputs.pictures import saved, scan
from tests.text.word_files import paragraph, word_file

EXTENSIONS = ("pdf", "docx", "xlsx", "png", "jpg", "tif", "doc", "txt", "exe", "zip", "eml", "")
OWN = {"PDF": "pdf", "Word": "docx", "workbook": "xlsx", "PNG": "png", "JPEG": "jpg", "TIFF": "tif"}


def contents() -> dict[str, Callable[[], bytes]]:
    """Return files of twelve types, by type."""
    return {
        "PDF": lambda: whole_files()["plain"],
        "Word": word,
        "workbook": book,
        "PNG": lambda: saved(scan(), "PNG"),
        "JPEG": lambda: saved(scan(), "JPEG"),
        "TIFF": lambda: saved(scan(), "TIFF"),
        "old Word": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "WordDocument".encode("utf-16-le"),
        "plain text": lambda: (SENTENCE + "\n").encode() * 5,
        "program": lambda: b"MZ\x90\0" + b"\0" * 2_000,
        "archive": lambda: zipped({"a.txt": b"a", "b.txt": b"b"}),
        "mail": lambda: b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Bid\r\n\r\nWe will.\r\n",
        "web page": lambda: b"<!DOCTYPE html><html><body>We will.</body></html>",
    }


def type_cases() -> Iterator[Case]:
    kind = "Type confusion"
    for what, make in contents().items():
        for extension in EXTENSIONS:
            own = OWN.get(what)
            if own is None:
                allowed = ANY if what in ("archive", "mail") else AWAY
            else:
                allowed = READ if extension in (own, "") or (own, extension) == ("jpg", "jpeg") else FLAG
            name = f"bid.{extension}" if extension else "bid"
            yield Case(f"{what} named {name}", kind, make, name, allowed)
    mixed: dict[str, tuple[Callable[[], bytes], frozenset[State]]] = {
        "nothing": (lambda: b"", REFUSED),
        "one byte": (lambda: b"x", REFUSED),
        "one zero": (lambda: b"\0", REFUSED),
        "a megabyte of zeros": (lambda: b"\0" * 2**20, REFUSED),
        "a PDF that is an archive too": (lambda: whole_files()["plain"] + zipped({"a.txt": b"a"}), ANY),
        "an archive that is a PDF too": (lambda: zipped({"a.pdf": whole_files()["plain"]}, 0), ANY),
        "a picture that is a PDF too": (lambda: saved(scan(), "PNG") + whole_files()["plain"], ANY),
        "a Word file in a PDF's skin": (lambda: b"%PDF-1.7\n" + word(), ANY),
        "a web page in a PDF's skin": (lambda: b"%PDF-1.7\n<html><script>x</script></html>", ANY),
        "a compressed Word file": (lambda: gzip.compress(word(), mtime=0), REFUSED),
        "a Word file and a workbook in one": (lambda: zipped({**_inside(word()), **_inside(book())}), ANY),
        "text with a PDF's mark inside": (lambda: b"See %PDF-1.7 for more\n" * 20, ANY),
    }
    for name, (make, allowed) in mixed.items():
        yield Case(name, kind, make, "bid.pdf", allowed)


def _inside(data: bytes) -> dict[str, bytes | str]:
    from tests.bad_inputs.office_files import unzipped

    return unzipped(data)


FILE_NAMES = (
    "../../etc/passwd.docx", "..\\..\\boot.docx", "/etc/passwd.docx", "C:\\con.docx", "con.docx", "NUL", "aux.docx", "bid.docx\0.exe",
    "bid\u202excod.docx", "bid\u200b.docx", "\u0627\u0644\u0639\u0637\u0627\u0621.docx", "投标.docx", "bid🌳.docx", "a" * 300 + ".docx",
    "é" * 200 + ".docx", ".docx", "...docx", "bid.docx.", "bid.docx ", " bid.docx", "bid\n.docx", "bid\r\nX: y.docx", "bid\t.docx",
    "bid\x1b[31m.docx", "<script>alert(1)</script>.docx", "'; DROP TABLE documents; --.docx", "=HYPERLINK(1).docx", "-rf.docx",
    "--help.docx", "$(id).docx", "`id`.docx", "%s%n.docx", "{0}.docx", "bid\udcff.docx", "bid\ud83d.docx", "\ufeffbid.docx",
    "bid.pdf.docx", "bid.docx?x=1", "bid#1.docx", "a/b/c.docx", "a//b.docx", "~/bid.docx", "CON/../x.docx", "x" * 5_000 + ".docx",
)  # fmt: skip

TEXT_TRICKS = {
    "letters turned around": "5\u202e00\u202c hours for schools",
    "letters isolated": "We will \u2066give\u2069 5 hours",
    "marks of direction": "We\u200f will\u200e give 5 hours",
    "no width between letters": "We w\u200bill re\u200ccr\u200duit fi\u2060ve people",
    "byte order marks inside": "We will \ufeffrecruit five",
    "tags": "We will recruit five\U000e0041\U000e0042\U000e0043",
    "Cyrillic inside Latin": "We will сreаte five jobs",
    "Greek inside Latin": "We will recruit fivε peοple",
    "digits of Arabic": "We will recruit ٥٠ people",
    "digits full in width": "We will recruit ５０ people",
    "digits of Devanagari": "We will recruit ५० people",
    "mathematical letters": "We will 𝐫𝐞𝐜𝐫𝐮𝐢𝐭 five people",
    "accents by the hundred": "We will recruit f" + "\u0301" * 300 + "ive",
    "accents apart": "We will support the cafe\u0301 in the village",
    "soft hyphens": "We will re\u00adcruit five ap\u00adpren\u00adtices",
    "private letters": "We will \ue000\ue001 recruit five",
    "letters not given": "We will recruit \uffff five \ufdd0",
    "replaced letters": "We will recruit \ufffd\ufffd five",
    "ligatures": "We will oﬀer ﬁve ﬂats and aﬃliate oﬃces",
    "spaces of many widths": "We\u2003will\u2009recruit\u202f5\u00a0people",
    "line ends of many kinds": "We will\u2028recruit\u2029five\x85people",
    "variations": "We will plant trees 🌳\ufe0f and ☎\ufe0e",
    "faces joined": "We support families 👨\u200d👩\u200d👧",
    "Arabic": "سنوظف خمسة متدربين",
    "Hebrew": "נעסיק חמישה חניכים",
    "Chinese": "我们将招聘五名学徒",
    "Thai": "เราจะรับเด็กฝึกงานห้าคน",
    "Indic": "हम पाँच प्रशिक्षु लेंगे",
    "beyond the plane": "We will 𐍈𐌰𐌹 recruit five",
    "one word of 100,000 letters": "w" * 100_000,
}
FLAGGED_TRICKS = {
    "letters turned around", "letters isolated", "no width between letters", "tags", "Cyrillic inside Latin", "Greek inside Latin",
    "digits of Arabic", "digits full in width", "digits of Devanagari",
}  # fmt: skip


def unicode_cases() -> Iterator[Case]:
    kind = "Unicode and names"
    for i, name in enumerate(FILE_NAMES):
        allowed = READ if i not in (5, 7, 17, 18, 37) else ANY
        yield Case(f"file name {i}", kind, word, name, allowed)
    for name, text in TEXT_TRICKS.items():
        shown = "".join(c if c.isprintable() or ord(c) > 127 else " " for c in text).replace("\uffff", "")
        allowed = FLAG if name in FLAGGED_TRICKS else READ
        yield Case(f"Word: {name}", kind, lambda t=shown: word_file(paragraph(t)), "bid.docx", allowed)  # type: ignore[misc]
        yield Case(
            f"Workbook: {name}",
            kind,
            lambda t=shown: workbook({"M": cells(f'<row r="1">{text_cell("A1", "Offer")}{text_cell("B1", t)}</row>')}),  # type: ignore[misc]
            "toms.xlsx",
            allowed,
        )
        if len(shown) < 1_000:
            yield Case(f"PDF: {name}", kind, lambda t=shown: in_font(t), "bid.pdf", ANY)  # type: ignore[misc]
