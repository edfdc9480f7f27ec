"""Second readings: drawn by a seed, blind in the query, and done once both are."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlmodel import select

from svdocs.errors import Conflict, NotAllowed, UsageError
from svdocs.records.access import Caller
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.review_tables import ReadingAnswer, SecondReading
from svdocs.records.second_readings import Reader, SecondReadings, draw_documents, is_done
from svdocs.records.store import Store
from svdocs.records.tables import EventKind
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record


@dataclass(frozen=True)
class Desk:
    """A procurement of four bids, three people who may decide, and what each of them sees."""

    store: Store
    procurement: str
    callers: dict[str, Caller]

    def seen_by(self, name: str) -> Store:
        return self.store.seen_by(self.callers[name])

    def readings(self, name: str) -> SecondReadings:
        return SecondReadings(self.seen_by(name), self.callers[name])

    def readers(self, *names: str) -> list[Reader]:
        return [Reader(str(self.callers[n].person_id), n) for n in names]


@pytest.fixture
def desk(store: Store) -> Desk:
    documents = [add_bid(store, sha256=f"{i:064d}") for i in range(4)]
    for document in documents:
        store.publish_run(document.id, extraction_record(commitment("We will plant."), commitment("We will pay.")), 1)
    people, callers, procurement = People(store), {}, documents[0].procurement_id
    for name in ("Ada", "Ben", "Cem"):
        person = people.add(f"{name}@kent.example", name, None)
        people.grant(person.id, procurement, Role.evaluator)
        callers[name] = Caller(name, person.id, roles=people.roles_of(person.id))
    return Desk(store, procurement, callers)


def drawn(desk: Desk, share: int = 25) -> SecondReading:
    return desk.readings("Cem").draw(desk.procurement, desk.readers("Ada", "Ben"), share=share, seed="autumn")[0]


def answer_all(desk: Desk, who: str, reading: SecondReading, *, done: bool = True, firmness: str = "firm") -> None:
    statements = desk.store.statements_of(reading.document_id)
    given = {s.id: {"type": "commitment", "firmness": firmness} for s in statements}
    desk.readings(who).answer(reading.id, given, done=done)


def test_the_seed_is_kept_and_draws_the_same_again(desk: Desk) -> None:
    first = desk.readings("Cem").draw(desk.procurement, desk.readers("Ada", "Ben", "Cem"), share=50, seed="autumn")
    hashes = {d.id: d.document.sha256 for d in desk.store.documents_of(desk.procurement)}
    assert [r.document_id for r in first] == draw_documents(hashes, "autumn", 50)
    [told] = desk.store.events(kind=EventKind.second_reading_drawn)
    assert (told.details["seed"], told.person) == ("autumn", "Cem")
    assert all(r.first_id != r.second_id for r in first)
    more = desk.readings("Cem").draw(desk.procurement, desk.readers("Ada", "Ben"), share=100)
    assert len({r.document_id for r in (*first, *more)}) == 4
    with pytest.raises(Conflict, match="No bid can be drawn"):
        drawn(desk)


def test_what_one_reader_says_is_in_no_query_of_anybody_else_until_both_are_done(desk: Desk) -> None:
    reading = drawn(desk)
    answer_all(desk, "Ada", reading)
    for who in ("Ben", "Cem"):
        with desk.seen_by(who).reading() as session:
            assert list(session.exec(select(ReadingAnswer))) == []
        assert desk.readings(who).answered(reading.id) == []
    assert all(own is None for _, own in desk.readings("Ben").to_read(reading.id))
    answer_all(desk, "Ben", reading, firmness="conditional")
    with desk.seen_by("Cem").reading() as session:
        assert len(list(session.exec(select(ReadingAnswer)))) == 4
    both = desk.readings("Ben").answered(reading.id)
    assert {(a.first["firmness"], a.second["firmness"]) for a in both} == {("firm", "conditional")}


def test_nobody_decides_in_another_way_while_a_document_is_read(desk: Desk) -> None:
    reading = drawn(desk)
    statement = desk.store.statements_of(reading.document_id)[0].id
    with pytest.raises(Conflict, match="by themselves"):
        desk.store.decide(statement, action="accept", person="Cem")
    answer_all(desk, "Ada", reading)
    answer_all(desk, "Ben", reading)
    assert is_done(desk.readings("Cem").reading(reading.id))
    assert desk.store.decide(statement, action="accept", person="Cem").id


def test_answers_can_be_changed_until_the_reading_is_finished_and_all_are_needed(desk: Desk) -> None:
    reading, ada = drawn(desk), desk.readings("Ada")
    one, other = (s.id for s in desk.store.statements_of(reading.document_id))
    ada.answer(reading.id, {one: {"type": "practice"}}, done=False)
    with pytest.raises(UsageError, match="1 statements have no answer"):
        ada.answer(reading.id, {}, done=True)
    ada.answer(reading.id, {one: {"type": "commitment"}, other: {"type": "none"}}, done=True)
    assert [own for _, own in ada.to_read(reading.id)] == [{"type": "commitment"}, {"type": "none"}]
    with pytest.raises(Conflict, match="finished"):
        ada.answer(reading.id, {one: {"type": "practice"}}, done=False)


def test_only_its_two_readers_answer_and_a_third_settles(desk: Desk) -> None:
    reading = drawn(desk)
    with pytest.raises(NotAllowed):
        answer_all(desk, "Cem", reading)
    with pytest.raises(NotAllowed):
        desk.readings("Cem").to_read(reading.id)
    with pytest.raises(UsageError, match="does not have any more"):
        desk.readings("Ada").answer(reading.id, {"x": {}}, done=False)
    assert not desk.readings("Cem").may_settle(reading)
    answer_all(desk, "Ada", reading)
    answer_all(desk, "Ben", reading)
    now = desk.readings("Cem").reading(reading.id)
    assert [desk.readings(who).may_settle(now) for who in ("Ada", "Ben", "Cem")] == [False, False, True]


@pytest.mark.parametrize(("share", "names"), [(0, ("Ada", "Ben")), (101, ("Ada", "Ben")), (10, ("Ada",))])
def test_a_draw_needs_a_share_and_two_people(desk: Desk, share: int, names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        desk.readings("Cem").draw(desk.procurement, desk.readers(*names), share=share)
