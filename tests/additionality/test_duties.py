from __future__ import annotations

from datetime import date

import pytest

from svdocs.additionality.duties import Bound, Figure, SupplierSize, find_duties, find_supplier_size, load_duties
from svdocs.additionality.verdict import Evidence
from tests.additionality.documents import write


def sized(turnover: float | None = None, headcount: float | None = None, whole: bool = True) -> SupplierSize:
    def figure(value: float | None) -> Figure | None:
        return None if value is None else Figure(value, Evidence("b.docx", "…"), whole)

    return SupplierSize(figure(turnover), figure(headcount))


def statement(text: str, size: SupplierSize, on: date | None = None) -> list[tuple[str, str, bool]]:
    return [(m.duty.id, str(m.bound), m.beyond) for m in find_duties(text, size, on=on)]


SLAVERY = "We will publish our modern slavery statement every year."
PAY_GAP = "Our gender pay gap figures will be published each April."
LEVY = "The apprenticeship levy will be paid in full."
RECYCLING = "Food waste will be kept separate in every office, as the law asks."


@pytest.mark.parametrize(
    ("text", "size", "bound"),
    [
        (SLAVERY, sized(turnover=35_999_999), "no"),
        (SLAVERY, sized(turnover=36_000_000), "yes"),
        (SLAVERY, sized(), "unknown"),
        (SLAVERY, sized(headcount=30_000), "yes"),
        (SLAVERY, sized(headcount=40), "unknown"),
        (PAY_GAP, sized(headcount=249), "no"),
        (PAY_GAP, sized(headcount=250), "yes"),
        (PAY_GAP, sized(headcount=30, whole=False), "unknown"),
        (PAY_GAP, sized(), "unknown"),
        (LEVY, sized(headcount=149), "yes"),
        (LEVY, sized(headcount=150), "yes"),
        (LEVY, sized(), "yes"),
        (RECYCLING, sized(headcount=9), "no"),
        (RECYCLING, sized(headcount=10), "yes"),
        (RECYCLING, sized(), "yes"),
        ("Our pay gap will be published, as the regulations oblige us to.", sized(), "yes"),
    ],
)
def test_a_duty_binds_from_its_threshold_on(text: str, size: SupplierSize, bound: str) -> None:
    assert {b for _, b, _ in statement(text, size)} == {bound}


@pytest.mark.parametrize(
    ("text", "duty", "beyond"),
    [
        ("Invoices from subcontractors will be paid within 30 days.", "thirty_days", False),
        ("Invoices will be paid in 14 days instead of 30 days.", "thirty_days", True),
        ("All staff will be paid the National Living Wage.", "minimum_wage", False),
        ("All staff will get the real living wage, not the National Living Wage.", "minimum_wage", True),
        ("Staff who transfer keep their terms under TUPE.", "tupe", False),
        ("Transferring staff keep their terms and rise to the Real Living Wage.", "tupe", True),
        ("Everyone will be enrolled in the workplace pension at 3%.", "pension", False),
        ("Everyone will be enrolled in the workplace pension, at 6% from us.", "pension", True),
        ("Workers will have 28 days of paid holiday.", "paid_holiday", False),
        ("Each scheme brings a biodiversity net gain of 10%, as planning law asks.", "biodiversity_net_gain", False),
        ("Each scheme brings a biodiversity net gain of 20%, as planning law asks.", "biodiversity_net_gain", True),
        ("Reasonable adjustments will be made for disabled staff.", "reasonable_adjustments", False),
        ("Anyone may ask for flexible working from day one.", "flexible_working", False),
        ("All roles are advertised as flexible; ask for any pattern.", "flexible_working", True),
        ("Half our levy will be transferred, and the levy paid in full.", "apprenticeship_levy", True),
        ("Personal data will be handled under UK GDPR.", "data_protection", False),
        ("Old printers go to an approved WEEE facility.", "weee", False),
        ("Every recruit has a right to work check.", "right_to_work", False),
    ],
)
def test_a_commitment_repeats_a_duty_or_goes_beyond_it(text: str, duty: str, beyond: bool) -> None:
    matches = {d: b for d, _, b in statement(text, sized(turnover=1e9, headcount=1e4))}
    assert matches[duty] is beyond


@pytest.mark.parametrize(
    "text",
    [
        "Twenty care leavers will be given paid jobs.",
        "We will plant 400 trees in Ambleford.",
        "Apprentices will spend 40 hours with local schools.",
        "We will pay for pensioners' lunches every Friday.",
        "Small growers will be paid within seven days.",
    ],
)
def test_other_commitments_name_no_duty(text: str) -> None:
    assert statement(text, sized(turnover=1e9, headcount=1e4)) == []


def test_a_duty_not_yet_in_force_does_not_count() -> None:
    text = "Anyone may ask for flexible working from day one."
    assert statement(text, sized(), on=date(2024, 4, 5)) == []
    assert [d for d, _, _ in statement(text, sized(), on=date(2024, 4, 6))] == ["flexible_working"]


@pytest.mark.parametrize("duty", load_duties(), ids=lambda d: d.id)
def test_each_duty_knows_its_own_examples(duty: object) -> None:
    from svdocs.additionality.duties import Duty

    assert isinstance(duty, Duty)
    for example in duty.examples:
        assert all(p.search(example) for p in duty.all), example
        assert not any(p.search(example) for p in duty.none), example


@pytest.mark.parametrize(
    ("sentence", "turnover", "headcount"),
    [
        ("We employ 420 people in Kent.", None, 420),
        ("Our workforce of 2,150 staff works from nine depots.", None, 2150),
        ("Turnover was £58m in the year to March 2026.", 58_000_000, None),
        ("The firm has £1.2bn in turnover.", 1_200_000_000, None),
        ("Turnover: £415k.", 415_000, None),
        ("The duty binds firms with a turnover of £36 million or more.", None, None),
        ("We trained 900 people last year.", None, None),
        ("Turnover of staff was 24% last year.", None, None),
    ],
)
def test_the_size_of_a_supplier_is_read(sentence: str, turnover: float | None, headcount: float | None) -> None:
    size = find_supplier_size([write("report.docx", sentence)])
    assert (size.turnover_gbp.value if size.turnover_gbp else None) == turnover
    assert (size.headcount.value if size.headcount else None) == headcount


def test_the_largest_size_counts_and_is_cited() -> None:
    size = find_supplier_size([write("report.docx", "The depot employs 30 people.", "The firm employs 300 people.")])
    assert size.headcount is not None
    assert size.headcount.evidence.text == "The firm employs 300 people."
    assert Bound.yes in {m.bound for m in find_duties(PAY_GAP, size)}
