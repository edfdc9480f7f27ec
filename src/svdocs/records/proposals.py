"""An extraction record becomes the rows of a run: what the machine proposes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from svdocs.records.tables import Coding, DocumentState, ReasonRecord, Run, Statement, VerdictRecord
from svdocs.statements.statement import StatementType

LISTS = {
    "commitments": StatementType.commitment,
    "deliveries": StatementType.delivery,
    "practices": StatementType.practice,
}
"""The lists of an extraction record, and the type of what stands in each."""


def run_from(document_id: str, record: Mapping[str, Any], seconds: float, context: str,
             reading_seconds: float = 0.0) -> Run:  # fmt: skip
    """Return the run, still staged, that an extraction record describes."""
    description = dict(record["document"])
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Run(
        document_id=document_id,
        reader_version=str(description.get("reader") or ""),
        pipeline_version=str(record["pipeline"]["version"]),
        models=dict(record["pipeline"].get("models") or {}),
        context=context,
        record_sha256=sha256(canonical.encode()).hexdigest(),
        description=description,
        extra={k: v for k, v in record.items() if k not in {"document", "pipeline", *LISTS}},
        pages=description.get("pages"),
        problem_count=len(description.get("problems") or []),
        flag_count=len(description.get("flags") or []),
        seconds=seconds,
        reading_seconds=reading_seconds,
    )


def state_after(run: Run) -> DocumentState:
    """Return the state of a document once the run is its current one."""
    if run.problem_count:
        return DocumentState.needs_person
    return DocumentState.done_with_flags if run.flag_count else DocumentState.done


def entries_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the record's statements, each with its ``type``, in the document's order."""
    entries = [{**entry, "type": type_.value} for name, type_ in LISTS.items() for entry in record.get(name) or []]
    return sorted(entries, key=_reading_order)


def statements_from(run: Run, record: Mapping[str, Any]) -> list[Statement]:
    """Return the record's statements as rows of the run, in the document's order."""
    return [statement_of_entry(run, position, entry) for position, entry in enumerate(entries_of(record))]


def _reading_order(entry: Mapping[str, Any]) -> tuple[float, ...]:
    """Return a key that sorts entries as a reader of the document meets them."""
    location = entry.get("location") or {}
    box = next(iter(location.get("boxes") or []), [0.0, 0.0])
    span, within = entry.get("span") or [0], (entry.get("quantity") or {}).get("span") or [0]
    return (span[0], location.get("page") or 0, location.get("block") or 0, box[1], box[0], within[0])


def statement_of_entry(run: Run, position: int, entry: Mapping[str, Any]) -> Statement:
    """Return a row of the run for one statement in the extraction record's form, with its ``type`` and ``id``."""
    location, quantity = entry.get("location") or {}, entry.get("quantity") or {}
    statement = Statement(
        run_id=run.id,
        document_id=run.document_id,
        origin_id="",
        key=entry["id"],
        position=position,
        type=StatementType(entry["type"]),
        text=entry["text"],
        page=location.get("page"),
        block=location.get("block"),
        cell=location.get("cell"),
        confidence=entry["confidence"],
        firmness=entry.get("firmness"),
        quantity_value=quantity.get("value"),
        quantity_max=quantity.get("max"),
        quantity_unit=quantity.get("unit"),
        quantity_per=quantity.get("per"),
        due_date=(entry.get("due") or {}).get("date"),
        place_text=(entry.get("place") or {}).get("text"),
        beneficiary_text=(entry.get("beneficiary") or {}).get("text"),
        category=entry.get("category"),
        record={name: value for name, value in entry.items() if name != "type"},
    )
    statement.origin_id = statement.id
    return statement


def codings_from(statement: Statement) -> Iterator[Coding]:
    """Yield the themes and measures suggested for a statement, best first a framework."""
    for framework, codes in (statement.record.get("themes") or {}).items():
        for rank, code in enumerate(codes):
            yield Coding(
                statement_id=statement.id, framework=framework, code=code["code"], score=code["score"], rank=rank
            )
    for rank, code in enumerate(statement.record.get("measures") or []):
        yield Coding(statement_id=statement.id, framework=code["framework"], code=code["code"], score=code["score"],
                     rank=rank, measure=True)  # fmt: skip


def verdict_from(statement: Statement) -> VerdictRecord | None:
    """Return the verdict on a statement; None where it has none."""
    judged = statement.record.get("additionality")
    if not judged:
        return None
    return VerdictRecord(statement_id=statement.id, verdict=judged["verdict"], confidence=judged["confidence"])


def reasons_from(statement: Statement) -> Iterator[ReasonRecord]:
    """Yield the reasons of a statement's verdict, in order."""
    for position, reason in enumerate((statement.record.get("additionality") or {}).get("reasons") or []):
        evidence = reason.get("evidence") or {}
        yield ReasonRecord(
            statement_id=statement.id,
            position=position,
            code=reason["code"],
            text=reason["text"],
            evidence_document=evidence.get("document"),
            evidence_page=evidence.get("page"),
            evidence_text=evidence.get("text"),
        )
