from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from svdocs.errors import UsageError
from svdocs.jobs.folder import files_in, look_through, procurements_in


def test_a_folder_without_a_description_goes_by_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "Grounds 2027"
    (folder / "bids").mkdir(parents=True)
    for name in ("bids/B.PDF", "a.docx", "notes.txt", ".hidden.pdf", "~$a.docx"):
        (folder / name).touch()
    seen = look_through(folder)
    assert (seen.title, seen.buyer, seen.value_gbp) == ("Grounds 2027", "", None)
    assert [d.name for d in seen.documents] == ["a.docx", "bids/B.PDF"]
    assert seen.left_out == ("notes.txt",)


def test_a_file_that_the_description_names_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "bid.txt").touch()
    (tmp_path / "procurement.toml").write_text('[[documents]]\nfile = "./bid.txt"\nkind = "bid"')
    [bid] = look_through(tmp_path).documents
    assert (bid.name, bid.kind, bid.supplier) == ("bid.txt", "bid", None)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("value_gbp = 8_400_000", Decimal(8400000)),
        ("value_gbp = 1.10", Decimal("1.10")),
        ('value_gbp = "1.10"', Decimal("1.10")),
        ("", None),
    ],
)
def test_a_value_is_read_exactly(tmp_path: Path, line: str, value: Decimal | None) -> None:
    (tmp_path / "procurement.toml").write_text(line)
    assert look_through(tmp_path).value_gbp == value


@pytest.mark.parametrize("line", ["starts = 2027-04-01", 'starts = "2027-04-01"'])
def test_a_day_may_stand_with_or_without_quotation_marks(tmp_path: Path, line: str) -> None:
    (tmp_path / "procurement.toml").write_text(line)
    assert look_through(tmp_path).starts == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title = ", "not a TOML file"),
        ("title = 5", "title is not text"),
        ('value_gbp = "eight million"', "value_gbp"),
        ("value_gbp = true", "value_gbp"),
        ("value_gbp = inf", "value_gbp"),
        ("value_gbp = []", "value_gbp"),
        ('starts = "April"', "starts is not a date"),
        ("starts = 2027-04-01T10:00:00", "starts is not a date"),
        ('documents = ["bid.pdf"]', "documents"),
        ('documents = "bid.pdf"', "documents"),
        ('[[documents]]\nkind = "bid"', "without a file"),
        ('[[documents]]\nfile = "nowhere.pdf"', "no such file"),
        ('[[documents]]\nfile = "../outside.pdf"', "no such file"),
        ('[[documents]]\nfile = "bid.pdf"\nkind = "offer"', "not a kind"),
    ],
)
def test_a_description_that_cannot_be_used_says_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "outside.pdf").touch()
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "bid.pdf").touch()
    (folder / "procurement.toml").write_text(text)
    with pytest.raises(UsageError, match=complaint):
        look_through(folder)


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("names", "each_folder", "found"),
    [
        (["a.pdf", "x/b.pdf"], False, {"archive": ["a.pdf", "x/b.pdf"]}),
        (["a.pdf", "x/b.pdf"], True, {"archive": ["a.pdf"], "x": ["b.pdf"]}),
        (["procurement.toml", "x/procurement.toml", "x/b.pdf"], False, {"archive": ["x/b.pdf"]}),
        (["x/procurement.toml", "x/y/b.pdf", "z/c.pdf"], False, {"archive": ["z/c.pdf"], "x": ["y/b.pdf"]}),
        (["x/procurement.toml", "x/y/procurement.toml", "x/y/b.pdf"], False, {"x": ["y/b.pdf"]}),
        ([".git/b.pdf", "x/b.pdf"], True, {"x": ["b.pdf"]}),
    ],
)
def test_an_archive_holds_a_procurement_for_each_described_folder(
    tmp_path: Path, names: list[str], each_folder: bool, found: dict[str, list[str]]
) -> None:
    files = files_in(touch(tmp_path / "archive", *names))
    folders = procurements_in(files, "archive", each_folder=each_folder)
    assert {f.title: [d.name for d in f.documents] for f in folders if f.documents} == found
