"""The clock on the wall in the United Kingdom, which people read and write; records keep UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from svdocs.errors import UsageError

UK = ZoneInfo("Europe/London")


def on_uk_clock(moment: datetime) -> datetime:
    """Return an aware moment as the clock in the United Kingdom shows it.

    >>> on_uk_clock(datetime(2026, 7, 1, 11, 0, tzinfo=UTC)).hour
    12
    """
    return moment.astimezone(UK)


def from_uk_clock(said: datetime) -> datetime:
    """Return the moment, in UTC, at which the clock in the United Kingdom shows a day and a time without a zone.

    Of the hour that comes twice when summer time ends, the later is meant: what waits for it never begins too early.

    >>> str(from_uk_clock(datetime(2026, 7, 1, 12, 0))), str(from_uk_clock(datetime(2026, 10, 25, 1, 30)))
    ('2026-07-01 11:00:00+00:00', '2026-10-25 01:30:00+00:00')

    Raises:
        UsageError: the clock never shows it, since it goes from 1 to 2 when summer time begins.
    """
    moment = said.replace(tzinfo=UK, fold=1).astimezone(UTC)
    if on_uk_clock(moment).replace(tzinfo=None) != said.replace(tzinfo=None):
        raise UsageError("The clock goes forward from 1am to 2am on that day: enter a time before or after that hour.")
    return moment


def in_uk_words(moment: datetime) -> str:
    """Return a moment as people write it, with the name of the time, GMT or BST.

    >>> in_uk_words(datetime(2026, 3, 9, 14, 5, tzinfo=UTC)), in_uk_words(datetime(2026, 7, 1, 11, 0, tzinfo=UTC))
    ('9 March 2026 at 2:05pm GMT', '1 July 2026 at 12:00pm BST')
    """
    at = on_uk_clock(moment)
    return f"{at.day} {at:%B %Y} at {at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'} {at.tzname()}"
