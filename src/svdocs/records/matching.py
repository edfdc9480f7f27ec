"""Which statement of an older run is which of a newer one: matched by quote and place, never by guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]
"""A statement in the extraction record's form, with its ``type``."""


def match_statements(older: Sequence[Entry], newer: Sequence[Entry]) -> dict[int, int]:
    """Return for each statement of `newer` that stands in `older` too its index there.

    The same words at the same place are the same statement; where one passage states several, the part of it, the
    quantity and the order tell them apart. Words that moved to another place are matched only where they occur once
    on each side.

    >>> here, there = {"page": 1, "block": 4}, {"page": 2, "block": 9}
    >>> older = [{"type": "commitment", "text": "We will plant 40 trees.", "location": here}]
    >>> match_statements(older, [older[0] | {"location": there}, {"type": "practice", "text": "We recycle."}])
    {0: 0}
    """
    found: dict[int, int] = {}
    for key in (_whole_key, _part_key, _place_key):
        _pair(older, newer, key, found, only_single=False)
    _pair(older, newer, _words_key, found, only_single=True)
    return dict(sorted(found.items()))


def _pair(older: Sequence[Entry], newer: Sequence[Entry], key: Callable[[Entry], Hashable], found: dict[int, int],
          *, only_single: bool) -> None:  # fmt: skip
    """Add to `found` the pairs of unmatched statements with the same key, in the documents' order."""
    taken = set(found.values())
    free_older, free_newer = defaultdict(list), defaultdict(list)
    for i, entry in enumerate(older):
        if i not in taken:
            free_older[key(entry)].append(i)
    for i, entry in enumerate(newer):
        if i not in found:
            free_newer[key(entry)].append(i)
    for same, here in free_newer.items():
        there = free_older.get(same, [])
        if not only_single or len(here) == len(there) == 1:
            found.update(zip(here, there, strict=False))


def _words_key(entry: Entry) -> Hashable:
    return " ".join(str(entry.get("text", "")).split())


def _place_key(entry: Entry) -> Hashable:
    location = entry.get("location") or {}
    return _words_key(entry), location.get("page"), location.get("block"), location.get("cell")


def _part_key(entry: Entry) -> Hashable:
    return _place_key(entry), entry.get("type"), entry.get("focus")


def _whole_key(entry: Entry) -> Hashable:
    quantity = entry.get("quantity") or {}
    return _part_key(entry), quantity.get("value"), quantity.get("unit"), quantity.get("text")


def substance_of(entry: Entry) -> dict[str, Any]:
    """Return what a statement says, without scores and places: the fields that a decision is about."""
    quantity, due = entry.get("quantity") or {}, entry.get("due") or {}
    return {
        "type": entry.get("type"),
        "text": entry.get("text"),
        "firmness": entry.get("firmness"),
        "quantity": [quantity.get(name) for name in ("value", "max", "unit", "per")],
        "due": due.get("date") or due.get("text"),
        "place": (entry.get("place") or {}).get("text"),
        "beneficiary": (entry.get("beneficiary") or {}).get("text"),
        "category": entry.get("category"),
        "verdict": (entry.get("additionality") or {}).get("verdict"),
        "themes": {f: codes[0]["code"] for f, codes in sorted((entry.get("themes") or {}).items()) if codes},
        "measures": [m["code"] for m in (entry.get("measures") or [])[:1]],
    }


def differences(older: Entry, newer: Entry) -> dict[str, tuple[Any, Any]]:
    """Return the fields in which two statements differ in substance, each with its older and newer value."""
    before, after = substance_of(older), substance_of(newer)
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}
