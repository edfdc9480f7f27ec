"""The words that carried a label."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.statements import explain
from svdocs.statements.classify import TYPE_MODEL, classify_passages, cue_features
from svdocs.statements.cues import cue_names, cue_values
from svdocs.statements.explain import (
    calibration_note,
    explain_passage,
    find_carriers,
    leave_out_words,
    log_odds,
    name_cue,
    weigh_words,
)
from svdocs.statements.models import load_model
from svdocs.statements.statement import Firmness, Passage, StatementType
from svdocs.text.document import BlockKind, Span

PROMISE = "We will create five apprenticeships for Thanet residents by March 2028."


def passage(text: str, **context: object) -> Passage:
    return Passage(Span(0, len(text)), text, 0, BlockKind.paragraph, **context)  # type: ignore[arg-type]


def test_every_cue_has_a_plain_name() -> None:
    names = [name_cue(n) for n in cue_names()]
    assert all(n and "_" not in n for n in names)
    assert name_cue("brand_new_cue") == "brand new cue"


def test_the_record_names_the_promise_word_of_a_promise() -> None:
    carriers = find_carriers(passage(PROMISE), StatementType.commitment, Firmness.firm)
    assert ("will", "promise word") in {(c.words, c.why) for c in carriers.type}
    assert carriers.firmness
    for found in (carriers.type, carriers.firmness):
        weights = [c.weight for c in found]
        assert weights == sorted(weights, reverse=True)
        assert len(found) <= explain.CARRIERS_AT_MOST
        assert all(c.words and c.weight > 0 for c in found)


def test_what_is_no_commitment_has_no_firmness_to_explain() -> None:
    text = "On the Ashford contract we placed 14 care leavers into work."
    carriers = find_carriers(passage(text), StatementType.delivery, None)
    assert carriers.firmness == ()
    assert "placed" in {c.words for c in carriers.type}


@pytest.mark.parametrize("text", [PROMISE, "Two 1,200-tree woods | 4 | Year 1", "We will, we will and we shall."])
def test_words_and_cues_add_up_to_what_the_model_makes_of_them(text: str) -> None:
    model, given = load_model(TYPE_MODEL), passage(text, section=("Our offer",), previous="We will start soon.")
    cues = cue_values(given)
    for row, label in enumerate(model.classes):
        columns, values = model.word_values(text)
        scores = model.word_weights[:, columns] @ values + model.dense_weights @ cue_features([given])[0]
        others = (scores.sum() - scores[row]) / (len(scores) - 1)
        whole = float(scores[row] - others) / model.temperature
        found = sum(c.weight for c in weigh_words(given, cues, model, label))
        small = [w for w in text.lower().replace(",", " ").replace("|", " ").split() if w in explain._SMALL]
        marks = [c for c in text if not c.isalnum() and not c.isspace()]
        # Small words and marks are left out of what is shown; here there are few, and they weigh little.
        assert math.isclose(found, whole, abs_tol=0.15 * (1 + len(small)) + 0.3 * len(marks))


def test_cues_of_the_context_quote_the_context() -> None:
    model = load_model(TYPE_MODEL)
    given = passage(
        "Apprenticeships | 4", header=("Measure", "Target"), section=("Our commitments",),
        previous="We will report.", introduction="We will provide:",
    )  # fmt: skip
    said = {c.why: c.words for c in weigh_words(given, cue_values(given), model, "commitment")}
    assert said["column of targets"] == "Measure | Target"
    assert said["heading that speaks of offers or targets"] == "Our commitments"
    assert said["the sentence before: promise word"] == "will"
    assert said["the introduction: promise word"] == "will"


def count_promises(texts: Sequence[str]) -> list[float]:
    return [3.0 * ("will" in t.split()) + 1.0 * ("plant" in t and "trees" in t) - 2.0 * ("perhaps" in t) for t in texts]


def test_leaving_out_finds_what_speaks_for_and_against() -> None:
    found = leave_out_words("We will perhaps plant the trees", count_promises)
    assert [(c.words, c.weight) for c in found] == [("will", 3.0), ("perhaps", -2.0), ("plant", 1.0), ("trees", 1.0)]


def test_a_phrase_is_shown_where_only_the_whole_counts() -> None:
    def score(texts: Sequence[str]) -> list[float]:
        return [float("real" in t or "living" in t) for t in texts]

    assert [c.words for c in leave_out_words("pay the real living wage", score)] == ["real living"]


def test_no_phrase_runs_over_a_comma_or_a_cell() -> None:
    def score(texts: Sequence[str]) -> list[float]:
        return [float("one" in t or "two" in t) for t in texts]

    assert leave_out_words("first one, two then", score) == []
    assert [c.words for c in leave_out_words("first one two then", score)] == ["one two"]


@given(
    st.lists(st.sampled_from(["we", "will", "(plant)", "ten", "trees,", "|", "of", "the"]), max_size=8).map(" ".join)
)
def test_words_left_out_stand_in_the_text_and_do_not_overlap(text: str) -> None:
    found = leave_out_words(text, lambda texts: [float(len(t)) for t in texts])
    assert all(c.words in text for c in found)
    assert sum(len(c.words.split()) for c in found) <= len(text.split())


@pytest.mark.parametrize("text", ["", "Trees", "   "])
def test_a_passage_of_one_word_has_nothing_to_leave_out(text: str) -> None:
    assert leave_out_words(text, count_promises) == []


def test_an_explanation_tells_the_label_that_the_record_has() -> None:
    given = passage("This will rise to eight.", previous="We will take on four apprentices in Year 1.")
    (labels,) = classify_passages([given])
    told = explain_passage(given)
    assert set(told) == {"type", "firmness"}
    assert told["type"].label == labels.type
    assert math.isclose(told["type"].probability, labels.type_confidence, abs_tol=1e-6)
    assert told["firmness"].label == labels.firmness
    assert told["type"].probability + told["type"].second[1] <= 1 + 1e-6
    assert [(c.why, c.words) for c in told["type"].context] == [
        ("sentence before", "We will take on four apprentices in Year 1.")
    ]
    assert "will" in " ".join(c.words for c in told["type"].words if c.weight > 0)


def test_what_promises_nothing_has_its_type_alone() -> None:
    told = explain_passage(passage("The council publishes its strategy on its website?", section=("Background",)))
    assert set(told) == {"type"}
    assert told["type"].label == "none"


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.95, "Of 1,200 passages by writers held out for which the model was as sure (90%-100%), 94% were labelled"),
        (1.0, "Of 1,200 passages"),
        (0.55, "This is below 0.70: not sure, so a person should look first."),
        (0.75, "No reliability table"),
    ],
)
def test_the_note_tells_how_often_such_a_probability_was_right(
    monkeypatch: pytest.MonkeyPatch, probability: float, said: str
) -> None:
    figures = {
        "reliability": [
            {"low": 0.5, "high": 0.6, "passages": 80, "confidence": 0.55, "accuracy": 0.5},
            {"low": 0.9, "high": 1.0, "passages": 1200, "confidence": 0.96, "accuracy": 0.94},
        ],
        "not_sure_below": {"threshold": 0.7},
    }
    monkeypatch.setattr(explain, "_figures_of", lambda name: figures)
    assert said in calibration_note("any", probability)


@settings(max_examples=20)
@given(st.floats(0, 1))
def test_the_odds_of_certainty_are_a_number(probability: float) -> None:
    assert np.isfinite(log_odds(probability))


def test_a_rule_that_decides_is_told() -> None:
    told = explain_passage(passage("For the young people of Redcar we will:"))
    assert told["type"].label == "none"
    assert told["type"].note.startswith("It ends in a colon")
    empty = passage("Apprentices | 0", header=("Measure", "Amount offered"), cells=("Apprentices", "0"))
    assert explain_passage(empty)["type"].note.startswith("The row holds no amount")
    assert "rule" not in explain_passage(passage(PROMISE))["type"].note
