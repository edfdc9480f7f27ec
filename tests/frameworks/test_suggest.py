"""Which codes a statement gets, and how sure they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from svdocs.frameworks.framework import Coding
from svdocs.frameworks.head import NONE, load_learnt
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.suggest import (
    CONTEXT_CHARACTERS,
    Query,
    context_of,
    crosswalk_shares,
    query_of,
    score_many,
    strip_codes,
    suggest_codes,
    suggest_many,
    whole_of,
)
from svdocs.statements.statement import Passage, Quantity, Statement, StatementType, Unit
from svdocs.text.document import BlockKind, Span
from tests.frameworks.test_load import GOOD, write


def best(coding: Coding, framework: str) -> str | None:
    codes = coding.themes[framework]
    return codes[0].code if codes else None


@pytest.mark.parametrize(
    ("text", "unit", "measure", "nhs", "svm_2020", "svm_2025", "kcc"),
    [
        ("We will start six apprentices in Ashford.", Unit.people, "NT10", None, "2", "2", "employer"),
        ("Our vans on the contract will all be electric.", None, "NT65", "fighting_climate_change", "3", "4", None),
        ("Staff will give 300 hours to community projects.", Unit.hours, "NT29", "wellbeing", "5", None, "community"),
        ("Three care leavers will be given permanent jobs.", Unit.people, "NT4a", None, None, "6", "employer"),
        (
            "£90,000 will go to social enterprises.",
            Unit.gbp,
            "NT14",
            "tackling_economic_inequality",
            "2",
            "3",
            "economy",
        ),
    ],
)
def test_plain_commitments_get_their_codes(
    text: str,
    unit: Unit | None,
    measure: str,
    nhs: str | None,
    svm_2020: str | None,
    svm_2025: str | None,
    kcc: str | None,
) -> None:
    coding = suggest_codes(text, unit=unit)
    assert coding.measures[0].code == measure
    for framework, code in (("nhs", nhs), ("svm-2020", svm_2020), ("svm-2025", svm_2025)):
        assert code is None or best(coding, framework) == code
    assert best(coding, "kcc") == kcc


def test_an_environmental_commitment_has_no_code_of_kent() -> None:
    assert suggest_codes("We will cut the contract's carbon emissions by 40 tonnes.").themes["kcc"] == ()


def test_no_measure_is_suggested_where_none_fits() -> None:
    assert suggest_codes("The minutes of each meeting will be typed within two days.").measures == ()


def test_meaning_decides_against_a_quoted_code() -> None:
    coding = suggest_codes("NT10: we will plant 500 trees with the woodland charity", unit=Unit.trees)
    assert coding.measures[0].code != "NT10"
    assert best(coding, "nhs") == "fighting_climate_change"


def test_a_quoted_code_is_weak_evidence_that_can_be_left_out() -> None:
    text = "NT12: places for young people with us"
    items = [Query(text, quoted=True), Query(text, quoted=False)]
    _, measures = score_many(items, load_learnt())
    scores = measures["national-toms"]
    believed, ignored = scores.chances[:, scores.codes.index("NT12")]
    assert ignored < believed < 1.6 * ignored


def test_the_focus_decides_between_two_deliverables_of_one_passage() -> None:
    text = "We will start 4 apprentices and give £900 to the food bank."
    first, second = suggest_many(
        [Query(text, "We will start 4 apprentices"), Query(text, "give £900 to the food bank")]
    )
    assert first.measures[0].code == "NT10"
    assert second.measures[0].code == "NT28"


def test_what_the_encoder_read_counts_beside_the_words_and_no_further() -> None:
    plain = Query("We will start six apprentices in Ashford.", unit=Unit.people)
    told = {"nhs": {"wellbeing": 0.6, "tackling_economic_inequality": 0.2, "equal_opportunity": 0.2}}
    without, read = suggest_many([plain, replace(plain, codes=told)])
    assert best(read, "nhs") == best(without, "nhs") != "wellbeing"
    assert read.themes["nhs"][0].score < without.themes["nhs"][0].score
    assert read.themes["kcc"] == without.themes["kcc"]


def test_the_encoder_raises_what_the_words_leave_open() -> None:
    vague = Query("We will help people in Ashford.")
    scores = [score_many([q], load_learnt())[1]["national-toms"] for q in (vague, replace(vague, codes=_SURE_OF_NT15))]
    without, read = (s.chances[0, s.codes.index("NT15")] for s in scores)
    assert read > 2 * without


_SURE_OF_NT15 = {"national-toms": {"NT15": 1.0}}


def test_context_says_what_a_bare_row_is_about() -> None:
    row = Query("2027 | 12", context="Apprentices started each year. Year | Number:", unit=Unit.people)
    (coding,) = suggest_many([row])
    assert "NT10" in [c.code for c in coding.measures[:3]]


def test_codes_come_best_first_and_no_more_than_a_person_would_read() -> None:
    for coding in suggest_many([Query("We will run health walks"), Query("Spend with small local firms: 40%")]):
        for codes, most in ((coding.measures, 5), *((c, 3) for c in coding.themes.values())):
            scores = [c.score for c in codes]
            assert scores == sorted(scores, reverse=True)
            assert len(codes) <= most
            assert all(0 < s <= 1 for s in scores)


def test_a_statement_gets_the_same_codes_alone_and_among_others() -> None:
    items = [Query("We will pay the Real Living Wage"), Query("A jobs fair in Dover"), Query("LED lamps in all halls")]
    assert suggest_many(items) == [suggest_many([i])[0] for i in items]


def test_nothing_in_nothing_out() -> None:
    assert suggest_many([]) == []


def test_the_scores_of_a_framework_add_up_to_one_with_and_without_training() -> None:
    items = [Query("Two weeks of work experience for pupils"), Query("")]
    for learnt in (load_learnt(), None):
        for found in score_many(items, learnt):
            for scores in found.values():
                assert scores.codes[-1] == NONE
                np.testing.assert_allclose(scores.chances.sum(axis=1), 1, rtol=1e-4)


def test_an_authoritys_own_measures_are_suggested_without_training(tmp_path: Path) -> None:
    (coding,) = suggest_many([Query("Ten new benches of reclaimed wood in the park")], folders=(write(tmp_path, GOOD),))
    assert "BM1" in [c.code for c in coding.measures]
    assert coding.themes["borough"][0].code == "B"


def test_a_provisional_model_is_not_suggested_unasked() -> None:
    assert "svm-2027" not in suggest_codes("We will create good jobs").themes


def test_resemblance_alone_finds_plain_cases() -> None:
    themes, measures = score_many([Query("We will start six apprentices", unit=Unit.people)], None)
    toms, nhs = measures["national-toms"], themes["kcc"]
    assert toms.codes[int(toms.chances[0].argmax())] == "NT10"
    assert nhs.codes[int(nhs.chances[0].argmax())] == "employer"


def test_a_learnt_model_covers_the_shipped_catalogue() -> None:
    learnt = load_learnt()
    assert learnt is not None
    for key, head in learnt.heads.items():
        framework = load_frameworks()[key]
        items = framework.measures or framework.themes
        assert head.codes == (*(t.code for t in items if t.suggested), NONE)


def test_shares_of_the_crosswalk_add_up_to_one_or_are_silent() -> None:
    measures, themes = ("NT10", "NT31", "no such"), ("employer", "economy", "community", NONE)
    shares = crosswalk_shares("kcc", measures, themes)
    assert shares[0].argmax() == 0
    assert shares[1].argmax() == themes.index(NONE)
    np.testing.assert_allclose(shares.sum(axis=1), [1, 1, 0])


def passage(**values: object) -> Passage:
    return Passage(Span(0, 5), "Five.", 0, BlockKind.paragraph, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "context"),
    [
        (passage(), ""),
        (passage(section=("Bid", "Jobs")), "Jobs."),
        (passage(previous="Apprentices come first."), "Apprentices come first."),
        (passage(introduction="We will:", section=("Jobs",)), "Jobs. We will:"),
        (passage(header=("What", "When"), cells=("a", "b"), previous="x | y"), "What | When:"),
    ],
)
def test_context_is_heading_introduction_header_and_the_sentence_before(given: Passage, context: str) -> None:
    assert context_of(given) == context


def test_a_query_takes_focus_and_unit_of_the_statement() -> None:
    quantity = Quantity(5, Unit.people, "Five", Span(0, 4))
    statement = Statement(StatementType.commitment, passage(), "Five", 0.9, quantity=quantity)
    assert query_of(statement) == Query("Five.", "Five", "", Unit.people)


def test_a_long_context_is_cut_from_its_beginning() -> None:
    whole = whole_of(Query("the end", context="word " * 500), context=True)
    assert len(whole) <= CONTEXT_CHARACTERS
    assert whole.endswith("the end")


@pytest.mark.parametrize(
    ("text", "left"),
    [("NT10 apprentices", "apprentices"), ("(ECC 9a) courses", "( ) courses"), ("A4 paper", "A4 paper")],
)
def test_quoted_codes_are_taken_out_of_the_text(text: str, left: str) -> None:
    assert strip_codes(text) == left
