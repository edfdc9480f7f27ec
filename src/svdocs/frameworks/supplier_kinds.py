"""Whether a supplier is local, a small firm, or of the voluntary sector, by what is held of it: yes, no, or unknown.

Nothing is guessed: what the definition asks for and is not held makes the answer unknown, with the reason in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from svdocs.frameworks.local import LocalDefinition, LocalTest
from svdocs.frameworks.postcodes import districts_of, read_postcode
from svdocs.frameworks.shares import Joined, LegalForm, ShareDefinitions, SmeRule


class Known(StrEnum):
    """An answer, which may be that nobody knows."""

    yes = "yes"
    no = "no"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with what it rests on."""

    known: Known
    because: str


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """What is held of a supplier; None and empty for what is not.

    Attributes:
        name: of the supplier.
        head_office: postcode of its head office.
        branches: postcodes of its branches; None where nobody has said, empty where it has none.
        staff: employees.
        turnover: of a year, in pounds.
        balance: total of the balance sheet, in pounds.
        form: what it is in law.
        stated_sme: what the file says of itself.
        stated_vcse: likewise.
    """

    name: str
    head_office: str = ""
    branches: tuple[str, ...] | None = None
    staff: int | None = None
    turnover: Decimal | None = None
    balance: Decimal | None = None
    form: LegalForm | None = None
    stated_sme: bool | None = None
    stated_vcse: bool | None = None


_CIC = re.compile(r"\b(?:C\.?I\.?C\.?|Community Interest Company)\s*$", re.IGNORECASE)


def is_local(facts: SupplierFacts, definition: LocalDefinition, test: LocalTest) -> Answer:
    """Return whether a supplier is local by one test, its head office or a branch.

    >>> kent = LocalDefinition("Kent", "1", ("E10000016",), (LocalTest.head_office,))
    >>> is_local(SupplierFacts("A", head_office="CT9 1RT"), kent, LocalTest.head_office).known.value
    'yes'
    >>> is_local(SupplierFacts("A", head_office="TN8"), kent, LocalTest.head_office).known.value
    'unknown'
    """
    if test is LocalTest.head_office:
        if not facts.head_office:
            return Answer(Known.unknown, "postcode of the head office not held")
        return _stands_in(facts.head_office, definition, "head office")
    if facts.branches is None:
        return Answer(Known.unknown, "branches not held")
    answers = [_stands_in(b, definition, "branch") for b in facts.branches]
    for known in (Known.yes, Known.unknown):
        for answer in answers:
            if answer.known is known:
                return answer
    return answers[0] if answers else Answer(Known.no, "has no branch")


def _stands_in(written: str, definition: LocalDefinition, what: str) -> Answer:
    postcode = read_postcode(written)
    if postcode is None:
        return Answer(Known.unknown, f"{what}: {written[:20]!r} is no postcode")
    districts = districts_of(postcode)
    if not districts:
        return Answer(Known.unknown, f"{what}: {postcode} is not in the postcode directory")
    inside = {definition.holds(d) for d in districts}
    if len(inside) > 1:
        return Answer(Known.unknown, f"{what}: {postcode} lies across the border; give the whole postcode")
    return Answer(Known.yes if inside.pop() else Known.no, f"{what} at {postcode}")


def is_local_by_any(facts: SupplierFacts, definition: LocalDefinition) -> Answer:
    """Return whether a supplier passes one of the tests that the definition counts."""
    tests = [t for t in (LocalTest.head_office, LocalTest.branch) if t in definition.tests]
    answers = [is_local(facts, definition, t) for t in tests]
    yes = next((a for a in answers if a.known is Known.yes), None)
    unknown = [a for a in answers if a.known is Known.unknown]
    if yes is not None:
        return yes
    if unknown:
        return Answer(Known.unknown, "; ".join(a.because for a in unknown))
    return Answer(Known.no, "; ".join(a.because for a in answers))


def is_sme(facts: SupplierFacts, definitions: ShareDefinitions) -> Answer:
    """Return whether a supplier is a small or medium-sized firm by the rule chosen."""
    rule = definitions.sme
    if facts.staff is not None and facts.staff >= rule.staff_below:
        return Answer(Known.no, f"{facts.staff:,} staff")
    within = _within_limits(facts, rule, definitions.pounds_per_euro)
    if within is Known.no:
        return Answer(Known.no, "over the limits of turnover and balance sheet")
    if facts.staff is not None and within is Known.yes:
        return Answer(Known.yes, f"{facts.staff:,} staff and within the limits")
    if definitions.take_stated and facts.stated_sme is not None:
        return Answer(Known.yes if facts.stated_sme else Known.no, "as the spend file states")
    missing = [] if facts.staff is not None else ["number of staff"]
    missing += [] if within is Known.yes else ["turnover or balance sheet"]
    return Answer(Known.unknown, f"{' and '.join(missing)} not held")


def _within_limits(facts: SupplierFacts, rule: SmeRule, pounds_per_euro: Decimal | None) -> Known:
    rate = Decimal(1) if rule.currency == "GBP" else pounds_per_euro
    answers = [
        _is_within(value, limit, rate, inclusive=rule.inclusive)
        for value, limit in ((facts.turnover, rule.turnover), (facts.balance, rule.balance))
        if limit is not None
    ]
    decisive = Known.yes if rule.joined is Joined.either else Known.no
    if decisive in answers:
        return decisive
    return Known.unknown if Known.unknown in answers else answers[0]


