from __future__ import annotations

import hashlib
import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svdocs.errors import CannotKeep, LimitExceeded, NotFound
from svdocs.records.keep import CHUNK_BYTES, is_intact, keep_file, path_of


@given(content=st.one_of(st.binary(max_size=200), st.just(b"x" * (CHUNK_BYTES + 1))))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_come_back_as_they_were(tmp_path: Path, content: bytes) -> None:
    kept = keep_file(io.BytesIO(content), tmp_path / "files")
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert path_of(kept.sha256, tmp_path / "files").read_bytes() == content
    assert list((tmp_path / "files" / "spool").iterdir()) == []


def test_the_same_bytes_are_kept_once_and_cannot_be_written_over(tmp_path: Path) -> None:
    source = tmp_path / "bid.pdf"
    source.write_bytes(b"the bid")
    kept = keep_file(source, tmp_path / "files")
    before = path_of(kept.sha256, tmp_path / "files").stat()
    assert keep_file(source, tmp_path / "files") == kept
    after = path_of(kept.sha256, tmp_path / "files").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not stat.S_IMODE(after.st_mode) & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_the_file_and_both_folders_are_synced_before_it_counts_as_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(str(Path(f"/proc/self/fd/{handle}").readlink())), real(handle))[1]
    )
    folder = tmp_path / "files"
    kept = keep_file(io.BytesIO(b"bytes"), folder)
    shard = folder / kept.sha256[:2]
    made = [str(tmp_path), str(folder)]  # the folder's name in its parent, and the spool's in the folder
    assert synced[:2] == made
    assert Path(synced[2]).parent == folder / "spool"
    assert synced[3:] == [str(folder), str(shard), str(folder)]


def test_a_file_over_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="split"):
        keep_file(io.BytesIO(b"x" * 11), tmp_path, max_bytes=10)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_full_disk_is_said_plainly_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CannotKeep, match="No space left"):
        keep_file(io.BytesIO(b"bytes"), tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotKeep, match=r"nowhere\.pdf"):
        keep_file(tmp_path / "nowhere.pdf", tmp_path)


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_hash_that_is_not_kept_or_none_at_all_finds_nothing(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(NotFound):
        path_of(sha256, tmp_path)


def test_a_changed_byte_is_found_out(tmp_path: Path) -> None:
    kept = keep_file(io.BytesIO(b"the bid"), tmp_path)
    assert is_intact(kept.sha256, tmp_path)
    path = path_of(kept.sha256, tmp_path)
    path.chmod(0o600)
    path.write_bytes(b"the bad")
    assert not is_intact(kept.sha256, tmp_path)
