"""The catalogue: TOML files become checked frameworks, so that an error in data is found at load and named.

A new edition, or an authority's own measures, is one more TOML file of `kind = "framework"` in a folder handed to
`load_frameworks`; no code changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from svdocs.errors import ConfigurationError
from svdocs.frameworks.framework import (
    Confidence,
    Fact,
    Framework,
    Measure,
    MeasureKind,
    Part,
    Source,
    Status,
    Support,
    Theme,
    UnitOfMeasure,
)
from svdocs.statements.statement import Unit

CATALOGUE_FOLDER = Path(__file__).resolve().parent / "catalogue"

E = TypeVar("E", bound=StrEnum)
Made = TypeVar("Made")


class Entry:
    """A table of a catalogue file that knows its place, so that every complaint can name it."""

    def __init__(self, file: Path, place: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.place = place
        self.values = values

    def error(self, key: str, what: str) -> ConfigurationError:
        """Return an error that names the file, the table and the key."""
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        return ConfigurationError(f"{self.file}: {place}: {what}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text under `key`."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "a text is missing; add one in quotation marks.")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return the text under `key`, or None where it is not given."""
        return self.text(key) if key in self.values else None

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        """Return the list of texts under `key`."""
        value = self.values.get(key)
        if value is None and not needed:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.error(key, 'a list of texts is missing; write it as ["one", "two"].')
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        """Return the true or false under `key`."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"{value!r} is not true or false; write one of them.")
        return value

    def number(self, key: str) -> int | None:
        """Return the whole number under `key`, or None where it is not given."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.error(key, f"{value!r} is not a whole number; write one without quotation marks.")
        return value

    def day(self, key: str) -> date | None:
        """Return the date under `key`, or None where it is not given."""
        value = self.values.get(key)
        if value is not None and type(value) is not date:
            raise self.error(key, f"{value!r} is not a date; write it as 2026-01-01 without quotation marks.")
        return value

    def choice(self, key: str, allowed: type[E]) -> E:
        """Return the member of `allowed` under `key`."""
        value = self.text(key)
        try:
            return allowed(value)
        except ValueError:
            raise self.error(key, f"{value!r} is not known; use one of {', '.join(allowed)}.") from None

    def choices(self, key: str, allowed: type[E], *, needed: bool = True) -> tuple[E, ...]:
        """Return the members of `allowed` listed under `key`."""
        values = self.texts(key, needed=needed)
        unknown = [v for v in values if v not in set(allowed)]
        if unknown:
            raise self.error(key, f"{unknown[0]!r} is not known; use {', '.join(allowed)}.")
        return tuple(allowed(v) for v in values)

    def tables(self, key: str) -> tuple[Entry, ...]:
        """Return the entries of the array of tables under `key`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.error(key, f"this is not an array of tables; begin each with [[{key}]].")
        return tuple(Entry(self.file, f"{key}[{_name_of(v, i)}]", v) for i, v in enumerate(value, 1))

    def named_tables(self, key: str) -> dict[str, Entry]:
        """Return the entries of the tables under `key`, by name."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
            raise self.error(key, f"this is not a set of tables; begin each with [{key}.NAME].")
        return {name: Entry(self.file, f"{key}.{name}", v) for name, v in value.items()}


def _name_of(values: Mapping[str, Any], position: int) -> str:
    return str(values.get("code") or values.get("key") or values.get("id") or position)


@lru_cache(maxsize=8)
def load_frameworks(*folders: Path) -> dict[str, Framework]:
    """Return every framework of the shipped catalogue and of `folders`, by key, in the order of their keys.

    The answer is kept and shared: do not change it.

    Raises:
        ConfigurationError: a file cannot be used; the message names file, table and key and what to do.
    """
    frameworks: dict[str, Framework] = {}
    for entry in read_catalogue("framework", *folders):
        made = build_framework(entry)
        if made.key in frameworks:
            raise entry.error("key", f"{made.key!r} is taken by another file; give the new edition a key of its own.")
        frameworks[made.key] = made
    return dict(sorted(frameworks.items()))


def read_catalogue(kind: str, *folders: Path) -> tuple[Entry, ...]:
    """Return the catalogue files of that kind in the shipped folder and in `folders`, in the order of their names.

    Raises:
        ConfigurationError: a file is not TOML, is not UTF-8, or a folder does not exist.
    """
    files = [f for folder in (CATALOGUE_FOLDER, *folders) for f in _toml_files(folder)]
    entries = [_read_toml(f) for f in files]
    return tuple(e for e in entries if e.text("kind") == kind)


def _toml_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: the folder of frameworks does not exist; create it or correct its name.")
    return sorted(folder.glob("*.toml"))


