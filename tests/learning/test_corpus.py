from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.corpus import PackDocument, labelled_passages, read_pack, read_packs
from svdocs.statements.statement import StatementType
from svdocs.text.document import BlockKind
from tests.learning.packs import write_packs

ROOT = Path(__file__).parents[2]


def read(tmp_path: Path, *blocks: dict[str, Any], gold: dict[Any, Any] | None = None) -> PackDocument:
    document = {"file": "bid.docx", "kind": "bid", "supplier": "Alder", "blocks": list(blocks)} | (
        {"gold": gold} if gold else {}
    )
    (source,) = read_packs(write_packs(tmp_path, {"pack": "p", "documents": [document]}))
    return source


def quotes(source: PackDocument) -> dict[str, str]:
    return {key: source.document.quote(span) for key, span in source.marks.items()}


def labels(source: PackDocument) -> dict[str, list[str]]:
    return {lp.passage.text: [x["id"] for x in lp.labels] for lp in labelled_passages(source)}


PROMISE = {"type": "commitment", "firmness": "firm"}


def test_marks_are_taken_out_and_quote_their_passages(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        {"h1": "Offer"},
        {"p": "Intro. [[1: We will plant.]] And [[2, 3: we will mow and we will sow.]]"},
        {"ul": ["[[4: ten jobs]]", "plain"]},
        {"ol": ["[[5: five talks]]"]},
        {"table": {"header": ["What", "When"], "rows": [{"mark": "6, 7", "cells": ["Trees", 400]}, ["a", "[[8: b]]"]]}},
        {"textbox": "[[9: boxed]]"},
        {"hidden": "[[x1: unseen]]"},
        {"pagebreak": True},
        gold=dict.fromkeys(range(1, 10), PROMISE) | {"x1": {"type": "noise"}},
    )
    assert "[[" not in source.document.text
    assert quotes(source) == {
        "1": "We will plant.", "2": "we will mow and we will sow.", "3": "we will mow and we will sow.",
        "4": "ten jobs", "5": "five talks", "6": "Trees | 400", "7": "Trees | 400", "8": "b", "9": "boxed",
        "x1": "unseen",
    }  # fmt: skip
    kinds = [b.kind for b in source.document.blocks]
    assert kinds == [BlockKind.heading, BlockKind.paragraph, *[BlockKind.list_item] * 3, *[BlockKind.table_row] * 3,
                     BlockKind.text_box, BlockKind.hidden]  # fmt: skip
    assert [b.label for b in source.document.blocks if b.kind is BlockKind.list_item] == ["•", "•", "1."]
    assert source.document.blocks[6].cells[1].header == ("When",)


def test_a_label_goes_to_the_passage_with_most_of_its_characters(tmp_path: Path) -> None:
    source = read(tmp_path, {"p": "We know. [[1: We will plant and mow. Both]] of them. Gladly."}, gold={1: PROMISE})
    assert labels(source) == {"We know.": [], "We will plant and mow.": ["1"], "Both of them.": [], "Gladly.": []}


def test_a_label_over_hidden_text_has_no_passage(tmp_path: Path) -> None:
    source = read(tmp_path, {"hidden": "[[x1: unseen words]]"}, {"p": "Seen."}, gold={"x1": {"type": "noise"}})
    assert labels(source) == {"Seen.": []}


def test_types_leave_noise_out(tmp_path: Path) -> None:
    source = read(
        tmp_path, {"p": "[[1, 2, x1: We will go on as we did.]] [[x2: We care.]]"},
        gold={1: PROMISE, 2: {"type": "practice"}, "x1": {"type": "noise"}, "x2": {"type": "noise"}},
    )  # fmt: skip
    both, noise = labelled_passages(source)
    assert both.types == {StatementType.commitment, StatementType.practice}
    assert noise.types == frozenset()
    assert [x["id"] for x in noise.labels] == ["x2"]


def test_a_document_without_labels_or_header_is_read_all_the_same(tmp_path: Path) -> None:
    source = read(tmp_path, {"table": {"rows": [["We plant", "400"]]}})
    assert labels(source) == {"We plant | 400": []}


def test_packs_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    made = [{"pack": n, "documents": [{"file": f"{n}.docx", "kind": "bid", "blocks": []}]} for n in ("b", "a", "c")]
    assert [d.pack for d in read_packs(write_packs(tmp_path, *made))] == ["a", "b", "c"]


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").glob("*/pack.yaml")), ids=lambda p: p.parent.name)
def test_nearly_every_label_of_the_corpus_finds_its_passage(path: Path) -> None:
    for source in read_pack(path):
        assert set(source.marks) == set(source.labels), source.document.name
        homes = {x["id"] for lp in labelled_passages(source) for x in lp.labels}
        unseen = {k for k, span in source.marks.items() if not is_body(source, span.start)}
        lost = set(source.labels) - homes - unseen
        assert {k for k in lost if source.labels[k]["type"] != "noise"} == set()


def is_body(source: PackDocument, offset: int) -> bool:
    block = source.document.block_at(offset)
    return block is not None and block in list(source.document.body())


def test_an_id_that_marks_two_passages_is_told(tmp_path: Path) -> None:
    rows = {"table": {"header": ["A"], "rows": [{"mark": "2", "cells": ["[[2: ten jobs]]"]}]}}
    source = read(tmp_path, {"p": "[[1: One.]] [[1: Two.]] [[3: Three.]]"}, rows, gold=dict.fromkeys("123", PROMISE))
    assert source.repeated == ("1", "2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pack: a\npack: b\n", "line 2: 'pack' stands twice"),
        ("pack: a\ndocuments:\n- file: b\n  gold:\n    x1: {why: a}\n    x1: {why: b}\n", "line 6: 'x1' stands twice"),
        ("pack: [", "not YAML"),
        ("", "not a pack"),
        ("pack: a\n", "not a pack (KeyError: 'documents')"),
        ("pack: a\ndocuments: [{file: b, kind: bid, blocks: [{p: a, h1: b}]}]\n", "not a pack"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as told:
        read_pack(path)
    assert said in str(told.value)
