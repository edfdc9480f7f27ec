"""The seal in the query: who finds which row, asked of each table directly, as any page, export or interface would."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import AT_THIS_MACHINE, Caller
from svdocs.records.audit import AuditFiles
from svdocs.records.conflicts import Conflicts
from svdocs.records.delivery_tables import Contract
from svdocs.records.listing import Listing, Wanted
from svdocs.records.panel_tables import (
    ONLY_ADDED,
    SEALED_EVENTS,
    ConflictDeclaration,
    Consensus,
    ConsensusPassage,
    DraftMark,
    FirstView,
    Mark,
    MarkPassage,
    PanelBid,
    PanelSupplier,
    Seat,
    SeatSubmission,
)
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.second_readings import Reader, SecondReadings
from svdocs.records.store import Store, open_store
from svdocs.records.tables import Document, Statement, Supplier
from tests.panel.worked import Worked, worked


@cache
def begun() -> tuple[Path, Worked]:
    """A panel of two evaluators, made once a process: eve has submitted a mark, finn has a draft."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(f"sqlite:///{folder / 'svdocs.db'}", files_in(folder)) as store:
        return folder, half_marked(store)


def half_marked(store: Store) -> Worked:
    first = worked(store, suppliers=2, criteria=1, evaluators=("eve", "finn"))
    first.submit("eve", first.seats("eve")[0], "4", "secret of eve")
    seat = first.seats("finn")[0]
    first.marks("finn").save_draft(seat.id, first.caller("finn"), mark="2", reason="draft of finn")
    for name in ("observer", "outsider", "administrator"):
        account = People(store).add(f"{name}@kent.example", name, None, is_administrator=name == "administrator")
        first.people[name] = account.id
    People(store).grant(first.people["observer"], first.procurement, Role.observer)
    return first


def files_in(folder: Path) -> AuditFiles:
    return AuditFiles(folder / "audit.key", folder / "audit.anchor")


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Worked]:
    folder, made = begun()
    for name in ("svdocs.db", "audit.key", "audit.anchor"):
        shutil.copy(folder / name, tmp_path / name)
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}", files_in(tmp_path)) as store:
        yield replace(made, store=store)


def count(panel: Worked, who: str | Caller, table: type[SQLModel]) -> int:
    caller = panel.caller(who) if isinstance(who, str) else who
    with panel.store.seen_by(caller).reading() as session:
        return int(session.exec(select(func.count()).select_from(table)).one())


PEOPLE = ("lead", "chair", "officer", "observer", "outsider", "administrator", "eve", "finn")
BEFORE: dict[type[SQLModel], dict[str, int]] = {
    Mark: {"eve": 1},
    MarkPassage: {"eve": 1},
    FirstView: {"eve": 1, "finn": 1},
    DraftMark: {"finn": 1},
    SeatSubmission: {"eve": 1, "chair": 1},
    Seat: {"eve": 2, "finn": 2, "chair": 4, "lead": 4},
    ConflictDeclaration: {"eve": 3, "finn": 3, "chair": 18, "lead": 18},
    Consensus: {},
    PanelBid: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 2),
    PanelSupplier: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 2),
    Statement: {"lead": 2, "chair": 2, "officer": 2, "observer": 2, "eve": 1, "finn": 1},
}


@pytest.mark.parametrize("table", BEFORE)
def test_before_the_release_each_finds_what_is_theirs(panel: Worked, table: type[SQLModel]) -> None:
    found = {who: count(panel, who, table) for who in PEOPLE}
    assert {who: n for who, n in found.items() if n} == BEFORE[table]


def test_a_contract_is_read_by_who_may_read_what_svdocs_finds_in_its_bid(panel: Worked) -> None:
    [viewed] = [t.seat for t in panel.marks("eve").tasks(panel.procurement, panel.caller("eve")) if t.first_view]
    with panel.store.writing() as session:
        for i, supplier in enumerate(panel.suppliers.values()):
            session.add(Contract(procurement_id=panel.procurement, supplier_id=supplier, reference=f"R{i}", title="T",
                                 starts=date(2027, 4, 1), ends=date(2030, 3, 31), added_by="lead"))  # fmt: skip
    assert [count(panel, who, Contract) for who in ("lead", "chair", "observer", "eve", "hugh")] == [2, 2, 2, 1, 0]
    for who in ("chair", "eve"):
        panel.conflicts(who).declare(
            panel.procurement, panel.caller(who), has_conflict=True, supplier_id=viewed.supplier_id, nature="Kin."
        )
    assert [count(panel, who, Contract) for who in ("lead", "chair", "observer", "eve")] == [2, 1, 2, 0]


