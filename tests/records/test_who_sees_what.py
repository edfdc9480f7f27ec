"""Every table of a panel and of what was handed in, asked for by everybody in every state, against the rules in words.

Nothing here goes through the service: rows are written by hand in a database in memory, and what each reader finds is
held against plain sets, so that each word of each condition counts.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine, Table, create_engine, insert
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, select

from svdocs.records import clarification_tables, every_table, panel_seal, seen
from svdocs.records import panel_tables as p
from svdocs.records import tables as t
from svdocs.records.access import AT_THIS_MACHINE, RIGHTS_OF_ADMINISTRATORS, ROLES_WITH, Caller, Right
from svdocs.records.delivery_tables import Contract, ContractMilestone
from svdocs.records.held import table_behind
from svdocs.records.people_tables import Membership, Role
from svdocs.records.review_tables import ReadingAnswer, SecondReading
from svdocs.records.value_tables import AwardDecision, FixedValue, ValuingMethod

assert every_table  # so that every table is made
THEN = datetime(2026, 11, 23, tzinfo=UTC)
SUPPLIERS = ("alder", "birch")
LOTS = {"alder": "one", "birch": "two"}

STATES: dict[str, dict[str, Any]] = {
    "unset": {},
    "set_up": {"panel": True},
    "begun": {"panel": True, "begun": True},
    "half": {"panel": True, "begun": True, "released": ("one",)},
    "released": {"panel": True, "begun": True, "released": ("one", "two")},
    "closed": {"panel": True, "begun": True, "closed": ("one", "two")},
    "anonymous": {"panel": True, "begun": True, "anonymous": True},
    "sealed": {"panel": True, "begun": True, "released": ("one", "two"), "opens_at": THEN},
    "opened": {"panel": True, "begun": True, "opens_at": THEN, "opened_at": THEN},
}
"""Of a procurement, by its id."""

PEOPLE: dict[str, tuple[Role, ...]] = {
    "eve": (Role.evaluator,),  # has declared all
    "finn": (Role.evaluator,),  # has a conflict with alder
    "gita": (Role.evaluator,),  # has declared nothing
    "hugh": (Role.evaluator,),  # had a conflict with alder, which was cleared
    "iris": (Role.evaluator,),  # has declared only as to the procurement as a whole
    "jack": (Role.evaluator,),  # has a conflict with the procurement as a whole
    "kate": (Role.evaluator,),  # has declared only as to alder and birch
    "lena": (Role.evaluator, Role.lead),  # has declared all
    "chair": (Role.chair,),  # has declared all
    "guest": (Role.chair,),  # a chair who has declared nothing
    "cora": (Role.chair,),  # has a conflict with alder
    "lead": (Role.lead,),
    "officer": (Role.records_officer,),
    "manager": (Role.contract_manager,),
    "observer": (Role.observer,),
    "seated": (Role.observer,),  # with a seat, though no evaluator
    "stranger": (),
}
DONE = {"alder": (None, None), "birch": (THEN, None), "asked": (None, THEN), "guessed": (THEN, THEN)}
"""When each of two readers was done with a document."""
BOUND = "bound"
"""A program with eve's key, bound to one procurement."""
READERS = (*PEOPLE, "administrator", "alone", BOUND)

DECLARED: dict[str, list[tuple[str | None, bool, bool]]] = {
    "eve": [(None, False, False), ("alder", False, False), ("birch", False, False)],
    "finn": [(None, False, False), ("alder", True, False), ("alder", False, False), ("birch", False, False)],
    "hugh": [(None, False, False), ("alder", True, True), ("birch", False, False)],
    "iris": [(None, False, False)],
    "jack": [(None, True, False), ("alder", False, False), ("birch", False, False)],
    "kate": [("alder", False, False), ("birch", False, False)],
    "lena": [(None, False, False), ("alder", False, False), ("birch", False, False)],
    "chair": [(None, False, False), ("alder", False, False), ("birch", False, False)],
    "cora": [(None, False, False), ("alder", True, False), ("birch", False, False)],
}
"""About whom, whether there is a conflict, and whether a chair has cleared it."""


