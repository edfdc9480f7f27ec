"""How many requests one account, key or address may send: a bucket of tokens for each, in this process.

Each process of the service counts for itself, and a restart forgets; several processes behind one proxy let through as
many times the number. The proxy is the place for limits across machines.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from svdocs.errors import TooMany

MAX_BUCKETS = 100_000
"""How many senders are remembered; the ones not heard of for longest are forgotten first."""
STRANGERS_AT_ONCE = 30
STRANGERS_A_MINUTE = 10
"""How often somebody who has not signed in may try, from one address; the proxy's limit is the same."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limit:
    """At most so many at once, and so many a minute after that, of each sender."""

    def __init__(self, at_once: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, sender: str) -> None:
        """Count one request of `sender`.

        Raises:
            TooMany: the sender has none left.
        """
        with self._lock:
            now = self._clock()
            bucket = self._buckets.pop(sender, None) or _Bucket(self._at_once, now)
            bucket.tokens = min(self._at_once, bucket.tokens + (now - bucket.at) * self._per_second)
            bucket.at = now
            self._buckets[sender] = bucket
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
            if bucket.tokens < 1:
                wait = ceil((1 - bucket.tokens) / self._per_second)
                raise TooMany(f"Too many requests came in a short time; try again in {wait} seconds.", wait)
            bucket.tokens -= 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one application."""

    requests: Limit
    """Of one account or key."""
    uploads: Limit
    """Of one account or key, beside the limit on requests."""
    attempts: Limit
    """To sign in, on one account."""
    strangers: Limit
    """To sign in or to use a key that is not valid, from one address."""


def make_limits(requests_per_minute: int, uploads_per_minute: int) -> Limits:
    """Return fresh limits; sign-ins have fixed ones."""
    return Limits(
        requests=Limit(requests_per_minute, requests_per_minute),
        uploads=Limit(uploads_per_minute, uploads_per_minute),
        attempts=Limit(6, 2),
        strangers=Limit(STRANGERS_AT_ONCE, STRANGERS_A_MINUTE),
    )
