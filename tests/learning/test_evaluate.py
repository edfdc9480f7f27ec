"""One pack, worked out by hand: each figure below follows from the labels and records above it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.evaluate import (
    Call,
    calls_of,
    evaluate_pack,
    find_packs,
    match,
    read_gold,
    score_pack,
)

JOBS = "We will recruit five apprentices from Swale by March 2028."
TREES = "We will plant 400 trees in Deal."
VISITS = "We aim to visit two schools."
WORK = "Ten people found work."
HABIT = "We always pay the Real Living Wage."
CARE = "Our staff have two volunteering days."

GOLD: dict[str, Any] = {
    "pack": "hand",
    "documents": [
        {"file": "bid.docx", "kind": "bid", "supplier": "Alder", "statements": [
            {"id": "1", "type": "commitment", "quote": JOBS, "firmness": "firm", "quantity": {"value": 5,
             "unit": "people"},
             "due": "2028-03", "place": "Swale", "themes": {"nhs": "tackling_economic_inequality", "svm-2020": 2},
             "toms": ["NT10", "NT11"], "additionality": "additional", "category": "defined"},
            {"id": "2", "type": "commitment", "quote": TREES, "firmness": "firm", "quantity": {"value": 400,
             "unit": "trees"},
             "due": None, "place": None, "themes": {"nhs": ["fighting_climate_change", "wellbeing"]}, "toms": None,
             "additionality": "unclear", "category": "additional"},
            {"id": "3", "type": "commitment", "quote": VISITS, "firmness": "aspirational", "quantity": {"value": 2,
             "unit": "schools"},
             "themes": {"nhs": "wellbeing"}, "toms": None, "additionality": "additional", "category": "additional"},
            {"id": "4", "type": "delivery", "quote": WORK, "quantity": {"value": 10, "unit": "people"},
             "themes": {"nhs": "tackling_economic_inequality"}, "toms": "NT3"},
            {"id": "5", "type": "practice", "quote": HABIT, "themes": {}},
            {"id": "x1", "type": "noise", "quote": "Our values matter.", "why": "slogan"},
        ]},
        {"file": "baseline.pdf", "kind": "baseline", "supplier": "Alder", "statements": [
            {"id": "6", "type": "practice", "quote": CARE, "themes": {}},
        ]},
        {"file": "spec.docx", "kind": "specification", "supplier": "Kent", "statements": [
            {"id": "x2", "type": "noise", "quote": "The Contractor shall plant trees.", "why": "buyer_requirement"},
        ]},
    ],
}  # fmt: skip

RECORDS: list[dict[str, Any]] = [
    {
        "document": {"name": "packs/hand/bid.docx"},
        "commitments": [
            {"text": JOBS, "firmness": "firm", "quantity": {"value": 5, "unit": "people"}, "due": {"date": "2028-03",
             "text": "by March 2028"},
             "place": {"text": "Swale"}, "themes": {"nhs": [{"code": "tackling_economic_inequality"}],
             "svm-2020": [{"code": "1"}]},
             "measures": [{"code": "NT11"}], "additionality": {"verdict": "additional"}, "category": "additional"},
            {"text": "We will plant 400 trees in Deal", "firmness": "conditional", "quantity": {"value": 400,
             "unit": "items"}, "due": None,
             "place": None, "themes": {"nhs": [{"code": "wellbeing"}]}, "measures": [],
             "additionality": {"verdict": "additional"},
             "category": "additional"},
            {"text": "Our values matter.", "firmness": "firm", "themes": {}, "measures": []},
        ],
        "deliveries": [{"text": WORK, "quantity": None, "themes": {"nhs": [{"code": "tackling_economic_inequality"}]},
                        "measures": [{"code": "NT10"}, {"code": "NT3"}]}],
        "practices": [],
    },
    {"document": {"name": "baseline.pdf"}, "commitments": [], "deliveries": [{"text": CARE}],
     "practices": [{"text": CARE}]},
    {"document": {"name": "spec.docx"}, "commitments": [{"text": "The Contractor shall plant trees."}],
     "deliveries": [], "practices": []},
]  # fmt: skip

FIGURES = {
    # Three labelled, three found, two of them the same.
    "commitment.precision": 0.6667, "commitment.recall": 0.6667, "commitment.f1": 0.6667, "commitment.gold": 3,
    # The delivery found in the baseline does not count, for baselines are not labelled with deliveries.
    "delivery.precision": 1.0, "delivery.recall": 1.0, "delivery.f1": 1.0, "delivery.gold": 1,
    "practice.precision": 1.0, "practice.recall": 0.5, "practice.f1": 0.6667, "practice.gold": 2,
    # Of the two pairs: the trees have the wrong unit, verdict and firmness, the jobs the wrong category and svm-2020
    # theme.
    "commitment.quantity": 0.5, "commitment.additionality": 0.5, "commitment.firmness": 0.5, "commitment.category": 0.5,
    "commitment.themes.nhs": 1.0, "commitment.themes.svm-2020": 0.0,
    # NT11 is as good as NT10, and no measure is right for the trees.
    "commitment.toms": 1.0, "commitment.toms_top3": 1.0,
    # Only the jobs have a place and a date.
    "commitment.place": 1.0, "commitment.due": 1.0,
    # One record of three labelled is wholly right.
    "commitment.record_right": 0.3333,
    "delivery.quantity": 0.0, "delivery.themes.nhs": 1.0, "delivery.toms": 0.0, "delivery.toms_top3": 1.0,
    # additional: one hit, one false, so 2/3; unclear: none, so 0.
    "commitment.additionality_macro_f1": 0.3333,
    # firm: one hit, one missed, so 2/3; conditional is nobody's label.
    "commitment.firmness_macro_f1": 0.6667,
}  # fmt: skip


def test_the_figures_are_those_worked_out_by_hand() -> None:
    assert score_pack(GOLD, RECORDS) == FIGURES


def test_what_the_records_answer_to_does_not_hang_on_their_order() -> None:
    assert score_pack(GOLD, RECORDS[::-1]) == FIGURES


def test_a_perfect_extraction_has_full_marks() -> None:
    records = []
    for document in GOLD["documents"]:
        lists: dict[str, list[Any]] = {"commitment": [], "delivery": [], "practice": [], "noise": []}
        for s in document["statements"]:
            lists[s["type"]].append({
                "text": s["quote"], "quantity": s.get("quantity"), "firmness": s.get("firmness"),
                "category": s.get("category"),
                "due": {"date": s.get("due"), "text": ""}, "place": {"text": s.get("place") or ""},
                "themes": s.get("themes", {}), "measures": s.get("toms") or [],
                "additionality": {"verdict": s.get("additionality")},
            })  # fmt: skip
        records.append({"document": {"name": document["file"]}, "commitments": lists["commitment"],
                        "deliveries": lists["delivery"], "practices": lists["practice"]})  # fmt: skip
    figures = score_pack(GOLD, records)
    assert {name: f for name, f in figures.items() if not name.endswith(".gold") and f != 1.0} == {}


def test_without_records_nothing_is_found_and_nothing_is_shared_out() -> None:
    figures = score_pack(GOLD, [])
    assert (figures["commitment.recall"], figures["commitment.precision"], figures["commitment.f1"]) == (0.0, None, 0.0)
    assert figures["commitment.firmness_macro_f1"] is None


@pytest.mark.parametrize("name", ["bid.docx", "deep/down/bid.docx", "windows\\down\\bid.docx"])
def test_a_record_is_known_by_its_file_name_whatever_the_folder(name: str) -> None:
    record = copy.deepcopy(RECORDS[0])
    record["document"]["name"] = name
    assert score_pack(GOLD, [record])["commitment.recall"] == 0.6667


def test_a_date_in_words_counts_if_most_of_its_words_agree() -> None:
    gold, records = copy.deepcopy(GOLD), copy.deepcopy(RECORDS)
    gold["documents"][0]["statements"][0]["due"] = "within six months of contract start"
    records[0]["commitments"][0]["due"] = {"date": None, "text": "within six months of the contract start"}
    assert score_pack(gold, records)["commitment.due"] == 1.0
    records[0]["commitments"][0]["due"] = {"date": None, "text": "in year two"}
    assert score_pack(gold, records)["commitment.due"] == 0.0


def test_pairs_are_one_to_one_and_equal_quantities_break_ties() -> None:
    wanted = [
        {"quote": "ten trees and ten jobs", "quantity": {"value": v, "unit": u}}
        for v, u in ((10, "trees"), (10, "people"))
    ]
    found = [
        {"text": "ten trees and ten jobs", "quantity": {"value": v, "unit": u}}
        for v, u in ((10, "people"), (10, "trees"))
    ]
    assert {(w["quantity"]["unit"], f["quantity"]["unit"]) for w, f in match(wanted, found)} == {
        ("trees", "trees"), ("people", "people"),
    }  # fmt: skip
    assert len(match(wanted, found[:1])) == 1
    assert match(wanted, [{"text": "something else", "quantity": None}]) == []


def test_a_supplier_s_bids_are_read_with_its_baselines_and_each_baseline_alone() -> None:
    gold = {"documents": [
        {"file": f, "kind": k, "supplier": s}
        for f, k, s in [("s.docx", "specification", "Kent"), ("a.docx", "bid", "A"), ("a2.docx", "case_study", "A"),
                        ("b.docx", "bid", "B"), ("a-base.pdf", "baseline", "A"), ("c-base.pdf", "baseline", "C")]
    ]}  # fmt: skip
    pack = Path("p")
    assert calls_of(pack, gold) == [
        ([pack / "a.docx", pack / "a2.docx"], [pack / "s.docx"], [pack / "a-base.pdf"]),
        ([pack / "b.docx"], [pack / "s.docx"], []),
        ([pack / "a-base.pdf"], [], []),
        ([pack / "c-base.pdf"], [], []),
    ]


def test_packs_are_found_and_evaluated_from_their_folders(tmp_path: Path) -> None:
    for name in ("b", "a/deep"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "gold.json").write_text(json.dumps(GOLD), encoding="utf-8")
    assert find_packs(tmp_path) == [tmp_path / "a" / "deep", tmp_path / "b"]
    by_name = {Path(r["document"]["name"]).name: r for r in RECORDS}
    calls: list[Call] = []

    def extract(call: Call) -> Iterator[dict[str, Any]]:
        calls.append(call)
        return (by_name[p.name] for p in call[0])

    assert evaluate_pack(tmp_path / "b", extract) == FIGURES
    assert [[p.name for p in documents] for documents, _, _ in calls] == [["bid.docx"], ["baseline.pdf"]]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"documents": 3}', '{"documents": [{"file": "a"}]}', "\xff"])
def test_labels_that_are_none_are_refused_in_plain_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gold.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError, match="not the labels of a pack"):
        read_gold(path)
