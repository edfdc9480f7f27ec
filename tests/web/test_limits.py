"""Buckets of tokens."""

from __future__ import annotations

import pytest

from svdocs.errors import TooMany
from svdocs.web import limits
from svdocs.web.limits import Limit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_one_more_as_time_goes_by() -> None:
    clock = Clock()
    limit = Limit(2, 60, clock)
    limit.take("a")
    limit.take("a")
    with pytest.raises(TooMany) as refused:
        limit.take("a")
    assert refused.value.retry_after == 1
    clock.now = 1
    limit.take("a")
    with pytest.raises(TooMany):
        limit.take("a")


def test_one_sender_leaves_the_others_theirs() -> None:
    limit = Limit(1, 1, Clock())
    limit.take("a")
    limit.take("b")


def test_senders_not_heard_of_for_longest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BUCKETS", 2)
    limit = Limit(1, 1, Clock())
    for sender in "abc":
        limit.take(sender)
    limit.take("a")
    with pytest.raises(TooMany):
        limit.take("c")
