"""Plain values, from a form, a program or the records, become a set-up; each thing wrong is named with its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from svdocs.frameworks.guide import load_guide
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.local import LocalDefinition, LocalTest, area_named
from svdocs.frameworks.rules import Buyer, ContractKind
from svdocs.frameworks.set_up import Chosen, JustifiedException, Lot, Route, SetUp

MAX_LETTERS = 2000
MAX_ITEMS = 200
MOST_POUNDS = Decimal(10) ** 12
MOST_MONTHS = 600

E = TypeVar("E", bound=StrEnum)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field that cannot be used, and what to do about it."""

    field: str
    message: str


class _Wrong(Exception):
    """What a reader of one field found; caught within this module alone."""


FIELDS = frozenset(SetUp().as_json())
"""The names of all fields."""


def parse_set_up(values: Mapping[str, Any]) -> tuple[SetUp, tuple[WrongField, ...]]:
    """Return the set-up of plain values as `SetUp.as_json` gives them, and what is wrong with them.

    A field that is wrong is left empty in the set-up. Empty texts count as not given.

    >>> parse_set_up({"value_gbp": "£1,200.50", "weighting_percent": "10 %"})[0].value_gbp
    Decimal('1200.50')
    >>> parse_set_up({"weighting_percent": "110"})[1][0].message
    'Enter a share from 0 to 100.'
    """
    wrong = [WrongField(name, "There is no such field; see the interface's description.") for name in
             sorted(values.keys() - FIELDS)]  # fmt: skip
    found: dict[str, Any] = {}
    for name, read in _READERS.items():
        value = values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            found[name] = read(value)
        except _Wrong as error:
            wrong.append(WrongField(name, str(error)))
    set_up = SetUp(**found)
    return set_up, (*wrong, *_contradictions(set_up))


def _contradictions(set_up: SetUp) -> list[WrongField]:
    wrong: list[WrongField] = []
    if set_up.starts and set_up.ends and set_up.ends < set_up.starts:
        wrong.append(WrongField("ends", "The contract's last day must not lie before its first; change one of them."))
    whole, quality = set_up.weighting_percent, set_up.quality_percent
    if whole is not None and quality is not None and quality > whole:
        wrong.append(WrongField("quality_percent", "The part judged on quality cannot be more than the whole."))
    lots = [lot.value_gbp for lot in set_up.lots if lot.value_gbp is not None]
    if set_up.value_gbp is not None and sum(lots, Decimal(0)) > set_up.value_gbp:
        wrong.append(WrongField("lots", "The lots together are worth more than the contract; correct one of them."))
    return wrong


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("Enter a text.")
    if len(value) > MAX_LETTERS:
        raise _Wrong(f"Enter at most {MAX_LETTERS} letters.")
    return " ".join(value.split())


def _pounds(value: Any) -> Decimal:
    amount = _number(value, "Enter an amount in pounds, such as 250000.")
    if not 0 <= amount <= MOST_POUNDS:
        raise _Wrong("Enter an amount in pounds that is not below nought.")
    return amount.quantize(Decimal("0.01"))


def _percent(value: Any) -> Decimal:
    share = _number(value, "Enter a share in percent, such as 10.")
    if not 0 <= share <= 100:
        raise _Wrong("Enter a share from 0 to 100.")
    return share


def _number(value: Any, otherwise: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise _Wrong(otherwise)
    try:
        number = Decimal(str(value).strip().removeprefix("£").removesuffix("%").replace(",", "").strip())
    except InvalidOperation:
        raise _Wrong(otherwise) from None
    if not number.is_finite():
        raise _Wrong(otherwise)
    return number


def _months(value: Any) -> int:
    number = _number(value, "Enter a whole number of months.")
    if number != int(number) or not 0 <= number <= MOST_MONTHS:
        raise _Wrong(f"Enter a whole number of months up to {MOST_MONTHS}.")
    return int(number)


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip())
    except (ValueError, AttributeError):
        raise _Wrong("Enter a real date, such as 2027-04-01.") from None


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return bool(value == "yes")
    raise _Wrong("Say yes or no.")


def _member(allowed: type[E]) -> Callable[[Any], E]:
    def read(value: Any) -> E:
        if not isinstance(value, str) or value not in set(allowed):
            raise _Wrong(f"Select one of {', '.join(allowed)}.")
        return allowed(value)

    return read


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _Wrong("Give a list.")
    if len(value) > MAX_ITEMS:
        raise _Wrong(f"Give at most {MAX_ITEMS} entries.")
    return list(value)


