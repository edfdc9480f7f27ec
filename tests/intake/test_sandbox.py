"""The sandbox turns whatever a reader does into a result or one plain error, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from svdocs.errors import EncryptedFile, ReaderDied
from svdocs.intake import sandbox
from svdocs.intake.landlock import TCP_VERSION, landlock_version
from svdocs.intake.sandbox import IsolationLevel, Limits, isolation_level, run_isolated

ODD = str(Path(__file__).parent / "odd_reader.py")
LIMITS = Limits(
    memory_bytes=512 * 2**20, cpu_seconds=20, wall_seconds=30.0, silent_seconds=20.0, output_bytes=4 * 2**20
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bid.bin"
    path.write_bytes(b"the bytes of the file")
    return path


@pytest.fixture(params=list(IsolationLevel))
def level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> IsolationLevel:
    """Runs a test on each rung of the ladder that this machine has."""
    wanted: IsolationLevel = request.param
    if wanted is IsolationLevel.bubblewrap and isolation_level() is not wanted:
        pytest.skip("bubblewrap does not work here")
    if wanted is IsolationLevel.landlock and not landlock_version():
        pytest.skip("this kernel has no Landlock")
    monkeypatch.setattr(sandbox, "isolation_level", lambda: wanted)
    return wanted


def test_a_good_reader_gives_its_result_and_its_progress(file: Path, level: IsolationLevel) -> None:
    heard: list[tuple[int, int]] = []
    result = run_isolated(ODD, ["answers"], file, LIMITS, lambda page, of: heard.append((page, of)))
    assert result == b"the bytes of the file"
    assert heard == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("how", "limits", "words"),
    [
        ("hangs", replace(LIMITS, silent_seconds=1.0), "made no progress"),
        ("dawdles", replace(LIMITS, wall_seconds=2.0), "took longer than 2 seconds"),
        ("spins", replace(LIMITS, cpu_seconds=1), "computing time"),
        ("floods", LIMITS, "more than 4 MiB"),
        ("eats memory", LIMITS, "ended without a result"),
        ("eats memory and tells", LIMITS, "more memory"),
        ("crashes", LIMITS, "crashed on the file (signal SIGSEGV)"),
        ("is killed", LIMITS, "was killed"),
        ("ends", LIMITS, "ended without a result (status 3)"),
        ("ends in silence", LIMITS, "ended without a result (status 0)"),
        ("babbles", LIMITS, "made no sense"),
        ("adds a field", LIMITS, "made no sense"),
        ("says a number in words", LIMITS, "made no sense"),
        ("never ends a line", LIMITS, "made no sense"),
        ("promises too much", LIMITS, "more than 4 MiB"),
        ("gives less than promised", LIMITS, "ended without a result"),
        ("gives more than promised", LIMITS, "made no sense"),
        ("gives up oddly", LIMITS, "does not know"),
        ("gives parts", LIMITS, "made no sense"),
    ],
)
def test_a_bad_reader_becomes_one_plain_error(file: Path, how: str, limits: Limits, words: str) -> None:
    with pytest.raises(ReaderDied) as caught:
        run_isolated(ODD, [how], file, limits)
    assert words in str(caught.value)


class Parts:
    """Takes the parts that a reader gives."""

    def __init__(self, folder: Path) -> None:
        self.told: list[tuple[str, int, str]] = []
        self._folder = folder

    def take(self, name: str, size: int, fault: str) -> BinaryIO | None:
        self.told.append((name, size, fault))
        return None if fault else (self._folder / name).open("wb")

    @property
    def kept(self) -> dict[str, bytes]:
        return {name: (self._folder / name).read_bytes() for name, _, fault in self.told if not fault}


def test_parts_go_to_their_own_files_however_they_are_cut_up(file: Path, tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    assert run_isolated(ODD, ["gives parts"], file, LIMITS, on_part=parts.take) == b""
    assert parts.told == [("a", 3, ""), ("b", 0, "nested"), ("c", 0, ""), ("d", 4, "")]
    assert parts.kept == {"a": b"abc", "c": b"", "d": b"wxyz"}


def test_a_reader_that_ends_inside_a_part_leaves_it_short(file: Path, tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    with pytest.raises(ReaderDied, match="ended without a result"):
        run_isolated(ODD, ["gives half a part"], file, LIMITS, on_part=parts.take)
    assert parts.kept == {"a": b"abc", "b": b"ab"}


@pytest.mark.parametrize("how", ["crashes", "is killed", "ends"])
def test_a_death_is_told_apart_without_bubblewrap_too(file: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "isolation_level", lambda: IsolationLevel.limits)
    words = {"crashes": "SIGSEGV", "is killed": "was killed", "ends": "status 3"}[how]
    with pytest.raises(ReaderDied, match=words):
        run_isolated(ODD, [how], file, LIMITS)


def test_an_error_that_a_reader_tells_keeps_our_words_and_a_clean_detail(file: Path) -> None:
    with pytest.raises(EncryptedFile) as caught:
        run_isolated(ODD, ["gives up"], file, LIMITS)
    assert str(caught.value).startswith("The file asks for a password")
    assert str(caught.value).endswith("(a [31mred word.)")


def test_what_a_reader_starts_ends_with_it(file: Path, level: IsolationLevel) -> None:
    before = _sleepers()
    assert run_isolated(ODD, ["leaves a child"], file, LIMITS) == b"done"
    time.sleep(0.2)
    assert _sleepers() <= before


def test_a_reader_sees_no_environment_and_under_bubblewrap_no_network_and_no_other_file(
    file: Path, tmp_path: Path, level: IsolationLevel
) -> None:
    secret = tmp_path / "other-bid.txt"
    secret.write_text("a rival's bid")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        seen = run_isolated(ODD, ["looks around", str(port), str(secret)], file, LIMITS).decode().split("|")
    names = set(seen[0].split(","))
    assert names <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "HOME", "OMP_THREAD_LIMIT", "PWD"}
    assert seen[4] == "0"
    if level is IsolationLevel.bubblewrap or (level is IsolationLevel.landlock and landlock_version() >= TCP_VERSION):
        assert seen[1:4] == ["no network", "sees no files", "writes nothing"]
    if level is IsolationLevel.landlock:
        assert seen[2:4] == ["sees no files", "writes nothing"]


def test_the_scratch_folder_is_gone_afterwards(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(sandbox.tempfile, "tempdir", str(scratch))
    run_isolated(ODD, ["answers"], file, LIMITS)
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("version", "expected"), [(None, IsolationLevel.landlock), (0, IsolationLevel.limits)])
def test_without_bubblewrap_landlock_is_next_and_then_the_limits_are_what_is_left(
    version: int | None, expected: IsolationLevel, monkeypatch: pytest.MonkeyPatch
) -> None:
    if version is None and not landlock_version():
        pytest.skip("this kernel has no Landlock")
    isolation_level.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda *_, **__: None)
    if version is not None:
        monkeypatch.setattr(sandbox, "landlock_version", lambda: version)
    try:
        assert isolation_level() is expected
    finally:
        isolation_level.cache_clear()


def test_a_bubblewrap_that_fails_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    isolation_level.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda *_, **__: "/bin/false")
    monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
    try:
        assert isolation_level() is IsolationLevel.limits
    finally:
        isolation_level.cache_clear()


def test_a_reader_dies_with_the_process_that_started_it(file: Path) -> None:
    script = (
        "from pathlib import Path\nfrom svdocs.intake.sandbox import run_isolated\n"
        f"run_isolated({ODD!r}, ['hangs'], Path({str(file)!r}))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    try:
        deadline = time.monotonic() + 20
        while not _children_of(parent.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        started = _children_of(parent.pid)
        assert started
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in started)


def _sleepers() -> set[int]:
    return {pid for pid in _processes() if _command_of(pid) == b"sleep\x0060\x00"}


def _processes() -> list[int]:
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal()]


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _children_of(pid: int) -> list[int]:
    found = []
    for other in _processes():
        try:
            parent = int(Path(f"/proc/{other}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(other)
    return found
