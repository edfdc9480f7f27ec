"""Runs a reader in a process of its own, which may crash, hang, or be taken over without harm to the service.

The reader is assumed broken and its output is untrusted. It gets one file on standard input, an empty environment,
limits of memory, time, descriptors and file size, and a pipe to speak on; where bubblewrap works it also loses the
network and sees a read-only, nearly empty file system, and where only Landlock does, it is fenced in likewise but for
the parts of the network that are not TCP. It speaks in lines of JSON:

    {"page": 3, "of": 12}                      progress
    {"error": "encrypted", "detail": "..."}    it gave up; the message comes from the table here
    {"part": "a.docx", "size": 900, "fault": ""}    this many bytes of one of several files follow
    {"result": 51234}                          this many bytes of result follow, and nothing after them

Whatever else happens becomes `ReaderDied` with its own plain message.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from svdocs.errors import CannotRead, DamagedFile, EncryptedFile, LimitExceeded, ReaderDied, UnsupportedFile
from svdocs.intake.landlock import landlock_version

MAX_OUTPUT_BYTES = 96 * 2**20
"""Enough for the words and boxes of about 2,000 dense pages."""
MAX_LINE_BYTES = 8 * 2**10
MAX_DETAIL_LETTERS = 400
_CHUNK = 256 * 2**10
_OFFICE_SETTINGS = "/etc/libreoffice"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache")
_TRY_LANDLOCK = (
    "import ctypes, json, sys; from svdocs.intake.landlock import fence_process; "
    "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); fence_process(**json.loads(sys.argv[1])); import svdocs, lxml"
)
_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Progress = Callable[[int, int], None]
TakePart = Callable[[str, int, str], "BinaryIO | None"]
"""Called with a part's name, size and fault; gives the file that takes its bytes, or None for a part without any."""


class IsolationLevel(StrEnum):
    """How far a reader is shut in."""

    bubblewrap = "bubblewrap"
    """No network, a read-only and nearly empty file system, own process table, and the limits."""
    landlock = "landlock"
    """Reads programs and libraries only, writes to its own folder only, no TCP from Linux 6.7 on, and the limits."""
    limits = "limits"
    """Limits of memory, time, descriptors and file size only."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader may use up. Times are seconds on a clock that never jumps."""

    memory_bytes: int = 2**30
    cpu_seconds: int = 900
    wall_seconds: float = 900.0
    silent_seconds: float = 120.0
    """How long it may go without a progress message."""
    page_cpu_seconds: int = 20
    """How long it may compute on one page of a PDF file; a page that takes longer is left out."""
    file_bytes: int = 64 * 2**20
    descriptors: int = 64
    output_bytes: int = MAX_OUTPUT_BYTES


DEFAULT_LIMITS = Limits()

_ERRORS: dict[str, tuple[type[CannotRead], str]] = {
    "encrypted": (EncryptedFile, "The file asks for a password; ask the supplier for a copy without one."),
    "damaged": (DamagedFile, "The file's structure is broken; ask the supplier to save it again and send it anew."),
    "over_limit": (LimitExceeded, "The file is over a limit of svdocs; split it or make it simpler."),
    "unsupported": (UnsupportedFile, "svdocs does not read this type of file; save it as PDF, .docx or .xlsx."),
    "unreadable": (CannotRead, "The file could not be read; a person should look at the original."),
    "memory": (ReaderDied, "Reading the file took more memory than it may; a person should look at it, or split it."),
    "crashed": (ReaderDied, "The reader met something that it does not know; a person should look at the original."),
}  # fmt: skip
_DEATHS = {
    "silent": "The reader made no progress for {seconds:.0f} seconds and was stopped; look at the original.",
    "slow": "Reading took longer than {seconds:.0f} seconds and was stopped; split the file, or look at the original.",
    "cpu": "Reading the file used up its computing time and was stopped; split it, or a person should look at it.",
    "page": "One page used up its computing time, so reading was stopped; a person should look at the original.",
    "killed": "The reader was killed, most likely for want of memory; a person should look at the file, or split it.",
    "signal": "The reader crashed on the file ({detail}); a person should look at the original.",
    "ended": "The reader ended without a result ({detail}); a person should look at the file.",
    "flood": "The reader gave out more than {mib} MiB and was stopped; split the file, or look at the original.",
    "malformed": "The reader's answer made no sense, so it was not used; a person should look at the original.",
}  # fmt: skip


_STRICT = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True)
class _ProgressLine:
    __pydantic_config__ = _STRICT
    page: int
    of: int


@dataclass(frozen=True)
class _ErrorLine:
    __pydantic_config__ = _STRICT
    error: str
    detail: str = ""


@dataclass(frozen=True)
class _ResultLine:
    __pydantic_config__ = _STRICT
    result: int


@dataclass(frozen=True)
class _PartLine:
    __pydantic_config__ = _STRICT
    part: str
    size: int
    fault: str = ""


_Line = _ProgressLine | _ErrorLine | _ResultLine | _PartLine


