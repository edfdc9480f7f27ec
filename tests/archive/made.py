"""Archives made for the tests: procurements of PDF and Word files of so many pages, varied, the same each time.

About one sentence in sixty promises something of social value, as in a bid that answers many questions of which one is
on social value; the rest tells of ordinary services. Files are written by hand, because thousands are needed.
"""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

PER_PROCUREMENT = 25
DOCX_SHARE = 0.3
PROMISE_SHARE = 1 / 60
PARAGRAPHS = 6
SENTENCES = 5
_LINE_LETTERS = 92

_SUBJECTS = ("The site team", "Our planner", "The duty engineer", "A named supervisor", "The help desk", "Each crew",
             "The contract manager", "Our scheduling system", "The depot in Ashford", "The quality lead")  # fmt: skip
_VERBS = ("inspects", "records", "closes", "reviews", "logs", "signs off", "plans", "checks", "reports", "inventories")
_OBJECTS = ("every asset on the register", "faults by priority", "each work order", "the night shift's findings",
            "materials before delivery", "permits for road space", "lamp failures by column", "drainage levels",
            "the spares held in store", "the method statement", "calibration of the meters")  # fmt: skip
_TAILS = ("within {n} hours of a call", "at the start of week {n}", "under procedure OP-{n}", "before {n} o'clock",
          "on form {n} of the manual", "with {n} photographs", "against {n} checkpoints", "for zone {n}")  # fmt: skip
_PROMISES = ("apprenticeships for residents of Swale", "hours of volunteering with local charities",
             "work placements for care leavers", "trees in Thanet", "school visits in Dover")  # fmt: skip


def write_archive(folder: Path, documents: int, pages: int = 10) -> Path:
    """Write an archive of so many documents of so many pages, in folders that are procurements; return the folder."""
    for number in range(documents):
        home = folder / f"procurement-{number // PER_PROCUREMENT:03}"
        if number % PER_PROCUREMENT == 0:
            home.mkdir(parents=True)
            (home / "procurement.toml").write_text('buyer = "Kent County Council"\n', "utf-8")
        write_document(home / f"bid-{number:04}", number, pages)
    return folder


def write_document(stem: Path, number: int, pages: int) -> Path:
    """Write one document, PDF or Word by its number, with its ending; return its path."""
    dice = random.Random(f"archive {number}")
    text = [page_of(dice, number, page) for page in range(1, pages + 1)]
    if dice.random() < DOCX_SHARE:
        return _write_docx(stem.with_suffix(".docx"), text)
    return _write_pdf(stem.with_suffix(".pdf"), text)


def page_of(dice: random.Random, number: int, page: int) -> list[str]:
    """Return the heading and the paragraphs of a page."""
    paragraphs = [" ".join(_sentence(dice) for _ in range(SENTENCES)) for _ in range(PARAGRAPHS)]
    return [f"{page}. Method for lot {number % 7 + 1}, question {page}", *paragraphs]


def _sentence(dice: random.Random) -> str:
    if dice.random() < PROMISE_SHARE:
        return f"We will provide {dice.randint(2, 900)} {dice.choice(_PROMISES)} by March {dice.randint(2027, 2033)}."
    tail = dice.choice(_TAILS).format(n=dice.randint(2, 9_000))
    return f"{dice.choice(_SUBJECTS)} {dice.choice(_VERBS)} {dice.choice(_OBJECTS)} {tail}."


def _write_pdf(path: Path, pages: list[list[str]]) -> Path:
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    for heading, *paragraphs in pages:
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(56, A4[1] - 70, heading)
        canvas.setFont("Helvetica", 10)
        y = A4[1] - 95
        for paragraph in paragraphs:
            for line in _lines(paragraph):
                canvas.drawString(56, y, line)
                y -= 13
            y -= 9
        canvas.showPage()
    canvas.save()
    return path


def _lines(paragraph: str) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split():
        if len(line) + len(word) >= _LINE_LETTERS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""
_BODY = """<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>"""


def _write_docx(path: Path, pages: list[list[str]]) -> Path:
    break_ = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    body = break_.join("".join(f"<w:p><w:r><w:t>{escape(t)}</w:t></w:r></w:p>" for t in page) for page in pages)
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": _BODY.format(body)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return path
