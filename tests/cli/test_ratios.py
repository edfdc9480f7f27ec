"""`svdocs ratios`: entered, shown in their course, withdrawn, with targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.cli.main import main
from svdocs.records.ratios import Ratios
from svdocs.records.store import open_store
from svdocs.settings import read_settings
from tests.records.conftest import add_bid
from tests.records.contracts import add_contract


def test_a_ratio_is_entered_shown_and_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path))
    monkeypatch.delenv("SVDOCS_DATABASE_URL", raising=False)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["svdocs", "ratios", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    with open_store(read_settings().database_url) as store:
        contract = add_contract(store, add_bid(store)).id
    assert "suppliers paid within 30 days" in run("list")[1]
    assert "No ratio has been entered" in run("show", "KCC-1")[1]
    first = ("--starts", "2027-04-01", "--ends", "2028-03-31", "--source", "payroll", "--person", "Mo")
    second = ("--starts", "2028-04-01", "--ends", "2029-03-31", "--source", "payroll", "--person", "Mo")
    assert "2.5 %" in run("enter", "KCC-1", "apprentice_share", "3", "120", *first)[1]
    assert run("enter", "KCC-1", "apprentice_share", "6", "120", *second)[0] == 0
    for words, said in (
        (("enter", "KCC-1", "luck", "1", "2", *first), "no ratio"),
        (("enter", "KCC-1", "apprentice_share", "1", "2", *first), "stands for"),
        (("enter", "KCC-1", "local_workforce", "1", "0", *first), "above nought"),
        (("show", "KCC-2"), "no contract"),
        (("withdraw", "KCC-1", "nothing"), "0 figures"),
        (("enter", "KCC-1", "local_workforce", "1", "2", "--starts", "", "--ends", ""), "first and last day"),
    ):
        status, out = run(*words)
        assert status != 0
        assert said in out
    assert run("target", "KCC-1", "apprentice_share", "4", "--source", "Schedule 4", "--person", "Mo")[0] == 0
    shown = run("show", "KCC-1")[1]
    assert "+2.5 (better)" in shown
    assert "target 4 % (Schedule 4)" in shown
    with open_store(read_settings().database_url) as store:
        figure = Ratios(store).figures([contract])[0].id
    assert run("withdraw", "KCC-1", figure[:12], "--reason", "Counted twice.", "--person", "Mo")[0] == 0
    assert "was withdrawn by Mo: Counted twice." in run("show", "KCC-1")[1]
    assert "no target of its own" in run("target", "KCC-1", "apprentice_share", "--person", "Mo")[1]
