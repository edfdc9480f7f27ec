from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from svdocs.errors import CannotKeep, NotFound, UsageError
from svdocs.jobs.bring_in import bring_in, bring_in_files, bring_in_folder
from svdocs.jobs.folder import HandedIn
from svdocs.records.keep import is_intact, path_of
from svdocs.records.store import Store
from svdocs.records.tables import DocumentState
from svdocs.settings import Settings
from svdocs.text.exchange import document_from_json
from tests.jobs.plain import NEXT, fail_to_extract, plain_stages, write_pack

PLAIN = plain_stages()
SPECIFICATION = "[specification]\nThe supplier will plant trees."
BID_A = "[bid Alpha Ltd]\nWe will plant trees.\nWe will feed birds."
BID_B = "[bid Beta Ltd]\nWe will dig ponds."
BASELINE_A = "[baseline Alpha Ltd]\nEvery year we feed birds."


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "lighting", spec=SPECIFICATION, bid_a=BID_A, bid_b=BID_B, baseline_a=BASELINE_A)


def texts_of(store: Store, document_id: str) -> list[str]:
    return [s.statement.text for s in store.statements_of(document_id)]


def test_an_upload_is_kept_read_extracted_and_published(store: Store, settings: Settings, pack: Path) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    pages: list[tuple[int, int]] = []
    record = bring_in(pack / "bid-a.pdf", store=store, settings=settings, procurement_id=procurement.id, stages=PLAIN,
                      on_progress=lambda page, of: pages.append((page, of)))  # fmt: skip
    assert (record.document.name, record.document.kind, record.supplier) == ("bid-a.pdf", "bid", "Alpha Ltd")
    assert (record.document.state, record.document.media_type) == (DocumentState.done, "text/plain")
    assert record.commitments == 2
    assert pages == [(1, 1)]
    assert texts_of(store, record.id) == ["We will plant trees.", "We will feed birds."]
    assert is_intact(record.document.sha256, settings.files_folder)
    kept = store.text_of(record.id, "plain/1")
    assert kept is not None
    assert document_from_json(kept).text == "We will plant trees.\nWe will feed birds."


def test_what_a_person_says_of_a_document_stands_over_what_its_text_proposes(
    store: Store, settings: Settings, pack: Path
) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    record = bring_in(pack / "bid-a.pdf", store=store, settings=settings, procurement_id=procurement.id, stages=PLAIN,
                      kind="case_study", supplier="Gamma Ltd", name="Our story.pdf")  # fmt: skip
    assert (record.document.name, record.document.kind, record.supplier) == ("Our story.pdf", "case_study", "Gamma Ltd")
    assert record.run is not None
    assert record.run.description["supplier"] == "Gamma Ltd"


def test_an_upload_is_judged_against_what_its_procurement_holds_by_then(
    store: Store, settings: Settings, pack: Path
) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    for name in ("spec.pdf", "baseline-a.pdf", "bid-a.pdf", "bid-b.pdf"):
        bring_in(pack / name, store=store, settings=settings, procurement_id=procurement.id, stages=PLAIN)
    bid_a, bid_b = (d for d in store.documents_of(procurement.id) if d.document.kind == "bid")
    assert [s.statement.category for s in store.statements_of(bid_a.id)] == ["defined", "additional"]
    assert store.statements_of(bid_a.id)[0].statement.record["evidence"] == ["baseline-a.pdf"]
    assert store.statements_of(bid_b.id)[0].statement.record["evidence"] == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_folder_is_read_whole_before_its_bids_are_judged(
    store: Store, settings: Settings, pack: Path, workers: int
) -> None:
    told: list[tuple[str, int, int]] = []
    result = bring_in_folder(pack, store=store, settings=settings, buyer="Kent", workers=workers, stages=PLAIN,
                             on_document=lambda *step: told.append(step))  # fmt: skip
    assert (result.procurement.title, result.procurement.buyer) == ("lighting", "Kent")
    assert [d.document.name for d in result.documents] == ["baseline-a.pdf", "bid-a.pdf", "bid-b.pdf", "spec.pdf"]
    assert len(result.new) == 4
    assert [s.statement.category for s in store.statements_of(result.documents[1].id)] == ["defined", "additional"]
    assert [done for _, done, _ in told] == list(range(1, 9))
    assert {of for _, _, of in told} == {8}


