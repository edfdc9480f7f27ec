from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.panel.agreement import is_wide, linear, mean_kappa, spread_of, weighted_kappa
from svdocs.valuing.rubrics import Rubric, own_rubric, shipped_rubrics

FIVE = shipped_rubrics()["0-5"]


def test_weighted_kappa_gives_what_cohen_published() -> None:
    # Cohen, Weighted kappa, Psychological Bulletin 70 (1968): proportions of 100 judgements and ratio-scaled
    # disagreement weights; kappa .492 and weighted kappa .348.
    table = [[44, 7, 9], [5, 20, 5], [1, 3, 6]]
    weights = {("1", "2"): 1, ("1", "3"): 3, ("2", "3"): 6}
    pairs = [(str(i + 1), str(j + 1)) for i in range(3) for j in range(3) for _ in range(table[i][j])]

    def disagreement(a: str, b: str) -> int:
        return 0 if a == b else weights[min(a, b), max(a, b)]

    weighted = weighted_kappa(pairs, disagreement)
    plain = weighted_kappa(pairs, lambda a, b: int(a != b))
    assert weighted is not None
    assert plain is not None
    assert round(float(weighted), 3) == 0.348
    assert round(float(plain), 3) == 0.492


MARKS = st.sampled_from([level.mark for level in FIVE.levels])


@settings(deadline=None)  # the first asks for scikit-learn to be read in
@given(st.lists(st.tuples(MARKS, MARKS), min_size=1, max_size=30))
def test_linear_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    ours = weighted_kappa(pairs, linear(FIVE))
    if ours is None:
        assert len({m for pair in pairs for m in pair}) == 1
        return
    theirs = metrics.cohen_kappa_score(
        [int(a) for a, _ in pairs], [int(b) for _, b in pairs], weights="linear", labels=list(range(6))
    )
    assert float(ours) == pytest.approx(theirs)


@given(st.lists(MARKS, min_size=2, max_size=20))
def test_full_agreement_is_one_or_cannot_be_told(marks: list[str]) -> None:
    assert weighted_kappa([(m, m) for m in marks], linear(FIVE)) in (None, 1)


def test_the_mean_is_over_pairs_of_evaluators_that_can_be_told() -> None:
    columns = [{"a": "1", "b": "1", "c": "3"}, {"a": "4", "b": "4", "c": "3"}]
    kappa, pairs = mean_kappa(FIVE, columns)
    assert (kappa, pairs) == (Fraction(1, 3), 3)
    assert mean_kappa(FIVE, [{"a": "1"}]) == (None, 0)


HALVES = own_rubric(["0 = None: nothing", "0.5 = Half: some of it", "1 = Full: all of it"])


@pytest.mark.parametrize(
    ("rubric", "marks", "spread", "wide"),
    [
        (FIVE, ["3", "4"], 1, False),
        (FIVE, ["3", "5", "4"], 2, True),
        (FIVE, ["3"], 0, False),
        (FIVE, [], 0, False),
        (shipped_rubrics()["0-10"], ["4", "6"], 2, True),
        (shipped_rubrics()["pass-fail"], ["pass", "fail"], 1, True),
        (shipped_rubrics()["pass-fail"], ["pass", "pass"], 0, False),
        (HALVES, ["0", "0.5"], Decimal("0.5"), False),
        (HALVES, ["0", "1"], 1, True),
    ],
)
def test_a_gap_of_two_marks_is_flagged(rubric: Rubric, marks: list[str], spread: Decimal, wide: bool) -> None:
    assert (spread_of(rubric, marks), is_wide(rubric, marks)) == (spread, wide)
