"""One file through every stage: text, statements, codes, judgements; and the extraction record of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from svdocs import __version__
from svdocs.additionality.adjustments import adjust, adjustment_named
from svdocs.additionality.assess import assess
from svdocs.additionality.contract import Contract
from svdocs.additionality.likeness import NO_DATES
from svdocs.additionality.profiles import Profile, profile_facts
from svdocs.additionality.verdict import Assessment, Degree, Evidence, Reason
from svdocs.frameworks.framework import Code, Coding
from svdocs.frameworks.importing import framework_hashes
from svdocs.frameworks.suggest import MEASURES_KEY, query_of, suggest_many
from svdocs.statements.explain import Carriers, find_carriers
from svdocs.statements.find import find_statements
from svdocs.statements.models import model_hashes
from svdocs.statements.statement import Due, Place, Quantity, Statement, StatementType
from svdocs.text.document import Document, Location, Span

SCHEMA = "svdocs.extraction/1"


@dataclass(frozen=True)
class Extraction:
    """A document with what was found in it.

    Attributes:
        document: as read.
        statements: in reading order.
        codings: one a statement.
        assessments: one a commitment.
        models: the models' hashes.
        carriers: one a statement: the words that carried its type and firmness.
        adjustments: the set of adjustments that the buyer's profile has shown beside its figures.
    """

    document: Document
    statements: tuple[Statement, ...] = ()
    codings: tuple[Coding, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    carriers: tuple[Carriers, ...] = ()
    adjustments: str | None = None


def extract(
    document: Document,
    specifications: Sequence[Document] = (),
    baselines: Sequence[Document] = (),
    frameworks: tuple[Path, ...] = (),
    *,
    contract: Contract = NO_DATES,
    profile: Profile | None = None,
) -> Extraction:
    """Return the document's statements with codes and verdicts.

    Args:
        document: the bid, case study or baseline, as read.
        specifications: the buyer's tender documents.
        baselines: documents about the same supplier's standard operations.
        frameworks: folders of catalogue files beside the shipped ones, such as an authority's own measures.
        contract: when it runs, as far as the records know; the rest is read from the specifications.
        profile: the buyer's policy on additionality; without one every test counts.
    """
    statements = find_statements(document)
    codings = suggest_many([query_of(s) for s in statements], folders=frameworks)
    commitments = [(s, c) for s, c in zip(statements, codings, strict=True) if s.type is StatementType.commitment]
    assessments = assess(
        [s for s, _ in commitments],
        document=document,
        specifications=specifications,
        baselines=baselines,
        codings=[c for _, c in commitments],
        contract=contract,
        profile=profile,
    )
    models = model_hashes() | framework_hashes(frameworks) | profile_hash(profile)
    carriers, adjustments = _carriers_of(statements), profile.adjustments if profile else None
    return Extraction(document, tuple(statements), tuple(codings), tuple(assessments), models, carriers, adjustments)


def profile_hash(profile: Profile | None) -> dict[str, str]:
    """Return the buyer's profile with its hash, as it stands among the models; nothing without one."""
    return (
        {f"profile:{profile.id}": f"sha256:{sha256(repr(profile_facts(profile)).encode()).hexdigest()}"}
        if profile
        else {}
    )


def _carriers_of(statements: Sequence[Statement]) -> tuple[Carriers, ...]:
    """Return what carried each statement's type and firmness; statements of one passage share it."""
    found: dict[Span, Carriers] = {}
    for s in statements:
        if s.passage.span not in found:
            found[s.passage.span] = find_carriers(s.passage, s.type, s.firmness)
    return tuple(found[s.passage.span] for s in statements)


def as_record(extraction: Extraction) -> dict[str, Any]:
    """Return the extraction record, `svdocs.extraction/1`, as plain values ready for JSON."""
    document = extraction.document
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "document": {
            "name": document.name,
            "sha256": document.sha256,
            "media_type": document.media_type,
            "kind": document.kind,
            "kind_confidence": round(document.kind_confidence, 4),
            "supplier": document.supplier,
            "pages": len(document.pages) or None,
            "ocr_pages": [p.number for p in document.pages if p.ocr],
            "reader": document.reader,
            "problems": [{"code": p.code, "message": p.message, "page": p.page} for p in document.problems],
            "flags": [{"code": f.code, "message": f.message, "page": f.page, "text": f.text} for f in document.flags],
        },
        "pipeline": {"version": __version__, "models": extraction.models},
        "commitments": [],
        "deliveries": [],
        "practices": [],
    }
    assessments = iter(extraction.assessments)
    seen: dict[str, int] = {}
    carriers = extraction.carriers or [Carriers()] * len(extraction.statements)
    for statement, coding, carried in zip(extraction.statements, extraction.codings, carriers, strict=True):
        item = _common(document, statement, coding, carried)
        item["id"] = _identity(document, statement, seen)
        if statement.type is StatementType.practice:
            record["practices"].append(item)
            continue
        item |= {
            "quantity": _quantity(statement.quantity),
            "place": _place(statement.place),
            "beneficiary": {"text": statement.beneficiary.text} if statement.beneficiary else None,
            "measures": [_code(c) | {"framework": c.framework} for c in coding.measures],
        }
        if statement.type is StatementType.delivery:
            record["deliveries"].append(item)
        else:
            judged = _commitment(statement, next(assessments))
            judged["additionality"]["adjusted"] = _adjusted(statement, coding, extraction.adjustments)
            record["commitments"].append(item | judged)
    return record