def test_a_second_import_repeats_nothing(store: Store, settings: Settings, pack: Path, readings: Path) -> None:
    first = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    read = readings.read_text()
    second = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert second.new == frozenset()
    assert second.documents == first.documents
    assert readings.read_text() == read
    assert len(store.procurements()) == 1


def test_an_import_that_was_interrupted_carries_on(
    store: Store, settings: Settings, pack: Path, readings: Path
) -> None:
    steps: list[str] = []

    def interrupt(what: str, done: int, of: int) -> None:
        steps.append(what)
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in_folder(pack, store=store, settings=settings, stages=PLAIN, on_document=interrupt)
    result = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert len(result.new) == 2
    assert {d.document.state for d in result.documents} == {DocumentState.done}
    assert len(readings.read_text().splitlines()) == 4


def test_a_specification_that_comes_later_has_the_bids_judged_anew_by_the_next_import(
    store: Store, settings: Settings, pack: Path, readings: Path
) -> None:
    (pack / "spec.pdf").rename(pack.parent / "spec.pdf")
    early = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert store.statements_of(early.documents[1].id)[0].statement.category == "additional"
    (pack.parent / "spec.pdf").rename(pack / "spec.pdf")
    late = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert store.statements_of(late.documents[1].id)[0].statement.category == "defined"
    assert len(readings.read_text().splitlines()) == 4


def test_the_same_bytes_twice_in_a_folder_are_one_document(store: Store, settings: Settings, tmp_path: Path) -> None:
    result = bring_in_folder(
        write_pack(tmp_path / "p", a=BID_A, copy=BID_A), store=store, settings=settings, stages=PLAIN
    )
    assert len({d.id for d in result.documents}) == 1
    assert len(store.documents_of()) == 1


def test_the_same_bytes_in_another_procurement_are_not_read_again(
    store: Store, settings: Settings, tmp_path: Path, readings: Path
) -> None:
    for title in ("one", "two"):
        bring_in_folder(write_pack(tmp_path / title, a=BID_A), store=store, settings=settings, stages=PLAIN)
    assert readings.read_text() == "a.pdf\n"
    assert [(d.supplier, d.commitments) for d in store.documents_of()] == [("Alpha Ltd", 2)] * 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_document_that_cannot_be_read_is_kept_and_goes_to_a_person(
    store: Store, settings: Settings, tmp_path: Path, workers: int
) -> None:
    folder = write_pack(tmp_path / "p", bad="locked", good=BID_B)
    result = bring_in_folder(folder, store=store, settings=settings, workers=workers, stages=PLAIN)
    [bad] = result.needing_a_person
    assert [p["code"] for p in bad.problems] == ["encrypted"]
    assert path_of(bad.document.sha256, settings.files_folder).read_text() == "locked"
    assert texts_of(store, result.documents[1].id) == ["We will dig ponds."]
    assert bring_in_folder(folder, store=store, settings=settings, stages=PLAIN).new == frozenset()


