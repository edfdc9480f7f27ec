from __future__ import annotations

import threading
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from svdocs.errors import ConfigurationError, Conflict, NotFound, UsageError
from svdocs.records import database
from svdocs.records.set_up_tables import MenuPublication, MenuVersion, SetUpVersion
from svdocs.records.store import Store, open_store
from svdocs.records.tables import APPEND_ONLY, Coding, Document, DocumentState, EventKind, Run, Statement
from tests.records.conftest import add_bid
from tests.records.values import commitment, extraction_record, practice

NOWHERE = "00000000-0000-0000-0000-000000000000"


def test_a_procurement_comes_back_with_its_money_exact_and_its_times_in_utc(store: Store) -> None:
    added = store.add_procurement(
        "  Street \n lighting", "Kent", Decimal("8400000.10"), date(2027, 4, 1), date(2031, 3, 31)
    )
    kept = store.procurement(added.id)
    assert kept.title == "Street lighting"
    assert kept.value_gbp == Decimal("8400000.10")
    assert kept.starts == date(2027, 4, 1)
    assert kept.added_at.tzinfo is UTC
    assert [p.id for p in store.procurements()] == [added.id]


@given(pence=st.integers(min_value=0, max_value=10**13))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_in_whole_pence_is_kept_exactly(store: Store, pence: int) -> None:
    value = Decimal(pence) / 100
    assert store.procurement(store.add_procurement("A", "B", value).id).value_gbp == value


@pytest.mark.parametrize(
    ("title", "value", "starts", "ends"),
    [
        (" ", None, None, None),
        ("Lighting", Decimal(-1), None, None),
        ("Lighting", None, date(2031, 1, 1), date(2030, 1, 1)),
    ],
)
def test_a_procurement_that_makes_no_sense_is_refused(
    store: Store, title: str, value: Decimal | None, starts: date | None, ends: date | None
) -> None:
    with pytest.raises(UsageError):
        store.add_procurement(title, "Kent", value, starts, ends)
    assert store.procurements() == []


def test_a_supplier_is_known_by_its_name_whatever_the_case(store: Store) -> None:
    assert store.add_supplier("Example  Ltd").id == store.add_supplier("EXAMPLE LTD ").id
    assert [s.name for s in store.suppliers()] == ["Example Ltd"]
    with pytest.raises(UsageError):
        store.add_supplier("  ")


def test_the_same_bytes_in_the_same_procurement_are_one_document(store: Store, bid: Document) -> None:
    assert add_bid(store).id == bid.id
    assert add_bid(store, sha256="b" * 64).id != bid.id
    assert add_bid(store, title="Gritting").id != bid.id


