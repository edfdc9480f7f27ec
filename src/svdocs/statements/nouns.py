"""Nouns and what they are counted as: people, hours, devices; and which nouns only describe the noun that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from svdocs.statements.numbers import TENS_BY_WORD, UNITS_BY_WORD, Number, Token
from svdocs.statements.statement import Unit
from svdocs.statements.vocabulary import words_of

DURATIONS = frozenset({Unit.hours, Unit.days, Unit.weeks})


MEASURES = DURATIONS | {Unit.miles, Unit.km, Unit.tonnes, Unit.kg, Unit.tco2e, Unit.fte}
"""Units that outrank what they measure: learner hours are hours, car miles are miles."""


DASHES = frozenset("-–—‐‑")


_AGENT = re.compile(r"(?:er|or|ist|ant|ee|ian|mate)$")


LABEL_WORDS = frozenset(
    {"level", "levels", "band", "bands", "tier", "year", "years", "stage", "grade", "phase", "lot", "l", "ks", "entry"}
    | {"scope", "section"}
)


@lru_cache(maxsize=1)
def counted_nouns() -> dict[str, Unit]:
    """Return what each counted noun is counted as, from `data/units.tsv`."""
    lines = (files("svdocs.statements") / "data" / "units.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {noun: Unit(unit) for noun, unit in rows[1:]}


@lru_cache(maxsize=8192)
def singular(noun: str) -> str:
    """Return a noun's singular as far as its form tells.

    >>> [singular(w) for w in ("apprentices", "charities", "buses", "classes", "staff")]
    ['apprentice', 'charity', 'bus', 'class', 'staff']
    """
    if noun.endswith(("'s", "s'")):
        return singular(noun[:-2] if noun.endswith("'s") else noun[:-1])
    if len(noun) > 4 and noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes", "buses")):
        return noun[:-2]
    return noun[:-1] if len(noun) > 3 and noun.endswith("s") and not noun.endswith("ss") else noun


@lru_cache(maxsize=8192)
def unit_of_noun(word: str) -> Unit | None:
    """Return what a noun is counted as, or None if it is not one that the table knows.

    >>> unit_of_noun("apprentices").value, unit_of_noun("mowers")
    ('people', None)
    """
    nouns = counted_nouns()
    return nouns.get(word) or nouns.get(singular(word))


def low_at(tokens: Sequence[Token], i: int) -> str:
    """Return the token at i in lower case, or nothing beyond the ends."""
    return tokens[i].low if 0 <= i < len(tokens) else ""


def is_number_word(low: str) -> bool:
    """Say whether the word is a number from nought to ninety in words."""
    return low in UNITS_BY_WORD or low in TENS_BY_WORD


def ends_phrase(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a noun phrase cannot go on at i: a sign, a verb or a preposition stands there."""
    return (
        i >= len(tokens)
        or tokens[i].kind != "word"
        or tokens[i].low in words_of("quantities", "stop")
        or tokens[i].low == "of"
    )


def _phrase_end(tokens: Sequence[Token], i: int, most: int) -> int:
    """Return where the run of words from i ends, or `most`."""
    while i < min(most, len(tokens)) and (not ends_phrase(tokens, i) or tokens[i].low in DASHES):
        i += 1
    return i


def is_plural(low: str) -> bool:
    """Say whether the word has the form of a plural."""
    return len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "'s", "ous"))


def is_agent(noun: str) -> bool:
    """Say whether a noun has the form of one that names people: trainers, apprenticeships, trustees."""
    one = singular(noun)
    if one.endswith("ship") and one not in (
        "ship",
        "partnership",
        "membership",
        "relationship",
        "sponsorship",
        "township",
    ):
        return True
    return bool(_AGENT.search(one)) and one not in words_of("quantities", "not_agents")


