from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from svdocs.jobs.bring_in import bring_in_files, bring_in_folder
from svdocs.jobs.folder import HandedIn, look_through
from svdocs.jobs.foresee import foresee, plan
from svdocs.jobs.reprocess import Selection, reprocess
from svdocs.records.store import Store
from svdocs.settings import Settings
from tests.jobs.plain import NEXT, extract_anew, plain_stages, read_newly, write_pack

PLAIN = plain_stages()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "p", a="We will a.", b="We will b.", c="locked")


def test_a_plan_tells_what_a_reprocessing_then_does(
    store: Store, settings: Settings, pack: Path, readings: Path
) -> None:
    bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    readings.write_text("")
    for stages in (NEXT, plain_stages("2", "plain/2", read=read_newly, extract=extract_anew)):
        foreseen = plan(store=store, settings=settings, stages=stages)
        assert readings.read_text() == ""
        done = reprocess(store=store, settings=settings, stages=stages)
        assert len(done.documents) == len(foreseen.read) + len(foreseen.extract)
        assert sorted(readings.read_text().split()) == [d.document.name for d in foreseen.read]
        assert foreseen.seconds is not None
        assert plan(store=store, settings=settings, stages=stages).current == 3
        readings.write_text("")


def test_before_the_first_run_there_is_no_estimate(store: Store, settings: Settings, pack: Path) -> None:
    procurement = store.add_procurement("P", "Kent")
    store.add_document(procurement.id, name="a.pdf", kind=None, supplier=None, sha256="0" * 64, media_type="", size=1)
    assert plan(store=store, settings=settings, stages=PLAIN).seconds is None


def test_two_workers_are_foreseen_to_take_half_the_time(store: Store, settings: Settings, pack: Path) -> None:
    bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    one, two = (plan(store=store, settings=settings, stages=NEXT, workers=n).seconds for n in (1, 2))
    assert one is not None
    assert two == pytest.approx(one / 2)


def test_an_import_is_foreseen_file_by_file(store: Store, settings: Settings, pack: Path, tmp_path: Path) -> None:
    (pack / "mail.eml").write_text("Subject: x\n\nx")
    files = look_through(pack).documents
    new = foresee(files, store=store, settings=settings, stages=PLAIN)
    assert (new.read, new.packages, new.seconds) == (("a.pdf", "b.pdf", "c.pdf"), ("mail.eml",), None)
    bring_in_files(files[:1], store=store, settings=settings, stages=PLAIN,
                   procurement_id=(procurement := store.add_procurement("P", "Kent")).id)  # fmt: skip
    again = foresee(files, store=store, settings=settings, procurement_id=procurement.id, stages=PLAIN)
    assert (again.there, again.read) == (("a.pdf",), ("b.pdf", "c.pdf"))
    elsewhere = foresee([*files, HandedIn(pack / "a.pdf", "copy.pdf")], store=store, settings=settings, stages=PLAIN)
    assert elsewhere.extract == ("a.pdf", "copy.pdf")


def test_the_text_of_a_type_that_is_not_known_yet_is_found_by_its_bytes(
    store: Store, settings: Settings, pack: Path, readings: Path
) -> None:
    stages = replace(PLAIN, readers={"text/plain": "plain/1"}, image_reader="image/1")
    for title in ("one", "two"):
        bring_in_folder(pack, store=store, settings=settings, stages=stages, title=title)
    assert sorted(readings.read_text().split()) == ["a.pdf", "b.pdf", "c.pdf", "c.pdf"]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), ["a.pdf", "b.pdf", "c.pdf"]),
        (Selection(supplier="alpha  LTD"), ["a.pdf"]),
        (Selection(states=frozenset(["needs_person"])), ["c.pdf"]),
        (Selection(kinds=frozenset(["case_study"])), ["b.pdf"]),
        (Selection(reader_version="plain/1"), ["a.pdf", "b.pdf"]),
        (Selection(pipeline_version="0"), []),
        (Selection(pipeline_version="1", kinds=frozenset(["bid"])), ["a.pdf"]),
    ],
)  # fmt: skip
def test_a_selection_narrows_what_is_reprocessed(
    store: Store, settings: Settings, tmp_path: Path, selection: Selection, names: list[str]
) -> None:
    pack = write_pack(tmp_path / "p", a="[bid Alpha Ltd]\nWe will a.", b="[case_study Beta Ltd]\nWe will b.",
                      c="locked")  # fmt: skip
    bring_in_folder(pack, store=store, settings=settings, stages=PLAIN)
    done = reprocess(store=store, settings=settings, selection=selection, stages=NEXT)
    assert [d.document for d in done.documents] == names


def test_documents_are_selected_by_id_and_by_the_day_they_were_handed_in(
    store: Store, settings: Settings, pack: Path
) -> None:
    documents = bring_in_folder(pack, store=store, settings=settings, stages=PLAIN).documents
    day = documents[0].document.added_at.date()
    for selection, count in (
        (Selection(documents=frozenset([documents[1].id])), 1),
        (Selection(since=day), 3),
        (Selection(since=day.replace(year=day.year + 1)), 0),
    ):
        foreseen = plan(store=store, settings=settings, selection=selection, stages=NEXT)
        assert len(foreseen.read) + len(foreseen.extract) == count
