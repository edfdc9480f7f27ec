import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.nouns import counted_nouns
from svdocs.statements.quantities import MAX_CHARACTERS, choose_quantity, find_quantities
from svdocs.statements.statement import Per


def chosen(text, header=(), cells=(), **context):
    found = choose_quantity(text, text, header=header, cells=cells, **context)
    return None if found is None else (found.value, found.unit.value)


def chosen_of_row(header, cells):
    return chosen(" | ".join(cells), header, cells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will create five apprenticeships for local people.", (5, "people")),
        ("We will recruit 18 full-time equivalent posts.", (18, "fte")),
        ("12 FTE jobs for residents", (12, "fte")),
        ("Pupils are offered 6 six-week work-experience placements a year.", (6, "people")),
        ("We will hold five one-day mock-interview events.", (5, "events")),
        ("Staff will give 1,500 volunteering hours.", (1500, "hours")),
        ("We will offer 240 learner hours of mock interviews.", (240, "hours")),
        ("Two paid volunteering days for each employee", (2, "days")),
        ("We will fund £4,000 of school equipment.", (4000, "gbp")),
        ("At least 60% of spend will be local.", (60, "percent")),
        ("One in ten of our new starters will be a care leaver.", (10, "percent")),
        ("One mentor for every three apprentices", (1, "people")),
        ("We will save 38 tonnes of CO2e.", (38, "tco2e")),
        ("Carbon will come down by 40 tonnes a year.", (40, "tco2e")),
        ("We will reuse 31 tonnes of furniture.", (31, "tonnes")),
        ("half a tonne of plastic", (0.5, "tonnes")),
        ("We will donate 25 refurbished laptops.", (25, "devices")),
        ("13 patrol cars will be electric", (13, "vehicles")),
        ("We will plant 400 native trees.", (400, "trees")),
        ("Careers talks in six secondary schools", (6, "schools")),
        ("Six meet-the-buyer days will be held.", (6, "events")),
        ("We will hold four workshops a year.", (4, "events")),
        ("We will cut 9,000 car miles a year.", (9000, "miles")),
        ("between 8 and 10 work placements", (8, "people")),
        ("eight (8) apprentices", (8, "people")),
        ("2 x 3-day workshops", (2, "events")),
        ("Care leavers placed and paid: 3", (3, "people")),
        ("Invoices of small firms will be paid in 14 days.", (14, "days")),
        ("We will appoint an apprentice.", (1, "people")),
        ("Staff will have an hour and a half of coaching a month.", (1.5, "hours")),
        ("Open mornings will be held twice a year.", (2, "events")),
    ],
)
def test_the_number_takes_the_unit_of_its_noun(text, expected):
    assert chosen(text) == expected


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It brings 24 new full-time equivalent roles to the town.", "24 new full-time equivalent"),
        ("Nine full time equivalents by March", "Nine full time equivalents"),
        ("It will cut 38 tonnes of carbon dioxide equivalent a year.", "38 tonnes of carbon dioxide equivalent"),
    ],
)
def test_a_quote_holds_the_whole_unit(text, quote):
    found = choose_quantity(text, text)
    assert found is not None
    assert found.text == quote


