"""Decisions as training rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.corpus import labelled_passages, read_packs
from svdocs.learning.decisions import (
    PACK_PREFIX,
    Decided,
    change_report,
    join_corpus,
    label_of,
    measure_change,
    write_packs,
)
from svdocs.learning.labels import find_label_faults, read_guide
from svdocs.statements.statement import Passage
from svdocs.text.document import BlockKind, Span
from tests.learning.packs import pack
from tests.learning.packs import write_packs as write_corpus

PROMISE: dict[str, Any] = {
    "type": "commitment",
    "firmness": "firm",
    "quantity": {"value": 5, "max": None, "unit": "people", "per": "year", "text": "five", "span": [1, 2]},
    "due": {"date": None, "text": "in year two"},
    "place": {"text": "Swale", "code": "E1"},
    "beneficiary": None,
    "themes": {"nhs": [{"code": "wellbeing", "score": 1.0}], "kcc": [], "anytown": [{"code": "jobs", "score": 0.5}]},
    "measures": [{"framework": "anytown", "code": "A1"}, {"framework": "national-toms", "code": "NT10"}],
    "additionality": {"verdict": "additional"},
}


def passage(text: str, start: int = 0, **more: Any) -> Passage:
    kind = more.pop("kind", BlockKind.paragraph)
    return Passage(Span(start, start + len(text)), text, 0, kind, **more)


def decided(found: Passage, entry: dict[str, Any] = PROMISE, procurement: str = "p1") -> Decided:
    return Decided(procurement, "bid.docx", "bid", "Alder", found, entry)


def test_a_decision_becomes_a_label_that_the_guide_allows() -> None:
    label = label_of(PROMISE)
    assert label == {
        "type": "commitment", "firmness": "firm", "quantity": {"value": 5, "unit": "people", "per": "year"},
        "due": "in year two", "place": "Swale", "beneficiary": None, "themes": {"nhs": "wellbeing", "kcc": None},
        "toms": "NT10", "additionality": "additional",
    }  # fmt: skip
    for entry in (PROMISE, {"type": "delivery"}, {"type": "practice"}, {"type": "commitment"}):
        assert find_label_faults(label_of(entry), read_guide()) == []


ROW = passage(
    "Trees | 400",
    90,
    kind=BlockKind.table_row,
    cells=("Trees", "400"),
    header=("Measure", "Target"),
    section=("Green",),
)
ITEM = passage("five apprentices", 60, kind=BlockKind.list_item, introduction="We will take on:", section=("A", "Jobs"))


def test_a_decided_passage_is_read_back_with_its_context(tmp_path: Path) -> None:
    plain = passage("We will [[x: plant]] trees.", 0, section=("Offer",))
    bare = passage("We will mow the grass.", 30)
    write_packs([decided(p) for p in (plain, bare, ITEM, ROW)], tmp_path)
    (source,) = read_packs(tmp_path)
    rows = {r.passage.text: r.passage for r in labelled_passages(source) if r.labels}
    assert list(rows) == ["We will [ [x: plant] ] trees.", "We will mow the grass.", "five apprentices", "Trees | 400"]
    assert rows["five apprentices"].introduction == "We will take on:"
    assert rows["five apprentices"].section == ("A", "Jobs")
    assert rows["Trees | 400"].header == ("Measure", "Target")
    assert rows["Trees | 400"].section == ("Green",)
    assert "Offer" not in rows["We will mow the grass."].section


def test_two_statements_of_one_passage_stay_one_row(tmp_path: Path) -> None:
    one = passage("We will take on 4 apprentices and 10 work placements.")
    write_packs([decided(one), decided(one, {**PROMISE, "type": "delivery"})], tmp_path)
    (row,) = [r for s in read_packs(tmp_path) for r in labelled_passages(s)]
    assert [x["type"] for x in row.labels] == ["commitment", "delivery"]


def test_a_procurement_that_is_no_longer_given_loses_its_pack(tmp_path: Path) -> None:
    write_packs([decided(ITEM, procurement="p1"), decided(ITEM, procurement="p2")], tmp_path)
    (tmp_path / "kept.txt").write_text("mine")
    write_packs([decided(ITEM, procurement="p2")], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept.txt", f"{PACK_PREFIX}p2"]


def test_the_corpus_is_joined_with_the_decisions_and_stays_as_it_is(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", pack("alder", 1), pack("birch", 2))
    write_packs([decided(ITEM)], tmp_path / "decisions")
    joined = join_corpus(corpus, tmp_path / "decisions", tmp_path / "scratch")
    assert [s.pack for s in read_packs(joined)] == ["alder", "birch", f"{PACK_PREFIX}p1"]
    assert sorted(p.name for p in corpus.iterdir()) == ["alder", "birch"]


def test_without_decisions_it_is_said_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="svdocs decisions consent"):
        join_corpus(write_corpus(tmp_path / "corpus", pack("alder", 1)), tmp_path / "none", tmp_path / "scratch")


TOWNS = ("Deal", "Ashford", "Dover", "Thanet", "Swale", "Maidstone")


def lone_sentences(name: str) -> dict[str, Any]:
    """A pack of sentences that stand alone under a heading each, as decided passages do."""
    texts = {f"x{i}": f"Our depot in {town} is open to visitors." for i, town in enumerate(TOWNS)}
    texts |= {f"{i}": f"Our staff in {town} already volunteer every year." for i, town in enumerate(TOWNS)}
    gold = {key: {"type": "noise" if key.startswith("x") else "practice"} for key in texts}
    blocks = [b for key, text in texts.items() for b in ({"h1": "-"}, {"p": f"[[{key}: {text}]]"})]
    document = {"file": "bid.docx", "kind": "bid", "supplier": name, "blocks": blocks, "gold": gold}
    return {"pack": name, "documents": [document]}


def test_the_same_voices_are_judged_before_and_after(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", lone_sentences("alder"), lone_sentences("birch"))
    # People say over and over that what the corpus takes for idle talk is a practice: its sentences change sides.
    habits = [
        decided(
            passage(f"Our depot in {town} is open to visitors.", i * 100), {"type": "practice", "themes": {}}, owner
        )
        for owner in ("p1", "p2", "p3", "p4")
        for i, town in enumerate(TOWNS)
    ]
    write_packs(habits, tmp_path / "decisions")
    change = measure_change(corpus, tmp_path / "decisions")
    assert change.rows == 24
    assert change.before["passages"] == change.after["passages"] == 24
    assert {(f.label, f.before, f.after) for f in change.flips} == {("none", "none", "practice")}
    assert len(change.flips) == 12
    assert change.before["accuracy"] == 1
    report = change_report(change)
    assert "12 labels flip: 0 to the right one, 12 away from it." in report
    assert "| F1 practice |" in report