def test_the_same_bytes_handed_in_many_times_at_once_are_one_document(store: Store) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    found: list[str] = []

    def hand_in() -> None:
        found.append(
            store.add_document(
                procurement.id, name="a", kind="bid", supplier="X", sha256="c" * 64, media_type="", size=1
            ).id
        )

    threads = [threading.Thread(target=hand_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("kind", ["tender", "", "Bid"])
def test_an_unknown_kind_of_document_is_refused(store: Store, bid: Document, kind: str) -> None:
    with pytest.raises(UsageError, match="case_study"):
        store.add_document(
            bid.procurement_id, name="x", kind=kind, supplier=None, sha256="d" * 64, media_type="", size=0
        )


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [("specification", "specification", True), ("other", "other", True), (None, "other", False)],
)
def test_the_records_know_whether_somebody_said_the_kind(
    store: Store, bid: Document, given: str | None, kind: str, said: bool
) -> None:
    document = store.add_document(
        bid.procurement_id, name="x", kind=given, supplier=None, sha256="d" * 64, media_type="", size=0
    )
    assert (document.kind, document.kind_is_said) == (kind, said)


def test_a_document_can_be_described_after_it_has_been_read(store: Store, bid: Document) -> None:
    store.describe_document(bid.id, kind="baseline", supplier="Another Ltd", media_type="text/plain")
    record = store.document(bid.id)
    assert (record.document.kind, record.supplier, record.document.media_type) == (
        "baseline",
        "Another Ltd",
        "text/plain",
    )
    store.describe_document(bid.id)
    assert store.document(bid.id) == record


def test_a_new_document_waits_and_has_nothing_to_show(store: Store, bid: Document) -> None:
    record = store.document(bid.id)
    assert record.document.state is DocumentState.waiting
    assert (record.commitments, record.flags, record.problems, record.pages, record.seconds) == (0, [], [], None, None)
    assert store.statements_of(bid.id) == []
    assert list(store.export_statements()) == []


def test_a_text_is_kept_by_its_bytes_and_reader(store: Store, bid: Document) -> None:
    store.keep_text(bid.id, "pdf/1", b'{"text": "old"}')
    store.keep_text(bid.id, "pdf/1", b'{"text": "not this"}')
    store.keep_text(bid.id, "pdf/2", b'{"text": "new"}')
    elsewhere = add_bid(store, title="Gritting")
    assert store.text_of(elsewhere.id, "pdf/1") == b'{"text": "old"}'
    assert store.text_of(bid.id) == b'{"text": "new"}'
    assert store.text_of(bid.id, "pdf/3") is None


def test_a_kept_text_that_is_damaged_counts_as_not_kept(store: Store, bid: Document) -> None:
    store.keep_text(bid.id, "pdf/1", b"{}")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE kept_text SET content = :content"), {"content": b"damaged"})
    assert store.text_of(bid.id, "pdf/1") is None


def test_a_published_run_shows_every_field_of_its_record(store: Store, bid: Document) -> None:
    record = extraction_record(commitment(), practices=[practice()])
    store.publish_run(bid.id, record, 1.5)
    first, second = store.statements_of(bid.id)
    assert (first.statement.type, first.statement.quantity_value, first.statement.place_text) == (
        "commitment",
        5,
        "Thanet",
    )
    assert first.statement.boxes == [[72.0, 210.4, 523.1, 236.0]]
    assert first.statement.section == ["Social value"]
    assert [c.code for c in first.themes["nhs"]] == ["tackling_economic_inequality", "wellbeing"]
    assert first.themes["kcc"] == []
    assert [(m.framework, m.code) for m in first.measures] == [("national-toms", "NT10")]
    assert first.verdict is not None
    assert first.verdict.verdict == "additional"
    assert [(r.code, r.evidence_page) for r in first.reasons] == [("exceeds_baseline", 7)]
    assert (second.verdict, second.reasons, second.measures) == (None, (), [])
    assert first.as_decided() == record["commitments"][0] | {"type": "commitment"}
    assert store.statement(first.id) == first
    assert store.statements_of(bid.id, "practice") == [second]


def test_statements_stand_in_the_documents_order_whatever_list_they_come_from(store: Store, bid: Document) -> None:
    def at(page: int, top: float) -> dict[str, object]:
        return {"page": page, "boxes": [[70.0, top, 500.0, top + 12]]}

    record = extraction_record(
        commitment("third", location=at(2, 50)), commitment("second", location=at(1, 300)),
        practices=[practice("first", location=at(1, 100))], deliveries=[practice("fourth", location=at(2, 90))],
    )  # fmt: skip
    store.publish_run(bid.id, record, 1)
    assert [s.statement.text for s in store.statements_of(bid.id)] == ["first", "second", "third", "fourth"]


def test_a_list_of_documents_counts_what_was_found(store: Store, bid: Document) -> None:
    flag = {"code": "hidden_text", "message": "White text.", "page": 4, "text": "…"}
    store.publish_run(
        bid.id, extraction_record(commitment("a"), commitment("b"), practices=[practice()], flags=[flag]), 2.5
    )
    add_bid(store, sha256="b" * 64)
    read, waiting = store.documents_of(bid.procurement_id)
    assert (read.commitments, read.deliveries, read.practices, read.seconds, read.pages) == (2, 0, 1, 2.5, 12)
    assert read.flags == [flag]
    assert read.supplier == "Example Ltd"
    assert (waiting.commitments, waiting.document.state) == (0, DocumentState.waiting)
    assert store.documents_of() == [read, waiting]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, DocumentState.done),
        ({"flags": [{"code": "f", "message": "m", "page": 1, "text": ""}]}, DocumentState.done_with_flags),
        ({"problems": [{"code": "p", "message": "m", "page": None}]}, DocumentState.needs_person),
        ({"problems": [{"code": "p", "message": "m"}], "flags": [{"code": "f"}]}, DocumentState.needs_person),
    ],
)  # fmt: skip
def test_a_document_is_never_done_while_it_has_problems(
    store: Store, bid: Document, fields: dict[str, object], state: DocumentState
) -> None:
    store.publish_run(bid.id, extraction_record(**fields), 1)
    assert store.document(bid.id).document.state is state
    assert len(store.events(document_id=bid.id, kind=EventKind.problem)) == len(store.document(bid.id).problems)


