"""Panels for programs: set-up, declarations, one's own marking, the chair's board, release and moderation.

Whatever an answer holds comes from the store as its asker sees it; `records.panel_seal` says what that is.
"""

from __future__ import annotations

from typing import Any

from svdocs.errors import NotFound
from svdocs.panel.agreement import is_wide, spread_of
from svdocs.panel.frozen import as_json, kappa_by_criterion, read_frozen, standing_marks
from svdocs.panel.minimum import chosen_minimum, required_minimum
from svdocs.records.access import Right
from svdocs.records.conflicts import Conflicts
from svdocs.records.marks import Marks
from svdocs.records.moderating import Compared, Moderating
from svdocs.records.panels import CriterionGiven, Panels, rubric_of
from svdocs.records.people_tables import Scope
from svdocs.valuing.rubrics import Rubric, rubric_from, shipped_rubrics
from svdocs.web.api.panel_shapes import (
    BidBody,
    BidsGiven,
    ComparedBody,
    ConsensusBody,
    ConsensusGiven,
    CriterionBody,
    CriterionBodyGiven,
    DeclarationBody,
    DeclarationGiven,
    DraftGiven,
    DueBody,
    ExcuseGiven,
    FirstViewBody,
    LotBody,
    LotGiven,
    MarkBody,
    NoteGiven,
    PanelBody,
    PanelGiven,
    ReasonGiven,
    RubricBody,
    SeatBody,
    SeatsGiven,
    SubmissionGiven,
    TaskBody,
    bid_body,
    compared_body,
    consensus_body,
    criterion_body,
    declaration_body,
    due_body,
    lot_body,
    mark_body,
    panel_body,
    percent_from,
    rubric_body,
    seat_body,
    task_body,
    view_body,
)
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs, needs_scope

router = api_router("panel")
_PANEL = "/procurements/{procurement_id}/panel"


@router.get("/rubrics", dependencies=[needs_scope(Scope.read)])
def list_rubrics(here: AtHand) -> list[RubricBody]:
    """Return the rubrics that ship, each with the meaning of its marks and where the scale comes from."""
    return [rubric_body(r) for r in shipped_rubrics().values()]


# Set-up


@router.get(_PANEL, dependencies=[needs(Right.look)])
def show_panel(here: AtHand, procurement_id: str) -> PanelBody:
    """Return the panel of a procurement with its criteria."""
    return _panel(here, procurement_id)


@router.put(_PANEL, dependencies=[needs(Right.set_up_panel)])
def set_up_panel(here: AtHand, procurement_id: str, given: PanelGiven) -> PanelBody:
    """Set up the panel, or change how it works; until marking begins."""
    required = required_minimum(here.store, procurement_id)
    least, rule = chosen_minimum(required, percent_from(given.minimum_percent), given.rule)
    Panels(here.store).set_up(
        procurement_id, here.visitor.caller, minimum_hundredths=least, rule=rule, anonymous=given.anonymous
    )
    return _panel(here, procurement_id)


@router.post(_PANEL + "/criteria", status_code=201, dependencies=[needs(Right.set_up_panel)])
def add_criterion(here: AtHand, procurement_id: str, given: CriterionBodyGiven) -> CriterionBody:
    """Add a criterion or sub-criterion."""
    return criterion_body(Panels(here.store).set_criterion(procurement_id, _criterion(given), here.visitor.caller))


@router.put(_PANEL + "/criteria/{criterion_id}", dependencies=[needs(Right.set_up_panel)])
def change_criterion(here: AtHand, procurement_id: str, criterion_id: str, given: CriterionBodyGiven) -> CriterionBody:
    """Change a criterion; what is not sent has its default."""
    changed = Panels(here.store).set_criterion(procurement_id, _criterion(given), here.visitor.caller, criterion_id)
    return criterion_body(changed)


@router.delete(_PANEL + "/criteria/{criterion_id}", status_code=204, dependencies=[needs(Right.set_up_panel)])
def remove_criterion(here: AtHand, procurement_id: str, criterion_id: str) -> None:
    """Remove a criterion that has no sub-criteria."""
    Panels(here.store).remove_criterion(procurement_id, criterion_id, here.visitor.caller)


