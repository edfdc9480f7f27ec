from __future__ import annotations

from pathlib import Path

import pytest

from svdocs import __version__
from svdocs.errors import ModelMismatch
from svdocs.jobs import work
from svdocs.jobs.bring_in import bring_in
from svdocs.jobs.work import (
    ExtractTask,
    ReadTask,
    TextFile,
    Workers,
    current_stages,
    extract_record,
    extract_text,
    unread,
)
from svdocs.records.store import Store
from svdocs.records.tables import DocumentState
from svdocs.settings import Settings
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document
from svdocs.text.exchange import pack_document, unpack_document


def test_the_current_stages_name_the_editions_of_reader_pipeline_and_models() -> None:
    stages = current_stages()
    assert stages.version == __version__
    assert stages.models
    assert stages.reader_of("application/pdf") == "pdf/1"
    assert stages.reader_of("image/png") == stages.image_reader


def test_a_file_that_is_no_document_goes_to_a_person_through_the_true_stages(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "bid.pdf").write_bytes(b"%PDF-1.7\nnot a PDF beyond its first line")
    procurement = store.add_procurement("Lighting", "Kent")
    record = bring_in(tmp_path / "bid.pdf", store=store, settings=settings, procurement_id=procurement.id)
    assert record.document.state is DocumentState.needs_person
    assert record.problems[0]["message"]


@pytest.mark.parametrize(("said", "found"), [(True, 0), (False, 1)])
def test_only_a_specification_that_somebody_says_is_one_has_no_statements(
    tmp_path: Path, said: bool, found: int
) -> None:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, "We will plant 40 trees in Thanet by March 2028.")
    proposed = Document("s.pdf", "0", "application/pdf", builder.text, tuple(builder.blocks), kind_confidence=0.99)
    (tmp_path / "s.json").write_bytes(pack_document(proposed))
    text = TextFile(tmp_path / "s.json", "s.pdf", "specification", None, "0", "pdf/1", kind_is_said=said)
    record, _ = extract_text(extract_record, ExtractTask("id", text, (), ()))
    assert len(record["commitments"]) == found
    assert (record["deliveries"], record["practices"]) == ([], [])
    assert record["document"]["kind"] == "specification"
    assert record["document"]["kind_confidence"] == (1.0 if said else 0.99)


@pytest.mark.parametrize(("error", "code"), [(RecursionError("too deep"), "internal"), (KeyError("x"), "internal")])
def test_a_fault_of_the_program_is_a_problem_of_one_document(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("svdocs.pipeline.extract", fail)
    record = extract_record(Document("b.pdf", "0", "application/pdf", kind="bid"), [], [])
    assert [p["code"] for p in record["document"]["problems"]] == [code]
    assert type(error).__name__ in record["document"]["problems"][0]["message"]


def test_a_broken_installation_stops_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ModelMismatch("The model is another one; install svdocs again.")

    monkeypatch.setattr("svdocs.pipeline.extract", fail)
    with pytest.raises(ModelMismatch):
        extract_record(Document("b.pdf", "0", "application/pdf", kind="bid"), [], [])


def test_a_file_on_which_the_reader_died_has_a_text_without_words(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    outcome = unread(ReadTask("id", tmp_path / "a", "a.pdf", "0" * 64, "application/pdf", out))
    assert outcome.reader == ""
    assert [p.code for p in unpack_document(out.read_bytes()).problems] == ["reader_died"]


def test_one_worker_works_in_this_process() -> None:
    with Workers(1) as crew:
        assert list(crew.spread(lambda n: n * 2, [1, 2])) == [(1, 2), (2, 4)]
        assert crew._pool is None


def test_a_text_that_cannot_be_used_is_a_problem_and_not_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"format": "something else"}')
    document = work._load(work.TextFile(path, "a.pdf", "bid", None, "0", "pdf/1"))
    assert [p.code for p in document.problems] == ["damaged_text"]