def run_isolated(
    module: str,
    arguments: Sequence[str],
    file: Path,
    limits: Limits = DEFAULT_LIMITS,
    on_progress: Progress | None = None,
    on_part: TakePart | None = None,
    office: bool = False,
) -> bytes:
    """Return the result that the reader `module` gives for `file`, run in a process of its own.

    Args:
        module: the reader's dotted name, or the path of its file.
        arguments: its command-line arguments.
        file: given to it as standard input, read-only.
        limits: what it may use up.
        on_progress: called with page and number of pages as the reader goes on.
        on_part: called as each part of several begins; without it, a reader may not give parts.
        office: whether it starts LibreOffice, which must see its own settings and processes under bubblewrap.

    Raises:
        CannotRead: the reader gave up; the class is by its code, the message from a table here.
        ReaderDied: the reader crashed, hung, or used up or said too much.
    """
    with tempfile.TemporaryDirectory(prefix="svdocs-") as scratch, file.open("rb") as data:
        process = subprocess.Popen(
            _command(module, arguments, limits, scratch, office),
            stdin=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(scratch),
            cwd=scratch,
            start_new_session=True,
        )
        try:
            return _listen(process, limits, on_progress, on_part)
        finally:
            _end_group(process)


@lru_cache(maxsize=1)
def isolation_level() -> IsolationLevel:
    """Return how far readers are shut in on this machine; tried once, by starting a process."""
    python = [sys.executable, "-I", "-c"]
    with tempfile.TemporaryDirectory(prefix="svdocs-") as scratch:
        program = shutil.which("bwrap", path=_SEARCH_PATH)
        if program and _works([*_bubblewrap(program, scratch, ()), *python, "import svdocs, lxml"], scratch):
            return IsolationLevel.bubblewrap
        if landlock_version() and _works([*python, _TRY_LANDLOCK, json.dumps(_fence(scratch, ()))], scratch):
            return IsolationLevel.landlock
    return IsolationLevel.limits


def _works(command: list[str], scratch: str) -> bool:
    try:
        tried = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=_environment(scratch), cwd=scratch, timeout=20, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _command(module: str, arguments: Sequence[str], limits: Limits, scratch: str, office: bool) -> list[str]:
    level = isolation_level()
    shown = (str(Path(module).resolve()),) if module.endswith(".py") else ()
    bounds: dict[str, object] = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "file_bytes": limits.file_bytes,
        "descriptors": limits.descriptors,
    }
    if level is IsolationLevel.landlock:
        bounds["fence"] = _fence(scratch, shown)
    python = [sys.executable, "-I", "-m", "svdocs.intake.confine", json.dumps(bounds), module, *arguments]
    program = shutil.which("bwrap", path=_SEARCH_PATH)
    if level is not IsolationLevel.bubblewrap or program is None:  # gone since it was tried
        return python
    sees = ("--proc", "/proc", "--ro-bind-try", _OFFICE_SETTINGS, _OFFICE_SETTINGS) if office else ()
    return [*_bubblewrap(program, scratch, shown), *sees, *python]


def _fence(scratch: str, shown: Sequence[str]) -> dict[str, list[str]]:
    """Return what a fence of Landlock lets a reader read and write: the same as bubblewrap shows it."""
    devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
    return {"readable": [*_SYSTEM, *_python_folders(), *shown], "writable": [scratch, *devices]}