def released(panel: Worked) -> None:
    for who in ("eve", "finn"):
        for task in panel.marks(who).tasks(panel.procurement, panel.caller(who)):
            if not task.marks:
                panel.submit(who, task.seat, "3", f"secret of {who}")
    panel.moderating().release(panel.procurement, panel.caller("chair"))


AFTER: dict[type[SQLModel], dict[str, int]] = {
    Mark: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 4),
    MarkPassage: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 4),
    FirstView: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 4),
    Seat: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 4),
    SeatSubmission: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 4),
    DraftMark: {},
    Consensus: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 2),
    ConsensusPassage: dict.fromkeys(("lead", "chair", "officer", "observer", "eve", "finn"), 2),
}


def agreed(panel: Worked) -> None:
    moderating, chair = panel.moderating(), panel.caller("chair")
    for c in moderating.compare(panel.procurement, chair):
        moderating.agree(c.bid.id, c.criterion.id, chair, mark="3", reason="So.", participants=["eve"],
                         from_marks=[c.marked[0].marks[0].mark.id])  # fmt: skip


def test_after_the_release_the_panel_finds_all_marks_and_nobody_elses_drafts(panel: Worked) -> None:
    released(panel)
    agreed(panel)
    for table, expected in AFTER.items():
        found = {who: count(panel, who, table) for who in PEOPLE}
        assert {who: n for who, n in found.items() if n} == expected, table


def test_the_person_at_the_machine_finds_no_sealed_mark_of_others(panel: Worked) -> None:
    assert [count(panel, AT_THIS_MACHINE, table) for table in (Mark, DraftMark, FirstView)] == [0, 0, 0]
    assert count(panel, AT_THIS_MACHINE, Document) == 2


def test_a_key_bound_to_another_procurement_finds_nothing_even_of_its_own_person(panel: Worked) -> None:
    bound = replace(panel.caller("eve"), procurements=frozenset({"another"}))
    assert [count(panel, bound, table) for table in (Mark, Seat, FirstView, PanelBid)] == [0, 0, 0, 0]


@pytest.mark.parametrize("who", ["eve", "finn", "chair"])
def test_a_conflict_closes_the_bid_in_every_table_and_saying_otherwise_does_not_open_it(
    panel: Worked, who: str
) -> None:
    released(panel)
    caller = panel.caller(who)
    alder = panel.suppliers["Alder Ltd"]
    panel.conflicts(who).declare(
        panel.procurement, caller, has_conflict=True, supplier_id=alder, nature="My brother works there."
    )
    panel.conflicts(who).declare(panel.procurement, caller, has_conflict=False, supplier_id=alder)
    found = {table: count(panel, who, table) for table in (Document, Statement, Mark, MarkPassage, FirstView)}
    assert found == {Document: 1, Statement: 1, Mark: 2, MarkPassage: 2, FirstView: 2}
    assert count(panel, who, PanelBid) == (2 if who == "chair" else 1)
    assert count(panel, "lead", Mark) == 4
    with pytest.raises(NotFound):
        panel.seen(who).document(panel.documents["Alder Ltd"])
    assert panel.seen(who).document(panel.documents["Birch & Sons"])


def test_a_conflict_closes_ones_own_draft_until_a_chair_clears_it(panel: Worked) -> None:
    drafted = next(t for t in panel.marks("finn").tasks(panel.procurement, panel.caller("finn")) if t.draft)
    other, own = (s for s in sorted(panel.suppliers.values(), key=drafted.bid.supplier_id.__eq__))
    said = [
        panel.conflicts("finn").declare(
            panel.procurement, panel.caller("finn"), has_conflict=True, supplier_id=supplier, nature="x"
        )
        for supplier in (other, own)
    ]
    panel.conflicts("chair").clear(said[0].id, panel.caller("chair"), because="Not the same firm.")
    assert count(panel, "finn", DraftMark) == 0
    panel.conflicts("chair").clear(said[1].id, panel.caller("chair"), because="Left ten years ago.")
    assert count(panel, "finn", DraftMark) == 1


