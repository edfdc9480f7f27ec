"""The short form of the proof on a small archive; `make soak` runs the long one."""

from __future__ import annotations

from pathlib import Path

from svdocs.jobs.foresee import plan
from svdocs.records.tables import DocumentState, RunState
from tests.archive.made import write_archive, write_document
from tests.archive.proof import Archive

DOCUMENTS = 20


def test_the_same_archive_is_made_each_time_and_no_two_documents_are_alike(tmp_path: Path) -> None:
    one, other = (write_archive(tmp_path / name, 6, pages=2) for name in ("one", "other"))
    files = [sorted(p.read_bytes() for p in folder.rglob("bid-*")) for folder in (one, other)]
    assert files[0] == files[1]
    assert len(set(files[0])) == 6
    endings = {write_document(tmp_path / str(i), i, 1).suffix for i in range(8)}
    assert endings == {".pdf", ".docx"}


def test_an_archive_that_is_killed_on_the_way_repeats_little_and_keeps_every_decision(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    folder = write_archive(tmp_path / "archive", DOCUMENTS, pages=1)
    imported = archive.work("import", folder, version="1", workers=2, kill_after=(7,))
    assert (imported.kills, imported.count("read"), imported.count("extracted")) == (1, DOCUMENTS, DOCUMENTS)
    assert imported.repeated("read") <= 4, "two a worker are under way at most"
    made = archive.decide(every=2)
    assert made
    again = archive.work("reprocess", version="2", workers=2, kill_after=(5,))
    assert (again.kills, again.count("read"), again.count("extracted")) == (1, 0, DOCUMENTS)
    assert again.repeated("extracted") <= 4
    assert archive.decisions() == made
    with archive.open() as store:
        documents = store.documents_of()
        assert {d.document.state for d in documents} == {DocumentState.done}
        assert {d.run.pipeline_version for d in documents if d.run} == {"2"}
        assert all(run.state is RunState.published for d in documents for run in store.runs_of(d.id))
        assert all(len(store.runs_of(d.id)) == 2 for d in documents)
        assert len(plan(store=store, settings=archive.settings).read) == 0


def test_taking_a_kept_text_is_far_faster_than_reading(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.work("import", write_archive(tmp_path / "archive", 2), version="1", workers=1)
    reading, taking = archive.reading_to_taking(2)
    assert reading > 5 * taking, "the long form holds it to 15 over many"
