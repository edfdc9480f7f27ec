"""The table of cases: what a panel could defend, from increments to legal thresholds and profiles of buyers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from svdocs.additionality.assess import assess
from svdocs.additionality.contract import Contract
from svdocs.additionality.profiles import load_profile
from svdocs.additionality.verdict import Assessment, Verdict
from tests.additionality.documents import promise, write

_TABLE = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """A promise in its world, with what is expected of it."""

    text: str
    world: dict[str, Any]
    expected: dict[str, Any]
    profile: str | None
    kind: str


CASES = [
    pytest.param(
        Case(c["text"], _TABLE["worlds"][g["world"]], c, g.get("profile"), g.get("kind", "bid")),
        id=f"{g['about']}: {c['text'][:60]}",
    )
    for g in _TABLE["groups"]
    for c in g["cases"]
]


def judge(text: str, world: dict[str, Any], profile: str | None = None, kind: str = "bid") -> Assessment:
    bid = write("bid.docx", "# Our offer", "We write in answer to your question.", text, kind=kind)
    baselines = [write("baseline.docx", *world["baseline"], kind="baseline")] if "baseline" in world else []
    return assess(
        [promise(bid, text)],
        document=bid,
        specifications=[write("specification.docx", *world["specification"], kind="specification")],
        baselines=baselines,
        profile=load_profile(profile) if profile else None,
        contract=Contract(world.get("starts"), world.get("ends")),
    )[0]


@pytest.mark.parametrize("case", CASES)
def test_a_panel_could_defend_the_judgement(case: Case) -> None:
    found, expected = judge(case.text, case.world, case.profile, case.kind), case.expected
    assert found.verdict in expected.get("may", [expected.get("verdict")])
    told = " ".join(r.text for r in found.reasons)
    if "by" in expected and expected["by"] is None:
        assert found.degree is None or found.degree.baseline is None
    elif "by" in expected:
        assert found.degree is not None
        assert found.degree.increment == pytest.approx(expected["by"])
    if "before" in expected:
        assert found.degree is not None
        assert found.degree.baseline == pytest.approx(expected["before"])
    if "reason" in expected:
        assert expected["reason"] in {r.code for r in found.reasons}
    assert expected.get("asks", "") in told
    if "category" in expected:
        assert found.category == expected["category"]
    assert found.reasons[-1].code == "would_change"


SIZED = {
    "modern_slavery_statement": ("We will publish our modern slavery statement every year.", "turnover", 36_000_000),
    "gender_pay_gap": ("We will publish our gender pay gap report every year.", "headcount", 250),
    "simpler_recycling": ("Food waste will be separated from dry recycling, as the law asks.", "headcount", 10),
    "energy_audits": ("We will carry out energy audits under ESOS every four years.", "headcount", 250),
    "carbon_reporting": ("Scope 1 and 2 emissions will be reported under SECR each year.", "turnover", 54_000_000),
    "payment_reporting": ("We will publish our payment practices twice a year.", "turnover", 54_000_000),
    "packaging": ("We will register and report our packaging under producer responsibility.", "turnover", 1_000_000),
    "disability_report": ("The directors' report will say how we employ disabled people.", "headcount", 251),
}


def sized_world(measure: str, size: int) -> dict[str, Any]:
    """Return a world in which only this size of the supplier is known."""
    told = f"Our turnover was £{size:,} in 2026." if measure == "turnover" else f"We employ {size} people."
    return {"specification": _TABLE["worlds"]["bare"]["specification"], "baseline": ["# About us in 2026", told],
            "starts": date(2027, 4, 1)}  # fmt: skip


@pytest.mark.parametrize("duty", SIZED)
@pytest.mark.parametrize("share", [1.0, 1.02, 3.0])
def test_a_supplier_at_or_above_the_threshold_is_bound(duty: str, share: float) -> None:
    text, measure, limit = SIZED[duty]
    found = judge(text, sized_world(measure, int(limit * share)))
    assert found.verdict is Verdict.statutory_duty
    assert f"duty_{duty}" in {r.code for r in found.reasons}


@pytest.mark.parametrize("duty", SIZED)
@pytest.mark.parametrize("share", [0.97, 0.5])
def test_a_supplier_below_the_threshold_is_not_bound(duty: str, share: float) -> None:
    text, measure, limit = SIZED[duty]
    assert judge(text, sized_world(measure, int(limit * share))).verdict is not Verdict.statutory_duty


@pytest.mark.parametrize(
    ("duty", "question"),
    [
        ("modern_slavery_statement", "turnover"),
        ("gender_pay_gap", "How many people"),
        ("payment_reporting", "turnover"),
        ("disability_report", "How many people"),
    ],
)
def test_an_unknown_size_is_unclear_with_the_question_to_ask(duty: str, question: str) -> None:
    found = judge(SIZED[duty][0], _TABLE["worlds"]["bare"])
    assert found.verdict is Verdict.unclear
    assert any(r.code == "size_unknown" and question in r.text for r in found.reasons)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Subcontractors will be paid within 30 days.", "statutory_duty"),
        ("Subcontractors will be paid within 29 days.", "additional"),
        ("Subcontractors on this contract will be paid within 10 days, not 30 days.", "additional"),
        ("The scheme will give a 10% biodiversity net gain as the Environment Act asks.", "statutory_duty"),
        ("The scheme will give a 20% biodiversity net gain, above the 10% that the law asks.", "additional"),
        ("Everyone will be paid at least the National Living Wage.", "statutory_duty"),
        ("Transferring staff will keep their terms under TUPE.", "statutory_duty"),
    ],
)
def test_what_goes_further_than_the_law_is_no_duty(text: str, verdict: str) -> None:
    world = {"specification": _TABLE["worlds"]["bare"]["specification"], "starts": date(2027, 4, 1)}
    assert judge(text, world).verdict == verdict


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("Subcontractors will be paid within 30 days.", date(2025, 2, 24)),
        ("Food waste will be separated from dry recycling, as the law asks.", date(2025, 3, 31)),
        ("The scheme will give a 10% biodiversity net gain as the Environment Act asks.", date(2024, 2, 12)),
    ],
)
def test_the_day_on_which_the_contract_starts_decides_which_duties_are_in_force(text: str, since: date) -> None:
    world = {"specification": _TABLE["worlds"]["bare"]["specification"], "baseline": ["We employ 420 people."]}
    before = date.fromordinal(since.toordinal() - 1)
    codes = {d: {r.code for r in judge(text, world | {"starts": d}).reasons} for d in (before, since)}
    assert any(c.startswith("duty_") for c in codes[since])
    assert not any(c.startswith("duty_") for c in codes[before])


def test_the_table_is_large_enough() -> None:
    assert len(CASES) + 3 * len(SIZED) + 2 * len(SIZED) + 4 + 7 + 3 >= 150
