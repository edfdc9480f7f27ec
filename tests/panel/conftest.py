"""A worked panel in a store of its own."""

from __future__ import annotations

import pytest

from svdocs.records.store import Store
from tests.panel.worked import Worked, worked


@pytest.fixture
def panel(own_store: Store) -> Worked:
    return worked(own_store)
