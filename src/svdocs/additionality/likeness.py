"""How far two passages speak of the same thing: by meaning, by the words that they share, and by their numbers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from svdocs.additionality.amounts import Amount, amount_of, amounts_in, fewer_is_better, in_its_period, pace_of
from svdocs.additionality.contract import Contract, spread_of
from svdocs.frameworks.suggest import Query, suggest_many
from svdocs.statements.embed import Embedder
from svdocs.statements.statement import Passage, Per, Quantity, Unit

NO_DATES = Contract()

_WORD = re.compile(r"[a-zà-ÿ]+(?:['’][a-z]+)?|\d[\d,.]*", re.I)
_FILLER = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "being",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "down",
        "each",
        "either",
        "every",
        "everyone",
        "everybody",
        "for",
        "from",
        "further",
        "get",
        "gets",
        "give",
        "given",
        "gives",
        "go",
        "going",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "him",
        "his",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "keep",
        "like",
        "made",
        "make",
        "makes",
        "many",
        "may",
        "me",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "per",
        "put",
        "same",
        "shall",
        "she",
        "should",
        "so",
        "some",
        "such",
        "take",
        "taken",
        "takes",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "us",
        "use",
        "used",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whole",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "within",
        "would",
        "year",
        "years",
        "yearly",
        "annual",
        "annually",
        "you",
        "your",
        "yes",
        "we'll",
        "we've",
        "we're",
        "contract",
        "contracts",
        "contractor",
        "supplier",
        "suppliers",
        "bidder",
        "bidders",
        "provider",
        "service",
        "services",
        "commitment",
        "target",
        "social",
        "value",
        "continue",
        "continues",
        "already",
        "currently",
        "new",
        "least",
        "minimum",
    ]
)


class Relation(StrEnum):
    """How a commitment's quantity stands to the one it is held against."""

    same = "same"
    more = "more"
    less = "less"
    other_unit = "other_unit"
    """Both have numbers, but in units or periods that cannot be held against each other."""
    none = "none"
    """One of them, or both, has no number."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far a commitment and another passage speak of the same thing.

    Attributes:
        meaning: cosine of their embeddings.
        recall: share of the commitment's content words that the other passage has, weighted by rarity.
        precision: share of the other passage's content words that the commitment has, weighted by rarity.
        numbers: how many numbers they share.
        relation: how the quantities stand to each other.
        ratio: the commitment's amount by the other's, where the relation is same, more or less.
        echoes, outgrows, exact, against: see `Standing`.
        coding: how far both are likely to be coded to the same measures, 0 to 1.
        pace: 1 where both say that it happens as often, -1 where they differ, 0 where one does not say.
        cited: whether the commitment names the passage by its label, as in "section 3.2".
        rank: place of the passage among all those compared, by meaning, from 0.
        lead: how much closer in meaning it is than the next best; negative for all but the best.
    """

    meaning: float
    recall: float
    precision: float
    numbers: int
    relation: Relation
    ratio: float | None
    rank: int
    lead: float
    echoes: bool = False
    outgrows: bool = False
    exact: bool = False
    against: Amount | None = None
    coding: float = 0.0
    pace: int = 0
    cited: bool = False

    @property
    def overlap(self) -> float:
        """Harmonic mean of the shares of content words that each has of the other."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@lru_cache(maxsize=16_384)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words that carry the text's content.

    >>> sorted(content_words("We will continue to recycle old tyres and batteries."))
    ['battery', 'old', 'recycl', 'tyr']
    """
    return frozenset(_stem(w.lower().replace("’", "'")) for w in _WORD.findall(text) if _carries(w))


def _carries(word: str) -> bool:
    return word.lower() not in _FILLER and len(word) > 2 and not word[0].isdigit()


