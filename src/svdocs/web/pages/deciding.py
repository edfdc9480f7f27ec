"""Deciding on a document's statements: one or several, by the reader's forms, with and without script.

A form of htmx is answered with the statement's place in the list, the next one opened, and the tally; without script
the answer goes back to the reader, at the next statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.decisions import Decisions
from svdocs.records.people_tables import Scope
from svdocs.records.tables import DecisionAction
from svdocs.records.turns import Turn, Turns
from svdocs.review.walk import Walk
from svdocs.web.amending_form import CHOICES, codes_of, offer_codes, read_changes
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.pages.documents import read_kept_text
from svdocs.web.reader import next_to_decide, tally_of, target_of
from svdocs.web.render import go, render
from svdocs.web.rights import needs, needs_scope
from svdocs.web.shown_statement import ShownStatement, show_statement
from svdocs.web.shown_walk import show_walk, walk_asked
from svdocs.web.wording import label
from svdocs.web.workplace import REASONS, Desk, desk_of, name_given, order_asked, reader_address, remember_name

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])

Errors = Sequence[tuple[str, str]]
SIMPLE = (DecisionAction.accept, DecisionAction.reject, DecisionAction.unsure)


@dataclass(frozen=True, slots=True)
class Place:
    """A statement with the turns of its document's, as a form about it needs them."""

    turns: list[Turn]
    one: ShownStatement
    desk: Desk

    @property
    def address(self) -> str:
        """The reader's address with the statement open."""
        return self.desk.address_of(self.one.key)


def place_of(request: Request, here: Here, statement_id: str) -> Place:
    """Return the statement among its document's others; one of an older run stands alone.

    Raises:
        NotFound: there is none of this id.
    """
    record = here.store.statement(statement_id)
    document = here.store.document(record.statement.document_id)
    turns = Turns(here.store).of(document.id)
    number = next((n for n, turn in enumerate(turns, 1) if turn.id == statement_id), None)
    one = show_statement(record, number)
    return Place(turns, one, desk_of(request, here, document, [one]))


@router.get("/statements/{statement_id}", dependencies=[needs(Right.read)])
def show_one_statement(request: Request, here: AtHand, statement_id: str) -> Response:
    """Show one statement with its decisions and the form that records one."""
    return _statement_page(request, place_of(request, here, statement_id), [], None)


@router.get("/statements/{statement_id}/card", dependencies=[needs(Right.read)])
def show_card(request: Request, here: AtHand, statement_id: str) -> Response:
    """Return the statement's place in the list, opened, for htmx."""
    place = place_of(request, here, statement_id)
    return _item(request, here, place, open_=True, walk=walk_asked(request, here, place.desk.procurement.id))


@router.post("/statements/{statement_id}/decisions", dependencies=[needs(Right.decide)])
def record_decision(request: Request, here: AtHand, form: Sent, statement_id: str) -> Response:
    """Record a person's decision and go on to the next statement."""
    because = REASONS.get(form.value("because"), "")
    action = DecisionAction.reject.value if because else form.value("action")
    reason = because or form.value("reason")
    person = here.visitor.name or form.value("person")
    errors = _wrong_in_decision(action, person, reason)
    if not errors:
        walk = _walk_at(request, here, statement_id)
        try:
            here.store.decide(
                statement_id, action=action, person=person, reason=reason, seen=seen_in(form.value("seen"))
            )
        except (Conflict, UsageError) as error:
            return _refused(request, here, statement_id, form, [("action", str(error))], error.http_status)
        return _decided(request, here, statement_id, person, action, walk)
    return _refused(request, here, statement_id, form, errors, 422)


@router.post("/statements/{statement_id}/undo", dependencies=[needs(Right.decide)])
def take_back(request: Request, here: AtHand, form: Sent, statement_id: str) -> Response:
    """Take the last decision on a statement back, or restore what was taken back; decisions are only ever added."""
    person = here.visitor.name or form.value("person") or name_given(request)
    if not person:
        return _refused(request, here, statement_id, form, [("person", "Enter your name")], 422)
    decisions = Decisions(here.store)
    change = decisions.redo if form.value("what") == "redo" else decisions.undo
    try:
        change(statement_id, person=person, seen=seen_in(form.value("seen")))
    except (Conflict, UsageError) as error:
        return _refused(request, here, statement_id, form, [("action", str(error))], error.http_status)
    return _stayed(request, here, statement_id, person, "The decision was taken back.")


