# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""A sample of the bad inputs ends as it may, within limits, and leaves the asking process whole. `make soak` reads all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from svdocs.intake.sandbox import Limits
from svdocs.text.document import Document, Problem
from tests.bad_inputs.case import PERSON, READ, Case, Outcome, State, faults_of, read_case, state_of
from tests.bad_inputs.generators import all_cases, sample_cases
from tests.bad_inputs.hostile import write_table
from tests.bad_inputs.measuring import memory_kib
from tests.bad_inputs.soak import write_results

LIMITS = Limits(cpu_seconds=60, wall_seconds=80, silent_seconds=45)
CASES = list(all_cases())
SAMPLE = sample_cases(6)


def test_there_are_many_cases_of_every_class_and_no_two_of_one_name() -> None:
    kinds = Counter(c.kind for c in CASES)
    assert len(CASES) >= 600
    assert len({c.name for c in CASES}) == len(CASES)
    assert len(kinds) == 9
    assert min(kinds.values()) >= 30


def test_the_same_case_has_the_same_bytes() -> None:
    for case in CASES[::60]:
        if case.kind != "PDF bomb":
            assert case.make() == case.make(), case.name


@pytest.fixture(scope="module")
def memory_at_start(tmp_path_factory: pytest.TempPathFactory) -> int:
    path = tmp_path_factory.mktemp("first") / "first"
    path.write_bytes(next(c for c in CASES if c.kind == "DOCX" and c.allowed == READ).make())
    read_case(path, "first.docx", LIMITS)
    return memory_kib("VmRSS")


@pytest.mark.parametrize("case", SAMPLE, ids=[c.name for c in SAMPLE])
def test_a_bad_input_ends_as_it_may(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(case.make())
    assert faults_of(case, read_case(path, case.file_name, LIMITS), LIMITS) == []


def test_reading_bad_inputs_leaves_no_memory_behind(memory_at_start: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for case in SAMPLE[::9]:
        path.write_bytes(case.make())
        read_case(path, case.file_name, LIMITS)
    assert memory_kib("VmRSS") - memory_at_start < 50 * 1024


def outcome(state: State, **fields: object) -> Outcome:
    given: dict[str, object] = {"problems": (), "flags": (), "seconds": 1.0, "pages": 1, "characters": 10}
    return Outcome(state, **{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (outcome(State.done), ""),
        (outcome(State.person, problems=("damaged",)), "ended as"),
        (outcome(State.done, problems=("odd",)), "unknown problem"),
        (outcome(State.done, seconds=99.0), "took 99 s"),
        (outcome(State.done, pages=5_000), "5000 pages"),
        (outcome(State.done, grown_mib=60.0), "60 MiB larger"),
    ],
)
def test_what_should_not_be_is_a_fault(found: Outcome, fault: str) -> None:
    case = Case("a", "b", bytes, "c.pdf", READ)
    assert ("; ".join(faults_of(case, found, LIMITS)) or "").find(fault) >= 0
    assert bool(faults_of(case, found, LIMITS)) == bool(fault)


def test_a_state_tells_a_file_refused_from_one_that_needs_a_person(tmp_path: Path) -> None:
    path = tmp_path / "file"
    problem = Document("a", "", "", problems=(Problem("damaged", "It is."),))
    path.write_bytes(b"")
    assert state_of(problem, path, "a.pdf") is State.refused
    path.write_bytes(b"%PDF-1.7 rest")
    assert state_of(problem, path, "a.pdf") is State.person
    assert state_of(Document("a", "", ""), path, "a.pdf") is State.done


def test_the_tables_tell_states_and_faults(tmp_path: Path) -> None:
    case = Case("case one", "class one", bytes, "c.pdf", PERSON)
    faults = write_results([(case, outcome(State.done))], tmp_path / "a.md")
    assert len(faults) == 1
    assert "| class one | 1 | 1 |" in (tmp_path / "a.md").read_text()
    write_table({"x.pdf": outcome(State.person, problems=("damaged",), seconds=12.0)}, tmp_path / "b.md")
    assert "| x.pdf | needs a person: damaged | 12.0 | 1 | 10 |" in (tmp_path / "b.md").read_text()
