"""Finds where a passage says that something happens: a known place, a postcode, a radius, or a name where one stands.

The gazetteer (`data/places.tsv`) gives ONS codes to nations, regions, counties and districts. A capitalised name
that it does not hold is taken for a place only where the grammar puts one: after "in", "across" or "near", or before
"residents" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from svdocs.statements.columns import PLACE_HEADER, read_columns
from svdocs.statements.statement import Place
from svdocs.statements.vocabulary import words_of
from svdocs.text.document import Span

MAX_CHARACTERS = 20_000

POSTCODE_AREAS = frozenset([
    "AB", "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "CA", "CB", "CF", "CH", "CM", "CO", "CR",
    "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY",
    "G", "GL", "GU", "HA", "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IP", "IV", "KA", "KT", "KW", "KY", "L",
    "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL",
    "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO",
    "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD",
    "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
])  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|&")
_OUTCODE = re.compile(r"\b([A-Z]{1,2})([0-9]{1,2}[A-Z]?)\b(?: [0-9][A-Z]{2}\b)?")
_AREA_POSTCODES = re.compile(
    r"\b([A-Z]{1,2}(?:(?:, | and | or )[A-Z]{1,2})*) (?:postcodes?(?: area)?|postal (?:area|district)s?)\b"
)
_RADIUS = re.compile(
    r"\b(?:with)?in(?:side)? (?:a )?(?:about )?(?:[0-9]+(?:\.[0-9])?|an?|five|six|eight|ten|twelve"
    r"|fifteen|twenty|twenty-five|thirty|forty|fifty)"
    r"[ -](?:miles?|km|kilomet(?:re|er)s|minutes?)(?:['’]? (?:radius|walk|drive|travel))?(?: (?:of|from) )?",
    re.I,
)
_GENERIC = re.compile(
    r"\b(?:(?:across|throughout|in|within|around|of|from|inside|near|to|at|on|for|by|with"
    r"|outside) )(?P<p>(?:(?:the|our|your|this|each|every|both|all|its|any|either)(?: (?:two|three|four"
    r"|five|six|seven|eight|nine|ten|[0-9]+))?(?: (?:two |three |four )?(?:most |more )?(?:local|upper"
    r"|lower|whole|same|old|new|wider|surrounding|neighbouring|deprived|nearest|busiest|coastal))*"
    r" (?:borough|county|city(?: centre)?|district|town(?: centre)?|village|region|estate|area|ward"
    r"|parish|neighbourhood|communit(?=y hall)|island|valley|coast|city region"
    r"|[Cc]ombined [Aa]uthority area)(?:e?s)?|our patch|all (?:sites|districts|wards)|the Area|the City"
    r"|the Borough|the County|the Group))\b"
)
_FACILITY = re.compile(
    r"\b(?:in|at|across|throughout|around|along|on|from|outside) (?P<p>(?:the|our|your|this|these|each"
    r"|every|both|all|either|any)(?: of)?(?: (?:the|our|your|its|these))?(?: [a-z][\w'’-]*){0,3}?"
    r" (?:nurser(?:y|ies)|librar(?:y|ies)|schools?|hubs?|offices?|buildings?|depots?|premises|yards?"
    r"|clinics?|hospitals?|chapel|estates?|homes|gardens?|stations?|villages?|fields?|parks?|kitchens?|HQ"
    r"|south[ -](?:east|west)|north[ -](?:east|west)|north|south|east|west))\b"
)
_CENTRE = re.compile(r"(?:(?:the|our|your|each|any|a|its|their) )?[\w'’-]+(?: [A-Z0-9][\w'’-]*)*")
_ROAD = re.compile(r"\b(?:(?:north|south|east|west) of )?the [AM][0-9]{1,4}\b")
_WIDE = re.compile(
    r"\b(?:nationwide|nationally|group-wide|countrywide|district-wide|borough-wide|county-wide|city-wide|all sites)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names of places in lower case, each with its own ONS code and that of the district in which it lies."""

    codes: dict[str, str]
    districts: dict[str, str]
    longest: int
    """Words of the longest name."""


