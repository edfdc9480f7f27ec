"""Webhooks: other programs that are told of events of a procurement, set up by its lead."""

from __future__ import annotations

from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.records.access import Right
from svdocs.records.outbox import WebhookEvent
from svdocs.records.webhook_tables import DeliveryState, Webhook, WebhookDelivery
from svdocs.records.webhooks import Webhooks
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import GIVES_SECRET, api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("webhooks")
_PATH = "/procurements/{procurement_id}/webhooks"


class NewWebhook(BaseModel):
    """A webhook to set up."""

    model_config = incoming(url="https://hooks.council.example/svdocs", events=["document_added", "run_published"])

    url: str = Field(min_length=1, max_length=2_000, description="An https address of the public internet.")
    events: list[WebhookEvent] = Field(min_length=1, max_length=len(WebhookEvent))


class WebhookSwitch(BaseModel):
    """Whether a webhook is on."""

    model_config = incoming(enabled=True)

    enabled: bool


class WebhookBody(BaseModel):
    """A webhook, without its secret."""

    id: str
    procurement_id: str
    url: str
    events: list[WebhookEvent]
    added_by: str
    added_at: datetime
    failures: int = Field(description="How many attempts in a row have failed.")
    enabled: bool
    disabled_at: datetime | None
    disabled_because: str


class MadeWebhookBody(WebhookBody):
    """A webhook with its secret, which cannot be shown again."""

    secret: str = Field(description="With it check the header `Svdocs-Signature` of what comes.")


class DeliveryBody(BaseModel):
    """What a webhook was told, or is to be told."""

    id: str
    event: WebhookEvent
    state: DeliveryState
    attempts: int
    next_at: datetime = Field(description="When it is tried next, where it still is.")
    status: int | None = Field(description="Of HTTP, as the other side answered last.")
    problem: str
    made_at: datetime
    delivered_at: datetime | None


def webhook_body(webhook: Webhook) -> WebhookBody:
    """Return a webhook as the interface gives it."""
    fields = webhook.model_dump(include=set(WebhookBody.model_fields))
    return WebhookBody(**fields, enabled=webhook.disabled_at is None)


def delivery_body(delivery: WebhookDelivery) -> DeliveryBody:
    """Return a delivery as the interface gives it."""
    return DeliveryBody(**delivery.model_dump(include=set(DeliveryBody.model_fields)))


@router.get(_PATH, dependencies=[needs(Right.change)])
def list_webhooks(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[WebhookBody]:
    """Return the webhooks of a procurement, oldest first."""
    found = Webhooks(here.store).webhooks_of(procurement_id)
    return asked.page_of(found, lambda w: (w.added_at.isoformat(), w.id), webhook_body)


@router.post(_PATH, status_code=201, dependencies=[needs(Right.change), GIVES_SECRET])
def add_webhook(here: AtHand, procurement_id: str, new: NewWebhook, response: Response) -> MadeWebhookBody:
    """Set up a webhook; its secret is in this answer and nowhere else."""
    webhook = Webhooks(here.store).add(
        procurement_id,
        new.url,
        new.events,
        person=here.visitor.caller.name,
        allowed_hosts=here.settings.webhook_hosts,
    )
    response.headers["Location"] = f"/api/v1/procurements/{procurement_id}/webhooks/{webhook.id}"
    return MadeWebhookBody(**webhook_body(webhook).model_dump(), secret=webhook.secret)


@router.get(_PATH + "/{webhook_id}", dependencies=[needs(Right.change)])
def show_webhook(here: AtHand, procurement_id: str, webhook_id: str) -> WebhookBody:
    """Return one webhook."""
    return webhook_body(Webhooks(here.store).webhook(procurement_id, webhook_id))


@router.patch(_PATH + "/{webhook_id}", dependencies=[needs(Right.change)])
def switch_webhook(here: AtHand, procurement_id: str, webhook_id: str, new: WebhookSwitch) -> WebhookBody:
    """Switch a webhook off, or on again; what was still to be sent to one that is off is given up."""
    person = here.visitor.caller.name
    return webhook_body(Webhooks(here.store).switch(procurement_id, webhook_id, on=new.enabled, person=person))


@router.get(_PATH + "/{webhook_id}/deliveries", dependencies=[needs(Right.change)])
def list_deliveries(here: AtHand, procurement_id: str, webhook_id: str, asked: PageAsked) -> Page[DeliveryBody]:
    """Return the newest thousand deliveries of a webhook, newest first."""
    found = Webhooks(here.store).deliveries_of(procurement_id, webhook_id)
    return asked.page_of(found, lambda d: (d.made_at.isoformat(), d.id), delivery_body, backwards=True)
