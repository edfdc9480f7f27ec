from __future__ import annotations

import os
from pathlib import Path

import pytest

from svdocs.errors import ConfigurationError
from svdocs.settings import PACKAGE_FOLDER, Settings, models_folder, read_settings, wants_traceback


def test_without_any_variable_all_stays_beneath_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path.resolve() / "var"
    assert read_settings({}) == Settings(
        folder, f"sqlite:///{folder / 'svdocs.db'}", os.cpu_count() or 1, "127.0.0.1", 8000
    )


def test_every_variable_is_heard(tmp_path: Path) -> None:
    settings = read_settings({
        "SVDOCS_DATA": str(tmp_path), "SVDOCS_DATABASE_URL": "postgresql+psycopg://db/svdocs", "SVDOCS_WORKERS": "3",
        "SVDOCS_HOST": "0.0.0.0", "SVDOCS_PORT": "9000", "SVDOCS_SPARE_MIB": "0",
    })  # fmt: skip
    assert settings == Settings(tmp_path.resolve(), "postgresql+psycopg://db/svdocs", 3, "0.0.0.0", 9000, spare_bytes=0)
    assert settings.files_folder == tmp_path.resolve() / "files"


def test_the_process_s_own_environment_is_read_where_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path))
    assert read_settings().data_folder == tmp_path.resolve()


def test_the_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings({"SVDOCS_DATA": "~/records"}).data_folder == tmp_path.resolve() / "records"


def test_an_empty_value_counts_as_unset() -> None:
    names = ("SVDOCS_DATA", "SVDOCS_DATABASE_URL", "SVDOCS_WORKERS", "SVDOCS_HOST", "SVDOCS_PORT")
    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SVDOCS_WORKERS", "0"),
        ("SVDOCS_WORKERS", "-1"),
        ("SVDOCS_WORKERS", "two"),
        ("SVDOCS_WORKERS", "1.5"),
        ("SVDOCS_WORKERS", "²"),
        ("SVDOCS_WORKERS", "257"),
        ("SVDOCS_WORKERS", "9" * 5000),
        ("SVDOCS_PORT", "65536"),
        ("SVDOCS_PORT", "http"),
        ("SVDOCS_DATA", "~nobody-of-this-name/records"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read_settings({name: value})


def test_models_stand_beside_the_source_or_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (models_folder() / "statements-1" / "card.json").is_file()
    package = tmp_path / "src" / "svdocs"
    package.mkdir(parents=True)
    monkeypatch.setattr("svdocs.settings.PACKAGE_FOLDER", package)
    assert models_folder() == tmp_path / "models"
    (package / "models").mkdir()
    assert models_folder() == package / "models"


def test_the_package_folder_is_that_of_svdocs() -> None:
    assert (PACKAGE_FOLDER / "settings.py").is_file()


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("", False), ("0", False), (None, False)])
def test_a_traceback_is_shown_only_to_who_asks_for_it(
    value: str | None, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SVDOCS_TRACEBACK", raising=False)
    if value is not None:
        monkeypatch.setenv("SVDOCS_TRACEBACK", value)
    assert wants_traceback() is wanted
