"""Finds the commitments, deliveries and practices of a document, each with its slots."""

from __future__ import annotations

from collections.abc import Iterator

from svdocs.statements.beneficiaries import find_beneficiary
from svdocs.statements.classify import Labels, classify_passages
from svdocs.statements.dates import find_due
from svdocs.statements.passages import passages_of
from svdocs.statements.places import find_place
from svdocs.statements.quantities import choose_quantity
from svdocs.statements.split import split_deliverables
from svdocs.statements.statement import Passage, Statement, StatementType
from svdocs.text.document import Document


def find_statements(document: Document) -> list[Statement]:
    """Return the statements of `document` in reading order; a passage with two promises gives two statements."""
    passages = passages_of(document)
    found: list[Statement] = []
    for passage, labels in zip(passages, classify_passages(passages), strict=True):
        if labels.type is not StatementType.none:
            found.extend(_statements_in(passage, labels))
    return found


def _statements_in(passage: Passage, labels: Labels) -> Iterator[Statement]:
    if labels.type is StatementType.practice:
        yield Statement(labels.type, passage, passage.text, labels.type_confidence, carried_by=labels.carried_by)
        return
    promise = labels.type is StatementType.commitment
    header, cells = passage.header, passage.cells
    for focus in split_deliverables(passage.text, header=header, cells=cells):
        yield Statement(
            labels.type,
            passage,
            focus,
            labels.type_confidence,
            firmness=labels.firmness if promise else None,
            firmness_confidence=labels.firmness_confidence if promise else None,
            quantity=choose_quantity(
                passage.text, focus, header=header, cells=cells, before=passage.leans_on, promise=promise
            ),
            due=find_due(passage.text, header=header, cells=cells, focus=focus) if promise else None,
            place=find_place(passage.text, header=header, cells=cells),
            beneficiary=find_beneficiary(passage.text, header=header, cells=cells),
            carried_by=labels.carried_by,
        )
