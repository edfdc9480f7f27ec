"""Where a place as written falls: in which district, ward or postcode area, and how well that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from svdocs.frameworks.local import area_named
from svdocs.frameworks.postcodes import districts_of, read_postcode
from svdocs.frameworks.wards import Ward, is_ward, ward_coded, ward_of_postcode, wards_named
from svdocs.statements.places import district_of


class Level(StrEnum):
    """By what places are told apart."""

    district = "district"
    ward = "ward"
    postcode = "postcode"
    """By postcode area, such as CT."""


class Certainty(StrEnum):
    """How well the place of a delivery is known: the quality of the data."""

    postcode = "postcode"
    """By a postcode."""
    code = "code"
    """By its ONS code or the name of the place itself."""
    town = "town"
    """By a town that lies in it."""
    several = "several"
    """Several places are named for one delivery; it is not divided between them."""
    wider = "wider"
    """Only a wider area is named, such as the county."""
    not_recognised = "not_recognised"
    """Words that name no place that svdocs knows."""
    not_stated = "not_stated"


PLACED = frozenset({Certainty.postcode, Certainty.code, Certainty.town})
CERTAINTY_LABELS: Mapping[Certainty, str] = {
    Certainty.postcode: "by a postcode",
    Certainty.code: "by the place's own name or code",
    Certainty.town: "by a town that lies in it",
    Certainty.several: "several places named, not divided between them",
    Certainty.wider: "only a wider area named",
    Certainty.not_recognised: "place not recognised",
    Certainty.not_stated: "no place stated",
}
_WARD = re.compile(r"\b([A-Z][\w.'’-]+(?:,? (?:and |& )?[A-Z][\w.'’-]+){0,6}) ([Ww]ards?)\b")
_BETWEEN = re.compile(r"\s*(?:,|;|/|&|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one delivery falls: a code and a name, or neither, and how well that is known."""

    certainty: Certainty
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Named:
    """What the words of a place name: wards that are known, names of wards that are not, and the words without them."""

    wards: tuple[Ward, ...]
    unclear: tuple[str, ...]
    rest: str

    @property
    def is_any(self) -> bool:
        return bool(self.wards or self.unclear)


def locate(text: str, code: str | None, level: Level = Level.district) -> Placed:
    """Return where a place as written falls at a level.

    Args:
        text: the words.
        code: the ONS code that was found for them, if one was.
        level: by what places are told apart.

    >>> locate("Margate", None).name, locate("Kent", "E10000016").certainty.value
    ('Thanet', 'wider')
    >>> locate("Dover and Thanet", None).certainty.value, locate("CT9 1RT", None, Level.postcode).name
    ('several', 'CT')
    >>> locate("Westbrook ward, Thanet", None, Level.ward).name, locate("Castle ward", None, Level.ward).certainty.value
    ('Westbrook, Thanet', 'not_recognised')
    """
    if not text.strip() and not code:
        return Placed(Certainty.not_stated)
    if level is Level.postcode:
        postcode = read_postcode(text)
        if postcode is None:
            return Placed(Certainty.wider if codes_of(text, code) else Certainty.not_recognised)
        return Placed(Certainty.postcode, postcode.area, postcode.area)
    if level is Level.ward:
        return _ward(text, code)
    return _district(text, code)


def codes_of(text: str, code: str | None) -> set[str]:
    """Return the codes of all areas that a place names, districts where they are known; none where one is unknown."""
    postcode = read_postcode(text)
    if postcode is not None and districts_of(postcode):
        return set(districts_of(postcode))
    if code:
        ward = ward_coded(code)
        return {ward.district if ward else code}
    named = _read_wards(text, code)
    codes = [*(_code_of(part) for part in _parts(named.rest)), *(w.district for w in named.wards)]
    return {c for c in codes if c} if codes and all(codes) else set()


def _ward(text: str, code: str | None) -> Placed:
    postcode = read_postcode(text)
    found = ward_of_postcode(postcode) if postcode else None
    if found:
        return _as_ward(found, Certainty.postcode)
    if code and is_ward(code):
        known = ward_coded(code)
        return _as_ward(known, Certainty.code) if known else Placed(Certainty.code, code, code)
    named = _read_wards(text, code)
    if not named.is_any:
        named = _read_bare_ward(text, code)
    if len(named.wards) + len(named.unclear) > 1:
        return Placed(Certainty.several)
    if named.wards:
        return _as_ward(named.wards[0], Certainty.code)
    if named.unclear:
        said = "several wards have this name" if wards_named(named.unclear[0]) else "no ward of this name is known"
        return Placed(Certainty.not_recognised, name=f"{named.unclear[0]} ward: {said}")
    district = _district(text, code)
    if district.code:
        return Placed(Certainty.wider, name=f"{district.name}, no ward stated")
    return Placed(Certainty.wider if codes_of(text, code) else Certainty.not_recognised)


