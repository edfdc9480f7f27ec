import json

import numpy as np
import pytest

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder
from svdocs.statements.embed import open_tokenizer
from svdocs.statements.encoder import (
    ABOVE_TOKENS,
    BEFORE_TOKENS,
    FIRMNESS,
    HEADS,
    MODEL,
    TEXT_TOKENS,
    TYPES,
    Mixing,
    columns_of,
    firmness_probabilities,
    load_encoder,
    load_mixing,
    pieces_of,
    type_probabilities,
)
from svdocs.statements.statement import Passage
from svdocs.text.document import BlockKind, Span


def passage(text: str, **around: object) -> Passage:
    return Passage(Span(0, len(text)), text, 0, BlockKind.paragraph, **around)  # type: ignore[arg-type]


def test_what_is_read_with_a_passage_does_not_change_its_scores() -> None:
    alone = passage("We will take on four apprentices from Swale.")
    longer = passage("Last year nine people from the estate found work through us, and all but one are there yet.")
    scores = [r.scores for r in load_encoder().read([longer, alone, longer])]
    assert np.allclose(scores[1], load_encoder().read([alone])[0].scores, atol=1e-4)
    assert np.allclose(scores[0], scores[2], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("We will create six jobs for people who live in the borough.", "commitment"),
        ("Last year we gave 1,200 hours of our time to schools in Barrow.", "delivery"),
        ("Every member of staff already has two paid days a year for volunteering.", "practice"),
    ],
)
def test_the_score_of_the_right_type_is_the_highest(text: str, type_: str) -> None:
    scores = load_encoder().read([passage(text)])[0].scores[columns_of("type")]
    assert TYPES[int(scores.argmax())] == type_


def test_an_introduction_turns_a_habit_into_a_promise() -> None:
    text = "Giving former soldiers who apply to us a mentor and an interview."
    alone, promised = load_encoder().read([passage(text), passage(text, introduction="This is what we will do:")])
    column = TYPES.index("commitment")
    assert promised.scores[column] > alone.scores[column]


def test_the_parts_of_a_passage_share_its_score_between_them() -> None:
    text = "Thirty vans run on batteries already; sixty will by next Christmas."
    reading = load_encoder().read([passage(text)])[0]
    cut = text.index(";")
    column = TYPES.index("commitment")
    first, second = reading.scores_between(0, cut), reading.scores_between(cut + 2, len(text))
    assert first[column] < reading.scores_between(0, len(text))[column] < second[column]
    assert (reading.scores_between(cut, cut) < 0).all()


def test_of_a_long_passage_and_its_context_only_so_much_is_read() -> None:
    words = "sheep " * 400
    pieces = pieces_of(passage(words, previous=words, introduction=words), open_tokenizer())
    assert pieces.own == TEXT_TOKENS + 2
    assert len(pieces.ids) == TEXT_TOKENS + 2 + ABOVE_TOKENS + 1 + BEFORE_TOKENS + 1
    assert set(pieces.side[: pieces.own]) == {0}
    assert set(pieces.side[pieces.own :]) == {1}


def test_a_passage_without_context_is_read_without_a_second_side() -> None:
    pieces = pieces_of(passage("We will plant trees."), open_tokenizer())
    assert len(pieces.ids) == pieces.own
    assert set(pieces.side) == {0}


def test_the_nearest_of_a_long_context_is_kept() -> None:
    tokenizer = open_tokenizer()
    far = pieces_of(passage("x", previous="far away " * 60 + "close by"), tokenizer)
    near = tokenizer.encode("close by", add_special_tokens=False).ids
    assert list(far.ids[-3:-1]) == near


def test_each_head_has_its_own_columns() -> None:
    columns = [i for head in HEADS for i in range(columns_of(head).start, columns_of(head).stop)]
    assert columns == list(range(sum(len(classes) for classes in HEADS.values())))


def test_probabilities_of_types_add_up_over_all_of_them() -> None:
    scores = np.array([[2.0, -1.0, 0.5], [-4.0, -4.0, -4.0]], np.float32)
    chances = type_probabilities(scores, ("commitment", "delivery", "none", "practice"))
    assert chances.sum(axis=1) == pytest.approx([1, 1])
    assert chances.argmax(axis=1).tolist() == [0, 2]


def test_firmness_follows_the_order_of_the_classes_asked_for() -> None:
    scores = np.array([[3.0, 0.0, -1.0]], np.float32)
    chances = firmness_probabilities(scores, ("aspirational", "conditional", "firm"))
    assert chances.sum() == pytest.approx(1)
    assert chances.argmax() == 2
    assert FIRMNESS[0] == "firm"


@pytest.mark.parametrize(("share", "likely"), [(0.0, 1), (1.0, 0)])
def test_a_share_of_all_or_nothing_leaves_one_model_speaking(share: float, likely: int) -> None:
    encoder, linear = np.array([[0.9, 0.1]], np.float32), np.array([[0.2, 0.8]], np.float32)
    mixed = Mixing(share, 1.0).mix(encoder, linear, ("practice", "none"))
    assert mixed.argmax() == likely
    assert mixed.sum() == pytest.approx(1)


def test_a_lower_temperature_makes_the_answer_surer() -> None:
    encoder, linear = np.array([[0.6, 0.4]], np.float32), np.array([[0.7, 0.3]], np.float32)
    sure, unsure = (Mixing(0.5, t).mix(encoder, linear, ("practice", "none")) for t in (0.5, 1.0))
    assert sure.max() > unsure.max()


def test_an_offset_makes_a_class_likelier_by_its_odds() -> None:
    even = np.array([[0.5, 0.5]], np.float32)
    mixed = Mixing(0.5, 1.0, {"none": float(np.log(3))}).mix(even, even, ("practice", "none"))
    assert mixed[0].tolist() == pytest.approx([0.25, 0.75])


def test_codes_of_a_part_are_those_that_its_own_words_speak_for() -> None:
    text = "We will start six apprentices, and plant forty trees by the river."
    reading = load_encoder().read([passage(text)])[0]
    cut = text.index(", and")
    jobs, trees = reading.codes_between(0, cut)["nhs"], reading.codes_between(cut, len(text))["nhs"]
    assert sum(jobs.values()) == pytest.approx(1)
    assert max(trees, key=trees.__getitem__) == "fighting_climate_change"
    assert trees["fighting_climate_change"] > jobs["fighting_climate_change"]
    assert reading.codes_between(cut, cut) == {}


def test_the_card_tells_how_the_models_are_mixed_and_on_whom_it_was_measured() -> None:
    card = json.loads((models_folder() / MODEL / "card.json").read_text(encoding="utf-8"))
    assert set(load_mixing()) == {"type", "firmness"}
    assert set(card["measured_on"]) < set(card["trained_on"]["packs"])
    assert set(card["held_out_writers"]) >= {"type, packs of bids, in context", "firmness, packs of bids, alone"}
    assert card["selective"]["type"]["calibration_error"] <= 0.05


def test_a_model_file_that_is_not_the_cards_is_refused(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / MODEL
    folder.mkdir()
    card = json.loads((models_folder() / MODEL / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (folder / "encoder.onnx").write_bytes(b"another")
    monkeypatch.setattr("svdocs.statements.encoder.models_folder", lambda: tmp_path)
    with pytest.raises(ModelMismatch):
        load_encoder.__wrapped__()