def test_a_sum_is_for_those_to_whom_nothing_of_the_bids_is_closed(panel: Worked) -> None:
    def refusal(who: str) -> str:
        try:
            panel.conflicts(who).check_sees_all(panel.procurement, panel.caller(who))
        except Conflict as error:
            return str(error)
        return ""

    unseen = "You mark bids of which you have saved no first view yet; what svdocs finds in them waits for it."
    closed = "You declared a conflict with a bidder here, so sums and papers are not shown to you in part."
    assert {who: refusal(who) for who in ("lead", "chair", "observer", "administrator", "eve", "finn")} == {
        "lead": "", "chair": "", "observer": "", "administrator": "", "eve": unseen, "finn": unseen,
    }  # fmt: skip
    Conflicts(panel.store).check_sees_all(panel.procurement, AT_THIS_MACHINE)
    with pytest.raises(NotFound):
        Conflicts(panel.store).check_sees_all("no such procurement", AT_THIS_MACHINE)
    for task in panel.marks("eve").tasks(panel.procurement, panel.caller("eve")):
        panel.marks("eve").save_draft(task.seat.id, panel.caller("eve"), reason="Read.")
    assert (refusal("eve"), refusal("finn")) == ("", unseen)
    panel.conflicts("chair").declare(
        panel.procurement,
        panel.caller("chair"),
        has_conflict=True,
        supplier_id=panel.suppliers["Alder Ltd"],
        nature="x",
    )
    assert (refusal("chair"), refusal("lead")) == (closed, "")
    late = People(panel.store).add("late@kent.example", "late", None)
    panel.people["late"] = late.id
    People(panel.store).grant(late.id, panel.procurement, Role.chair)
    assert "Declare first whether you have a conflict" in refusal("late")
    other = panel.store.add_procurement("Other", "Kent").id  # without a panel nothing waits for a declaration
    People(panel.store).grant(late.id, other, Role.chair)
    panel.conflicts("late").check_sees_all(other, panel.caller("late"))


def test_a_conflict_with_the_procurement_as_a_whole_closes_every_bid(panel: Worked) -> None:
    panel.conflicts("eve").declare(panel.procurement, panel.caller("eve"), has_conflict=True, nature="My own firm.")
    assert [count(panel, "eve", table) for table in (Document, PanelBid, Mark)] == [0, 0, 0]


def test_what_a_chair_clears_is_open_again_and_its_seats_stand(panel: Worked) -> None:
    declaration = panel.conflicts("eve").declare(
        panel.procurement, panel.caller("eve"), has_conflict=True, supplier_id=panel.suppliers["Alder Ltd"], nature="x"
    )
    assert declaration.is_late
    assert {s.state.value for s in panel.seats("eve")} == {"frozen", "standing"}
    panel.conflicts("chair").clear(declaration.id, panel.caller("chair"), because="Left ten years ago.")
    assert {s.state.value for s in panel.seats("eve")} == {"standing"}
    assert count(panel, "eve", Document) == 2
    with pytest.raises(Conflict, match="nothing to decide"):
        panel.conflicts("chair").clear(declaration.id, panel.caller("chair"), because="Again.")


def test_nobody_decides_on_their_own_conflict(panel: Worked) -> None:
    declaration = panel.conflicts("chair").declare(
        panel.procurement, panel.caller("chair"), has_conflict=True, nature="x"
    )
    with pytest.raises(Conflict, match="another chair"):
        panel.conflicts("chair").clear(declaration.id, panel.caller("chair"), because="Fine.")


def declare_conflict(panel: Worked, who: str, supplier: str | None = "Alder Ltd") -> ConflictDeclaration:
    key = None if supplier is None else panel.suppliers[supplier]
    return panel.conflicts(who).declare(
        panel.procurement, panel.caller(who), has_conflict=True, supplier_id=key, nature="Kin."
    )


