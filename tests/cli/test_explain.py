from __future__ import annotations

import json
from pathlib import Path

import pytest

from svdocs.records.store import open_store
from tests.cli.conftest import Svdocs
from tests.text.word_files import paragraph, styled, word_file

PROMISE = "We will recruit five apprentices from Swale by March 2028."


@pytest.fixture
def bid(tmp_path: Path) -> Path:
    path = tmp_path / "bid.docx"
    path.write_bytes(word_file(styled("H1", "Our offer") + paragraph(PROMISE)))
    return path


def statement_ids(svdocs: Svdocs, bid: Path) -> tuple[str, str]:
    svdocs("import", bid, "--procurement", "Verges", "--kind", "bid")
    line = json.loads(svdocs("export").out.splitlines()[0])
    return line["statement_id"], line["id"]


def test_a_statement_of_the_records_is_explained_under_either_of_its_ids(svdocs: Svdocs, bid: Path) -> None:
    for id in statement_ids(svdocs, bid):
        done = svdocs("explain", id)
        assert done.status == 0, done.err
        assert f'"{PROMISE}"' in done.out
        assert "bid.docx" in done.out
        assert "Type: commitment" in done.out
        assert "promise word" in done.out
        assert "national-toms measure: " in done.out
        assert "Verdict: " in done.out


def test_json_holds_labels_codes_and_the_verdict(svdocs: Svdocs, bid: Path) -> None:
    id, _ = statement_ids(svdocs, bid)
    told = json.loads(svdocs("explain", id, "--json").out)
    assert told["labels"]["type"]["label"] == "commitment"
    assert told["context"]["headings"] == ["Our offer"]
    assert told["proposed"] == {"type": "commitment", "firmness": "firm", "status": "proposed"}
    assert {c["framework"] for c in told["codes"]} == {"kcc", "nhs", "svm-2020", "svm-2025", "national-toms"}
    assert told["verdict"]["reasons"]


def test_a_statement_whose_text_is_kept_no_longer_says_what_to_do(svdocs: Svdocs, bid: Path, tmp_path: Path) -> None:
    id, _ = statement_ids(svdocs, bid)
    with open_store(f"sqlite:///{tmp_path / 'data' / 'svdocs.db'}") as store, store._write() as session:
        from sqlalchemy import text

        session.execute(text("delete from kept_text"))
    done = svdocs("explain", id)
    assert done.status == 2
    assert "svdocs reprocess" in done.err


def test_a_passage_of_ones_own_is_explained_with_its_context(svdocs: Svdocs) -> None:
    words = ["--text", "This will rise to eight.", "--before", "We will take on four apprentices.", "--json"]
    told = json.loads(svdocs("explain", *words, "--heading", "Our offer").out)
    assert told["labels"]["type"]["label"] == "commitment"
    assert {c["why"] for c in told["labels"]["type"]["context"]} <= {"headings", "sentence before"}
    assert "verdict" not in told


def test_a_passage_that_states_nothing_has_no_codes_to_explain(svdocs: Svdocs) -> None:
    done = svdocs("explain", "--text", "What is your policy on social value?\x1b[31m")
    assert done.status == 0
    assert "Type: none" in done.out
    assert "theme" not in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give the id of a statement, or a passage"),
        (["abc", "--text", "We will."], "Give the id of a statement, or a passage"),
        (["abc", "--heading", "Offer"], "give --heading and the like with --text"),
        (["--text", " "], "A passage has at least one word"),
        (["--text", "a" * 6000], "at most 5,000 letters"),
        (["no-such-id"], "There is no statement 'no-such-id'"),
    ],
)
def test_wrong_words_are_refused_with_a_way_out(svdocs: Svdocs, words: list[str], said: str) -> None:
    done = svdocs("explain", *words)
    assert done.status == 2
    assert said in done.err
