"""A reader that dies on a page is run again without it, a few times and no longer than one reader may run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from svdocs.errors import EncryptedFile, ReaderDied
from svdocs.intake.pages import MAX_PAGES_LEFT_OUT, run_page_by_page
from svdocs.intake.sandbox import Limits

ODD = str(Path(__file__).parent / "odd_reader.py")
LIMITS = Limits(memory_bytes=512 * 2**20, cpu_seconds=20, wall_seconds=30.0, silent_seconds=20.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bid.bin"
    path.write_bytes(b"the bytes of the file")
    return path


def read_without(bad: list[int], file: Path, limits: Limits = LIMITS) -> list[int]:
    """Return the pages that were left out of a file of nine whose `bad` pages kill the reader."""
    left_out: list[int] = json.loads(run_page_by_page(ODD, ["dies on some pages", json.dumps(bad)], file, limits))
    return left_out


@pytest.mark.parametrize("bad", [[], [1], [9], [2, 3], [1, 5, 9]])
def test_the_bad_pages_are_left_out_and_no_others(file: Path, bad: list[int]) -> None:
    assert read_without(bad, file) == bad


@pytest.mark.parametrize("bad", [list(range(1, MAX_PAGES_LEFT_OUT + 2)), [10]])
def test_a_file_with_too_many_bad_pages_or_a_death_after_the_last_is_not_read(file: Path, bad: list[int]) -> None:
    with pytest.raises(ReaderDied, match="One page used up its computing time"):
        read_without(bad, file)


def test_all_tries_together_take_no_longer_than_one_reader_may(file: Path) -> None:
    with pytest.raises(ReaderDied):
        read_without([2], file, replace(LIMITS, wall_seconds=0.0))


def test_a_reader_that_gives_up_is_not_tried_again(file: Path) -> None:
    with pytest.raises(EncryptedFile):
        run_page_by_page(ODD, ["gives up"], file, LIMITS)


def test_each_page_is_told_once(file: Path) -> None:
    told: list[int] = []
    arguments = ["dies on some pages", "[3]"]
    run_page_by_page(ODD, arguments, file, LIMITS, lambda page, of: told.append(page))
    assert told == [*range(10)]
