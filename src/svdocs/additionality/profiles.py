"""The buyer's profile: which tests count, and what existing activity is worth to it. Data, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from svdocs.additionality.adjustments import adjustment_named
from svdocs.additionality.verdict import Verdict
from svdocs.errors import ConfigurationError

_FOLDER = Path(__file__).with_name("profiles")


class Test(StrEnum):
    """A test of additionality that a buyer may switch off."""

    __test__ = False

    law = "law"
    specification = "specification"
    baseline = "baseline"
    attribution = "attribution"


class ExistingActivity(StrEnum):
    """What activity that goes on anyway is worth to the buyer."""

    never = "never"
    on_contract = "on_contract"
    always = "always"


class Need(StrEnum):
    """What a commitment must state before this buyer calls it additional."""

    quantity = "quantity"
    due = "due"
    place = "place"
    contract = "contract"


_DECIDES = {
    Test.law: Verdict.statutory_duty,
    Test.specification: Verdict.contract_requirement,
    Test.baseline: Verdict.standard_operations,
    Test.attribution: Verdict.unclear,
}


BASELINE_YEARS = 5
"""A figure older than this, when the contract starts, tells too little of the present level to decide."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a buyer judges additionality.

    Attributes:
        tests: those that count; a verdict whose test does not count is not given.
        existing_activity: whether standard operations are worth anything to it. The verdict is recorded all the same.
        needs: what a commitment must state before it is called additional.
        baseline_years: how many years before the contract a figure may be and still stand for the present level.
        adjustments: the set of adjustments shown beside its figures; None for none.
        standard_operations: what that verdict means to this buyer, for a person.
        source: on what the profile rests.
    """

    id: str
    name: str
    tests: frozenset[Test]
    existing_activity: ExistingActivity
    needs: tuple[Need, ...]
    standard_operations: str
    source: str
    baseline_years: int = BASELINE_YEARS
    adjustments: str | None = None

    def allows(self, verdict: Verdict) -> bool:
        """Say whether this buyer gives `verdict`; `additional` is always possible."""
        return all(_DECIDES[t] is not verdict for t in Test if t not in self.tests)


def profile_facts(profile: Profile) -> tuple[object, ...]:
    """Return what of a profile bears on a result, in a fixed order."""
    return (profile.id, sorted(profile.tests), profile.existing_activity.value, [n.value for n in profile.needs],
            profile.standard_operations, profile.name, profile.baseline_years, profile.adjustments)  # fmt: skip


def profile_names() -> list[str]:
    """Return the ids of the shipped profiles."""
    return sorted(p.stem for p in _FOLDER.glob("*.toml"))


def profile_named(name: str) -> Profile:
    """Return a shipped profile by its id, or an authority's own by the path of its TOML file.

    Raises:
        ConfigurationError: there is no such profile, or it cannot be used.
    """
    return load_profile(Path(name) if name.endswith(".toml") else name)


def load_profile(name: str | Path) -> Profile:
    """Return a shipped profile by its id, or an authority's own by the path of its file.

    Raises:
        ConfigurationError: there is no such profile, or it cannot be used; the message says why.
    """
    path = name if isinstance(name, Path) else _FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ConfigurationError(
            f"{name}: no such buyer's profile; use one of {', '.join(profile_names())}, "
            "or give the path of a TOML file."
        )
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        return Profile(
            id=str(kept["id"]),
            name=str(kept["name"]),
            tests=frozenset(Test(t) for t in kept["tests"]),
            existing_activity=ExistingActivity(kept["existing_activity"]),
            needs=tuple(Need(n) for n in kept["needs"]),
            standard_operations=str(kept["standard_operations"]),
            source=str(kept["source"]),
            adjustments=adjustment_named(kept["adjustments"]).id if kept.get("adjustments") else None,
            baseline_years=int(kept.get("baseline_years", BASELINE_YEARS)),
        )
    except KeyError as error:
        raise ConfigurationError(f"{path.name}: the field {error} is missing; see own.toml for all of them.") from error
    except (ValueError, TypeError) as error:
        raise ConfigurationError(
            f"{path.name}: cannot be used ({error}); see own.toml for the values allowed."
        ) from error
