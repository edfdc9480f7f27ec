"""Spend files as authorities make them: which column is what, what is kept of rows that cannot be used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from svdocs.delivery.spend_files import check_year, open_spend, read_spend, read_suppliers
from svdocs.errors import CannotRead, UsageError

MESSY = """Kent County Council,,,,,
Payments over £500,,,,,
Body Name,Date,Supplier Name,Net Amount,VAT,Supplier Postcode
Highways,01/05/2027,Example Ltd,"£1,250.50",250.10,CT9 1RT
Highways,02/05/2027,Example Ltd,(300.00),,CT9 1RT
Schools,31/03/2028,Total Gas & Power Ltd,99.99,,
Schools,01/04/2028,Late Ltd,10,,
Schools,soon,Vague Ltd,10,,
Schools,01/06/2027,,10,,
Schools,01/06/2027,Wordy Ltd,ten,,
,,,,,
Total,,,1370.49,,
"""


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "spend.csv"
    path.write_bytes(MESSY.encode("cp1252"))
    return path


def test_columns_are_proposed_below_a_title_and_every_row_is_kept(messy: Path) -> None:
    given = read_spend(messy, "2027-28")
    assert given.columns == {
        "supplier": "Supplier Name", "amount": "Net Amount", "paid_on": "Date", "department": "Body Name",
        "head_office": "Supplier Postcode",
    }  # fmt: skip
    assert [(x.row, x.problem) for x in given.lines] == [
        (4, ""), (5, ""), (6, ""), (7, "paid_on: 2028-04-01 lies outside the financial year"),
        (8, "paid_on: 'soon' is no date"), (9, "supplier: empty"), (10, "amount: 'ten' is no amount"),
        (12, "a total, not a payment"),
    ]  # fmt: skip
    assert [x.amount_gbp for x in given.lines[:3]] == [Decimal("1250.50"), Decimal("-300.00"), Decimal("99.99")]
    assert (given.lines[0].paid_on, given.lines[0].facts) == (date(2027, 5, 1), {"head_office": "CT9 1RT"})
    assert all(line.cells for line in given.lines)


def test_a_person_may_choose_other_columns_or_none(messy: Path) -> None:
    chosen = open_spend(messy, chosen={"amount": "vat", "department": "", "branches": "Supplier Postcode"})
    assert chosen.headings()["amount"] == "VAT"
    assert "department" not in chosen.columns
    assert chosen.headings()["branches"] == "Supplier Postcode"
    for wrong, words in (({"amount": "Gross"}, "no row of headings"), ({"colour": "VAT"}, "no field")):
        with pytest.raises(UsageError, match=words):
            open_spend(messy, chosen=wrong)


def test_a_workbook_is_read_in_its_own_process_from_the_sheet_with_most_rows(tmp_path: Path) -> None:
    book = Workbook()
    notes = book.active
    notes.title = "Notes"
    notes.append(["Supplier", "Amount"])
    sheet = book.create_sheet("Payments")
    sheet.append(["Vendor", "Payment date", "Amount (excl VAT)", "SME", "Employees"])
    sheet.append(["Example CIC", date(2027, 5, 1), 1250.5, "Y", 12])
    sheet.append(["Example CIC", date(2027, 6, 1), -50, "Y", 12])
    book.save(tmp_path / "spend.xlsx")
    given = read_spend(tmp_path / "spend.xlsx", "2027-28")
    assert [(x.row, x.amount_gbp, x.paid_on, x.problem) for x in given.lines] == [
        (2, Decimal("1250.5"), date(2027, 5, 1), ""), (3, Decimal("-50"), date(2027, 6, 1), ""),
    ]  # fmt: skip
    assert given.lines[0].facts == {"sme": "Y", "staff": "12"}


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.pdf", b"%PDF-1.7 nothing", UsageError),
        ("a.xlsx", b"PK\x03\x04 broken", (CannotRead, UsageError)),
        ("a.csv", b"Supplier,Colour\nA,red\n", UsageError),
        ("a.csv", b"", UsageError),
        ("a.csv", b'Supplier,Amount\n"' + b"x" * 40_000, UsageError),
    ],
)
def test_what_is_no_spend_file_is_said_to_be_none(tmp_path: Path, name: str, data: bytes, error: type) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error):
        read_spend(tmp_path / name, "2027-28")


def test_an_amount_that_nobody_pays_is_a_row_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text(f"Supplier,Amount\nA,{'9' * 20}\nB,-£2000bn\nC,5\nTotal,{'9' * 20}\n")
    lines = read_spend(path, "2027-28").lines
    assert [(line.amount_gbp, line.problem) for line in lines] == [
        (None, "amount: '99999999999999999999' is over 1,000,000,000,000 pounds"),
        (None, "amount: '-£2000bn' is over 1,000,000,000,000 pounds"),
        (Decimal(5), ""),
        (None, "a total, not a payment"),
    ]


def test_a_list_of_suppliers_has_no_amounts_and_no_two_words_on_one(tmp_path: Path) -> None:
    path = tmp_path / "suppliers.csv"
    path.write_text("Supplier,Head office postcode,Branches,Turnover\nA Ltd,ME14 1XQ,none,£1m\n")
    assert read_suppliers(path) == {"A Ltd": {"head_office": "ME14 1XQ", "branches": "none", "turnover": "£1m"}}
    path.write_text("Supplier,Head office postcode\nA Ltd,ME14 1XQ\nA Ltd,CT9 1RT\n")
    with pytest.raises(UsageError, match="Row 3"):
        read_suppliers(path)


@pytest.mark.parametrize("year", ["2027", "2027-29", "27-28", "2027-2028", "202٧-28"])
def test_a_financial_year_is_written_in_one_way(year: str) -> None:
    with pytest.raises(UsageError, match="2027-28"):
        check_year(year)
