"""What webhooks are told: written into the transaction of what happened, so that the two stand or fall together.

Every change of state hands an entry in to the audit trail; those that a webhook of the procurement asks for become a
delivery each. A delivery holds ids, kinds and addresses, and nothing that a supplier wrote or an evaluator marked. What
happens to a sealed bid is told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import Session

from svdocs.records.audit import Told, handed_in
from svdocs.records.tables import Document, DocumentKind, EventKind, Procurement, new_id, now
from svdocs.records.webhook_tables import DeliveryState, Webhook, WebhookDelivery

_HOOKS = Webhook.__table__  # type: ignore[attr-defined]
_DELIVERIES = WebhookDelivery.__table__  # type: ignore[attr-defined]
_PROCUREMENTS = Procurement.__table__  # type: ignore[attr-defined]
_DOCUMENTS = Document.__table__  # type: ignore[attr-defined]


class WebhookEvent(StrEnum):
    """What a webhook may be told of. Nothing of a panel's marks is among it before they are released."""

    procurement_changed = EventKind.procurement_changed.value
    lot_added = EventKind.lot_added.value
    lot_changed = EventKind.lot_changed.value
    document_added = EventKind.document_added.value
    document_described = EventKind.document_described.value
    run_published = EventKind.run_published.value
    problem = EventKind.problem.value
    job_given_up = EventKind.job_given_up.value
    decision_made = EventKind.decision_made.value
    decision_unmatched = EventKind.decision_unmatched.value
    clarification_asked = EventKind.clarification_asked.value
    clarification_answered = EventKind.clarification_answered.value
    opening_time_set = EventKind.opening_time_set.value
    procurement_opened = EventKind.procurement_opened.value
    marks_released = EventKind.marks_released.value
    moderation_closed = EventKind.moderation_closed.value
    contract_added = EventKind.contract_added.value
    contract_closed = EventKind.contract_closed.value
    commitment_moved = EventKind.commitment_moved.value
    badge_issued = EventKind.badge_issued.value
    badge_revoked = EventKind.badge_revoked.value


_TOLD_OF = frozenset(e.value for e in WebhookEvent)


def post_events(session: Session) -> None:
    """Write what has been handed in to the audit trail, and webhooks ask for, into the session's transaction."""
    told = [t for t in handed_in(session) if t.procurement_id is not None and t.kind.value in _TOLD_OF]
    if not told:
        return
    session.flush()
    connection = session.connection()
    hooks = connection.execute(
        select(_HOOKS.c.id, _HOOKS.c.procurement_id, _HOOKS.c.events).where(
            _HOOKS.c.procurement_id.in_({t.procurement_id for t in told}), _HOOKS.c.disabled_at.is_(None)
        )
    ).all()
    rows = [
        _delivery(hook.id, t)
        for t in told
        for hook in hooks
        if hook.procurement_id == t.procurement_id and t.kind.value in hook.events and not _is_sealed(connection, t)
    ]
    if rows:
        connection.execute(insert(_DELIVERIES), rows)


def _is_sealed(connection: Connection, told: Told) -> bool:
    """Say whether what happened is of a bid that nobody may read yet."""
    if told.document_id is None:
        return False
    procurement = connection.execute(
        select(_PROCUREMENTS.c.opens_at, _PROCUREMENTS.c.opened_at).where(_PROCUREMENTS.c.id == told.procurement_id)
    ).one()
    if procurement.opens_at is None or procurement.opened_at is not None:
        return False
    document = connection.execute(
        select(_DOCUMENTS.c.kind, _DOCUMENTS.c.kind_is_said).where(_DOCUMENTS.c.id == told.document_id)
    ).one()
    return not (document.kind == DocumentKind.specification and document.kind_is_said)


def _delivery(webhook_id: str, told: Told) -> dict[str, Any]:
    key, at = new_id(), now()
    return {
        "id": key,
        "webhook_id": webhook_id,
        "procurement_id": told.procurement_id,
        "event": told.kind.value,
        "payload": {
            "id": key,
            "event": told.kind.value,
            "at": told.at.isoformat(timespec="seconds"),
            "procurement_id": told.procurement_id,
            "document_id": told.document_id,
            "subject": {"kind": told.subject, "id": told.subject_id},
            "links": dict(_links_of(told)),
        },
        "state": DeliveryState.waiting,
        "attempts": 0,
        "next_at": at,
        "problem": "",
        "made_at": at,
    }


def _links_of(told: Told) -> Iterable[tuple[str, str]]:
    yield "procurement", f"/api/v1/procurements/{told.procurement_id}"
    if told.document_id is not None:
        yield "document", f"/api/v1/documents/{told.document_id}"
    if told.subject == "run":
        yield "run", f"/api/v1/runs/{told.subject_id}"
