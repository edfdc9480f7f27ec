"""A store of its own for each test, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from svdocs.records.store import Store, open_store
from svdocs.records.tables import Document


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def bid(store: Store) -> Document:
    """A bid that has been kept and not yet read."""
    return add_bid(store)


def add_bid(store: Store, sha256: str = "a" * 64, title: str = "Street lighting") -> Document:
    procurement = store.procurement_titled(title) or store.add_procurement(title, "Kent County Council")
    return store.add_document(procurement.id, name="bid-a.pdf", kind="bid", supplier="Example Ltd", sha256=sha256,
                              media_type="application/pdf", size=3)  # fmt: skip
