from __future__ import annotations

import pytest

from svdocs.additionality.gaps import Gap, find_gaps
from svdocs.additionality.verdict import Assessment, Category, Reason, Verdict
from svdocs.statements.statement import Beneficiary, Firmness, Statement
from tests.additionality.documents import NOWHERE, promise, write


def state(text: str, **fields: object) -> Statement:
    return promise(write("bid.docx", text), text, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "gap", "open_"),
    [
        ("We will help local schools.", Gap.number, True),
        ("We will give 40 hours to local schools.", Gap.number, False),
        ("We will help local schools.", Gap.date, True),
        ("We will help local schools.", Gap.place, True),
        ("We will help local schools.", Gap.beneficiary, True),
        ("We will help local schools.", Gap.evidence, True),
        ("We will help schools and report it each quarter.", Gap.evidence, False),
        ("We will help schools on this contract.", Gap.contract_link, False),
        ("Across the group 400 people will be trained.", Gap.contract_link, True),
        ("We will help local schools.", Gap.firmness, False),
    ],
)
def test_what_is_missing_is_a_gap(text: str, gap: Gap, open_: bool) -> None:
    assert (gap in {p.gap for p in find_gaps(state(text))}) is open_


@pytest.mark.parametrize("firmness", [Firmness.aspirational, Firmness.conditional])
def test_a_hope_or_a_condition_asks_for_a_promise(firmness: Firmness) -> None:
    points = find_gaps(state("We will help local schools.", firmness=firmness))
    assert points[-1].gap is Gap.firmness


def test_a_complete_commitment_leaves_nothing_open() -> None:
    from dataclasses import replace

    whole = state(
        "On this contract our manager will give 40 hours to schools in Ambleford, with a signed record, by May 2028.",
        due="2028-05",
        place="Ambleford",
    )
    assert find_gaps(replace(whole, beneficiary=Beneficiary("schools", NOWHERE))) == ()


def test_every_question_quotes_the_commitment_and_asks_one_thing() -> None:
    for point in find_gaps(state("We will help local schools.")):
        assert "“We will help local schools”" in point.question
        assert "?" in point.question


def test_a_doubtful_link_is_asked_about() -> None:
    doubtful = Assessment(Verdict.unclear, 0.6, (Reason("no_link", "…"),), Category.additional, 0.5)
    statement = state("On this contract we will plant 40 trees.", place="Ambleford")
    assert Gap.contract_link not in {p.gap for p in find_gaps(statement)}
    assert Gap.contract_link in {p.gap for p in find_gaps(statement, doubtful)}
