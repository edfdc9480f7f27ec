from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Svdocs
from tests.learning.packs import pack, write_packs


def test_a_corpus_with_faults_ends_with_one_and_tells_them(svdocs: Svdocs, tmp_path: Path) -> None:
    done = svdocs("corpus", "check", write_packs(tmp_path / "corpus", pack("alder", 1)))
    assert done.status == 1
    assert "alder/bid.docx 0: quantity is missing." in done.out
    assert "faults; they are listed above" in done.err


def test_a_sound_corpus_ends_with_nought(svdocs: Svdocs, tmp_path: Path) -> None:
    made = pack("alder", 1)
    document = made["documents"][0]
    document["blocks"], document["gold"] = [{"p": "[[1: Onwards!]]"}], {"1": {"type": "noise", "why": "slogan"}}
    done = svdocs("corpus", "check", write_packs(tmp_path / "corpus", made))
    assert (done.status, done.err) == (0, "")
    assert "labelled passages: 1" in done.out


def test_sheets_are_drawn_and_a_filled_one_is_compared(svdocs: Svdocs, tmp_path: Path) -> None:
    corpus = write_packs(tmp_path / "corpus", pack("alder", 1))
    out = tmp_path / "sheets"
    drawn = svdocs("corpus", "sample", out, "--corpus", corpus, "--share", 0.5, "--size", 100)
    assert drawn.status == 0
    assert "15 passages written to 1 sheets" in drawn.out
    assert "choose another folder" in svdocs("corpus", "sample", out, "--corpus", corpus).err
    path = out / "sheet-01.yaml"
    assert "nothing is filled in" in svdocs("corpus", "agree", path, "--corpus", corpus).err
    sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in sheet["passages"]:
        entry["statements"] = []
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    apart = tmp_path / "apart.jsonl"
    done = svdocs("corpus", "agree", path, "--corpus", corpus, "--apart", apart)
    assert done.status == 0
    assert "15 passages read twice." in done.out
    lines = [json.loads(line) for line in apart.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 12
    assert {x["second"] for x in lines} == {"noise"}
    assert svdocs("corpus", "agree", path, "--corpus", corpus, "--apart", tmp_path).status == 2


def test_a_folder_without_packs_is_refused(svdocs: Svdocs, tmp_path: Path) -> None:
    assert "no pack.yaml beneath it" in svdocs("corpus", "check", tmp_path).err
    assert "no passages" in svdocs("corpus", "sample", tmp_path / "out", "--corpus", tmp_path).err


def test_without_the_package_for_packs_it_is_asked_for(svdocs: Svdocs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svdocs.cli.arguments.find_spec", lambda name: None)
    done = svdocs("corpus", "check")
    assert done.status == 1
    assert "svdocs[train]" in done.err
