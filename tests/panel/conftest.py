"""A worked panel in a store of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from svdocs.records.store import Store, open_store
from tests.panel.worked import Worked, worked


@pytest.fixture
def own_store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as opened:
        yield opened


@pytest.fixture
def panel(own_store: Store) -> Worked:
    return worked(own_store)
