"""Webhooks, and what they have been told: beside the store, in the same database. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.outbox import WebhookEvent
from svdocs.records.passwords import new_secret
from svdocs.records.steps import row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement, now
from svdocs.records.webhook_tables import DeliveryState, Webhook, WebhookDelivery

PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 21_600, 43_200))
"""After each failed attempt; after one more than these the delivery is given up."""
MAX_FAILURES = 25
"""Attempts in a row that fail, after which a webhook is switched off."""
MAX_WEBHOOKS = 20
"""Of one procurement."""
LEASE = timedelta(minutes=2)
"""How long a worker may take over one delivery before another tries it."""
SECRET_PREFIX = "svw_"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery to be sent now."""

    delivery_id: str
    url: str
    secret: str
    payload: dict[str, Any]


class Webhooks:
    """The webhooks of one database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, procurement_id: str, url: str, events: Collection[WebhookEvent], *, person: str,
            allowed_hosts: Collection[str] = ()) -> Webhook:  # fmt: skip
        """Return a new webhook with its secret, which is shown this once.

        Args:
            procurement_id: of whose events it is told.
            url: https address of the other program.
            events: of which it is told.
            person: who adds it.
            allowed_hosts: names of hosts that may be within the authority's own network, and be reached by http.

        Raises:
            NotFound: there is no such procurement.
            UsageError: no events, or an address that may not be sent to.
            Conflict: there are too many.
        """
        if not events:
            raise UsageError("events: a webhook needs at least one event; choose some.")
        webhook = Webhook(
            procurement_id=procurement_id,
            url=checked_url(url, allowed_hosts),
            events=sorted({e.value for e in events}),
            secret=SECRET_PREFIX + new_secret(),
            added_by=person,
        )
        with self._store.writing() as session:
            procurement = row_of(session, Procurement, procurement_id, lock=True)
            if (
                len(session.exec(select(Webhook.id).where(Webhook.procurement_id == procurement_id)).all())
                >= MAX_WEBHOOKS
            ):
                raise Conflict(f"A procurement has at most {MAX_WEBHOOKS} webhooks; switch one on again that is off.")
            session.add(webhook)
            session.flush()
            details = {"host": urlsplit(webhook.url).hostname, "events": webhook.events}
            tell(session, EventKind.webhook_added, webhook, within=procurement, person=person, details=details)
        return webhook

    def webhooks_of(self, procurement_id: str) -> list[Webhook]:
        """Return the webhooks of a procurement, oldest first.

        Raises:
            NotFound: there is no such procurement.
        """
        with self._store.reading() as session:
            row_of(session, Procurement, procurement_id)
            query = select(Webhook).where(Webhook.procurement_id == procurement_id)
            return list(session.exec(query.order_by(col(Webhook.added_at), col(Webhook.id))))

    def webhook(self, procurement_id: str, webhook_id: str) -> Webhook:
        """Return one webhook.

        Raises:
            NotFound: there is none of this id in the procurement.
        """
        with self._store.reading() as session:
            return _webhook(session, procurement_id, webhook_id)

    def switch(self, procurement_id: str, webhook_id: str, *, on: bool, person: str) -> Webhook:
        """Return the webhook, switched on again or off; what was still to be sent to one that is off is given up.

        Raises:
            NotFound: there is no such webhook in the procurement.
        """
        with self._store.writing() as session:
            webhook = _webhook(session, procurement_id, webhook_id, lock=True)
            if on and webhook.disabled_at is not None:
                webhook.disabled_at, webhook.disabled_because, webhook.failures = None, "", 0
                tell(session, EventKind.webhook_enabled, webhook, person=person)
            elif not on and webhook.disabled_at is None:
                _switch_off(session, webhook, f"Switched off by {person}.", person)
            return webhook

    def deliveries_of(self, procurement_id: str, webhook_id: str, limit: int = 1000) -> list[WebhookDelivery]:
        """Return the newest deliveries of a webhook, newest first.

        Raises:
            NotFound: there is no such webhook in the procurement.
        """
        with self._store.reading() as session:
            _webhook(session, procurement_id, webhook_id)
            query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
            return list(session.exec(query.order_by(col(WebhookDelivery.made_at).desc()).limit(limit)))

    # What the worker does

    def claim_due(self, limit: int = 5) -> list[Outgoing]:
        """Return deliveries that are to be sent now; no other worker gets them for a while."""
        due = (
            select(WebhookDelivery)
            .where(WebhookDelivery.state == DeliveryState.waiting, WebhookDelivery.next_at <= now())
            .order_by(col(WebhookDelivery.next_at))
            .limit(limit)
        )
        with self._store.reading() as session:
            if session.exec(due.limit(1)).first() is None:
                return []
        with self._store.writing() as session:
            found = list(session.exec(due.with_for_update(skip_locked=True)))
            hooks = {
                h.id: h for h in session.exec(select(Webhook).where(col(Webhook.id).in_({d.webhook_id for d in found})))
            }
            for delivery in found:
                delivery.attempts, delivery.next_at = delivery.attempts + 1, now() + LEASE
            return [Outgoing(d.id, hooks[d.webhook_id].url, hooks[d.webhook_id].secret, d.payload) for d in found]

    def note_delivered(self, delivery_id: str, status: int) -> None:
        """Write down that the other side has it."""
        with self._store.writing() as session:
            delivery = row_of(session, WebhookDelivery, delivery_id, lock=True)
            delivery.state, delivery.status, delivery.problem = DeliveryState.delivered, status, ""
            delivery.delivered_at = now()
            row_of(session, Webhook, delivery.webhook_id, lock=True).failures = 0

    def note_failed(self, delivery_id: str, problem: str, status: int | None = None) -> None:
        """Write down that an attempt failed: it is repeated after a pause, or given up; too many switch it off."""
        with self._store.writing() as session:
            delivery = row_of(session, WebhookDelivery, delivery_id, lock=True)
            webhook = row_of(session, Webhook, delivery.webhook_id, lock=True)
            if delivery.state is not DeliveryState.waiting:
                return
            delivery.status, delivery.problem = status, problem[:500]
            if delivery.attempts > len(PAUSES):
                delivery.state = DeliveryState.given_up
            else:
                delivery.next_at = now() + PAUSES[delivery.attempts - 1]
            webhook.failures += 1
            if webhook.failures >= MAX_FAILURES and webhook.disabled_at is None:
                _switch_off(session, webhook, f"{webhook.failures} attempts in a row failed: {problem[:200]}", "system")


def checked_url(url: str, allowed_hosts: Collection[str] = ()) -> str:
    """Return an address that may be sent to, as far as its words tell; where it leads is looked at when it is sent to.

    Raises:
        UsageError: it is no https address, names a person, or is an address of a network of one's own.

    >>> checked_url("https://hooks.council.example/svdocs")
    'https://hooks.council.example/svdocs'
    """
    wrong = "url: a webhook needs an https address of a host, such as https://hooks.council.example/svdocs."
    try:
        parts = urlsplit(url.strip())
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise UsageError(wrong) from None
    is_allowed = host in {h.lower() for h in allowed_hosts}
    schemes = ("https", "http") if is_allowed else ("https",)
    if parts.scheme not in schemes or not host or parts.username is not None or parts.fragment or not url.isprintable():
        raise UsageError(wrong)
    if not is_allowed and (host == "localhost" or host.endswith(".localhost") or not _may_be_global(host)):
        raise UsageError(
            f"url: {host} is an address of a network of one's own, to which svdocs sends nothing unless whoever runs "
            "it names it in SVDOCS_WEBHOOK_HOSTS."
        )
    return url.strip()


def _may_be_global(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return True  # a name


def _webhook(session: Session, procurement_id: str, webhook_id: str, *, lock: bool = False) -> Webhook:
    webhook = row_of(session, Webhook, webhook_id, lock=lock)
    if webhook.procurement_id != procurement_id:
        raise NotFound(f"There is no webhook with the id {webhook_id!r}; list them to find the right one.")
    return webhook


def _switch_off(session: Session, webhook: Webhook, because: str, person: str) -> None:
    webhook.disabled_at, webhook.disabled_because = now(), because
    waiting = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == DeliveryState.waiting
    )
    for delivery in session.exec(waiting):
        delivery.state = DeliveryState.given_up
    tell(session, EventKind.webhook_disabled, webhook, person=person, details={"failures": webhook.failures})
