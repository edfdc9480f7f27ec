from __future__ import annotations

import json
from pathlib import Path

import pytest

from svdocs.learning.corpus import labelled_passages, read_packs
from svdocs.records.store import open_store
from svdocs.records.tables import EventKind
from tests.cli.conftest import Svdocs
from tests.text.word_files import paragraph, styled, word_file

PROMISES = ("We will recruit five apprentices from Swale by March 2028.", "We will plant 400 trees in Deal by 2029.")


@pytest.fixture
def data(svdocs: Svdocs, tmp_path: Path) -> Path:
    bid = tmp_path / "bid.docx"
    bid.write_bytes(word_file(styled("H1", "Our offer") + "".join(paragraph(p) for p in PROMISES)))
    svdocs("import", bid, "--procurement", "Verges", "--kind", "bid")
    ids = [json.loads(line)["statement_id"] for line in svdocs("export").out.splitlines()]
    with open_store(f"sqlite:///{tmp_path / 'data' / 'svdocs.db'}") as store:
        store.decide(ids[0], action="amend", person="Ada", changes={"firmness": "aspirational"})
        store.decide(ids[1], action="reject", person="Ada")
    return tmp_path / "data"


def test_nothing_is_learnt_from_without_consent(svdocs: Svdocs, data: Path) -> None:
    done = svdocs("decisions", "export")
    assert done.status == 2
    assert "svdocs decisions consent" in done.err
    assert not (data / "decisions").exists()


def test_with_consent_what_was_accepted_or_amended_is_written_as_decided(svdocs: Svdocs, data: Path) -> None:
    assert "may be learnt from" in svdocs("decisions", "consent", "Verges", "--person", "Ada").out
    done = svdocs("decisions", "export")
    assert done.status == 0, done.err
    assert "1 decided statements written to 1 packs" in done.out
    (source,) = read_packs(data / "decisions")
    (row,) = [r for r in labelled_passages(source) if r.labels]
    assert row.passage.text == PROMISES[0]
    assert row.passage.section == ("Our offer",)
    assert row.labels[0]["firmness"] == "aspirational"
    with open_store(f"sqlite:///{data / 'svdocs.db'}") as store:
        (event,) = store.events(kind=EventKind.consent_changed)
        assert event.details == {"person": "Ada", "consents": True}


def test_consent_taken_back_removes_the_rows(svdocs: Svdocs, data: Path) -> None:
    svdocs("decisions", "consent", "Verges", "--person", "Ada")
    svdocs("decisions", "export")
    assert "may not be learnt from" in svdocs("decisions", "consent", "Verges", "--person", "Ada", "--withdraw").out
    assert svdocs("decisions", "export").status == 2
    assert list((data / "decisions").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [(["consent", "Verges"], "Consent needs the person"), (["consent", "Nowhere", "--person", "Ada"], "svdocs: ")],
)
def test_wrong_words_are_refused(svdocs: Svdocs, data: Path, words: list[str], said: str) -> None:
    done = svdocs("decisions", *words)
    assert done.status == 2
    assert said in done.err


def test_training_with_decisions_asks_for_them_first(svdocs: Svdocs, tmp_path: Path) -> None:
    from tests.learning.packs import pack, write_packs

    corpus = write_packs(tmp_path / "corpus", pack("alder", 1), pack("birch", 2))
    done = svdocs("train", corpus, "--models", tmp_path / "models", "--with-decisions")
    assert done.status == 2
    assert "no decisions to learn from" in done.err
    assert not (tmp_path / "models").exists()
