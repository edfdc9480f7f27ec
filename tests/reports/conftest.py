"""A worked award, made once and copied: ready to be valued, or awarded."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from svdocs.records.store import open_store
from tests.panel.worked import Worked
from tests.reports.award_case import award_case, decided, mark_and_close, value_all

Kept = tuple[Worked, Path]


@contextmanager
def _opened(made: Worked, path: Path) -> Iterator[Worked]:
    with open_store(f"sqlite:///{path}") as store:
        yield dataclasses.replace(made, store=store)


@pytest.fixture(scope="session")
def accepted(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Kept:
    """Bids that are read and whose promises are accepted, marking begun."""
    path = tmp_path_factory.mktemp("award") / "svdocs.db"
    shutil.copy(empty_database, path)
    with open_store(f"sqlite:///{path}") as store:
        return award_case(store), path


@pytest.fixture(scope="session")
def awarded(accepted: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    """From set-up to the decision; for tests that only read."""
    path = tmp_path_factory.mktemp("awarded") / "svdocs.db"
    shutil.copytree(accepted[1].parent, path.parent, dirs_exist_ok=True)
    with _opened(accepted[0], path) as made:
        value_all(made)
        mark_and_close(made)
        decided(made)
        yield made


@pytest.fixture
def valued_case(accepted: Kept, tmp_path: Path) -> Iterator[Worked]:
    """Bids that are ready to be valued; for tests that change something."""
    shutil.copytree(accepted[1].parent, tmp_path, dirs_exist_ok=True)
    with _opened(accepted[0], tmp_path / "svdocs.db") as made:
        yield made