def declared_in(state: str, person: str) -> list[tuple[str | None, bool, bool]]:
    """What somebody has declared in a procurement: eve in one of them nothing, whatever she declared elsewhere."""
    return [] if (state, person) == ("opened", "eve") else DECLARED.get(person, [])


OF_A_CONTRACT_ALONE = {"dale": "closed", "elm": "anonymous"}
"""Suppliers of whom there is a contract in a procurement, and no document anywhere."""
MARKERS = ("eve", "finn", "seated")
"""Who has seats, submissions, drafts, marks and, save seated, first views."""


@dataclass
class World:
    """The rows by their classes, and a database that holds them."""

    rows: dict[type[SQLModel], list[dict[str, Any]]] = field(default_factory=dict)
    count: Iterator[int] = field(default_factory=itertools.count)

    def add(self, entity: type[SQLModel], **values: Any) -> str:
        """Write down a row; what nobody gives is filled with anything."""
        table, number = table_behind(entity), next(self.count)
        row = {c.name: _anything(c, number) for c in table.c if c.name not in values and not c.nullable}
        self.rows.setdefault(entity, []).append({c.name: None for c in table.c} | row | values)
        return str(values.get("id", row.get("id", "")))


def _anything(column: Any, number: int) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    if column.name == "at" or column.name.endswith("_at"):
        return THEN
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = str
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    of_each_kind = {int: number, float: 0.5, bool: False, bytes: b"", dict: {}, Decimal: Decimal(0), date: THEN.date()}
    return of_each_kind.get(kind, f"{column.name} {number}")


@cache
def world() -> tuple[World, Engine]:
    made = World()
    for state, how in STATES.items():
        _add_procurement(made, state, how)
    for supplier in ("alder", "birch", "cedar", *OF_A_CONTRACT_ALONE):  # cedar is of the library alone
        made.add(t.Supplier, id=supplier, name=supplier)
        made.add(t.BaselineEntry, supplier_id=supplier)
    for supplier, state in OF_A_CONTRACT_ALONE.items():
        made.add(Contract, id=f"{state} other contract", procurement_id=state, supplier_id=supplier)
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    t.Table.metadata.create_all(engine)
    with engine.begin() as connection:
        for entity, rows in made.rows.items():
            connection.execute(insert(table_behind(entity)), rows)
    return made, engine


def _add_procurement(made: World, state: str, how: dict[str, Any]) -> None:
    made.add(t.Procurement, id=state, opens_at=how.get("opens_at"), opened_at=how.get("opened_at"))
    for person, roles in PEOPLE.items():
        for role in roles:
            made.add(Membership, person_id=person, procurement_id=state, role=role)
    _add_documents(made, state)
    if how.get("panel"):
        _add_panel(made, state, how)
    for entity in (AwardDecision, FixedValue, ValuingMethod):
        known = {"supplier_id": "alder", "lot": "one"} if entity is not ValuingMethod else {}
        made.add(entity, procurement_id=state, **known)
    contract = made.add(Contract, id=f"{state} contract", procurement_id=state, supplier_id="alder")
    made.add(ContractMilestone, contract_id=contract)
    for kind in (t.EventKind.mark_submitted, t.EventKind.document_added):
        for document in (None, f"{state} alder"):
            made.add(t.AuditEntry, procurement_id=state, kind=kind, document_id=document)


def _add_documents(made: World, state: str) -> None:
    for name, supplier, kind, is_said in (
        ("alder", "alder", t.DocumentKind.bid, True),
        ("birch", "birch", t.DocumentKind.bid, True),
        ("asked", "alder", t.DocumentKind.specification, True),
        ("guessed", "alder", t.DocumentKind.specification, False),
    ):
        document = made.add(
            t.Document, id=f"{state} {name}", procurement_id=state, supplier_id=supplier, kind=kind,
            kind_is_said=is_said, sha256=f"{state} {name}", name=f"{name}.pdf",
        )  # fmt: skip
        run = made.add(t.Run, id=f"{document} run", document_id=document, description={})
        statement = made.add(t.Statement, id=f"{document} statement", document_id=document, run_id=run)
        made.add(t.Coding, statement_id=statement)
        made.add(t.KeptText, sha256=document)
        made.add(t.Receipt, document_id=document)
        question = made.add(clarification_tables.ClarificationQuestion, id=f"{document} question",
                            statement_id=statement)  # fmt: skip
        made.add(clarification_tables.ClarificationAnswer, question_id=question)
        first, second = DONE[name]
        reading = made.add(SecondReading, document_id=document, first_done_at=first, second_done_at=second)
        for reader in ("eve", "lead"):
            made.add(ReadingAnswer, reading_id=reading, statement_id=statement, reader_id=reader)


