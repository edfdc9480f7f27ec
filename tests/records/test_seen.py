"""What a caller sees of a store: every query is narrowed, however it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, select

from svdocs.errors import NotFound
from svdocs.records.access import AT_THIS_MACHINE, Caller
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.seen import criteria_for
from svdocs.records.store import Store
from svdocs.records.tables import (
    Coding,
    Decision,
    Document,
    KeptText,
    Procurement,
    Run,
    Statement,
    Supplier,
    Table,
    VerdictRecord,
)
from tests.records.values import commitment, extraction_record

OF_NO_PROCUREMENT = {"person", "sign_in", "access_key", "identity_request", "audit_payload", "worker", "badge_key",
                     "answered_request", "spend_file", "spend_line", "spend_supplier",
                     "share_definition"}  # fmt: skip
"""Tables that no caller's store is asked for: what stands in them is reached by `People` and `Keys` alone. Spend is the
authority's, not a procurement's: whoever has an account reads it, as the public may ask for it."""


@dataclass(frozen=True)
class Two:
    """Two procurements with one bid each, and somebody who is a member of the first."""

    whole: Store
    seen: Store
    caller: Caller
    mine: Document
    theirs: Document


@pytest.fixture
def two(store: Store) -> Two:
    documents = []
    for name in ("mine", "theirs"):
        procurement = store.add_procurement(name, "Kent")
        document = store.add_document(procurement.id, name=f"{name}.pdf", kind="bid", supplier=f"{name} Ltd",
                                      sha256=name[0] * 64, media_type="application/pdf", size=1)  # fmt: skip
        store.keep_text(document.id, "r", b"{}")
        store.publish_run(document.id, extraction_record(commitment(f"We of {name} will plant 40 trees.")), 1)
        store.decide(store.statements_of(document.id)[0].id, action="accept", person="A")
        documents.append(document)
    people = People(store)
    ada = people.add("ada@kent.example", "Ada", None)
    people.grant(ada.id, documents[0].procurement_id, Role.evaluator)
    caller = Caller("Ada", ada.id, roles=people.roles_of(ada.id))
    return Two(store, store.seen_by(caller), caller, *documents)


def test_every_table_is_narrowed_or_said_to_belong_to_no_procurement() -> None:
    narrowed = criteria_for(AT_THIS_MACHINE)
    assert {t.name for t in Table.metadata.sorted_tables if narrowed.on(t.name) is None} <= OF_NO_PROCUREMENT


def test_lists_hold_what_is_mine(two: Two) -> None:
    assert [p.title for p in two.seen.procurements()] == ["mine"]
    assert [d.document.id for d in two.seen.documents_of()] == [two.mine.id]
    assert [s.name for s in two.seen.suppliers()] == ["mine Ltd"]
    assert {e.procurement_id for e in two.seen.events()} == {two.mine.procurement_id}
    assert [line["document"]["name"] for line in two.seen.export_statements()] == ["mine.pdf"]


def test_mine_is_seen_whole(two: Two) -> None:
    [statement] = two.seen.statements_of(two.mine.id)
    assert statement.themes
    assert statement.decision
    assert statement.verdict
    assert two.seen.text_of(two.mine.id) == b"{}"
    assert len(two.seen.runs_of(two.mine.id)) == 1


def ways_to_theirs(two: Two) -> list[Any]:
    statement = two.whole.statements_of(two.theirs.id)[0].id
    run = two.whole.runs_of(two.theirs.id)[0].id
    seen = two.seen
    return [
        lambda: seen.procurement(two.theirs.procurement_id),
        lambda: seen.documents_of(two.theirs.procurement_id),
        lambda: seen.document(two.theirs.id),
        lambda: seen.text_of(two.theirs.id),
        lambda: seen.statements_of(two.theirs.id),
        lambda: seen.statement(statement),
        lambda: seen.run(run),
        lambda: seen.decisions_of(statement),
        lambda: seen.newest_of(statement),
        lambda: seen.decide(statement, action="reject", person="Ada"),
        lambda: seen.describe_document(two.theirs.id, kind="other"),
        lambda: seen.note_problem(two.theirs.id, "x", "x"),
        lambda: seen.set_consent(two.theirs.procurement_id, consents=True, person="Ada"),
        lambda: list(seen.export_statements(two.theirs.procurement_id)),
    ]


def test_theirs_is_answered_like_what_does_not_exist(two: Two) -> None:
    for way in ways_to_theirs(two):
        with pytest.raises(NotFound):
            way()
    assert two.seen.statements_of_run(two.whole.runs_of(two.theirs.id)[0].id) == []
    assert two.seen.runs_of(two.theirs.id) == []


@pytest.mark.parametrize("table", [Document, Run, Statement, Coding, VerdictRecord, Decision, Supplier, KeptText])
@pytest.mark.parametrize("what", ["rows", "a column", "an alias"])
def test_each_table_asked_for_in_any_way_gives_half(two: Two, table: type[SQLModel], what: str) -> None:
    key = table.__mapper__.primary_key[0].name  # type: ignore[attr-defined]
    query = {"rows": select(table), "a column": select(getattr(table, key)), "an alias": select(aliased(table))}[what]
    with two.whole.reading() as session:
        everything = len(session.execute(query).all())
    with two.seen.reading() as session:
        mine = len(session.execute(query).all())
    assert 0 < mine == everything / 2


def test_a_count_and_a_join_and_a_question_within_a_question_are_narrowed(two: Two) -> None:
    with two.seen.reading() as session:
        assert session.exec(select(func.count(col(Document.id)))).one() == 1
        assert len(session.exec(select(Procurement.title).join(Document)).all()) == 1
        inner = select(Statement.id).where(col(Statement.document_id) == two.theirs.id)
        assert session.exec(select(Coding).where(col(Coding.statement_id).in_(inner))).all() == []
        joined = select(Coding.code).join(Statement, col(Statement.id) == col(Coding.statement_id))
        assert session.exec(joined.where(col(Statement.document_id) == two.theirs.id)).all() == []


def test_a_query_that_would_not_be_narrowed_is_refused(two: Two) -> None:
    bare = Document.__table__  # type: ignore[attr-defined]
    with two.seen.reading() as session, pytest.raises(RuntimeError, match="document"):
        session.execute(select(bare.c.name))


def seal(store: Store, procurement: str, opened: bool = False) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    with store.writing() as session:
        session.connection().execute(
            text("UPDATE procurement SET opens_at = :at, opened_at = :opened WHERE id = :id"),
            {"at": later, "opened": later if opened else None, "id": procurement},
        )


@pytest.mark.parametrize("who", ["member", "at this machine"])
def test_of_a_sealed_procurement_nobody_sees_a_bid_a_supplier_or_a_statement(two: Two, who: str) -> None:
    caller = two.caller if who == "member" else AT_THIS_MACHINE
    seal(two.whole, two.mine.procurement_id)
    seen = two.whole.seen_by(caller)
    assert two.mine.procurement_id in {p.id for p in seen.procurements()}
    assert seen.documents_of(two.mine.procurement_id) == []
    assert "mine Ltd" not in [s.name for s in seen.suppliers()]
    with pytest.raises(NotFound):
        seen.statements_of(two.mine.id)
    assert "mine.pdf" not in str([e.details for e in seen.events()])
    seal(two.whole, two.mine.procurement_id, opened=True)
    assert len(seen.documents_of(two.mine.procurement_id)) == 1


def test_what_the_buyer_asks_for_is_seen_before_the_opening(two: Two) -> None:
    seal(two.whole, two.mine.procurement_id)
    specification = two.whole.add_document(two.mine.procurement_id, name="s.pdf", kind="specification", supplier=None,
                                           sha256="5" * 64, media_type="application/pdf", size=1)  # fmt: skip
    assert [d.id for d in two.seen.documents_of(two.mine.procurement_id)] == [specification.id]


def test_an_administrator_sees_that_procurements_exist_and_nothing_in_them(two: Two) -> None:
    root = two.whole.seen_by(Caller("Root", "r", is_administrator=True))
    assert [p.title for p in root.procurements()] == ["mine", "theirs"]
    assert root.documents_of() == []
    assert root.suppliers() == []


def test_a_key_bound_to_a_procurement_sees_no_other_of_its_person(two: Two) -> None:
    assert two.caller.person_id
    People(two.whole).grant(two.caller.person_id, two.theirs.procurement_id, Role.lead)
    assert len(two.whole.seen_by(two.caller).procurements()) == 2
    bound = Caller("Ada", two.caller.person_id, procurements=frozenset({two.theirs.procurement_id}))
    assert [p.title for p in two.whole.seen_by(bound).procurements()] == ["theirs"]
    assert [d.document.name for d in two.whole.seen_by(bound).documents_of()] == ["theirs.pdf"]


def test_a_role_that_is_taken_away_is_gone_at_the_next_query(two: Two) -> None:
    assert two.caller.person_id
    People(two.whole).revoke(two.caller.person_id, two.mine.procurement_id, Role.evaluator)
    assert two.seen.procurements() == []
