"""How right a model is on what it is surest of, where it should say "not sure", and how far its probabilities hold.

All figures come from probabilities that were given to passages of writers held out. A threshold is chosen on some
writers and judged on others, so that it is not praised for what it was fitted to.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.learning.linear import expected_calibration_error
from svdocs.statements.models import Floats

COVERAGE = 0.8
"""Share of the passages that are answered when selective accuracy is reported."""
BINS = 10
PARTS = 5
"""Groups of writers on which a threshold is judged in turn."""


@dataclass(frozen=True, slots=True)
class Answers:
    """A model's best label for each passage held out.

    Attributes:
        confidence: the probability of the best label, shape (passages,).
        right: whether it is an acceptable one, shape (passages,).
        groups: who wrote each passage; passages of one writer are never parted.
    """

    confidence: Floats
    right: NDArray[np.bool_]
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def only(self, keep: NDArray[np.bool_]) -> Answers:
        """Return the answers where `keep` is true."""
        kept = tuple(g for g, k in zip(self.groups, keep, strict=True) if k)
        return Answers(self.confidence[keep], self.right[keep], kept)


@dataclass(frozen=True, slots=True)
class Selected:
    """What is answered at a threshold.

    Attributes:
        threshold: the least confidence that is answered.
        coverage: share of the passages that is answered.
        accuracy: share of these that is right; None if nothing is answered.
    """

    threshold: float
    coverage: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The passages whose confidence lies from `low` up to `high`; the last bin holds 1 as well."""

    low: float
    high: float
    passages: int
    confidence: float
    accuracy: float


def answers_of(
    probabilities: Floats, labels: Sequence[str | Collection[str]], classes: Sequence[str], groups: Sequence[str]
) -> Answers:
    """Return the best label of each row and whether it is right.

    Args:
        probabilities: shape (passages, classes); rows sum to 1.
        labels: the right label of each passage, or all that are acceptable.
        classes: the columns' labels.
        groups: who wrote each passage.
    """
    accepted = [{x} if isinstance(x, str) else set(x) for x in labels]
    best = probabilities.argmax(axis=1) if len(probabilities) else np.zeros(0, int)
    right = np.array([classes[b] in a for b, a in zip(best, accepted, strict=True)], np.bool_)
    confidence = probabilities.max(axis=1) if len(probabilities) else np.zeros(0, np.float32)
    return Answers(np.asarray(confidence, np.float32), right, tuple(groups))


def select(answers: Answers, threshold: float) -> Selected:
    """Return coverage and accuracy where only what is as sure as `threshold` is answered."""
    kept = answers.confidence >= np.float32(threshold)
    accuracy = float(answers.right[kept].mean()) if kept.any() else None
    return Selected(threshold, float(kept.mean()) if len(answers) else 0.0, accuracy)


def select_share(answers: Answers, coverage: float = COVERAGE) -> Selected:
    """Return the threshold at which at least the share `coverage` is answered, surest first, and the accuracy there."""
    if not len(answers):
        return Selected(1.0, 0.0, None)
    count = max(1, math.ceil(coverage * len(answers) - 1e-9))
    return select(answers, float(np.sort(answers.confidence)[::-1][count - 1]))


def find_threshold(answers: Answers, accuracy: float) -> Selected:
    """Return the lowest threshold from which on the answers, taken together, are right as often as `accuracy`.

    Where no threshold gives that accuracy, the one that comes nearest is returned.
    """
    if not len(answers):
        return Selected(1.0, 0.0, None)
    order = np.argsort(-answers.confidence, kind="stable")
    confidence = answers.confidence[order]
    running = np.cumsum(answers.right[order]) / np.arange(1, len(order) + 1)
    # A threshold takes in all that are equally sure, so only the last of each run of equals can be one.
    ends = np.append(confidence[1:] < confidence[:-1], True)
    enough = np.flatnonzero(ends & (running >= accuracy))
    at = enough[-1] if len(enough) else np.flatnonzero(ends)[running[ends].argmax()]
    return select(answers, float(confidence[at]))


