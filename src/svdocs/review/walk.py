"""Going through the queue one statement after the other, over all documents of a procurement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from svdocs.records.second_readings import SecondReadings, is_done
from svdocs.review.queue import Order, Waiting, Waits


@dataclass(frozen=True, slots=True)
class Walk:
    """The statements that wait for a decision, in the queue's order.

    Documents that could not be read whole and decisions that lost their statement wait too; they are no part of it,
    since the reader has no statement to show for them.

    Attributes:
        order: of those that nobody has decided on.
        steps: one a statement, those that somebody was not sure of first.
    """

    order: Order
    steps: tuple[Waits, ...]

    @property
    def unsure(self) -> int:
        """How many somebody looked at and could not say."""
        return sum(step.why is Waiting.unsure for step in self.steps)

    def place_of(self, statement_id: str) -> int | None:
        """Return the statement's place from 1; None where it waits for nobody."""
        return next((i for i, step in enumerate(self.steps, 1) if step.id == statement_id), None)

    def before(self, statement_id: str) -> Waits | None:
        """Return the step before a statement's; None at the first, and where the statement waits for nobody."""
        place = self.place_of(statement_id)
        return self.steps[place - 2] if place and place > 1 else None

    def after(self, statement_id: str) -> Waits | None:
        """Return the step after a statement's: None at the last, the first where the statement waits for nobody."""
        return next(iter(self.steps[self.place_of(statement_id) or 0 :]), None)

    def decided(self, statement_id: str, *, unsure: bool) -> Walk:
        """Return the walk after a decision: the statement is gone, or stands first among those not sure of.

        Saves asking for the queue a second time.
        """
        others = tuple(step for step in self.steps if step.id != statement_id)
        again = tuple(replace(s, why=Waiting.unsure) for s in self.steps if s.id == statement_id and unsure)
        return Walk(self.order, again + others)


def walk_of(queue: Iterable[Waits], readings: SecondReadings, procurement_id: str, order: Order) -> Walk:
    """Return a procurement's queue as somebody goes through it.

    Args:
        queue: as `queue_of` returns it.
        readings: as the person may see them; a document that two people read blind is decided by them and not here.
        procurement_id: whose queue.
        order: in which it is.

    Raises:
        NotFound: there is no such procurement.
    """
    being_read = {r.document_id for r in readings.readings_of(procurement_id) if not is_done(r)}
    steps = (
        waits for waits in queue if waits.line and waits.why is not Waiting.lost and waits.document.id not in being_read
    )
    return Walk(order, tuple(steps))
