from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.statements.models import read_card
from tests.cli.conftest import Svdocs
from tests.learning.packs import pack, write_packs


def test_models_are_written_with_their_cards_and_their_figures_printed(svdocs: Svdocs, tmp_path: Path) -> None:
    corpus = write_packs(tmp_path / "corpus", pack("alder", 1), pack("birch", 2))
    done = svdocs("train", corpus, "--models", tmp_path / "models", "--only", "statements")
    assert done.status == 0
    for name in ("statements-1", "firmness-1"):
        assert name in done.out
        assert read_card(tmp_path / "models" / name)["trained_on"]["packs"] == ["alder", "birch"]


@pytest.mark.parametrize(("count", "said"), [(0, "no pack.yaml beneath it"), (1, "at least two are needed")])
def test_too_few_packs_are_refused_before_anything_is_written(
    svdocs: Svdocs, tmp_path: Path, count: int, said: str
) -> None:
    corpus = write_packs(tmp_path / "corpus", *[pack(f"p{i}", i) for i in range(count)])
    done = svdocs("train", corpus, "--models", tmp_path / "models", "--only", "statements")
    assert done.status == 2
    assert said in done.err
    assert not (tmp_path / "models").exists()


def test_an_unknown_model_is_refused_before_anything_is_trained(svdocs: Svdocs, tmp_path: Path) -> None:
    corpus = write_packs(tmp_path / "corpus", pack("alder", 1), pack("birch", 2))
    done = svdocs("train", corpus, "--models", tmp_path / "models", "--only", "statements", "--only", "themse")
    assert done.status == 2
    assert "themse: there is no such model; choose among vectors, statements, themes, additionality." in done.err
    assert not (tmp_path / "models").exists()


def test_a_corpus_from_which_no_verdict_can_be_learnt_is_refused(svdocs: Svdocs, tmp_path: Path) -> None:
    corpus = write_packs(tmp_path / "corpus", pack("alder", 1), pack("birch", 2))
    done = svdocs("train", corpus, "--models", tmp_path / "models", "--only", "additionality")
    assert done.status == 2
    assert "label commitments of at least two verdicts" in done.err
    assert not (tmp_path / "models").exists()


def test_without_the_packages_for_training_they_are_asked_for(
    svdocs: Svdocs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("svdocs.cli.arguments.find_spec", lambda name: None)
    done = svdocs("train", write_packs(tmp_path, pack("a", 1), pack("b", 2)))
    assert done.status == 1
    assert "svdocs[train]" in done.err
