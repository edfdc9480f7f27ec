"""What counts as local: a named definition with an edition, whose tests are kept apart and never added up unseen.

A head office, a branch, a place of delivery and a residence are four different things: a national firm may have a
branch in the county, deliver there, and employ nobody who lives there. Areas are those of the gazetteer, by ONS code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from svdocs.frameworks.framework import Fact
from svdocs.frameworks.rules import load_rules
from svdocs.statements.places import Area, areas_of_gazetteer


class LocalTest(StrEnum):
    """What is looked at to say whether something is local."""

    head_office = "head_office"
    """The supplier's head office stands in the area."""
    branch = "branch"
    """The supplier has a branch in the area."""
    delivery_place = "delivery_place"
    """The benefit is delivered in the area."""
    residence = "residence"
    """Who gains lives in the area."""


TESTS_OF_SUPPLIERS = (LocalTest.head_office, LocalTest.branch)
"""Those that tell of a business; the other two tell of a benefit and of people."""

_SAID_OF: Mapping[LocalTest, str] = {
    LocalTest.head_office: "a head office",
    LocalTest.branch: "a branch",
    LocalTest.delivery_place: "delivered",
    LocalTest.residence: "living",
}
KENT = "E10000016"
KENT_AND_MEDWAY = (KENT, "E06000035")
_COUNTIES: Mapping[str, tuple[str, ...]] = {KENT: tuple(f"E070001{n:02}" for n in range(5, 17))}
"""Counties whose districts are known here, by ONS code; the twelve districts of Kent carry consecutive codes."""


@dataclass(frozen=True, slots=True)
class LocalDefinition:
    """What one procurement means by local.

    Attributes:
        name: by which it is quoted, such as "Kent and Medway business".
        edition: its date or version, so that a total printed later says which one it was counted by.
        areas: ONS codes of the gazetteer.
        tests: what is looked at; a benefit passes one or several, and totals are given for each apart.
        source: who decided it or where it is published.
    """

    name: str
    edition: str
    areas: tuple[str, ...]
    tests: tuple[LocalTest, ...]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "name": self.name,
            "edition": self.edition,
            "areas": list(self.areas),
            "tests": [t.value for t in self.tests],
            "source": self.source,
        }

    def holds(self, code: str) -> bool:
        """Say whether the area of this ONS code lies in the definition's areas.

        >>> LocalDefinition("Kent", "2026", ("E10000016",), (LocalTest.residence,)).holds("E07000114")
        True
        """
        return code in self.areas or any(code in _COUNTIES.get(a, ()) for a in self.areas)


@lru_cache(maxsize=1)
def _areas() -> dict[str, Area]:
    """Return the areas that a definition may name, by ONS code; of several names the one without a sign."""
    found: dict[str, Area] = {}
    for area in sorted(areas_of_gazetteer(), key=lambda a: ("&" in a.name, a.name)):
        found.setdefault(area.code, area)
    return found


def area_named(name_or_code: str) -> Area | None:
    """Return the area of this name or ONS code, or None.

    >>> area_named("Thanet").code, area_named("E07000114").name, area_named("Nowhere")
    ('E07000114', 'Thanet', None)
    """
    sought = " ".join(name_or_code.split()).lower()
    code = next((a.code for a in areas_of_gazetteer() if sought in (a.name.lower(), a.code.lower())), "")
    return _areas().get(code)


def find_areas(words: str, *, at_most: int = 20) -> tuple[Area, ...]:
    """Return the areas whose name begins with `words`, and then those that hold them, by name."""
    sought = " ".join(words.lower().split())
    if not sought:
        return ()
    hits = [a for a in _areas().values() if sought in a.name.lower()]
    return tuple(sorted(hits, key=lambda a: (not a.name.lower().startswith(sought), a.name))[:at_most])


def areas_of_county(code: str) -> tuple[Area, ...]:
    """Return the districts of a county as far as they are known here, by name; none where they are not."""
    return tuple(sorted((_areas()[c] for c in _COUNTIES.get(code, ()) if c in _areas()), key=lambda a: a.name))


def describe_areas(codes: Iterable[str]) -> str:
    """Return the areas by name.

    >>> describe_areas(["E10000016", "E06000035"])
    'Kent and Medway'
    """
    names = [_areas()[c].name if c in _areas() else c for c in codes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def describe_local(definition: LocalDefinition | None, test: LocalTest | None = None) -> str:
    """Return one sentence on what local means, to be printed beside each local total.

    Args:
        definition: of the procurement; None where it has none, and then the sentence says so.
        test: the one by which this total was counted; by default all of the definition are told.

    >>> kent = LocalDefinition("Kent business", "2026", ("E10000016",), (LocalTest.head_office, LocalTest.branch))
    >>> describe_local(kent, LocalTest.branch)
    'Local: with a branch in Kent (definition “Kent business”, edition 2026).'
    >>> describe_local(None)
    'Local: not defined in this procurement.'
    """
    if definition is None:
        return "Local: not defined in this procurement."
    name = f"definition “{definition.name}”, edition {definition.edition}"
    if test is not None and test not in definition.tests:
        return f"Local: by {label_of(test)}, which the {name} does not count."
    where = describe_areas(definition.areas)
    offices = [_SAID_OF[t] for t in TESTS_OF_SUPPLIERS if t in ((test,) if test else definition.tests)]
    parts = [f"with {' or '.join(offices)} in {where}"] if offices else []
    parts += [
        f"{_SAID_OF[t]} in {where}"
        for t in (LocalTest.delivery_place, LocalTest.residence)
        if t in ((test,) if test else definition.tests)
    ]
    return f"Local: {'; '.join(parts)} ({name})."


def label_of(test: LocalTest) -> str:
    """Return a test's name for people.

    >>> label_of(LocalTest.delivery_place)
    'place of delivery'
    """
    return "place of delivery" if test is LocalTest.delivery_place else test.value.replace("_", " ")


def offered_definitions() -> tuple[tuple[LocalDefinition, Fact], ...]:
    """Return definitions that a body has published, each with the fact that it rests on."""
    kmpt = load_rules()["local_kmpt"].fact
    published = LocalDefinition(
        "Kent and Medway business", "reply 45918", KENT_AND_MEDWAY, TESTS_OF_SUPPLIERS,
        kmpt.support.source.publisher,
    )  # fmt: skip
    return ((published, kmpt),)