def seat_of(panel: Worked, who: str, supplier: str = "Alder Ltd") -> Seat:
    [seat] = [s for s in panel.seats(who) if s.supplier_id == panel.suppliers[supplier]]
    return seat


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_chair_with_a_conflict_or_without_declarations_decides_nothing_of_that_bidder(
    panel: Worked, is_declared: bool
) -> None:
    panel.people["nora"] = People(panel.store).add("nora@kent.example", "nora", None).id
    People(panel.store).grant(panel.people["nora"], panel.procurement, Role.chair)
    about_alder, about_all = declare_conflict(panel, "finn"), declare_conflict(panel, "gita", None)
    if is_declared:
        panel.declare_none("nora")
        declare_conflict(panel, "nora")
    nora, match = panel.caller("nora"), "You declared a conflict" if is_declared else "Declare first"
    for declaration in (about_alder, about_all):
        with pytest.raises(Conflict, match=match):
            panel.conflicts("nora").clear(declaration.id, nora, because="Fine.")
    with pytest.raises(Conflict, match=match):
        panel.moderating("nora").excuse([seat_of(panel, "eve").id], nora, because="Ill.")
    panel.conflicts("chair").clear(about_alder.id, panel.caller("chair"), because="Fine.")
    for who in ("eve", "finn"):
        for task in panel.marks(who).tasks(panel.procurement, panel.caller(who)):
            if not task.marks:
                panel.submit(who, task.seat, "3")
    with pytest.raises(Conflict, match=match):
        panel.moderating("nora").release(panel.procurement, nora)
    panel.moderating().release(panel.procurement, panel.caller("chair"))
    agreed(panel)
    with pytest.raises(Conflict, match=match):
        panel.moderating("nora").close(panel.procurement, nora)
    if is_declared:
        panel.moderating("nora").excuse([seat_of(panel, "eve", "Birch & Sons").id], nora, because="Ill.")


def test_a_seat_stays_frozen_until_every_conflict_with_its_bidder_is_cleared(
    tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}", files_in(tmp_path)) as store:
        panel = worked(store, suppliers=1, criteria=2, evaluators=("eve", "finn"))
        moderating, conflicts, chair = panel.moderating(), panel.conflicts("chair"), panel.caller("chair")
        first = declare_conflict(panel, "eve")
        second = declare_conflict(panel, "eve", None)
        conflicts.clear(second.id, chair, because="Not all of them.")
        assert [s.state.value for s in panel.seats("eve")] == ["frozen", "frozen"]
        conflicts.clear(first.id, chair, because="Left ten years ago.")
        assert [s.state.value for s in panel.seats("eve")] == ["standing", "standing"]
        declare_conflict(panel, "eve")
        one, other = panel.seats("eve")
        moderating.excuse([one.id], chair, because="It stands.")
        conflicts.clear(declare_conflict(panel, "eve").id, chair, because="Seen.")
        assert [s.state.value for s in panel.seats("eve")] == ["excused", "frozen"]
        moderating.excuse([other.id], chair, because="It stands.")
        assert [s.state.value for s in panel.seats("eve")] == ["excused", "excused"]


def test_nobody_is_given_a_seat_for_a_bidder_with_whom_they_declared_a_conflict(
    tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}", files_in(tmp_path)) as store:
        panel = worked(store, suppliers=2, criteria=1, evaluators=("eve", "finn"), begun=False)
        lead, chair, hugh = panel.caller("lead"), panel.caller("chair"), panel.people["hugh"]
        declaration = declare_conflict(panel, "hugh")
        declare_conflict(panel, "iris", None)
        for who, bids in (("hugh", []), ("iris", [panel.bids()["Birch & Sons"].id])):
            with pytest.raises(Conflict, match=f"{who} declared a conflict"):
                panel.panels().assign(panel.procurement, lead, person_id=panel.people[who], bid_ids=bids)
        panel.panels().begin(panel.procurement, lead)
        seat = seat_of(panel, "eve")
        with pytest.raises(Conflict, match="hugh declared a conflict"):
            panel.moderating().excuse([seat.id], chair, because="Ill.", replacement_id=hugh)
        assert seat_of(panel, "eve").state.value == "standing"
        [new] = panel.moderating().excuse(
            [seat_of(panel, "eve", "Birch & Sons").id], chair, because="Ill.", replacement_id=hugh
        )
        assert new.supplier_id == panel.suppliers["Birch & Sons"]
        panel.conflicts("chair").clear(declaration.id, chair, because="Left ten years ago.")
        [new] = panel.moderating().excuse([seat.id], chair, because="Ill.", replacement_id=hugh)
        assert new.person == "hugh"


