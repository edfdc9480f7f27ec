import json
from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.corpus import LabelledPassage, labelled_passages, read_packs
from svdocs.learning.joints import collect_joints, train_joints
from svdocs.statements.encoder import load_encoder
from svdocs.statements.models import read_card
from tests.learning.packs import write_packs

THINGS = ("a bench", "a ramp", "a hedge", "a well", "a stile", "a pond")


def pack(name: str) -> dict[str, Any]:
    """Sentences that promise two things with a semicolon between them, and sentences that promise one."""
    twice = [f"[[{i},1{i}: Our joiners will mend {x}; the parish will be lent a van.]]" for i, x in enumerate(THINGS)]
    once = [
        f"[[{tens}{i}: Our joiners will {verb} {x} and oil it in the spring.]]"
        for tens, verb in enumerate(("mend", "build", "move", "make"), start=2)
        for i, x in enumerate(THINGS)
    ]
    ids = [f"{tens or ''}{i}" for tens in range(6) for i in range(len(THINGS))]
    return {
        "pack": name,
        "documents": [
            {
                "file": "bid.docx",
                "kind": "bid",
                "supplier": "Joiners",
                "blocks": [{"ul": twice}, {"ul": once}],
                "gold": {i: {"type": "commitment", "firmness": "firm"} for i in ids},
            }
        ],
    }


def rows_of(folder: Path) -> list[LabelledPassage]:
    return [row for source in read_packs(folder) for row in labelled_passages(source)]


@pytest.fixture
def rows(tmp_path: Path) -> list[LabelledPassage]:
    return rows_of(write_packs(tmp_path / "corpus", pack("elm"), pack("web-oak")))


def test_what_parts_two_promises_in_some_packs_is_found_in_another(rows: list[LabelledPassage], tmp_path: Path) -> None:
    figures = train_joints(rows, load_encoder(), tmp_path / "joints-1")
    for part in figures.values():
        assert part == {"passages": 30, "with_several": 6, "cut_rightly": 6, "cut_wrongly": 0}
    card = read_card(tmp_path / "joints-1", "weights.json")
    assert card["trained_on"] == {"packs": ["elm", "web-oak"], "passages": 60}
    assert card["held_out_writers"] == figures


def test_training_twice_gives_the_same_bytes(rows: list[LabelledPassage], tmp_path: Path) -> None:
    for name in ("a", "b"):
        train_joints(rows, load_encoder(), tmp_path / name)
    for file in ("weights.json", "card.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert json.loads((tmp_path / "a" / "weights.json").read_text())["weights"]["semicolon"] > 0


def test_a_joint_belongs_to_its_passage(rows: list[LabelledPassage]) -> None:
    joints = collect_joints(rows, load_encoder())
    assert len(joints.several) == 60
    assert joints.several.sum() == 12
    assert sorted(set(joints.passage)) == list(range(60))
    assert joints.features.shape == (len(joints.passage), len(joints.names))


def test_without_a_sentence_of_several_statements_there_is_nothing_to_learn(
    rows: list[LabelledPassage], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="several statements"):
        train_joints([r for r in rows if r.stated == 1], load_encoder(), tmp_path)
