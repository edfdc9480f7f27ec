# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""All bad inputs, made anew each time from nothing but code: the same names and the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.bad_inputs.case import Case
from tests.bad_inputs.confusions import type_cases, unicode_cases
from tests.bad_inputs.office_files import word_cases, workbook_cases
from tests.bad_inputs.pdf_files import bomb_cases, feature_cases, odd_cases, structural_cases
from tests.bad_inputs.pictures import picture_cases


def all_cases() -> Iterator[Case]:
    """Yield every case, class by class."""
    for source in (
        structural_cases, bomb_cases, feature_cases, odd_cases, word_cases, workbook_cases, picture_cases, type_cases, unicode_cases,
    ):  # fmt: skip
        yield from source()


def sample_cases(each: int = 7) -> list[Case]:
    """Return a few cases of each class, evenly spread over it."""
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in all_cases():
        by_kind[case.kind].append(case)
    return [c for cases in by_kind.values() for c in cases[:: max(len(cases) // each, 1)][:each]]
