"""A store in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from svdocs.records.store import Store, open_store
from svdocs.records.tables import Document


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables made, to be copied: the migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "svdocs.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture
def bid(store: Store) -> Document:
    """A bid that has been kept and not yet read."""
    return add_bid(store)


def add_bid(store: Store, sha256: str = "a" * 64, title: str = "Street lighting") -> Document:
    procurement = store.procurement_titled(title) or store.add_procurement(title, "Kent County Council")
    return store.add_document(procurement.id, name="bid-a.pdf", kind="bid", supplier="Example Ltd", sha256=sha256,
                              media_type="application/pdf", size=3)  # fmt: skip
