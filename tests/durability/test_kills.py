"""The server is killed at each step of the way in, and at any moment; nothing that it acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.kills import kill_at, kill_at_random
from tests.durability.server import POINTS


@pytest.mark.parametrize("point", POINTS)
def test_a_server_killed_on_the_way_loses_nothing_and_repeats_its_answer(point: str, tmp_path: Path) -> None:
    assert kill_at(point, tmp_path) == []


def test_a_server_killed_at_any_moment_under_load_loses_nothing(tmp_path: Path) -> None:
    faults, acknowledged = kill_at_random(4, tmp_path, seed=1)
    assert faults == []
    assert acknowledged > 0
