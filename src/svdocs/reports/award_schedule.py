"""The schedule of commitments for the contract of an awarded bid, lot by lot where there are lots.

It is made of what the winning bid promises and a person accepted: each commitment with its words, quantity, date,
measure, owner, evidence and the document and page where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from svdocs.delivery.award import promises_of
from svdocs.errors import Conflict
from svdocs.frameworks.applying import spelt
from svdocs.frameworks.load import load_frameworks
from svdocs.records.access import Caller
from svdocs.records.awards import Awards
from svdocs.records.conflicts import Conflicts
from svdocs.records.panels import Panels
from svdocs.records.schedules import Promise
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.reports.paper import fill_paper
from svdocs.review.register import stated_again
from svdocs.statements.in_words import quantity_in_words

SCHEDULE = "award_schedule.docx"
NOBODY_YET = "A named person of the supplier, to be told before signature"
NO_NUMBER = "No number"
NO_MEASURE = "None"


@dataclass(frozen=True, slots=True)
class AwardedLot:
    """A lot that goes to somebody, with what they promised for it.

    Attributes:
        name: of the lot; empty where there are none.
        supplier: to whom it goes.
        starts, ends: the contract's first and last day.
        promises: accepted or amended by a person, of documents for this lot or for every lot.
        has_other_lots: whether the supplier bids for other lots too.
    """

    name: str
    supplier: str
    starts: date
    ends: date
    promises: tuple[Promise, ...]
    has_other_lots: bool = False

    def is_for_others_too(self, promise: Promise) -> bool:
        """Say whether a promise holds for other lots that the supplier bids for."""
        return self.has_other_lots and promise.lots != (self.name,)


def awarded_lot(store: Store, procurement_id: str, caller: Caller, *, lot: str = "") -> AwardedLot:
    """Return a lot that goes to somebody, with what was promised for it and a person accepted.

    Raises:
        NotFound: there is no such procurement.
        Conflict: nothing is awarded yet, nobody has said when the contract runs, or a part is closed to the caller.
    """
    Conflicts(store).check_sees_all(procurement_id, caller)
    decision = Awards(store).decision_of(procurement_id, lot)
    if decision is None:
        raise Conflict("Nobody has decided yet to whom this lot goes; the schedule is written after that.")
    starts, ends = _term(store, procurement_id)
    bids = [b for b in Panels(store).bids_of(procurement_id) if b.supplier_id == decision.supplier_id]
    supplier = bids[0].name
    promises = promises_of(store, procurement_id, supplier, starts, ends, lot=lot,
                           again=stated_again(store, procurement_id))  # fmt: skip
    return AwardedLot(lot, supplier, starts, ends, tuple(promises), len(bids) > 1)


def schedule_values(
    store: Store, procurement_id: str, caller: Caller, *, lot: str = "", written: date
) -> dict[str, Any]:
    """Return what the schedule of commitments tells.

    Args:
        store: as the caller may see it.
        procurement_id: what was awarded.
        caller: who writes it.
        lot: for the contract of this lot; empty for all lots that go to somebody, or where there are none.
        written: the day on the schedule.

    Raises:
        NotFound: there is no such procurement.
        Conflict: as of `awarded_lot`.
    """
    names = {b.lot for b in Panels(store).bids_of(procurement_id)}
    decided = [name for name in sorted(names) if Awards(store).decision_of(procurement_id, name)]
    asked = [lot] if lot or not decided else decided
    lots = [awarded_lot(store, procurement_id, caller, lot=name) for name in asked]
    procurement = store.procurement(procurement_id)
    parts = list(_parts(lots))
    numbers = iter(range(1, 1 + sum(len(promises) for _, _, promises in parts)))
    numbered = [(title, about, [(next(numbers), p) for p in promises]) for title, about, promises in parts]
    return {
        "procurement": procurement.title + (f", {lot}" if lot else ""),
        "buyer": procurement.buyer,
        "supplier": "; ".join(dict.fromkeys(x.supplier for x in lots)),
        "period": f"{spelt(lots[0].starts)} to {spelt(lots[0].ends)}",
        "written": spelt(written),
        "intro": "Each commitment stands as the tender has it and as a person accepted it. It becomes a term of the "
        "contract with the contract’s signature.",
        "parts": [
            {"title": title, "about": about, "commitments": [_row(n, p, lots[0].ends) for n, p in rows]}
            for title, about, rows in numbered
        ],
        "years": [year for _, _, rows in numbered for n, p in rows for year in _years(n, p)],
        "notes": _notes(sorted(names - set(asked)) if not lot else []),
    }


def write_schedule(values: Mapping[str, Any]) -> bytes:
    """Return the schedule as a Word file."""
    title = f"Schedule of social value commitments: {values['procurement']}"
    return fill_paper(SCHEDULE, values, title=title, author=str(values["buyer"]))


def quantity_of(p: Promise) -> str:
    """Return how much is promised, in words."""
    if p.quantity_value is None:
        return NO_NUMBER
    return quantity_in_words(p.quantity_value, p.quantity_unit, per=p.quantity_per)


def _parts(lots: Sequence[AwardedLot]) -> Iterator[tuple[str, str, list[Promise]]]:
    """Yield title, what is to be known, and promises of each part: a lot's own, then those for several lots, once."""
    shared: dict[str, dict[str | None, Promise]] = {}
    for lot in lots:
        own = [p for p in lot.promises if not lot.is_for_others_too(p)]
        for p in lot.promises:
            if lot.is_for_others_too(p):
                shared.setdefault(lot.supplier, {})[p.statement_id] = p
        to = f": {lot.supplier}" if lot.name and len(lots) > 1 else ""
        if own or not lot.promises:
            about = "" if own else "No commitment of this tender was accepted, so none becomes a term of the contract."
            yield lot.name + to, about, own
    for supplier, promises in shared.items():
        to = f": {supplier}" if len(lots) > 1 else ""
        yield (
            f"For several lots{to}",
            "These stand in documents for more than one lot. Each is promised once, however many of the lots go to the "
            "supplier.",
            list(promises.values()),
        )