@router.get(_PANEL + "/bids", dependencies=[needs(Right.look)])
def list_bids(here: AtHand, procurement_id: str) -> list[BidBody]:
    """Return the bids that are marked; to who marks, those that no declaration closes."""
    return [bid_body(b) for b in Panels(here.store).bids_of(procurement_id)]


@router.post(_PANEL + "/bids", status_code=201, dependencies=[needs(Right.set_up_panel)])
def add_bids(here: AtHand, procurement_id: str, given: BidsGiven) -> list[BidBody]:
    """Have bids marked: of the suppliers named, or of all with a bid in the records; return all."""
    bids = Panels(here.store).add_bids(procurement_id, here.visitor.caller, lot=given.lot, supplier_ids=given.suppliers)
    return [bid_body(b) for b in bids]


@router.delete(_PANEL + "/bids/{bid_id}", status_code=204, dependencies=[needs(Right.set_up_panel)])
def remove_bid(here: AtHand, procurement_id: str, bid_id: str) -> None:
    """Take a bid out of what is marked."""
    Panels(here.store).remove_bid(procurement_id, bid_id, here.visitor.caller)


@router.get(_PANEL + "/seats", dependencies=[needs(Right.set_up_panel)])
def list_seats(here: AtHand, procurement_id: str) -> list[SeatBody]:
    """Return who marks what."""
    return [seat_body(s) for s in Panels(here.store).seats_of(procurement_id)]


@router.post(_PANEL + "/seats", status_code=201, dependencies=[needs(Right.set_up_panel)])
def assign_seats(here: AtHand, procurement_id: str, given: SeatsGiven) -> list[SeatBody]:
    """Have somebody mark; return the seats that are new."""
    seats = Panels(here.store).assign(
        procurement_id, here.visitor.caller, person_id=given.person, criterion_ids=given.criteria, bid_ids=given.bids
    )
    return [seat_body(s) for s in seats]


@router.delete(_PANEL + "/seats/{seat_id}", status_code=204, dependencies=[needs(Right.set_up_panel)])
def take_seat_back(here: AtHand, procurement_id: str, seat_id: str) -> None:
    """Take a seat back before marking begins."""
    Panels(here.store).unassign(procurement_id, seat_id, here.visitor.caller)


@router.post(_PANEL + "/begin", dependencies=[needs(Right.set_up_panel)])
def begin_marking(here: AtHand, procurement_id: str) -> PanelBody:
    """Begin marking: criteria, weightings, rubrics and bids stay as they are from now on."""
    Panels(here.store).begin(procurement_id, here.visitor.caller)
    return _panel(here, procurement_id)


# Declarations


@router.get(_PANEL + "/declarations/due", dependencies=[needs(Right.mark)])
def list_due(here: AtHand, procurement_id: str) -> list[DueBody]:
    """Return what the asker is to declare: the procurement, then each supplier."""
    return [due_body(d) for d in Conflicts(here.store).due(procurement_id, here.visitor.caller)]


@router.get(_PANEL + "/declarations", dependencies=[needs(Right.look)])
def list_declarations(here: AtHand, procurement_id: str) -> list[DeclarationBody]:
    """Return the asker's own declarations, and to lead and chair everybody's."""
    return [declaration_body(d) for d in Conflicts(here.store).declared_in(procurement_id)]


@router.post(_PANEL + "/declarations", status_code=201, dependencies=[needs(Right.mark)])
def declare(here: AtHand, procurement_id: str, given: DeclarationGiven) -> list[DueBody]:
    """Declare whether there is a conflict; return what is declared then."""
    Conflicts(here.store).declare(
        procurement_id, here.visitor.caller, has_conflict=given.has_conflict, supplier_id=given.supplier,
        nature=given.nature,
    )  # fmt: skip
    return list_due(here, procurement_id)


