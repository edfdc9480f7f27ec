from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.additionality.amounts import Amount, amount_of, amounts_in, in_its_period, read_number
from svdocs.additionality.likeness import Relation, relate
from svdocs.statements.statement import Per, Quantity, Unit
from svdocs.text.document import Span


@pytest.mark.parametrize(
    ("mine", "theirs", "ratio"),
    [
        (Amount(15, Unit.people, Per.year), Amount(12, Unit.people, Per.year), 1.25),
        (Amount(12, Unit.people, Per.year), Amount(12, Unit.people), 1.0),
        (Amount(1, Unit.people, Per.month), Amount(12, Unit.people, Per.year), 1.0),
        (Amount(2, Unit.days), Amount(15, Unit.hours), 1.0),
        (Amount(7.5, Unit.hours), Amount(2, Unit.days), 0.5),
        (Amount(2, Unit.weeks), Amount(14, Unit.days), 1.0),
        (Amount(1, Unit.tonnes), Amount(500, Unit.kg), 2.0),
        (Amount(10, Unit.miles), Amount(16.09, Unit.km), 1.0),
        (Amount(5, Unit.schools), Amount(10, Unit.events), 0.5),
        (Amount(5, Unit.gbp), Amount(5, Unit.people), None),
        (Amount(5, Unit.percent), Amount(5, Unit.people), None),
        (Amount(5, Unit.hours), Amount(5, Unit.kg), None),
        (Amount(0, Unit.hours), Amount(5, Unit.hours), None),
        (Amount(1, Unit.hours, Per.week), Amount(52, Unit.hours, Per.year), 1.0),
    ],
)
def test_amounts_are_held_against_each_other_on_one_scale(mine: Amount, theirs: Amount, ratio: float | None) -> None:
    assert mine.ratio_to(theirs) == (None if ratio is None else pytest.approx(ratio, rel=0.01))


amounts = st.builds(
    Amount, st.floats(0.1, 1e6), st.sampled_from(list(Unit)), st.sampled_from([None, Per.year, Per.month, Per.week])
)


@given(amounts, amounts)
def test_a_ratio_turned_round_is_its_inverse(a: Amount, b: Amount) -> None:
    one, other = a.ratio_to(b), b.ratio_to(a)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one * other == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bills are paid inside a week.", {(7.0, Unit.days)}),
        ("We come back within a fortnight.", {(14.0, Unit.days)}),
        ("No number stands here.", set()),
    ],
)
def test_stretches_of_time_in_words_count_in_days(text: str, expected: set[tuple[float, Unit]]) -> None:
    assert expected <= {(a.value, a.unit) for a in amounts_in(text)}


@pytest.mark.parametrize(("words", "number"), [("31,400", 31400.0), ("sixty-two", 62.0), ("a few", None)])
def test_numbers_in_words_are_read(words: str, number: float | None) -> None:
    assert read_number(words) == number


def of(value: float, unit: Unit = Unit.people, per: Per | None = Per.year) -> Quantity:
    return Quantity(value, unit, str(value), Span(0, 0), per=per)


@pytest.mark.parametrize(
    ("quantity", "words", "practice", "relation", "outgrows"),
    [
        (of(12), "Twelve apprentices will start every year.", "We take on twelve apprentices a year.", "same", False),
        (of(15), "Fifteen apprentices will start every year.", "We take on twelve apprentices a year.", "more", False),
        (of(8), "Eight apprentices will start every year.", "We take on twelve apprentices a year.", "less", False),
        (
            of(30),
            "We lend it for 12 trips; it will be 30 trips a year.",
            "About 12 trips a year are lent.",
            "more",
            True,
        ),
        (of(500, Unit.gbp, None), "We give £500.", "We take on twelve apprentices a year.", "other_unit", False),
        (None, "We will repair old tools.", "Old tools are repaired.", "none", False),
        (of(3), "Three apprentices a year.", "Tools are repaired.", "none", False),
    ],
)
def test_a_quantity_stands_to_a_practice(
    quantity: Quantity | None, words: str, practice: str, relation: str, outgrows: bool
) -> None:
    amount = in_its_period(amount_of(quantity), words) if quantity else None
    standing = relate(amount, amounts_in(words), amounts_in(practice))
    assert standing.relation == Relation(relation)
    assert standing.outgrows is outgrows
