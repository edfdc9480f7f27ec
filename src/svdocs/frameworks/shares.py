"""By which definitions spend is counted as local, with small firms, or with the voluntary sector: chosen, and printed.

A share of spend means nothing without the definition that it was counted by. Bodies use different ones: three of
small and medium-sized firms are offered here, each with its source and how sure we are of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from svdocs.errors import UsageError
from svdocs.frameworks.local import (
    KENT_AND_MEDWAY,
    TESTS_OF_SUPPLIERS,
    LocalDefinition,
    LocalTest,
    area_named,
    describe_local,
)


class LegalForm(StrEnum):
    """What an organisation is."""

    charity = "charity"
    cic = "cic"
    """A community interest company."""
    co_operative = "co_operative"
    community_benefit_society = "community_benefit_society"
    community_group = "community_group"
    social_enterprise = "social_enterprise"
    public_body = "public_body"
    company = "company"
    """A company or partnership for profit."""
    sole_trader = "sole_trader"


FORM_LABELS: Mapping[LegalForm, str] = {
    LegalForm.charity: "charity",
    LegalForm.cic: "community interest company",
    LegalForm.co_operative: "co-operative",
    LegalForm.community_benefit_society: "community benefit society",
    LegalForm.community_group: "community group",
    LegalForm.social_enterprise: "social enterprise",
    LegalForm.public_body: "public body",
    LegalForm.company: "company",
    LegalForm.sole_trader: "sole trader",
}
SOCIAL_FORMS = tuple(LegalForm)[:6]


class Joined(StrEnum):
    """How the limits of turnover and balance sheet go together."""

    either = "either"
    both = "both"


@dataclass(frozen=True, slots=True)
class SmeRule:
    """What counts as a small or medium-sized firm.

    Attributes:
        key: by which it is chosen.
        name: whose rule it is.
        staff_below: fewer employees than this.
        turnover: the limit of a year's turnover, in `currency`; None for no such limit.
        balance: the limit of the balance sheet's total; None for no such limit.
        currency: GBP or EUR.
        joined: whether one of the two limits is enough.
        inclusive: whether exactly the limit is still within it.
        source: where it is stated.
        confidence: high, or recall where no source has been seen.
    """

    key: str
    name: str
    staff_below: int
    turnover: Decimal | None
    balance: Decimal | None
    currency: str
    joined: Joined
    inclusive: bool
    source: str
    confidence: str

    @property
    def sentence(self) -> str:
        """The rule in one sentence, to be printed beside each share.

        >>> SME_RULES["lpt"].sentence
        'SME: fewer than 250 staff, and turnover under €50 million (Leicestershire Partnership NHS Trust).'
        """
        sign, limit = ("£" if self.currency == "GBP" else "€"), ("of at most" if self.inclusive else "under")
        limits = [
            f"{name} {limit} {sign}{value / 1_000_000:,.4g} million"
            for name, value in (("turnover", self.turnover), ("a balance sheet", self.balance))
            if value is not None
        ]
        word = " or " if self.joined is Joined.either else " and "
        doubt = "" if self.confidence == "high" else "; unconfirmed"
        return f"SME: fewer than {self.staff_below} staff, and {word.join(limits)} ({self.name}{doubt})."


_MILLION = Decimal(1_000_000)
SME_RULES: Mapping[str, SmeRule] = {
    rule.key: rule
    for rule in (
        SmeRule("procurement_act", "Procurement Act 2023", 250, 44 * _MILLION, 38 * _MILLION, "GBP", Joined.either,
                True, "Procurement Act 2023, section 123", "recall"),
        SmeRule("foi_45918", "as asked in Freedom of Information request 45918", 250, 50 * _MILLION, 43 * _MILLION,
                "EUR", Joined.both, False, "Kent and Medway NHS and Social Care Partnership Trust, reply 45918",
                "high"),
        SmeRule("lpt", "Leicestershire Partnership NHS Trust", 250, 50 * _MILLION, None, "EUR", Joined.either, False,
                "Social Value and Sustainable Procurement Policy P238 version 4.0", "high"),
    )
}  # fmt: skip
"""The rules offered, by key."""


@dataclass(frozen=True, slots=True)
class ShareDefinitions:
    """The definitions by which one authority counts its spend.

    Attributes:
        local: areas and tests; each test is counted apart, and a supplier that passes one of them is local.
        sme: the rule of small firms.
        vcse: the legal forms that count as voluntary, community and social enterprise.
        pounds_per_euro: for a rule in euros; without it turnover and balance sheet tell nothing under such a rule.
        take_stated: whether a file's own word (SME: yes) counts where the figures are not held.
        chosen_by: who chose them; empty for what svdocs offers.
        version: 0 for what svdocs offers.
    """

    local: LocalDefinition
    sme: SmeRule
    vcse: tuple[LegalForm, ...]
    pounds_per_euro: Decimal | None = None
    take_stated: bool = True
    chosen_by: str = ""
    version: int = 0

    @property
    def local_sentence(self) -> str:
        """What a local supplier is, in one sentence."""
        tests = tuple(t for t in self.local.tests if t in TESTS_OF_SUPPLIERS)
        return describe_local(replace(self.local, tests=tests))

    @property
    def sme_sentence(self) -> str:
        """What a small or medium-sized firm is, in one sentence."""
        stated = " Where the figures are not held, what the spend file states is taken." if self.take_stated else ""
        return self.sme.sentence + stated

    @property
    def vcse_sentence(self) -> str:
        """What the voluntary sector is, in one sentence."""
        forms = ", ".join(FORM_LABELS[f] for f in self.vcse)
        stated = " Where the legal form is not held, what the spend file states is taken." if self.take_stated else ""
        return f"VCSE: {forms}.{stated}"

    def as_json(self) -> dict[str, Any]:
        """Return them as plain values, which `parse_definitions` reads back."""
        return {
            "local": self.local.as_json(),
            "sme": self.sme.key,
            "vcse": [f.value for f in self.vcse],
            "pounds_per_euro": str(self.pounds_per_euro) if self.pounds_per_euro is not None else None,
            "take_stated": self.take_stated,
        }


def offered_shares() -> ShareDefinitions:
    """Return the definitions that hold until somebody chooses: KMPT's of local, the Act's of small firms."""
    local = LocalDefinition(
        "Kent and Medway", "offered by svdocs", KENT_AND_MEDWAY, tuple(LocalTest),
        "head office or branch: Kent and Medway NHS and Social Care Partnership Trust, reply 45918; Kent County "
        "Council's policy gives no test",
    )  # fmt: skip
    return ShareDefinitions(local, SME_RULES["procurement_act"], SOCIAL_FORMS)


def parse_definitions(said: Mapping[str, Any], *, chosen_by: str = "", version: int = 0) -> ShareDefinitions:
    """Return the definitions that plain values tell; see `ShareDefinitions.as_json`.

    Raises:
        UsageError: a value cannot be used.
    """
    local = said.get("local") or {}
    name, edition = " ".join(str(local.get("name") or "").split()), " ".join(str(local.get("edition") or "").split())
    if not name or not edition:
        raise UsageError("Give the definition of local a name and an edition, so that a share can name it.")
    codes = []
    for area in _texts(local.get("areas")):
        found = area_named(area)
        if found is None:
            raise UsageError(f"There is no area {area[:60]!r}; write a district or county, or its ONS code.")
        codes.append(found.code)
    if not codes:
        raise UsageError("Local needs at least one area; write districts or counties with commas between.")
    tests = [_member(LocalTest, t) for t in _texts(local.get("tests"))]
    if not set(tests) & set(TESTS_OF_SUPPLIERS):
        raise UsageError("Say by what a supplier is local: head_office, branch, or both.")
    if (sme := said.get("sme")) not in SME_RULES:
        raise UsageError(f"There is no SME rule {str(sme)[:60]!r}; take one of {', '.join(SME_RULES)}.")
    forms = [_member(LegalForm, f) for f in _texts(said.get("vcse"))]
    if not forms:
        raise UsageError("Say which legal forms count as VCSE.")
    definition = LocalDefinition(name, edition, tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(tests)),
                                 " ".join(str(local.get("source") or "").split()))  # fmt: skip
    return ShareDefinitions(
        definition, SME_RULES[str(sme)], tuple(dict.fromkeys(forms)), _rate(said.get("pounds_per_euro")),
        said.get("take_stated") is not False, chosen_by, version,
    )  # fmt: skip


def _texts(value: Any) -> Sequence[str]:
    return [str(v).strip() for v in value if str(v).strip()] if isinstance(value, (list, tuple)) else []


def _member(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(f"{value[:60]!r} is none of {', '.join(m.value for m in kind)}.") from None


def _rate(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal(0)
    if not (Decimal("0.1") <= rate <= 10):
        raise UsageError(f"{value} is no rate of pounds to the euro; write it as 0.86.")
    return rate
