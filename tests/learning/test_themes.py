"""Training of the models for themes and measures, on a few invented statements."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from svdocs.frameworks.head import NONE, load_learnt
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.resemble import describe_measures, describe_themes
from svdocs.frameworks.suggest import MEASURES_KEY, THEMES_KEYS
from svdocs.learning import themes
from svdocs.learning.themes import (
    Catalogue,
    Score,
    cut_focus,
    evaluate,
    find_temperatures,
    fit_temperature,
    learn_vocabulary,
    leave_out,
    prepare,
    read_examples,
    split_by_pack,
    train,
    train_head,
    with_temperatures,
    write_model,
)
from svdocs.statements.embed import load_embedder
from svdocs.statements.statement import StatementType, Unit

PACK = """
pack: {name}
documents:
  - file: bid.docx
    kind: bid
    supplier: Example Ltd
    blocks:
      - h1: Jobs
      - p: "[[1,2: {jobs}]] [[x1: The town has a market.]]"
      - p: "[[3: {nature}]]"
      - p: "[[4: {practice}]]"
    gold:
      1: {{type: commitment, quantity: {{value: 4, unit: people}}, themes: {{nhs: tackling_economic_inequality,
           svm-2020: 2, svm-2025: 2, kcc: employer}}, toms: [NT10]}}
      2: {{type: commitment, quantity: {{value: 10, unit: people}}, themes: {{nhs: [equal_opportunity,
           tackling_economic_inequality], svm-2020: 2, svm-2025: [2, 7], kcc: employer}}, toms: [NT12, null]}}
      3: {{type: delivery, quantity: {{value: 300, unit: trees}}, themes: {{nhs: fighting_climate_change, svm-2020: 3,
           svm-2025: 4, kcc: null}}, toms: null}}
      4: {{type: practice, themes: {{nhs: wellbeing, svm-2020: 5, svm-2025: 8, kcc: community}}}}
      x1: {{type: noise}}
"""
TEXTS = [
    (
        "one",
        "We will take on 4 apprentices and 10 work placements.",
        "We planted 300 trees.",
        "Staff visit the hospice.",
    ),
    (
        "web-two",
        "4 apprentices start in May, and 10 pupils shadow us.",
        "300 trees stand in Dover.",
        "We run a lunch club.",
    ),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name, jobs, nature, practice in TEXTS:
        (folder / name).mkdir()
        text = PACK.format(name=name, jobs=jobs, nature=nature, practice=practice)
        (folder / name / "pack.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped catalogue, with the embeddings that ship with the models."""
    learnt = load_learnt()
    assert learnt is not None
    frameworks = load_frameworks()
    found = {key: describe_themes(frameworks[key]) for key in THEMES_KEYS}
    found[MEASURES_KEY] = describe_measures(frameworks[MEASURES_KEY])
    sentences = {k: [(x.codes[o], s) for o, s in zip(x.owners, x.prototypes, strict=True)] for k, x in found.items()}
    return Catalogue(sentences, learnt.prototypes, {k: (*x.codes, NONE) for k, x in found.items()})


def test_examples_hold_every_statement_with_its_acceptable_codes(corpus: Path) -> None:
    examples = read_examples(corpus)
    assert [e.type for e in examples[:4]] == [StatementType.commitment] * 2 + [
        StatementType.delivery,
        StatementType.practice,
    ]
    placements = examples[1]
    assert placements.codes[MEASURES_KEY] == ("NT12", NONE)
    assert placements.codes["svm-2025"] == ("2", "7")
    assert placements.query.focus == "10 work placements."
    assert placements.query.unit is Unit.people
    assert placements.query.context.startswith("Jobs.")
    assert examples[2].codes["kcc"] == (NONE,)
    assert MEASURES_KEY not in examples[3].codes


@pytest.mark.parametrize(
    ("text", "value", "focus"),
    [
        ("We will take on 4 apprentices and 10 work placements", 4, "We will take on 4 apprentices and"),
        ("We will take on 4 apprentices and 10 work placements", 10, "10 work placements"),
        ("We will take on 4 apprentices and 4 work placements", 4, ""),
        ("We will take on apprentices", None, ""),
    ],
)
def test_the_focus_is_the_clause_with_the_quantity(text: str, value: int | None, focus: str) -> None:
    assert cut_focus(text, {"quantity": {"value": value, "unit": "people"} if value else None}) == focus