def test_a_new_run_takes_the_old_ones_place_and_the_old_one_stays(store: Store, bid: Document) -> None:
    old = store.publish_run(bid.id, extraction_record(commitment("a"), commitment("b")), 1)
    new = store.publish_run(bid.id, extraction_record(commitment("b"), version="0.2.0"), 1)
    assert [s.statement.text for s in store.statements_of(bid.id)] == ["b"]
    assert [s.statement.text for s in store.statements_of_run(old.id)] == ["a", "b"]
    assert [r.id for r in store.runs_of(bid.id)] == [new.id, old.id]
    assert store.document(bid.id).document.current_run == new.id


def test_the_same_result_is_not_stored_twice(store: Store, bid: Document) -> None:
    record = extraction_record(commitment())
    first = store.publish_run(bid.id, record, 1)
    assert store.publish_run(bid.id, dict(record), 7).id == first.id
    assert store.publish_run(bid.id, record, 1, context="other documents").id != first.id


def test_a_run_that_was_interrupted_is_seen_by_nobody_and_cleared_away(store: Store, bid: Document) -> None:
    staged, _ = store.stage_run(bid.id, extraction_record(commitment("lost")), 1, "")
    assert store.statements_of(bid.id) == []
    assert store.runs_of(bid.id) == []
    assert store.document(bid.id).document.state is DocumentState.waiting
    run = store.publish_run(bid.id, extraction_record(commitment("kept")), 1)
    assert [s.statement.text for s in store.statements_of(bid.id)] == ["kept"]
    with Session(store._engine) as session:
        assert [r.id for r in session.exec(select(Run))] == [run.id]
        assert len(session.exec(select(Statement)).all()) == 1
        assert len(session.exec(select(Coding)).all()) == 3
    with pytest.raises(Conflict):
        store.publish_staged(staged.id)


def test_a_run_that_fails_in_the_middle_leaves_the_document_as_it_was(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment("a")), 1)
    twice = commitment("b", id="same")
    with pytest.raises(Conflict):
        store.publish_run(bid.id, extraction_record(twice, twice), 1)
    assert [s.statement.text for s in store.statements_of(bid.id)] == ["a"]