def test_after_the_release_nobody_is_excused_without_whom_no_mark_would_count(panel: Worked) -> None:
    released(panel)
    moderating, chair = panel.moderating(), panel.caller("chair")
    eve, finn = seat_of(panel, "eve").id, seat_of(panel, "finn").id
    with pytest.raises(Conflict, match="No mark of this bid would count"):
        moderating.excuse([eve, finn], chair, because="Ill.")
    moderating.excuse([eve], chair, because="Ill.")
    declaration = declare_conflict(panel, "finn")
    with pytest.raises(Conflict, match="without that of finn"):
        moderating.excuse([finn], chair, because="Ill.")
    panel.conflicts("chair").clear(declaration.id, chair, because="He leaves the room.")
    assert seat_of(panel, "finn").state.value == "standing"


def test_no_bid_is_there_for_who_marks_before_both_are_declared(panel: Worked) -> None:
    assert count(panel, "hugh", Document) == 2  # who has declared and has no seat
    people = People(panel.store)
    newcomer = people.add("nora@kent.example", "nora", None)
    people.grant(newcomer.id, panel.procurement, Role.evaluator)
    panel.people["nora"] = newcomer.id
    assert [count(panel, "nora", t) for t in (Document, PanelBid, Supplier)] == [0, 0, 0]
    assert count(panel, "nora", PanelSupplier) == 2
    alder = panel.suppliers["Alder Ltd"]
    panel.conflicts("nora").declare(panel.procurement, panel.caller("nora"), has_conflict=False, supplier_id=alder)
    assert count(panel, "nora", Document) == 0
    panel.conflicts("nora").declare(panel.procurement, panel.caller("nora"), has_conflict=False)
    assert [count(panel, "nora", t) for t in (Document, PanelBid, Supplier)] == [1, 1, 1]


def test_what_svdocs_found_is_kept_back_from_each_evaluator_until_their_own_first_view(panel: Worked) -> None:
    other = next(s for s in panel.seats("eve") if not panel.marks("eve").task(s.id, panel.caller("eve")).marks)
    kept = panel.marks("eve").kept_back(panel.procurement, panel.caller("eve"))
    assert [panel.store.document(d).document.supplier_id for d in kept] == [other.supplier_id]
    for who in ("lead", "chair", "observer"):  # nobody who marks, whatever others have seen
        assert panel.marks(who).kept_back(panel.procurement, panel.caller(who)) == set()
    panel.marks("eve").save_first_view(other.bid_id, "Firm.", panel.caller("eve"))
    assert panel.marks("eve").kept_back(panel.procurement, panel.caller("eve")) == set()
    assert len(panel.marks("gita").kept_back(panel.procurement, panel.caller("gita"))) == 2


def test_an_evaluator_is_told_how_many_declarations_are_still_to_be_made(panel: Worked) -> None:
    panel.people["nina"] = People(panel.store).add("nina@kent.example", "nina", None).id
    People(panel.store).grant(panel.people["nina"], panel.procurement, Role.evaluator)
    assert panel.conflicts("nina").undeclared(panel.procurement, panel.caller("nina")) == 3
    panel.conflicts("nina").declare(panel.procurement, panel.caller("nina"), has_conflict=False)
    assert panel.conflicts("nina").undeclared(panel.procurement, panel.caller("nina")) == 2
    assert {panel.conflicts(w).undeclared(panel.procurement, panel.caller(w)) for w in ("eve", "lead", "outsider")} == {
        0
    }


def test_the_buyers_specification_is_open_to_all_of_them(panel: Worked) -> None:
    panel.store.add_document(panel.procurement, name="spec.pdf", kind="specification", supplier=None, sha256="9" * 64,
                             media_type="application/pdf", size=1)  # fmt: skip
    panel.conflicts("eve").declare(panel.procurement, panel.caller("eve"), has_conflict=True, nature="All of them.")
    with panel.seen("eve").reading() as session:
        assert [d.name for d in session.exec(select(Document))] == ["spec.pdf"]


