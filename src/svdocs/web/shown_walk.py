"""The way through a procurement's queue as the reader shows it: where somebody is, how many are left, where to go."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from svdocs.records.second_readings import SecondReadings
from svdocs.review.queue import Order, Waits, queue_of
from svdocs.review.walk import Walk, walk_of
from svdocs.web.here import Here
from svdocs.web.workplace import order_asked, reader_address


@dataclass(frozen=True, slots=True)
class ShownWalk:
    """Where a visitor is on the way through the queue.

    Attributes:
        place: of the statement that is open, from 1; None where it waits for nobody.
        left: how many wait.
        unsure: how many of them somebody was not sure of.
        before, after: address and, within the document that is open, key of the statement to go to; None at the end.
    """

    order: Order
    place: int | None
    left: int
    unsure: int
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def walk_asked(request: Request, here: Here, procurement_id: str) -> Walk | None:
    """Return the queue that the visitor goes through, None where they do not."""
    order = order_asked(request)
    if order is None:
        return None
    readings = SecondReadings(here.store, here.visitor.caller)
    return walk_of(queue_of(here.store, procurement_id, order=order), readings, procurement_id, order)


def show_walk(walk: Walk | None, document_id: str, statement_id: str) -> ShownWalk | None:
    """Return where a statement stands on the way through the queue, None where the visitor is not on it."""
    if walk is None:
        return None

    def to(step: Waits | None) -> tuple[str, str] | None:
        if step is None or step.line is None:
            return None
        here = step.document.id == document_id
        return reader_address(step.document.id, step.line.key, walk.order), step.line.key if here else ""

    return ShownWalk(
        walk.order,
        walk.place_of(statement_id),
        len(walk.steps),
        walk.unsure,
        to(walk.before(statement_id)),
        to(walk.after(statement_id)),
    )
