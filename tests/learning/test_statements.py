from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svdocs.learning.corpus import LabelledPassage, labelled_passages, read_packs
from svdocs.learning.statements import figures_of, train_statement_models, type_of
from svdocs.statements.classify import FIRMNESS_MODEL, TYPE_MODEL
from svdocs.statements.models import read_card
from svdocs.statements.statement import StatementType
from tests.learning.packs import pack, write_packs


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_packs(tmp_path_factory.mktemp("corpus"), pack("alder", 1), pack("web-birch", 2))


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    models = tmp_path_factory.mktemp("models")
    return models, train_statement_models(corpus, models)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_training_twice_gives_the_same_bytes(
    corpus: Path, trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    train_statement_models(corpus, tmp_path)
    assert contents(tmp_path) == contents(trained[0])
    assert len(contents(tmp_path)) == 8


def test_a_card_tells_packs_passages_labels_and_figures(trained: tuple[Path, dict[str, Any]]) -> None:
    folder, figures = trained
    card = read_card(folder / TYPE_MODEL)
    assert card["trained_on"] == {
        "packs": ["alder", "web-birch"],
        "passages": 60,
        "labels": {"commitment": 24, "delivery": 12, "none": 12, "practice": 12},
    }
    assert card["held_out_writers"] == json.loads(json.dumps(figures[TYPE_MODEL]))
    parts = ("packs of bids", "packs in the registers of the world")
    assert set(figures[TYPE_MODEL]) == {f"{part}, {how}" for part in parts for how in ("in context", "alone")}
    firmness = read_card(folder / FIRMNESS_MODEL)
    assert firmness["trained_on"]["labels"] == {"aspirational": 12, "firm": 12}
    assert firmness["classes"] == ["aspirational", "firm"]


def test_sentences_that_repeat_themselves_are_learnt_from_another_writer(trained: tuple[Path, dict[str, Any]]) -> None:
    _, figures = trained
    for model in (TYPE_MODEL, FIRMNESS_MODEL):
        assert all(part["accuracy"] == 1.0 for part in figures[model].values())


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["practice", "commitment"], StatementType.commitment),
        (["practice", "delivery"], StatementType.delivery),
        (["practice", "noise"], StatementType.practice),
        (["noise"], StatementType.none),
        ([], StatementType.none),
    ],
)
def test_a_passage_that_states_two_things_is_first_of_all_a_commitment(
    corpus: Path, kinds: list[str], kind: StatementType
) -> None:
    source = read_packs(corpus)[0]
    passage = next(labelled_passages(source)).passage
    assert type_of(LabelledPassage(source, passage, tuple({"type": k} for k in kinds))) is kind


def test_figures_are_those_worked_out_by_hand() -> None:
    # Three said to be a (two rightly), one b (rightly); the fourth truth is b.
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], np.float32)
    figures = figures_of(probabilities, ["a", "a", "b", "b"], ["a", "b"])
    assert figures == {
        "passages": 4,
        "accuracy": 0.75,
        "f1": {"a": 0.8, "b": 0.6667},
        "macro_f1": 0.7333,
        "calibration_error": 0.15,
    }


def test_a_class_that_nobody_has_or_says_counts_for_nothing() -> None:
    figures = figures_of(np.array([[0.8, 0.1, 0.1]], np.float32), ["a"], ["a", "b", "c"])
    assert figures["f1"] == {"a": 1.0, "b": 0.0, "c": 0.0}