@router.post("/documents/{document_id}/undo", dependencies=[needs(Right.decide)])
def take_last_back(request: Request, here: AtHand, document_id: str) -> Response:
    """Take back what the visitor decided last in a document, with all that was decided in the same step."""
    person = here.visitor.name or name_given(request)
    queue = order_asked(request)
    records = here.store.statements_of(document_id)
    if queue:  # who goes through the queue has just come from another document
        procurement = here.store.document(document_id).document.procurement_id
        records = [r for some in here.store.statements_in(procurement).values() for r in some]
    standing = [(d, r) for r in records for d in r.standing[-1:] if d.person == person]
    back = f"/documents/{document_id}" + (f"?queue={queue.value}" if queue else "")
    if not standing:
        return go(request, back, "There is no decision of yours here to take back.")
    last, record = max(standing, key=lambda pair: pair[0].id or 0)
    decisions = Decisions(here.store)
    try:
        if last.batch:
            decisions.undo_batch(last.batch, person=person)
        else:
            decisions.undo(record.id, person=person, seen=len(record.decisions))
    except (Conflict, NotFound) as error:
        return go(request, back, str(error))
    address = reader_address(record.statement.document_id, record.statement.key, queue)
    return go(request, address, f"Taken back: {label(last.action).lower()}.")


@router.post("/documents/{document_id}/decisions", dependencies=[needs(Right.decide)])
def decide_on_several(request: Request, here: AtHand, form: Sent, document_id: str) -> Response:
    """Record one decision on several statements, or merge them."""
    picked = [v.partition(":") for v in form.all("statement")]
    seen = {i: int(n) for i, _, n in picked if n.isdecimal()}
    own = {turn.id for turn in Turns(here.store).of(document_id)}
    ids = [i for i, _, _ in picked if i in own]
    action, reason = form.value("action"), form.value("reason")
    person = here.visitor.name or form.value("person")
    queue = order_asked(request)
    back = f"/documents/{document_id}" + (f"?queue={queue.value}" if queue else "")
    if not ids:
        return go(request, back, "Nothing was decided: tick at least one statement first.")
    if not person:
        return go(request, back, "Nothing was decided: enter your name.")
    if action == DecisionAction.reject and not reason:
        return go(request, back, "Nothing was decided: enter a reason for rejecting them.")
    decisions = Decisions(here.store)
    try:
        if action == DecisionAction.merge:
            made = decisions.merge(ids, person=person, reason=reason, seen=seen)
            address = reader_address(document_id, made.statement.key, queue)
            answer = go(request, address, f"{len(ids)} statements were merged into one.")
        else:
            decisions.decide_many(ids, action=action, person=person, reason=reason, seen=seen)
            answer = go(request, back, f"{label(action)}: {len(ids)} {'statement' if len(ids) == 1 else 'statements'}.")
    except (Conflict, UsageError) as error:
        return go(request, back, f"Nothing was decided: {error}")
    remember_name(answer, here, person)
    return answer


@router.get("/statements/{statement_id}/amend", dependencies=[needs(Right.decide)])
def show_amending(request: Request, here: AtHand, statement_id: str) -> Response:
    """Show the form that sets a statement's fields."""
    return _amend_form(request, place_of(request, here, statement_id), Form())


@router.post("/statements/{statement_id}/amend", dependencies=[needs(Right.decide)])
def amend(request: Request, here: AtHand, form: Sent, statement_id: str) -> Response:
    """Record a person's changes to a statement's fields, or show the codes that a search finds."""
    place = place_of(request, here, statement_id)
    if form.value("search"):
        return _amend_form(request, place, form)
    person = here.visitor.name or form.needed("person", "Enter your name")
    changes = read_changes(form, place.one.entry)
    if not changes and not form.errors:
        form.refuse("type", "Change a field, or go back and accept the statement as it is")
    if not form.errors:
        walk = _walk_at(request, here, statement_id)
        with form.taking("type"):
            here.store.decide(statement_id, action=DecisionAction.amend, person=person, reason=form.value("reason"),
                              changes=changes, seen=seen_in(form.value("seen")))  # fmt: skip
            return _decided(request, here, statement_id, person, DecisionAction.amend, walk)
    return _amend_form(request, place, form)


@router.get("/codes", dependencies=[needs_scope(Scope.read)])
def search_codes(request: Request, here: AtHand, find: str = "") -> Response:
    """Return the themes and measures that answer a search, with those ticked already, for htmx and programs alike."""
    ticked = request.query_params.getlist("code")
    return render(request, "workplace/codes.html", codes=offer_codes(ticked, (), find[:200]), find=find, prefix="")


def seen_in(value: str) -> int | None:
    """Return how many decisions the person had seen."""
    return int(value) if value.isdecimal() and len(value) < 9 else None


def _wrong_in_decision(action: str, person: str, reason: str) -> list[tuple[str, str]]:
    errors = []
    if action not in SIMPLE:
        errors.append(("action", "Select whether you accept the statement, reject it or are not sure"))
    if action == DecisionAction.reject and not reason.strip():
        errors.append(("reason", "Enter a reason for rejecting the statement"))
    if not person.strip():
        errors.append(("person", "Enter your name"))
    return errors


def wants_part(request: Request) -> bool:
    """Say whether htmx asks, which puts a part into the page that is there."""
    return request.headers.get("hx-request") == "true"


def _walk_at(request: Request, here: Here, statement_id: str) -> Walk | None:
    """Return the queue that the visitor goes through, as it stands before a decision."""
    if order_asked(request) is None:
        return None
    return walk_asked(request, here, Turns(here.store).procurement_of(statement_id=statement_id))


