"""In which ward a postcode lies, and which ward a name means, by Ordnance Survey's Code-Point Open.

Many wards share a name, so a name is taken for a ward only where its district is known, or where no other ward of Great
Britain has it. Wards change at elections: `EDITION` says of which day they are, and is printed beside them.

The files in `data/` are made by `scripts/build_ward_data.py` and name their source and licence.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from svdocs.frameworks.postcodes import Postcode

EDITION = "OS Code-Point Open, as of April 2025"
"""Of the wards; to be printed where wards are told."""
LICENCE = (
    "Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail copyright and "
    "database right 2025. Contains National Statistics data © Crown copyright and database right 2025. Open Government "
    "Licence v3.0."
)
PREFIXES = ("E05", "W05", "S13")
"""With which the ONS codes of wards of Great Britain begin."""
_LETTERS, _RECORD = 7, 9
"""Bytes of a postcode in a record, and of the record."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward, with the ONS codes of itself and of its district."""

    code: str
    name: str
    district: str


@lru_cache(maxsize=1)
def _wards() -> tuple[Ward, ...]:
    """Return the wards in the order in which the records of postcodes count them."""
    lines = (files("svdocs.frameworks") / "data" / "wards.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line[0] != "#")
    return tuple(Ward(code, name, district) for code, district, name in rows)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Ward]:
    return {w.code: w for w in _wards()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[Ward]]:
    found: dict[str, list[Ward]] = {}
    for ward in _wards():
        found.setdefault(_folded(ward.name), []).append(ward)
    return found


@lru_cache(maxsize=1)
def _records() -> bytes:
    return lzma.decompress((files("svdocs.frameworks") / "data" / "ward_postcodes.xz").read_bytes())


def is_ward(code: str) -> bool:
    """Say whether an ONS code is that of a ward, known here or not."""
    return code.startswith(PREFIXES)


def ward_coded(code: str) -> Ward | None:
    """Return the ward of an ONS code; None for one that is not known, such as one that was abolished.

    >>> ward_coded("E05005088").name, ward_coded("E05999999")
    ('Cliftonville West', None)
    """
    return _by_code().get(code)


def ward_of_postcode(postcode: Postcode) -> Ward | None:
    """Return the ward in which a whole postcode lies; None for the outward half alone, and for sectors not known.

    A postcode newer than the edition is given the ward of the one before it in its sector.

    >>> ward_of_postcode(Postcode("CT9", "1RT")).district, ward_of_postcode(Postcode("CT9"))
    ('E07000114', None)
    """
    if not postcode.inward:
        return None
    sought, records = f"{postcode.outward:<4}{postcode.inward}".encode("ascii"), _records()
    low, high = 0, len(records) // _RECORD
    while low < high:
        middle = (low + high) // 2
        if records[middle * _RECORD : middle * _RECORD + _LETTERS] <= sought:
            low = middle + 1
        else:
            high = middle
    at = (low - 1) * _RECORD
    if low == 0 or records[at : at + 5] != sought[:5]:
        return None
    line = int.from_bytes(records[at + _LETTERS : at + _RECORD], "big")
    return _wards()[line] if line < len(_wards()) else None


def wards_named(name: str, districts: Sequence[str] = ()) -> tuple[Ward, ...]:
    """Return the wards of a name, those of the districts alone where any is given.

    >>> [w.code for w in wards_named("St Peter's", ["E07000114"])], len(wards_named("Abbey")) > 5
    (['E05005097'], True)
    """
    found = _by_name().get(_folded(name), [])
    return tuple(w for w in found if not districts or w.district in districts)


def _folded(name: str) -> str:
    """Return a name as names are held against each other: "St. Peters" and "St Peter's" are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("&", "and"))
