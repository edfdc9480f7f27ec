"""A full disk is answered by 507; nothing half is kept, no promise is broken, and it recovers without a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.full_disk import fill_disk, refuse_growth, small_disk


@pytest.mark.parametrize("small", ["files", "."])
def test_a_full_disk_of_files_or_of_everything_is_told_and_survived(tmp_path: Path, small: str) -> None:
    data = tmp_path / "data"
    try:
        with small_disk(data / small):
            faults, refused = fill_disk(data, data / small, seed=1)
    except PermissionError as reason:
        pytest.skip(str(reason))
    assert faults == []
    assert refused > 0


@pytest.mark.parametrize(("max_file", "size"), [(400_000, 500_000), (800_000, 1_000)], ids=["spool", "database's log"])
def test_a_file_that_may_not_grow_is_told_and_survived(tmp_path: Path, max_file: int, size: int) -> None:
    faults, refused = refuse_growth(tmp_path, max_file, size, seed=1)
    assert faults == []
    assert refused > 0
