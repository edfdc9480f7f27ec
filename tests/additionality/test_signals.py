from __future__ import annotations

import pytest

from svdocs.additionality.signals import Signal, find_cues


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("We already give two days a year.", "continues"),
        ("We will continue to pay small firms early.", "continues"),
        ("The helpline will remain open to all colleagues.", "continues"),
        ("Our depot goes on collecting tools for the allotments.", "continues"),
        ("Paid leave for volunteers stays as it is.", "continues"),
        ("Everyone is paid weekly, as now.", "continues"),
        ("In line with our volunteering policy each driver has a day.", "continues"),
        ("As on every other contract of ours, boots are free.", "continues"),
        ("Four more apprentices than today will start.", "increases"),
        ("On top of our intake two trainees will start.", "increases"),
        ("Volunteering goes up from one day to two.", "increases"),
        ("We will double the number of school visits.", "increases"),
        ("Two new posts will be created.", "new"),
        ("A scheme that we run nowhere else will start in Ambleford.", "new"),
        ("Across the whole company 900 people will be trained.", "group"),
        ("The Ferrow Group will plant a million trees.", "group"),
        ("Our parent company gives to good causes.", "group"),
        ("Nationally we will hire 400 veterans.", "group"),
        ("On this contract two trainees will start.", "contract"),
        ("As the Act obliges us to, we will publish it.", "law"),
        ("The rate is well above the statutory minimum.", "beyond_law"),
        ("The specification does not call for this.", "beyond_specification"),
        ("Local good causes will benefit.", "vague"),
        ("As our gift to the town we will sweep the square.", "goodwill"),
        ("We hope to open a workshop.", "undecided"),
    ],
)
def test_words_give_their_signal(text: str, signal: str) -> None:
    assert Signal(signal) in {c.signal for c in find_cues(text)}


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("A youth group will meet each week.", "group"),
        ("A support group for carers will meet every Monday.", "group"),
        ("Two charities have already said yes.", "continues"),
        ("We will stay in touch with every trainee.", "continues"),
        ("The newspaper will carry the advertisement.", "new"),
        ("Forty trees will be planted in Ambleford.", "group"),
    ],
)
def test_look_alikes_give_none(text: str, signal: str) -> None:
    assert Signal(signal) not in {c.signal for c in find_cues(text)}


def test_a_cue_quotes_the_words_as_written() -> None:
    text = "We will CONTINUE to pay early."
    assert all(c.text in text for c in find_cues(text))
