"""Accuracy of the surest, thresholds for "not sure", and reliability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.learning.selective import (
    Answers,
    answers_of,
    bins_of,
    find_threshold,
    judge_threshold,
    reliability_table,
    select,
    select_share,
    selective_figures,
    selective_table,
)

answers = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.booleans(), st.sampled_from("abcd")), min_size=1, max_size=40
).map(
    lambda rows: Answers(
        np.array([c for c, _, _ in rows], np.float32),
        np.array([r for _, r, _ in rows], np.bool_),
        tuple(g for _, _, g in rows),
    )
)


def given_answers(*pairs: tuple[float, bool]) -> Answers:
    return Answers(
        np.array([c for c, _ in pairs], np.float32), np.array([r for _, r in pairs], np.bool_), ("w",) * len(pairs)
    )


NONE = Answers(np.zeros(0, np.float32), np.zeros(0, np.bool_), ())


def test_an_answer_is_right_if_its_label_is_one_of_the_acceptable_ones() -> None:
    found = np.array([[0.7, 0.3], [0.4, 0.6], [0.9, 0.1]], np.float32)
    got = answers_of(found, ["a", ("a", "b"), {"b"}], ["a", "b"], ["x", "y", "z"])
    assert got.right.tolist() == [True, True, False]
    assert got.confidence == pytest.approx([0.7, 0.6, 0.9])
    assert len(answers_of(np.zeros((0, 2), np.float32), [], ["a", "b"], [])) == 0


@given(answers, st.floats(0.05, 1))
def test_at_least_the_wished_share_is_answered_and_the_surest_first(some: Answers, share: float) -> None:
    found = select_share(some, share)
    assert found.coverage >= share - 1e-9
    unanswered = some.confidence[some.confidence < np.float32(found.threshold)]
    answered = some.confidence[some.confidence >= np.float32(found.threshold)]
    assert not len(unanswered) or unanswered.max() < answered.min()
    assert found.accuracy == pytest.approx(
        float(some.right[some.confidence >= np.float32(found.threshold)].mean()), abs=1e-9
    )


def test_the_surest_four_of_five_are_judged_without_the_fifth() -> None:
    some = given_answers((0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.3, False))
    assert select_share(some).accuracy == 0.75
    assert select_share(some).threshold == pytest.approx(0.6)


@given(answers, st.floats(0, 1))
def test_no_lower_threshold_keeps_the_accuracy(some: Answers, wanted: float) -> None:
    found = find_threshold(some, wanted)
    assert found.accuracy is not None
    others = [select(some, float(c)) for c in some.confidence]
    if found.accuracy >= wanted:
        assert all((o.accuracy or 0) < wanted for o in others if o.threshold < found.threshold)
    else:
        assert found.accuracy == pytest.approx(max(o.accuracy or 0 for o in others))


def test_equally_sure_passages_are_never_parted() -> None:
    some = given_answers((0.9, True), (0.6, True), (0.6, False), (0.6, False))
    assert find_threshold(some, 0.9).threshold == pytest.approx(0.9)
    assert select_share(some, 0.5).coverage == 1.0


def test_a_threshold_is_judged_on_writers_it_was_not_chosen_on() -> None:
    confidence = np.array([0.9, 0.6, 0.9, 0.6], np.float32)
    right = np.array([True, True, True, False])
    some = Answers(confidence, right, ("a", "a", "b", "b"))
    judged = judge_threshold(some, 1.0)
    # Chosen on a, everything is answered and b has one wrong; chosen on b, only the surest of a.
    assert judged.threshold == pytest.approx(0.9)
    assert judged.coverage == 0.75
    assert judged.accuracy == pytest.approx(2 / 3)


def test_one_writer_alone_gives_the_figures_of_the_choice() -> None:
    some = given_answers((0.9, True), (0.4, False))
    assert judge_threshold(some, 1.0) == find_threshold(some, 1.0)


@given(answers)
def test_every_passage_lies_in_one_bin(some: Answers) -> None:
    found = bins_of(some)
    assert sum(b.passages for b in found) == len(some)
    assert all(b.low - 1e-6 <= b.confidence <= b.high + 1e-6 for b in found)


@given(answers)
def test_a_card_tells_how_the_gap_adds_up(some: Answers) -> None:
    figures = selective_figures(some, 0.9)
    gaps = sum(b["passages"] * abs(b["confidence"] - b["accuracy"]) for b in figures["reliability"])
    assert figures["calibration_error"] == pytest.approx(gaps / len(some), abs=3e-4)
    assert figures["not_sure_below"]["wanted_accuracy"] == 0.9


def test_nothing_held_out_gives_no_figures() -> None:
    assert selective_figures(NONE, 0.9) == {"passages": 0}
    assert select_share(NONE).accuracy is None
    assert find_threshold(NONE, 0.9).accuracy is None
    assert select(NONE, 0.5).coverage == 0
    assert "over 0 passages" in reliability_table(NONE)
    assert "none right" in selective_table(NONE, 0.9)


def test_the_table_of_the_card_tells_the_share_answered_and_the_threshold() -> None:
    some = given_answers(*[(0.5 + i / 40, i > 4) for i in range(20)])
    table = selective_table(some, 1.0)
    assert "| 80% | 0.60 | 0.938 |" in table
    assert 'Below 0.62 the record says "not sure" (chosen for 100% right)' in table