def test_decisions_are_added_and_the_newest_stands(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    assert store.statement(statement).status == "proposed"
    store.decide(statement, action="accept", person="A. Officer")
    store.decide(statement, action="reject", person=" B.  Officer ", reason="A method, not a promise.")
    record = store.statement(statement)
    assert record.status == "rejected"
    assert [(d.action, d.person) for d in store.decisions_of(statement)] == [
        ("accept", "A. Officer"),
        ("reject", "B. Officer"),
    ]
    assert record.decision is not None
    assert record.decision.decided_at.tzinfo is UTC


def test_an_amended_statement_is_shown_and_exported_with_the_changes_and_the_proposal_stays(
    store: Store, bid: Document
) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    changes = {"firmness": "aspirational", "quantity": None, "themes": {"kcc": ["employer"]}, "verdict": "unclear",
               "measures": [{"framework": "national-toms", "code": "NT11"}]}  # fmt: skip
    store.decide(statement, action="amend", person="A", changes=changes)
    [line] = store.export_statements(bid.procurement_id)
    assert line["status"] == "amended"
    assert (line["firmness"], line["quantity"], line["themes"]["kcc"][0]["code"]) == ("aspirational", None, "employer")
    assert line["themes"]["nhs"][0]["code"] == "tackling_economic_inequality"
    assert line["additionality"]["verdict"] == "unclear"
    assert line["measures"][0]["code"] == "NT11"
    assert line["document"]["supplier"] == "Example Ltd"
    assert line["procurement"]["buyer"] == "Kent County Council"
    assert store.statement(statement).statement.firmness == "firm"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"action": "approve"}, "accept, amend, reject or unsure"),
        ({"person": " "}, "the person"),
        ({"action": "amend"}, "changed fields"),
        ({"changes": {"firmness": "firm"}}, "changed fields"),
        ({"action": "amend", "changes": {"text": "Other words"}}, "not a field"),
        ({"action": "amend", "changes": {"firmness": "certain"}}, "aspirational"),
        ({"action": "amend", "changes": {"type": "none"}}, "commitment"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    store: Store, bid: Document, fields: dict[str, object], complaint: str
) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    with pytest.raises(UsageError, match=complaint):
        store.decide(statement, **({"action": "accept", "person": "A"} | fields))  # type: ignore[arg-type]
    assert store.decisions_of(statement) == []


def test_a_person_who_has_not_seen_the_newest_decision_is_told(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    store.decide(statement, action="accept", person="A", seen=0)
    with pytest.raises(Conflict, match="meanwhile"):
        store.decide(statement, action="reject", person="B", seen=0)
    store.decide(statement, action="reject", person="B", seen=1)
    assert len(store.decisions_of(statement)) == 2


def test_of_many_who_decide_at_once_one_does_and_the_others_are_told(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    statement = store.statements_of(bid.id)[0].id
    told: list[Conflict] = []

    def decide() -> None:
        try:
            store.decide(statement, action="accept", person="A", seen=0)
        except Conflict as conflict:
            told.append(conflict)

    threads = [threading.Thread(target=decide) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.decisions_of(statement)) == 1
    assert len(told) == 5


def test_decisions_stay_with_their_statement_through_new_runs(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment("a"), commitment("b")), 1)
    first = store.statements_of(bid.id)[0].id
    store.decide(first, action="accept", person="A")
    for version in ("0.2.0", "0.3.0"):
        store.publish_run(bid.id, extraction_record(commitment("new"), commitment("a"), version=version), 1)
    second = store.statements_of(bid.id)[1]
    assert second.id != first
    assert store.newest_of(first) == second.id
    assert (second.status, second.changed_since_decision) == ("accepted", False)
    store.decide(second.id, action="reject", person="B", seen=1)
    assert [d.action for d in store.decisions_of(second.id)] == ["accept", "reject"]
    with pytest.raises(Conflict, match="read again"):
        store.decide(first, action="accept", person="A")


def test_what_a_person_accepted_stays_accepted_as_it_was_when_a_new_run_says_otherwise(
    store: Store, bid: Document
) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A")
    store.publish_run(bid.id, extraction_record(commitment(id="k2", firmness="aspirational"), version="0.2.0"), 1)
    [record] = store.statements_of(bid.id)
    assert record.statement.firmness == "aspirational"
    assert record.changed_since_decision
    assert record.as_decided()["firmness"] == "firm"
    [line] = store.export_statements()
    assert line["decision"]["proposal_changed_since"] is True
    assert line["id"] == "k2"


def test_a_decision_whose_statement_is_no_longer_found_is_listed_for_a_person(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment("a"), commitment("b")), 1)
    for record in store.statements_of(bid.id)[:1]:
        store.decide(record.id, action="accept", person="A")
    store.publish_run(bid.id, extraction_record(commitment("c"), version="0.2.0"), 1)
    [event] = store.events(procurement_id=bid.procurement_id, kind=EventKind.decision_unmatched)
    assert event.details["text"] == "a"
    assert store.newest_of(event.details["statement"]) is None
    assert len(store.decisions_of(event.details["statement"])) == 1


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {key} = {key}", "TRUNCATE {}"])
def test_the_database_itself_refuses_to_change_or_remove_what_is_only_added(
    store: Store, bid: Document, table: str, change: str
) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A")
    said_by = {"procurement_id": bid.procurement_id, "version": 1}
    with Session(store._engine) as session:
        session.add(SetUpVersion(**said_by, set_by="A"))
        session.add(MenuVersion(**said_by, set_up_version=1, made_by="A"))
        session.add(MenuPublication(procurement_id=bid.procurement_id, slug="m", done_by="A"))
        session.commit()
    refusal = "only ever added to|cannot truncate"  # the latter of a table to which another refers
    if change.startswith("TRUNCATE") and store._engine.dialect.name == "sqlite":
        refusal = "syntax error"  # it has no such command
    with pytest.raises(DatabaseError, match=refusal), store._engine.begin() as connection:
        connection.execute(text(change.format(table, key="seq" if table == "audit_entry" else "id")))
    assert len(store.decisions_of(store.statements_of(bid.id)[0].id)) == 1