def _table(value: Any, allowed: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or value.keys() - allowed:
        raise _Wrong(f"Give an entry with {', '.join(sorted(allowed))}.")
    return value


def _lots(value: Any) -> tuple[Lot, ...]:
    lots = []
    for item in _listed(value):
        lot = _table(item, frozenset({"name", "value_gbp"}))
        name = _text(lot.get("name") or "")
        if not name:
            raise _Wrong("Give each lot a name.")
        lots.append(Lot(name, None if lot.get("value_gbp") in (None, "") else _pounds(lot["value_gbp"])))
    if len({lot.name.lower() for lot in lots}) < len(lots):
        raise _Wrong("Two lots have the same name; change one of them.")
    return tuple(lots)


def _category(value: Any) -> str:
    if not isinstance(value, str) or value not in {c.key for c in load_guide()}:
        raise _Wrong("Select a category of the guide.")
    return value


def _frameworks(value: Any) -> tuple[str, ...]:
    keys = _listed(value)
    unknown = [k for k in keys if not isinstance(k, str) or k not in load_frameworks()]
    if unknown:
        raise _Wrong(f"There is no framework {str(unknown[0])!r}; use one of {', '.join(load_frameworks())}.")
    return tuple(dict.fromkeys(keys))


def _themes(value: Any) -> tuple[Chosen, ...]:
    return _chosen(value, measures=False)


def _measures(value: Any) -> tuple[Chosen, ...]:
    return _chosen(value, measures=True)


def _chosen(value: Any, *, measures: bool) -> tuple[Chosen, ...]:
    found = []
    for item in _listed(value):
        key, _, code = item.partition("/") if isinstance(item, str) else ("", "", "")
        framework = load_frameworks().get(key)
        if framework is None or (framework.measure(code) if measures else framework.theme(code)) is None:
            kind = "measure" if measures else "theme"
            raise _Wrong(f"There is no {kind} {str(item)[:60]!r}; write it as framework/code, such as kcc/employer.")
        found.append(Chosen(key, code))
    return tuple(dict.fromkeys(found))


def _exception(value: Any) -> JustifiedException | None:
    said = _table(value, frozenset({"reason", "approved_by", "role", "approved_on"}))
    reason, by, role = (_text(said.get(k) or "") for k in ("reason", "approved_by", "role"))
    day = _day(said["approved_on"]) if said.get("approved_on") else None
    if not reason and not by and not role and day is None:
        return None
    if not reason:
        raise _Wrong("Give the reason for the exception.")
    return JustifiedException(reason, by, role, day)


def _local(value: Any) -> LocalDefinition | None:
    said = _table(value, frozenset({"name", "edition", "areas", "tests", "source"}))
    name, edition, source = (_text(said.get(k) or "") for k in ("name", "edition", "source"))
    areas, tests = _listed(said.get("areas") or []), _listed(said.get("tests") or [])
    if not name and not areas and not tests:
        return None
    if not name or not edition:
        raise _Wrong("Give the definition a name and an edition, so that a total can say by which it was counted.")
    found = [area_named(a) if isinstance(a, str) else None for a in areas]
    unknown = [a for a, known in zip(areas, found, strict=True) if known is None]
    if unknown:
        raise _Wrong(f"There is no area {str(unknown[0])[:60]!r}; write a district or county, or its ONS code.")
    if not found:
        raise _Wrong("Choose at least one area.")
    if not tests:
        raise _Wrong("Select what is looked at: head office, branch, place of delivery or residence.")
    codes = tuple(dict.fromkeys(a.code for a in found if a))
    return LocalDefinition(name, edition, codes, tuple(dict.fromkeys(map(_member(LocalTest), tests))), source)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "buyer": _text,
    "buyer_kind": _member(Buyer),
    "department": _text,
    "contract_kind": _member(ContractKind),
    "value_gbp": _pounds,
    "starts": _day,
    "ends": _day,
    "extension_months": _months,
    "commenced": _day,
    "noticed": _day,
    "route": _member(Route),
    "new_framework": _flag,
    "lots": _lots,
    "category": _category,
    "frameworks": _frameworks,
    "weighting_percent": _percent,
    "quality_percent": _percent,
    "themes": _themes,
    "measures": _measures,
    "exception": _exception,
    "local": _local,
}