def _add_panel(made: World, state: str, how: dict[str, Any]) -> None:
    made.add(p.Panel, procurement_id=state, anonymous=how.get("anonymous", False),
             begun_at=THEN if how.get("begun") else None)  # fmt: skip
    for stage in (p.Stage.released, p.Stage.closed):
        for lot in how.get(stage.value, ()):
            made.add(p.PanelStep, procurement_id=state, lot=lot, stage=stage)
    for person in DECLARED:
        for supplier, has_conflict, is_cleared in declared_in(state, person):
            declaration = made.add(p.ConflictDeclaration, procurement_id=state, supplier_id=supplier, person_id=person,
                                   has_conflict=has_conflict)  # fmt: skip
            if has_conflict:
                action = p.RulingAction.clear if is_cleared else p.RulingAction.excuse
                made.add(p.ConflictRuling, declaration_id=declaration, procurement_id=state, person_id=person,
                         action=action)  # fmt: skip
    for supplier in SUPPLIERS:
        about: dict[str, Any] = {"procurement_id": state, "supplier_id": supplier, "lot": LOTS[supplier]}
        made.add(p.PanelSupplier, procurement_id=state, supplier_id=supplier, code=f"Bidder {supplier[0].upper()}")
        made.add(p.PanelBid, **about, name=supplier, code=f"Bidder {supplier[0].upper()}")
        for entity in (p.Consensus, p.ConsensusParticipant, p.ConsensusPassage):
            made.add(entity, **about)
        for person in MARKERS:
            seat = made.add(p.Seat, **about, person_id=person)
            made.add(p.SeatSubmission, seat_id=seat, procurement_id=state, lot=LOTS[supplier], person_id=person)
            made.add(p.DraftMark, seat_id=seat, procurement_id=state, person_id=person)
            for entity in (p.Mark, p.MarkPassage):
                made.add(entity, **about, person_id=person)
            if person != "seated" and supplier == "alder" and state != "opened":
                made.add(p.FirstView, **about, person_id=person)


# The rules in words

