"""The panel on PostgreSQL: the seal in its queries, what its triggers refuse, and the worked award."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from svdocs.errors import Conflict, NotFound
from svdocs.records import panel_tables, value_tables
from svdocs.records.audit import AuditFiles
from svdocs.records.panel_tables import SEALED_EVENTS, Mark
from svdocs.records.requests import Answer, KeyedRequest, Requests
from svdocs.records.store import Store, open_store
from svdocs.records.tables import Document
from svdocs.reports.award_standing import read_award
from svdocs.reports.award_summary import summarise
from svdocs.valuing.weightings import shown
from tests.panel.worked import RULE, SUPPLIERS, Worked, worked
from tests.postgresql import Server
from tests.records.test_panel_seal import AFTER, BEFORE, PEOPLE, agreed, count, half_marked, released
from tests.reports.award_case import award_case, decided, mark_and_close, value_all
from tests.reports.by_hand import hand_table


@contextmanager
def own_database(server: Server, folder: Path) -> Iterator[Store]:
    """A store over a PostgreSQL database of its own, with its trail's key and anchor in the folder."""
    with open_store(server.clone(), AuditFiles(folder / "audit.key", folder / "audit.anchor")) as store:
        yield store


@pytest.fixture(scope="module")
def panel(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    """Two evaluators: eve has submitted a mark, finn has a draft. The tests below take it further in their order."""
    with own_database(postgresql, tmp_path_factory.mktemp("panel")) as store:
        yield half_marked(store)


def found_by_all(panel: Worked, tables: object) -> dict[object, dict[str, int]]:
    return {t: {who: n for who in PEOPLE if (n := count(panel, who, t))} for t in tables}  # type: ignore[attr-defined]


def test_before_the_release_each_finds_what_is_theirs_and_no_progress_of_others(panel: Worked) -> None:
    assert found_by_all(panel, BEFORE) == BEFORE
    sealed = {k.value for k in SEALED_EVENTS}
    for who, sees in (("eve", False), ("finn", False), ("observer", False), ("lead", True), ("officer", True)):
        told = {e.kind.value for e in panel.seen(who).events(panel.procurement)}
        assert (bool(told), told & sealed) == (sees, set()), who


def test_after_the_release_the_panel_finds_all_marks_and_nobody_elses_drafts(panel: Worked) -> None:
    released(panel)
    agreed(panel)
    assert found_by_all(panel, AFTER) == AFTER


def test_a_conflict_closes_the_bid_in_every_table_and_in_what_was_answered(panel: Worked) -> None:
    alder, requests = panel.suppliers["Alder Ltd"], Requests(panel.store)
    asked = [KeyedRequest(panel.people[who], "k", "0" * 64) for who in ("eve", "finn")]
    for one in asked:
        requests.keep_answer(one, Answer(201, "", "a mark"))
    panel.conflicts("eve").declare(
        panel.procurement, panel.caller("eve"), has_conflict=True, supplier_id=alder, nature="My brother works there."
    )
    assert {t: count(panel, "eve", t) for t in (Document, Mark)} == {Document: 1, Mark: 2}
    with pytest.raises(NotFound):
        panel.seen("eve").document(panel.documents["Alder Ltd"])
    with pytest.raises(Conflict, match="declared a conflict of interest since"):
        requests.answer_to(asked[0])
    requests.keep_answer(asked[0], Answer(201, "", "late"))
    with pytest.raises(Conflict, match="declared a conflict of interest since"):
        requests.answer_to(asked[0])
    assert requests.answer_to(asked[1]) == Answer(201, "", "a mark")


def test_changes_of_a_panel_wait_for_each_other_and_hold_nothing_while_they_wait(
    postgresql: Server, tmp_path: Path
) -> None:
    with own_database(postgresql, tmp_path) as store, ThreadPoolExecutor(1) as beside:
        panel = worked(store, suppliers=1, criteria=1, evaluators=("eve", "gita"), begun=False)
        key, lead, chair = panel.procurement, panel.caller("lead"), panel.caller("chair")

        def waits(change: Callable[[], Any]) -> Any:
            with store.engine.begin() as holding:
                holding.execute(text("SELECT 1 FROM panel FOR UPDATE"))
                running = beside.submit(change)
                await_one_that_waits(store)
                for table in ("procurement", "panel_bid", "seat", "conflict_declaration"):
                    with store.engine.connect() as other:
                        other.execute(text(f"SELECT 1 FROM {table} FOR UPDATE NOWAIT"))
            return running.result(timeout=10)

        waits(lambda: panel.panels().set_up(key, lead, minimum_hundredths=1000, rule=RULE))
        waits(lambda: panel.panels().begin(key, lead))
        declared = waits(lambda: panel.conflicts("eve").declare(
            key, panel.caller("eve"), has_conflict=True, supplier_id=panel.suppliers["Alder Ltd"], nature="Kin."
        ))  # fmt: skip
        waits(lambda: panel.conflicts("chair").clear(declared.id, chair, because="Fine."))
        waits(lambda: panel.submit("eve", panel.seats("eve")[0], "3"))
        waits(lambda: panel.moderating().excuse([panel.seats("gita")[0].id], chair, because="Ill."))
        waits(lambda: panel.moderating().release(key, chair))
        [here] = panel.moderating().compare(key, chair)
        ids = [m.marks[0].mark.id for m in here.marked if m.marks]
        waits(lambda: panel.moderating().agree(here.bid.id, here.criterion.id, chair, mark="3", reason="So.",
                                               participants=["eve"], from_marks=ids))  # fmt: skip
        assert waits(lambda: panel.moderating().close(key, chair)).person == "chair"


def await_one_that_waits(store: Store) -> None:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with store.engine.connect() as connection:
            if connection.scalar(asked):
                return
        sleep(0.01)
    raise AssertionError("the change waited for nothing")


def test_bidders_without_names_are_codes_to_evaluators(postgresql: Server, tmp_path: Path) -> None:
    with own_database(postgresql, tmp_path) as store:
        made = worked(store, anonymous=True, suppliers=2, criteria=1, evaluators=("eve",))
        for who in ("eve", "lead"):
            documents = made.seen(who).documents_of(made.procurement)
            names = [d.document.name for d in documents]
            assert len(names) == 2
            assert all(n.startswith("Bidder ") for n in names) == (who == "eve")
            assert ("Alder" in str((names, [d.supplier for d in documents]))) == (who == "lead")


def test_a_worked_award_comes_to_the_figures_of_the_table_and_nothing_of_it_can_be_changed(
    postgresql: Server, tmp_path: Path
) -> None:
    with own_database(postgresql, tmp_path) as store:
        made = award_case(store)
        value_all(made)
        mark_and_close(made)
        decided(made)
        lead = made.caller("lead")
        award = read_award(made.seen("lead"), made.procurement, lead)
        points = {s.bid.supplier: shown(s.points) for s in award.standings}
        assert points == {s: shown(hand_table().figure("points", s)) for s in SUPPLIERS}
        for key in made.suppliers.values():
            assert summarise(made.seen("lead"), made.procurement, key, lead, written=date(2027, 1, 12)).values
        for table in (*panel_tables.ONLY_ADDED, *value_tables.ONLY_ADDED):
            with store.engine.connect() as connection:
                has_rows = connection.execute(select(text("1")).select_from(text(table))).first() is not None
            for change in (f"DELETE FROM {table}", f"UPDATE {table} SET procurement_id = procurement_id"):
                if has_rows:
                    with pytest.raises(DatabaseError, match="only ever added to"), store.engine.begin() as connection:
                        connection.execute(text(change))
