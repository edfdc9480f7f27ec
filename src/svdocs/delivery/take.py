"""A case study taken into the records: read, its deliveries matched to the contract's promises, and what is odd told.

The machine proposes; a contract manager confirms or refuses each match. What it is not sure of is left open, and told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from svdocs.additionality.amounts import amounts_in
from svdocs.additionality.likeness import content_words
from svdocs.delivery.findings import find_oddities
from svdocs.delivery.likely import likelihoods
from svdocs.delivery.matching import choose
from svdocs.delivery.study import Answer, Study, consent_in, read_study
from svdocs.delivery.years import contract_year_of, contract_years
from svdocs.errors import Conflict, UsageError
from svdocs.records.case_studies import CaseStudies, Delivered, StudyRead
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CaseStudy
from svdocs.records.keep import path_of
from svdocs.records.people import Clock
from svdocs.records.schedules import ContractRecord, Scheduled
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import now
from svdocs.statements.embed import load_embedder
from svdocs.statements.in_words import unit_in_words
from svdocs.statements.statement import Unit
from svdocs.text.document import Document
from svdocs.text.docx_controls import read_controls
from svdocs.text.exchange import document_from_json

_THOUSANDS = re.compile(r"(?<=\d),\s*(?=\d{3}\b)")
"""The comma of a thousand, after which a narrow cell may have broken the line."""
SAME_WORDS = 0.8
"""Share of a delivery's content words from which it is a part of an answer."""
TOLD = 0.99
"""How sure a match is that the supplier told by writing into the promise's own row."""


def take_study(store: Store, files_folder: Path, contract_id: str, document_id: str, *, person: str,
               year: int | None = None, clock: Clock = now) -> CaseStudy:  # fmt: skip
    """Return the case study of a contract that a document is, with the deliveries proposed for its promises.

    Args:
        store: the records.
        files_folder: where the originals are kept.
        contract_id: the contract.
        document_id: the document, which has been read.
        person: who brings it in.
        year: the contract year; by default the one that the study names, else the one in which it came in.
        clock: tells when it is taken.

    Raises:
        NotFound: there is no such contract or document.
        Conflict: the document has not been read yet, or belongs to another procurement.
        UsageError: no person, or a year that the contract does not have.
        CannotRead: the form's fields cannot be read.
    """
    record = Contracts(store).contract(contract_id)
    years = len(contract_years(record.contract.starts, record.contract.ends))
    if year is not None and not 1 <= year <= years:
        raise UsageError(f"The contract has no year {year}; it has {years}, counted from its first day.")
    document = store.document(document_id)
    kept = store.text_of(document_id)
    if document.run is None or kept is None:
        raise Conflict(f"{document.document.name} has not been read yet; wait until it has, and take it then.")
    text = document_from_json(kept)
    controls = read_controls(path_of(document.document.sha256, files_folder))
    study = read_study(text, controls)
    year = year or _year_of(record, study, document)
    schedule = [s for s in Contracts(store).schedule_of(contract_id) if s.stands_in(year)]
    statements = store.statements_of(document_id, "delivery")
    matches, left_open = match_study(study, statements, schedule, document.document.name, year)
    findings = find_oddities(store, record, document, text, study, controls, statements)
    findings += [_open(s) for s in left_open]
    read = StudyRead(
        contract_id, document_id, document.run.id, year, study.reading, title=_title(text),
        committed=study.parts.get("committed", ""), delivered=study.parts.get("delivered", ""),
        benefited=study.parts.get("benefited", ""), felt=study.parts.get("felt", ""), findings=tuple(findings),
        publish_text=study.publish, may_publish=consent_in(study.publish),
    )  # fmt: skip
    return CaseStudies(store, clock).take(read, matches, person=person)


def match_study(
    study: Study, statements: Sequence[StatementRecord], schedule: Sequence[Scheduled], name: str, year: int
) -> tuple[list[Delivered], list[StatementRecord]]:
    """Return the deliveries of a study with the promises that they are proposed for, and those left open.

    What the supplier wrote into a promise's own row is for that promise. Other deliveries are held against every
    promise. What is promised again under "What was committed" is no delivery, and what stands under the last two
    headings tells of the same deliveries again.
    """
    by_number = {s.commitment.number: s for s in schedule}
    told = [a for a in study.answers if a.number in by_number]
    matches = [_from_answer(a, by_number[a.number], name, year) for a in told]
    rows = {a.block for a in told if a.block is not None}
    said = [content_words(a.text) for a in told]
    beside = {"publish", *(("committed", "benefited", "felt") if "delivered" in study.parts else ("committed",))}
    free = [
        s
        for s in statements
        if s.statement.block not in rows
        and study.part_of.get(s.statement.block if s.statement.block is not None else -1) not in beside
        and not _is_said(_focus(s), said)
    ]
    likely = likelihoods([_focus(s) for s in free], [p.commitment.text for p in schedule], load_embedder())
    left_open = []
    for statement, chosen, row in zip(free, choose(likely), likely.tolist(), strict=True):
        if not chosen:
            left_open.append(statement)
        for i in chosen:
            matches.append(_from_statement(statement, schedule[i], name, year, row[i]))
    return matches, left_open


