"""Settings and a store of their own for each test, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from svdocs.records.store import Store, open_store
from svdocs.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    told = {"SVDOCS_DATA": str(tmp_path / "data"), "SVDOCS_DATABASE_URL": database_url, "SVDOCS_WORKERS": "1"}
    return read_settings(told)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    settings.data_folder.mkdir()
    with open_store(settings.database_url) as opened:
        yield opened


@pytest.fixture
def readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to which the plain reader writes the name of each file that it reads, in whatever process."""
    path = tmp_path / "readings.txt"
    path.touch()
    monkeypatch.setenv("READINGS", str(path))
    return path
