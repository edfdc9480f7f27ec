import json
from pathlib import Path

import pytest

from svdocs.errors import ModelMismatch
from svdocs.settings import models_folder
from svdocs.statements.encoder import load_encoder
from svdocs.statements.find import find_statements
from svdocs.statements.joints import MODEL, cut_at_joints, describe_joint, joints_of, load_joints
from svdocs.statements.statement import Passage, StatementType
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Span


def passage(text: str) -> Passage:
    return Passage(Span(0, len(text)), text, 0, BlockKind.paragraph)


def document(text: str) -> Document:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, text)
    return Document("bid.docx", "", "", builder.text, tuple(builder.blocks))


@pytest.mark.parametrize(
    ("text", "joints"),
    [
        ("We will mend the hall roof and paint the railings.", ["and"]),
        ("Vans, lorries and bicycles will be lent out.", ["and"]),
        ("Nine men came to us; six are still here.", [";"]),
        ("We will help.", []),
        ("", []),
    ],
)
def test_a_joint_has_words_on_either_side(text: str, joints: list[str]) -> None:
    assert [j.words for j in joints_of(text)] == joints


def test_the_parts_cover_the_sentence_but_for_what_joins_them() -> None:
    text = "Two crossing patrols were paid for last year, and from April there will be three of them."
    parts = cut_at_joints(text, load_encoder().read([passage(text)])[0])
    assert [text[p.start : p.stop] for p in parts] == [
        "Two crossing patrols were paid for last year",
        "from April there will be three of them.",
    ]


def test_a_result_and_the_promise_after_it_are_two_statements_of_two_types() -> None:
    found = find_statements(
        document("Six hundred laptops were given a second life last year; nine hundred will be the number for 2028.")
    )
    assert [s.type for s in found] == [StatementType.delivery, StatementType.commitment]
    assert [s.quantity.value for s in found if s.quantity] == [600, 900]
    assert found[1].firmness is not None
    assert found[0].firmness is None


@pytest.mark.parametrize(
    "text",
    [
        "We will pay the Real Living Wage to everybody on the contract, cleaners and drivers included.",
        "We will open a workshop in Margate so that residents can mend their own bicycles and lamps.",
        "Our apprentices will be taught, mentored and paid by us throughout.",
    ],
)
def test_one_promise_with_its_details_stays_one(text: str) -> None:
    assert len(find_statements(document(text))) == 1


def test_every_feature_has_a_weight() -> None:
    text = "We will mend the hall roof, and the railings will be painted."
    reading = load_encoder().read([passage(text)])[0]
    features = describe_joint(text, joints_of(text)[0], reading)
    assert set(features) == set(load_joints().weights)
    assert all(-1 <= value <= 3 for value in features.values())


def test_a_changed_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / MODEL
    folder.mkdir()
    (folder / "card.json").write_bytes((models_folder() / MODEL / "card.json").read_bytes())
    told = json.loads((models_folder() / MODEL / "weights.json").read_text())
    (folder / "weights.json").write_text(json.dumps(told | {"intercept": 9.0}))
    monkeypatch.setattr("svdocs.statements.joints.models_folder", lambda: tmp_path)
    load_joints.cache_clear()
    with pytest.raises(ModelMismatch, match="not the published model file"):
        load_joints()
    load_joints.cache_clear()
