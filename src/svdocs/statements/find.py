"""Finds the commitments, deliveries and practices of a document, each with its slots."""

from __future__ import annotations

from svdocs.statements.beneficiaries import find_beneficiary
from svdocs.statements.classify import Labels, Part, classify_passages
from svdocs.statements.dates import find_due
from svdocs.statements.passages import passages_of
from svdocs.statements.places import find_place
from svdocs.statements.quantities import choose_quantity
from svdocs.statements.statement import Passage, Statement, StatementType
from svdocs.text.document import Document


def find_statements(document: Document) -> list[Statement]:
    """Return the statements of `document` in reading order; a passage with two promises gives two statements."""
    passages = passages_of(document)
    found: list[Statement] = []
    for passage, labels in zip(passages, classify_passages(passages), strict=True):
        if labels.type is not StatementType.none:
            found.extend(_statement(passage, labels, part) for part in labels.parts)
    return found


def _statement(passage: Passage, labels: Labels, part: Part) -> Statement:
    focus = passage.text[part.start : part.stop]
    codes = {} if labels.reading is None else labels.reading.codes_between(part.start, part.stop)
    if part.type is StatementType.practice:
        return Statement(part.type, passage, focus, part.confidence, carried_by=part.carried_by, codes=codes)
    text, header, cells = passage.text, passage.header, passage.cells
    promise = part.type is StatementType.commitment
    return Statement(
        part.type,
        passage,
        focus,
        part.confidence,
        firmness=labels.firmness if promise else None,
        firmness_confidence=labels.firmness_confidence if promise else None,
        quantity=choose_quantity(text, focus, header=header, cells=cells, before=passage.leans_on, promise=promise),
        due=find_due(text, header=header, cells=cells, focus=focus) if promise else None,
        place=find_place(text, header=header, cells=cells),
        beneficiary=find_beneficiary(text, header=header, cells=cells),
        carried_by=part.carried_by,
        codes=codes,
    )
