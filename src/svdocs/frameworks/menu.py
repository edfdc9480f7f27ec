"""The menu of example commitments: what bidders may offer under the chosen themes, in proportion to size and contract.

An example is a wording with blanks, the evidence that is asked for it, and what a fair offer of a small firm or charity
would be. It proposes nothing to any bidder by itself: an officer edits and publishes the menu.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from svdocs.frameworks.framework import Source, Support
from svdocs.frameworks.load import Entry, build_sources, build_support, load_frameworks, read_catalogue
from svdocs.frameworks.local import describe_local
from svdocs.frameworks.set_up import SetUp

MEASURES = "national-toms"
MOST_ITEMS = 60
MOST_LETTERS = 1000


class SupplierSize(StrEnum):
    """For whom an example is in proportion."""

    small = "small"
    """Fewer than 50 people."""
    medium = "medium"
    """Fewer than 250 people."""
    large = "large"
    charity = "charity"
    """Charities, community interest companies, co-operatives and other social enterprises, whatever their size."""


SIZES: Mapping[SupplierSize, str] = {
    SupplierSize.small: "small firms",
    SupplierSize.medium: "medium-sized firms",
    SupplierSize.large: "large firms",
    SupplierSize.charity: "charities and social enterprises",
}


@dataclass(frozen=True, slots=True)
class Example:
    """An example commitment of the catalogue.

    Attributes:
        key: as in records.
        title: in a few words.
        wording: a full sentence with blanks in square brackets.
        themes: under which it fits, as framework/code.
        measure: code of the measure that it counts under; empty for none.
        sizes: for whom it is in proportion.
        from_gbp: the contract value from which it is, in pounds including VAT.
        evidence: what shows that it was delivered.
        in_proportion: what a fair offer would be, and what does not count.
    """

    key: str
    title: str
    wording: str
    themes: tuple[str, ...]
    measure: str
    sizes: tuple[SupplierSize, ...]
    from_gbp: Decimal
    evidence: str
    in_proportion: str
    support: Support


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An example as an officer has it in the menu: its own words, which may differ from the catalogue's."""

    key: str
    theme: str
    title: str
    wording: str
    sizes: tuple[SupplierSize, ...]
    evidence: str
    in_proportion: str
    measure: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "key": self.key, "theme": self.theme, "title": self.title, "wording": self.wording,
            "sizes": [s.value for s in self.sizes], "evidence": self.evidence, "in_proportion": self.in_proportion,
            "measure": self.measure,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: what bidders read first, the examples, and what local means."""

    title: str
    introduction: str
    items: tuple[MenuItem, ...]
    local: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        items = [item.as_json() for item in self.items]
        return {"title": self.title, "introduction": self.introduction, "items": items, "local": self.local}


INTRODUCTION = (
    "These are examples of what you may offer as social value. They are no list to be worked through: a few "
    "commitments that you can keep are worth more than many. Offer what is in proportion to your organisation and to "
    "this contract, fill the blanks with a number, a place and a date, and offer only what you would not do anyway. "
    "Your own ideas are as welcome. What you offer becomes part of the contract if you win it."
)


@lru_cache(maxsize=1)
def load_examples() -> tuple[Example, ...]:
    """Return the examples of the shipped catalogue, in its order.

    Raises:
        ConfigurationError: an example names a theme or measure that is not in the catalogue, or no source.
    """
    found: list[Example] = []
    for entry in read_catalogue("menu"):
        sources = build_sources(entry)
        found += [_build_example(part, sources) for part in entry.tables("items")]
    return tuple(found)


def _build_example(entry: Entry, sources: dict[str, Source]) -> Example:
    themes, measure = entry.texts("themes"), str(entry.values.get("measure", ""))
    for theme in themes:
        key, _, code = theme.partition("/")
        known = load_frameworks().get(key)
        if known is None or known.theme(code) is None:
            raise entry.error("themes", f"{theme} is not in the catalogue; correct it.")
    if measure and load_frameworks()[MEASURES].measure(measure) is None:
        raise entry.error("measure", f"{measure} is not in the catalogue; correct it.")
    return Example(
        key=entry.text("key"),
        title=entry.text("title"),
        wording=entry.text("wording"),
        themes=themes,
        measure=measure,
        sizes=entry.choices("sizes", SupplierSize),
        from_gbp=Decimal(entry.number("from_gbp") or 0),
        evidence=entry.text("evidence"),
        in_proportion=entry.text("in_proportion"),
        support=build_support(entry, sources),
    )


def propose_menu(set_up: SetUp, title: str) -> Menu:
    """Return the menu that the catalogue proposes for a set-up: examples under its themes, in proportion to its value.

    An example stands once, under the first of the chosen themes that it fits.
    """
    chosen = [str(t) for t in set_up.themes]
    items = []
    for theme in chosen:
        for example in load_examples():
            fits = next((t for t in chosen if t in example.themes), None) == theme
            if fits and (set_up.value_gbp is None or set_up.value_gbp >= example.from_gbp):
                items.append(item_of(example, theme))
    return Menu(title, INTRODUCTION, tuple(items), describe_local(set_up.local) if set_up.local else "")


def item_of(example: Example, theme: str) -> MenuItem:
    """Return an example as an item of a menu under a theme."""
    return MenuItem(
        example.key, theme, example.title, example.wording, example.sizes, example.evidence, example.in_proportion,
        example.measure,
    )  # fmt: skip


def without_offers(menu: Menu) -> tuple[SupplierSize, ...]:
    """Return the sizes of supplier for whom the menu holds nothing, so that an officer sees who is left out."""
    offered = {size for item in menu.items for size in item.sizes}
    return tuple(size for size in SupplierSize if size not in offered)


def parse_menu(values: Mapping[str, Any]) -> tuple[Menu, tuple[str, ...]]:
    """Return the menu of plain values as `Menu.as_json` gives them, and what is wrong with them.

    >>> parse_menu({"title": "", "items": []})[1]
    ('Give the menu a title.', 'A menu needs at least one example.')
    """
    wrong: list[str] = []
    title, introduction, local = (_text(values.get(k)) for k in ("title", "introduction", "local"))
    if not title:
        wrong.append("Give the menu a title.")
    rows = values.get("items")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        wrong.append("A menu needs at least one example.")
        rows = []
    if len(rows) > MOST_ITEMS:
        wrong.append(f"A menu holds at most {MOST_ITEMS} examples; fewer are better.")
    items = [_parse_item(row, wrong) for row in rows[:MOST_ITEMS] if isinstance(row, Mapping)]
    return Menu(title, introduction, tuple(items), local), tuple(dict.fromkeys(wrong))


def _parse_item(row: Mapping[str, Any], wrong: list[str]) -> MenuItem:
    sizes = row.get("sizes")
    known = [SupplierSize(s) for s in sizes if s in set(SupplierSize)] if isinstance(sizes, list) else []
    texts = {k: _text(row.get(k)) for k in ("key", "theme", "title", "wording", "evidence", "in_proportion", "measure")}
    if not texts["title"] or not texts["wording"]:
        wrong.append("Each example needs a title and a wording; fill them or leave the example out.")
    if not known:
        wrong.append(f"Say for whom “{texts['title'] or texts['key']}” is in proportion.")
    return MenuItem(sizes=tuple(known), **texts)


def _text(value: Any) -> str:
    return " ".join(value.split())[:MOST_LETTERS] if isinstance(value, str) else ""


def theme_title(key: str) -> str:
    """Return the label of a theme written as framework/code; the key itself where it is not known.

    >>> theme_title("kcc/employer")
    'Employer'
    """
    framework, _, code = key.partition("/")
    known = load_frameworks().get(framework)
    theme = known.theme(code) if known else None
    return theme.label if theme else key