@pytest.mark.parametrize(
    "text",
    [
        "We meet clause 2.10 and section 54.",
        "Training at Level 3 for young people aged 16-24.",
        "We hold ISO 14001 and ISO 9001.",
        "We will report by 31 March 2028.",
        "The Social Value Act 2012 applies to Lot 2 and Lot 3.",
        "See NT10 and the A361; call 01234 567890.",
        "Residents of DA1 and DA10 will be told first.",
        "People over 65 are welcome 24/7.",
        "No order above £25,000 will go without a clause.",
        "A four-day week is being talked about.",
    ],
)
def test_dates_labels_ages_and_thresholds_are_no_quantities(text):
    assert chosen(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will train 12 apprentices, above our current intake of eight.", (12, "people")),
        ("Against a baseline of 190 tCO2e, emissions will be cut by 38 tCO2e.", (38, "tco2e")),
        ("We will recruit 14 people within six weeks of award.", (14, "people")),
        ("Of the 20 patrol cars, 13 will be electric.", (13, "vehicles")),
        ("14 out of 17 starters finished.", (14, "people")),
        ("Spend of £90,000 with firms within 20 miles.", (90000, "gbp")),
        ("120 hours of advice to firms of fewer than 50 staff", (120, "hours")),
        ("Eight full-time drivers (8 FTE) will be taken on.", (8, "fte")),
    ],
)
def test_baselines_limits_and_wholes_stand_back(text, expected):
    assert chosen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Women are 28% of our drivers; we want half by 2031.", (50, "percent")),
        ("Nine schools have a garden at the moment and there'll be twenty.", (20, "schools")),
        ("We give 20 days a year; for this contract we'll double it to 40.", (40, "days")),
        ("Eight lads come at a time; I'd make that twelve.", (12, "people")),
        ("The course trains 30 women a year; the contract takes that to 45.", (45, "people")),
        ("Four staff start each spring, so that's 16 by the end.", (16, "people")),
    ],
)
def test_a_promise_is_of_the_level_to_which_things_will_change(text, expected):
    assert chosen(text, promise=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Against an undertaking of 300 hours, 350 hours were given.", (350, "hours")),
        ("Sixty laptops had been promised and 75 were handed over.", (75, "devices")),
        ("Day trips went from 21 to 38.", (38, "events")),
    ],
)
def test_a_result_is_what_was_reached_not_what_had_been_promised(text, expected):
    assert chosen(text, promise=False) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("A further 120 a year will go to care homes.", "Schools will get 40 laptops.", (120, "devices")),
        ("From year two it'll be sixty.", "We will hold 40 sessions.", (60, "sessions")),
        ("This rises to 130 in Year 3.", "Staff give 90 hours a year.", (130, "hours")),
        ("Ten a year we can promise.", "We like to visit schools.", (10, "schools")),
        ("Three hadn't worked for a year.", "We lent 40 laptops.", (3, "people")),
        ("Of those, 17 are still with us.", "We took on 20 apprentices.", (17, "people")),
        ("Seven of us passed.", "We gave away 40 laptops.", (7, "people")),
        ("It meets ISO 14064.", "We lent 40 laptops.", None),
        ("Everybody over 22 has one.", "We lent 40 laptops.", None),
        ("She was fourteen.", "We lent 40 laptops.", None),
    ],
)
def test_a_number_without_a_noun_leans_on_the_sentence_before(text, before, expected):
    assert chosen(text, before=before) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Vans under 3.5 tonnes will be electric.",
        "Rotas come with four weeks' notice.",
        "Holiday pay is accrued at 12.07%.",
        "A local firm will do it, at a cost penalty of 11%.",
        "Freezers go up to minus seventy.",
        "A pump the size of two buses takes over.",
        "We do nothing by halves.",
        "Jobs are advertised for ten working days before they go elsewhere.",
        "As an employer of 300 we report our pay.",
        "With 180 staff we are too small for it.",
        "With sales of £212m we shall publish a statement.",
        "We will look, with two universities, at whether it works.",
    ],
)
def test_a_number_that_only_describes_is_no_quantity(text):
    assert chosen(text, promise=True) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Twelve grand is set by for tools.", (12000, "gbp")),
        ("Half a ton of timber was reused.", (0.5, "tonnes")),
        ("We gathered a tonne and a half of tins.", (1.5, "tonnes")),
        ("A pair of apprentices will join.", (2, "people")),
        ("A day a month of our time goes to parish halls.", (1, "days")),
        ("Everyone will have a paid day each year.", (1, "days")),
        ("The shop opens late four times a year.", (4, "sessions")),
        ("Six Year 10s will spend a week with us.", (6, "people")),
        ("Five first-timers came.", (5, "people")),
        ("Twenty food banks have had software from us.", (20, "organisations")),
        ("Over the six years nine apprentices will start.", (9, "people")),
        ("We will plant 300 oaks and willows.", (300, "trees")),
        ("88 shop staff trained, free.", (88, "people")),
        ("Last year 14 tonnes were spared the skip.", (14, "tonnes")),
        ("Four of the pick-ups will be electric.", (4, "vehicles")),
        ("The target is a quarter by 2030.", (25, "percent")),
        ("A nurse is to be taken on.", (1, "people")),
    ],
)
def test_everyday_wordings_are_read(text, expected):
    assert chosen(text) == expected


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (("Output", "Baseline", "Month 12", "Month 48"), ("Halls surveyed", "0", "4", "10"), 10),
        (("Thing", "Now", "With you"), ("Apprentices at once", "3", "6"), 6),
        (("Line", "Year 1", "Year 2", "By"), ("Electric vans", "40%", "70%", "100% October 2029"), 100),
        (("Line", "Year 1", "Year 2", "By"), ("Return points", "10", "24", "Year 2"), 24),
        (("Mode", "2025", "2027", "2030"), ("Driving alone (share)", "58%", "50%", "40%"), 40),
        (("Indicator", "2025/26", "Next year"), ("Audits", "17", "24 by March 2027"), 24),
    ],
)
def test_the_last_step_of_a_row_is_what_it_promises(header, cells, expected):
    found = choose_quantity(" | ".join(cells), " | ".join(cells), header=header, cells=cells, promise=True)
    assert found.value == expected


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (("Measure", "Target", "When"), ("Apprenticeships (L2+)", "4", "Year 1"), (4, "people")),
        (("Measure", "Target (hours)", "When"), ("Volunteering", "200", "Year 1"), (200, "hours")),
        (("Measure", "£"), ("Community fund", "12,000"), (12000, "gbp")),
        (("Ref", "Measure", "Target"), ("7.1", "Share of local staff", "60"), (60, "percent")),
        (("Measure", "Target", "Actual"), ("Local people recruited", "10", "7"), (7, "people")),
        (("Offer", "Baseline 2026", "Offer 2027"), ("Spend with local firms", "£0", "£1.2m"), (1.2e6, "gbp")),
        ((), ("NT10", "Apprenticeships", "6"), (6, "people")),
    ],
)
def test_a_row_takes_its_unit_from_header_or_measure(header, cells, expected):
    assert chosen_of_row(header, cells) == expected


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("6 tonnes a year", Per.year),
        ("60 hours p.a. at events", Per.year),
        ("3.5 hours a month", Per.month),
        ("45 meals each week", Per.week),
        ("two days per employee", Per.employee),
        ("two days each", Per.employee),
        ("10 jobs", None),
    ],
)
def test_what_a_quantity_is_counted_by(text, per):
    found = choose_quantity(text, text)
    assert found is not None
    assert found.per is per


