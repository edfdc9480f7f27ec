from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from svdocs.cli import main as command_line
from svdocs.errors import ConfigurationError, NotFound
from tests.cli.conftest import Svdocs


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_without_a_command_every_command_is_listed(svdocs: Svdocs, words: list[str]) -> None:
    done = svdocs(*words)
    assert done.status == 0
    assert all(name in done.out and short in done.out for name, (_, _, short) in command_line.COMMANDS.items())


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_command_tells_its_options(svdocs: Svdocs, name: str) -> None:
    done = svdocs(name, "--help")
    assert done.status == 0
    assert f"svdocs {name}" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["extrac"], "did you mean extract?"),
        (["zzz"], "`svdocs --help` lists them all"),
        (["extract", "--nonsense"], "--nonsense"),
        (["extract", "a.pdf", "--workers", "0"], "workers"),
        (["extract", "a.pdf", "--workers", "100000"], "workers"),
        (["extract"], "`svdocs extract --help` tells the options"),
    ],
)
def test_wrong_words_end_with_two_and_a_way_out(svdocs: Svdocs, words: list[str], said: str) -> None:
    done = svdocs(*words)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ConfigurationError("SVDOCS_PORT: no number; set one."), 1, "svdocs: SVDOCS_PORT: no number; set one.\n"),
        (NotFound("no procurement of this name."), 2, "svdocs: no procurement of this name.\n"),
        (KeyboardInterrupt(), 130, "svdocs: stopped.\n"),
        (RuntimeError("odd"), 1, "RuntimeError: odd"),
    ],
)
def test_every_ending_has_its_status_and_no_traceback(
    svdocs: Svdocs, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, said: str
) -> None:
    def fail(name: str, words: list[str]) -> int:
        raise error

    monkeypatch.setattr(command_line, "_run", fail)
    done = svdocs("extract")
    assert done.status == status
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_maintainer_may_ask_for_the_traceback(svdocs: Svdocs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, words: list[str]) -> int:
        raise RuntimeError("odd")

    monkeypatch.setattr(command_line, "_run", fail)
    monkeypatch.setenv("SVDOCS_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="odd"):
        svdocs("extract")


def test_the_version_is_told(svdocs: Svdocs) -> None:
    import svdocs as package

    assert svdocs("--version").out == f"svdocs {package.__version__}\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "bid.pdf").write_bytes(b"%PDF-1.7 broken")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "svdocs", "extract", str(tmp_path / "bid.pdf"), "--workers", "1"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=300)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
