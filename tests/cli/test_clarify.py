"""`svdocs clarify` from the letter to the decision, as an officer uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svdocs.cli.clarify import clarify
from svdocs.errors import Conflict, UsageError
from svdocs.records.store import open_store
from svdocs.settings import read_settings
from tests.records.conftest import add_bid
from tests.records.test_letters import fill
from tests.records.values import commitment, extraction_record

TEXT = "We will help local people into work."


@pytest.fixture
def statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A vague commitment of a bid in records of its own."""
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path))
    monkeypatch.delenv("SVDOCS_DATABASE_URL", raising=False)
    with open_store(read_settings().database_url) as store:
        bid = add_bid(store)
        store.publish_run(bid.id, extraction_record(commitment(TEXT, quantity=None, due=None, place=None)), 0.1)
        return store.statements_of(bid.id)[0].statement.id


def answered(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Write the letter, fill in a number, bring it back, and return the version that it proposes."""
    assert clarify("bid-a.pdf", out=path, person="Jo") == 0
    fill(path, dict.fromkeys(range(1, 20), "12 people"))
    capsys.readouterr()
    clarify("bid-a.pdf", answers=path, person="Sam")
    version: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[0])
    return version


def test_answers_come_back_to_the_letter_and_a_person_takes_the_version(
    statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = answered(tmp_path / "letter.docx", capsys)
    assert (version["statement_id"], version["state"]) == (statement, "proposed")
    clarify("bid-a.pdf", take=str(version["id"]), person="Ann", because="Clear.")
    capsys.readouterr()
    clarify("bid-a.pdf", versions=True)
    assert json.loads(capsys.readouterr().out)["state"] == "taken"
    with open_store(read_settings().database_url) as store:
        assert store.statement(statement).as_decided()["quantity"]["value"] == 12


def test_a_declined_version_changes_nothing_and_the_same_file_is_taken_once(
    statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.docx"
    version = answered(path, capsys)
    clarify("bid-a.pdf", decline=str(version["id"]), person="Ann", because="It changes the offer.")
    with open_store(read_settings().database_url) as store:
        assert store.statement(statement).decision is None
    with pytest.raises(Conflict, match="taken already"):
        clarify("bid-a.pdf", answers=path)


def test_a_file_that_names_no_letter_and_two_choices_at_once_are_refused(statement: str, tmp_path: Path) -> None:
    from docx import Document

    path = tmp_path / "letter.docx"
    clarify("bid-a.pdf", out=path)
    document = Document(str(path))
    document.core_properties.identifier = ""
    document.save(str(path))
    with pytest.raises(UsageError, match="which letter"):
        clarify("bid-a.pdf", answers=path)
    with pytest.raises(UsageError, match="not both"):
        clarify("bid-a.pdf", take="a", decline="b")
