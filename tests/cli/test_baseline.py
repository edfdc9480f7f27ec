from __future__ import annotations

import json
from pathlib import Path

import pytest

from svdocs.cli import baseline
from svdocs.cli.reuse import reuse
from svdocs.errors import UsageError


@pytest.fixture(autouse=True)
def own_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVDOCS_DATA", str(tmp_path))
    monkeypatch.delenv("SVDOCS_DATABASE_URL", raising=False)


def listed(capsys: pytest.CaptureFixture[str], *, retired: bool = False) -> list[dict[str, object]]:
    """Return what is listed."""
    baseline.list_(None, retired, True)
    return [json.loads(x) for x in capsys.readouterr().out.splitlines()]


def test_an_officer_adds_corrects_and_retires_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    baseline.add("Acme", "We plant 200 trees a year.", source="Website", person="Jo", dated="2026-03-31")
    first = capsys.readouterr().out.strip()
    baseline.correct(first, "We plant 20 trees a year.", person="Sam", because="Misread.")
    second = capsys.readouterr().out.strip()
    assert [e["text"] for e in listed(capsys)] == ["We plant 20 trees a year."]
    baseline.retire(second, person="Sam", because="Ended.")
    assert listed(capsys) == []
    assert [e["retired_because"] for e in listed(capsys, retired=True)] == ["Misread.", "Ended."]


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="not a day"):
        baseline.add("Acme", "We plant trees.", source="Website", person="Jo", dated="March")


def test_reuse_reads_extraction_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def record(name: str) -> str:
        item = {
            "id": name,
            "text": "We will plant 40 trees in Deal by 2028.",
            "quantity": {"value": 40, "unit": "trees"},
            "place": {"text": "Deal"},
            "due": {"date": "2028", "text": "by 2028"},
        }
        return json.dumps({"document": {"name": name, "supplier": "Acme", "sha256": name}, "commitments": [item]})

    file = tmp_path / "records.jsonl"
    file.write_text(f"{record('one')}\n{record('two')}\n")
    reuse([file], None, True)
    found = [json.loads(x) for x in capsys.readouterr().out.splitlines()]
    assert [f["kind"] for f in found] == ["sold_twice"]
    assert {p["bid"] for p in found[0]["promises"]} == {"one", "two"}
    reuse([file], "Other", False)
    assert capsys.readouterr().out == ""


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text("no json")
    with pytest.raises(UsageError, match="line 1"):
        reuse([file])