def _bubblewrap(program: str, scratch: str, shown: Sequence[str]) -> list[str]:
    """Return the words that shut a command in: it sees programs, libraries and this package, and nothing else."""
    words = [program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    for folder in _SYSTEM:
        words += ["--ro-bind-try", folder, folder]
    words += ["--dev", "/dev", "--tmpfs", "/tmp"]
    for folder in (*_python_folders(), *shown):
        words += ["--ro-bind-try", folder, folder]
    return [*words, "--bind", scratch, scratch, "--chdir", scratch]


@lru_cache(maxsize=1)
def _python_folders() -> tuple[str, ...]:
    """Return the folders that Python and its packages are read from, none inside another."""
    package = Path(__file__).resolve().parents[1]
    models = package.parent.parent / "models"
    candidates = {
        Path(p) for p in (sys.prefix, sys.base_prefix, *sys.path) if Path(p).is_absolute() and Path(p).is_dir()
    }
    candidates |= {Path(sys.executable).resolve().parent.parent, package.parent, *([models] if models.is_dir() else [])}
    folders = sorted({p.resolve() for p in candidates} | candidates)
    kept = [p for p in folders if p != Path("/") and not any(q != p and p.is_relative_to(q) for q in folders)]
    return tuple(str(p) for p in kept if not p.is_relative_to("/usr"))


def _environment(scratch: str) -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    return {
        "PATH": f"{here}:{_SEARCH_PATH}",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": scratch,
        "HOME": scratch,
        "OMP_THREAD_LIMIT": "1",
    }


def _listen(
    process: subprocess.Popen[bytes], limits: Limits, on_progress: Progress | None, on_part: TakePart | None
) -> bytes:
    """Return the result from a reader's pipe, or raise by what it said or how it died."""
    received = bytearray()
    awaited: int | None = None
    with _Part() as part:
        for chunk in _chunks(process, limits):
            received += chunk
            part.take_from(received)
            while awaited is None and not part.left and (end := received.find(b"\n")) >= 0:
                line = _parse_line(bytes(received[:end]))
                del received[: end + 1]
                match line:
                    case _ProgressLine(page, of):
                        if on_progress is not None and 0 <= page <= of <= 1_000_000:
                            on_progress(page, of)
                    case _PartLine(name, size, fault):
                        if on_part is None or not 0 <= size <= limits.output_bytes:
                            raise _death("malformed", limits)
                        part.begin(on_part(name, size, fault), size)
                        part.take_from(received)
                    case _ErrorLine(code, detail):
                        raise _told_error(code, detail)
                    case _ResultLine(size):
                        if not 0 <= size <= limits.output_bytes:
                            raise _death("flood", limits)
                        awaited = size
            if awaited is None and len(received) > MAX_LINE_BYTES:
                raise _death("malformed", limits)
            if awaited is not None and len(received) > awaited:
                raise _death("malformed", limits)
            if awaited is not None and len(received) == awaited:
                return bytes(received)
    raise _natural_death(process, limits)


class _Part:
    """One of several files that a reader gives: takes its bytes out of what was received, into its own file."""

    def __init__(self) -> None:
        self.left = 0
        self._file: BinaryIO | None = None

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def begin(self, file: BinaryIO | None, size: int) -> None:
        self._file, self.left = file, size

    def take_from(self, received: bytearray) -> None:
        taken = min(self.left, len(received))
        if taken and self._file is not None:
            self._file.write(received[:taken])
        del received[:taken]
        self.left -= taken
        if not self.left:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _chunks(process: subprocess.Popen[bytes], limits: Limits) -> Iterator[bytes]:
    """Yield what the reader writes until it closes its pipe.

    Raises:
        ReaderDied: it wrote too much, took too long, or was silent for too long.
    """
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    os.set_blocking(pipe, False)
    start = heard = time.monotonic()
    total = 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now - start >= limits.wall_seconds:
                raise _death("slow", limits)
            if now - heard >= limits.silent_seconds:
                raise _death("silent", limits)
            if not selector.select(min(limits.wall_seconds - (now - start), limits.silent_seconds - (now - heard))):
                continue
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                return
            total += len(chunk)
            if total > limits.output_bytes:
                raise _death("flood", limits)
            heard = time.monotonic()
            yield chunk


def _parse_line(line: bytes) -> _Line:
    from pydantic import ValidationError

    try:
        return _line_schema().validate_json(line)
    except ValidationError:
        raise _death("malformed", DEFAULT_LIMITS) from None


@lru_cache(maxsize=1)
def _line_schema() -> TypeAdapter[_Line]:
    """Return the strict schema of a reader's lines; pydantic is loaded at the first use."""
    from pydantic import TypeAdapter

    return TypeAdapter(_Line)


def _told_error(code: str, detail: str) -> CannotRead:
    """Return the error that a reader told by its code; of its own words only a short printable detail is kept."""
    kind, message = _ERRORS.get(code, _ERRORS["crashed"])
    clean = " ".join("".join(c if c.isprintable() else " " for c in detail[: 4 * MAX_DETAIL_LETTERS]).split())
    clean = clean[:MAX_DETAIL_LETTERS].rstrip(".")
    return kind(f"{message} ({clean}.)" if clean and not message.startswith(clean) else message)


def _natural_death(process: subprocess.Popen[bytes], limits: Limits) -> ReaderDied:
    """Return the error for a reader that closed its pipe without a result, by how it ended."""
    status = _wait_briefly(process)
    if status is None:
        return _death("silent", limits)
    if status > 128:  # bubblewrap reports a death by signal as 128 and its number
        status = 128 - status
    if status >= 0:
        return _death("ended", limits, detail=f"status {status}")
    number = -status
    if number == signal.SIGXCPU:
        return _death("cpu", limits)
    if number == signal.SIGPROF:  # the reader's own alarm clock, set for each page
        return _death("page", limits)
    if number == signal.SIGKILL:
        return _death("killed", limits)
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    return _death("signal", limits, detail=f"signal {name}")


def _wait_briefly(process: subprocess.Popen[bytes], seconds: float = 5.0) -> int | None:
    """Return the exit status of a process that should end now, negative for a signal, without reaping it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None:
            return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        time.sleep(0.01)
    return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the reader and all it started. It is not reaped before, so its number cannot be another's by now."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
    process.wait()


def _death(reason: str, limits: Limits, detail: str = "") -> ReaderDied:
    seconds = limits.silent_seconds if reason == "silent" else limits.wall_seconds
    return ReaderDied(_DEATHS[reason].format(seconds=seconds, mib=limits.output_bytes // 2**20, detail=detail))