def noun_soon(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a counted noun comes before the next stop, as in "micro, small and medium-sized enterprises"."""
    for j in range(i, min(i + 5, len(tokens))):
        low = tokens[j].low
        if low in LABEL_WORDS or (tokens[j].kind == "number" and low_at(tokens, j - 1) in LABEL_WORDS):
            continue
        if tokens[j].kind == "number" or is_number_word(low) or low in ("|", ".", ";", ":", "(", ")", "a", "an", "the"):
            return False
        if low in words_of("quantities", "stop"):
            return False
        unit = unit_of_noun(low)
        if unit is not None and low != "local":
            return is_plural(low) or low in words_of("quantities", "plural_like")
    return False


def unit_at(tokens: Sequence[Token], i: int) -> Unit | None:
    """Return what the noun at i is counted as, by itself or with the words after it ("tonnes of CO2e")."""
    low, after = tokens[i].low, low_at(tokens, i + 1)
    if low == "local" or (low in ("t", "te") and not tokens[i].text.islower()):
        return None
    if after in DASHES:
        joined = counted_nouns().get(f"{low}-{singular(low_at(tokens, i + 2))}") or counted_nouns().get(
            f"{low}-{low_at(tokens, i + 2)}"
        )
        if joined is not None:
            return joined
    if low in ("tonnes", "tonne", "t", "tons") and _is_carbon(tokens, i):
        return Unit.tco2e
    if low == "tco" or (low == "co" and after in ("2", "2e")):
        return Unit.tco2e
    if low in ("full", "whole") and (after in DASHES or after == "time") and _is_equivalent(tokens, i):
        return Unit.fte
    if low in ("banks", "bank") and low_at(tokens, i - 1) == "food":
        return Unit.organisations
    return unit_of_noun(low)


def _is_carbon(tokens: Sequence[Token], i: int) -> bool:
    """Say whether the tonnes at i are of carbon: by the words after them, or because emissions are the subject."""
    after = [low_at(tokens, j) for j in range(i + 1, i + 5)]
    if any(w in ("co", "carbon", "emissions", "greenhouse") for w in after):
        return True
    if after[0] == "of" or "waste" in after:
        return False
    return any(low_at(tokens, j) in ("carbon", "emissions", "co") for j in range(max(i - 14, 0), i))


def _is_equivalent(tokens: Sequence[Token], i: int) -> bool:
    """Say whether "full-time" at i goes on to "equivalent", or "posts", which the guide counts as FTE too."""
    return any(low_at(tokens, j).startswith("equivalent") for j in range(i + 1, i + 6)) or (
        low_at(tokens, i + 2) == "time" and low_at(tokens, i + 3) in ("posts", "jobs", "roles", "positions")
    )


def is_modifier(tokens: Sequence[Token], i: int, number: Number) -> bool:
    """Say whether the noun at i only describes the noun that follows, as in "learner hours" and "school pupils"."""
    low, j = tokens[i].low, i + 1
    if low_at(tokens, j) in ("'", "’") and tokens[j].start == tokens[i].end and not ends_phrase(tokens, j + 1):
        return unit_of_noun(low) not in DURATIONS
    if low_at(tokens, j) in DASHES and f"{low}-{singular(low_at(tokens, j + 1))}" in counted_nouns():
        j += 2
    if low_at(tokens, j) in DASHES:
        if low_at(tokens, j + 1) in ("led", "based", "friendly", "owned", "run", "facing", "wide", "long", "shift"):
            return True
        j += 1
    if ends_phrase(tokens, j):
        return False
    after = tokens[j].low
    following = unit_of_noun(after)
    plural_like = words_of("quantities", "plural_like")
    if following in MEASURES and after not in ("t", "day", "week", "hour"):
        return True
    if low.endswith("'s"):
        return True
    singular_like = not is_plural(low) or number.value == 1
    if (singular_like and low not in plural_like) or low in ("staff", "youth"):
        for k in range(j, min(j + 3, len(tokens))):
            if ends_phrase(tokens, k) and low_at(tokens, k) not in DASHES:
                break
            if unit_of_noun(low_at(tokens, k)) in MEASURES and is_plural(low_at(tokens, k)) | (
                low_at(tokens, k) == "hrs"
            ):
                return True
        if low in plural_like:
            return following is not None and is_plural(after)
        if number.value == 1:
            return following is not None
        dashes = sum(low_at(tokens, k) in DASHES for k in range(j, j + 4))  # joined words are words of their own
        phrase = [low_at(tokens, k) for k in range(j, _phrase_end(tokens, j, j + 3 + dashes))]
        return any(is_plural(w) or w in plural_like for w in phrase)
    return False


def ends_clause(tokens: Sequence[Token], i: int) -> bool:
    """Say whether a sign that closes a clause, or the end, stands at i."""
    return low_at(tokens, i) in ("", ".", ";", ",", "(", ")", "|", "!")
