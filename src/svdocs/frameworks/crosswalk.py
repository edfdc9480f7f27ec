"""From a code of one framework to those of another, with what the step rests on.

No official crosswalk between the frameworks exists; each row of the catalogue says which publications bear it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from svdocs.errors import ConfigurationError
from svdocs.frameworks.framework import Confidence, Framework, Support
from svdocs.frameworks.load import Entry, build_sources, build_support, load_frameworks, read_catalogue

_RANK = {c: i for i, c in enumerate(Confidence)}


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of commitment with its codes in each framework, best first; an empty tuple means that there is none."""

    id: str
    label: str
    codes: dict[str, tuple[str, ...]]
    support: Support


@dataclass(frozen=True, slots=True)
class Match:
    """A code of the framework asked for, with the rows that lead to it and what they rest on."""

    framework: str
    code: str
    rows: tuple[str, ...]
    support: Support


@lru_cache(maxsize=8)
def load_crosswalk(*folders: Path) -> tuple[Row, ...]:
    """Return the rows of every crosswalk in the shipped catalogue and in `folders`.

    Raises:
        ConfigurationError: a row names a framework or code that is not in the catalogue, or no source.
    """
    frameworks = load_frameworks(*folders)
    rows: list[Row] = []
    for entry in read_catalogue("crosswalk", *folders):
        sources = build_sources(entry)
        for part in entry.tables("rows"):
            support = build_support(part, sources)
            rows.append(Row(part.text("id"), part.text("label"), _codes(part, frameworks), support))
    return tuple(rows)


def _codes(part: Entry, frameworks: dict[str, Framework]) -> dict[str, tuple[str, ...]]:
    table = part.values.get("codes")
    if not isinstance(table, dict):
        raise part.error("codes", "the row has no codes; add a [rows.codes] table.")
    entry = Entry(part.file, f"{part.place}.codes", table)
    found = {}
    for key in table:
        framework = frameworks.get(key)
        if framework is None:
            raise entry.error(key, f"no framework has that key; use one of {', '.join(frameworks)}.")
        found[key] = entry.texts(key)
        known = {t.code for t in framework.themes} | {m.code for m in framework.measures}
        unknown = [c for c in found[key] if c not in known]
        if unknown:
            raise entry.error(key, f"{unknown[0]!r} is not a code of {key}; correct it.")
    return found


def map_code(framework: str, code: str, to: str, *folders: Path) -> tuple[Match, ...]:
    """Return the codes of framework `to` that answer to `code` of `framework`, best first; empty if there is none.

    Codes that more rows lead to come first, then those of better support, then the rows' own order.

    Raises:
        ConfigurationError: a framework is not in the catalogue, or `code` is not one of its codes.
    """
    known = load_frameworks(*folders)
    for key in (framework, to):
        if key not in known:
            raise ConfigurationError(f"{key}: no framework has that key; use one of {', '.join(known)}.")
    if known[framework].theme(code) is None and known[framework].measure(code) is None:
        raise ConfigurationError(f"{framework}: {code!r} is not one of its codes; look it up in the catalogue.")
    if framework == to:
        return ()
    leading: dict[str, list[tuple[int, Row]]] = {}
    for row in load_crosswalk(*folders):
        if code in row.codes.get(framework, ()):
            for place, target in enumerate(row.codes.get(to, ())):
                leading.setdefault(target, []).append((place, row))
    found = []
    for order, (target, rows) in enumerate(leading.items()):
        best = min((r.support for _, r in rows), key=lambda s: _RANK[s.confidence])
        weight = sum(1 / (1 + place) for place, _ in rows)
        found.append((-weight, _RANK[best.confidence], order, Match(to, target, tuple(r.id for _, r in rows), best)))
    return tuple(f[3] for f in sorted(found, key=lambda f: f[:3]))


def has_no_counterpart(framework: str, code: str, to: str, *folders: Path) -> bool:
    """Say whether the crosswalk knows `code` and holds that `to` has nothing for it, as Kent has for climate."""
    rows = [r for r in load_crosswalk(*folders) if code in r.codes.get(framework, ())]
    return bool(rows) and all(r.codes.get(to) == () for r in rows)