def _read_rows() -> list[list[str]]:
    lines = (files("svdocs.statements") / "data" / "places.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer of `data/places.tsv`."""
    rows = _read_rows()
    codes = {_key(name): code for name, _, code, _ in rows}
    districts = {_key(name): district for name, _, _, district in rows}
    return Gazetteer(codes, districts, max(len(k.split()) for k in codes))


@dataclass(frozen=True, slots=True)
class Area:
    """A place of the gazetteer with a code of its own: its name, what it is, and the code."""

    name: str
    kind: str
    code: str


def areas_of_gazetteer() -> tuple[Area, ...]:
    """Return the nations, regions, counties and districts of the gazetteer, in the order of its file."""
    return tuple(
        Area(name, kind, code) for name, kind, code, _ in _read_rows() if code and not kind.startswith("former")
    )


def district_of(name: str) -> str | None:
    """Return the ONS code of the district in which a place of the gazetteer lies, or None.

    >>> district_of("Folkestone"), district_of("Kent")
    ('E07000112', None)
    """
    return load_gazetteer().districts.get(_key(name)) or None


def _key(name: str) -> str:
    return " ".join(name.lower().replace("’", "'").replace("-", " ").replace(",", "").split())


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    rank: float
    code: str | None = None
    named: bool = True


def find_place(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> Place | None:
    """Return the place of the passage as written, with its ONS code where one is known, or None.

    Args:
        text: the passage; for a table row its cells joined by `` | ``.
        header: a table row's column headers.
        cells: a table row's cells.

    >>> find_place("Five apprenticeships for Thanet residents").code
    'E07000114'
    >>> find_place("We will work with residents of Tilbrook Marsh").text
    'Tilbrook Marsh'
    """
    text = text[:MAX_CHARACTERS]
    cell = _place_cell(text, header, cells)
    if cell is not None:
        return cell
    found = _named(text) + _postcodes(text)
    found = _join(text, sorted(found, key=lambda f: f.start)) + _generic(text)
    if not found:
        return None
    best = max(found, key=lambda f: (f.rank, -f.start))
    return Place(text[best.start : best.end], Span(best.start, best.end), best.code)


def _place_cell(text: str, header: Sequence[str], cells: Sequence[str]) -> Place | None:
    """Return the cell beneath a header such as "Where", if the row has one."""
    if len(header) != len(cells):
        return None
    for title, cell, (start, end) in zip(header, cells, read_columns(text, header, cells).bounds, strict=True):
        if cell.strip(" -–") and PLACE_HEADER.search(title.strip()):
            return Place(cell, Span(start, end), load_gazetteer().codes.get(_key(cell)) or None)
    return None


def _named(text: str) -> list[_Found]:
    """Return the capitalised names that are places by the gazetteer or by their position."""
    words = list(_WORD.finditer(text))
    shouting = text.upper() == text
    gazetteer = load_gazetteer()
    not_places = words_of("places", "not_places")
    out: list[_Found] = []
    i = 0
    while i < len(words):
        if not words[i][0][0].isupper():
            i += 1
            continue
        known = _longest_known(text, words, i, gazetteer)
        if known is None and (
            shouting or words[i][0].lower() in not_places or words[i][0].lower() in words_of("places", "in_front")
        ):
            i += 1
            continue
        run_end = _run_end(text, words, i)
        if known is not None:
            found, i = _known_place(text, words, i, known, run_end, gazetteer)
        else:
            found = _unknown_place(text, words, i, run_end)
            i = run_end
        if found is not None:
            out.append(found)
    return out


def _known_place(
    text: str, words: list[re.Match[str]], i: int, known: tuple[int, str], run_end: int, gazetteer: Gazetteer
) -> tuple[_Found | None, int]:
    """Return the gazetteer's place at word i with its rank, and the word after it."""
    end, key = known
    before, _ = _word_before(text, words, i)
    strong, in_front = words_of("places", "strong"), words_of("places", "in_front")
    if run_end > end and _is_longer_name(words, end, run_end):
        return _Found(words[i].start(), words[run_end - 1].end(), 4.0 + (before in strong)), run_end
    follows = words[end][0] if end < len(words) and not _breaks(text, words, end) else ""
    people_after = follows.lower() in words_of("places", "people_after")
    if follows == "Living" or (
        key in words_of("places", "ambiguous")
        and (_opens_sentence(text, words, i) or not (before in in_front or people_after))
    ):
        return None, end
    rank = 4.0 + 1.5 * (before in strong) + 0.5 * (before in in_front) + 0.5 * people_after
    if follows[:1].isupper() and not people_after:
        rank -= 2.5
    return _Found(words[i].start(), words[end - 1].end(), rank, gazetteer.codes.get(key) or None), end


def _unknown_place(text: str, words: list[re.Match[str]], i: int, run_end: int) -> _Found | None:
    """Return the capitalised run at word i if the words around it make it a place."""
    before, definite = _word_before(text, words, i)
    after = words[run_end][0].lower() if run_end < len(words) and not _breaks(text, words, run_end) else ""
    name = [w[0] for w in words[i:run_end]]
    if not _may_be_place(name, before, after, definite, _opens_sentence(text, words, i)):
        return None
    rank = (
        2.5
        + 1.0 * (before in words_of("places", "strong"))
        + 0.5 * (name[-1].lower() in words_of("places", "place_types"))
    )
    return _Found(words[i].start(), words[run_end - 1].end(), rank)


def _word_before(text: str, words: list[re.Match[str]], i: int) -> tuple[str, bool]:
    """Return the word before word i, past an article, and whether there was one."""
    if not i or _breaks(text, words, i):
        return "", False
    before = words[i - 1][0].lower()
    if before in ("the", "our", "a", "its", "their", "your"):
        return (words[i - 2][0].lower() if i > 1 and not _breaks(text, words, i - 1) else ""), True
    return before, False


def _longest_known(text: str, words: list[re.Match[str]], i: int, gazetteer: Gazetteer) -> tuple[int, str] | None:
    """Return the end of the longest gazetteer name that begins at word i, and its key."""
    best: tuple[int, str] | None = None
    parts: list[str] = []
    for j in range(i, min(i + gazetteer.longest, len(words))):
        if j > i and _breaks(text, words, j) and text[words[j - 1].end() : words[j].start()] != ", ":
            break
        parts.append(words[j][0])
        key = _key(" ".join(parts))
        if key in gazetteer.codes and parts[-1][0].isupper():
            best = j + 1, key
        elif j == i and key.endswith("'s") and key[:-2] in gazetteer.codes:
            best = j + 1, key[:-2]
    return best


def _run_end(text: str, words: list[re.Match[str]], i: int) -> int:
    """Return the end of the run of capitalised words at i, with small words inside it ("Stow on the Wold")."""
    j = i + 1
    while j < len(words) and not _breaks(text, words, j):
        if words[j][0][0].isupper():
            j += 1
        elif words[j][0] in ("upon", "on", "le", "la", "under", "next"):
            k = j + 1
            while k < len(words) and words[k][0] in ("the", "le", "la", "to") and not _breaks(text, words, k):
                k += 1
            if (
                k < len(words)
                and words[k][0][0].isupper()
                and not _breaks(text, words, k)
                and words[j][0] in ("upon", "le", "la", "under")
            ):
                j = k + 1
            else:
                break
        else:
            break
    return j


def _breaks(text: str, words: list[re.Match[str]], i: int) -> bool:
    """Say whether a sign stands between word i and the word before it."""
    return text[words[i - 1].end() : words[i].start()].strip() != ""


def _opens_sentence(text: str, words: list[re.Match[str]], i: int) -> bool:
    before = text[: words[i].start()].rstrip(" \"'“‘(•")
    return not before or before[-1] in ".!?:|"


def _is_longer_name(words: list[re.Match[str]], end: int, run_end: int) -> bool:
    """Say whether the words after a known name carry the name on, as in "Lea Bridge Road" or "Barking Riverside"."""
    rest = [w[0] for w in words[end:run_end]]
    return (
        bool(rest)
        and all(w.lower() not in words_of("places", "not_places") for w in rest)
        and rest[-1].lower() in words_of("places", "place_types")
    )


def _may_be_place(name: list[str], before: str, after: str, definite: bool, opens: bool) -> bool:
    not_places, strong = words_of("places", "not_places"), words_of("places", "strong")
    if any(w.lower() in not_places or any(c.isdigit() for c in w) for w in name):
        return False
    if len(name) == 1 and (len(name[0]) < 3 or (name[0].isupper() and len(name[0]) <= 6)):
        return False
    if name[-1].endswith(("'s", "’s")) and before not in strong:
        return False
    if name[-1].lower() in words_of("places", "organisation_types"):
        return False
    if before in strong or before == "at":
        return True
    if before in ("of", "from") and not opens:
        return len(name[0]) > 3
    if after in words_of("places", "people_after") and not opens:
        return definite or after in words_of("places", "residents")
    return (
        name[-1].lower() in words_of("places", "place_types")
        and len(name) > 1
        and before in words_of("places", "in_front")
    )


def _postcodes(text: str) -> list[_Found]:
    out = [
        _Found(m.start(), m.end(), 4.5)
        for m in _AREA_POSTCODES.finditer(text)
        if all(a in POSTCODE_AREAS for a in re.findall(r"[A-Z]+", m[1]))
    ]
    for m in _OUTCODE.finditer(text):
        if m[1] in POSTCODE_AREAS and _near_postcode(text, m):
            out.append(_Found(m.start(), m.end(), 4.5))
    return out


def _near_postcode(text: str, m: re.Match[str]) -> bool:
    """Say whether a code is a postcode by what stands beside it: M25 is a motorway, B1 a clause, FY29 a year."""
    if "postcode" in text.lower():
        return True
    if (
        m[0] in ("M25", "CO2", "CO2E")
        or (m[1] == "FY" and len(m[2]) == 2)
        or (len(m[1]) == 1 and m[1] in "ABM" and len(m[0]) > 3)
    ):
        return False
    return bool(
        re.search(
            r"\b(?:in|of|within|across|near|[A-Z]{1,2}[0-9]{1,2}(?:,| and| or| to))\s*$",
            text[max(m.start() - 12, 0) : m.start()],
        )
    )


def _join(text: str, found: list[_Found]) -> list[_Found]:
    """Return the places with those joined by a comma or "and" as one, so that "Hythe, Lyminge and Elham" is whole."""
    out: list[_Found] = []
    for f in found:
        if out and f.start < out[-1].end:
            if f.rank > out[-1].rank:
                out[-1] = f
            continue
        if out and re.fullmatch(r"(?:,? (?:and|or|&|to)(?: in| at)?(?: the)?|,) ?", text[out[-1].end : f.start]):
            first = out[-1]
            joined = _Found(first.start, f.end, max(first.rank, f.rank))
            if first.rank >= 3.0 or f.rank >= 3.0:
                out[-1] = joined
                continue
        out.append(f)
    return [_with_neighbours(text, f) for f in out]


_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?"
_CARRIED_ON = re.compile(rf"(?:, (?:the )?{_NAME}){{0,6}},? (?:and|or) (?:the )?{_NAME}")


def _with_neighbours(text: str, f: _Found) -> _Found:
    listed = _CARRIED_ON.match(text, f.end) if f.named and f.rank >= 3.5 else None
    if listed and not any(
        w.lower() in words_of("places", "not_places") for w in re.findall(r"[A-Z][\w'’-]*", listed[0])
    ):
        return _Found(f.start, listed.end(), f.rank)
    m = re.match(
        r" (?:borough|district|wards?|postcodes?|postcode area|city region|postcode|city centre|town centre)\b",
        text[f.end :],
    )
    return _Found(f.start, f.end + len(m[0]), f.rank, f.code) if m else f


def _generic(text: str) -> list[_Found]:
    out = [_Found(m.start("p"), m.end("p"), 1.5, named=False) for m in _FACILITY.finditer(text)]
    out += [_Found(m.start(), m.end(), 2.2, named=False) for m in _ROAD.finditer(text)]
    for m in _RADIUS.finditer(text):
        end = m.end()
        if m[0].endswith((" of ", " from ")):
            centre = _CENTRE.match(text, end)
            end = centre.end() if centre else end
        if "minute" in m[0].lower() and not re.search(r"walk|drive|travel|of $|from $", m[0]):
            continue
        out.append(_Found(m.start(), end, 7.0, named=False) if end > m.start() else _Found(m.start(), m.end(), 7.0))
    for m in _GENERIC.finditer(text):
        capital = any(c.isupper() for c in m["p"].split(" ", 1)[-1][:1])
        out.append(_Found(m.start("p"), m.end("p"), 3.2 if capital else 2.0, named=False))
    for m in _WIDE.finditer(text):
        out.append(_Found(m.start(), m.end(), 1.0, named=False))
    return [_Found(f.start, len(text[: f.end].rstrip()), f.rank, f.code) for f in out]
