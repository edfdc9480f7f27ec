from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.corpus_check import ASKED, CorpusReport, check_corpus, corpus_report
from tests.learning.packs import write_packs

CORPUS = Path(__file__).parents[2] / "corpus"
PROMISE = {
    "type": "commitment",
    "firmness": "firm",
    "quantity": None,
    "due": None,
    "place": None,
    "beneficiary": None,
    "themes": {"nhs": "wellbeing", "svm-2020": 5, "svm-2025": 8, "kcc": "community"},
    "toms": ["NT28", "NT29"],
    "additionality": "additional",
}
NOISE = {"type": "noise", "why": "slogan"}
LONG = "We will give two hundred hours of our engineers' time to schools in Swale every year."
NEARLY = "We will give two hundred hours of our engineers' time to schools in Deal every year."


def document(file: str, supplier: str, gold: dict[str, Any], *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"file": file, "kind": "bid", "supplier": supplier, "blocks": list(blocks), "gold": gold}


def check(tmp_path: Path, *documents: dict[str, Any], second: tuple[dict[str, Any], ...] = ()) -> CorpusReport:
    packs = [{"pack": "alder", "documents": list(documents)}]
    if second:
        packs.append({"pack": "birch", "documents": list(second)})
    return check_corpus(write_packs(tmp_path, *packs))


def bid(text: str, supplier: str = "Alder", file: str = "bid.docx", label: dict[str, Any] = PROMISE) -> dict[str, Any]:
    return document(file, supplier, {"1": label}, {"p": f"[[1: {text}]]"})


def test_the_corpus_is_sound_and_large_enough() -> None:
    report = check_corpus(CORPUS)
    assert report.faults == ()
    assert {name: report.totals[name] >= least for name, least in ASKED.items()} == dict.fromkeys(ASKED, True)


def test_a_sound_pack_has_no_faults_and_is_counted(tmp_path: Path) -> None:
    report = check(tmp_path, bid("We will plant trees."), bid("Onwards and upwards.", "Birch", "b.docx", NOISE))
    assert report.faults == ()
    assert report.totals["labelled passages"] == 2
    assert report.totals["voices"] == 2
    assert report.totals["measures"] == 2
    assert (report.totals["passages with a statement"], report.totals["hard negatives"]) == (1, 1)
    assert report.counts["label"] == {"commitment": 1, "noise": 1}
    assert report.counts["theme svm-2020"] == {"5": 1}
    assert report.counts["noise, why"] == {"slogan": 1}


@pytest.mark.parametrize(
    ("gold", "blocks", "said"),
    [
        (
            {"1": {**PROMISE, "firmness": "soft"}},
            [{"p": "[[1: A b.]]"}],
            "alder/bid.docx 1: firmness 'soft' is not one of",
        ),
        ({"1": NOISE, "2": NOISE}, [{"p": "[[1: A b.]]"}], "alder/bid.docx 2: a label without a mark"),
        ({"1": NOISE}, [{"p": "[[1: A b.]] [[2: C d.]]"}], "alder/bid.docx 2: a mark without a label"),
        ({"1": NOISE}, [{"p": "[[1: A b.]] [[1: C d.]]"}], "alder/bid.docx 1: marks two passages"),
        ({"1": NOISE}, [{"table": {"header": ["A"], "rows": [{"mark": "1", "cells": ["5"]}]}}], "lies in no passage"),
    ],
)
def test_each_fault_of_a_label_or_mark_is_told_with_its_place(
    tmp_path: Path, gold: dict[str, Any], blocks: list[dict[str, Any]], said: str
) -> None:
    (fault,) = check(tmp_path, document("bid.docx", "Alder", gold, *blocks)).faults
    assert said in fault


