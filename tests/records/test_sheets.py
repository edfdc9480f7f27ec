from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.records.sheets import BYTE_ORDER_MARK, row_of, safe_cell, write_csv
from svdocs.records.store import Store
from svdocs.records.tables import Document
from tests.records.values import commitment, extraction_record

FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"


@given(text=st.text(max_size=30))
def test_no_text_of_a_document_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell.lstrip()[:1] not in set(FORMULA_STARTS)
    assert cell[:1] not in set(FORMULA_STARTS)
    assert not any(ord(c) < 32 and c not in "\t\r\n" for c in cell)


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("space", ["", " ", "\u00a0 ", "\u3000", "\t"])
def test_each_way_to_begin_a_formula_is_quoted(start: str, space: str) -> None:
    assert safe_cell(f"{space}{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"), [(-5, "-5"), (0.5, "0.5"), ("-5", "'-5"), ("5-6", "5-6"), (None, ""), (True, "True")]
)
def test_our_own_numbers_stay_numbers(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def line(**fields: Any) -> dict[str, Any]:
    return {
        "procurement": {"id": "p", "title": "Lighting", "buyer": "Kent"},
        "document": {"id": "d", "name": "bid.pdf", "kind": "bid", "supplier": "=EVIL()", "sha256": "0"},
        "run": {"id": "r", "pipeline_version": "1", "reader_version": "pdf/1"},
        "statement_id": "s",
        "status": "proposed",
        "decision": None,
        "type": "practice",
        "text": "We recycle.",
    } | fields


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(texts=st.lists(TEXTS, max_size=5))
def test_a_csv_reads_back_as_it_was_written_row_for_row(texts: list[str]) -> None:
    out = io.StringIO(newline="")
    assert write_csv([line(text=text) for text in texts], ["nhs"], out) == len(texts)
    written = out.getvalue()
    assert written.startswith(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(written[1:], newline="")))
    assert [row["text"].removeprefix("'") for row in rows] == [text.removeprefix("'") for text in texts]
    assert all(row["supplier"] == "'=EVIL()" for row in rows)
    assert all(cell.startswith('"') for cell in written[1:].splitlines()[0].split(","))


def test_a_row_holds_what_was_found_and_what_was_decided(store: Store, bid: Document) -> None:
    store.publish_run(bid.id, extraction_record(commitment()), 1)
    store.decide(store.statements_of(bid.id)[0].id, action="accept", person="A. Officer", reason="Clear.")
    assert store.frameworks() == ["nhs"]
    [exported] = store.export_statements()
    row = row_of(exported, ["nhs", "kcc"])
    found = {
        name: row[name]
        for name in ("quantity", "unit", "due", "place", "theme_nhs", "theme_kcc", "measures", "verdict")
    }
    assert found == {
        "quantity": 5,
        "unit": "people",
        "due": "2028-03",
        "place": "Thanet",
        "theme_nhs": "tackling_economic_inequality",
        "theme_kcc": None,
        "measures": "national-toms NT10",
        "verdict": "additional",
    }
    assert (row["status"], row["decided_by"], row["decision_reason"]) == ("accepted", "A. Officer", "Clear.")
    assert row["reasons"] == "The report gives two a year."
