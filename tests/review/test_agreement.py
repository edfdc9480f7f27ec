"""How far two readers agree: published examples of Cohen's kappa, and what is left to a third."""

from __future__ import annotations

from typing import Any

import pytest

from svdocs.errors import UsageError
from svdocs.learning.agreement import kappa
from svdocs.records.proposals import statement_of_entry
from svdocs.records.second_readings import Answered
from svdocs.records.summaries import StatementRecord
from svdocs.records.tables import DecisionAction, Run
from svdocs.review.agreement import agreement_of, answer_of, differs_in, to_settle
from svdocs.review.second_reading import check_answer, decision_for, read_quantity
from tests.records.values import commitment


def pairs_of(table: list[list[int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]


@pytest.mark.parametrize(
    ("table", "published"),
    [
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.676),  # Fleiss, Statistical Methods for Rates and Proportions, 1981
        ([[20, 5], [10, 15]], 0.400),  # Wikipedia, Cohen's kappa: grant proposals
        ([[45, 15], [25, 15]], 0.130),  # ... same observed agreement, other margins
        ([[25, 35], [5, 35]], 0.259),
    ],
)
def test_kappa_is_as_published(table: list[list[int]], published: float) -> None:
    assert kappa(pairs_of(table)) == pytest.approx(published, abs=0.0006)


def record() -> StatementRecord:
    run = Run(document_id="d", pipeline_version="1", record_sha256="")
    return StatementRecord(statement_of_entry(run, 0, commitment() | {"type": "commitment"}))


def answered(first: dict[str, Any], second: dict[str, Any]) -> Answered:
    return Answered(record(), {"type": "commitment"} | first, {"type": "commitment"} | second)


def test_agreement_is_counted_by_field_and_only_where_both_see_a_statement() -> None:
    firm, conditional = {"firmness": "firm"}, {"firmness": "conditional"}
    both = [answered(firm, firm), answered(firm, conditional), answered({}, {"type": "none"})]
    by_field = {a.field: a for a in agreement_of(both)}
    assert (by_field["type"].statements, by_field["type"].agreed) == (3, 2)
    assert (by_field["firmness"].statements, by_field["firmness"].observed, by_field["firmness"].kappa) == (2, 0.5, 0.0)
    assert by_field["theme"].kappa is None
    assert agreement_of([])[0].observed is None


def test_a_difference_names_its_fields_and_is_left_to_a_third() -> None:
    same = answered({"quantity": "5 people"}, {"quantity": " 5  People "})
    other = answered({"firmness": "firm", "theme": "1"}, {"firmness": "conditional", "theme": "2"})
    assert (differs_in(same), differs_in(other)) == ([], ["firmness", "theme"])
    assert differs_in(answered({"type": "none"}, {"theme": "1"})) == ["type"]
    assert differs_in(answered({"type": "none"}, {"type": "none", "theme": "1"})) == []
    assert to_settle([same, other]) == [other]


def test_an_answer_becomes_the_decision_that_it_amounts_to() -> None:
    proposed = answer_of(record(), "nhs")
    assert proposed == {
        "type": "commitment", "firmness": "firm", "theme": "tackling_economic_inequality",
        "measure": "national-toms:NT10", "verdict": "additional", "quantity": "5 people",
    }  # fmt: skip
    assert decision_for(record(), proposed, "nhs") == (DecisionAction.accept, {})
    assert decision_for(record(), {"type": "none"}, "nhs") == (DecisionAction.reject, {})
    changed = proposed | {
        "verdict": "unclear",
        "theme": "",
        "measure": "national-toms:NT9",
        "quantity": "8-10 fte/year",
    }
    assert decision_for(record(), changed, "nhs") == (
        DecisionAction.amend,
        {
            "verdict": "unclear",
            "themes": {"nhs": []},
            "measures": [{"framework": "national-toms", "code": "NT9"}],
            "quantity": {"value": 8.0, "max": 10.0, "unit": "fte", "per": "year"},
        },
    )


@pytest.mark.parametrize("words", ["some people", "5 elephants", "5 people/decade", ".. people"])
def test_a_quantity_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(UsageError):
        read_quantity(words)


def test_an_answer_s_measure_names_its_framework() -> None:
    assert check_answer({"measure": " national-toms:NT10 "}) == {"measure": "national-toms:NT10"}
    with pytest.raises(UsageError, match="national-toms:NT10"):
        check_answer({"measure": "NT10"})
