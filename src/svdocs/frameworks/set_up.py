"""How a procurement is set up, as one frozen value: what the rules, the menu, the check of the tender and a panel read.

Every field may be empty, because an officer fills it over days; `missing_parts` says what is left. Money is pounds
including VAT over the whole term, options to extend included, as thresholds count it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from svdocs.frameworks.local import LocalDefinition
from svdocs.frameworks.rules import Buyer, ContractKind


class Route(StrEnum):
    """How the procurement is run."""

    open = "open"
    """The open procedure: one stage."""
    competitive_flexible = "competitive_flexible"
    framework_call_off = "framework_call_off"
    dynamic_market = "dynamic_market"
    direct_award = "direct_award"
    below_threshold = "below_threshold"
    """Quotations or a tender under the authority's own orders."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot, and its value in pounds including VAT where one is known."""

    name: str
    value_gbp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class JustifiedException:
    """Why social value is left out or weighs too little, and who allowed it: without a name, role and day nobody has.

    Attributes:
        reason: in the officer's words.
        approved_by: name.
        role: of who approved it.
        approved_on: the day of the approval.
    """

    reason: str
    approved_by: str = ""
    role: str = ""
    approved_on: date | None = None

    @property
    def is_approved(self) -> bool:
        """Whether it says who allowed it, in which role and when."""
        return bool(self.reason and self.approved_by and self.role and self.approved_on)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A theme or measure that the officer chose: the framework's key and the code in it."""

    framework: str
    code: str

    def __str__(self) -> str:
        """Return it as it stands in records and forms.

        >>> str(Chosen("kcc", "employer"))
        'kcc/employer'
        """
        return f"{self.framework}/{self.code}"


@dataclass(frozen=True, slots=True)
class SetUp:
    """A procurement's set-up.

    Attributes:
        buyer: name.
        buyer_kind: as far as the rules tell buyers apart.
        department: of the buyer, for its own reports.
        contract_kind: what is bought, as far as thresholds tell contracts apart.
        value_gbp: estimated value over the whole term, including VAT and options.
        starts: first day of the contract.
        ends: its last day without options.
        extension_months: by how many months it may be extended.
        commenced: the day on which the procurement commenced; it picks rules and editions.
        noticed: the day of the tender notice.
        route: how it is run.
        new_framework: whether a new framework agreement is let, which bears on carbon plans.
        lots: none where it is let whole.
        category: key of the category guide.
        frameworks: keys of framework editions.
        weighting_percent: social value's share of the whole score; 0 where it is left out, None while undecided.
        quality_percent: how much of that share is judged on quality; None for all of it.
        themes: chosen themes.
        measures: chosen measures.
        exception: where a rule is not followed.
        local: what counts as local.
    """

    buyer: str = ""
    buyer_kind: Buyer | None = None
    department: str = ""
    contract_kind: ContractKind | None = None
    value_gbp: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    extension_months: int = 0
    commenced: date | None = None
    noticed: date | None = None
    route: Route | None = None
    new_framework: bool = False
    lots: tuple[Lot, ...] = ()
    category: str = ""
    frameworks: tuple[str, ...] = ()
    weighting_percent: Decimal | None = None
    quality_percent: Decimal | None = None
    themes: tuple[Chosen, ...] = ()
    measures: tuple[Chosen, ...] = ()
    exception: JustifiedException | None = None
    local: LocalDefinition | None = None

    @property
    def months(self) -> int | None:
        """How many months the contract lasts without options, begun ones whole; None without dates."""
        if self.starts is None or self.ends is None:
            return None
        months = (self.ends.year - self.starts.year) * 12 + self.ends.month - self.starts.month
        return months + (self.ends.day >= self.starts.day)

    @property
    def weighting_by_quality(self) -> Decimal | None:
        """The share of the whole score that social value has by quality; None while undecided."""
        return self.weighting_percent if self.quality_percent is None else self.quality_percent

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, which `parse_set_up` reads back."""
        return {
            "buyer": self.buyer,
            "buyer_kind": self.buyer_kind and self.buyer_kind.value,
            "department": self.department,
            "contract_kind": self.contract_kind and self.contract_kind.value,
            "value_gbp": _plain(self.value_gbp),
            "starts": _plain(self.starts),
            "ends": _plain(self.ends),
            "extension_months": self.extension_months,
            "commenced": _plain(self.commenced),
            "noticed": _plain(self.noticed),
            "route": self.route and self.route.value,
            "new_framework": self.new_framework,
            "lots": [{"name": lot.name, "value_gbp": _plain(lot.value_gbp)} for lot in self.lots],
            "category": self.category,
            "frameworks": list(self.frameworks),
            "weighting_percent": _plain(self.weighting_percent),
            "quality_percent": _plain(self.quality_percent),
            "themes": [str(t) for t in self.themes],
            "measures": [str(m) for m in self.measures],
            "exception": self.exception and _exception_json(self.exception),
            "local": self.local and self.local.as_json(),
        }


def _plain(value: Decimal | date | None) -> str | None:
    return None if value is None else str(value)


def _exception_json(exception: JustifiedException) -> Mapping[str, Any]:
    return {
        "reason": exception.reason,
        "approved_by": exception.approved_by,
        "role": exception.role,
        "approved_on": _plain(exception.approved_on),
    }


class SetUpPart(StrEnum):
    """The parts in which an officer fills a set-up, in order; each is a task of the task list."""

    buyer = "buyer"
    contract = "contract"
    dates = "dates"
    category = "category"
    frameworks = "frameworks"
    themes = "themes"
    weighting = "weighting"
    local = "local"


NEEDED: Mapping[SetUpPart, tuple[str, ...]] = {
    SetUpPart.buyer: ("buyer", "buyer_kind"),
    SetUpPart.contract: ("contract_kind", "value_gbp", "route"),
    SetUpPart.dates: ("commenced", "starts", "ends"),
    SetUpPart.category: ("category",),
    SetUpPart.frameworks: ("frameworks",),
    SetUpPart.themes: ("themes",),
    SetUpPart.weighting: ("weighting_percent",),
    SetUpPart.local: ("local",),
}
"""What has to be filled in each part before it counts as done."""


def is_done(set_up: SetUp, part: SetUpPart) -> bool:
    """Say whether a part of the set-up is filled; without social value in it, no theme and no framework is needed."""
    if set_up.weighting_percent == 0 and part in (SetUpPart.frameworks, SetUpPart.themes, SetUpPart.local):
        return True
    return all(getattr(set_up, name) not in (None, "", ()) for name in NEEDED[part])


def missing_parts(set_up: SetUp) -> tuple[SetUpPart, ...]:
    """Return the parts that are not filled yet, in order.

    >>> [p.value for p in missing_parts(SetUp(weighting_percent=Decimal(0), category="care"))]
    ['buyer', 'contract', 'dates']
    """
    return tuple(part for part in SetUpPart if not is_done(set_up, part))
