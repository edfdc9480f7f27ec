"""A fence of Landlock lets a process read and write only where it may, for good."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from svdocs.intake import landlock
from svdocs.intake.landlock import fence_process, landlock_version

needs_landlock = pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")

_TRY = """
import ctypes, json, os, subprocess, sys
from pathlib import Path
from svdocs.intake.landlock import fence_process
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
readable, writable, secret = json.loads(sys.argv[1])
fence_process(readable, writable)
def tried(do):
    try:
        do()
    except OSError:
        return False
    return True
print(json.dumps({
    "reads": tried(lambda: Path(readable[0], "seen.txt").read_text()),
    "writes where it may only read": tried(lambda: Path(readable[0], "new.txt").write_text("x")),
    "removes where it may only read": tried(lambda: Path(readable[0], "seen.txt").unlink()),
    "writes": tried(lambda: Path(writable[0], "new.txt").write_text("x")),
    "reads elsewhere": tried(lambda: Path(secret).read_text()),
    "lists elsewhere": tried(lambda: os.listdir(Path(secret).parent)),
    "reads elsewhere by another program": subprocess.run(["cat", secret], capture_output=True).returncode == 0,
}))
"""


@needs_landlock
def test_a_fenced_process_and_what_it_starts_reach_only_what_they_may(tmp_path: Path) -> None:
    for name in ("readable", "writable", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "readable" / "seen.txt").write_text("x")
    secret = tmp_path / "elsewhere" / "rival.txt"
    secret.write_text("a rival's bid")
    system = ["/usr", "/bin", "/lib", "/lib64", "/no/such/folder"]
    told = json.dumps([[str(tmp_path / "readable"), *system], [str(tmp_path / "writable")], str(secret)])
    done = subprocess.run([sys.executable, "-c", _TRY, told], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout) == {
        "reads": True,
        "writes where it may only read": False,
        "removes where it may only read": False,
        "writes": True,
        "reads elsewhere": False,
        "lists elsewhere": False,
        "reads elsewhere by another program": False,
    }, done.stderr


def test_a_kernel_without_landlock_is_told_and_nothing_is_fenced(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(38, "not known")

    monkeypatch.setattr(landlock, "_call", refuse)
    assert landlock_version() == 0
    with pytest.raises(OSError, match="no Landlock"):
        fence_process(["/usr"], [])


@pytest.mark.parametrize(("version", "bits"), [(1, 13), (2, 14), (3, 15), (4, 15), (5, 16), (7, 16)])
def test_each_version_forbids_what_it_knows(version: int, bits: int) -> None:
    assert landlock._rights(version) == (1 << bits) - 1