def test_a_document_on_which_a_process_dies_takes_no_other_with_it(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    folder = write_pack(tmp_path / "p", a=BID_A, deadly="We will.\nstop the process", z=BID_B)
    result = bring_in_folder(folder, store=store, settings=settings, workers=2, stages=PLAIN)
    assert [d.document.state for d in result.documents] == ["done", "needs_person", "done"]
    assert [p["code"] for p in result.documents[1].problems] == ["extractor_died"]
    assert [d.commitments for d in result.documents] == [2, 0, 1]


def test_a_document_on_which_the_program_failed_is_tried_again_by_the_next_import(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    folder = write_pack(tmp_path / "p", a=BID_A)
    faulty = plain_stages(extract=fail_to_extract)
    [record] = bring_in_folder(folder, store=store, settings=settings, stages=faulty).documents
    assert record.document.state is DocumentState.needs_person
    [record] = bring_in_folder(folder, store=store, settings=settings, stages=PLAIN).documents
    assert (record.document.state, record.commitments) == (DocumentState.done, 2)


def test_a_procurements_description_names_kinds_suppliers_and_dates(
    store: Store, settings: Settings, pack: Path
) -> None:
    (pack / "procurement.toml").write_text(
        'title = "Street lighting"\nbuyer = "Kent County Council"\nvalue_gbp = 8_400_000.50\nstarts = 2027-04-01\n'
        '[[documents]]\nfile = "bid-a.pdf"\nkind = "case_study"\nsupplier = "Delta Ltd"\n'
    )
    result = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert (result.procurement.title, result.procurement.value_gbp) == ("Street lighting", Decimal("8400000.50"))
    told = {d.document.name: (d.document.kind, d.supplier) for d in result.documents}
    assert told["bid-a.pdf"] == ("case_study", "Delta Ltd")
    assert told["bid-b.pdf"] == ("bid", "Beta Ltd")
    assert told["spec.pdf"] == ("specification", None)
    assert [d.document.name for d in result.documents if d.document.kind_is_said] == ["bid-a.pdf"]


def test_a_new_version_takes_the_documents_through_again(store: Store, settings: Settings, pack: Path) -> None:
    bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    assert len(bring_in_folder(pack, store=store, settings=settings, stages=NEXT).new) == 4


def test_a_file_that_cannot_be_kept_leaves_no_record(store: Store, settings: Settings, tmp_path: Path) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    missing = [HandedIn(tmp_path / "nowhere.pdf", "nowhere.pdf")]
    with pytest.raises(CannotKeep, match="nowhere"):
        bring_in_files(missing, store=store, settings=settings, procurement_id=procurement.id, stages=PLAIN)
    assert store.documents_of() == []


def test_a_wrong_procurement_or_kind_is_refused_before_anything_is_kept(
    store: Store, settings: Settings, pack: Path
) -> None:
    with pytest.raises(NotFound):
        bring_in(pack / "bid-a.pdf", store=store, settings=settings, procurement_id="none", stages=PLAIN)
    procurement = store.add_procurement("Lighting", "Kent")
    with pytest.raises(UsageError, match="case_study"):
        bring_in(pack / "bid-a.pdf", store=store, settings=settings, procurement_id=procurement.id, kind="offer")
    assert not settings.files_folder.exists()


def package_of(path: Path, **files: str) -> Path:
    with ZipFile(path, "w") as package:
        for name, text in files.items():
            package.writestr(f"bids/{name.replace('_', '-')}.pdf", text)
    return path


def test_each_file_of_a_package_comes_in_by_its_name_in_it(store: Store, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    package_of(tmp_path / "in" / "all.zip", a=BID_A, b=BID_B)
    result = bring_in_folder(tmp_path / "in", store=store, settings=settings, stages=PLAIN)
    assert [d.document.name for d in result.documents] == ["all.zip/bids/a.pdf", "all.zip/bids/b.pdf"]
    assert [d.document.state for d in result.documents] == [DocumentState.done, DocumentState.done]
    assert all(is_intact(d.document.sha256, settings.files_folder) for d in result.documents)
    again = bring_in_folder(tmp_path / "in", store=store, settings=settings, stages=PLAIN)
    assert (len(again.documents), again.new) == (2, frozenset())


def test_a_package_of_which_not_all_could_be_taken_has_a_record_that_says_so(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    path = package_of(tmp_path / "all.zip", a="x")
    with ZipFile(path, "a") as package:
        package.writestr("../b.pdf", "x")
    procurement = store.add_procurement("Lighting", "Kent")
    result = bring_in_files([HandedIn(path, "all.zip")], store=store, settings=settings, procurement_id=procurement.id,
                            workers=1)  # fmt: skip
    package, member = result.documents
    assert (package.document.name, package.document.state) == ("all.zip", DocumentState.needs_person)
    assert "points outside" in package.problems[0]["message"]
    assert member.document.name == "all.zip/bids/a.pdf"


def test_an_uploaded_package_has_a_record_and_so_has_each_file_in_it(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    procurement = store.add_procurement("Lighting", "Kent")
    path = package_of(tmp_path / "all.zip", a="%PDF-1.4", b="x")
    record = bring_in(path, store=store, settings=settings, procurement_id=procurement.id)
    assert (record.document.name, record.document.state) == ("all.zip", DocumentState.done_with_flags)
    names = {d.document.name for d in store.documents_of(procurement.id)}
    assert names == {"all.zip", "all.zip/bids/a.pdf", "all.zip/bids/b.pdf"}
