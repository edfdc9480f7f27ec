"""A sample of the tricks is found and of the clean files none is flagged. `make soak` plays all."""

from __future__ import annotations

import pytest

from tests.hidden_text.judging import faults_of, misleading_flags
from tests.hidden_text.look_alikes import LookAlike, all_look_alikes
from tests.hidden_text.tricks import MUST_BE_FOUND, PLANTED, Trick, all_tricks, disguised, parted

TRICKS = list(all_tricks())
CLEAN = list(all_look_alikes())
PLAYED = [t for i, t in enumerate(TRICKS) if t.name in MUST_BE_FOUND or t.strength == 1 + i // 5 % 5]


def test_there_are_sixteen_tricks_in_five_strengths_and_three_hundred_clean_files() -> None:
    assert len({t.name for t in TRICKS if t.form == "PDF"}) == 16
    assert {t.strength for t in TRICKS} == {1, 2, 3, 4, 5}
    assert {t.form for t in TRICKS} == {"PDF", "DOCX", "XLSX"}
    assert len(CLEAN) == 300


def test_disguised_words_differ_from_the_planted_ones() -> None:
    assert disguised(3) != PLANTED
    assert len(disguised(3)) == len(PLANTED)
    assert parted(1).replace("\u200b", "") == PLANTED


@pytest.mark.parametrize("trick", PLAYED, ids=[f"{t.form} {t.name} {t.strength}" for t in PLAYED])
def test_hidden_words_are_flagged_and_kept_out_of_the_body(trick: Trick) -> None:
    assert faults_of(trick) == []


@pytest.mark.parametrize("one", CLEAN[::9], ids=[f"{c.form} {c.kind} {c.number}" for c in CLEAN[::9]])
def test_a_clean_file_is_not_flagged(one: LookAlike) -> None:
    assert misleading_flags(one.make(), one.file_name) == ()
