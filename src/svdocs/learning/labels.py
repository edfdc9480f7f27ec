"""What a label of a pack may say: the lists of the labelling guide, and every way in which a label breaks them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from svdocs.additionality.verdict import Category, Verdict
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.suggest import MEASURES_KEY, THEMES_KEYS
from svdocs.statements.statement import Firmness, Per, StatementType, Unit

NOISE = "noise"
_NUMBER = (int, float)


@dataclass(frozen=True)
class Guide:
    """The values that a label may hold.

    Attributes:
        types: of a label.
        themes: for each framework its codes.
        measures: codes of the measures.
    """

    types: tuple[str, ...]
    themes: Mapping[str, tuple[str, ...]]
    measures: tuple[str, ...]


NEEDED: Mapping[str, tuple[str, ...]] = {
    StatementType.commitment: (
        "firmness",
        "quantity",
        "due",
        "place",
        "beneficiary",
        "themes",
        "toms",
        "additionality",
    ),
    StatementType.delivery: ("quantity", "place", "beneficiary", "themes", "toms"),
    StatementType.practice: ("themes",),
    NOISE: ("why",),
}
"""The fields that each type of label must have, though they may be empty."""
OPTIONAL = frozenset({"type", "category", "evidence", "why"})


def read_guide() -> Guide:
    """Return the allowed values; codes are those of the shipped catalogue."""
    frameworks = load_frameworks()
    return Guide(
        types=(*(t.value for t in StatementType if t is not StatementType.none), NOISE),
        themes={key: tuple(t.code for t in frameworks[key].themes if t.suggested) for key in THEMES_KEYS},
        measures=tuple(m.code for m in frameworks[MEASURES_KEY].measures),
    )


def find_label_faults(label: Mapping[str, Any], guide: Guide, *, needed: Collection[str] | None = None) -> list[str]:
    """Return in words every way in which a label breaks the guide; none if it is sound.

    Args:
        label: as in pack.yaml.
        guide: the allowed values.
        needed: the fields that must be there, if not those of the label's type.

    >>> find_label_faults({"type": "practise", "themes": {}}, read_guide())
    ["type 'practise' is not one of commitment, delivery, practice, noise"]
    """
    kind = label.get("type")
    if kind not in guide.types:
        return [_not_one_of("type", kind, guide.types)]
    must = NEEDED[kind] if needed is None else needed
    found = [f"{field} is missing" for field in must if field not in label]
    known = {f for fields in NEEDED.values() for f in fields} | OPTIONAL
    found += [f"{field} is not a field of the guide" for field in label if field not in known]
    if kind == NOISE:
        return found
    return [*found, *_value_faults(label, guide)]


def _value_faults(label: Mapping[str, Any], guide: Guide) -> Iterator[str]:
    if "firmness" in label:
        yield from _listed("firmness", label["firmness"], Firmness)
    if "additionality" in label:
        yield from _listed("additionality", label["additionality"], Verdict)
    if "category" in label:
        yield from _listed("category", label["category"], Category)
    yield from _quantity_faults(label.get("quantity"))
    for name in ("due", "place", "beneficiary"):
        value = label.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            yield f"{name} {value!r} is neither a text nor empty; put it in quotation marks"
    yield from _theme_faults(label.get("themes"), guide)
    yield from _codes_faults("toms", label.get("toms"), guide.measures)


def _quantity_faults(quantity: object) -> Iterator[str]:
    if quantity is None:
        return
    if not isinstance(quantity, Mapping):
        yield f"quantity {quantity!r} is not value, unit and per"
        return
    yield from (f"quantity.{k} is not a field of the guide" for k in quantity if k not in ("value", "unit", "per"))
    value, unit, per = (quantity.get(k) for k in ("value", "unit", "per"))
    if value is not None and (not isinstance(value, _NUMBER) or isinstance(value, bool)):
        yield f"quantity.value {value!r} is not a number"
    if unit is not None:
        yield from _listed("quantity.unit", unit, Unit)
    if per is not None:
        yield from _listed("quantity.per", per, Per)


def _theme_faults(themes: object, guide: Guide) -> Iterator[str]:
    if themes is None:
        return
    if not isinstance(themes, Mapping):
        yield f"themes {themes!r} is not a code for each framework"
        return
    for key, value in themes.items():
        if key not in guide.themes:
            yield _not_one_of("framework", key, guide.themes)
        else:
            yield from _codes_faults(f"themes.{key}", value, guide.themes[key])


def _codes_faults(name: str, value: object, allowed: Sequence[str]) -> Iterator[str]:
    codes = accepted_codes(value)
    if not codes:
        yield f"{name} is an empty list; write null where no code fits"
    yield from (f"{name} {c!r} is not a code of the framework" for c in codes if c is not None and c not in allowed)
    yield from (f"{name} {c!r} stands twice" for c in dict.fromkeys(codes) if codes.count(c) > 1)


def accepted_codes(value: object) -> list[str | None]:
    """Return the acceptable codes of a label's field, best first; None where no code is as good an answer.

    >>> accepted_codes([1, None]), accepted_codes("NT10"), accepted_codes(None)
    (['1', None], ['NT10'], [None])
    """
    return [None if v is None else str(v) for v in (value if isinstance(value, list) else [value])]


def _listed(name: str, value: object, allowed: type[StrEnum]) -> Iterator[str]:
    if value not in set(allowed):
        yield _not_one_of(name, value, tuple(allowed))


def _not_one_of(name: str, value: object, allowed: Collection[str]) -> str:
    return f"{name} {value!r} is not one of {', '.join(allowed)}"
