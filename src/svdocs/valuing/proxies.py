"""Proxy values: what a unit of a measure is taken to be worth in pounds, each with its edition, licence and source.

An authority brings its own from its licensed workbook; one small open set ships. Values of the National TOMs never do:
their licence does not allow it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from svdocs.errors import UsageError
from svdocs.frameworks.framework import Confidence
from svdocs.frameworks.importing import key_of, read_measures
from svdocs.statements.statement import Unit
from svdocs.text.document import Document

OPEN_SET = Path(__file__).with_name("open_values.toml")
EXCLUSIVE = Path(__file__).with_name("exclusive.toml")
MAX_WORDS = 400


@dataclass(frozen=True, slots=True)
class ProxyValue:
    """What one unit of a measure is worth.

    Attributes:
        framework: whose measure.
        code: of the measure.
        title: as the set calls it.
        unit: that the value is for: a unit of statements, or a name of the set's own.
        pounds: for one unit.
        source: where the value comes from, in words; for a workbook its file.
        note: what to know before it is used.
    """

    framework: str
    code: str
    title: str
    unit: str
    pounds: Decimal
    source: str
    note: str = ""

    @property
    def measure(self) -> tuple[str, str]:
        """Framework and code, as a statement names its measure."""
        return self.framework, self.code


@dataclass(frozen=True, slots=True)
class ProxySet:
    """Values of one edition, on the terms of one licence.

    Attributes:
        key: its name in addresses.
        title, edition, publisher: as they are shown beside every sum.
        licence: on what terms the values are used.
        values: one a measure.
    """

    key: str
    title: str
    edition: str
    publisher: str
    licence: str
    values: tuple[ProxyValue, ...]

    def value_of(self, measure: tuple[str, str]) -> ProxyValue | None:
        """Return the value of a measure, named by framework and code; None where the set has none."""
        return next((v for v in self.values if v.measure == measure), None)

    @property
    def cited(self) -> str:
        """The set as it is cited beside a sum."""
        return f"{self.title}, edition {self.edition} ({self.publisher})"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Measures of a framework of which one promise is counted under one alone, and what says so."""

    framework: str
    codes: frozenset[str]
    source: str

    def holds(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Say whether two measures exclude each other by this."""
        return one != other and {one[0], other[0]} == {self.framework} and {one[1], other[1]} <= self.codes


def read_proxies(document: Document, *, framework: str, title: str, edition: str, publisher: str,
                 licence: str) -> ProxySet:  # fmt: skip
    """Return the values of an authority's workbook: a measure a row, under headings for code, title, unit and value.

    Args:
        document: the workbook as the readers gave it.
        framework: whose measures the codes are, such as national-toms.
        title, edition, publisher: as they are to be cited.
        licence: on what terms the values may be used.

    Raises:
        UsageError: edition or licence is not said, rows cannot be used, or no row has a value.
    """
    said = {"title": title, "edition": edition, "publisher": publisher, "licence": licence, "framework": framework}
    for what, words in said.items():
        if not words.strip():
            raise UsageError(f"Say the {what} of the values: a sum that is made with them cites it.")
        if len(words) > MAX_WORDS:
            raise UsageError(f"The {what} has {len(words):,} letters, more than {MAX_WORDS}; shorten it.")
    values = tuple(
        ProxyValue(framework.strip(), row.code, row.title, row.unit, Decimal(str(row.value)), document.name)
        for row in read_measures(document)
        if row.value
    )
    if not values:
        raise UsageError(
            f"{document.name}: no row has a value; head its column “Proxy value” and write pounds into it."
        )
    return ProxySet(key_of(f"{title} {edition}"), title.strip(), edition.strip(), publisher.strip(), licence.strip(),
                    values)  # fmt: skip


@lru_cache(maxsize=1)
def open_set() -> ProxySet:
    """Return the open set that ships, under the Open Government Licence, each value with its source."""
    given = tomllib.loads(OPEN_SET.read_text(encoding="utf-8"))
    values = tuple(
        ProxyValue(v["framework"], code, v["title"], Unit(v["unit"]).value, Decimal(v["pounds"]),
                   _told(given["sources"][v["source"]], v["confidence"]), v["note"])
        for v in given["value"]
        for code in v["codes"]
    )  # fmt: skip
    return ProxySet(given["key"], given["title"], given["edition"], given["publisher"], given["licence"], values)


@lru_cache(maxsize=1)
def exclusions() -> tuple[Exclusion, ...]:
    """Return the measures that are not counted together, as far as publications say so, each with its source."""
    given = tomllib.loads(EXCLUSIVE.read_text(encoding="utf-8"))
    return tuple(
        Exclusion(e["framework"], frozenset({e["code"], other}), _told(given["sources"][e["source"]], e["confidence"]))
        for e in given["exclusive"]
        for other in e["not_with"]
    )


def exclusion_between(one: tuple[str, str], other: tuple[str, str]) -> Exclusion | None:
    """Return what says that two measures are not counted together; None where nothing does.

    >>> exclusion_between(("national-toms", "NT18"), ("national-toms", "NT19")) is None
    False
    >>> exclusion_between(("national-toms", "NT18"), ("national-toms", "NT31")) is None
    True
    """
    return next((e for e in exclusions() if e.holds(one, other)), None)


def _told(source: Mapping[str, str | int], confidence: str) -> str:
    unsure = "" if Confidence(confidence) in (Confidence.high, Confidence.medium) else " [not confirmed]"
    return f"{source['title']} ({source['publisher']}, {source['year']}){unsure}"
