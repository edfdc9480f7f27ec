from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from svdocs import pipeline
from svdocs.errors import ModelMismatch
from svdocs.jobs.pool import ExtractionPool, record_of
from svdocs.pipeline import Extraction, extract
from svdocs.text.document import Document
from svdocs.text.read import read_file
from tests.documents import write_docx
from tests.record_schema import check_record

OFFER = "We will recruit {} apprentices from Ashford by March 2028, and give £4,000 to food banks."
BOTH = pytest.mark.parametrize("workers", [1, 2])
Failure = Callable[[], None]


@pytest.fixture(scope="module")
def bids(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five bids, the first the longest, so that it is finished last."""
    folder = tmp_path_factory.mktemp("bids")
    return [
        write_docx(
            folder / f"bid-{i}.docx",
            "# Our offer",
            OFFER.format(i + 2),
            *["We work from Dover."] * (200 if i == 0 else 1),
        )
        for i in range(5)
    ]


@pytest.fixture
def fail_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Failure], None]:
    """Makes extraction do something else on documents of this name; forked workers do the same."""

    def plant(name: str, failure: Failure) -> None:
        def extract_or_fail(
            document: Document,
            specifications: Sequence[Document],
            baselines: Sequence[Document],
            *_: object,
            **__: object,
        ) -> Extraction:
            if document.name.endswith(name):
                failure()
            return extract(document, specifications, baselines)

        monkeypatch.setattr(pipeline, "extract", extract_or_fail)

    return plant


def raise_value_error() -> None:
    raise ValueError("odd text")


def raise_mismatch() -> None:
    raise ModelMismatch("weights.npz: not the published model file; install svdocs again.")


def die() -> None:
    os._exit(1)


@BOTH
def test_records_come_in_the_order_of_the_paths(bids: list[Path], workers: int) -> None:
    with ExtractionPool([], [], workers) as extraction_pool:
        records = list(extraction_pool.map(bids))
    assert [r["document"]["name"] for r in records] == [str(p) for p in bids]
    assert [r["commitments"][0]["quantity"]["value"] for r in records] == [2, 3, 4, 5, 6]
    for record in records:
        check_record(record)


def test_two_workers_give_what_one_gives_to_the_byte(bids: list[Path]) -> None:
    given: list[str] = []
    for workers in (1, 2):
        with ExtractionPool([], [], workers) as extraction_pool:
            given.append(json.dumps(list(extraction_pool.map(bids))))
    assert given[0] == given[1]


@BOTH
def test_all_documents_are_judged_against_the_same_context(bids: list[Path], tmp_path: Path, workers: int) -> None:
    said = "We recruit apprentices from Ashford every year, and give £4,000 to food banks."
    baseline = read_file(write_docx(tmp_path / "baseline.docx", "# How we work", said))
    with ExtractionPool([], [baseline], workers) as extraction_pool:
        records = list(extraction_pool.map(bids[1:3]))
    cited = [r["evidence"]["document"] for record in records for c in record["commitments"]
             for r in c["additionality"]["reasons"] if r["evidence"]]  # fmt: skip
    assert set(cited) == {"baseline.docx"}


@BOTH
def test_a_document_on_which_the_program_fails_has_a_record_and_the_next_goes_on(
    bids: list[Path], fail_on: Callable[[str, Failure], None], workers: int
) -> None:
    fail_on("bid-1.docx", raise_value_error)
    with ExtractionPool([], [], workers) as extraction_pool:
        good, failed, next_one = extraction_pool.map(bids[:3])
    check_record(failed)
    assert [p["code"] for p in failed["document"]["problems"]] == ["internal"]
    assert "ValueError: odd text" in failed["document"]["problems"][0]["message"]
    assert (failed["commitments"], bool(good["commitments"]), bool(next_one["commitments"])) == ([], True, True)


def test_a_document_on_which_the_process_dies_has_a_record_and_the_others_theirs(
    bids: list[Path], fail_on: Callable[[str, Failure], None]
) -> None:
    fail_on("bid-1.docx", die)
    with ExtractionPool([], [], 2) as extraction_pool:
        records = list(extraction_pool.map(bids))
    assert [r["document"]["name"] for r in records] == [str(p) for p in bids]
    assert [[p["code"] for p in r["document"]["problems"]] for r in records] == [[], ["extractor_died"], [], [], []]
    assert [bool(r["commitments"]) for r in records] == [True, False, True, True, True]
    check_record(records[1])


@BOTH
def test_a_broken_installation_stops_everything(
    bids: list[Path], fail_on: Callable[[str, Failure], None], workers: int
) -> None:
    fail_on("bid-0.docx", raise_mismatch)
    with ExtractionPool([], [], workers) as extraction_pool, pytest.raises(ModelMismatch, match="install svdocs again"):
        list(extraction_pool.map(bids[:2]))


def test_a_bid_that_speaks_like_a_specification_keeps_its_statements(tmp_path: Path) -> None:
    asks = ["The Contractor shall keep records of the service.", "Tenderers shall price every item."] * 6
    path = write_docx(
        tmp_path / "bid.docx", "# Invitation to tender: specification", *asks, "# Our offer", OFFER.format(5)
    )
    record = record_of(path)
    assert record["document"]["kind"] == "specification"
    assert record["commitments"]


def test_a_file_that_cannot_be_read_has_a_record_with_its_problem(tmp_path: Path) -> None:
    path = tmp_path / "bid.docx"
    path.write_bytes(b"no document")
    record = record_of(path)
    check_record(record)
    assert record["document"]["problems"]
    assert record["commitments"] == []


def test_no_paths_give_no_records() -> None:
    with ExtractionPool([], [], 2) as extraction_pool:
        assert list(extraction_pool.map([])) == []