@router.post(_PANEL + "/declarations/{declaration_id}/clear", dependencies=[needs(Right.release)])
def clear_declaration(here: AtHand, procurement_id: str, declaration_id: str,
                      given: ReasonGiven) -> list[DeclarationBody]:  # fmt: skip
    """Decide that what was declared does not stand in the way; to decide otherwise, excuse the seats."""
    conflicts = Conflicts(here.store)
    _one(declaration_id in {d.declaration.id for d in conflicts.declared_in(procurement_id)})
    conflicts.clear(declaration_id, here.visitor.caller, because=given.because)
    return list_declarations(here, procurement_id)


# One's own marking


@router.get(_PANEL + "/tasks", dependencies=[needs(Right.mark)])
def list_tasks(here: AtHand, procurement_id: str) -> list[TaskBody]:
    """Return what the asker is to mark, with their own drafts and marks."""
    return [task_body(t) for t in Marks(here.store).tasks(procurement_id, here.visitor.caller)]


@router.get(_PANEL + "/tasks/{seat_id}", dependencies=[needs(Right.mark)])
def show_task(here: AtHand, procurement_id: str, seat_id: str) -> TaskBody:
    """Return one thing that the asker is to mark."""
    task = Marks(here.store).task(seat_id, here.visitor.caller)
    _one(task.seat.procurement_id == procurement_id)
    return task_body(task)


@router.put(_PANEL + "/tasks/{seat_id}/draft", dependencies=[needs(Right.mark)])
def save_draft(here: AtHand, procurement_id: str, seat_id: str, given: DraftGiven) -> TaskBody:
    """Save a draft, which nobody else reads."""
    _one(Marks(here.store).seat(seat_id, here.visitor.caller).procurement_id == procurement_id)
    Marks(here.store).save_draft(
        seat_id, here.visitor.caller, mark=given.mark, reason=given.reason,
        passages=[p.as_given() for p in given.passages],
    )  # fmt: skip
    return show_task(here, procurement_id, seat_id)


@router.post(_PANEL + "/tasks/{seat_id}/marks", status_code=201, dependencies=[needs(Right.mark)])
def submit_mark(here: AtHand, procurement_id: str, seat_id: str, given: SubmissionGiven) -> MarkBody:
    """Submit a mark, which never changes; a later one takes its place, and both stay."""
    _one(Marks(here.store).seat(seat_id, here.visitor.caller).procurement_id == procurement_id)
    return mark_body(
        Marks(here.store).submit(
            seat_id, here.visitor.caller, mark=given.mark, reason=given.reason,
            passages=[p.as_given() for p in given.passages], because=given.because,
        )
    )  # fmt: skip


@router.post(_PANEL + "/bids/{bid_id}/first-view", status_code=201, dependencies=[needs(Right.mark)])
def save_first_view(here: AtHand, procurement_id: str, bid_id: str, given: NoteGiven) -> FirstViewBody:
    """Save what the asker thinks of a bid so far; from then on they see what svdocs finds in it."""
    _one(bid_id in {b.id for b in Panels(here.store).bids_of(procurement_id)})
    return view_body(Marks(here.store).save_first_view(bid_id, given.note, here.visitor.caller))


# The chair


@router.get(_PANEL + "/board", dependencies=[needs(Right.see_progress)])
def show_board(here: AtHand, procurement_id: str) -> list[LotBody]:
    """Return each lot with who has submitted, and not what."""
    return [lot_body(x) for x in Moderating(here.store).board(procurement_id, here.visitor.caller)]


@router.post(_PANEL + "/excuse", dependencies=[needs(Right.release)])
def excuse(here: AtHand, procurement_id: str, given: ExcuseGiven) -> list[LotBody]:
    """Take somebody out of marking, perhaps with somebody in their place; return the board."""
    moderating, known = Moderating(here.store), {s.id for s in Panels(here.store).seats_of(procurement_id)}
    _one(set(given.seats) <= known)
    moderating.excuse(given.seats, here.visitor.caller, because=given.because, replacement_id=given.replacement)
    return show_board(here, procurement_id)


@router.post(_PANEL + "/release", dependencies=[needs(Right.release)])
def release(here: AtHand, procurement_id: str, given: LotGiven) -> list[LotBody]:
    """Release the marks of a lot to the panel, once all have submitted; return the board."""
    Moderating(here.store).release(procurement_id, here.visitor.caller, lot=given.lot)
    return show_board(here, procurement_id)


