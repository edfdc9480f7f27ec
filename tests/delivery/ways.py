"""A case study as suppliers send it back in ten ways, written by a script, and what is right of each.

1 to 6 are the template: in a word processor, as PDF, as a scan, with tracked changes, without its fields, half filled.
7 to 10 are unlike it: other headings, running text, a table of their own, and a letter.
"""

from __future__ import annotations

import copy
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

PROMISES = (
    ("We will take on five apprentices from Thanet by March 2029.", 5, "people"),
    ("We will give 120 hours of careers talks in Kent secondary schools.", 120, "hours"),
    ("We will plant 400 native trees along the Swale Heritage Trail.", 400, "trees"),
    ("We will spend £250,000 with small firms in Kent over the contract.", 250_000, "gbp"),
    ("We will collect and refurbish 60 laptops for older residents who live alone.", 60, "devices"),
)
"""Words, number and unit of the promises of the contract."""
ANSWERS: Mapping[int, tuple[str, str, str]] = {
    1: ("4 people", "Four apprentices from Ramsgate and Margate started in September 2027; payroll list attached.",
        "September 2027"),
    2: ("134 hours", "Engineers gave 134 hours of careers talks in eleven Kent secondary schools.", "all year"),
    3: ("400 trees", "With Sittingbourne scouts we planted 400 native trees along the Swale Heritage Trail.",
        "November 2027"),
    4: ("£96,500", "We spent £96,500 with nineteen small firms in Kent, by our purchase ledger.", "all year"),
    5: ("0", "No laptops have been collected yet: the charity that was to refurbish them closed in May.", ""),
}  # fmt: skip
"""What the supplier writes: how much, what was done, when."""
BENEFITED = "Four young people from Thanet, 900 pupils of eleven schools, and 19 small firms in Kent."
FELT = "Thanet (CT9, CT11) and Swale (ME10), where people live and where the trees stand."


@dataclass(frozen=True)
class Way:
    """One way in which a case study comes back."""

    name: str
    unlike: bool
    make: Callable[[bytes, Path], Path]
    told: frozenset[int] = frozenset({1, 2, 3, 4})
    """Promises for which it tells of a delivery of which some was delivered."""


def filled(template: bytes, answers: Mapping[int, tuple[str, str, str]] = ANSWERS, may_publish: str = "Yes",
           leave_out: str = "") -> bytes:  # fmt: skip
    """The template with answers written into its fields, as a word processor does."""
    once = {"benefited": BENEFITED, "felt": FELT, "contact": "Pat Example, pat@example.com",
            "may_publish": may_publish, "leave_out": leave_out}  # fmt: skip
    document = Document(BytesIO(template))
    for control in list(document.element.body.iter(qn("w:sdt"))):
        tag = control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val"))
        name, _, number = tag.partition(":")
        words = once.get(tag, "")
        if number and int(number) in answers and name in ("quantity", "delivered", "when"):
            words = answers[int(number)][("quantity", "delivered", "when").index(name)]
        if words:
            _write(control, words)
    return _saved(document)


def _write(control: Any, words: str) -> None:
    for showing in control.iter(qn("w:showingPlcHdr")):
        showing.getparent().remove(showing)
        break
    run = next(control.iter(qn("w:r")))
    for style in run.findall(qn("w:rPr")):
        run.remove(style)
    run.find(qn("w:t")).text = words


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _kept(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _as_pdf(document: Path) -> Path:
    program = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"
    profile = document.parent / "profile"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir",
         str(document.parent), str(document)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return document.with_suffix(".pdf")


def in_word(template: bytes, folder: Path) -> Path:
    return _kept(filled(template), folder, "filled.docx")


def as_pdf(template: bytes, folder: Path) -> Path:
    return _as_pdf(_kept(filled(template), folder, "filled-as.docx"))


def scanned(template: bytes, folder: Path) -> Path:
    pdf = pypdfium2.PdfDocument(str(_as_pdf(_kept(filled(template), folder, "scanned.docx"))))
    pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in pdf]
    path = folder / "scan.pdf"
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return path