def _stem(word: str) -> str:
    word = word.split("'")[0]
    for ending, instead in (
        ("ies", "y"),
        ("ations", ""),
        ("ation", ""),
        ("ships", ""),
        ("ship", ""),
        ("ments", ""),
        ("ment", ""),
        ("ings", ""),
        ("ing", ""),
        ("ers", ""),
        ("er", ""),
        ("eds", ""),
        ("ed", ""),
        ("es", ""),
        ("s", ""),
        ("e", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + instead
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


class Rarity:
    """Weighs content words by how few of the passages of this procurement have them."""

    def __init__(self, texts: Iterable[str]) -> None:
        seen: Counter[str] = Counter()
        count = 0
        for text in texts:
            count += 1
            seen.update(content_words(text))
        self._weights = {word: math.log((count + 2) / (times + 1)) for word, times in seen.items()}
        self._unseen = math.log(count + 2)
        self._whole: dict[frozenset[str], float] = {}

    def weigh(self, words: Iterable[str]) -> float:
        """Return the words' summed weight."""
        return sum([self._weights.get(w, self._unseen) for w in words])

    def share(self, words: frozenset[str], among: frozenset[str]) -> float:
        """Return the weighted share of `words` that are `among` the others."""
        whole = self._whole.get(words)
        if whole is None:
            whole = self._whole[words] = self.weigh(words)
        return self.weigh(words & among) / whole if whole > 0 else 0.0


def compare(
    text: str,
    quantity: Quantity | None,
    others: Sequence[Passage],
    embedder: Embedder,
    rarity: Rarity,
    contract: Contract = NO_DATES,
) -> list[Likeness]:
    """Return how like `text` each of `others` is, in their order.

    Args:
        text: the commitment's words.
        quantity: the commitment's.
        others: the passages that it is held against.
        embedder: for the comparison of meanings.
        rarity: of the words in this procurement.
        contract: over whose years a total is spread, to be held against a yearly figure.
    """
    if not others:
        return []
    vectors = embedder.embed([text, *(p.text for p in others)])
    meaning = (vectors[1:] @ vectors[0]).astype(float)
    order = np.argsort(-meaning, kind="stable")
    rank = np.empty(len(others), int)
    rank[order] = range(len(others))
    best = meaning[order[0]]
    second = meaning[order[1]] if len(others) > 1 else 0.0
    words, own, pace = content_words(text), amounts_in(text), pace_of(text)
    main = in_its_period(amount_of(quantity), text) if quantity is not None else None
    mine, *codes = measures_of([text, *(p.text for p in others)], embedder)
    fewer, spread = fewer_is_better(text), spread_of(text, contract)
    found = []
    for i, other in enumerate(others):
        theirs, amounts, their_pace = content_words(other.text), amounts_in(other.text), pace_of(other.text)
        standing = relate(main, own, amounts, fewer=fewer and fewer_is_better(other.text), spread=spread)
        found.append(
            Likeness(
                meaning=float(meaning[i]),
                recall=rarity.share(words, theirs),
                precision=rarity.share(theirs, words),
                numbers=len({a.value for a in own if a.value != 1} & {a.value for a in amounts}),
                relation=standing.relation,
                ratio=standing.ratio,
                echoes=standing.echoes,
                outgrows=standing.outgrows,
                exact=standing.exact,
                against=standing.against,
                coding=shared_coding(mine, codes[i]),
                pace=0 if pace is None or their_pace is None else 1 if pace == their_pace else -1,
                rank=int(rank[i]),
                lead=float(meaning[i] - (second if rank[i] == 0 else best)),
            )
        )
    return found


def measures_of(texts: Sequence[str], embedder: Embedder) -> list[Mapping[str, float]]:
    """Return the likely measures of each text with their probabilities; asked for together they cost much less.

    Args:
        texts: words of commitments and of passages; the latest are kept, so that each is coded once.
        embedder: for the comparison of meanings.
    """
    kept = _coded.setdefault(embedder, {})
    if len(kept) > MAX_CODED:
        kept.clear()
    known = {t: kept[t] for t in texts if t in kept}
    new = [t for t in dict.fromkeys(texts) if t not in known]
    codings = suggest_many([Query(t, quoted=False) for t in new], embedder=embedder)
    known |= {t: {m.code: m.score for m in k.measures} for t, k in zip(new, codings, strict=True)}
    kept.update(known)
    return [known[t] for t in texts]


MAX_CODED = 5_000
_coded: WeakKeyDictionary[Embedder, dict[str, Mapping[str, float]]] = WeakKeyDictionary()


def shared_coding(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how far two shares of measures agree: the sum of the geometric means.

    >>> shared_coding({"NT10": 1.0}, {"NT10": 0.25, "NT9": 0.75})
    0.5
    """
    return sum(math.sqrt(p * other[c]) for c, p in one.items() if c in other)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a commitment's amounts stand to those of another passage.

    Attributes:
        relation: of the commitment's own quantity to the amount nearest to it.
        ratio: of the two, where the relation is same, more or less.
        echoes: whether the commitment's words name the other passage's amount too.
        outgrows: whether they name it beside a larger one of the same kind, as "from twelve to thirty" does.
        exact: whether the two are the same amount in the same unit, and not two counts of what may be other things.
        against: the other passage's amount that the relation is to.
    """

    relation: Relation
    ratio: float | None = None
    echoes: bool = False
    outgrows: bool = False
    exact: bool = False
    against: Amount | None = None


def relate(
    amount: Amount | None,
    own: Sequence[Amount],
    others: Sequence[Amount],
    *,
    fewer: bool = False,
    spread: float | None = None,
) -> Standing:
    """Return how a commitment's amounts stand to those of another passage.

    Args:
        amount: the commitment's; None where it has none, and then all amounts in its words stand for it.
        own: all amounts in the commitment's words.
        others: the other passage's.
        fewer: whether both tell of something of which less is better, so that a lower amount is the larger promise.
        spread: the years over which the commitment's amounts are totals; 0 if nobody knows how many, None if they are
            not totals. A total over unknown years cannot be held against a yearly figure.
    """
    main = [amount] if amount is not None else list(own)
    if spread is not None:
        main = [_a_year(a, spread) for a in main if spread or a.per is not None]
        others = [b for b in others if spread or b.per is not Per.year]
        if not main or not others:
            return Standing(Relation.other_unit)
    if not main or not others:
        return Standing(Relation.none)
    echoed = [b for b in others if any(_is_one(a.ratio_to(b)) for a in own)]
    outgrows = any((r := a.ratio_to(b)) is not None and r > 1 + CLOSE for b in echoed for a in own)
    ratios = [(r, b) for a in main for b in others if (r := a.ratio_to(b)) is not None]
    if not ratios:
        return Standing(Relation.other_unit, None, bool(echoed), outgrows)
    nearest, other = min(ratios, key=lambda r: abs(math.log(r[0])))
    if fewer:
        nearest = 1 / nearest
    if _is_one(nearest):
        exact = any(a.unit == b.unit and a.value not in (0, 1) and _is_one(a.ratio_to(b)) for a in main for b in others)
        return Standing(Relation.same, 1.0, bool(echoed), outgrows, exact, other)
    relation = Relation.more if nearest > 1 else Relation.less
    return Standing(relation, nearest, bool(echoed), outgrows, False, other)


def _a_year(amount: Amount, years: float) -> Amount:
    """Return a total over so many years as a yearly amount; one that has a period of its own stays as it is."""
    spreads = years and amount.per in (None, Per.contract) and amount.unit is not Unit.percent
    return Amount(amount.value / years, amount.unit, Per.year) if spreads else amount


CLOSE = 0.02
"""Two amounts whose ratio is so near to one are the same."""


def _is_one(ratio: float | None) -> bool:
    return ratio is not None and abs(ratio - 1) <= CLOSE