@router.get(_PANEL + "/comparison", dependencies=[needs(Right.see_marks)])
def compare(here: AtHand, procurement_id: str) -> list[ComparedBody]:
    """Return all marks of the lots that are released, with their spread."""
    return [_compared(c) for c in Moderating(here.store).compare(procurement_id, here.visitor.caller)]


@router.get(_PANEL + "/agreement", dependencies=[needs(Right.see_marks)])
def show_agreement(here: AtHand, procurement_id: str) -> dict[str, dict[str, Any]]:
    """Return by criterion the mean weighted kappa (linear) of the lots that are released."""
    kappa = kappa_by_criterion(Moderating(here.store).compare(procurement_id, here.visitor.caller))
    return {key: {"weighted_kappa": found, "pairs_of_evaluators": pairs} for key, (found, pairs) in kappa.items()}


@router.post(_PANEL + "/consensus", status_code=201, dependencies=[needs(Right.moderate)])
def agree(here: AtHand, procurement_id: str, given: ConsensusGiven) -> ConsensusBody:
    """Record what the panel agreed on, beside the individual marks."""
    _one(given.bid in {b.id for b in Panels(here.store).bids_of(procurement_id)})
    agreed = Moderating(here.store).agree(
        given.bid, given.criterion, here.visitor.caller, mark=given.mark, reason=given.reason,
        participants=given.participants, passages=[p.as_given() for p in given.passages],
        from_marks=given.from_marks, because=given.because,
    )  # fmt: skip
    return consensus_body(agreed)


@router.post(_PANEL + "/close", dependencies=[needs(Right.moderate)])
def close(here: AtHand, procurement_id: str, given: LotGiven) -> list[LotBody]:
    """Close the moderation of a lot: its record is frozen; return the board."""
    Moderating(here.store).close(procurement_id, here.visitor.caller, lot=given.lot)
    return show_board(here, procurement_id)


@router.get(_PANEL + "/record", dependencies=[needs(Right.see_marks)])
def show_record(here: AtHand, procurement_id: str, lot: str = "") -> dict[str, Any]:
    """Return the frozen record of a lot, from which letters are written; exact figures as fractions."""
    return as_json(read_frozen(here.store, procurement_id, here.visitor.caller, lot=lot))


def _one(is_there: bool) -> None:
    if not is_there:
        raise NotFound("There is no such part of this panel; list them to find the right one.")


def _panel(here: Here, procurement_id: str) -> PanelBody:
    panels = Panels(here.store)
    panel = panels.panel_of(procurement_id)
    if panel is None:
        raise NotFound("This procurement has no panel yet; its lead or chair sets one up.")
    may_set_up = here.visitor.caller.may(Right.set_up_panel, procurement_id)
    lacks = panels.lacks_of(procurement_id) if may_set_up and panel.begun_at is None else None
    return panel_body(panel, panels.criteria_of(procurement_id), lacks)


def _criterion(given: CriterionBodyGiven) -> CriterionGiven:
    return CriterionGiven(
        given.title, percent_from(given.weight) or 0, _rubric(given), given.parent, given.question,
        given.is_social_value, given.quantity_method, percent_from(given.quantity_share) or 0, given.target_per_pound,
    )  # fmt: skip


def _rubric(given: CriterionBodyGiven) -> Rubric:
    if given.levels:
        levels = [level.model_dump(exclude_none=True) for level in given.levels]
        return rubric_from({"key": "own", "title": "Own", "levels": levels})
    return rubric_named(given.rubric)


def rubric_named(key: str) -> Rubric:
    """Return the rubric of this key that ships.

    Raises:
        NotFound: there is none.
    """
    if key not in shipped_rubrics():
        raise NotFound(
            f"There is no rubric {key[:20]!r}; choose one of {', '.join(shipped_rubrics())}, or give levels."
        )
    return shipped_rubrics()[key]


def _compared(one: Compared) -> ComparedBody:
    rubric, marks = rubric_of(one.criterion), list(standing_marks(one).values())
    return compared_body(one, str(spread_of(rubric, marks)), is_wide(rubric, marks))
