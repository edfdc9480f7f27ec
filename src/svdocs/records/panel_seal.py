"""The seal of the panel, as conditions that `seen` puts on every query: who reads whose mark, which bid, which name.

A mark is read by its author, and by the panel once a chair has released its lot. A bid is read by those who mark only
after they have declared whether they have a conflict with its bidder, and never where they have one. What svdocs finds
in it is read by them only after they have saved a first view. Nothing here is checked anywhere else: what these
conditions leave out is, for every page, interface and export, not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, false, not_, or_, select, true
from sqlalchemy.orm.attributes import set_committed_value

from svdocs.records.access import Caller, Right
from svdocs.records.held import asker, holds, holds_role, table_behind, written
from svdocs.records.panel_tables import (
    SEALED_EVENTS,
    ConflictDeclaration,
    ConflictRuling,
    Consensus,
    ConsensusParticipant,
    ConsensusPassage,
    DraftMark,
    FirstView,
    Mark,
    MarkPassage,
    Panel,
    PanelBid,
    PanelStep,
    PanelSupplier,
    RulingAction,
    Seat,
    SeatSubmission,
    Stage,
)
from svdocs.records.people_tables import Role
from svdocs.records.tables import Document, DocumentKind, Procurement, Run, Table

MARKERS = frozenset({Role.evaluator, Role.chair})
"""Who declares before the first look: those who mark, and those who lead the moderation."""
NAMES_ARE_KNOWN_TO = frozenset({Role.lead, Role.chair, Role.records_officer})
"""Who reads bidders' names although bids are marked without."""
_OF_A_SEAT = (Seat, SeatSubmission)
_DECLARED = (ConflictDeclaration, ConflictRuling)
_MARKS = (Mark, MarkPassage, FirstView)
_AGREED = (Consensus, ConsensusParticipant, ConsensusPassage)


def narrow_panel(entity: type[Any], caller: Caller) -> ColumnElement[bool] | None:
    """Return when a row of a panel's table may be seen; None for every other table."""
    columns = table_behind(entity).c
    if entity not in (DraftMark, *_OF_A_SEAT, *_DECLARED, *_MARKS, *_AGREED, PanelSupplier, PanelBid):
        return None
    member = holds(Right.look, columns.procurement_id, caller)
    if entity is DraftMark:
        return and_(member, _is_own(columns, caller), not_(_is_seat_closed_to(columns.seat_id, caller)))
    if entity in _OF_A_SEAT:
        return and_(member, or_(_is_own(columns, caller), _may_know_progress(entity, columns, caller)))
    if entity in _DECLARED:
        chairs = holds(Right.see_progress, columns.procurement_id, caller)
        managed = holds(Right.set_up_panel, columns.procurement_id, caller)
        return and_(member, or_(_is_own(columns, caller), chairs, managed))
    if entity in (PanelSupplier, PanelBid):
        reads = holds(Right.read, columns.procurement_id, caller)  # a supplier's name is nothing for an administrator
        opened = and_(reads, is_open(columns.procurement_id))
        closed = is_closed_to(columns.procurement_id, columns.supplier_id, caller)
        managed = holds(Right.set_up_panel, columns.procurement_id, caller)
        return opened if entity is PanelSupplier else and_(opened, or_(managed, not_(closed)))
    seen = _is_shared(columns, caller)
    if entity in _MARKS:
        seen = or_(_is_own(columns, caller), seen)
    return and_(member, seen, not_(is_closed_to(columns.procurement_id, columns.supplier_id, caller)))


def _is_own(columns: Any, caller: Caller) -> ColumnElement[bool]:
    own: ColumnElement[bool] = columns.person_id.is_not_distinct_from(asker(caller.person_id))
    return own


def _may_know_progress(entity: type[Any], columns: Any, caller: Caller) -> ColumnElement[bool]:
    """Return whether the caller may know that a seat is there, or that something was submitted for it."""
    known = [holds(Right.see_progress, columns.procurement_id, caller), _is_shared(columns, caller)]
    if entity is Seat:
        known.append(holds(Right.set_up_panel, columns.procurement_id, caller))
    return or_(*known)


def _is_shared(columns: Any, caller: Caller) -> ColumnElement[bool]:
    """Return whether a row's lot is released to the panel, and the caller belongs to it."""
    return and_(_has_step(columns.procurement_id, columns.lot), holds(Right.see_marks, columns.procurement_id, caller))