def test_the_focus_decides_between_two_deliverables():
    text = "We will take on 4 apprentices and 10 work placements."
    assert choose_quantity(text, "10 work placements").value == 10
    assert choose_quantity(text, "We will take on 4 apprentices").value == 4


@given(st.text(max_size=400))
def test_every_quantity_quotes_the_text_at_its_span(text):
    for found in find_quantities(text):
        assert text[found.span.start : found.span.end] == found.text


@pytest.mark.parametrize(
    "unit", ["9 ", "one in ", "£", "between 8 and ", "and a half ", "of the ", "1,", "(", "a-", "| "]
)
def test_very_long_passages_get_an_answer(unit):
    text = unit * (10_000 // len(unit))
    assert len(text) >= 9_990
    assert isinstance(find_quantities(text), tuple)
    choose_quantity(text, text, cells=(text,))


def test_a_passage_beyond_the_limit_is_read_up_to_it():
    text = "x " * (MAX_CHARACTERS // 2) + "5 jobs"
    assert find_quantities(text) == ()


def test_the_noun_table_holds_only_units_of_the_guide():
    nouns = counted_nouns()
    assert len(nouns) > 500
    assert all(noun == noun.lower() for noun in nouns)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Eight Year 8 girls spend a day each term with our engineers.", 8, "people"),
        ("A coach will fetch ninety Year 11 pupils to the careers fair.", 90, "people"),
        ("Thirty Lot 3 cleaners will be paid more.", 30, "people"),
        ('We will run two "meet the buyer" mornings each year.', 2, "events"),
        ("There will be five outings for carers.", 5, "events"),
    ],
)
def test_what_stands_between_a_number_and_its_noun_is_passed_over(text: str, value: float, unit: str) -> None:
    found = choose_quantity(text, text)
    assert found is not None
    assert (found.value, found.unit.value) == (value, unit)
