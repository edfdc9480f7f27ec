"""Each writing method of the rooms beside the store, a call that changes something, and the entries that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from svdocs.frameworks.shares import offered_shares
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies, Delivered, StudyRead
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, CommitmentState, Reading
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.records.schedules import NewContract
from svdocs.records.spend import Spend
from svdocs.records.store import Store
from svdocs.records.supplier_links import SupplierLinks
from svdocs.statements.statement import Unit
from tests.records.conftest import add_bid
from tests.records.contracts import accepted_statement, add_contract, promise
from tests.records.test_spend import GIVEN

STARTS, ENDS = date(2027, 4, 1), date(2028, 3, 31)


@dataclass(frozen=True)
class World:
    """The ids of what stands in the records before a change."""

    procurement: str
    contract: str
    promise: str
    """Nobody has moved it."""
    told: str
    """A promise for which deliveries were proposed."""
    document: str
    run: str
    study: str
    match: str
    proposed: str
    """A badge on which nobody has decided."""
    issued: str
    link: str
    file: str
    figure: str


class Again(StrEnum):
    """What the same call does a second time."""

    refused = "refused"
    nothing = "nothing"
    """It changes nothing and makes no entry."""
    more = "more"
    """It changes something again."""


@dataclass(frozen=True)
class Change:
    """A call that changes something, the kinds of the entries that it makes, and what it does a second time."""

    change: Callable[[Store, World], object]
    kinds: tuple[str, ...]
    again: Again


def fill_world(store: Store) -> World:
    """Put something of every room into empty records."""
    bid = add_bid(store)
    accepted_statement(store, bid)
    contract = add_contract(store, bid, promise(), promise("We will plant 40 trees.", quantity_unit=Unit.trees))
    first, second = Contracts(store).schedule_of(contract.id)
    run = store.runs_of(bid.id)[0].id
    study = CaseStudies(store).take(
        StudyRead(contract.id, bid.id, run, 1, Reading.template), [Delivered(second.id, "40 trees.", score=0.9)],
        person="Mo",
    )  # fmt: skip
    badges = Badges(store)
    badges.add_key("k", {"kty": "OKP"}, person="Mo")
    issued = badges.propose(contract.id, "2027-28", BadgeLevel.gold, {"due": 1})
    badges.issue(issued.id, person="Mo", credential="a.b.c", key_id="k")
    return World(
        bid.procurement_id, contract.id, first.id, second.id, bid.id, run, study.id,
        CaseStudies(store).matches_of(study.id)[0].id,
        badges.propose(contract.id, "2028-29", BadgeLevel.gold, {"due": 1}).id, issued.id,
        SupplierLinks(store).make(contract.id, name="Pat", days=3, person="Mo").id,
        Spend(store).import_file(GIVEN, person="Fin").id,
        Ratios(store).enter(NewRatio(contract.id, "apprentice_share", STARTS, ENDS, 3, 80), person="Mo").id,
    )  # fmt: skip


def _take(store: Store, world: World) -> object:
    read = StudyRead(world.contract, world.document, world.run, 1, Reading.template)
    return CaseStudies(store).take(read, [Delivered(world.promise, "Five started.", score=0.9)], person="Mo")


CHANGES_OF: Mapping[type, Mapping[str, Change]] = {
    Contracts: {
        "add": Change(
            lambda s, w: Contracts(s).add(
                NewContract(w.procurement, "Example Ltd", "KCC-2", "Lamps", STARTS, ENDS), [promise()], person="Lea"
            ),
            ("contract_added",), Again.more,
        ),
        "move": Change(
            lambda s, w: Contracts(s).move(w.promise, CommitmentState.in_progress, person="Mo"),
            ("commitment_moved",), Again.refused,
        ),
        "vary": Change(
            lambda s, w: Contracts(s).vary(w.promise, promise("Four."), person="Mo", because="Agreed."),
            ("commitment_moved", "commitment_varied"), Again.refused,
        ),
        "describe": Change(
            lambda s, w: Contracts(s).describe(w.promise, person="Mo", owner="Sam"), ("contract_changed",),
            Again.nothing,
        ),
        "change": Change(
            lambda s, w: Contracts(s).change(w.contract, {"department": "Parks"}, person="Mo"),
            ("contract_changed",), Again.nothing,
        ),
        "close": Change(lambda s, w: Contracts(s).close(w.contract, {}, person="Mo"), ("contract_closed",),
                        Again.refused),
    },
    CaseStudies: {
        "take": Change(_take, ("commitment_moved", "case_study_taken"), Again.more),
        "say_publishing": Change(
            lambda s, w: CaseStudies(s).say_publishing(w.study, may_publish=True, person="Mo", because="A letter."),
            ("contract_changed",), Again.nothing,
        ),
        "confirm": Change(lambda s, w: CaseStudies(s).confirm(w.match, person="Mo"), ("match_decided",),
                          Again.refused),
        "refuse": Change(lambda s, w: CaseStudies(s).refuse(w.match, person="Mo", because="Twice."),
                         ("match_decided",), Again.refused),
        "enter": Change(lambda s, w: CaseStudies(s).enter(Delivered(w.told, "Planted."), person="Mo"),
                        ("match_decided",), Again.more),
        "send_evidence": Change(lambda s, w: CaseStudies(s).send_evidence(w.contract, w.document, sender="Pat"),
                                ("evidence_sent",), Again.more),
    },
    Badges: {
        "propose": Change(lambda s, w: Badges(s).propose(w.contract, "2029-30", BadgeLevel.platinum, {"due": 2}),
                          ("badge_proposed",), Again.nothing),
        "issue": Change(lambda s, w: Badges(s).issue(w.proposed, person="Mo", credential="a.b.c", key_id="k"),
                        ("badge_issued",), Again.refused),
        "refuse": Change(lambda s, w: Badges(s).refuse(w.proposed, person="Mo", because="No."), ("badge_refused",),
                         Again.refused),
        "withdraw": Change(lambda s, w: Badges(s).withdraw(w.proposed, because="Promise 1 was missed."),
                           ("badge_withdrawn",), Again.refused),
        "revoke": Change(lambda s, w: Badges(s).revoke(w.issued, person="Mo", because="A mistake."),
                         ("badge_revoked",), Again.refused),
        "add_key": Change(
            lambda s, w: Badges(s).add_key(f"k{len(Badges(s).all_keys())}", {"kty": "OKP"}, person="Mo"),
            ("badge_key_added",), Again.more,
        ),
    },
    SupplierLinks: {
        "make": Change(lambda s, w: SupplierLinks(s).make(w.contract, name="Sam", days=3, person="Mo"),
                       ("supplier_link_made",), Again.more),
        "revoke": Change(lambda s, w: SupplierLinks(s).revoke(w.link, person="Mo"), ("supplier_link_revoked",),
                         Again.refused),
    },
    Spend: {
        "import_file": Change(lambda s, w: Spend(s).import_file(replace(GIVEN, sha256="b" * 64), person="Fin"),
                              ("spend_imported",), Again.refused),
        "withdraw": Change(lambda s, w: Spend(s).withdraw(w.file, person="Fin", because="The wrong year."),
                           ("spend_withdrawn",), Again.refused),
        "describe": Change(
            lambda s, w: Spend(s).describe({"Other plc": {"head_office": "CT9 1RT"}}, source="Register", person="Fin"),
            ("spend_supplier_described",), Again.nothing,
        ),
        "choose": Change(lambda s, w: Spend(s).choose(offered_shares().as_json(), person="Fin"),
                         ("share_definition_chosen",), Again.more),
    },
    Ratios: {
        "enter": Change(
            lambda s, w: Ratios(s).enter(NewRatio(w.contract, "local_workforce", STARTS, ENDS, 3, 80), person="Mo"),
            ("ratio_entered",), Again.refused,
        ),
        "set_target": Change(lambda s, w: Ratios(s).set_target(w.contract, "apprentice_share", 4.5, person="Mo"),
                             ("ratio_target_set",), Again.more),
        "withdraw": Change(lambda s, w: Ratios(s).withdraw(w.figure, person="Mo", because="Counted twice."),
                           ("ratio_withdrawn",), Again.refused),
    },
}  # fmt: skip
"""By room and method; a test holds that no writing method is missing."""
