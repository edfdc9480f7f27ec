"""`svdocs contracts badges`: for a financial year that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.cli.main import main


@pytest.mark.parametrize(("year", "is_one"), [("2024-25", True), ("2024-99", False), ("9999-00", False)])
def test_badges_are_proposed_for_a_financial_year_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], year: str, is_one: bool
) -> None:
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path))
    monkeypatch.delenv("SVDOCS_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.argv", ["svdocs", "contracts", "badges", year])
    with pytest.raises(SystemExit) as ended:
        main()
    said = "".join(capsys.readouterr())
    assert (ended.value.code in (0, None), "is no financial year" in said) == (is_one, not is_one)
