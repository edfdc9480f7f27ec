"""What by its form promises nothing: lead-ins, and rows of a calculator that were left empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from svdocs.statements.classify import judge_passages
from svdocs.statements.models import load_model
from svdocs.statements.nothing import is_empty_offer, is_lead_in
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Passage, StatementType
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Span


def _prose(text: str) -> Passage:
    return Passage(Span(0, len(text)), text, 0, BlockKind.paragraph)


def _row(header: tuple[str, ...], cells: tuple[str, ...]) -> Passage:
    """Return the passage that a table of one row gives."""
    builder = TextBuilder()
    builder.add_row(list(header), table=0, header_row=True)
    builder.add_row(list(cells), headers=[(h,) for h in header], table=0)
    document = Document("t.xlsx", "", "", builder.text, tuple(builder.blocks))
    (passage,) = passages_of(document)
    return passage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Under this agreement the Consortium shall:", True),
        ("What the town gets from us:", True),
        ("We will employ two gardeners:", False),
        ("In Year 1 we will give £4,000 to each of these clubs:", False),
        ("We will employ gardeners from Hexham.", False),
    ],
)
def test_only_a_sentence_without_a_number_that_ends_in_a_colon_leads_in(text: str, expected: bool) -> None:
    assert is_lead_in(_prose(text)) is expected


_CALCULATOR = ("Code", "Measure", "Unit", "Our target", "Proxy", "Remarks")


@pytest.mark.parametrize(
    "cells",
    [
        ("NT8", "Visits to schools", "hours", "0", "17.10", ""),
        ("NT8", "Visits to schools", "hours", "0.00", "17.10", ""),
        ("NT8", "Visits to schools", "hours", "not offered", "17.10", "too few staff"),
        ("NT8", "Visits to schools", "hours", "nil", "17.10", "see NT9"),
        ("NT8", "Visits to schools", "hours", "", "", ""),
        ("NT8", "Visits to schools", "hours", "-", "", "-"),
        ("NT8", "Visits to schools", "hours", "n/a", "", ""),
    ],
)
def test_a_measure_without_an_amount_is_no_offer(cells: tuple[str, ...]) -> None:
    assert is_empty_offer(_row(_CALCULATOR, cells))


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (_CALCULATOR, ("NT8", "Visits to schools", "hours", "40", "17.10", "")),
        (_CALCULATOR, ("NT8", "Visits to schools", "hours", "", "", "40 hours from Year 2")),
        (_CALCULATOR, ("NT8", "Visits to schools", "hours", "", "", "We will visit every school in Alston")),
        (("Offer", "Target", "By when"), ("Publish our pay gap", "n/a", "March 2028")),
        (("Offer", "Target", "By when"), ("No casual contracts", "None", "Throughout")),
        (("Offer", "By when"), ("Visits to schools", "")),
        (("Measure", "Unit"), ("Visits to schools", "")),
    ],
)
def test_what_is_said_in_words_or_in_another_column_may_be_an_offer(
    header: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    assert not is_empty_offer(_row(header, cells))


def test_prose_is_no_row() -> None:
    assert not is_empty_offer(_prose("Visits to schools: nil"))
    assert not is_empty_offer(replace(_prose("0"), cells=("0",)))


def test_the_models_word_is_taken_back_where_nothing_is_promised() -> None:
    classes = load_model("statements-1").classes
    row = _row(_CALCULATOR, ("NT10", "Apprentices from Redcar", "people", "0", "3,000", ""))
    full = _row(_CALCULATOR, ("NT10", "Apprentices from Redcar", "people", "6", "3,000", ""))
    types = judge_passages([row, _prose("For the people of Redcar we will:"), full]).types
    promise, nothing = classes.index(StatementType.commitment), classes.index(StatementType.none)
    assert types[0, promise] == 0
    assert types[1, nothing] == pytest.approx(1)
    assert types[2].argmax() == promise
    assert types.sum(axis=1) == pytest.approx([1, 1, 1])
