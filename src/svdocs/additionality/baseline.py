"""What the supplier does already: the passages of its own documents that a commitment may only repeat."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from svdocs.additionality.contract import Contract
from svdocs.additionality.likeness import NO_DATES, Likeness, Rarity, Relation, compare
from svdocs.additionality.scope import label_of, labels_cited
from svdocs.additionality.signals import Signal, find_cues
from svdocs.statements.embed import Embedder
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Passage, Quantity, Unit
from svdocs.text.document import Document


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a commitment may rest on, with its document."""

    document: Document
    passage: Passage


@dataclass(frozen=True, slots=True)
class Comparison:
    """A commitment held against one passage: their likeness, and the probability that they are about the same thing."""

    source: Source
    likeness: Likeness
    score: float


_FUTURE = re.compile(
    r"\b(?:will|shall|['’]ll|going to|to be|would|commit\w*|pledg\w*|promis\w*|target|propos\w*|aim|hope|"
    r"intend|plan to|by (?:the end of |March |\w+ )?20[2-9]\d)\b",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:already|currently|at present|now|today|always|since (?:19|20)\d\d|every|each|as standard|have|has|"
    r"is|are|do|does|run|runs|pay|pays|give|gives|hold|holds|gets?|"
    r"takes?|last year)\b",
    re.I,
)


def read_practices(baselines: Sequence[Document]) -> list[Source]:
    """Return every passage of the supplier's baseline documents."""
    return [Source(d, p) for d in baselines for p in passages_of(d) if not tells_of_size_alone(p.text)]


_SIZE = re.compile(
    r"^(?:\W*(?:we|it|[\w&'’. -]{2,40}?) )?(?:now )?(?:employ(?:s|ed)?|ha(?:s|ve|d)|(?:is|are)) (?:about |some |"
    r"over |around )?"
    r"[\d,]+ (?:[\w-]+ ){0,2}(?:people|staff|employees|colleagues|members of staff)\b(?: in (?:all|total|the uk|"
    r"england))?[.]?$|"
    r"^[^.;]{0,40}\bturnover (?:was|is|of|stood at|:)[^.;]{0,40}[.]?$",
    re.I,
)


def tells_of_size_alone(text: str) -> bool:
    """Say whether `text` states how large the supplier is and nothing that it does.

    >>> tells_of_size_alone("We employ 420 people."), tells_of_size_alone("We employ 12 people from prison each year.")
    (True, False)
    """
    return bool(_SIZE.match(text))


def read_own_practices(bid: Document, commitments: Sequence[Passage]) -> list[Source]:
    """Return the passages of the bid itself that tell of what is done now, the commitments' own passages left out."""
    taken = {p.span for p in commitments}
    return [Source(bid, p) for p in passages_of(bid) if p.span not in taken and tells_of_now(p.text)]


def tells_of_now(text: str) -> bool:
    """Say whether `text` tells of the present and promises nothing.

    >>> tells_of_now("Every depot already has a mental health first aider."), tells_of_now("Every depot will have one.")
    (True, False)
    """
    return bool(_PRESENT.search(text)) and not _FUTURE.search(text)


def compare_with(
    text: str,
    quantity: Quantity | None,
    sources: Sequence[Source],
    embedder: Embedder,
    rarity: Rarity,
    weigh: PairWeigher,
    contract: Contract = NO_DATES,
    *,
    narrow: bool = False,
) -> list[Comparison]:
    """Return the comparisons of a commitment with every source, the likeliest first.

    Args:
        text: the commitment's words.
        quantity: the commitment's.
        sources: the passages that it is held against.
        embedder: for the comparison of meanings.
        rarity: of the words in this procurement.
        weigh: what counts as the same thing.
        contract: over whose years a total is spread.
        narrow: whether the commitment is for this contract alone, so that the figure of a whole group is no measure of
            it: the two are of other scopes.
    """
    likenesses = compare(text, quantity, [s.passage for s in sources], embedder, rarity, contract)
    if narrow:
        likenesses = [_without_group_figure(k, s.passage.text) for s, k in zip(sources, likenesses, strict=True)]
    cited = labels_cited(text)
    if cited:
        likenesses = [
            replace(k, cited=label_of(s.passage.text) in cited) for s, k in zip(sources, likenesses, strict=True)
        ]
    found = [Comparison(s, k, weigh(k)) for s, k in zip(sources, likenesses, strict=True)]
    return sorted(found, key=lambda c: (-c.score, c.likeness.rank))


def _without_group_figure(likeness: Likeness, text: str) -> Likeness:
    against = likeness.against
    if likeness.ratio is None or (against and against.unit is Unit.percent) or not is_group_figure(text):
        return likeness  # a share of a group can be held against a share of the contract's people
    return replace(likeness, relation=Relation.other_unit, ratio=None, echoes=False, outgrows=False, exact=False)


def is_group_figure(text: str) -> bool:
    """Say whether `text` tells of a whole group, company or country.

    >>> is_group_figure("Across the group we took on 900 apprentices."), is_group_figure("We took on nine.")
    (True, False)
    """
    return any(c.signal is Signal.group for c in find_cues(text))


class PairWeigher:
    """Says how likely it is that a passage is about the very thing that a commitment promises, from their likeness."""

    def __init__(self, weights: Sequence[float], bias: float, picks: Sequence[int] = ()) -> None:
        self.weights = tuple(weights)
        self.bias = bias
        self._picks = tuple(picks) or tuple(range(len(PAIR_FEATURES)))

    def __call__(self, likeness: Likeness) -> float:
        """Return the probability, 0 to 1; a passage that the commitment names by its label is as good as certain."""
        features = pair_features(likeness)
        total = self.bias + sum(w * features[i] for w, i in zip(self.weights, self._picks, strict=True))
        return max(_logistic(total), CITED if likeness.cited else 0.0)


CITED = 0.95


PAIR_FEATURES = (
    "meaning",
    "recall",
    "precision",
    "overlap",
    "numbers",
    "same",
    "more",
    "less",
    "first",
    "lead",
    "third",
    "numberless",
    "echoes",
    "exact",
    "coding",
    "coding_meaning",
    "same_pace",
    "other_pace",
    "same_meaning",
)


def pair_features(likeness: Likeness) -> tuple[float, ...]:
    """Return a likeness as the numbers that `PAIR_FEATURES` names."""
    k = likeness
    return (
        k.meaning,
        k.recall,
        k.precision,
        k.overlap,
        float(min(k.numbers, 2)),
        float(k.relation == "same"),
        float(k.relation == "more"),
        float(k.relation == "less"),
        float(k.rank == 0),
        k.lead,
        float(k.rank < 3),
        float(k.relation == "none"),
        float(k.echoes),
        float(k.exact),
        k.coding,
        k.coding * max(k.meaning, 0.0),
        float(k.pace == 1),
        float(k.pace == -1),
        max(k.meaning, 0.0) * (k.relation == "same"),
    )


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
