"""What a person may set in a statement, and in which form: that of the extraction record."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from svdocs.additionality.verdict import Category, Verdict
from svdocs.errors import UsageError
from svdocs.statements.statement import Firmness, Per, StatementType, Unit


class Counting(StrEnum):
    """What a person says of a statement's part in totals, where what the machine finds there is wrong."""

    counts = "counts"
    """It counts for itself, although it looks like a repeat or a sub-total."""
    left_out = "left_out"
    """It is in no total: a repeat, a sub-total, or part of another."""


WORDS: dict[str, type[StrEnum]] = {
    "type": StatementType,
    "firmness": Firmness,
    "category": Category,
    "verdict": Verdict,
    "counting": Counting,
}
PARTS: dict[str, frozenset[str]] = {
    "quantity": frozenset({"value", "max", "unit", "per", "text"}),
    "due": frozenset({"date", "text"}),
    "place": frozenset({"text", "code"}),
    "beneficiary": frozenset({"text"}),
}
AMENDABLE = (*WORDS, *PARTS, "themes", "measures")


def check_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes as they are kept.

    Args:
        changes: field names of `AMENDABLE` with their new values. ``type``, ``firmness``, ``category``, ``verdict`` and
            ``counting`` are words; ``quantity``, ``due``, ``place`` and ``beneficiary`` are objects or None; ``themes``
            is a list of codes a framework; ``measures`` is a list of objects with ``framework`` and ``code``.

    Raises:
        UsageError: a field that cannot be set, or a value that it cannot have.
    """
    return {name: _check_field(name, value) for name, value in changes.items()}


def _check_field(name: str, value: Any) -> Any:
    if name in WORDS:
        return _check_word(name, value, WORDS[name])
    if name in PARTS:
        return _check_part(name, value)
    if name == "themes":
        if not isinstance(value, Mapping):
            raise UsageError("themes: give a list of codes for each framework.")
        return {str(f): [_check_code("themes", c) for c in _listed("themes", codes)] for f, codes in value.items()}
    if name == "measures":
        return [_check_code("measures", c) | {"framework": _framework_of(c)} for c in _listed("measures", value)]
    raise UsageError(f"{name}: not a field that can be changed; the fields are {', '.join(AMENDABLE)}.")


def _check_word(name: str, value: Any, words: type[StrEnum]) -> str:
    allowed = [w.value for w in words if w is not StatementType.none]
    if value not in allowed:
        raise UsageError(f"{name}: {value!r} is not one of {', '.join(allowed)}.")
    return str(value)


def _check_part(name: str, value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not set(value) <= PARTS[name]:
        raise UsageError(f"{name}: give an object with {', '.join(sorted(PARTS[name]))}, or nothing to clear it.")
    part = dict(value)
    if name == "quantity":
        for name_, number in ((n, part.get(n)) for n in ("value", "max")):
            if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
                raise UsageError(f"quantity: {name_} {number!r} is not a number.")
        _check_word("unit", part.get("unit"), Unit)
        if part.get("per") is not None:
            _check_word("per", part["per"], Per)
        return part
    for text in part.values():
        if text is not None and not isinstance(text, str):
            raise UsageError(f"{name}: {text!r} is not text.")
    return part


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise UsageError(f"{name}: {value!r} is not a list.")
    return list(value)


def _check_code(name: str, value: Any) -> dict[str, Any]:
    code = value.get("code") if isinstance(value, Mapping) else value
    if not isinstance(code, str | int) or isinstance(code, bool) or code == "":
        raise UsageError(f"{name}: {value!r} is not a code.")
    return {"code": str(code), "score": 1.0}


def _framework_of(value: Any) -> str:
    framework = value.get("framework") if isinstance(value, Mapping) else None
    if not isinstance(framework, str) or not framework:
        raise UsageError(f"measures: {value!r} names no framework; give objects with framework and code.")
    return framework


def _copied(value: Any) -> Any:
    """Return a copy of what JSON holds, all the way down; a third of the time that `deepcopy` takes."""
    if isinstance(value, dict):
        return {name: _copied(part) for name, part in value.items()}
    return [_copied(part) for part in value] if isinstance(value, list) else value


def apply_changes(record: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statement's entry with a person's changes in it; the entry itself stays as it is.

    >>> apply_changes({"firmness": "firm", "text": "…"}, {"firmness": "aspirational"})
    {'firmness': 'aspirational', 'text': '…'}
    """
    entry: dict[str, Any] = _copied(dict(record))
    for name, value in changes.items():
        if name == "verdict":
            judged = entry.get("additionality") or {"confidence": 1.0, "reasons": []}
            entry["additionality"] = {**judged, "verdict": value}
        elif name == "themes":
            entry["themes"] = {**(entry.get("themes") or {}), **value}
        else:
            entry[name] = value
    return entry