@lru_cache(maxsize=64)
def _read_toml(file: Path) -> Entry:
    try:
        return Entry(file, "", tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as e:
        raise ConfigurationError(f"{file}: not TOML: {e}; correct the file there.") from e
    except UnicodeDecodeError as e:
        raise ConfigurationError(f"{file}: not UTF-8 at byte {e.start}; save the file as UTF-8.") from e


def build_framework(entry: Entry) -> Framework:
    """Return the framework that a catalogue file holds, checked.

    Raises:
        ConfigurationError: a key is missing or wrong, a code stands twice, a unit is unknown, a fact has no source.
    """
    sources = build_sources(entry)
    units = _build_units(entry)
    themes = _build_each(entry, "themes", lambda e: _build_theme(e, sources))
    codes = {t.code for t in themes}
    framework = Framework(
        key=entry.text("key"),
        title=entry.text("title"),
        edition=entry.text("edition"),
        publisher=entry.text("publisher"),
        licence=entry.text("licence"),
        status=entry.choice("status", Status),
        theme_word=entry.text("theme_word", "theme"),
        suggested=entry.flag("suggest", True),
        themes=themes,
        outcomes=_build_each(entry, "outcomes", lambda e: _build_part(e, sources, codes)),
        criteria=_build_each(entry, "criteria", lambda e: _build_part(e, sources, codes)),
        measures=_build_each(entry, "measures", lambda e: _build_measure(e, sources, units, codes)),
        facts=_build_each(entry, "facts", lambda e: Fact(e.text("key"), e.text("text"), build_support(e, sources))),
    )
    if not framework.themes:
        raise entry.error("themes", "the framework has no theme; add at least one [[themes]] table.")
    return framework


def _build_each(entry: Entry, table: str, build: Callable[[Entry], Made]) -> tuple[Made, ...]:
    parts = entry.tables(table)
    seen: set[str] = set()
    for part in parts:
        key = "key" if table == "facts" else "code"
        code = part.text(key)
        if code in seen:
            raise part.error(key, f"{code!r} stands twice; give each its own.")
        seen.add(code)
    return tuple(build(p) for p in parts)


def build_sources(entry: Entry) -> dict[str, Source]:
    """Return the publications that a catalogue file cites, by key."""
    return {
        key: Source(key, e.text("title"), e.text("publisher"), e.number("year"), e.optional_text("url"))
        for key, e in entry.named_tables("sources").items()
    }


def build_support(entry: Entry, sources: Mapping[str, Source]) -> Support:
    """Return what an entry rests on.

    Raises:
        ConfigurationError: it names no source, or one that the file does not list.
    """
    keys = (entry.text("source"), *entry.texts("also", needed=False), *entry.texts("support", needed=False))
    unknown = [k for k in keys if k not in sources]
    if unknown:
        raise entry.error("source", f"{unknown[0]!r} is not among the file's sources; add [sources.{unknown[0]}].")
    found = [sources[k] for k in keys]
    return Support(found[0], entry.choice("confidence", Confidence), tuple(found[1:]))


def _build_units(entry: Entry) -> dict[str, UnitOfMeasure]:
    declared = {
        key: UnitOfMeasure(key, e.text("label"), e.choices("like", Unit))
        for key, e in entry.named_tables("units").items()
    }
    return {u.value: UnitOfMeasure(u.value, u.value, (u,)) for u in Unit} | declared


def _build_theme(entry: Entry, sources: Mapping[str, Source]) -> Theme:
    return Theme(
        code=entry.text("code"),
        label=entry.text("label"),
        description=entry.text("description"),
        typical=entry.texts("typical", needed=False),
        keywords=entry.texts("keywords", needed=False),
        support=build_support(entry, sources),
        parent=entry.optional_text("parent"),
        mandatory=entry.flag("mandatory", False),
        suggested=entry.flag("suggest", True),
    )


def _build_part(entry: Entry, sources: Mapping[str, Source], themes: Iterable[str]) -> Part:
    return Part(entry.text("code"), _theme_of(entry, themes), entry.text("label"), build_support(entry, sources))


def _build_measure(
    entry: Entry, sources: Mapping[str, Source], units: Mapping[str, UnitOfMeasure], themes: Iterable[str]
) -> Measure:
    unit = entry.text("unit")
    if unit not in units:
        raise entry.error("unit", f"{unit!r} is not known; use one of {', '.join(units)}, or declare [units.{unit}].")
    return Measure(
        code=entry.text("code"),
        theme=_theme_of(entry, themes),
        label=entry.text("label"),
        description=entry.text("description"),
        typical=entry.texts("typical", needed=False),
        keywords=entry.texts("keywords", needed=False),
        unit=units[unit],
        stated_in=entry.choices("stated_in", Unit, needed=False) or units[unit].like,
        kind=entry.choice("kind", MeasureKind),
        support=build_support(entry, sources),
        suggested=entry.flag("suggest", True),
    )


def _theme_of(entry: Entry, themes: Iterable[str]) -> str:
    theme = entry.text("theme")
    if theme not in set(themes):
        raise entry.error("theme", f"{theme!r} is not a theme of this file; use one of {', '.join(sorted(themes))}.")
    return theme