def test_the_trail_tells_evaluators_nothing_and_officers_nobodys_progress_until_the_release(panel: Worked) -> None:
    def told(who: str) -> set[str]:
        return {e.kind.value for e in panel.seen(who).events(panel.procurement)}

    sealed = {k.value for k in SEALED_EVENTS}
    assert told("eve") == told("finn") == told("observer") == set()
    for who in ("lead", "officer"):
        assert told(who)
        assert not told(who) & sealed
    assert {"mark_submitted", "first_view_saved"} <= told("chair")
    assert "secret" not in str([e.details for e in panel.store.events()])
    released(panel)
    assert "mark_submitted" in told("eve") & told("lead")


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_the_database_refuses_to_change_or_remove(panel: Worked, table: str) -> None:
    released(panel)
    [c, *_] = panel.moderating().compare(panel.procurement, panel.caller("chair"))
    panel.moderating().agree(c.bid.id, c.criterion.id, panel.caller("chair"), mark="3", reason="So.",
                             participants=["eve"], from_marks=[c.marked[0].marks[0].mark.id])  # fmt: skip
    declaration = panel.conflicts("eve").declare(panel.procurement, panel.caller("eve"), has_conflict=True, nature="x")
    panel.conflicts("chair").clear(declaration.id, panel.caller("chair"), because="Fine.")
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET procurement_id = procurement_id"):
        with pytest.raises(DatabaseError, match="only ever added to"), panel.store.engine.begin() as connection:
            connection.execute(text(change))


def test_bidders_without_names_are_codes_to_evaluators_and_names_to_the_lead(
    tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}", files_in(tmp_path)) as store:
        panel = worked(store, anonymous=True, suppliers=2, criteria=1, evaluators=("eve",))
        for who in ("eve", "lead", "chair", "officer"):
            seen, shows = panel.seen(who), who != "eve"
            documents = seen.documents_of(panel.procurement)
            names = [d.document.name for d in documents]
            bids = panel.panels(who).bids_of(panel.procurement)
            whole: Any = (names, [d.supplier for d in documents], [b.name for b in bids], seen.suppliers(),
                          [r.description for d in documents for r in seen.runs_of(d.id)])  # fmt: skip
            assert ("Alder" in str(whole)) == shows, who
            assert all(n.startswith("Bidder ") for n in names) == (not shows)
            assert len(documents) == len(bids) == 2
            if not shows:
                assert {b.name for b in bids} == {n.partition(",")[0] for n in names}
                assert {d.document.supplier_id for d in documents} == {None}
        with store.reading() as session:
            assert {d.name for d in session.exec(select(Document))} == {"Alder Ltd.pdf", "Birch & Sons.pdf"}


@pytest.mark.parametrize("turned", [False, True])
def test_neither_a_filter_nor_an_order_tells_who_is_behind_a_code(
    tmp_path: Path, empty_database: Path, turned: bool
) -> None:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}", files_in(tmp_path)) as store:
        panel = worked(store, anonymous=True, suppliers=2, criteria=1, evaluators=("eve",))
        for bid in panel.bids().values():
            panel.marks("eve").save_first_view(bid.id, "Firm.", panel.caller("eve"))
        wanted = Wanted(supplier_id=panel.suppliers["Alder Ltd"])
        with pytest.raises(UsageError, match="without names to you"):
            Listing(panel.seen("eve")).statements(panel.procurement, wanted, after=None, limit=9)
        for reads in (panel.seen("lead"), store):
            assert len(Listing(reads).statements(panel.procurement, wanted, after=None, limit=9)) == 1
        assert len(Listing(panel.seen("eve")).statements(panel.procurement, Wanted(), after=None, limit=9)) == 2
        readers = [Reader(panel.people[who], who) for who in ("lead", "chair")]
        SecondReadings(panel.seen("lead"), panel.caller("lead")).draw(panel.procurement, readers, share=100)
        with store.writing() as session:  # so that the codes' order is once that of the names and once the other
            codes = ["Bidder B", "Bidder A"] if turned else ["Bidder A", "Bidder B"]
            for name, code in zip(("Alder Ltd", "Birch & Sons"), codes, strict=True):
                session.get_one(PanelSupplier, (panel.procurement, panel.suppliers[name])).code = code
        for who, order in (("lead", False), ("eve", turned)):
            found = SecondReadings(panel.seen(who), panel.caller(who)).readings_of(panel.procurement)
            documents = [panel.documents["Alder Ltd"], panel.documents["Birch & Sons"]]
            assert [r.document_id for r in found] == (documents[::-1] if order else documents)
