"""The case study template, filled in advance with what a contract promises.

The template is a Word file with tagged content controls. Rows of its two tables are repeated for each promise; the tag
of a control in such a row ends in the promise's number, as in `delivered:3`, by which it is read back.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from lxml import etree

from svdocs.delivery.years import contract_years
from svdocs.frameworks.applying import spelt
from svdocs.records.schedules import ContractRecord, Scheduled
from svdocs.settings import word_templates_folder

TEMPLATE_NAME = "case_study.docx"
MAX_SHORT = 60
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def fill_template(record: ContractRecord, schedule: Sequence[Scheduled], year: int,
                  template: Path | None = None) -> bytes:  # fmt: skip
    """Return the template as a Word file with the contract's facts and promises in it.

    Args:
        record: the contract.
        schedule: its promises; those that do not stand in the year, such as varied ones, are left out.
        year: the contract year that the case study is for, from 1.
        template: another template than the shipped one.
    """
    # Imported here because python-docx takes a while and most commands write no Word file.
    from docx import Document

    document = Document(str(template or word_templates_folder() / TEMPLATE_NAME))
    body = document.element.body
    contract = record.contract
    years = contract_years(contract.starts, contract.ends)
    first, last = years[min(max(year, 1), len(years)) - 1]
    for tag, text in (
        ("contract_reference", contract.reference),
        ("contract_title", contract.title),
        ("supplier", record.supplier),
        ("contract_year", str(year)),
        ("period", f"{spelt(first)} to {spelt(last)}"),
    ):
        _write(_control(body, tag), text)
    standing = [s for s in schedule if s.stands_in(year)]
    for row, pattern in ((_row_of(body, "commitment"), "committed"), (_row_of(body, "delivered"), "delivered")):
        for promise in standing:
            row.addprevious(_filled(row, promise, pattern))
        _drop(row)
    for number, identifier in enumerate(body.iterfind(f".//{_W}sdtPr/{_W}id"), start=710_001):
        identifier.set(f"{_W}val", str(number))
    document.core_properties.title = f"Social value case study: {contract.title}"[:255]
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def short_title(promise: Scheduled) -> str:
    """Return a promise's number with the first words of it, by which its row in the second table is known."""
    text = " ".join(promise.commitment.text.split())
    if len(text) > MAX_SHORT:
        text = text[:MAX_SHORT].rsplit(" ", 1)[0] + " …"
    return f"{promise.commitment.number}. {text}"


def due_in_words(promise: Scheduled) -> str:
    """Return by when a promise is due, as stated, else by its last milestone."""
    if promise.commitment.due_text:
        return promise.commitment.due_text
    last = promise.milestones[-1].ends if promise.milestones else None
    return f"by {spelt(last)}" if last else "over the contract"


def _filled(row: etree._Element, promise: Scheduled, pattern: str) -> etree._Element:
    number = promise.commitment.number
    new = copy.deepcopy(row)
    given = {
        "number": str(number),
        "commitment": promise.commitment.text,
        "due": due_in_words(promise),
        "short": short_title(promise),
    }
    for control in new.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        name = tag.get(f"{_W}val") if tag is not None else ""
        if name in given:
            _write(control, given[name])
        if tag is not None:
            tag.set(f"{_W}val", f"{name}:{number}")
            alias = control.find(f"{_W}sdtPr/{_W}alias")
            if alias is not None and pattern == "delivered":
                alias.set(f"{_W}val", f"{alias.get(f'{_W}val')} ({number})")
    return new


def _control(root: etree._Element, tag: str) -> etree._Element:
    return next(s for s in root.iter(f"{_W}sdt") if _tag_of(s) == tag)


def _row_of(root: etree._Element, tag: str) -> etree._Element:
    return next(_control(root, tag).iterancestors(f"{_W}tr"))


def _tag_of(control: etree._Element) -> str:
    tag = control.find(f"{_W}sdtPr/{_W}tag")
    return (tag.get(f"{_W}val") or "") if tag is not None else ""


def _write(control: etree._Element, text: str) -> None:
    """Put a text into a control: it no longer shows its placeholder."""
    showing = control.find(f"{_W}sdtPr/{_W}showingPlcHdr")
    if showing is not None:
        _drop(showing)
    run = next(control.iter(f"{_W}r"))
    style = run.find(f"{_W}rPr")
    if style is not None:
        run.remove(style)
    words = next(run.iter(f"{_W}t"))
    words.text = "".join(c for c in text if c >= " " or c in "\t\n")
    words.set(_XML_SPACE, "preserve")


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
