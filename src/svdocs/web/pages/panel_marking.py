"""One evaluator's own pages: what they declare, what they mark, and a mark with the passages that it rests on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotFound
from svdocs.records.access import Right
from svdocs.records.conflicts import Conflicts
from svdocs.records.marks import Marks, Task
from svdocs.records.panel_tables import SeatState
from svdocs.records.panels import Panels, rubric_of, weighted
from svdocs.records.passages import PassageGiven
from svdocs.valuing.weightings import in_percent, shown, weight_of_each
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_PANEL = "/procurements/{procurement_id}/panel"


@router.get(_PANEL + "/declarations", dependencies=[needs(Right.look)])
def show_declarations(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show what the visitor has to declare, and to lead and chair what everybody declared."""
    return _declarations(request, here, procurement_id)


@router.post(_PANEL + "/declarations", dependencies=[needs(Right.mark)])
def declare(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take a declaration."""
    answer, supplier = form.value("answer"), form.value("supplier")
    field = f"answer-{supplier or 'all'}"
    if answer not in ("no", "yes"):
        form.refuse(field, "Select whether you have a conflict of interest")
    elif answer == "yes" and not form.value("nature"):
        form.refuse(f"nature-{supplier or 'all'}", "Say what the conflict is")
    else:
        with form.taking(field):
            Conflicts(here.store).declare(
                procurement_id, here.visitor.caller, has_conflict=answer == "yes", supplier_id=supplier or None,
                nature=form.value("nature"),
            )  # fmt: skip
    if form.errors:
        return _declarations(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/declarations", "Your declaration is kept.")


@router.post(_PANEL + "/declarations/clear", dependencies=[needs(Right.release)])
def clear(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Take a chair's decision that what was declared does not stand in the way."""
    conflicts, declaration_id = Conflicts(here.store), form.value("declaration")
    if declaration_id not in {d.declaration.id for d in conflicts.declared_in(procurement_id)}:
        raise NotFound("There is no such declaration; open the list again.")
    with form.taking(f"because-{declaration_id}"):
        conflicts.clear(declaration_id, here.visitor.caller, because=form.value("because"))
    if form.errors:
        return _declarations(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/panel/declarations", "Your decision is kept.")


@router.get(_PANEL + "/marking", dependencies=[needs(Right.mark)])
def show_marking(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show what the visitor marks, bid by bid."""
    tasks = Marks(here.store).tasks(procurement_id, here.visitor.caller)
    still = [t for t in tasks if t.seat.state is SeatState.standing]
    bids: dict[str, list[Task]] = {}
    for task in tasks:
        bids.setdefault(task.seat.bid_id, []).append(task)
    return render(
        request,
        "panel_marking.html",
        procurement=here.store.procurement(procurement_id),
        bids=[(ts[0].bid, ts) for ts in bids.values()],
        undeclared=Conflicts(here.store).undeclared(procurement_id, here.visitor.caller),
        to_give=len(still),
        given=sum(t.standing is not None for t in still),
    )


@router.get(_PANEL + "/marking/{seat_id}", dependencies=[needs(Right.mark)])
def show_mark(request: Request, here: AtHand, procurement_id: str, seat_id: str) -> Response:
    """Show the page on which one bid is marked under one criterion."""
    return _mark_page(request, here, procurement_id, seat_id)


@router.post(_PANEL + "/marking/{seat_id}/view", dependencies=[needs(Right.mark)])
def save_view(request: Request, here: AtHand, procurement_id: str, seat_id: str, form: Sent) -> Response:
    """Save a first view of the bid; from then on the page shows what svdocs finds in it."""
    task = _task(here, procurement_id, seat_id)
    with form.taking("note"):
        Marks(here.store).save_first_view(task.seat.bid_id, form.value("note"), here.visitor.caller)
    if form.errors:
        return _mark_page(request, here, procurement_id, seat_id, form)
    address = f"/procurements/{procurement_id}/panel/marking/{seat_id}"
    return go(request, address, "Your first view is kept. What svdocs found in the bid is shown below.")


@router.post(_PANEL + "/marking/{seat_id}", dependencies=[needs(Right.mark)])
def save_mark(request: Request, here: AtHand, procurement_id: str, seat_id: str, form: Sent) -> Response:
    """Save a draft, or submit the mark."""
    marks, task, caller = Marks(here.store), _task(here, procurement_id, seat_id), here.visitor.caller
    passages = _pinned(form, task)
    address = f"/procurements/{procurement_id}/panel/marking/{seat_id}"
    if form.value("do") != "submit":
        with form.taking("quote" if form.value("quote") else "mark"):
            marks.save_draft(seat_id, caller, mark=form.value("mark"), reason=form.value("reason"), passages=passages)
        if form.errors:
            return _mark_page(request, here, procurement_id, seat_id, form)
        return go(request, address, "The draft is saved. Nobody else reads it.")
    mark = form.needed("mark", "Select the mark")
    reason = form.needed("reason", "Write the reason for the mark")
    because = form.value("because")
    if not passages:
        form.refuse("quote", "Pin at least one passage of the bid that the mark rests on")
    if task.marks and not because:
        form.refuse("because", "Say why this mark takes the place of the one that you submitted")
    if not form.errors:
        with form.taking("quote" if form.value("quote") else "mark"):
            marks.submit(seat_id, caller, mark=mark, reason=reason, passages=passages, because=because)
    if form.errors:
        return _mark_page(request, here, procurement_id, seat_id, form)
    return go(request, address, "Your mark is submitted and does not change any more.")


def _task(here: Here, procurement_id: str, seat_id: str) -> Task:
    task = Marks(here.store).task(seat_id, here.visitor.caller)
    if task.seat.procurement_id != procurement_id:
        raise NotFound("There is nothing of this id that you mark; open your list again.")
    return task


def _kept(task: Task) -> list[PassageGiven]:
    """Return the passages that the page shows as pinned: of the draft, or else of the mark that stands."""
    if task.draft is not None:
        return task.drafted_passages
    if task.standing is None:
        return []
    return [PassageGiven(p.document_id, p.quote, p.page, p.statement_id) for p in task.standing.passages]


def _pinned(form: Form, task: Task) -> list[PassageGiven]:
    kept = {str(i): p for i, p in enumerate(_kept(task))}
    passages = [kept[i] for i in form.all("keep") if i in kept]
    there = {p.statement_id for p in passages}
    passages += [PassageGiven(statement_id=s) for s in form.all("statement") if s not in there]
    if form.value("quote"):
        page = int(form.value("page")) if form.value("page").isdecimal() and len(form.value("page")) < 6 else None
        passages.append(PassageGiven(form.value("document"), form.value("quote"), page))
    return passages


def _mark_page(request: Request, here: Here, procurement_id: str, seat_id: str, form: Form | None = None) -> Response:
    task = _task(here, procurement_id, seat_id)
    documents = _documents(here, task) if task.bid else []
    shows_found = task.first_view is not None and task.bid is not None
    statements: list[dict[str, Any]] = []
    for document in documents if shows_found else []:
        for record in here.store.statements_of(document.id):
            s = record.statement
            statements.append({"id": s.id, "text": s.text, "page": s.page, "key": s.key, "type": s.type,
                               "document": document.document})  # fmt: skip
    pinned = {p.statement_id for p in _kept(task) if p.statement_id}
    criteria = Panels(here.store).criteria_of(procurement_id)
    names = {d.id: d.document.name for d in documents}
    return render(
        request,
        "panel_mark.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        task=task,
        rubric=rubric_of(task.criterion),
        documents=[(d.id, d.document.name) for d in documents],
        names=names,
        kept=_kept(task),
        found={s["id"]: s for s in statements},
        weight=shown(weight_of_each(weighted(criteria))[task.criterion.id] * 100),
        by_quantity=in_percent(task.criterion.quantity_hundredths) if task.criterion.quantity_hundredths else "",
        following=_following(here, task),
        statements=[s for s in statements if s["id"] not in pinned],
        shows_found=shows_found,
        begins_with=task.draft or (task.standing.mark if task.standing else None),
        can_mark=task.bid is not None and task.seat.state == "standing" and not task.is_released,
    )


def _following(here: Here, task: Task) -> Task | None:
    """Return what the visitor may mark next: the first after this one without a mark, from the top again at the end."""
    tasks = Marks(here.store).tasks(task.seat.procurement_id, here.visitor.caller)
    at = [t.seat.id for t in tasks].index(task.seat.id)
    for other in tasks[at + 1 :] + tasks[:at]:
        if other.bid and not other.standing and not other.is_released and other.seat.state is SeatState.standing:
            return other
    return None


def _documents(here: Here, task: Task) -> list[Any]:
    """Return the documents of the bid that the visitor may read."""
    return Marks(here.store).documents_of(task.seat.id, here.visitor.caller)


def _declarations(request: Request, here: Here, procurement_id: str, form: Form | None = None) -> Response:
    conflicts, caller = Conflicts(here.store), here.visitor.caller
    may_mark = caller.may(Right.mark, procurement_id)
    own = caller.person_id
    return render(
        request,
        "panel_declarations.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        due=conflicts.due(procurement_id, caller) if may_mark else [],
        others=[d for d in conflicts.declared_in(procurement_id) if d.declaration.person_id != own],
        may_mark=may_mark,
        may_rule=caller.may(Right.release, procurement_id),
        sees_others=caller.may(Right.set_up_panel, procurement_id),
    )
