"""In which district a postcode lies, by the ONS Postcode Directory; no area is guessed from the letters alone.

TN and DA cross the border of Kent, so that an area such as TN tells nothing of the county; a whole postcode does, and
a district of postcodes such as CT10 does where all of it lies in one district.

`data/postcodes.tsv.xz` is made by `scripts/build_place_data.py` and names its source and licence.
"""

from __future__ import annotations

import lzma
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

EDITION = "ONS Postcode Directory, as of January 2026"
"""Of the data; to be printed where districts were told from postcodes."""
LICENCE = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains OS data © Crown "
    "copyright and database right 2025. Contains Royal Mail data © Royal Mail copyright and database right 2025."
)
_WHOLE = re.compile(r"(?<![A-Z0-9])([A-Z]{1,2}[0-9][A-Z0-9]?) {0,2}([0-9][ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])")
_OUTWARD = re.compile(r"\s*([A-Z]{1,2}[0-9][A-Z0-9]?)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Postcode:
    """A postcode, or its outward half alone: then `inward` is empty."""

    outward: str
    inward: str = ""

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}".strip()

    @property
    def area(self) -> str:
        """Its first letters, such as CT."""
        return re.match("[A-Z]+", self.outward)[0]  # type: ignore[index]  # it begins with a letter


def read_postcode(text: str) -> Postcode | None:
    """Return the postcode that a cell or address holds, or None; an outward half only where it stands alone.

    >>> str(read_postcode("12 High St, Margate ct9 1rt")), str(read_postcode("CT10")), read_postcode("n/a")
    ('CT9 1RT', 'CT10', None)
    """
    upper = text[:1_000].upper()
    whole = _WHOLE.search(upper)
    if whole:
        return Postcode(whole[1], whole[2])
    half = _OUTWARD.fullmatch(upper)
    return Postcode(half[1]) if half else None


@lru_cache(maxsize=1)
def _runs() -> tuple[list[str], list[str]]:
    """Return the first postcode of each run, in order, and the district of each."""
    data = (files("svdocs.frameworks") / "data" / "postcodes.tsv.xz").read_bytes()
    rows = [r.split("\t") for r in lzma.decompress(data).decode("utf-8").splitlines() if r[0] != "#"]
    return [r[0] for r in rows], [r[1] for r in rows]


def districts_of(postcode: Postcode) -> frozenset[str]:
    """Return the ONS codes of the districts in which a postcode lies; none where the directory does not know it.

    A postcode newer than the directory is given the district of its neighbours in the sector.

    >>> sorted(districts_of(Postcode("CT9", "1RT"))), sorted(districts_of(Postcode("CT10")))
    (['E07000114'], ['E07000114'])
    >>> len(districts_of(Postcode("TN8"))) > 1, districts_of(Postcode("CT99", "1AA"))
    (True, frozenset())
    """
    starts, districts = _runs()
    if not postcode.inward:
        first = bisect_right(starts, f"{postcode.outward} ")
        last = bisect_right(starts, f"{postcode.outward} ~")
        return frozenset(districts[first:last])
    written = str(postcode)
    at = bisect_right(starts, written) - 1
    if at >= 0 and starts[at][:-2] == written[:-2]:
        return frozenset({districts[at]})
    at += 1  # before the first of its sector
    return frozenset({districts[at]}) if at < len(starts) and starts[at][:-2] == written[:-2] else frozenset()


def district_of_postcode(text: str) -> str | None:
    """Return the ONS code of the one district in which the postcode of this text lies, or None.

    >>> district_of_postcode("ME14 1XQ"), district_of_postcode("TN8"), district_of_postcode("BR8 7RE")
    ('E07000110', None, 'E07000111')
    """
    postcode = read_postcode(text)
    found = districts_of(postcode) if postcode else frozenset()
    return next(iter(found)) if len(found) == 1 else None