def test_the_store_offers_no_way_to_change_or_remove_a_decision() -> None:
    about_decisions = {name for name in dir(Store) if "deci" in name and not name.startswith("_")}
    assert about_decisions == {"decide", "decisions_of", "unmatched_decisions"}
    assert not {name for name in dir(Store) if name.startswith(("delete", "remove", "update", "undo"))}


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.procurement(NOWHERE),
        lambda s: s.document(NOWHERE),
        lambda s: s.documents_of(NOWHERE),
        lambda s: s.statements_of(NOWHERE),
        lambda s: s.statement("x'; DROP TABLE statement; --"),
        lambda s: s.newest_of(NOWHERE),
        lambda s: s.decide(NOWHERE, action="accept", person="A"),
        lambda s: s.publish_run(NOWHERE, extraction_record(), 1),
        lambda s: s.keep_text(NOWHERE, "r", b""),
        lambda s: list(s.export_statements(NOWHERE)),
        lambda s: s.add_document(NOWHERE, name="", kind="bid", supplier=None, sha256="", media_type="", size=0),
    ],
)
def test_what_does_not_exist_is_said_not_to_exist(store: Store, ask: object) -> None:
    with pytest.raises(NotFound, match="no "):
        ask(store)  # type: ignore[operator]


def test_many_writers_at_once_all_get_their_turn(database_url: str) -> None:
    with open_store(database_url) as store:
        bid = add_bid(store)
        store.publish_run(bid.id, extraction_record(commitment()), 1)
        statement = store.statements_of(bid.id)[0].id
        failures: list[Exception] = []

        def decide_often() -> None:
            try:
                with open_store(database_url) as own:
                    for _ in range(10):
                        own.decide(statement, action="accept", person="A")
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=decide_often) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(store.decisions_of(statement)) == 40


def test_a_busy_database_is_said_to_be_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        with store._engine.begin(), pytest.raises(Conflict, match="busy"):
            store.add_procurement("A", "B")
        assert store.procurements() == []


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:////proc/nowhere/a.db", "nosuch://db"])
def test_a_database_address_that_cannot_be_used_is_a_setting_to_correct(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_store(url)
