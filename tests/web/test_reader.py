"""What the reader shows of a document: outlines over the right words, slots, and what is next to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.records.turns import Turns
from svdocs.statements.passages import passages_of
from svdocs.text.document import Box, Document, Span
from svdocs.text.read import read_document
from svdocs.web.passage_found import find_words, words_in_box
from svdocs.web.reader import next_to_decide, tally_of
from svdocs.web.slots import slot_boxes, unfold
from tests.bench.workplace import measure_outlines
from tests.web.conftest import APPRENTICES, HOURS, Made, two_pages

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def bid() -> Document:
    return read_document((SAMPLES / "bid-ardenholm.pdf").read_bytes(), "bid.pdf")


def test_outlines_hold_the_words_of_their_passage(bid: Document) -> None:
    places = [(p.span, bid.location_of(p.span)) for p in passages_of(bid)]
    outlined = measure_outlines(bid, [(span, at.boxes, at.box_pages) for span, at in places if at.boxes])
    assert outlined.statements > 50
    assert outlined.share >= 0.98
    assert outlined.own / outlined.words >= 0.98


def test_boxes_elsewhere_are_told_from_those_over_their_words(bid: Document) -> None:
    passage = passages_of(bid)[5]
    at = bid.location_of(passage.span)
    moved = [Box(b.x0, b.top + 200, b.x1, b.bottom + 200) for b in at.boxes]
    assert measure_outlines(bid, [(passage.span, moved, at.box_pages)]).covered == 0


def test_slots_are_boxed_by_their_own_words() -> None:
    document = two_pages()
    start = document.text.index(APPRENTICES)
    entry = {"text": APPRENTICES, "span": [start, start + len(APPRENTICES)], "place": {"text": "Swale"}}
    assert [(name, page) for name, page, _ in slot_boxes(document, entry)] == [("place", 1)]


@pytest.mark.parametrize(
    ("original", "folded", "words"),
    [("a  b\n c", "a b c", "b c"), ("five\napprentices", "five apprentices", "apprentices"), ("x", "x", "x")],
)
def test_folded_characters_are_found_in_the_original(original: str, folded: str, words: str) -> None:
    start = folded.index(words)
    span = unfold(original, folded, Span(start, start + len(words)))
    assert original[slice(*span)].split() == words.split()


def test_words_are_found_whatever_their_white_space_and_on_their_page_alone() -> None:
    document = two_pages()
    found = find_words(document, APPRENTICES.replace(" ", "\n "))
    assert found
    assert found.text == APPRENTICES
    assert found.location.page == 1
    assert find_words(document, APPRENTICES, 2) is None
    assert find_words(document, "not there") is None


def test_a_box_holds_the_words_in_it_and_no_others() -> None:
    document = two_pages()
    inside = words_in_box(document, 1, Box(60, 690, 420, 720))
    assert inside
    assert inside.text == HOURS
    assert inside.as_entry()["span"] == [document.text.index(HOURS), document.text.index(HOURS) + len(HOURS)]
    assert words_in_box(document, 1, Box(0, 0, 10, 10)) is None


def test_the_next_to_decide_goes_round_and_the_tally_counts(made: Made) -> None:
    records = made.store.statements_of(made.pdf)
    made.store.decide(records[0].id, action="accept", person="A")
    made.store.decide(records[2].id, action="unsure", person="A")
    now = Turns(made.store).of(made.pdf)
    assert (tally_of(now).to_decide, tally_of(now).accepted, tally_of(now).unsure) == (2, 1, 1)
    assert next_to_decide(now, now[3].key) == 2
