"""Each fuzz target takes its own seeds, and damaged ones, without an error that is not the reader's own."""

import contextlib
from pathlib import Path

import pytest

from svdocs.errors import CannotRead
from tests.fuzz.soak import Told, rows_of
from tests.fuzz.targets import TARGETS, seeds

CASES = sorted(p for p in (Path(__file__).parent / "cases").iterdir() if p.suffix != ".md")


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_what_was_once_found_is_taken(case: Path) -> None:
    with contextlib.suppress(CannotRead):
        TARGETS[case.name.partition("-")[0]](case.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    for data in seeds(name):
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("cut", [0, 1, 40, 400])
def test_a_target_takes_a_cut_off_seed(name: str, cut: int) -> None:
    with contextlib.suppress(CannotRead):
        TARGETS[name](seeds(name)[0][:cut])


def test_a_run_over_one_target_replaces_its_row_only() -> None:
    before = "| pdf | 9 | 1 | 2 | 3 | 0 |\n| zip | 8 | 4 | 5 | 6 | 0 |\n"
    rows = rows_of({"zip": Told(600, 7_000, 8, 9, ["x"])}, before)
    assert rows == {"pdf": "| pdf | 9 | 1 | 2 | 3 | 0 |", "zip": "| zip | 10 | 7,000 | 8 | 9 | 1 |"}
