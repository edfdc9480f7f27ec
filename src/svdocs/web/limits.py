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

from starlette.requests import Request

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


@dataclass(frozen=True, slots=True)
class Left:
    """What a sender has left of a limit."""

    at_once: int
    """How many requests the limit allows at once ..."""
    seconds: int
    """... and after how many seconds that many are there again if none is sent."""
    remaining: int


class Limit:
    """At most so many at once, and so many a minute after that, of each sender."""

    def __init__(self, at_once: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, sender: str) -> Left:
        """Count one request of `sender`, and return what they have left.

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
            return Left(self._at_once, ceil(self._at_once / self._per_second), int(bucket.tokens))


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


def limit_headers(request: Request) -> dict[str, str]:
    """Return the headers by which a program learns how many requests it has left; none where nothing is limited.

    Source: draft-ietf-httpapi-ratelimit-headers-10.
    """
    left = getattr(request.state, "left", None)
    if not isinstance(left, Left):
        return {}
    policy = f'"requests";q={left.at_once};w={left.seconds}'
    return {"RateLimit-Policy": policy, "RateLimit": f'"requests";r={left.remaining};t={left.seconds}'}
