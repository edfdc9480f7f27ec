from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from svdocs.statements.classify import MAX_CARRIERS, classify_passages, cue_features
from svdocs.statements.cues import cue_names
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Firmness, Passage, StatementType
from svdocs.text.document import BlockKind, Span
from tests.documents import Piece, document_of, pieces

OFFER = document_of(
    (BlockKind.heading, "Our social value offer"),
    "Alder Lighting Ltd is a family firm based in Dover.",
    "We will recruit five apprentices from Ashford by March 2028. We aim to give £4,000 to food banks where possible.",
    "Subject to planning consent, we will plant 400 trees in Thanet by December 2027.",
    (BlockKind.heading, "What we delivered on our last contract"),
    "Eight people from Dover began work placements in 2024, and six of them moved into jobs.",
    (BlockKind.heading, "How we work today"),
    "Every member of staff already has two paid volunteering days each year.",
)


def test_types_and_firmness_are_those_that_a_reader_gives() -> None:
    labels = classify_passages(passages_of(OFFER))
    kinds = [(x.type.value, x.firmness.value if x.type is StatementType.commitment else "") for x in labels]
    assert kinds == [
        ("none", ""),
        ("commitment", "firm"),
        ("commitment", "aspirational"),
        ("commitment", "conditional"),
        ("delivery", ""),
        ("practice", ""),
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces)
def test_every_passage_has_labels_and_confidences_that_can_be_so(given_pieces: list[Piece]) -> None:
    passages = passages_of(document_of(*given_pieces))
    labels = classify_passages(passages)
    assert len(labels) == len(passages)
    for passage, label in zip(passages, labels, strict=True):
        # The likeliest of four is never below a quarter, nor that of three below a third.
        assert 1 / len(StatementType) - 1e-6 <= label.type_confidence <= 1
        assert 1 / len(Firmness) - 1e-6 <= label.firmness_confidence <= 1
        assert len(label.carried_by) <= MAX_CARRIERS
        assert all(words.lower() in passage.text.lower() for words in label.carried_by)


def test_labels_do_not_depend_on_what_else_is_classified() -> None:
    passages = passages_of(OFFER)
    together = classify_passages(passages)
    for passage, label in zip(passages, together, strict=True):
        (alone,) = classify_passages([passage])
        assert (alone.type, alone.firmness, alone.carried_by) == (label.type, label.firmness, label.carried_by)
        assert alone.type_confidence == pytest.approx(label.type_confidence, abs=1e-5)


def test_the_words_that_carried_a_promise_are_shown() -> None:
    labels = classify_passages(passages_of(OFFER))
    assert "will" in " ".join(labels[1].carried_by).lower()
    assert {w.lower() for w in labels[2].carried_by} & {"aim", "where possible", "we"}


def test_no_passages_have_no_labels() -> None:
    assert classify_passages([]) == []


def test_each_passage_has_a_row_of_its_cues() -> None:
    passages = passages_of(OFFER)
    rows = cue_features(passages)
    assert rows.shape == (len(passages), len(cue_names()))
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("fields", "context"),
    [
        ({}, ""),
        ({"section": ("A", "B", "C")}, "B > C"),
        ({"introduction": "We will:"}, "We will:"),
        ({"header": ("Item", "Target")}, "Item | Target"),
        ({"section": ("A",), "introduction": "B", "header": ("C", "D")}, "A : B : C | D"),
    ],
)
def test_the_context_is_what_stands_above(fields: dict[str, object], context: str) -> None:
    assert Passage(Span(0, 5), "Trees", 0, BlockKind.paragraph, **fields).above == context  # type: ignore[arg-type]