def _has_step(procurement_id: ColumnElement[Any], lot: ColumnElement[Any]) -> ColumnElement[bool]:
    step = table_behind(PanelStep).alias()
    return exists().where(
        step.c.procurement_id == procurement_id, step.c.lot == lot, step.c.stage == written(Stage.released)
    )


def is_open(procurement_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the bids of the procurement of this id are not sealed, or have been opened."""
    procurement = table_behind(Procurement).alias()
    unsealed = or_(procurement.c.opens_at.is_(None), procurement.c.opened_at.is_not(None))
    return exists().where(procurement.c.id == procurement_id, unsealed)


# The conflict gate


def is_closed_to(
    procurement_id: ColumnElement[Any], supplier_id: ColumnElement[Any], caller: Caller
) -> ColumnElement[bool]:
    """Return whether a supplier's bid is closed to the caller: by a conflict, or because nothing is declared yet."""
    if caller.is_alone:
        return false()
    undeclared = and_(
        _has_panel(procurement_id),
        holds_role(MARKERS, procurement_id, caller),
        not_(and_(_declared(procurement_id, None, caller), _declared(procurement_id, supplier_id, caller))),
    )
    return or_(_has_conflict(procurement_id, supplier_id, caller), undeclared)


def _is_seat_closed_to(seat_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether the bid that a seat marks is closed to the caller."""
    seat = table_behind(Seat).alias()
    return exists().where(seat.c.id == seat_id, is_closed_to(seat.c.procurement_id, seat.c.supplier_id, caller))


def _has_panel(procurement_id: ColumnElement[Any]) -> ColumnElement[bool]:
    panel = table_behind(Panel).alias()
    return exists().where(panel.c.procurement_id == procurement_id)


def _declared(
    procurement_id: ColumnElement[Any], supplier_id: ColumnElement[Any] | None, caller: Caller
) -> ColumnElement[bool]:
    said = table_behind(ConflictDeclaration).alias()
    about = said.c.supplier_id.is_(None) if supplier_id is None else said.c.supplier_id == supplier_id
    return exists().where(said.c.procurement_id == procurement_id, said.c.person_id == asker(caller.person_id), about)


def _has_conflict(
    procurement_id: ColumnElement[Any], supplier_id: ColumnElement[Any], caller: Caller
) -> ColumnElement[bool]:
    """Return whether the caller declared a conflict that no chair has cleared; to declare again does not undo it."""
    said, ruling = table_behind(ConflictDeclaration).alias(), table_behind(ConflictRuling).alias()
    cleared = exists().where(ruling.c.declaration_id == said.c.id, ruling.c.action == written(RulingAction.clear))
    return exists().where(
        said.c.procurement_id == procurement_id,
        said.c.person_id == asker(caller.person_id),
        said.c.has_conflict,
        or_(said.c.supplier_id.is_(None), said.c.supplier_id == supplier_id),
        not_(cleared),
    )


def is_barred(document: FromClause, caller: Caller) -> ColumnElement[bool]:
    """Return whether a document of a supplier is closed to the caller by the conflict gate."""
    if caller.is_alone:
        return false()
    return and_(not_(_is_the_buyers(document)), is_closed_to(document.c.procurement_id, document.c.supplier_id, caller))


def _is_the_buyers(document: FromClause) -> ColumnElement[bool]:
    return and_(document.c.kind == written(DocumentKind.specification), document.c.kind_is_said)


# The first view


def may_see_statements(document: FromClause, caller: Caller) -> ColumnElement[bool]:
    """Return whether the caller may see what svdocs finds in a document: who marks, only after a first view."""
    found = may_see_findings(document.c.procurement_id, document.c.supplier_id, caller)
    return or_(_is_the_buyers(document), found)


def may_see_findings(
    procurement_id: ColumnElement[Any], supplier_id: ColumnElement[Any], caller: Caller
) -> ColumnElement[bool]:
    """Return whether the caller may see what svdocs finds in a supplier's bid: who marks, only after a first view."""
    if caller.is_alone:
        return true()
    viewed = table_behind(FirstView).alias()
    has_viewed = exists().where(
        viewed.c.procurement_id == procurement_id,
        viewed.c.person_id == asker(caller.person_id),
        viewed.c.supplier_id == supplier_id,
    )
    marks_here = and_(_has_panel(procurement_id), _marks_in(procurement_id, caller))
    return or_(not_(marks_here), has_viewed)


def _marks_in(procurement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    seat = table_behind(Seat).alias()
    has_seat = exists().where(seat.c.procurement_id == procurement_id, seat.c.person_id == asker(caller.person_id))
    return or_(holds_role({Role.evaluator}, procurement_id, caller), has_seat)


# The audit trail


def is_told(entry: Any, caller: Caller) -> ColumnElement[bool]:
    """Return whether an entry of the audit trail may be read while marks are sealed.

    A chair reads all. A lead and a records officer read what tells of nobody's progress. Others read nothing of the
    procurement: the numbers of the entries alone would tell that something happened between two of them.
    """
    if caller.is_alone:
        return true()
    officers = holds_role({Role.lead, Role.records_officer}, entry.procurement_id, caller)
    return or_(
        not_(_awaits_release(entry.procurement_id)),
        holds(Right.see_progress, entry.procurement_id, caller),
        and_(officers, entry.kind.not_in([written(kind) for kind in sorted(SEALED_EVENTS)])),
    )


def _awaits_release(procurement_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a panel marks in the procurement of this id and the marks of a lot are sealed."""
    panel, bid = table_behind(Panel).alias(), table_behind(PanelBid).alias()
    # Held to the panel's column: a question within a question knows only the one that it stands in.
    of_it = bid.c.procurement_id == panel.c.procurement_id
    sealed = exists().where(of_it, not_(_has_step(bid.c.procurement_id, bid.c.lot)))
    return exists().where(panel.c.procurement_id == procurement_id, panel.c.begun_at.is_not(None), sealed)


# Bidders without names


def is_anonymous_to(procurement_id: ColumnElement[Any], caller: Caller) -> ColumnElement[bool]:
    """Return whether bidders in the procurement of this id go by their codes to the caller."""
    if caller.is_alone:
        return false()
    panel = table_behind(Panel).alias()
    return and_(
        exists().where(panel.c.procurement_id == procurement_id, panel.c.anonymous),
        _marks_in(procurement_id, caller),
        not_(holds_role(NAMES_ARE_KNOWN_TO, procurement_id, caller)),
    )


@dataclass(frozen=True, slots=True)
class Codes:
    """Under which codes bidders are shown to a caller: of documents by their ids, and the procurements concerned."""

    documents: dict[str, str]
    procurements: frozenset[str]


_ANONYMOUS = select(table_behind(Panel).c.procurement_id).where(table_behind(Panel).c.anonymous).limit(1)
"""Whether bidders go by codes anywhere: nearly always not, and then nothing else needs to be asked."""


def codes_for(connection: Connection, caller: Caller) -> Codes:
    """Return the codes in whose place the caller reads no names."""
    if caller.person_id is None or connection.scalar(_ANONYMOUS) is None:
        return Codes({}, frozenset())
    within, documents = _hidden_names(caller.person_id)
    procurements = frozenset(connection.scalars(within))
    found = connection.execute(documents) if procurements else ()
    return Codes({row.id: row.code for row in found}, procurements)


@lru_cache(maxsize=1024)  # they hang on who asks alone, and take longer to make than to ask
def _hidden_names(person_id: str) -> tuple[Select[Any], Select[Any]]:
    """Return the questions in which procurements bidders go by codes to a person, and for which documents."""
    supplier, document = table_behind(PanelSupplier), table_behind(Document)
    hidden = is_anonymous_to(supplier.c.procurement_id, Caller("", person_id))
    same = and_(
        document.c.procurement_id == supplier.c.procurement_id, document.c.supplier_id == supplier.c.supplier_id
    )
    within = select(supplier.c.procurement_id).distinct().where(hidden)
    return within, select(document.c.id, supplier.c.code).where(same, hidden)


def hide_names(row: Table, codes: Codes) -> None:
    """Put codes in the place of names in a row that has just been read; what is kept does not change."""
    if isinstance(row, Document) and row.id in codes.documents:
        ending = row.name.rpartition(".")[2] if "." in row.name else ""
        name = f"{codes.documents[row.id]}, document {row.id[:4]}" + (f".{ending}" if ending.isalnum() else "")
        set_committed_value(row, "name", name)
        set_committed_value(row, "supplier_id", None)
    elif isinstance(row, Run) and row.document_id in codes.documents:
        hidden = {"name": codes.documents[row.document_id], "supplier": None}
        set_committed_value(row, "description", row.description | hidden)
    elif isinstance(row, PanelBid) and row.procurement_id in codes.procurements:
        set_committed_value(row, "name", row.code)
        set_committed_value(row, "supplier_id", "")
    elif isinstance(row, PanelSupplier) and row.procurement_id in codes.procurements:
        set_committed_value(row, "code", "")