def test_packs_left_out_are_never_trained_on(corpus: Path) -> None:
    examples = read_examples(corpus)
    pairs = split_by_pack(examples)
    assert sorted(i for _, left in pairs for i in left) == list(range(len(examples)))
    for kept, left in pairs:
        assert not {examples[i].pack for i in kept} & {examples[i].pack for i in left}


def test_common_terms_weigh_less() -> None:
    vocabulary = learn_vocabulary(["we plant trees", "we plant hedges", "we sing", "we cook"])
    weight = dict(zip(vocabulary.places, vocabulary.weights, strict=True))
    assert set(weight) == {"we", "plant", "we plant"}
    assert weight["we"] < weight["plant"]


def test_a_head_learns_soft_labels() -> None:
    dense = np.repeat(np.eye(2, dtype=np.float32) * 5, 20, axis=0)
    targets = np.repeat(np.asarray([[1, 0], [0.3, 0.7]], np.float32), 20, axis=0)
    head = train_head(dense, np.zeros((40, 1), np.float32), targets, np.ones(40, np.float32), ("a", "b"))
    scores = head.score(np.hstack([np.eye(2, dtype=np.float32) * 5, np.zeros((2, 1), np.float32)]))
    assert scores[0, 0] > 0.9
    assert scores[1, 1] == pytest.approx(0.7, abs=0.05)


def test_a_temperature_softens_scores_that_are_too_sure() -> None:
    logits = np.asarray([[6, 0]] * 10, np.float32)
    assert fit_temperature(logits, [[0]] * 7 + [[1]] * 3) > 3
    assert fit_temperature(logits / np.float32(20), [[0]] * 10) < 0.5
    assert fit_temperature(logits, [[]] * 10) > 0


def test_a_score_counts_first_and_third_and_how_sure_it_was() -> None:
    score = Score()
    score.add(["a", "b"], 1.0, ("a",))
    score.add(["a", "b"], 1.0, ("b",))
    assert score.figures() == {"statements": 2, "top_1": 0.5, "top_3": 1.0, "calibration_error": 0.5}


def test_training_gives_the_same_bytes_twice_and_what_was_written_is_what_is_read(
    corpus: Path, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(themes, "ROUNDS", 4)
    prepared = prepare(read_examples(corpus), load_embedder())
    cards = []
    for name in ("a", "b"):
        learnt = with_temperatures(train(prepared, range(8), catalogue), {"nhs": 2.0})
        card: dict[str, object] = {"name": "trial"}
        write_model(learnt, tmp_path / name, card)
        cards.append(json.loads((tmp_path / name / "card.json").read_text()))
    assert cards[0] == cards[1]
    read = load_learnt(tmp_path / "a")
    assert read is not None
    assert read.heads["nhs"].temperature == 2.0
    assert read.heads["nhs"].codes == learnt.heads["nhs"].codes
    np.testing.assert_allclose(read.heads["kcc"].weights, learnt.heads["kcc"].weights, atol=2e-3)
    sentence = next(iter(catalogue.vectors))
    np.testing.assert_allclose(read.prototypes[sentence], catalogue.vectors[sentence], atol=3e-3)


def test_figures_count_commitments_and_deliveries_of_packs_left_out(
    corpus: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(themes, "ROUNDS", 4)
    prepared = prepare(read_examples(corpus), load_embedder())
    folds = leave_out(prepared, catalogue, load_embedder())
    assert set(find_temperatures(prepared, folds)) == {*THEMES_KEYS, MEASURES_KEY}
    figures = evaluate(prepared, folds)
    assert figures["nhs"]["bid packs"]["statements"] == 3
    assert figures["nhs"]["web packs"]["statements"] == 3
    assert 0 <= figures[MEASURES_KEY]["bid packs"]["top_1"] <= figures[MEASURES_KEY]["bid packs"]["top_3"] <= 1
