from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given

from svdocs.text.sentences import split_sentences
from tests.documents import prose


@given(prose)
def test_sentences_hold_every_character_but_white_space_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert [i for s in spans for i in range(s.start, s.end) if not text[i].isspace()] == [
        i for i, c in enumerate(text) if not c.isspace()
    ]
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(prose)
def test_a_sentence_neither_begins_nor_ends_with_white_space_and_is_never_empty(text: str) -> None:
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    assert sentences == [s.strip() for s in sentences if s.strip()]


@pytest.mark.parametrize(
    "text",
    [
        ["We will recruit.", "They will stay."],
        ["We will spend £1.5m in Kent.", "It helps."],
        ["We work with St. Peter's and Dr. Okoro of Marlow & Co. Ltd on this."],
        ["We hire approx. 40 people, e.g. Kent residents, i.e. local ones."],
        ["No. 7 is ours.", "No. 8 is not."],
        ["Lighting by Alder Ltd.", "We will plant trees."],
        ["Lighting by Alder Co. Ltd is free."],
        ["Visits, talks, etc.", "We keep records."],
        ["Meet J. Smith.", "She leads."],
        ["This is what I do.", "Next."],
        ["2. We plant trees.", "3. We water them."],
        ["(a) We plant.", "(b) We water.", "ii) We mow."],
        ["We plant. (ash and oak)"],
        ["iv. We plant."],
        ["SV1. We plant."],
        ["Will you?", "Yes!", "Good…", "Then go."],
        ["“We will.”", "So they said."],
        ["We will plant.)", "[Trees.]", "£4,000 is set aside.", "2028 is the year."],
        ["We will plant. and water"],
        ["We plant.", "• We water."],
        ["See www.example.org. for more"],
        ["From 9 a.m. to 5 p.m. we answer.", "Always."],
        ["..."],
        ["Wait...", "What is this?"],
    ],
    ids=lambda t: t[0][:24],
)
def test_sentences_end_where_a_reader_ends_them(text: list[str]) -> None:
    joined = " ".join(text)
    assert [joined[s.start : s.end] for s in split_sentences(joined)] == text


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


# A hundred thousand of each: what grows with the square of the length takes minutes.
@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "x",
        "a" * 100_000 + " b. C",
        "e.g. A " * 20_000,
        "Yes. " * 20_000,
        '."' * 50_000 + "x",
        "a." + " " * 100_000 + "b",
    ],
    ids=["dots", "one word", "abbreviations", "sentences", "quotation marks", "white space"],
)
def test_a_text_made_to_be_slow_is_split_in_no_time(text: str) -> None:
    start = time.perf_counter()
    spans = split_sentences(text)
    assert spans[-1].end == len(text.rstrip())
    assert time.perf_counter() - start < 10
