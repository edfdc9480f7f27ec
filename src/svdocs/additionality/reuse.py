"""The same promise sold twice, wording that several suppliers share, and a narrative that its own sheet contradicts.

Each search groups by keys and compares within small groups only, so the time grows with the number of commitments as
sorting does, and not with its square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

SAME_PROMISE = 0.15
"""Share of wording from which on two promises with the same quantity, and the same place or time, are the same."""
SAME_FIGURE = 0.6
"""The share that is needed where neither names a place or a time."""
SHARED_WORDING = 0.8
"""Share of wording from which on texts of several suppliers count as written from one text."""
SHINGLE_WORDS = 3
SKETCH = 6
"""Smallest shingle hashes of a text by which others with the same wording are found."""
CHAIN = 6
"""Different texts of one sketch value that a new text is compared with."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as far as its reuse can be told.

    Attributes:
        key: the statement's id.
        text: its words.
        supplier: who promises.
        bid: the document.
        procurement: to whom it is promised.
        value, unit, per: of its quantity; None if it has none.
        place, due: as found; None if it has none.
        measure: the code that fits best, or None.
        in_sheet: whether it stands in a calculator sheet, and not in a narrative.
        page: of the document, or None.
    """

    key: str
    text: str
    supplier: str
    bid: str
    procurement: str = ""
    value: float | None = None
    unit: str | None = None
    per: str | None = None
    place: str | None = None
    due: str | None = None
    measure: str | None = None
    in_sheet: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SoldTwice:
    """The same promise of one supplier in several bids, lots or contracts: same quantity, place and time."""

    supplier: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class SharedText:
    """Wording that several suppliers share: a writer's boilerplate, to be looked at and not judged."""

    suppliers: tuple[str, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A total that the narrative of a bid gives otherwise than its calculator sheet."""

    supplier: str
    procurement: str
    measure: str
    unit: str
    narrative: float
    sheet: float
    promises: tuple[Promise, ...]


def find_sold_twice(promises: Iterable[Promise]) -> list[SoldTwice]:
    """Return the promises that a supplier makes in more than one bid with the same quantity, place and time.

    A promise without a quantity is never called sold twice: nothing tells it from another of the same kind.
    """
    groups: dict[tuple[object, ...], list[Promise]] = defaultdict(list)
    for promise in promises:
        if promise.value is not None and not promise.in_sheet:
            groups[_same_figures(promise)].append(promise)
    found = []
    for group in groups.values():
        if len({p.bid for p in group}) > 1:
            least = SAME_PROMISE if group[0].place or group[0].due else SAME_FIGURE
            for alike in _alike(group, least, masked=False, sketch=None):
                if len({p.bid for p in alike}) > 1:
                    found.append(SoldTwice(alike[0].supplier, tuple(alike)))
    return sorted(found, key=lambda s: (s.supplier, s.promises[0].key))


def _same_figures(p: Promise) -> tuple[object, ...]:
    return p.supplier.casefold(), p.value, p.unit, p.per, _folded(p.place), _folded(p.due)


def find_shared_texts(promises: Iterable[Promise]) -> list[SharedText]:
    """Return the wordings that more than one supplier uses, numbers and names of suppliers left out of account."""
    found = []
    for alike in _alike(list(promises), SHARED_WORDING, masked=True):
        suppliers = tuple(sorted({p.supplier for p in alike}))
        if len(suppliers) > 1:
            found.append(SharedText(suppliers, tuple(alike)))
    return sorted(found, key=lambda s: s.promises[0].key)


def find_disagreements(promises: Iterable[Promise]) -> list[Disagreement]:
    """Return the totals, measure by measure, that a bid's narrative gives otherwise than its sheet.

    Only measures for which both have figures in one unit and period are held against each other.
    """
    groups: dict[tuple[str, str, str, str, str | None], list[Promise]] = defaultdict(list)
    for p in promises:
        if p.value is not None and p.unit is not None and p.measure is not None:
            groups[p.supplier, p.procurement, p.measure, p.unit, p.per].append(p)
    found = []
    for (supplier, procurement, measure, unit, _), group in groups.items():
        sheet, told = [p for p in group if p.in_sheet], [p for p in group if not p.in_sheet]
        if sheet and told:
            total, other = _total(told), _total(sheet)
            if abs(total - other) > 1e-6 * max(1.0, abs(other)):
                found.append(Disagreement(supplier, procurement, measure, unit, total, other, tuple(group)))
    return sorted(found, key=lambda d: (d.supplier, d.procurement, d.measure, d.unit))


def _total(promises: Sequence[Promise]) -> float:
    """Return the sum of the promises, one that stands twice in the same words counted once."""
    distinct = {(_folded(p.text), p.value): p.value or 0.0 for p in promises}
    return sum(distinct.values())


def _alike(
    promises: Sequence[Promise], least: float, *, masked: bool, sketch: int | None = SKETCH
) -> Iterator[list[Promise]]:
    """Yield the groups of promises whose wording is alike, each compared with the first texts of a group."""
    shingles = [cut_shingles(p.text, p.supplier if masked else "") for p in promises]
    leader = list(range(len(promises)))
    seen: dict[int, list[int]] = defaultdict(list)
    for i, mine in enumerate(shingles):
        best, best_share = None, 0.0
        for value in sorted(mine)[:sketch]:
            for j in seen[value]:
                if leader[j] != best and (share := shared(mine, shingles[j])) >= least and share > best_share:
                    best, best_share = leader[j], share
        if best is not None:
            leader[i] = best
        for value in sorted(mine)[:sketch]:
            chain = seen[value]
            if len(chain) < CHAIN and (best is None or all(leader[j] != best for j in chain)):
                chain.append(i)
    groups: dict[int, list[Promise]] = defaultdict(list)
    for i, promise in enumerate(promises):
        groups[leader[i]].append(promise)
    yield from (g for g in groups.values() if len(g) > 1)


_WORD = re.compile(r"[a-zà-ÿ]+|\d[\d,.]*", re.I)


def cut_shingles(text: str, masked: str = "") -> frozenset[int]:
    """Return the hashes of each three words in a row; numbers and the words of `masked` count as one word.

    >>> cut_shingles("Acme gives 40 hours to us", "Acme Ltd") == cut_shingles("Bolt gives 50 hours to us", "Bolt Ltd")
    True
    """
    hidden = {w.lower() for w in _WORD.findall(masked)}
    words = ["#" if masked and (w[0].isdigit() or w in hidden) else w for w in (w.lower() for w in _WORD.findall(text))]
    while len(words) < SHINGLE_WORDS:
        words.append("")
    runs = (" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
    return frozenset(int.from_bytes(blake2b(r.encode(), digest_size=8).digest()) for r in runs)


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """Return how much of their wording two texts share, 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
