from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from svdocs.records.sheets import columns_of
from svdocs.records.workbook import MAX_CELL_LETTERS, write_workbook
from tests.records.test_sheets import FORMULA_STARTS, line


def sheet_of(*lines: dict[str, Any]) -> Any:
    out = io.BytesIO()
    assert write_workbook(lines, ["nhs"], out) == len(lines)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue())).active


HOSTILE = st.builds(
    lambda start, text: start + text, st.sampled_from(["", *FORMULA_STARTS, " =", "\u3000="]), st.text()
)


@settings(max_examples=40, deadline=None)
@given(text=HOSTILE, supplier=HOSTILE)
@example(text='=HYPERLINK("http://a.example","b")', supplier="=1+1")
@example(text="\x00=1+1\x1b\x9f", supplier="\ud800\ufffe")
@example(text="<f>1+1</f>&amp;", supplier="@SUM(A1)")
def test_no_text_of_a_stranger_is_a_formula_or_holds_a_control(text: str, supplier: str) -> None:
    sheet = sheet_of(line(text=text, document={"name": text, "kind": "bid", "supplier": supplier, "sha256": "0"}))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s" and cell.row > 1)
    assert not any(ord(c) < 32 and c not in "\t\r\n" for cell in cells for c in str(cell.value))


def test_a_workbook_reads_back_as_it_was_written_with_numbers_as_numbers() -> None:
    sheet = sheet_of(line(text="We plant – 5 trees.", quantity={"value": -5, "unit": "trees"}, confidence=0.5))
    header, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    assert header == columns_of(["nhs"])
    read = dict(zip(header, row, strict=True))
    assert (read["text"], read["supplier"]) == ("We plant – 5 trees.", "=EVIL()")
    assert (read["quantity"], read["confidence"], read["page"]) == (-5, 0.5, None)


@pytest.mark.parametrize(("letters", "cut"), [(MAX_CELL_LETTERS, False), (MAX_CELL_LETTERS + 1, True)])
def test_a_text_that_excel_cannot_hold_is_cut_and_says_so(letters: int, cut: bool) -> None:
    sheet = sheet_of(line(text="a" * letters))
    text = next(c.value for c in sheet[2] if str(c.value).startswith("aaa"))
    assert len(text) == MAX_CELL_LETTERS
    assert ("[cut;" in text) is cut


def test_the_same_statements_give_the_same_bytes_that_tell_of_nobody() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    for out in (one, other):
        write_workbook([line()], ["nhs"], out)
    assert one.getvalue() == other.getvalue()
    with zipfile.ZipFile(one) as file:
        assert b"openpyxl" not in file.read("docProps/core.xml")
        assert {i.date_time for i in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
