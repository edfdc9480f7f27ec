"""A process that has let go of much holds little afterwards."""

import pytest

from svdocs.intake import memory
from svdocs.intake.memory import give_back_memory
from tests.bad_inputs.measuring import memory_kib


def test_what_was_freed_in_small_pieces_goes_back_to_the_system() -> None:
    give_back_memory()
    start = memory_kib("VmRSS")
    pieces = [bytearray(1000 + i % 7000) for i in range(20_000)]
    last = bytearray(900)  # lies behind them all, so that the heap cannot simply shrink
    held = memory_kib("VmRSS")
    pieces.clear()
    give_back_memory()
    assert held - start > 40_000
    assert memory_kib("VmRSS") - start < 10_000
    assert len(last) == 900


def test_where_there_is_no_such_allocator_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_allocator", lambda: None)
    give_back_memory()
