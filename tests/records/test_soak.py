from __future__ import annotations

from tests.records.soak import HARMLESS, HASHED, TAMPERING, run_trials


def test_every_kind_of_tampering_and_damage_is_found_once() -> None:
    tried, _, missed = run_trials(9, seed=1)
    assert [m for m in missed if not m.endswith(HARMLESS)] == []
    assert len(tried) == len(TAMPERING) + len(HASHED) + 1
