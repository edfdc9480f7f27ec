"""Case studies, evidence, suppliers' links and badges in the records: who decides, what stays, what the trail tells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies, Delivered, StudyRead
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, BadgeState, CommitmentState, Contract, MatchState, Reading
from svdocs.records.store import Store
from svdocs.records.supplier_links import SupplierLinks
from svdocs.records.tables import Document
from svdocs.statements.statement import Unit
from tests.records.contracts import AT, accepted_statement, add_contract
from tests.records.values import Clock


@pytest.fixture
def contract(store: Store, bid: Document) -> Contract:
    accepted_statement(store, bid)
    return add_contract(store, bid)


def study_of(store: Store, contract: Contract, bid: Document, *texts: str) -> str:
    promise = Contracts(store).schedule_of(contract.id)[0].id
    read = StudyRead(contract.id, bid.id, store.runs_of(bid.id)[0].id, 1, Reading.template)
    matches = [Delivered(promise, text, score=0.9, quantity=4, unit=Unit.people) for text in texts]
    return CaseStudies(store, Clock(AT)).take(read, matches, person="Mo").id


def test_a_machine_proposes_and_a_person_decides_once(store: Store, contract: Contract, bid: Document) -> None:
    studies = CaseStudies(store, Clock(AT))
    study = study_of(store, contract, bid, "Four started.", "A second text.")
    first, second = sorted(studies.matches_of(study), key=lambda m: m.text, reverse=True)
    [promise] = Contracts(store).schedule_of(contract.id)
    assert (promise.state, promise.confirmed) == (CommitmentState.evidence_submitted, ())
    with pytest.raises(UsageError):
        studies.refuse(second.id, person="Mo", because="")
    studies.confirm(first.id, person="Mo", quantity=3)
    studies.refuse(second.id, person="Mo", because="Told twice.")
    with pytest.raises(Conflict, match="confirmed already"):
        studies.refuse(first.id, person="Ada", because="No.")
    [confirmed] = Contracts(store).schedule_of(contract.id)[0].confirmed
    assert (confirmed.quantity, confirmed.decided_by) == (3, "Mo")


def test_a_number_that_a_person_gives_counts_what_the_promise_counts(
    store: Store, contract: Contract, bid: Document
) -> None:
    studies, promise = CaseStudies(store, Clock(AT)), Contracts(store).schedule_of(contract.id)[0].id
    read = StudyRead(contract.id, bid.id, store.runs_of(bid.id)[0].id, 1, Reading.template)
    told = [Delivered(promise, text, unit=unit) for text, unit in (("A", None), ("B", Unit.hours), ("C", None))]
    study = studies.take(read, told, person="Mo")
    units = {}
    for match in studies.matches_of(study.id):
        asked = {"unit": Unit.fte} if match.text == "C" else {}
        units[match.text] = studies.confirm(match.id, person="Mo", quantity=5, **asked).unit
    assert units == {"A": Unit.people, "B": Unit.hours, "C": Unit.fte}


def test_a_study_taken_again_replaces_proposals_and_keeps_decisions(
    store: Store, contract: Contract, bid: Document
) -> None:
    studies = CaseStudies(store, Clock(AT))
    study = study_of(store, contract, bid, "Four started.", "Another.")
    studies.confirm(next(m.id for m in studies.matches_of(study) if m.text == "Four started."), person="Mo")
    assert study_of(store, contract, bid, "Four started.", "A new one.") == study
    assert {(m.text, m.state) for m in studies.matches_of(study)} == {
        ("Four started.", MatchState.confirmed), ("A new one.", MatchState.proposed),
    }  # fmt: skip


def test_a_link_opens_until_it_expires_or_is_taken_back(store: Store, contract: Contract) -> None:
    clock = Clock(AT)
    links = SupplierLinks(store, clock)
    link, other = (links.make(contract.id, name=n, days=3, person="Mo") for n in ("Pat", "Sam"))
    assert links.standing(link.id).name == "Pat"
    links.revoke(link.id, person="Mo")
    clock.now += timedelta(days=3)
    for gone in (link.id, other.id, "none"):
        with pytest.raises(NotFound, match="no longer"):
            links.standing(gone)
    with pytest.raises(UsageError, match="366"):
        links.make(contract.id, name="Pat", days=367, person="Mo")


def test_only_an_issued_badge_is_public_and_each_change_is_told(store: Store, contract: Contract) -> None:
    badges = Badges(store, Clock(AT))
    before = len(store.events())
    badge = badges.propose(contract.id, "2027-28", BadgeLevel.gold, {"due": 1})
    assert badges.public() == []
    with pytest.raises(NotFound):
        badges.public_badge(badge.id)
    badges.add_key("k", {"kty": "OKP"}, person="Mo")
    with pytest.raises(UsageError, match="named contract manager"):
        badges.issue(badge.id, person=" ", credential="a.b.c", key_id="k")
    with pytest.raises(NotFound, match="no badge with the id 'none'"):
        badges.issue("none", person="Mo", credential="a.b.c", key_id="k")
    badges.issue(badge.id, person="Mo", credential="a.b.c", key_id="k")
    assert [b.supplier for b in badges.public()] == ["Example Ltd"]
    with pytest.raises(Conflict, match="issued already"):
        badges.propose(contract.id, "2027-28", BadgeLevel.platinum, {})
    badges.revoke(badge.id, person="Mo", because="A mistake.")
    assert badges.public_badge(badge.id).badge.revoked_because == "A mistake."
    told = [e.kind.value for e in store.events()[before:]]
    assert told == ["badge_proposed", "badge_key_added", "badge_issued", "badge_revoked"]


def test_evidence_moves_its_promise_and_a_study_tells_the_trail_without_its_words(
    store: Store, contract: Contract, bid: Document
) -> None:
    before = len(store.events())
    promise = Contracts(store).schedule_of(contract.id)[0].id
    CaseStudies(store, Clock(AT)).send_evidence(contract.id, bid.id, sender="Pat", commitment_id=promise)
    study_of(store, contract, bid, "Four started.")
    SupplierLinks(store, Clock(AT)).make(contract.id, name="Pat", days=3, person="Mo")
    made = store.events()[before:]
    assert [e.kind.value for e in made] == [
        "commitment_moved", "evidence_sent", "case_study_taken", "supplier_link_made",
    ]  # fmt: skip
    assert all("started" not in str(e.details) for e in made)


def test_a_withdrawn_badge_is_not_decided_on_and_is_proposed_again_once_it_is_earned(
    store: Store, contract: Contract
) -> None:
    badges = Badges(store, Clock(AT))
    badge = badges.propose(contract.id, "2027-28", BadgeLevel.gold, {"due": 1})
    gone = badges.withdraw(badge.id, because="Promise 1 was missed.")
    assert (gone.state, gone.because, gone.decided_by) == (BadgeState.withdrawn, "Promise 1 was missed.", None)
    with pytest.raises(Conflict, match="was withdrawn"):
        badges.refuse(badge.id, person="Mo", because="No.")
    again = badges.propose(contract.id, "2027-28", BadgeLevel.gold, {"due": 1})
    assert (again.id, again.state, again.because) == (badge.id, BadgeState.proposed, "")
    told = [e.kind.value for e in store.events() if e.kind.value.startswith("badge")]
    assert told == ["badge_proposed", "badge_withdrawn", "badge_proposed"]