def _district(text: str, code: str | None) -> Placed:
    postcode = read_postcode(text)
    districts = districts_of(postcode) if postcode else frozenset()
    if len(districts) == 1:
        return _as_district(next(iter(districts)), Certainty.postcode)
    if len(districts) > 1:
        return Placed(Certainty.several, name=f"{postcode}, across districts")
    ward = ward_coded(code) if code else None
    if ward:
        return _as_district(ward.district, Certainty.code)
    words = _read_wards(text, code)
    named = {_code_of(p) for p in _parts(words.rest)} | {w.district for w in words.wards}
    codes = {code} if code and len(named - {None}) < 2 else named
    if None in codes or not codes:
        return Placed(Certainty.not_recognised)
    if len(codes) > 1:
        return Placed(Certainty.several)
    only = str(next(iter(codes)))
    if not _is_district(only):
        area = area_named(only)
        return Placed(Certainty.wider, name=f"{area.name if area else only}, no district stated")
    area = area_named(only)
    by_name = words.is_any or (area is not None and area.name.lower() in text.lower())
    return _as_district(only, Certainty.code if by_name or not text.strip() else Certainty.town)


def _read_wards(text: str, code: str | None) -> _Named:
    """Return the wards that are called so, each held against the district that is named beside them or known."""
    rest = _WARD.sub(" ", text).strip(" ,;")
    districts = _districts_in(rest, code)
    wards, unclear = [], []
    for found in _WARD.finditer(text):
        several = found[2].lower() == "wards"
        for name in [p for p in _BETWEEN.split(found[1]) if p] if several else [found[1]]:
            known = wards_named(name, districts)
            if len(known) == 1:
                wards.append(known[0])
            else:
                unclear.append(name)
    return _Named(tuple(wards), tuple(unclear), rest)


def _read_bare_ward(text: str, code: str | None) -> _Named:
    """Return the ward that a name means which is not called a ward and is no other place.

    A name of one word is taken for a ward only beside its district: many are ordinary words.
    """
    districts = _districts_in(text, code)
    names = [p for p in (x.strip() for x in re.split(r"[,;]", text)) if p and not _code_of(p)]
    if len(names) != 1 or not (districts or " " in names[0]):
        return _Named((), (), text)
    known = wards_named(names[0], districts)
    return _Named(known if len(known) == 1 else (), (), text)


def _districts_in(text: str, code: str | None) -> list[str]:
    """Return the districts that are named, or the one that is known by its code."""
    codes = {c for c in (_code_of(p) for p in _parts(text)) if c} or ({code} if code else set())
    return sorted(c for c in codes if _is_district(c))


def _is_district(code: str) -> bool:
    return code.startswith(("E06", "E07", "E08", "E09", "W06", "S12", "N09"))


def _as_district(code: str, certainty: Certainty) -> Placed:
    area = area_named(code)
    return Placed(certainty, code, area.name if area else code)


def _as_ward(ward: Ward, certainty: Certainty) -> Placed:
    return Placed(certainty, ward.code, f"{ward.name}, {_as_district(ward.district, certainty).name}")


def _parts(text: str) -> list[str]:
    whole = " ".join(text.split())
    if not whole or _code_of(whole):
        return [whole] if whole else []
    return [p for p in _BETWEEN.split(whole) if p]


def _code_of(name: str) -> str | None:
    area = area_named(_bare(name))
    return district_of(_bare(name)) or (area.code if area else None)


def _bare(name: str) -> str:
    """Return a name without what says what it is.

    >>> _bare("the Borough of Swale"), _bare("Thanet district"), _bare("across Dover")
    ('Swale', 'Thanet', 'Dover')
    """
    said = re.sub(r"^(?:in|across|throughout|around|near|from)?\s*(?:the )?(?:(?:borough|city|district|town) of )?", "",
                  name.strip(), flags=re.IGNORECASE)  # fmt: skip
    return re.sub(r"\s+(?:borough|district|city|area|residents)$", "", said, flags=re.IGNORECASE).strip(" .")