def tracked(template: bytes, folder: Path) -> Path:
    """Answers as tracked insertions; the second promise's hours as a deletion beside an insertion."""
    document = Document(BytesIO(filled(template)))
    for control in document.element.body.iter(qn("w:sdt")):
        tag = control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val"))
        if not tag.startswith(("delivered:", "quantity:")):
            continue
        run = next(control.iter(qn("w:r")))
        if control.find(qn("w:sdtPr")).find(qn("w:showingPlcHdr")) is not None:
            continue
        mark = {qn("w:id"): "9", qn("w:author"): "Pat", qn("w:date"): "2028-04-01T00:00:00Z"}
        insertion = etree.Element(qn("w:ins"), mark)
        run.addprevious(insertion)
        insertion.append(run)
        if tag == "quantity:2":
            deletion = etree.Element(qn("w:del"), mark)
            gone = copy.deepcopy(run)
            words = gone.find(qn("w:t"))
            words.tag, words.text = qn("w:delText"), "520 hours"
            deletion.append(gone)
            insertion.addprevious(deletion)
    return _kept(_saved(document), folder, "tracked.docx")


def without_fields(template: bytes, folder: Path) -> Path:
    """As another office program saves it: the text stays where it was, the controls are gone."""
    return _kept(flattened(filled(template)), folder, "without-fields.docx")


def flattened(data: bytes) -> bytes:
    """A form whose text stays where it was while its controls are gone."""
    document = Document(BytesIO(data))
    for control in list(document.element.body.iter(qn("w:sdt"))):
        for child in list(control.find(qn("w:sdtContent"))):
            control.addprevious(child)
        control.getparent().remove(control)
    return _saved(document)


def half_filled(template: bytes, folder: Path) -> Path:
    return _kept(filled(template, {k: ANSWERS[k] for k in (1, 3)}), folder, "half.docx")


def other_headings(template: bytes, folder: Path) -> Path:
    document = Document()
    document.add_heading("Street lighting: our year for Kent County Council", 0)
    document.add_heading("Our promises", 1)
    for words, _, _ in PROMISES:
        document.add_paragraph(words, style="List Number")
    document.add_heading("What we achieved", 1)
    for number in (1, 2, 3, 4):
        document.add_paragraph(ANSWERS[number][1])
    document.add_heading("People helped", 1)
    document.add_paragraph(BENEFITED)
    document.add_heading("Locations", 1)
    document.add_paragraph(FELT)
    return _kept(_saved(document), folder, "other-headings.docx")


def running_text(template: bytes, folder: Path) -> Path:
    document = Document()
    document.add_paragraph(
        "This has been a good year on the Kent County Council lighting contract. " + ANSWERS[1][1] + " "
        "In the schools we were busier than planned. " + ANSWERS[2][1] + " The weather was kind in November. "
        + ANSWERS[3][1] + " " + ANSWERS[4][1]
    )  # fmt: skip
    return _kept(_saved(document), folder, "running-text.docx")


def own_table(template: bytes, folder: Path) -> Path:
    document = Document()
    document.add_heading("Social value return, Kent County Council", 1)
    document.add_heading("Results", 2)
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, words in zip(table.rows[0].cells, ("Measure", "Target", "Result"), strict=True):
        cell.text = words
    for words in (
        ("Apprentices from Thanet", "5", "4 apprentices started"),
        ("Careers talks in secondary schools", "120 hours", "134 hours delivered"),
        ("Native trees planted on the Swale Heritage Trail", "400 trees", "400 trees planted"),
        ("Spend with small Kent firms", "£250,000", "£96,500 spent"),
    ):
        for cell, text in zip(table.add_row().cells, words, strict=True):
            cell.text = text
    return _kept(_saved(document), folder, "own-table.docx")


def letter(template: bytes, folder: Path) -> Path:
    document = Document()
    for words in (
        "Dear Mo,",
        "Here is what we got done for Kent County Council since last April.",
        "We took on four apprentices who live in Ramsgate and Margate.",
        "Our engineers have given 134 hours of careers talks to pupils of eleven Kent secondary schools.",
        "The scouts helped us and 400 native trees were planted on the Swale Heritage Trail in November.",
        "We paid £96,500 to nineteen small firms in Kent.",
        "I am sorry about the laptops. With kind regards, Pat",
    ):
        document.add_paragraph(words)
    return _as_pdf(_kept(_saved(document), folder, "letter.docx"))


WAYS = (
    Way("filled in a word processor", False, in_word),
    Way("the same as PDF", False, as_pdf),
    Way("printed and scanned", False, scanned),
    Way("with tracked changes", False, tracked),
    Way("saved without its fields", False, without_fields),
    Way("half filled", False, half_filled, frozenset({1, 3})),
    Way("other headings", True, other_headings),
    Way("running text", True, running_text),
    Way("a table of their own", True, own_table),
    Way("a letter as PDF", True, letter),
)


def is_whole(path: Path) -> bool:
    """Say whether a Word file is a package that opens."""
    with zipfile.ZipFile(path) as package:
        return package.testzip() is None
