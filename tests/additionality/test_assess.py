from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.additionality.assess import assess
from svdocs.additionality.combine import read_combiner
from svdocs.additionality.profiles import load_profile
from svdocs.additionality.verdict import Assessment, Category, Verdict
from svdocs.errors import ModelMismatch
from svdocs.text.document import Document
from tests.additionality.documents import BASELINE, SPECIFICATION, promise, write


def judge(text: str, *, profile: str | None = None, baselines: tuple[Document, ...] = (BASELINE,)) -> Assessment:
    bid = write("bid.docx", "# Our offer for Ambleford", "We write in answer to your question on this contract.", text)
    return assess(
        [promise(bid, text)],
        document=bid,
        specifications=[SPECIFICATION],
        baselines=list(baselines),
        profile=load_profile(profile) if profile else None,
    )[0]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("We will keep to our intake of twelve apprentices every year.", "standard_operations"),
        ("We will continue to give each employee one paid day a year for volunteering.", "standard_operations"),
        ("All staff on this contract will be paid the Real Living Wage, as they are now.", "standard_operations"),
        ("Old tools will go on being repaired for allotment societies.", "standard_operations"),
        ("On this contract we will take on three apprentices more than our yearly intake of twelve.", "additional"),
        (
            "Each employee on this contract will have three paid days a year for volunteering, up from one.",
            "additional",
        ),
        ("We will create six new jobs for care leavers from Ambleford by March 2028.", "additional"),
        ("We will give £4,000 to the food bank in Ambleford in the first year of the contract.", "additional"),
        (
            "As our social value gift, sports pitches will be cut once a week from April to October.",
            "contract_requirement",
        ),
        ("At least 90% of green waste will be composted.", "contract_requirement"),
        ("We will publish our modern slavery statement every year.", "statutory_duty"),
        ("Subcontractors will be paid within 30 days.", "statutory_duty"),
        ("Our gender pay gap will be published each year as the regulations require.", "statutory_duty"),
        ("Across the whole group we will recruit 900 people by 2030.", "unclear"),
        ("Local good causes will benefit.", "unclear"),
    ],
)
def test_a_commitment_gets_its_verdict(text: str, verdict: str) -> None:
    assert judge(text).verdict == Verdict(verdict)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("We will take on four apprentices from Ambleford on this contract.", "defined"),
        ("Staff will give 80 hours of volunteering to community groups in Ambleford.", "defined"),
        ("We will spend £40,000 with small local firms.", "defined"),
        ("We will pay for six sessions of counselling for each colleague on this contract.", "additional"),
        ("Forty laptops will be given to refugees in Ambleford.", "additional"),
    ],
)
def test_the_specification_decides_the_category(text: str, category: str) -> None:
    assert judge(text).category == Category(category)


def test_the_reason_cites_the_practice_with_its_place() -> None:
    found = judge("We will continue to give each employee one paid day a year for volunteering.")
    evidence = next(r.evidence for r in found.reasons if r.evidence)
    assert evidence.document == "baseline.docx"
    assert evidence.span is not None
    assert BASELINE.quote(evidence.span) == "Each employee has one paid day a year for volunteering."


def test_every_assessment_says_what_would_change_it() -> None:
    for text in ("We will plant 40 trees in Ambleford.", "Local good causes will benefit."):
        found = judge(text)
        assert found.reasons[-1].code == "would_change"
        assert 0 < found.confidence <= 1


def test_an_unknown_size_leaves_a_question() -> None:
    found = judge("We will publish our modern slavery statement every year.", baselines=())
    assert found.verdict is not Verdict.statutory_duty
    if found.verdict is Verdict.unclear:
        assert any("turnover" in r.text for r in found.reasons)


@pytest.mark.parametrize(("profile", "code"), [("kent", "no_worth_to_buyer"), ("central", "counts_for_buyer")])
def test_buyers_differ_over_what_is_done_already(profile: str, code: str) -> None:
    text = "We will continue to give each employee on this contract one paid day a year for volunteering."
    found = judge(text, profile=profile)
    assert found.verdict is Verdict.standard_operations
    assert code in {r.code for r in found.reasons}


@pytest.mark.parametrize(("profile", "verdict"), [("toms", Verdict.unclear), ("kent", Verdict.additional)])
def test_some_buyers_need_a_number(profile: str, verdict: Verdict) -> None:
    text = "On this contract a new workshop for care leavers will be opened in Ambleford by May 2028."
    assert judge(text, profile=profile).verdict is verdict


def test_no_commitments_give_no_assessments() -> None:
    assert assess([], document=write("bid.docx", "Nothing."), specifications=[], baselines=[]) == []


def test_without_a_specification_nothing_is_defined_or_required() -> None:
    bid = write("bid.docx", "We will plant 40 trees in Ambleford.")
    found = assess(
        [promise(bid, "We will plant 40 trees in Ambleford.")], document=bid, specifications=[], baselines=[]
    )
    assert found[0].category is Category.additional
    assert found[0].verdict is not Verdict.contract_requirement


def test_the_same_input_gives_the_same_assessment() -> None:
    text = "We will give £4,000 to the food bank in Ambleford."
    assert judge(text) == judge(text)


def test_order_is_kept() -> None:
    one, other = "Subcontractors will be paid within 30 days.", "Six new jobs will go to people from Ambleford."
    bid = write("bid.docx", one, other)
    forth = assess(
        [promise(bid, one), promise(bid, other)], document=bid, specifications=[SPECIFICATION], baselines=[BASELINE]
    )
    assert [a.verdict for a in forth] == [Verdict.statutory_duty, Verdict.additional]


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    import json

    from svdocs.settings import models_folder

    kept = json.loads((models_folder() / "additionality-1" / "weights.json").read_text())
    kept["verdict"]["features"] = kept["verdict"]["features"][1:]
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(kept))
    with pytest.raises(ModelMismatch, match="other features"):
        read_combiner(file)
