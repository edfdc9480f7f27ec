"""After a power cut at any moment, what was acknowledged is there; where a sync is left out, it is not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.durability.power_cut import Call, Disk, NoCompiler, Recording, cut, record


def recorded(scratch: Path, how: str) -> Recording:
    try:
        return record(scratch, 12, how)
    except NoCompiler as reason:
        pytest.skip(str(reason))


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    recording = recorded(tmp_path, "as it is")
    assert {c.what for c in recording.calls} >= {"write", "sync", "rename", "create", "mkdir"}
    assert cut(recording, 15, 1, tmp_path) == []


@pytest.mark.parametrize("how", ["synchronous=OFF", "files not synced", "folders not synced"])
def test_a_power_cut_is_seen_where_a_sync_is_left_out(tmp_path: Path, how: str) -> None:
    assert cut(recorded(tmp_path, how), 6, 1, tmp_path) != []


def test_what_is_not_synced_may_be_torn_and_what_is_synced_may_not(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    disk = Disk(Path("/d"), tmp_path / "before")
    for call in (
        Call("create", "/d/a", "", 0, b""),
        Call("write", "/d/a", "", 0, b"a" * 600),
        Call("sync", "/d/a", "", 0, b""),
        Call("sync", "/d", "", 0, b""),
        Call("write", "/d/a", "", 512, b"b" * 600),
        Call("create", "/d/b", "", 0, b""),
    ):
        disk.take(call)
    disk.write_after_cut(tmp_path / "none", random.Random(1), 0.0)
    disk.write_after_cut(tmp_path / "all", random.Random(1), 1.0)
    assert [p.name for p in (tmp_path / "none").iterdir()] == ["a"]
    assert (tmp_path / "none" / "a").read_bytes() == b"a" * 600
    assert (tmp_path / "all" / "a").read_bytes() == b"a" * 512 + b"b" * 600
    assert (tmp_path / "all" / "b").read_bytes() == b""
