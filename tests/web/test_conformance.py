"""A short run of `tests.web.conformance`: the interface keeps to its own description."""

from __future__ import annotations

from pathlib import Path

from tests.web.conformance import ask_everything
from tests.web.personas import open_cast


def test_no_operation_breaks_its_own_description(tmp_path: Path) -> None:
    with open_cast(tmp_path) as cast:
        found = ask_everything(cast, 2, in_turn=True)
    assert found.failures == {}
    assert found.calls > 100
    assert {200, 401, 403, 404, 422} <= set(found.statuses)
