from __future__ import annotations

from svdocs.learning.additionality import as_statement
from svdocs.statements.passages import passages_of
from tests.additionality.documents import write
from tests.additionality.figures import _pairs, as_table


def test_each_label_is_paired_with_one_statement_the_likest_first() -> None:
    texts = ("Twelve trees will be planted in May.", "Forty trees will be planted in May.")
    label = {"type": "commitment", "firmness": "firm"}
    found = [as_statement(p, label) for p in passages_of(write("bid.docx", *texts))]
    wanted = [{"quote": t} for t in reversed(texts)]
    assert sorted((w["quote"], i) for w, i in _pairs(wanted, found)) == [(texts[1], 1), (texts[0], 0)]


def test_the_table_has_a_column_a_set_and_a_dash_where_nothing_was_counted() -> None:
    table = as_table({"a": {"accuracy": 0.5, "evidence": None}, "b": {"accuracy": 1.0, "evidence": 0.9}})
    assert table.splitlines() == [
        "| figure | a | b |", "|---|---:|---:|", "| accuracy | 0.5 | 1.0 |", "| evidence | – | 0.9 |"
    ]  # fmt: skip
