"""How a procurement is set up: a task list, a form for each part, the rules with why, and the answers to check."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotFound
from svdocs.frameworks.applying import check_set_up, missing_for_rules, model_for, rules_that_apply
from svdocs.frameworks.local import LocalDefinition, offered_definitions
from svdocs.frameworks.set_up import SetUp, SetUpPart, is_done, missing_parts
from svdocs.records.access import Right
from svdocs.records.menus import Menus
from svdocs.records.set_ups import SetUps
from svdocs.records.tender_checks import TenderChecks
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.set_up_form import read_part
from svdocs.web.shown_set_up import TITLES, answers_of, choices_for

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_SET_UP = "/procurements/{procurement_id}/set-up"


@router.get(_SET_UP, dependencies=[needs(Right.read)])
def show_set_up(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the tasks of the set-up with what is done, what it breaks and which rules apply."""
    record = SetUps(here.store).current(procurement_id)
    return render(
        request,
        "set_up.html",
        **_about(here, procurement_id),
        record=record,
        tasks=[(part, TITLES[part], is_done(record.set_up, part)) for part in SetUpPart],
        left=len(missing_parts(record.set_up)),
        breaches=check_set_up(record.set_up),
        rules=rules_that_apply(record.set_up),
        missing=missing_for_rules(record.set_up),
        menu=Menus(here.store).publication_of(procurement_id),
        menus=len(Menus(here.store).versions_of(procurement_id)),
        checks=len(TenderChecks(here.store).of_procurement(procurement_id)),
    )


@router.get(_SET_UP + "/answers", dependencies=[needs(Right.read)])
def show_answers(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show all answers, to be checked and confirmed."""
    return _answers_page(request, here, procurement_id, Form())


@router.post(_SET_UP + "/answers", dependencies=[needs(Right.change)])
def confirm_answers(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Confirm the set-up."""
    with form.taking("because"):
        SetUps(here.store).confirm(
            procurement_id, person=here.visitor.caller.name, seen=_seen(form), because=form.value("because")
        )
    if form.errors:
        return _answers_page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/set-up", "Set-up confirmed")


@router.get(_SET_UP + "/versions", dependencies=[needs(Right.read)])
def show_versions(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show every version of the set-up with who saved it and what it changed."""
    versions = SetUps(here.store).versions_of(procurement_id)
    rows = []
    before = dict(_flat(SetUp()))
    for record in versions:
        now = dict(_flat(record.set_up))
        changed = [(name, before.get(name, ""), value) for name, value in now.items() if value != before.get(name, "")]
        changed += [(name, value, "") for name, value in before.items() if value and name not in now]
        rows.append((record, changed))
        before = now
    return render(request, "set_up_versions.html", **_about(here, procurement_id), rows=rows[::-1], titles=TITLES)


@router.get(_SET_UP + "/{part}", dependencies=[needs(Right.read)])
def show_part(
    request: Request, here: AtHand, procurement_id: str, part: str, use: Annotated[int | None, Query()] = None
) -> Response:
    """Show the form of one part, with a published definition of local filled in if one is asked for."""
    record = SetUps(here.store).current(procurement_id)
    offered = offered_definitions()
    local = offered[use][0] if use is not None and 0 <= use < len(offered) else record.set_up.local
    return _part_page(request, here, procurement_id, _part_named(part), Form(), local=local)


@router.post(_SET_UP + "/{part}", dependencies=[needs(Right.change)])
def save_part(request: Request, here: AtHand, procurement_id: str, part: str, form: Sent) -> Response:
    """Save one part as a new version, and go back to the tasks."""
    named, set_ups = _part_named(part), SetUps(here.store)
    standing = set_ups.current(procurement_id).set_up
    set_up = read_part(named, form, standing)
    if not form.errors:
        with form.taking("version"):
            set_ups.save(
                procurement_id, set_up, person=here.visitor.caller.name, seen=_seen(form), part=named.value,
                because=form.value("because"),
            )  # fmt: skip
    if form.errors:
        return _part_page(request, here, procurement_id, named, form, local=standing.local)
    return go(request, f"/procurements/{procurement_id}/set-up", f"{TITLES[named]}: saved")


def _part_named(part: str) -> SetUpPart:
    if part not in set(SetUpPart):
        raise NotFound("There is no such part of a set-up; go back to its tasks.")
    return SetUpPart(part)


def _seen(form: Form) -> int | None:
    typed = form.value("version")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None


def _about(here: Here, procurement_id: str) -> dict[str, Any]:
    may_change = here.visitor.caller.may(Right.change, procurement_id)
    return {"procurement": here.store.procurement(procurement_id), "may_change": may_change}


def _part_page(
    request: Request, here: Here, procurement_id: str, part: SetUpPart, form: Form, *, local: LocalDefinition | None
) -> Response:
    record = SetUps(here.store).current(procurement_id)
    set_up = record.set_up
    return render(
        request,
        "set_up_part.html",
        **_about(here, procurement_id),
        form=form,
        part=part.value,
        title=TITLES[part],
        record=record,
        set_up=set_up,
        local=local,
        offered=offered_definitions(),
        breaches=check_set_up(set_up),
        **choices_for(part, set_up, _fitting(set_up)),
    )


def _fitting(set_up: SetUp) -> tuple[str, ...]:
    """Return the framework editions that the rules pick for a set-up, best first."""
    model = model_for(set_up)
    return tuple(k for k in (model.framework, *model.allowed) if k) if model else ()


def _answers_page(request: Request, here: Here, procurement_id: str, form: Form) -> Response:
    record = SetUps(here.store).current(procurement_id)
    return render(
        request,
        "set_up_answers.html",
        **_about(here, procurement_id),
        form=form,
        record=record,
        answers=[(part, TITLES[part], rows) for part, rows in answers_of(record.set_up).items()],
        missing=[TITLES[p] for p in missing_parts(record.set_up)],
        breaches=check_set_up(record.set_up),
    )


def _flat(set_up: SetUp) -> list[tuple[str, str]]:
    return [row for rows in answers_of(set_up).values() for row in rows]