Row = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Who asks, and what the rules say of them."""

    name: str

    @property
    def person(self) -> str | None:
        return {"alone": None, BOUND: "eve"}.get(self.name, self.name)

    @property
    def caller(self) -> Caller:
        if self.name == "alone":
            return AT_THIS_MACHINE
        if self.name == BOUND:
            return Caller("", "eve", procurements=frozenset({"released"}))
        return Caller("", self.name, self.name == "administrator")

    def roles(self, state: str) -> set[Role]:
        return set(PEOPLE.get(self.person or "", ()))

    def has(self, right: Right, state: str) -> bool:
        if self.name == "alone":
            return True
        if self.name == "administrator":
            return right in RIGHTS_OF_ADMINISTRATORS
        bound = self.name != BOUND or state == "released"
        return bound and bool(self.roles(state) & ROLES_WITH[right])

    def is_closed(self, state: str, supplier: str) -> bool:
        if self.name == "alone" or not STATES[state].get("panel"):
            return False
        said = declared_in(state, self.person or "")
        if any(has and not cleared and about in (None, supplier) for about, has, cleared in said):
            return True
        marks = self.roles(state) & {Role.evaluator, Role.chair}
        return bool(marks) and not {None, supplier} <= {about for about, _, _ in said}

    def reads(self, state: str, document: str) -> bool:
        """Say whether they read a document of a procurement, named as `_add_documents` does."""
        opened = document == "asked" or state != "sealed"
        barred = document != "asked" and self.is_closed(state, "birch" if document == "birch" else "alder")
        return opened and self.has(Right.read, state) and not barred

    def reads_statements(self, state: str, document: str) -> bool:
        """Say whether they read what svdocs finds in a document: who marks, only after a first view."""
        marks = Role.evaluator in self.roles(state) or self.person in MARKERS
        viewed = self.person in ("eve", "finn") and document != "birch" and state != "opened"
        late = self.name != "alone" and STATES[state].get("panel") and marks and not viewed and document != "asked"
        return self.reads(state, document) and not late

    def reads_contract(self, state: str, supplier: str) -> bool:
        """Say whether they read a contract: nothing of it where they would not read what svdocs finds in the bid."""
        marks = Role.evaluator in self.roles(state) or self.person in MARKERS
        viewed = self.person in ("eve", "finn") and supplier == "alder" and state != "opened"
        late = self.name != "alone" and STATES[state].get("panel") and marks and not viewed
        known = not (late or self.is_closed(state, supplier) or self.is_without_names(state))
        return self.has(Right.read, state) and known

    def owns(self, row: Row) -> bool:
        return bool(row["person_id"] == self.person)

    def shares(self, row: Row) -> bool:
        state = row["procurement_id"]
        return row["lot"] in STATES[state].get("released", ()) and self.has(Right.see_marks, state)

    def is_told(self, row: Row) -> bool:
        state = row["procurement_id"]
        awaits = STATES[state].get("begun") and len(STATES[state].get("released", ())) < 2
        if self.name == "alone" or not awaits or self.has(Right.see_progress, state):
            return True
        return bool(self.roles(state) & {Role.lead, Role.records_officer}) and row["kind"] != "mark_submitted"

    def knows_supplier(self, supplier: str) -> bool:
        found = [(state, d) for state in STATES for d in ("alder", "birch", "asked", "guessed")
                 if supplier == {"birch": "birch"}.get(d, "alder")]  # fmt: skip
        if supplier in OF_A_CONTRACT_ALONE:
            state, found = OF_A_CONTRACT_ALONE[supplier], []
            named = self.reads_contract(state, supplier)
        else:
            named = any(self.reads(state, d) and not self.is_without_names(state) for state, d in found)
            named = named or (supplier == "alder" and any(self.reads_contract(state, supplier) for state in STATES))
        return named or (self.name == "alone" and not found)

    def is_without_names(self, state: str) -> bool:
        roles = self.roles(state)
        marks = Role.evaluator in roles or self.person in MARKERS
        return bool(self.name != "alone" and STATES[state].get("anonymous") and marks
                    and not roles & {Role.lead, Role.chair, Role.records_officer})  # fmt: skip


def _of_panel(may: Callable[[Reader, Row], bool], right: Right = Right.look) -> Callable[[Reader, Row], bool]:
    return lambda reader, row: reader.has(right, row["procurement_id"]) and may(reader, row)


def _by_document(column: str) -> Callable[[Reader, Row], bool]:
    return lambda reader, row: reader.reads(*row[column].split()[:2])


def _by_statement(column: str) -> Callable[[Reader, Row], bool]:
    return lambda reader, row: reader.reads_statements(*row[column].split()[:2])


def _has(reader: Reader, row: Row, *rights: Right) -> bool:
    return any(reader.has(right, row["procurement_id"]) for right in rights)


def _closed(reader: Reader, row: Row) -> bool:
    return reader.is_closed(row["procurement_id"], row["supplier_id"])


def _seat_of(row: Row) -> Row:
    [seat] = [seat for seat in world()[0].rows[p.Seat] if seat["id"] == row["seat_id"]]
    return seat


def _open(row: Row) -> bool:
    return bool(row["procurement_id"] != "sealed")


def _answered(reader: Reader, row: Row) -> bool:
    done = [r for r in world()[0].rows[SecondReading] if r["id"] == row["reading_id"]]
    both = all(r["first_done_at"] and r["second_done_at"] for r in done)
    return reader.name == "alone" or row["reader_id"] == reader.person or both


SEES = Right.see_award
RULES: dict[type[SQLModel], Callable[[Reader, Row], bool]] = {
    t.Procurement: lambda reader, row: reader.has(Right.look, row["id"]),
    t.Document: _by_document("id"),
    t.Run: _by_document("document_id"),
    t.Receipt: _by_document("document_id"),
    t.KeptText: _by_document("sha256"),
    SecondReading: _by_document("document_id"),
    t.Statement: _by_statement("id"),
    t.Coding: _by_statement("statement_id"),
    clarification_tables.ClarificationQuestion: _by_statement("statement_id"),
    clarification_tables.ClarificationAnswer: _by_statement("question_id"),
    ReadingAnswer: lambda reader, row: _by_statement("statement_id")(reader, row) and _answered(reader, row),
    t.Supplier: lambda reader, row: reader.knows_supplier(row["id"]),
    t.BaselineEntry: lambda reader, row: reader.knows_supplier(row["supplier_id"]),
    t.AuditEntry: _of_panel(lambda reader, row: reader.is_told(row) and (
        row["document_id"] is None or reader.reads(*row["document_id"].split()))),
    p.Panel: _of_panel(lambda reader, row: True),
    p.PanelStep: _of_panel(lambda reader, row: True),
    p.PanelSupplier: _of_panel(lambda reader, row: _open(row), Right.read),
    p.PanelBid: _of_panel(lambda reader, row: _open(row) and (
        _has(reader, row, Right.set_up_panel) or not _closed(reader, row)), Right.read),
    p.Seat: _of_panel(lambda reader, row: reader.owns(row) or reader.shares(row) or
                      _has(reader, row, Right.see_progress, Right.set_up_panel)),
    p.SeatSubmission: _of_panel(lambda reader, row: reader.owns(row) or reader.shares(row) or
                                _has(reader, row, Right.see_progress)),
    p.ConflictDeclaration: _of_panel(lambda reader, row: reader.owns(row) or
                                     _has(reader, row, Right.see_progress, Right.set_up_panel)),
    p.ConflictRuling: _of_panel(lambda reader, row: reader.owns(row) or
                                _has(reader, row, Right.see_progress, Right.set_up_panel)),
    p.DraftMark: _of_panel(lambda reader, row: reader.owns(row) and not _closed(reader, _seat_of(row))),
    **{entity: _of_panel(lambda reader, row: (reader.owns(row) or reader.shares(row)) and not _closed(reader, row))
       for entity in (p.Mark, p.MarkPassage, p.FirstView)},
    **{entity: _of_panel(lambda reader, row: reader.shares(row) and not _closed(reader, row))
       for entity in (p.Consensus, p.ConsensusParticipant, p.ConsensusPassage)},
    Contract: lambda reader, row: reader.reads_contract(row["procurement_id"], row["supplier_id"]),
    ContractMilestone: lambda reader, row: reader.reads_contract(row["contract_id"].split()[0], "alder"),
    ValuingMethod: _of_panel(lambda reader, row: True, SEES),
    FixedValue: _of_panel(lambda reader, row: _open(row) and not _closed(reader, row), SEES),
    AwardDecision: _of_panel(lambda reader, row: _open(row) and _has(reader, row, SEES, Right.export)),
}  # fmt: skip


OF_NO_PROCUREMENT = {
    "access_key", "answered_request", "audit_payload", "badge_key", "identity_request", "person", "share_definition",
    "sign_in", "spend_file", "spend_line", "spend_supplier", "worker",
}  # fmt: skip
"""Tables on whose rows there is no condition: any other table is looked through for every reader."""


@pytest.fixture(autouse=True)
def no_condition_of_before() -> None:
    seen._narrowing.cache_clear()
    panel_seal._hidden_names.cache_clear()


def key_of(table: Table) -> tuple[str, ...]:
    return tuple(c.name for c in table.primary_key)


def found_by(reader: Reader, entity: type[SQLModel]) -> set[tuple[Any, ...]]:
    with Session(world()[1], info=seen.seen_as(reader.caller)) as session:
        keys = key_of(table_behind(entity))
        return {tuple(getattr(row, key) for key in keys) for row in session.exec(select(entity))}


def keys(entity: type[SQLModel], rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in key_of(table_behind(entity))) for row in rows}


@pytest.mark.parametrize("entity", RULES, ids=lambda entity: entity.__name__)
def test_each_reader_finds_the_rows_that_the_rules_give_them(entity: type[SQLModel]) -> None:
    for name in READERS:
        reader, rows = Reader(name), world()[0].rows[entity]
        expected = keys(entity, [row for row in rows if RULES[entity](reader, row)])
        found = found_by(reader, entity)
        assert found == expected, (name, sorted(found - expected)[:3], sorted(expected - found)[:3])


def test_the_rules_tell_readers_and_rows_apart() -> None:
    made = world()[0]
    for entity, rule in RULES.items():
        shares = {sum(rule(Reader(name), row) for row in made.rows[entity]) for name in READERS}
        assert len(shares) > 1, f"everybody finds as much of {entity.__name__}"


# Bidders without names


def test_codes_are_given_to_those_who_mark_without_names_and_to_nobody_else() -> None:
    expected = {"anonymous alder": "Bidder A", "anonymous birch": "Bidder B", "anonymous asked": "Bidder A",
                "anonymous guessed": "Bidder A"}  # fmt: skip
    with world()[1].connect() as connection:
        for name in READERS:
            if name == BOUND:
                continue
            codes = panel_seal.codes_for(connection, Reader(name).caller)
            hidden = Reader(name).is_without_names("anonymous")
            assert codes.documents == (expected if hidden else {}), name
            assert codes.procurements == (frozenset({"anonymous"}) if hidden else frozenset()), name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("alder.pdf", "Bidder A, document 1234.pdf"), ("Alder Ltd", "Bidder A, document 1234"),
     ("a.b.docx", "Bidder A, document 1234.docx"), ("alder.p df", "Bidder A, document 1234")],
)  # fmt: skip
def test_a_document_goes_by_its_code_and_keeps_only_its_ending(name: str, shown: str) -> None:
    document = t.Document(id="12345678", procurement_id="x", supplier_id="s", name=name)
    panel_seal.hide_names(document, panel_seal.Codes({"12345678": "Bidder A"}, frozenset({"x"})))
    assert (document.name, document.supplier_id) == (shown, None)
    assert document not in Session().dirty


def test_names_are_hidden_in_every_row_that_has_one_and_in_no_other() -> None:
    codes = panel_seal.Codes({"d": "Bidder A"}, frozenset({"x"}))
    run = t.Run(document_id="d", description={"name": "Alder.pdf", "supplier": "Alder", "pages": 2})
    bid = p.PanelBid(procurement_id="x", supplier_id="s", code="Bidder A", name="Alder")
    supplier = p.PanelSupplier(procurement_id="x", supplier_id="s", code="Bidder A", name="Alder")
    other: list[t.Table] = [
        t.Document(id="e", name="Birch.pdf", supplier_id="s"), t.Run(document_id="e", description={"name": "Birch"}),
        p.PanelBid(procurement_id="y", supplier_id="s", code="B", name="Birch"),
        p.PanelSupplier(procurement_id="y", supplier_id="s", code="B", name="Birch"),
    ]  # fmt: skip
    before = [row.model_dump() for row in other]
    for row in (run, bid, supplier, *other):
        panel_seal.hide_names(row, codes)
    assert run.description == {"name": "Bidder A", "supplier": None, "pages": 2}
    assert (bid.name, bid.supplier_id) == ("Bidder A", "")
    assert (supplier.code, supplier.name) == ("", "Alder")
    assert [row.model_dump() for row in other] == before


def test_conditions_hang_on_who_asks_and_on_nothing_else_of_them() -> None:
    caller = Caller("Ada", "p", True, {"x": (Role.lead,)}, frozenset(), frozenset({"x"}))
    criteria = seen.criteria_for(caller)
    assert criteria == seen.Criteria("p", True, frozenset({"x"}))
    assert seen.seen_as(caller) == {"svdocs_criteria": criteria, "svdocs_caller": caller}
    assert criteria.on("no such table") is criteria.on("person") is None
    assert dataclasses.replace(criteria).on("mark") is criteria.on("mark")
    named = {n.entity.class_ for n in criteria.on_all()}  # type: ignore[union-attr]
    assert set(RULES) <= named
    assert None not in named
    assert {name for name in t.Table.metadata.tables if criteria.on(name) is None} == OF_NO_PROCUREMENT


def test_a_query_that_cannot_be_looked_through_is_narrowed_too() -> None:
    both = select(t.Document.id).union_all(select(t.Document.id))
    with Session(world()[1], info=seen.seen_as(Reader("stranger").caller)) as session:
        assert session.execute(both).all() == []
