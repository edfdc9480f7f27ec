"""The category guide: for each kind of purchase the themes that suit it, each with why, examples and what it rests on.

It proposes; the officer picks. Where no published guide speaks, the guide is silent or says that the proposal is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from svdocs.frameworks.framework import Framework, Source, Support, Theme
from svdocs.frameworks.load import Entry, build_sources, build_support, load_frameworks, read_catalogue


@dataclass(frozen=True, slots=True)
class GuideTheme:
    """A theme that suits a category: why, and what suppliers do under it."""

    framework: str
    theme: str
    why: str
    examples: tuple[str, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of purchase.

    Attributes:
        key: as in records.
        label: as shown.
        covers: what belongs to it.
        themes: those that suit it; none where no guide speaks.
        note: why there are none, or what to know.
    """

    key: str
    label: str
    covers: str
    themes: tuple[GuideTheme, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProposedTheme:
    """A theme of a chosen framework, with what the guide says of it.

    Attributes:
        advice: why it suits the category; None where the guide says nothing.
    """

    framework: Framework
    theme: Theme
    advice: GuideTheme | None

    @property
    def key(self) -> str:
        """The theme as records and forms name it: ``framework/code``."""
        return f"{self.framework.key}/{self.theme.code}"


@lru_cache(maxsize=1)
def load_guide() -> tuple[Category, ...]:
    """Return the categories of the shipped guide, in its order.

    Raises:
        ConfigurationError: the guide names a framework or theme that is not in the catalogue, or no source.
    """
    found: list[Category] = []
    for entry in read_catalogue("category_guide"):
        sources = build_sources(entry)
        found += [_build_category(part, sources) for part in entry.tables("categories")]
    return tuple(found)


def _build_category(entry: Entry, sources: dict[str, Source]) -> Category:
    return Category(
        key=entry.text("key"),
        label=entry.text("label"),
        covers=entry.text("covers"),
        themes=tuple(_build_theme(part, sources) for part in entry.tables("themes")),
        note=entry.optional_text("note") or "",
    )


def _build_theme(entry: Entry, sources: dict[str, Source]) -> GuideTheme:
    framework, theme = entry.text("framework"), entry.text("theme")
    known = load_frameworks().get(framework)
    if known is None or known.theme(theme) is None:
        raise entry.error("theme", f"{framework}/{theme} is not in the catalogue; correct it.")
    return GuideTheme(framework, theme, entry.text("why"), entry.texts("examples"), build_support(entry, sources))


def category_of(key: str) -> Category | None:
    """Return the category of this key, or None."""
    return next((c for c in load_guide() if c.key == key), None)


def propose_themes(category: str, frameworks: Sequence[str]) -> tuple[ProposedTheme, ...]:
    """Return every theme of the frameworks: first those that suit the category, mandatory ones before all.

    >>> [p.theme.code for p in propose_themes("care", ["kcc"])]
    ['employer', 'economy', 'community']
    """
    known = category_of(category)
    advice = {(t.framework, t.theme): t for t in known.themes} if known else {}
    order = {pair: place for place, pair in enumerate(advice)}
    proposed = [
        ProposedTheme(framework, theme, advice.get((framework.key, theme.code)))
        for framework in (load_frameworks()[k] for k in frameworks if k in load_frameworks())
        for theme in framework.themes
        if theme.suggested
    ]
    last = len(order)
    return tuple(
        sorted(proposed, key=lambda p: (not p.theme.mandatory, order.get((p.framework.key, p.theme.code), last)))
    )
