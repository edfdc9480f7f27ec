"""Settings and a store in a folder of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from svdocs.records.store import Store, open_store
from svdocs.settings import Settings, read_settings
from tests.records.conftest import empty_database  # noqa: F401, a fixture here too


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"SVDOCS_DATA": str(tmp_path / "data"), "SVDOCS_WORKERS": "1"})


@pytest.fixture
def store(settings: Settings, empty_database: Path) -> Iterator[Store]:  # noqa: F811
    settings.data_folder.mkdir()
    shutil.copy(empty_database, settings.data_folder / "svdocs.db")
    with open_store(settings.database_url) as opened:
        yield opened


@pytest.fixture
def readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to which the plain reader writes the name of each file that it reads, in whatever process."""
    path = tmp_path / "readings.txt"
    path.touch()
    monkeypatch.setenv("READINGS", str(path))
    return path