def _decided(
    request: Request, here: Here, statement_id: str, person: str, action: str, walk: Walk | None = None
) -> Response:
    """Answer a decision that was taken: go on to the next statement, of the document or of the queue."""
    place, done = place_of(request, here, statement_id), label(action)
    if walk is not None:
        gone_on = _went_on(request, here, place, walk, action)
        remember_name(gone_on, here, person)
        return gone_on
    number = next_to_decide(place.turns, place.one.key)
    following = show_statement(here.store.statement(place.turns[number - 1].id), number) if number else None
    if wants_part(request):
        said = f"Statement {place.one.number}: {done.lower()}."
        answer: Response = _item(request, here, place, open_=following is None, next_=following, said=said)
    else:
        to = following or place.one
        answer = go(request, place.desk.address_of(to.key), f"Statement {place.one.number}: {done.lower()}.")
    remember_name(answer, here, person)
    return answer


def _went_on(request: Request, here: Here, place: Place, walk: Walk, action: str) -> Response:
    """Answer a decision that was taken on the way through the queue, by the statement that comes after it there."""
    document, statement_id = place.desk.record.id, place.one.id
    said = f"Statement {place.one.number}: {label(action).lower()}."
    following = walk.after(statement_id)
    walk = walk.decided(statement_id, unsure=action == DecisionAction.unsure)
    if following is None or following.line is None:
        left = len(walk.steps)
        waits = f"{left} {'statement waits' if left == 1 else 'statements wait'} still." if left else "None waits."
        to = f"/procurements/{place.desk.procurement.id}/queue?order={walk.order.value}"
        return _leave(request, to, f"{said} That was the last in this order. {waits}")
    if following.document.id != document or not wants_part(request):
        address = reader_address(following.document.id, following.line.key, walk.order)
        elsewhere = f" Then {following.document.document.name}." if following.document.id != document else ""
        return _leave(request, address, said + elsewhere)
    number = next((n for n, turn in enumerate(place.turns, 1) if turn.id == following.id), None)
    next_ = show_statement(here.store.statement(following.id), number)
    return _item(request, here, place, open_=False, next_=next_, said=said, walk=walk)


def _leave(request: Request, address: str, said: str) -> Response:
    """Return the answer by which a browser goes to another page, with script or without."""
    answer = go(request, address, said)
    if wants_part(request):
        answer.status_code = 200
        answer.headers["HX-Redirect"] = answer.headers["location"]
        del answer.headers["location"]
    return answer


def _stayed(request: Request, here: Here, statement_id: str, person: str, said: str) -> Response:
    """Answer a change after which the same statement is looked at again."""
    place = place_of(request, here, statement_id)
    if wants_part(request):
        walk = walk_asked(request, here, place.desk.procurement.id)
        answer: Response = _item(request, here, place, open_=True, said=said, walk=walk)
    else:
        answer = go(request, place.address, said)
    remember_name(answer, here, person)
    return answer


def _refused(request: Request, here: Here, statement_id: str, form: Form, errors: Errors, status: int) -> Response:
    place = place_of(request, here, statement_id)
    values = {name: form.value(name) for name in ("action", "person", "reason")}
    if wants_part(request):
        return _item(request, here, place, open_=True, errors=errors, values=values, status=status)
    return _statement_page(request, place, errors, values, status)


def _item(
    request: Request,
    here: Here,
    place: Place,
    *,
    open_: bool,
    next_: ShownStatement | None = None,
    said: str = "",
    errors: Errors = (),
    values: dict[str, str] | None = None,
    status: int = 200,
    walk: Walk | None = None,
) -> Response:
    text = read_kept_text(here.store, place.desk.record.id)
    desk = place.desk if next_ is None else desk_of(request, here, place.desk.record, [place.one, next_])
    return render(
        request,
        "workplace/item.html",
        status=status,
        desk=desk,
        s=place.one,
        open=open_,
        target=target_of(place.one, text),
        next=next_,
        next_target=target_of(next_, text) if next_ else "",
        tally=tally_of(place.turns),
        walk=show_walk(walk, place.desk.record.id, (next_ or place.one).id),
        done=said,
        errors=list(errors),
        values=values,
    )


def _amend_form(request: Request, place: Place, form: Form) -> Response:
    known = codes_of(place.one.entry)
    ticked = form.chosen("code", known)
    answer = render(
        request,
        "workplace/amend_part.html" if wants_part(request) else "workplace/amend.html",
        form=form,
        desk=place.desk,
        s=place.one,
        address=place.address,
        choices=CHOICES,
        find=form.value("find"),
        codes=offer_codes(ticked, known, form.value("find")),
    )
    if wants_part(request):  # also where the form would have put itself elsewhere once it was taken
        answer.headers["HX-Retarget"] = f"#work-{place.one.key}"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _statement_page(
    request: Request, place: Place, errors: Errors, values: dict[str, str] | None, status: int = 200
) -> Response:
    return render(
        request,
        "statement.html",
        status=status,
        s=place.one,
        desk=place.desk,
        address=place.address,
        errors=list(errors),
        values=values,
    )
