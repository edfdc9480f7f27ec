from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from svdocs.errors import NotFound, UsageError
from svdocs.jobs.bring_in import bring_in_folder
from svdocs.jobs.diff import diff_as_json, diff_document, diff_runs, diff_since
from svdocs.jobs.reprocess import reprocess
from svdocs.records.store import Store
from svdocs.settings import Settings
from tests.jobs.plain import NEXT, plain_stages, write_pack

PLAIN = plain_stages()
BID = "[bid Alpha Ltd]\nWe will plant trees.\nWe will seed a meadow.\nWe will sweep weekly."


@pytest.fixture
def bid(store: Store, settings: Settings, tmp_path: Path) -> str:
    folder = write_pack(tmp_path / "p", bid=BID, other="We will a.")
    return bring_in_folder(folder, store=store, settings=settings, stages=PLAIN).documents[0].id


def test_two_runs_are_compared_statement_by_statement_with_the_reason(
    store: Store, settings: Settings, bid: str
) -> None:
    store.decide(store.statements_of(bid)[2].id, action="accept", person="A. Officer")
    reprocess(store=store, settings=settings, stages=NEXT)
    found = diff_as_json(diff_document(store, bid))
    assert found["made_otherwise"] == {"pipeline": ["1", "2"]}
    assert [e["text"] for e in found["kept"]] == ["We will plant trees."]
    assert [(c["text"], c["fields"]) for c in found["changed"]] == [
        ("We will seed a meadow.", {"firmness": ["firm", "aspirational"]})
    ]
    assert [e["text"] for e in found["gone"]] == ["We will sweep weekly."]
    assert [u["person"] for u in found["decisions_unmatched"]] == ["A. Officer"]
    newer, older = store.runs_of(bid)
    back = diff_runs(store, newer.id, older.id).statements
    assert [e["text"] for e in back.new] == ["We will sweep weekly."]


def test_other_documents_to_judge_against_and_other_models_are_reasons(
    store: Store, settings: Settings, bid: str, tmp_path: Path
) -> None:
    bring_in_folder(write_pack(tmp_path / "p", spec="[specification]\nThe supplier will plant trees."), store=store,
                    settings=settings, stages=plain_stages("1", models={"statements": "sha256:1"}))  # fmt: skip
    found = diff_document(store, bid)
    assert set(found.made_otherwise) == {"context"}
    assert [c.fields for c in found.statements.changed] == [{"category": ("additional", "defined")}]


def test_all_that_was_reprocessed_since_a_moment_is_compared_with_what_was_before(
    store: Store, settings: Settings, bid: str
) -> None:
    moment = datetime.now(UTC)
    assert diff_since(store, moment) == []
    reprocess(store=store, settings=settings, stages=NEXT)
    assert [d.statements.document for d in diff_since(store, moment)] == ["bid.pdf", "other.pdf"]
    assert diff_since(store, moment - timedelta(days=1)) == [], "nothing stood there before"


def test_what_cannot_be_compared_is_said(store: Store, settings: Settings, bid: str) -> None:
    runs = [store.runs_of(d.id)[0].id for d in store.documents_of()]
    with pytest.raises(UsageError, match="two documents"):
        diff_runs(store, *runs)
    with pytest.raises(NotFound, match="not been reprocessed"):
        diff_document(store, bid)
    with pytest.raises(NotFound):
        diff_runs(store, runs[0], "nothing")
