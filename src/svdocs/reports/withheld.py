"""Nothing of one bidder in another's letter: names, files and words of other bids are left out of what people wrote.

A reason that evaluators wrote may name another bidder or quote another bid. In a letter the words are left out and the
gap is shown; the record keeps them. What is looked for: other bidders' names, the names of their files, every run of
four words that stands in their bids and neither in the reader's own bid nor in what the buyer published, and every mix
of letters and digits (a reference, a postcode) of which the same is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RUN = 4
LEFT_OUT = "[words of a bid left out]"
ANOTHER = "another bidder"
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_LEGAL = re.compile(r"\W+(?:ltd|limited|plc|llp|lp|cic|cio|inc|co|company|group|uk|holdings|sons|and|the)\b\.?", re.I)
_MIXED = re.compile(r"^(?=.*\d)(?=.*[^\W\d_]).{4,}$")


@dataclass(frozen=True, slots=True)
class Foreign:
    """What must not stand in a letter: of bidders other than its reader."""

    names: tuple[str, ...] = ()
    """Longest first."""
    runs: frozenset[tuple[str, ...]] = field(default_factory=frozenset, repr=False)
    tokens: frozenset[str] = field(default_factory=frozenset, repr=False)

    def leave_out(self, text: str) -> str:
        """Return the text without the words of others."""
        for name in self.names:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", ANOTHER, text, flags=re.I)
        gone = _merged(self._found(text))
        for start, end in reversed(gone):
            text = text[:start] + LEFT_OUT + text[end:]
        return text

    def stand_in(self, text: str) -> list[str]:
        """Return what of others stands in a text."""
        names = [n for n in self.names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text, re.I)]
        return names + [text[start:end] for start, end in self._found(text)]

    def _found(self, text: str) -> list[tuple[int, int]]:
        words = list(_WORD.finditer(text))
        keys = [w.group().casefold() for w in words]
        found = [(w.start(), w.end()) for w, key in zip(words, keys, strict=True) if key in self.tokens]
        for i in range(len(keys) - RUN + 1):
            if tuple(keys[i : i + RUN]) in self.runs:
                found.append((words[i].start(), words[i + RUN - 1].end()))
        return found


def foreign_to(
    texts: Mapping[str, Sequence[str]], names: Mapping[str, Sequence[str]], own: str, published: Iterable[str], *,
    named: str = "",
) -> Foreign:  # fmt: skip
    """Return what must not stand in a part of a bidder's letter.

    Args:
        texts: of each bid's documents, by supplier.
        names: each supplier's names and those of its files, by supplier.
        own: the supplier to whom the letter goes.
        published: what the buyer has told everybody: criteria, rubrics, specification.
        named: the supplier who may be named: the winner, in the part about it.

    >>> words = {"A": ["We plant forty trees in Deal."], "B": ["We plant ten trees in Deal, ref AB12."]}
    >>> found = foreign_to(words, {"A": ["A Ltd"], "B": ["B Ltd"]}, "A", [])
    >>> found.leave_out("They, like B Ltd, say “we plant ten trees in Deal”, AB12.")
    'They, like another bidder, say “[words of a bid left out]”, [words of a bid left out].'
    """
    known: set[tuple[str, ...]] = set()
    known_words: set[str] = set()
    for text in (*texts.get(own, ()), *published):
        known |= set(_runs(text))
        known_words |= set(_words(text))
    others = [t for supplier, each in texts.items() if supplier != own for t in each]
    runs = frozenset(run for t in others for run in _runs(t)) - known
    tokens = frozenset(w for t in others for w in _words(t) if _MIXED.match(w)) - known_words
    own_names = " ".join(names.get(own, ())).casefold()
    shown = {n.casefold() for n in names.get(named, ())} if named else set()
    hidden = {n for supplier, each in names.items() if supplier not in (own, named) for n in _forms(each)}
    kept = [n for n in hidden if n.casefold() not in own_names and n.casefold() not in shown]
    return Foreign(tuple(sorted(kept, key=lambda n: (-len(n), n))), runs, tokens)


def strings_in(value: Any) -> Iterator[str]:
    """Yield every text of nested values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from strings_in(one)


def _forms(names: Sequence[str]) -> Iterator[str]:
    """Yield names as they are written, and without the words that say what kind of company it is."""
    for name in names:
        if len(name.strip()) > 1:
            yield name.strip()
        bare = _LEGAL.sub("", name).strip(" &,.")
        if len(bare) >= 4 and bare != name:
            yield bare


def _words(text: str) -> list[str]:
    return [w.group().casefold() for w in _WORD.finditer(text)]


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
