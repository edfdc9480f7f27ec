"""The load's client, in short: what it sends is acknowledged and there; how fast is measured by `make bench`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.durability.client import Ledger, faults_of, prepare
from tests.durability.load import Times, burst, fill, panels
from tests.durability.server import running


def test_a_burst_of_uploads_is_acknowledged_whole(tmp_path: Path) -> None:
    procurement, ledger = prepare(tmp_path), Ledger()
    with running(tmp_path) as (port, _):
        times = asyncio.run(burst(port, procurement, 30, 200_000, 10, ledger))
    assert times.errors == []
    assert len(ledger.acknowledged) == 30
    assert faults_of(tmp_path, ledger, list(ledger.acknowledged)) == []


def test_a_panel_reads_and_decides_without_an_error(tmp_path: Path) -> None:
    prepare(tmp_path)
    statements = fill(tmp_path, 2, 3)
    with running(tmp_path) as (port, _):
        reads, writes = asyncio.run(panels(port, tmp_path, statements, 5, 2.0, (0.01, 0.05)))
    assert reads.errors + writes.errors == []
    assert reads.seconds
    assert writes.seconds


def test_a_quantile_is_a_time_that_was_taken() -> None:
    times = Times([0.1 * n for n in range(1, 101)])
    assert (times.quantile(0.5), times.quantile(0.99), Times().quantile(0.5)) == (
        times.seconds[50],
        times.seconds[99],
        0,
    )
