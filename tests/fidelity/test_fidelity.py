"""A sample of documents whose every word is known is read as it stands. `make soak` reads all, and scans of them."""

from __future__ import annotations

import pytest

from svdocs.text.document import Box, Document
from svdocs.text.read import read_document
from tests.fidelity.made import Maker, Table, Truth, born_digital
from tests.fidelity.measures import asked_of, score, share_in_order, share_of_boxes, share_of_cells

ALL = list(born_digital())
SAMPLE = [one for i, one in enumerate(ALL) if i % 3 == 0]


def test_there_are_documents_of_every_kind() -> None:
    assert {kind for _, kind, _, _ in ALL} == {
        "one column", "two columns", "side bar", "ruled table", "borderless table", "Word", "workbook",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "file_name", "make"), SAMPLE, ids=[s[0] for s in SAMPLE])
def test_a_document_is_read_as_it_stands(name: str, kind: str, file_name: str, make: Maker) -> None:
    data, truth = make()
    found = score(read_document(data, file_name), truth)
    characters, cells, boxes = asked_of(kind)
    assert found.characters >= characters
    assert found.cells is None or found.cells >= cells
    assert found.boxes is None or found.boxes >= boxes


@pytest.mark.parametrize(
    ("truth", "found", "share"),
    [
        ("a b c d", "a b c d", 1.0),
        ("one two three four", "three four one two", 0.5),
        ("abc", "", 0.0),
        ("ab", "ab " * 10, 0.07),
    ],
)
def test_the_measure_falls_with_order_loss_and_excess(truth: str, found: str, share: float) -> None:
    assert share_in_order(truth, found) == pytest.approx(share, abs=0.12)


def test_a_document_without_cells_or_boxes_scores_nothing() -> None:
    empty = Document("a", "", "")
    assert share_of_cells(empty, [Table(("A",), (("b",),))]) == 0
    assert share_of_boxes(empty, [("a", 1, Box(0, 0, 1, 1))]) == 0
    assert score(empty, Truth(["words"])).characters == 0
