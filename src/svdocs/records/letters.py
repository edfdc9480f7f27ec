"""Letters of clarification as Word files: one a bidder, with numbered questions and a field for each answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from svdocs.errors import UsageError
from svdocs.frameworks.applying import spelt
from svdocs.records.clarifying import Answer, Question
from svdocs.records.word_files import new_word_file

_TAG = re.compile(r"^svq:(\d+):([a-z_]+):(.+)$")
_EMPTY = "Please write your answer here."


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says beside its questions."""

    buyer: str
    supplier: str
    procurement: str
    bid: str
    written: date
    reply_by: date | None = None
    identifier: str = ""
    """Of the letter in the records, by which its answers come back to it."""


def write_letter(letter: Letter, questions: Sequence[Question], path: Path) -> None:
    """Write the letter to `path`.

    Headings, the numbered list and the language are real ones, so that a screen reader can use them; each answer has
    a named field, by which it is linked to its question when it comes back.
    """
    document = new_word_file(f"Clarification questions: {letter.procurement}", letter.buyer)
    document.core_properties.identifier = letter.identifier
    section = document.sections[0]
    section.header.paragraphs[0].text = letter.buyer
    section.footer.paragraphs[0].text = f"Clarification questions to {letter.supplier}"
    document.add_paragraph(spelt(letter.written))
    document.add_paragraph("Clarification of your social value commitments", style="Title")
    _say(document, [("To: ", True), (letter.supplier, False)])
    _say(document, [("Procurement: ", True), (letter.procurement, False)])
    _say(document, [("Your document: ", True), (letter.bid, False)])
    document.add_paragraph("Dear bidder,")
    document.add_paragraph(
        "Thank you for your bid. Some of your social value commitments leave details open that a contract needs. "
        "Please answer the questions below in this document and return it"
        + (f" by {spelt(letter.reply_by)}." if letter.reply_by else ".")
    )
    document.add_paragraph(
        "Your answers may make a commitment clearer. They may not change your price or offer something else. A person "
        "reads each answer before a commitment is changed."
    )
    document.add_heading("Questions", level=1)
    _write_questions(document, questions)
    document.add_heading("How to reply", level=1)
    document.add_paragraph(
        "Write in the field below each question. Leave a field as it is if you have nothing to add. Keep the numbers, "
        "so that we can link each answer to its question."
    )
    document.save(str(path))


def _write_questions(document: Any, questions: Sequence[Question]) -> None:
    last = None
    for question in questions:
        if question.statement_id != last:
            last = question.statement_id
            document.add_heading(f"You wrote on {question.place}" if question.place.startswith("page") else
                                 f"You wrote ({question.place})", level=2)  # fmt: skip
            quote = document.add_paragraph(f"“{question.quote}”", style="Quote")
            quote.paragraph_format.keep_with_next = True
        asked = document.add_paragraph(question.question, style="List Number")
        asked.paragraph_format.keep_with_next = True
        _add_answer_field(document, question)


def _say(document: Any, parts: Sequence[tuple[str, bool]]) -> None:
    paragraph = document.add_paragraph()
    for text, bold in parts:
        paragraph.add_run(text).bold = bold


def _add_answer_field(document: Any, question: Question) -> None:
    from xml.sax.saxutils import escape, quoteattr

    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    name = quoteattr(f"Answer to question {question.number}")
    tag = quoteattr(f"svq:{question.number}:{question.gap}:{question.statement_id}")
    field = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val={name}/><w:tag w:val={tag}/><w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent><w:p><w:pPr><w:pBdr><w:top w:val='single' w:sz='4' w:space='4' w:color='505A5F'/>"
        "<w:left w:val='single' w:sz='4' w:space='4' w:color='505A5F'/>"
        "<w:bottom w:val='single' w:sz='4' w:space='4' w:color='505A5F'/>"
        "<w:right w:val='single' w:sz='4' w:space='4' w:color='505A5F'/></w:pBdr><w:spacing w:after='240'/>"
        f"<w:ind w:left='360'/></w:pPr><w:r><w:t>{escape(_EMPTY)}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    body = document.element.body
    body.insert(len(body) - 1, field)  # before the section's properties


def _open_letter(path: Path) -> Any:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        return Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UsageError(f"{path}: cannot be opened as a Word document; give the returned letter as DOCX.") from error


def read_identifier(path: Path) -> str:
    """Return the id that a returned letter has in the records.

    Raises:
        UsageError: the file has none, so that its answers belong to no letter of the records.
    """
    identifier = str(_open_letter(path).core_properties.identifier or "").strip()
    if not identifier:
        raise UsageError(
            f"{path}: nothing in it says which letter it answers; give the letter that `svdocs clarify` wrote, "
            "filled in and saved as DOCX."
        )
    return identifier


def read_answers(path: Path) -> list[Answer]:
    """Return the answers that a returned letter holds; fields that were left as they are give none.

    Raises:
        UsageError: the file is no letter of ours.
    """
    from docx.oxml.ns import qn

    body = _open_letter(path).element.body
    answers, fields = [], 0
    for field in body.iter(qn("w:sdt")):
        tag = field.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        m = _TAG.match(tag.get(qn("w:val"), "")) if tag is not None else None
        if m is None:
            continue
        fields += 1
        text = "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in field.iter(qn("w:p"))).strip()
        if text and text != _EMPTY:
            answers.append(Answer(int(m[1]), m[3], m[2], text))
    if not fields:
        raise UsageError(f"{path}: no answer fields are in it; give the letter that `svdocs clarify` wrote, filled in.")
    return answers
