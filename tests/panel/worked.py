"""A worked procurement for tests of the panel: three bids, five evaluators, a chair and a lead, two criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from svdocs.records.access import Caller
from svdocs.records.conflicts import Conflicts
from svdocs.records.marks import Marks
from svdocs.records.moderating import Moderating
from svdocs.records.panel_tables import Criterion, PanelBid, Seat
from svdocs.records.panels import CriterionGiven, Panels
from svdocs.records.passages import PassageGiven
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Page
from svdocs.text.exchange import document_to_json
from svdocs.valuing.rubrics import shipped_rubrics
from svdocs.valuing.weightings import QuantityMethod
from tests.records.values import commitment, extraction_record

SUPPLIERS = ("Alder Ltd", "Birch & Sons", "Cedar CIC")
EVALUATORS = ("eve", "finn", "gita", "hugh", "iris")
RULE = "Kent County Council asks for 10 % at least."


def promise_of(supplier: str) -> str:
    return f"We of {supplier} will take on five apprentices from Swale by March 2028."


@dataclass
class Worked:
    """The records and who works on them."""

    store: Store
    procurement: str
    people: dict[str, str]
    documents: dict[str, str] = field(default_factory=dict)
    """By supplier."""
    suppliers: dict[str, str] = field(default_factory=dict)
    quotes: dict[str, str] = field(default_factory=dict)
    """By supplier, where the words that marks rest on are not those of `promise_of`."""

    def caller(self, who: str) -> Caller:
        account = People(self.store).person(self.people[who])
        roles = People(self.store).roles_of(account.id)
        return Caller(account.name, account.id, account.is_administrator, roles)

    def seen(self, who: str) -> Store:
        return self.store.seen_by(self.caller(who))

    def panels(self, who: str = "lead") -> Panels:
        return Panels(self.seen(who))

    def marks(self, who: str) -> Marks:
        return Marks(self.seen(who))

    def conflicts(self, who: str) -> Conflicts:
        return Conflicts(self.seen(who))

    def moderating(self, who: str = "chair") -> Moderating:
        return Moderating(self.seen(who))

    def declare_none(self, *who: str) -> None:
        for name in who:
            for due in self.conflicts(name).due(self.procurement, self.caller(name)):
                self.conflicts(name).declare(
                    self.procurement, self.caller(name), has_conflict=False, supplier_id=due.supplier_id
                )

    def seats(self, who: str) -> list[Seat]:
        return [t.seat for t in self.marks(who).tasks(self.procurement, self.caller(who))]

    def bids(self) -> dict[str, PanelBid]:
        return {b.name: b for b in self.panels().bids_of(self.procurement)}

    def criteria(self) -> dict[str, Criterion]:
        return {c.title: c for c in self.panels().criteria_of(self.procurement)}

    def passage(self, seat: Seat) -> PassageGiven:
        supplier = next(name for name, key in self.suppliers.items() if key == seat.supplier_id)
        return PassageGiven(self.documents[supplier], self.quotes.get(supplier, "five apprentices from Swale"))

    def submit(self, who: str, seat: Seat, mark: str, reason: str = "Firm and dated.", because: str = "") -> None:
        self.marks(who).submit(
            seat.id, self.caller(who), mark=mark, reason=reason, passages=[self.passage(seat)], because=because
        )

    def submit_all(self, marks: dict[tuple[str, str, str], str] | None = None) -> None:
        """Submit all marks: by evaluator, supplier and criterion, or 3 and pass."""
        bids = {b.id: name for name, b in self.bids().items()}
        titles = {c.id: t for t, c in self.criteria().items()}
        for who in EVALUATORS:
            for seat in self.seats(who):
                key = (who, bids[seat.bid_id], titles[seat.criterion_id])
                self.submit(who, seat, (marks or {}).get(key, "3"), f"Reason of {who}.")

    def agree_all(self, mark: str = "3") -> None:
        moderating, chair = self.moderating(), self.caller("chair")
        for c in moderating.compare(self.procurement, chair):
            moderating.agree(
                c.bid.id, c.criterion.id, chair, mark=mark, reason="Agreed after talking about it.",
                participants=["chair", *EVALUATORS], from_marks=[m.marks[0].mark.id for m in c.marked if m.marks],
            )  # fmt: skip


def two_page_text(supplier: str) -> Document:
    text = TextBuilder()
    text.add(BlockKind.heading, "Social value", page=1, level=1)
    text.add(BlockKind.paragraph, promise_of(supplier), page=2)
    pages = (Page(1, 595.0, 842.0), Page(2, 595.0, 842.0))
    return Document("bid.pdf", "0" * 64, "application/pdf", text.text, tuple(text.blocks), (), pages, reader="made/1")


def worked(
    store: Store,
    *,
    anonymous: bool = False,
    begun: bool = True,
    declared: bool = True,
    suppliers: int = 3,
    criteria: int = 2,
    evaluators: Sequence[str] = EVALUATORS,
) -> Worked:
    """Return a procurement with three bids, two criteria and all seats, marking begun unless it shall not be."""
    people = People(store)
    accounts = {n: people.add(f"{n}@kent.example", n, None).id for n in ("lead", "chair", "officer", *EVALUATORS)}
    procurement = store.add_procurement("Street lighting", "Kent County Council").id
    made = Worked(store, procurement, accounts)
    for name in EVALUATORS:
        people.grant(accounts[name], procurement, Role.evaluator)
    for name, role in (("lead", Role.lead), ("chair", Role.chair), ("officer", Role.records_officer)):
        people.grant(accounts[name], procurement, role)
    for i, supplier in enumerate(SUPPLIERS[:suppliers]):
        document = store.add_document(procurement, name=f"{supplier}.pdf", kind="bid", supplier=supplier,
                                      sha256=f"{i}" * 64, media_type="application/pdf", size=3)  # fmt: skip
        text = two_page_text(supplier)
        store.keep_text(document.id, text.reader, document_to_json(text))
        store.publish_run(document.id, extraction_record(commitment(promise_of(supplier)), pages=2), 1)
        made.documents[supplier], made.suppliers[supplier] = document.id, document.supplier_id or ""
    panels, lead = made.panels(), made.caller("lead")
    panels.set_up(procurement, lead, minimum_hundredths=1000, rule=RULE, anonymous=anonymous)
    rubric = shipped_rubrics()["0-5"]
    if criteria == 1:
        panels.set_criterion(procurement, CriterionGiven("All", 10000, rubric, is_social_value=True), lead)
    else:
        _add_two(panels, procurement, lead)
    panels.add_bids(procurement, lead)
    for name in evaluators:
        panels.assign(procurement, lead, person_id=accounts[name])
    if declared:
        made.declare_none("chair", *EVALUATORS)
    if begun:
        panels.begin(procurement, lead)
    return made


def _add_two(panels: Panels, procurement: str, lead: Caller) -> None:
    rubric = shipped_rubrics()["0-5"]
    panels.set_criterion(procurement, CriterionGiven("Method", 4000, rubric), lead)
    panels.set_criterion(
        procurement,
        CriterionGiven("Commitments", 6000, rubric, is_social_value=True, quantity_method=QuantityMethod.proportional,
                       quantity_hundredths=5000),
        lead,
    )  # fmt: skip
