"""Case studies taken into the records: the quick form of the round trip, and what is told of an odd study."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from svdocs.delivery.likely import find_twins, likelihoods
from svdocs.delivery.matching import choose
from svdocs.delivery.take import _quantity, take_study
from svdocs.records.case_studies import CaseStudies
from svdocs.records.delivery_tables import Reading
from svdocs.statements.embed import load_embedder
from svdocs.statements.statement import Unit
from tests.delivery.labelled import cases, counted, found_in, likely_in
from tests.delivery.round_trip import a_store, add_contract, go_round, read_in
from tests.delivery.ways import WAYS


def test_a_study_is_matched_as_filled_and_unlike_the_template() -> None:
    """The filled form and running text; all ten ways: `python -m tests.delivery.round_trip`."""
    with a_store() as (store, folder):
        contract = add_contract(store)
        as_meant = go_round(store, contract, folder, WAYS[0])
        assert (as_meant.study.reading, as_meant.missed, as_meant.wrong) == (Reading.template, set(), set())
        assert {q for n, q in as_meant.found if n == 5} == {0.0}
        assert (as_meant.study.publish_text, as_meant.study.may_publish) == ("Yes", True)
        unlike = go_round(store, contract, folder, WAYS[7])
        assert (unlike.study.reading, unlike.missed, unlike.wrong) == (Reading.free_form, set(), set())
        assert unlike.study.may_publish is None  # it gives no answer
        studies = CaseStudies(store)
        studies.say_publishing(unlike.study.id, may_publish=True, person="Mo", because="Pat wrote so on 3 May.")
        again = take_study(store, folder / "files", contract.id, unlike.study.document_id, person="Mo")
        assert (again.id, again.may_publish, again.publish_said_by) == (unlike.study.id, True, "Mo")
        assert len(studies.matches_of(again.id)) == len(unlike.matches)


def test_a_study_of_another_contract_or_of_what_is_done_anyway_is_flagged(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Our work for Leeds City Council", 0)
    document.add_paragraph("We took on nine apprentices in Leeds, as we always do.")
    document.save(str(tmp_path / "leeds.docx"))
    with a_store() as (store, folder):
        contract = add_contract(store)
        document_id = read_in(store, contract.procurement_id, tmp_path / "leeds.docx", folder / "files")
        study = take_study(store, folder / "files", contract.id, document_id, person="Mo")
        codes = {f["code"] for f in study.findings}
        assert {"other_contract", "free_form"} <= codes
        assert "standard_operations" in codes or "left_open" in codes


@pytest.mark.parametrize(
    ("answer", "unit", "read"),
    [
        ("134 hours", Unit.hours, (134, Unit.hours)),
        ("7", Unit.people, (7, Unit.people)),
        ("0", Unit.devices, (0, Unit.devices)),
        ("£96,500", Unit.gbp, (96_500, Unit.gbp)),
        ("£96, 500", Unit.gbp, (96_500, Unit.gbp)),
        ("£96,⁵⁰⁰", Unit.gbp, (96_500, Unit.gbp)),
        ("as agreed", Unit.people, (None, None)),
    ],
)
def test_an_answer_is_a_number_with_its_unit(answer: str, unit: Unit, read: tuple[float | None, Unit | None]) -> None:
    assert _quantity(answer, unit) == read


@pytest.mark.parametrize("supplier", ["Orsane UK Limited", "Nordvang Marine UK Limited"])
def test_the_matcher_holds_what_was_measured(supplier: str) -> None:
    """One supplier that it was fitted to and one held out; `python -m tests.delivery.labelled` measures all."""
    case = next(c for part in ("fitted", "held_out") for c in cases(part) if c.supplier == supplier)
    right, made, wanted = counted(found_in(case, likely_in(case)), case)
    assert right / made >= 0.85
    assert right / wanted >= 0.7


def test_a_promise_made_twice_is_no_rival_of_itself_and_another_is() -> None:
    deliveries = ["Seven apprentices were engaged."]
    once = ["Six young people will begin an apprenticeship by the fourth year."]
    twice = [*once, "Apprentices begun | 6 people | Year 4"]
    alone, beside = (likelihoods(deliveries, promises, load_embedder()) for promises in (once, twice))
    assert find_twins(twice, load_embedder()).all()
    assert choose(beside) == [[0, 1]] or choose(beside) == [[1, 0]]
    assert alone[0, 0] > 0.5
    assert choose(likelihoods(["The weather was fine."], twice, load_embedder())) == [[]]
    assert likelihoods([], twice, load_embedder()).shape == (0, 2)
