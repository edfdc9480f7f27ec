"""A worked award: three bids, five evaluators, two criteria, values that are invented, and figures worked by hand.

docs/award.md holds the table; tests hold what svdocs makes of the case against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from svdocs.records.access import Caller
from svdocs.records.lots import Lots
from svdocs.records.store import Store
from svdocs.records.values import FactsGiven, MethodGiven, Values
from svdocs.reports.award_standing import decide_award
from svdocs.reports.bid_values import fix_values, reckon_lot
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Page
from svdocs.text.exchange import document_to_json
from svdocs.valuing.deliverable import Limits
from svdocs.valuing.proxies import ProxySet, ProxyValue
from tests.panel.worked import EVALUATORS, SUPPLIERS, Worked, worked
from tests.records.values import commitment, extraction_record

ALDER, BIRCH, CEDAR = SUPPLIERS


@dataclass(frozen=True)
class Offer:
    """One promise of a bid: its words, page, quantity and measure."""

    text: str
    page: int
    value: int
    unit: str
    code: str

    def as_commitment(self) -> dict[str, Any]:
        quantity = {"value": self.value, "max": None, "unit": self.unit, "per": None, "text": str(self.value)}
        place = {"page": self.page, "boxes": [], "section": ["Social value"], "block": self.page}
        return commitment(self.text, quantity=quantity, location=place,
                          measures=[{"framework": "national-toms", "code": self.code, "score": 0.9}])  # fmt: skip


OFFERS: dict[str, tuple[Offer, ...]] = {
    ALDER: (
        Offer("We will take on five apprentices from Swale by March 2028.", 2, 5, "people", "NT10"),
        Offer("Our staff will give 200 hours to Sheppey Food Bank.", 3, 200, "hours", "NT29"),
        Offer("We will give £5,000 to Minster Community Hall.", 3, 5000, "gbp", "NT28"),
    ),
    BIRCH: (
        Offer("We will take on eight apprentices from Thanet by March 2028.", 2, 8, "people", "NT10"),
        Offer("Our staff will give 100 hours to Ramsgate Youth Club.", 3, 100, "hours", "NT29"),
    ),
    CEDAR: (
        Offer("We will take on four apprentices from Dover by March 2028.", 2, 4, "people", "NT10"),
        Offer("We will cut 10 tonnes of carbon dioxide by changing our vans in Deal.", 3, 10, "tco2e", "NT31"),
    ),
}
TOMS = "national-toms"
INVENTED = ProxySet("", "Values invented for tests", "1", "Anytown Council", "For tests alone", (
    ProxyValue(TOMS, "NT10", "Apprentices", "people", Decimal(2000), "values.xlsx"),
    ProxyValue(TOMS, "NT29", "Hours given", "hours", Decimal(20), "values.xlsx"),
    ProxyValue(TOMS, "NT28", "Donations", "gbp", Decimal(1), "values.xlsx"),
    ProxyValue(TOMS, "NT31", "Carbon cut", "tco2e", Decimal(250), "values.xlsx"),
))  # fmt: skip
AGREED = {
    (ALDER, "Method"): "4", (BIRCH, "Method"): "5", (CEDAR, "Method"): "3",
    (ALDER, "Commitments"): "3", (BIRCH, "Commitments"): "4", (CEDAR, "Commitments"): "5",
}  # fmt: skip
REASONS = {
    ALDER: "The promise is dated and local; who answers for it is not said.",
    BIRCH: "The promise is dated, and the partner is named with a plan for each month.",
    CEDAR: "The promise is dated; how apprentices are found is not said.",
}
TERM = (date(2027, 4, 1), date(2030, 3, 31))
"""First and last day of the contract."""
EMPLOYEES = {ALDER: 60, BIRCH: 24, CEDAR: 40}


def bid_of(supplier: str) -> Document:
    text = TextBuilder()
    text.add(BlockKind.heading, f"{supplier}: social value", page=1, level=1)
    for offer in OFFERS[supplier]:
        text.add(BlockKind.paragraph, offer.text, page=offer.page)
    pages = tuple(Page(n, 595.0, 842.0) for n in (1, 2, 3))
    return Document("bid.pdf", "0" * 64, "application/pdf", text.text, tuple(text.blocks), (), pages, reader="made/2")


def award_case(store: Store) -> Worked:
    """A procurement with the three bids read, all promises accepted, and marking begun."""
    made = worked(store, begun=False)
    made.quotes.update({s: offers[0].text for s, offers in OFFERS.items()})
    for supplier, document_id in made.documents.items():
        text = bid_of(supplier)
        store.keep_text(document_id, text.reader, document_to_json(text))
        found = extraction_record(*(o.as_commitment() for o in OFFERS[supplier]), version="0.2.0", pages=3)
        store.publish_run(document_id, found, 1)
        for statement in store.statements_of(document_id):
            store.decide(statement.id, action="accept", person="lead")
    made.panels().begin(made.procurement, made.caller("lead"))
    return made


def value_all(made: Worked, *, rule: bool = True) -> None:
    """Import the values, say how bids are valued, describe the bidders, look at the offer above the limit, and fix."""
    lead, values = made.caller("lead"), Values(made.seen("lead"))
    kept = values.import_set(made.procurement, INVENTED, lead, file="values.xlsx", sha256="9" * 64)
    limits = Limits(per_employee=Decimal(500))
    given = MethodGiven(kept.id, Decimal(400_000), Decimal(3), deadweight_hundredths=1000, limits=limits)
    values.set_method(made.procurement, given, lead)
    for supplier, employees in EMPLOYEES.items():
        facts = FactsGiven(employees, "Companies House", f"1 High Street, {supplier}", "bids@example.org", "GB-COH-1")
        values.describe_bidder(made.procurement, made.suppliers[supplier], facts, lead)
    if rule:
        rule_on_birch(made, lead)
    fix_values(made.seen("lead"), made.procurement, lead)


def rule_on_birch(made: Worked, lead: Caller) -> None:
    reckoned = reckon_lot(made.seen("lead"), made.procurement, lead)
    birch = next(b for b in reckoned.bids if b.bid.name == BIRCH)
    Values(made.seen("lead")).rule(made.procurement, birch.bid.supplier_id, lead, lot="", total=birch.value.total,
                                   earns=Decimal(12_000), because="24 people can train six apprentices.")  # fmt: skip


def mark_and_close(made: Worked) -> None:
    """Have all evaluators mark, release, agree on what the table says, and close."""
    bids, titles = {b.id: n for n, b in made.bids().items()}, {c.id: t for t, c in made.criteria().items()}
    for who in EVALUATORS:
        for seat in made.seats(who):
            supplier = bids[seat.bid_id]
            made.submit(who, seat, AGREED[supplier, titles[seat.criterion_id]], f"{REASONS[supplier]} ({who})")
    moderating, chair = made.moderating(), made.caller("chair")
    moderating.release(made.procurement, chair)
    for c in moderating.compare(made.procurement, chair):
        moderating.agree(
            c.bid.id, c.criterion.id, chair, mark=AGREED[c.bid.name, c.criterion.title], reason=REASONS[c.bid.name],
            participants=["chair", *EVALUATORS], from_marks=[m.marks[0].mark.id for m in c.marked if m.marks],
        )  # fmt: skip
    moderating.close(made.procurement, chair)


def decided(made: Worked) -> None:
    """Award to the bid of most points, and say when the contract runs."""
    term = dict(zip(("starts", "ends"), TERM, strict=True))
    Lots(made.store).change_procurement(made.procurement, term, person="lead")
    decide_award(made.seen("lead"), made.procurement, made.suppliers[BIRCH], made.caller("lead"))