def test_a_mark_in_hidden_text_is_no_fault(tmp_path: Path) -> None:
    assert check(tmp_path, document("bid.docx", "Alder", {"1": NOISE}, {"hidden": "[[1: Unseen words.]]"})).faults == ()


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (LONG, LONG, "is the same as"),
        (LONG, NEARLY, "of its runs of words shared with"),
        ("That stays.", "That  stays", "is the same as"),
    ],
)
def test_near_duplicates_across_packs_are_faults(tmp_path: Path, one: str, other: str, shared: str) -> None:
    (fault,) = check(tmp_path, bid(one), second=(bid(other),)).faults
    assert fault.startswith("alder/bid.docx 1: ")
    assert shared in fault
    assert "birch/bid.docx 1" in fault


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, "We will give two hundred hours of our engineers' pay to hospices in Dover."),
        ("That stays.", "That goes."),
        ("We plant.", "We plant trees and we mow the grass in Dover."),
    ],
)
def test_passages_that_share_few_runs_of_words_are_no_duplicates(tmp_path: Path, one: str, other: str) -> None:
    assert check(tmp_path, bid(one), second=(bid(other),)).faults == ()


def test_a_promise_may_be_repeated_in_the_bids_calculator(tmp_path: Path) -> None:
    row = {"table": {"header": ["What", "How many"], "rows": [{"mark": "1", "cells": [NEARLY, 200]}]}}
    report = check(tmp_path, bid(LONG), document("calc.xlsx", "Alder", {"1": PROMISE}, row))
    assert report.faults == ()
    assert len(report.repeats) == 1


@pytest.mark.parametrize(("supplier", "label"), [("Birch", PROMISE), ("Various", PROMISE), ("Alder", NOISE)])
def test_other_repeats_within_a_pack_are_faults(tmp_path: Path, supplier: str, label: dict[str, Any]) -> None:
    first = "Various" if supplier == "Various" else "Alder"
    assert len(check(tmp_path, bid(LONG, first), bid(LONG, supplier, "b.docx", label)).faults) == 1


def test_voices_tell_sector_and_register_by_heading_file_or_supplier(tmp_path: Path) -> None:
    corpus = write_packs(
        tmp_path,
        {
            "pack": "alder",
            "documents": [
                bid("We will plant trees.", "Acorn Ltd", "a.docx"),
                bid("We will mow the grass.", "Acorn Ltd", "b.docx"),
                document(
                    "c.docx",
                    "Various",
                    {"1": NOISE, "2": NOISE},
                    {"h1": "Our rails"},
                    {"p": "[[1: Steam and iron.]]"},
                    {"h1": "Elsewhere"},
                    {"p": "[[2: Sun and rain.]]"},
                ),
            ],
        },
    )
    told = "alder:\n  Acorn Ltd: [forestry]\n  b.docx: [forestry, staff handbook]\n  Our rails: [rail, website]\n"
    (corpus / "voices.yaml").write_text(told, encoding="utf-8")
    report = check_corpus(corpus)
    assert report.counts["sector"] == {"forestry": 2, "rail": 1, "not told": 1}
    assert report.counts["register"] == {"bid": 2, "staff handbook": 1, "website": 1}
    assert set(report.counts["voice"]) == {"alder: Acorn Ltd", "alder: Our rails", "alder: c.docx"}
    assert any("The sector of 1 passages is not told" in n for n in report.notes)
    (corpus / "voices.yaml").write_text("alder:\n  Acorn Ltd: forestry\n", encoding="utf-8")
    with pytest.raises(UsageError, match="alder: Acorn Ltd"):
        check_corpus(corpus)


def test_what_the_corpus_lacks_is_noted(tmp_path: Path) -> None:
    notes = check(tmp_path, bid("We will plant trees.")).notes
    assert "1 labelled passages, of 6,000 asked for." in notes
    assert "1 more hard negatives (marked noise) would be as many as the passages with a statement." in notes
    assert "No statement has theme kcc employer, economy." in notes
    assert any(n.startswith("No statement has measure NT1, ") for n in notes)


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no pack\.yaml beneath it"):
        check_corpus(tmp_path)


def test_the_report_tells_counts_notes_and_faults(tmp_path: Path) -> None:
    shown = corpus_report(check(tmp_path, bid(LONG), second=(bid(LONG),)))
    assert "labelled passages: 2" in shown
    assert "By label (1)\n       2  commitment" in shown
    assert "Faults: 1\n  alder/bid.docx 1: " in shown