def _common(document: Document, statement: Statement, coding: Coding, carriers: Carriers) -> dict[str, Any]:
    return {
        "id": "",
        "text": statement.passage.text,
        "focus": statement.focus,
        "span": list(statement.passage.span),
        "location": _location(document.location_of(statement.passage.span)),
        "confidence": round(statement.confidence, 4),
        "carried_by": list(statement.carried_by),
        "explanation": {
            "type": [c.as_json() for c in carriers.type],
            "firmness": [c.as_json() for c in carriers.firmness],
        },
        "themes": {framework: [_code(c) for c in codes] for framework, codes in coding.themes.items()},
    }


def _commitment(statement: Statement, assessment: Assessment) -> dict[str, Any]:
    return {
        "firmness": statement.firmness.value if statement.firmness else None,
        "firmness_confidence": None
        if statement.firmness_confidence is None
        else round(statement.firmness_confidence, 4),
        "due": _due(statement.due),
        "category": assessment.category.value,
        "category_confidence": round(assessment.category_confidence, 4),
        "additionality": {
            "verdict": assessment.verdict.value,
            "confidence": round(assessment.confidence, 4),
            "degree": _degree(assessment.degree),
            "reasons": [_reason(r) for r in assessment.reasons],
        },
    }


def _identity(document: Document, statement: Statement, seen: dict[str, int]) -> str:
    """Return an id that is the same for the same bytes, pipeline version, place and text."""
    key = "\n".join(
        [document.sha256, __version__, statement.type.value, *map(str, statement.passage.span), statement.focus]
    )
    digest = sha256(key.encode()).hexdigest()[:32]
    seen[digest] = seen.get(digest, 0) + 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _location(location: Location) -> dict[str, Any]:
    return {
        "page": location.page,
        "boxes": [[round(x, 1) for x in box] for box in location.boxes],
        "box_pages": list(location.box_pages),
        "section": list(location.section),
        "block": location.block,
        "cell": location.cell,
    }


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and float(number).is_integer() else number


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    return {
        "value": _whole(quantity.value),
        "max": _whole(quantity.maximum),
        "unit": quantity.unit.value,
        "per": quantity.per.value if quantity.per else None,
        "text": quantity.text,
        "span": _span(quantity.span),
    }


def _due(due: Due | None) -> dict[str, Any] | None:
    return {"date": due.date, "text": due.text, "span": _span(due.span)} if due else None


def _place(place: Place | None) -> dict[str, Any] | None:
    return {"text": place.text, "code": place.code, "span": _span(place.span)} if place else None


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def _code(code: Code) -> dict[str, Any]:
    return {"code": code.code, "score": round(code.score, 4)}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "text": reason.text, "evidence": _evidence(reason.evidence)}


def _degree(degree: Degree | None) -> dict[str, Any] | None:
    if degree is None:
        return None
    return {
        "baseline": _whole(degree.baseline),
        "increment": _whole(degree.increment),
        "unit": degree.unit,
        "per": degree.per,
        "stated": degree.stated,
        "evidence": _evidence(degree.evidence),
    }


def _adjusted(statement: Statement, coding: Coding, chosen: str | None) -> dict[str, Any] | None:
    """Return the quantity with the adjustment that the buyer's profile asks for beside it, or None."""
    if chosen is None or statement.quantity is None:
        return None
    measure = next((c.code for c in coding.measures if c.framework == MEASURES_KEY), None)
    found = adjust(statement.quantity.value, measure, adjustment_named(chosen))
    return asdict(found) if found else None


def _evidence(evidence: Evidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {"document": evidence.document, "page": evidence.page, "block": evidence.block, "text": evidence.text}
