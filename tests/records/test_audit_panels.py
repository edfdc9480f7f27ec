"""What the audit trail tells of panels, marks, moderation, values and awards, and that it tells no secret."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.audit import AuditFiles
from svdocs.records.awards import Awards
from svdocs.records.conflicts import Conflicts
from svdocs.records.marks import Marks
from svdocs.records.moderating import Moderating
from svdocs.records.panels import CriterionGiven, Panels
from svdocs.records.store import open_store
from svdocs.records.values import FactsGiven, MethodGiven, Values
from svdocs.valuing.bid_value import Choice
from svdocs.valuing.proxies import open_set
from svdocs.valuing.rubrics import shipped_rubrics
from tests.panel.worked import RULE, Worked, worked
from tests.records.test_audit import writing_methods

SECRET = "Canary of a reason"
"""Stands in all that evaluators write, and in nothing that the trail tells."""
TWO = ("eve", "finn")


class When(StrEnum):
    """How far the panel has come."""

    set_up = "set_up"
    begun = "begun"
    marked = "marked"
    released = "released"
    agreed = "agreed"
    closed = "closed"


class Again(StrEnum):
    """What becomes of the same change asked for once more."""

    more = "more"
    nothing = "nothing"
    refused = "refused"


@dataclass(frozen=True)
class Change:
    """A change that a method makes, and the entries that it leaves."""

    when: When
    make: Callable[[Worked], object]
    kinds: tuple[str, ...]
    again: Again = Again.more


Kept = dict[When, tuple[Path, Worked]]


@contextmanager
def opened(folder: Path, made: Worked) -> Iterator[Worked]:
    files = AuditFiles(folder / "audit.key", folder / "audit.anchor")
    with open_store(f"sqlite:///{folder / 'svdocs.db'}", files) as store:
        yield dataclasses.replace(made, store=store)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Kept:
    """A panel of two evaluators, two bids and one criterion at each stage, a folder each."""
    going_on: dict[When, Callable[[Worked], object]] = {
        When.begun: lambda p: p.panels().begin(p.procurement, p.caller("lead")),
        When.marked: lambda p: [p.submit(w, s, "3", SECRET) for w in TWO for s in p.seats(w)],
        When.released: lambda p: p.moderating().release(p.procurement, p.caller("chair")),
        When.agreed: lambda p: [_agree(p, n) for n in range(2)],
        When.closed: lambda p: p.moderating().close(p.procurement, p.caller("chair")),
    }
    folder = tmp_path_factory.mktemp("set_up")
    shutil.copy(empty_database, folder / "svdocs.db")
    files = AuditFiles(folder / "audit.key", folder / "audit.anchor")
    with open_store(f"sqlite:///{folder / 'svdocs.db'}", files) as store:
        made = worked(store, begun=False, suppliers=2, criteria=1, evaluators=TWO)
    kept = {When.set_up: (folder, made)}
    for stage, go_on in going_on.items():
        folder = Path(shutil.copytree(folder, tmp_path_factory.mktemp(stage.value), dirs_exist_ok=True))
        with opened(folder, made) as panel:
            go_on(panel)
        kept[stage] = (folder, made)
    return kept


def _agree(p: Worked, n: int = 0, because: str = "") -> object:
    c = p.moderating().compare(p.procurement, p.caller("chair"))[n]
    return p.moderating().agree(c.bid.id, c.criterion.id, p.caller("chair"), mark="3", reason=SECRET, because=because,
                                participants=TWO, from_marks=[c.marked[0].marks[0].mark.id])  # fmt: skip


def _criterion(p: Worked) -> str:
    return p.criteria()["All"].id


def _alder(p: Worked) -> str:
    return p.suppliers["Alder Ltd"]


def _declare_late(p: Worked) -> Any:
    return p.conflicts("eve").declare(p.procurement, p.caller("eve"), has_conflict=True, supplier_id=_alder(p),
                                      nature=SECRET)  # fmt: skip


def _clear(p: Worked) -> None:
    declared = [d.declaration for d in p.conflicts("chair").declared_in(p.procurement) if d.declaration.has_conflict]
    declaration = declared[0] if declared else _declare_late(p)
    p.conflicts("chair").clear(declaration.id, p.caller("chair"), because="Left long ago.")


def _submit(p: Worked) -> None:
    seat = p.seats("eve")[0]
    given = p.marks("eve").task(seat.id, p.caller("eve")).marks
    p.submit("eve", seat, "2", SECRET, because="I read it again." if given else "")


def _values(p: Worked) -> Values:
    return Values(p.seen("lead"))


def _method(p: Worked) -> object:
    before = _values(p).method_of(p.procurement)
    given = MethodGiven(open_set().key, Decimal(100_000), Decimal(2), because="Other years." if before else "")
    return _values(p).set_method(p.procurement, given, p.caller("lead"))


def _fix(p: Worked) -> object:
    before = _values(p).fixed_of(p.procurement, "")
    return _values(p).fix(p.procurement, "", {_alder(p): {"total": "1"}}, p.caller("lead"),
                          because="Counted anew." if before else "")  # fmt: skip


def _choose(p: Worked) -> object:
    statement = p.store.statements_of(p.documents["Alder Ltd"])[0].id
    return _values(p).choose(statement, Choice(counts=False, because="Said twice."), p.caller("lead"))


CHANGES_OF: dict[type, dict[str, Change]] = {
    Panels: {
        "set_up": Change(When.set_up, lambda p: p.panels().set_up(
            p.procurement, p.caller("lead"), minimum_hundredths=1500, rule=RULE), ("panel_set_up",)),
        "set_criterion": Change(When.set_up, lambda p: p.panels().set_criterion(
            p.procurement, CriterionGiven("Part", 5000, shipped_rubrics()["0-5"]), p.caller("lead")),
            ("criterion_set",)),
        "remove_criterion": Change(When.set_up, lambda p: p.panels().remove_criterion(
            p.procurement, _criterion(p), p.caller("lead")), ("criterion_set",), Again.refused),
        "add_bids": Change(When.set_up, lambda p: p.panels().add_bids(p.procurement, p.caller("lead"), lot="North"),
                           ("panel_bid_added", "panel_bid_added"), Again.nothing),
        "remove_bid": Change(When.set_up, lambda p: p.panels().remove_bid(
            p.procurement, p.bids()["Alder Ltd"].id, p.caller("lead")), ("panel_bid_added",), Again.refused),
        "assign": Change(When.set_up, lambda p: p.panels().assign(
            p.procurement, p.caller("lead"), person_id=p.people["gita"]), ("seat_assigned", "seat_assigned"),
            Again.nothing),
        "unassign": Change(When.set_up, lambda p: p.panels().unassign(
            p.procurement, p.panels().seats_of(p.procurement)[0].id, p.caller("lead")), ("seat_assigned",)),
        "begin": Change(When.set_up, lambda p: p.panels().begin(p.procurement, p.caller("lead")), ("marking_begun",),
                        Again.refused),
    },
    Conflicts: {
        "declare": Change(When.begun, _declare_late, ("conflict_declared",)),
        "clear": Change(When.begun, _clear, ("conflict_declared", "conflict_ruled"), Again.refused),
    },
    Marks: {
        "save_first_view": Change(When.begun, lambda p: p.marks("eve").save_first_view(
            p.bids()["Alder Ltd"].id, SECRET, p.caller("eve")), ("first_view_saved",)),
        "save_draft": Change(When.begun, lambda p: p.marks("eve").save_draft(
            p.seats("eve")[0].id, p.caller("eve"), mark="2", reason=SECRET), ("first_view_saved",), Again.nothing),
        "submit": Change(When.begun, _submit, ("first_view_saved", "mark_submitted")),
    },
    Moderating: {
        "excuse": Change(When.begun, lambda p: p.moderating().excuse(
            [p.seats("eve")[0].id], p.caller("chair"), because="Ill.", replacement_id=p.people["gita"]),
            ("seat_excused", "seat_assigned"), Again.refused),
        "release": Change(When.marked, lambda p: p.moderating().release(p.procurement, p.caller("chair")),
                          ("marks_released",), Again.refused),
        "agree": Change(When.released, lambda p: _agree(p, because="Talked again."), ("consensus_recorded",)),
        "close": Change(When.agreed, lambda p: p.moderating().close(p.procurement, p.caller("chair")),
                        ("moderation_closed",), Again.refused),
    },
    Values: {
        "import_set": Change(When.closed, lambda p: _values(p).import_set(
            p.procurement, open_set(), p.caller("lead"), file="values.xlsx", sha256="9" * 64), ("proxies_imported",)),
        "set_method": Change(When.closed, _method, ("valuing_method_set",)),
        "choose": Change(When.closed, _choose, ("value_chosen",)),
        "describe_bidder": Change(When.closed, lambda p: _values(p).describe_bidder(
            p.procurement, _alder(p), FactsGiven(20, SECRET, SECRET, SECRET), p.caller("lead")), ("bidder_described",)),
        "rule": Change(When.closed, lambda p: _values(p).rule(
            p.procurement, _alder(p), p.caller("lead"), lot="", total=Fraction(10), earns=Decimal(5), because=SECRET),
            ("deliverability_ruled",)),
        "fix": Change(When.closed, _fix, ("values_fixed",)),
    },
    Awards: {
        "decide": Change(When.closed, lambda p: Awards(p.seen("lead")).decide(
            p.procurement, _alder(p), p.caller("lead"), lot="", because=SECRET, record_sha256="0" * 64),
            ("award_decided",)),
    },
}  # fmt: skip
"""Each writing method of these rooms, a call that changes something, and the entries that it makes."""


@pytest.mark.parametrize("room", CHANGES_OF, ids=lambda room: room.__name__)
def test_every_writing_method_of_a_room_of_the_panel_is_known_here(room: type) -> None:
    assert writing_methods(room) == set(CHANGES_OF[room])


@pytest.mark.parametrize(
    ("room", "name"), [(room, name) for room, changes in CHANGES_OF.items() for name in changes],
    ids=lambda x: x if isinstance(x, str) else x.__name__,
)  # fmt: skip
def test_a_change_makes_its_entries_and_they_hold_nothing_that_was_written(
    stages: Kept, tmp_path: Path, room: type, name: str
) -> None:
    change = CHANGES_OF[room][name]
    folder, made = stages[change.when]
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, made) as panel:
        before = len(panel.store.events())
        change.make(panel)
        told = panel.store.events()[before:]
        assert [e.kind.value for e in told] == list(change.kinds)
        assert {e.procurement_id for e in told} == {made.procurement}
        assert all(e.person in made.people for e in told)
        refused = pytest.raises((Conflict, NotFound, KeyError, UsageError))
        with refused if change.again is Again.refused else contextlib.nullcontext():
            change.make(panel)
        events = panel.store.events()
        more = len(events) - before - len(told)
        assert (more > 0) == (change.again is Again.more)
        assert SECRET not in str([(e.message, e.details) for e in events])
