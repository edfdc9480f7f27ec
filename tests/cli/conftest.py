"""Runs commands in this process, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from svdocs.cli.main import main


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


Svdocs = Callable[..., Done]


@pytest.fixture
def svdocs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Svdocs:
    """Runs `svdocs` with these words, with records of its own and one worker."""
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SVDOCS_WORKERS", "1")
    for name in ("SVDOCS_DATABASE_URL", "SVDOCS_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(w) for w in words])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run
