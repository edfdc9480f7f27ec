from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Svdocs
from tests.documents import write_docx

OFFER = "We will recruit five apprentices from Ashford by March 2028, and tell schools about it."


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs" / "alder"
    write_docx(folder / "bid.docx", "# Our offer", OFFER, "What will you offer?")
    label = {"id": "1", "type": "commitment", "quote": OFFER, "firmness": "firm",
             "quantity": {"value": 5, "unit": "people"}, "themes": {"nhs": "tackling_economic_inequality"},
             "toms": None, "additionality": "additional"}  # fmt: skip
    document = {"file": "bid.docx", "kind": "bid", "supplier": "A", "statements": [label]}
    gold = {"pack": "alder", "documents": [document]}
    (folder / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder.parent


def test_the_figures_of_every_pack_are_printed(svdocs: Svdocs, packs: Path) -> None:
    done = svdocs("evaluate", packs)
    assert done.status == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0] == ["pack", "alder"]
    figures = dict(line for line in lines[1:])
    assert (figures["commitment.recall"], figures["commitment.gold"], figures["commitment.quantity"]) == (
        "1.0",
        "1",
        "1.0",
    )


def test_figures_can_be_had_as_json(svdocs: Svdocs, packs: Path) -> None:
    done = svdocs("evaluate", packs, "--json", "--workers", 1)
    (figures,) = map(json.loads, done.out.splitlines())
    assert (figures["pack"], figures["commitment.recall"], figures["practice.recall"]) == ("alder", 1.0, None)


@pytest.mark.parametrize("where", ["none", "empty", "file"])
def test_a_folder_without_packs_is_said_to_have_none(svdocs: Svdocs, tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    done = svdocs("evaluate", tmp_path / where)
    assert (done.status, done.out) == (2, "")
    assert "no gold.json" in done.err


def test_labels_that_are_none_are_said_to_be_none(svdocs: Svdocs, packs: Path) -> None:
    (packs / "alder" / "gold.json").write_text("{}")
    done = svdocs("evaluate", packs)
    assert done.status == 2
    assert "not the labels of a pack" in done.err
