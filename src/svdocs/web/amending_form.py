"""The form in which a person sets the fields of a statement, and the changes that it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svdocs.additionality.verdict import Category, Verdict
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.search import find_codes
from svdocs.records.amending import WORDS
from svdocs.statements.in_words import per_in_words, unit_in_words
from svdocs.statements.statement import Firmness, Per, StatementType, Unit
from svdocs.web.forms import Form
from svdocs.web.wording import framework_label, label, measure_label, theme_label

FOUND_AT_MOST = 12
CHOICES: Mapping[str, list[tuple[str, str]]] = {
    "type": [(t.value, label(t)) for t in StatementType if t is not StatementType.none],
    "firmness": [(f.value, label(f)) for f in Firmness],
    "verdict": [(v.value, label(v)) for v in Verdict],
    "category": [(c.value, label("offered" if c is Category.additional else c)) for c in Category],
    "unit": [(u.value, unit_in_words(u)) for u in Unit],
    "per": [(p.value, per_in_words(p)) for p in Per],
}  # fmt: skip
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class CodeChoice:
    """A code that can be ticked: its value in the form, its words, and whether it is ticked."""

    value: str
    words: str
    framework: str
    ticked: bool
    unconfirmed: bool = False


def codes_of(entry: Mapping[str, Any]) -> list[str]:
    """Return an entry's themes and measures as values of the form, in their order.

    >>> codes_of({"themes": {"nhs": [{"code": "b"}]}, "measures": [{"framework": "toms", "code": "NT1"}]})
    ['theme/nhs/b', 'measure/toms/NT1']
    """
    themes = [f"theme/{f}/{c['code']}" for f, codes in (entry.get("themes") or {}).items() for c in codes]
    return themes + [f"measure/{m['framework']}/{m['code']}" for m in entry.get("measures") or []]


def offer_codes(ticked: Sequence[str], known: Sequence[str], typed: str) -> list[CodeChoice]:
    """Return the codes to show: those that are ticked, those that the statement had, and those that a search finds.

    Args:
        ticked: values of the form.
        known: likewise, of the statement as it stands.
        typed: what is searched for; nothing for no search.
    """
    frameworks = load_frameworks()
    found = {
        f"{'measure' if f.is_measure else 'theme'}/{f.framework}/{f.code}": f
        for f in find_codes(typed, frameworks, FOUND_AT_MOST)
    }
    values = dict.fromkeys([*ticked, *known, *found])
    return [_choice(v, v in set(ticked), v in found and not found[v].confirmed) for v in values if v.count("/") >= 2]


def _choice(value: str, ticked: bool, unconfirmed: bool) -> CodeChoice:
    what, framework, code = value.split("/", 2)
    words = measure_label(framework, code) if what == "measure" else theme_label(framework, code)
    return CodeChoice(value, words, framework_label(framework), ticked, unconfirmed)


def read_changes(form: Form, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the form sets otherwise than the entry has them, in the extraction record's form.

    What is wrong is noted in the form.

    Args:
        form: as somebody sent it.
        entry: the statement as it stands; empty for one that is to be added.
    """
    wanted: dict[str, Any] = {name: form.value(name) for name in WORDS if name in CHOICES and form.value(name)}
    judged = entry.get("additionality") or {}
    changes = {
        name: value
        for name, value in wanted.items()
        if value != (judged.get("verdict") if name == "verdict" else entry.get(name))
    }
    changes |= _quantity_change(form, entry.get("quantity"))
    if form.value("due-date") and not _DATE.fullmatch(form.value("due-date")):
        form.refuse("due-date", "Enter a year, a month or a day, such as 2028, 2028-03 or 2028-03-31")
    for name, parts in (("due", ("date", "text")), ("place", ("text", "code")), ("beneficiary", ("text",))):
        changes |= _part_change(form, name, parts, entry.get(name))
    return changes | _code_changes(form, entry)


def _quantity_change(form: Form, now: Mapping[str, Any] | None) -> dict[str, Any]:
    value, most = form.number("quantity-value"), form.number("quantity-max")
    unit, per = form.value("quantity-unit"), form.value("quantity-per")
    if value is None:
        return {"quantity": None} if now else {}
    if unit not in set(Unit):
        form.refuse("quantity-unit", "Select what the number counts")
        return {}
    if most is not None and most < value:
        form.refuse("quantity-max", "Enter a number that is not below the first")
    said = now or {}
    wanted = {"value": float(value), "max": None if most is None else float(most), "unit": unit, "per": per or None}
    if said and all(wanted[n] == (float(said[n]) if n in ("value", "max") and said.get(n) is not None else said.get(n))
                    for n in wanted):  # fmt: skip
        return {}
    return {"quantity": wanted | {"text": said.get("text") or ""}}


def _part_change(form: Form, name: str, parts: Sequence[str], now: Mapping[str, Any] | None) -> dict[str, Any]:
    said = now or {}
    wanted = {part: form.value(f"{name}-{part}") or None for part in parts}
    if all(wanted[p] == (said.get(p) or None) for p in parts):
        return {}
    return {name: wanted if any(wanted.values()) else None}


def _code_changes(form: Form, entry: Mapping[str, Any]) -> dict[str, Any]:
    themes: dict[str, list[str]] = {f: [] for f in entry.get("themes") or {}}
    measures = []
    for value in form.all("code"):
        what, _, rest = value.partition("/")
        framework, _, code = rest.partition("/")
        if what == "theme":
            themes.setdefault(framework, []).append(code)
        elif what == "measure":
            measures.append({"framework": framework, "code": code})
    now = {f: [c["code"] for c in codes] for f, codes in (entry.get("themes") or {}).items()}
    changed = {f: codes for f, codes in themes.items() if codes != now.get(f, [])}
    had = [(m["framework"], str(m["code"])) for m in entry.get("measures") or []]
    changes: dict[str, Any] = {"themes": changed} if changed else {}
    if [(m["framework"], m["code"]) for m in measures] != had:
        changes["measures"] = measures
    return changes