def judge_threshold(answers: Answers, accuracy: float) -> Selected:
    """Return how a threshold for `accuracy` does on writers other than those it was chosen on.

    The threshold returned is that chosen on all writers; coverage and accuracy are those on writers held out, with
    the threshold found on the rest.
    """
    names = sorted(set(answers.groups))
    parts = min(PARTS, len(names))
    chosen = find_threshold(answers, accuracy)
    if parts < 2:
        return chosen
    kept = np.zeros(len(answers), np.bool_)
    for part in range(parts):
        held = set(names[part::parts])
        out = np.array([g in held for g in answers.groups])
        kept |= out & (answers.confidence >= np.float32(find_threshold(answers.only(~out), accuracy).threshold))
    found = float(answers.right[kept].mean()) if kept.any() else None
    return Selected(chosen.threshold, float(kept.mean()), found)


def bins_of(answers: Answers, bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold any passage, lowest first."""
    where = np.minimum((answers.confidence * bins).astype(int), bins - 1)
    return [
        Bin(
            b / bins,
            (b + 1) / bins,
            int((where == b).sum()),
            float(answers.confidence[where == b].mean()),
            float(answers.right[where == b].mean()),
        )
        for b in range(bins)
        if (where == b).any()
    ]


def selective_figures(answers: Answers, accuracy: float) -> dict[str, Any]:
    """Return for a model's card: accuracy, calibration error, accuracy at 80 % coverage, and where "not sure" begins.

    Args:
        answers: on writers held out.
        accuracy: that what is answered should have; below the threshold for it the record says "not sure".
    """
    if not len(answers):
        return {"passages": 0}
    return {
        "passages": len(answers),
        "accuracy": round(float(answers.right.mean()), 4),
        "calibration_error": round(expected_calibration_error(answers.confidence, answers.right, BINS), 4),
        "at_coverage": _rounded(select_share(answers, COVERAGE)),
        "not_sure_below": {"wanted_accuracy": accuracy, **_rounded(judge_threshold(answers, accuracy))},
        "reliability": [{k: round(v, 4) for k, v in asdict(b).items()} for b in bins_of(answers)],
    }


def reliability_table(answers: Answers, bins: int = BINS) -> str:
    """Return the reliability table as Markdown: what was claimed against how often it was right.

    >>> found = np.array([[0.9, 0.1], [0.2, 0.8], [0.45, 0.55]], np.float32)
    >>> print(reliability_table(answers_of(found, ["a", "b", "a"], ["a", "b"], ["x", "x", "y"]), bins=2))
    | confidence | passages | claimed | right | gap |
    |---|---:|---:|---:|---:|
    | 0.50-1.00 | 3 | 0.750 | 0.667 | +0.083 |
    <BLANKLINE>
    Expected calibration error 0.083 over 3 passages.
    """
    rows = [
        f"| {b.low:.2f}-{b.high:.2f} | {b.passages} | {b.confidence:.3f} | {b.accuracy:.3f} "
        f"| {b.confidence - b.accuracy:+.3f} |"
        for b in bins_of(answers, bins)
    ]
    error = expected_calibration_error(answers.confidence, answers.right, bins) if len(answers) else 0.0
    head = ["| confidence | passages | claimed | right | gap |", "|---|---:|---:|---:|---:|"]
    return "\n".join([*head, *rows, "", f"Expected calibration error {error:.3f} over {len(answers)} passages."])


def selective_table(answers: Answers, accuracy: float) -> str:
    """Return, as Markdown, accuracy by share answered, and the threshold below which the record says "not sure"."""
    shares = (1.0, 0.95, 0.9, COVERAGE, 0.7, 0.5)
    head = ["| answered | least confidence | right |", "|---:|---:|---:|"]
    rows = [
        f"| {found.coverage:.0%} | {found.threshold:.2f} | {found.accuracy:.3f} |"
        for share in shares
        if (found := select_share(answers, share)).accuracy is not None
    ]
    judged = judge_threshold(answers, accuracy)
    right = "none" if judged.accuracy is None else f"{judged.accuracy:.3f}"
    note = (
        f'Below {judged.threshold:.2f} the record says "not sure" (chosen for {accuracy:.0%} right). With the '
        f"threshold chosen on other writers, {judged.coverage:.0%} are answered, of which {right} right."
    )
    return "\n".join([*head, *rows, "", note])


def _rounded(selected: Selected) -> dict[str, Any]:
    accuracy = None if selected.accuracy is None else round(selected.accuracy, 4)
    # Rounded down, so that a threshold as it is written answers no less than it did.
    threshold = math.floor(selected.threshold * 1e4) / 1e4
    return {"threshold": threshold, "coverage": round(selected.coverage, 4), "accuracy": accuracy}
