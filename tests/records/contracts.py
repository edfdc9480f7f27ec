"""Contracts as the tests of the records and of the rooms above make them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import Contract
from svdocs.records.schedules import NewContract, Part, Promise
from svdocs.records.store import Store
from svdocs.records.tables import Document
from svdocs.statements.statement import Unit
from tests.records.values import Clock, commitment, extraction_record

AT = datetime(2027, 6, 1, 9, tzinfo=UTC)
YEARS = (
    Part(1, date(2027, 4, 1), date(2028, 3, 31), 3),
    Part(2, date(2028, 4, 1), date(2029, 3, 31), 2),
)


def promise(text: str = "We will take on five apprentices.", **fields: Any) -> Promise:
    given: dict[str, Any] = {"parts": YEARS, "quantity_value": 5, "quantity_unit": Unit.people} | fields
    return Promise(text, **given)


def accepted_statement(store: Store, bid: Document, **fields: Any) -> str:
    """The id of the bid's statement, which somebody has accepted."""
    store.publish_run(bid.id, extraction_record(commitment(**fields)), 1)
    statement = store.statements_of(bid.id)[0].id
    store.decide(statement, action="accept", person="Ada")
    return statement


def add_contract(store: Store, bid: Document, *promises: Promise, clock: Clock | None = None) -> Contract:
    given = NewContract(bid.procurement_id, "Example Ltd", "KCC-1", "Street lighting", date(2027, 4, 1),
                        date(2029, 3, 31), manager="Mo Manager", department="Highways")  # fmt: skip
    return Contracts(store, clock or Clock(AT)).add(given, promises or (promise(),), person="Lea Lead")