def _is_said(focus: str, answers: Sequence[frozenset[str]]) -> bool:
    """Say whether a delivery is a part of an answer that is taken already."""
    words = content_words(focus)
    return bool(words) and any(len(words & answer) >= SAME_WORDS * len(words) for answer in answers)


def _from_answer(answer: Answer, promise: Scheduled, name: str, year: int) -> Delivered:
    quantity, unit = _quantity(answer.quantity or answer.delivered, promise.commitment.quantity_unit)
    return Delivered(
        promise.id, answer.text or answer.quantity, source=_source(name, answer.page, answer.block), page=answer.page,
        block=answer.block, score=TOLD, reasons=(f"It stands in the row of promise {answer.number}.",),
        quantity=quantity, unit=unit, **_when(promise, year),
    )  # fmt: skip


def _from_statement(
    statement: StatementRecord, promise: Scheduled, name: str, year: int, probability: float
) -> Delivered:
    row, entry = statement.statement, statement.as_decided()
    place, reasons = entry.get("place") or {}, ["Its words are like the promise's."]
    if promise.commitment.measure_code and promise.commitment.measure_code in {m.code for m in statement.measures[:3]}:
        reasons.append(f"Both are coded to {promise.commitment.measure_code}.")
    if row.quantity_unit and row.quantity_unit == promise.commitment.quantity_unit:
        reasons.append(f"Both count {unit_in_words(row.quantity_unit)}.")
    return Delivered(
        promise.id, row.text, source=_source(name, row.page, row.block), statement_id=row.id, page=row.page,
        block=row.block, score=round(min(probability, TOLD), 3), reasons=tuple(reasons), quantity=row.quantity_value,
        unit=row.quantity_unit, place_text=place.get("text"), place_code=place.get("code"),
        beneficiary_text=row.beneficiary_text, **_when(promise, year),
    )  # fmt: skip


def _when(promise: Scheduled, year: int) -> dict[str, Any]:
    """Return the contract year for which a delivery counts, and its days; one that came late counts without days."""
    parts = promise.standing
    milestone = next((m for m in parts if m.year == year), None)
    if milestone is None:
        return {"milestone_id": parts[-1].id} if parts and year > parts[-1].year else {}
    return {"milestone_id": milestone.id, "delivered_from": milestone.starts, "delivered_to": milestone.ends}


def _quantity(text: str, unit: Unit | None) -> tuple[float | None, Unit | None]:
    """Return the first number of an answer with its unit; a bare number counts what the promise counts."""
    text = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))  # small raised digits are digits too
    stripped = text.replace(",", "").strip().rstrip(".")
    if stripped.replace(".", "", 1).isdigit():
        return float(stripped), unit
    amounts = [a for a in amounts_in(text) if a.unit is unit] or list(amounts_in(text))
    if amounts:
        return amounts[0].value, amounts[0].unit
    first = stripped.partition(" ")[0].lstrip("£")
    return (float(first), unit) if first.replace(".", "", 1).isdigit() else (None, None)


def _focus(statement: StatementRecord) -> str:
    return str(statement.statement.record.get("focus") or statement.statement.text)


def _source(name: str, page: int | None, block: int | None) -> str:
    where = f"page {page}" if page else f"paragraph {block + 1}" if block is not None else ""
    return ", ".join(x for x in (name, where) if x)


def _year_of(record: ContractRecord, study: Study, document: DocumentRecord) -> int:
    contract = record.contract
    named = study.fields.get("contract_year", "")
    digits = "".join(c for c in named if c.isdigit())
    if digits and 1 <= int(digits[:4]) <= len(contract_years(contract.starts, contract.ends)):
        return int(digits[:4])
    return contract_year_of(document.document.added_at.date(), contract.starts, contract.ends)


def _title(text: Document) -> str:
    return next(_headings(text), "")[:200]


def _headings(text: Document) -> Iterator[str]:
    for block in text.blocks:
        words = " ".join(text.quote(block.span).split())
        if words:
            yield words


def _open(statement: StatementRecord) -> dict[str, Any]:
    row = statement.statement
    return {
        "code": "left_open",
        "message": "This was delivered, and it is not clear for which promise; a person should say.",
        "page": row.page,
        "block": row.block,
        "statement": row.id,
        "text": row.text,
    }