def _term(store: Store, procurement_id: str) -> tuple[date, date]:
    procurement, set_up = store.procurement(procurement_id), SetUps(store).current(procurement_id).set_up
    starts, ends = set_up.starts or procurement.starts, set_up.ends or procurement.ends
    if starts is None or ends is None:
        raise Conflict("Nobody has said when the contract runs; set its first and last day with the procurement.")
    return starts, ends


def _row(number: int, p: Promise, ends: date) -> dict[str, str]:
    return {
        "number": str(number),
        "text": p.text,
        "quantity": quantity_of(p),
        "due": _due(p, ends),
        "measure": _measure(p),
        "owner": p.owner or NOBODY_YET,
        "evidence": p.evidence_asked,
        "source": p.source,
    }


def _due(p: Promise, ends: date) -> str:
    if p.due_on is None:
        return p.due_text or f"Over the contract, to {spelt(ends)}"
    return spelt(p.due_on) + (f" (“{p.due_text}”)" if p.due_text else "")


def _measure(p: Promise) -> str:
    """Return a promise's measure with its words and framework; one that no publication confirms is marked so."""
    framework = load_frameworks().get(p.measure_framework or "")
    measure = framework.measure(p.measure_code or "") if framework else None
    if framework is None or measure is None:
        return f"{p.measure_code} ({p.measure_framework})" if p.measure_code else NO_MEASURE
    doubt = "" if measure.support.confirmed else "; wording unconfirmed"
    return f"{measure.code} {measure.label} ({framework.title}{doubt})"


def _years(number: int, p: Promise) -> Iterator[dict[str, str]]:
    for part in p.parts:
        yield {
            "number": str(number),
            "year": f"Year {part.year}: {spelt(part.starts)} to {spelt(part.ends)}",
            "quantity": quantity_in_words(part.quantity, p.quantity_unit)
            if part.quantity is not None
            else "As promised",
        }


def _notes(not_awarded: Sequence[str]) -> list[str]:
    notes = [
        "The supplier tells what was delivered, with the evidence named above; the contract manager checks it.",
        "A commitment is changed by agreement in writing alone; the earlier one stays on record.",
        "At least one case study is due for each contract year where the policy asks for it.",
    ]
    if not_awarded:
        notes.append(f"Not awarded yet, and not in this schedule: {', '.join(not_awarded)}.")
    return notes
