"""How a document is received: one transaction, receipts, and what is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from svdocs.errors import AlreadyThere, Conflict, NotFound
from svdocs.records.receiving import RECEIPT_DAYS, IfThere, NewDocument, ReceiptKey
from svdocs.records.store import Store
from svdocs.records.tables import DocumentKind, Receipt

KEY = ReceiptKey("officer", "k")


@pytest.fixture
def given(store: Store) -> NewDocument:
    procurement = store.add_procurement("Lighting", "Kent").id
    return NewDocument(procurement, "a.pdf", DocumentKind.bid, "Alpha Ltd", "a" * 64, "application/pdf", 3)


def ids(store: Store) -> list[str]:
    return [d.id for d in store.documents_of()]


def test_a_key_is_its_callers_own(store: Store, given: NewDocument) -> None:
    first = store.receive_document(given, if_there=IfThere.another, key=KEY)
    again = store.receive_document(given, if_there=IfThere.another, key=KEY)
    other = store.receive_document(given, if_there=IfThere.another, key=replace(KEY, caller="another officer"))
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.document.id == again.document.id != other.document.id


def test_a_key_is_forgotten_after_a_while(store: Store, given: NewDocument) -> None:
    first = store.receive_document(given, if_there=IfThere.another, key=KEY)
    with store._write() as session:
        session.execute(update(Receipt).values(given_at=datetime.now(UTC) - timedelta(days=RECEIPT_DAYS, seconds=1)))
    assert store.received_before(given, if_there=IfThere.another, key=KEY) is None
    second = store.receive_document(replace(given, sha256="b" * 64), if_there=IfThere.another, key=KEY)
    assert second.is_new
    assert second.document.id != first.document.id
    with store._read() as session:
        assert [r.document_id for r in session.exec(select(Receipt))] == [second.document.id]


def test_a_request_that_added_nothing_is_remembered_too(store: Store, given: NewDocument) -> None:
    there = store.receive_document(given, if_there=IfThere.same).document.id
    assert store.receive_document(given, if_there=IfThere.same, key=KEY).document.id == there
    with pytest.raises(Conflict, match="Idempotency-Key"):
        store.receive_document(replace(given, sha256="b" * 64), if_there=IfThere.same, key=KEY)
    assert ids(store) == [there]


@pytest.mark.parametrize(
    ("supplier", "is_there"), [("Alpha Ltd", True), ("ALPHA  LTD", True), ("Beta Ltd", False), (None, False)]
)
def test_only_the_same_suppliers_file_is_the_same(
    store: Store, given: NewDocument, supplier: str | None, is_there: bool
) -> None:
    there = store.receive_document(given, if_there=IfThere.ask).document.id
    given = replace(given, supplier=supplier)
    if is_there:
        with pytest.raises(AlreadyThere) as refused:
            store.receive_document(given, if_there=IfThere.ask)
        assert refused.value.document_id == there
    else:
        assert store.receive_document(given, if_there=IfThere.ask).is_new


def test_a_file_of_nobody_said_is_known_again_though_its_text_proposed_a_supplier(
    store: Store, given: NewDocument
) -> None:
    given = replace(given, supplier=None)
    there = store.receive_document(given, if_there=IfThere.same).document.id
    store.describe_document(there, supplier="Alpha Ltd")
    assert store.receive_document(given, if_there=IfThere.same).document.id == there
    assert store.receive_document(replace(given, supplier="Alpha Ltd"), if_there=IfThere.same).document.id == there


@pytest.mark.parametrize("if_there", list(IfThere))
def test_no_procurement_no_document(store: Store, given: NewDocument, if_there: IfThere) -> None:
    nowhere = replace(given, procurement_id="none")
    with pytest.raises(NotFound):
        store.receive_document(nowhere, if_there=if_there)
    with pytest.raises(NotFound):
        store.received_before(nowhere, if_there=if_there)
    assert not store.is_recorded(given.sha256)
