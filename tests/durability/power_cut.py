"""Power cuts: what a run asked of the disk is recorded, and replayed up to a moment at which the power goes.

A kill leaves what was written in the kernel's hands, so it cannot see a missing sync. Here, whatever was not synced by
the moment of the cut is kept, dropped or torn at 512 bytes, by chance: the bytes of a file until the file is synced,
names until their folder is. That is as unkind as a disk may be, and unkinder than most file systems are.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.durability.client import Ledger, faults_of, prepare
from tests.durability.workload import ACKS

HERE = Path(__file__).parent
SECTOR = 512


class NoCompiler(Exception):
    """There is no C compiler, without which nothing can be recorded."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a process made: what, on which path, at which offset or to which length, with which bytes."""

    what: str
    path: str
    other: str
    offset: int
    data: bytes


@dataclass
class File:
    """A file's bytes: those that are safe, and the calls since then."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        """Make all of it safe."""
        for call in self.pending:
            _apply(self.safe, call)
        self.pending.clear()

    def after_cut(self, rng: random.Random, share: float) -> bytes:
        """Return what is left when the power goes: of the calls since the last sync, `share` of their sectors."""
        left = bytearray(self.safe)
        for call in self.pending:
            for piece in _sectors(call):
                if rng.random() < share:
                    _apply(left, piece)
        return bytes(left)


def _apply(content: bytearray, call: Call) -> None:
    if call.what == "truncate":
        del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))
        return
    content.extend(bytes(max(0, call.offset - len(content))))
    content[call.offset : call.offset + len(call.data)] = call.data


def _sectors(call: Call) -> Iterator[Call]:
    if call.what == "truncate":
        yield call
        return
    at, end = call.offset, call.offset + len(call.data)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        yield Call("write", call.path, "", at, call.data[at - call.offset : stop - call.offset])
        at = stop


class Disk:
    """A disk under the calls of a run: what stands in it, and what of it is safe."""

    def __init__(self, folder: Path, before: Path) -> None:
        """Begin with the safe files of the folder `before`, which stood at `folder` when the run began."""
        self._root = str(folder)
        self._names: dict[str, File] = {}
        for path in before.rglob("*"):
            if path.is_file():
                self._names[f"{self._root}/{path.relative_to(before)}"] = File(bytearray(path.read_bytes()))
        self._safe = dict(self._names)
        self._folders = {self._root} | {
            f"{self._root}/{p.relative_to(before)}" for p in before.rglob("*") if p.is_dir()
        }
        self._pending: list[tuple[Call, File | None]] = []

    def take(self, call: Call) -> None:
        """Do what the call asks."""
        path = call.path.removesuffix(" (deleted)")
        if call.what in ("write", "truncate"):
            self._names.setdefault(path, File()).pending.append(call)
        elif call.what == "sync":
            if path in self._names:
                self._names[path].sync()
            self._sync_folder(path)
        elif call.what == "create":
            if path not in self._names:
                self._names[path] = File()
                self._pending.append((call, self._names[path]))
        elif call.what == "rename":
            if path in self._names:
                file = self._names[call.other] = self._names.pop(path)
                self._pending.append((call, file))
        elif call.what == "unlink":
            self._names.pop(path, None)
            self._pending.append((call, None))
        elif call.what == "mkdir":
            self._pending.append((call, None))

    def _sync_folder(self, folder: str) -> None:
        left = []
        for call, file in self._pending:
            if os.path.dirname(call.other or call.path) == folder:  # noqa: PTH120 -- thousands of plain strings
                _name(self._safe, self._folders, call, file)
            else:
                left.append((call, file))
        self._pending = left

    def write_after_cut(self, out: Path, rng: random.Random, share: float) -> None:
        """Write into the folder `out` what is left of the disk when the power goes now."""
        names, folders = dict(self._safe), set(self._folders)
        for call, file in self._pending:
            if rng.random() < share:
                _name(names, folders, call, file)
        for name, file in names.items():
            above = [str(p) for p in Path(name).parents if len(str(p)) >= len(self._root)]
            if set(above) <= folders:
                path = out / Path(name).relative_to(self._root)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.after_cut(rng, share))


def _name(names: dict[str, File], folders: set[str], call: Call, file: File | None) -> None:
    if call.what == "mkdir":
        folders.add(call.path)
    elif call.what == "unlink":
        names.pop(call.path, None)
    elif file is not None:
        if call.what == "rename":
            names.pop(call.path, None)
        names[call.other or call.path] = file


@dataclass(frozen=True)
class Recording:
    """A run: the folder that it worked in, how that was before, and the calls."""

    folder: Path
    before: Path
    calls: list[Call]


def record(scratch: Path, uploads: int, how: str) -> Recording:
    """Return what bringing in `uploads` files asked of the disk.

    Raises:
        NoCompiler: the recorder cannot be made.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompiler("no C compiler to make the recorder with")
    scratch.mkdir(parents=True, exist_ok=True)
    library, log = scratch / "recorder.so", scratch / "log"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "recorder.c"), "-ldl"]
    subprocess.run(words, check=True)
    data, before = scratch / "data", scratch / "before"
    procurement = prepare(data)
    shutil.copytree(data, before)
    env = os.environ | {"LD_PRELOAD": str(library), "RECORD_LOG": str(log), "RECORD_ROOT": str(data)}
    module = [sys.executable, "-m", "tests.durability.workload", str(data), procurement, str(uploads), how]
    subprocess.run(module, check=True, env=env, cwd=HERE.parents[1])
    return Recording(data, before, list(_calls(log)))


def _calls(log: Path) -> Iterator[Call]:
    with log.open("rb") as stream:
        while line := stream.readline():
            what, path, other, offset, length = line.decode().rstrip("\n").split("\t")
            yield Call(what, path, other, int(offset), stream.read(int(length)))


def cut(recording: Recording, cuts: int, seed: int, scratch: Path) -> list[str]:
    """Return what is wrong after power cuts at `cuts` moments of a recording, in words."""
    rng = random.Random(seed)
    moments = sorted(rng.randrange(1, len(recording.calls) + 1) for _ in range(cuts))
    disk, ledger, faults = Disk(recording.folder, recording.before), Ledger(), []
    done = 0
    for n, moment in enumerate(moments):
        for call in recording.calls[done:moment]:
            disk.take(call)
            if call.what == "write" and call.path.endswith(f"/{ACKS}"):
                sha256, document_id = call.data.decode().split()
                ledger.acknowledged[document_id] = (sha256, document_id)
        done = moment
        left = scratch / f"cut-{n}"
        disk.write_after_cut(left, rng, rng.choice((0.0, 0.5, 0.9)))
        try:
            found = faults_of(left, ledger)
        except Exception as error:  # a database that cannot even be opened
            found = [f"{type(error).__name__}: {str(error)[:200]}"]
        faults += [f"cut {n} at call {moment}: {fault}" for fault in found[:3]]
        shutil.rmtree(left)
    return faults
