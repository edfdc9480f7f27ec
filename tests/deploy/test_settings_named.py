"""Every setting named in deploy/ and docs/ is one that the program reads, and every one that it reads is told of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from svdocs.settings import SECRETS

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"SVDOCS_[A-Z_]*[A-Z]")
SOURCE = (ROOT / "src/svdocs/settings.py").read_text()
IN_FILES = {f"{name}_FILE" for name in SECRETS}
READ = set(re.findall(r'"(SVDOCS_[A-Z_]+)"', SOURCE)) | IN_FILES
OF_TESTS = {"SVDOCS_TEST_NEEDS_POSTGRESQL", "SVDOCS_SCREENS"}


def named_in(path: Path) -> set[str]:
    return set(NAME.findall(path.read_text("utf-8"))) - OF_TESTS


WRITTEN = [
    p
    for p in [*sorted((ROOT / "deploy").rglob("*")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
    if p.is_file()
]


@pytest.mark.parametrize("path", [p for p in WRITTEN if named_in(p)], ids=lambda p: p.name)
def test_each_setting_that_is_named_is_read(path: Path) -> None:
    assert named_in(path) - READ == set()


@pytest.mark.parametrize("place", ["docs/operations.md", "src/svdocs/settings.py"])
def test_each_setting_that_is_read_is_told_of(place: str) -> None:
    told = (ROOT / place).read_text()
    table = {name for line in told.splitlines() if line.startswith("| `SVDOCS_") or line.startswith("| SVDOCS_")
             for name in NAME.findall(line)}  # fmt: skip
    assert table | IN_FILES == READ


def test_nothing_but_the_settings_reads_the_environment_for_settings() -> None:
    elsewhere = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if path.name != "settings.py" and re.search(r"environ[^\n]*SVDOCS_|getenv\([^\n]*SVDOCS_", path.read_text())
    ]
    assert elsewhere == []