def _is_within(value: Decimal | None, limit: Decimal, rate: Decimal | None, *, inclusive: bool) -> Known:
    if value is None or rate is None:
        return Known.unknown
    pounds = limit * rate
    return Known.yes if value < pounds or (inclusive and value == pounds) else Known.no


def is_vcse(facts: SupplierFacts, definitions: ShareDefinitions) -> Answer:
    """Return whether a supplier is of the voluntary, community and social enterprise sector by the forms chosen.

    A company whose name ends with CIC is taken for a community interest company.
    """
    form = facts.form or (LegalForm.cic if _CIC.search(facts.name) else None)
    if form is not None and form in definitions.vcse:
        return Answer(Known.yes, form.value.replace("_", " "))
    if definitions.take_stated and facts.stated_vcse is not None:
        return Answer(Known.yes if facts.stated_vcse else Known.no, "as the spend file states")
    if form is not None:
        return Answer(Known.no, form.value.replace("_", " "))
    return Answer(Known.unknown, "legal form not held")


_FORMS: tuple[tuple[LegalForm, str], ...] = (
    (LegalForm.cic, r"\bcic\b|community interest"),
    (LegalForm.community_benefit_society, r"community benefit|\bcbs\b"),
    (LegalForm.co_operative, r"co-?op"),
    (LegalForm.charity, r"charit|\bcio\b"),
    (LegalForm.community_group, r"community group|voluntary|unincorporated|club"),
    (LegalForm.social_enterprise, r"social enterprise|\bvcse\b|\bvcs\b|third sector"),
    (LegalForm.public_body, r"public|council|\bnhs\b|government|authority"),
    (LegalForm.sole_trader, r"sole|self[- ]employed|individual"),
    (LegalForm.company, r"ltd|limited|plc|llp|company|partnership|private|for[- ]profit"),
)


def read_form(text: str) -> LegalForm | None:
    """Return the legal form that the words of a cell name, or None.

    >>> read_form("Registered charity").value, read_form("Private limited company").value, read_form("?")
    ('charity', 'company', None)
    """
    said = text.lower()
    return next((form for form, pattern in _FORMS if re.search(pattern, said)), None)


_YES: Mapping[str, bool] = {
    **dict.fromkeys(("y", "yes", "true", "1", "sme", "vcse", "micro", "small", "medium", "small/medium"), True),
    **dict.fromkeys(("n", "no", "false", "0", "large", "non-sme", "not sme", "non-vcse", "non sme"), False),
}


def read_yes(text: str) -> bool | None:
    """Return whether a cell says yes or no, or None for another word.

    >>> read_yes("Yes"), read_yes("Large"), read_yes("?")
    (True, False, None)
    """
    return _YES.get(" ".join(text.lower().split()))


_POUNDS = re.compile(
    r"(\()?\s*([-−–])?\s*£?\s*([-−–])?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(k|m|million|bn)?\s*(\))?\s*(-|cr)?",
    re.IGNORECASE,
)
_TIMES: Mapping[str, int] = {"k": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 1_000_000_000}


def read_pounds(text: str) -> Decimal | None:
    """Return the amount of a cell, below nought for money that came back, or None where it is no amount.

    >>> read_pounds("£1,250.50"), read_pounds("(300)"), read_pounds("-£5"), read_pounds("£1.2m"), read_pounds("1.2.3")
    (Decimal('1250.50'), Decimal('-300'), Decimal('-5'), Decimal('1200000.0'), None)
    """
    found = _POUNDS.fullmatch(text.replace("GBP", "").strip())
    if found is None or bool(found[1]) != bool(found[7]):
        return None
    value = Decimal(found[4].replace(",", "") + (found[5] or "")) * _TIMES.get((found[6] or "").lower(), 1)
    return -value if found[1] or found[2] or found[3] or found[8] else value


class Field(StrEnum):
    """What a column may say of a supplier."""

    head_office = "head_office"
    branches = "branches"
    staff = "staff"
    turnover = "turnover"
    balance = "balance"
    form = "form"
    sme = "sme"
    vcse = "vcse"


def read_facts(name: str, said: Mapping[str, str]) -> SupplierFacts:
    """Return what the cells of a supplier say; what cannot be read is not held.

    Args:
        name: of the supplier.
        said: by the name of the field, as written.

    >>> read_facts("A Ltd", {"staff": "1,200", "branches": "ME14 1XQ; CT9 1RT", "sme": "N"}).branches
    ('ME14 1XQ', 'CT9 1RT')
    """
    text = {field: " ".join(said.get(field.value, "").split()) for field in Field}
    staff = read_pounds(text[Field.staff])
    branches = text[Field.branches]
    none = branches.lower() in ("none", "no branches")
    return SupplierFacts(
        name, text[Field.head_office],
        () if none else tuple(b.strip() for b in re.split(r"[;,|]", branches) if b.strip()) if branches else None,
        int(staff) if staff is not None and staff >= 0 else None, read_pounds(text[Field.turnover]),
        read_pounds(text[Field.balance]), read_form(text[Field.form]), read_yes(text[Field.sme]),
        read_yes(text[Field.vcse]),
    )  # fmt: skip


def supplier_key(name: str) -> str:
    """Return the name by which rows of one supplier are put together.

    >>> supplier_key("Example & Sons Limited") == supplier_key("EXAMPLE AND SONS LTD.")
    True
    """
    words = re.findall(r"[^\W_]+", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    return " ".join({"limited": "ltd"}.get(w, w) for w in words)
