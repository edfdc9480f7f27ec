"""Reads what a number counts: its noun, or in a table its measure, or what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from svdocs.statements.candidate import Candidate
from svdocs.statements.columns import Columns, Role
from svdocs.statements.measures import fills_cell, measure_unit, unit_beside, unit_of_row, unit_of_title
from svdocs.statements.nouns import (
    DASHES,
    DURATIONS,
    LABEL_WORDS,
    MEASURES,
    ends_clause,
    ends_phrase,
    is_agent,
    is_modifier,
    is_number_word,
    is_plural,
    low_at,
    noun_soon,
    unit_at,
    unit_of_noun,
)
from svdocs.statements.numbers import Number, NumberKind, Token, cut_tokens, find_numbers
from svdocs.statements.statement import Unit
from svdocs.statements.vocabulary import words_of


def read_candidate(
    text: str, tokens: Sequence[Token], number: Number, columns: Columns, earlier: list[Candidate], before: str = ""
) -> Candidate | None:
    """Return the number with what it counts, or None if it is no quantity.

    Args:
        text: the passage.
        tokens: its tokens.
        number: one of its numbers.
        columns: the columns of the row, if it is one.
        earlier: the candidates before it; a number without a noun may stand for theirs.
        before: the sentence before the passage, on whose noun it may lean.
    """
    start, end = tokens[number.first].start, tokens[number.last - 1].end
    cell = columns.cell_at(start)
    role = columns.roles[cell] if cell >= 0 else Role.text
    if number.kind is NumberKind.foreign_money or role in (Role.code, Role.date):
        return None
    if number.kind is NumberKind.money:
        return Candidate(number, Unit.gbp, start, end, number.last, cell)
    if number.kind is NumberKind.percent:
        return _percent_candidate(tokens, number, cell)
    if not number.in_digits and number.value == 1 and _is_pronoun(tokens, number):
        return None
    noun = _noun_after(tokens, number)
    if noun is not None and noun.unit is None:
        return None
    fills = cell >= 0 and fills_cell(tokens, number, columns, cell)
    if (
        noun is not None
        and noun.unit is not None
        and not (noun.weak and fills and unit_of_title(columns.headers[cell]))
    ):
        return Candidate(
            number, noun.unit, start, max(end, tokens[noun.last - 1].end), noun.last, cell, 0.3 * noun.weak
        )
    if fills:
        unit = (
            unit_of_title(columns.headers[cell])
            or unit_beside(columns, cell, earlier)
            or unit_of_row(text, columns, cell)
        )
        if unit is not None:
            return Candidate(number, unit, start, end, number.last, cell)
    guessed = _noun_before(tokens, number) or _antecedent(tokens, number, earlier, before)
    return Candidate(number, guessed, start, end, number.last, cell, weak=1.0) if guessed else None


def _percent_candidate(tokens: Sequence[Token], number: Number, cell: int) -> Candidate:
    """Return a share; three quarters of an hour and half a tonne are measures of their noun instead."""
    i = number.last
    if low_at(tokens, i) == "of" and low_at(tokens, i + 1) in ("a", "an"):
        i += 2
    elif low_at(tokens, i) in ("a", "an"):
        i += 1
    unit = unit_of_noun(low_at(tokens, i)) if i > number.last else None
    if unit in MEASURES and unit is not None:
        part = Number(round(number.value / 100, 4), NumberKind.plain, number.first, number.last, in_digits=False)
        return Candidate(part, unit, tokens[number.first].start, tokens[i].end, i + 1, cell)
    start, end = tokens[number.first].start, tokens[number.last - 1].end
    return Candidate(number, Unit.percent, start, end, number.last, cell)


def _is_pronoun(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether "one" stands for a thing instead of counting it."""
    before, after = low_at(tokens, number.first - 1), low_at(tokens, number.last)
    if before in words_of("quantities", "before_pronoun"):
        return True
    if before in DASHES or after in DASHES:
        return not (after in DASHES and low_at(tokens, number.last + 1) in ("off", "year", "week", "day", "hour"))
    if after == "of":
        return low_at(tokens, number.last + 1) in (
            "our",
            "the",
            "its",
            "their",
            "your",
            "my",
            "them",
            "us",
            "these",
            "those",
        )
    return after in (
        "another",
        "better",
        "now",
        "or",
        "who",
        "side",
        "day",
        "that",
        "which",
        "after",
        "to",
        "from",
        "by",
        "in",
        "and",
    )


@dataclass(frozen=True, slots=True)
class _Noun:
    """The noun that a number counts; no unit means one that is not kept, such as months or litres."""

    unit: Unit | None
    last: int
    weak: bool = False


def _noun_after(tokens: Sequence[Token], number: Number) -> _Noun | None:
    """Return the noun that the number counts, looking on to the next stop."""
    if low_at(tokens, number.last) in DASHES and low_at(tokens, number.last + 1) in words_of("quantities", "compound"):
        return _Noun(None, number.last + 2)
    i = _skip_to_noun(tokens, number)
    if low_at(tokens, i) in ("over", "under") and low_at(tokens, i + 1) in DASHES:
        return _Noun(Unit.people, min(i + 3, len(tokens)))
    if low_at(tokens, i) in ("them", "us", "whom", "these", "those"):
        return None
    if low_at(tokens, i) in ("year", "yr") and low_at(tokens, i + 2) == "s" and tokens[i + 1].kind == "number":
        return _Noun(Unit.people, i + 3)
    i = _past_names(tokens, i)
    unsupported, stops = words_of("quantities", "unsupported"), words_of("quantities", "stop")
    guess: _Noun | None = None
    words, first = 0, i
    while i < len(tokens) and words < 9:
        token = tokens[i]
        low = token.low
        if low in DASHES or low == "/":
            if i > first and token.start != tokens[i - 1].end:
                break
            i += 1
            continue
        if token.kind == "number" or is_number_word(low):
            if (
                low_at(tokens, i - 1) in LABEL_WORDS
                or low_at(tokens, i + 1) in DASHES
                or (token.start == tokens[i - 1].end and tokens[i - 1].kind == "word")
            ):
                i += 1
                continue
            break
        inside = i > first and low_at(tokens, i - 1) in DASHES and token.start == tokens[i - 1].end
        if token.kind != "word":
            if low in ("'", "’") and token.start == tokens[i - 1].end:
                i += 1
                continue
            if low == "," and words and guess is None and noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        if low in stops and not inside:
            if low in ("and", "or") and guess is None and words and noun_soon(tokens, i + 1):
                i += 1
                continue
            break
        words += 1
        if low in unsupported and (
            words == 1
            or (words == 2 and low_at(tokens, i - 1) in ("full", "more", "calendar", "consecutive", "successive"))
        ):
            return _Noun(None, i + 1)
        unit = unit_at(tokens, i)
        if (
            unit is not None
            and low != "hour"
            and words > 1
            and low in ("day", "week")
            and not ends_phrase(tokens, i + 1)
        ):
            unit = None
        if unit is not None and words == 1 and _is_bare_singular(tokens, i, number, unit):
            return _Noun(None, i + 1)
        if unit is not None and (unit is Unit.fte or not is_modifier(tokens, i, number)):
            if guess is not None and unit is Unit.items:
                return guess
            return _refine(tokens, i, unit)
        if (
            unit is None
            and number.value == 1
            and words == 1
            and is_agent(low)
            and not is_plural(low)
            and ends_phrase(tokens, i + 1)
        ):
            return _Noun(Unit.people, i + 1, weak=True)
        if unit is None and guess is None and number.value != 1 and is_plural(low):
            guess = _Noun(Unit.people if is_agent(low) else Unit.items, i + 1, weak=True)
            if low_at(tokens, i + 1) in stops:
                break
        i += 1
    return guess


def _skip_to_noun(tokens: Sequence[Token], number: Number) -> int:
    """Return where the counted noun may begin, past "no.", "+", "out of 17" and "of our five"."""
    i = number.last
    if (
        low_at(tokens, i) == "("
        and i + 1 < len(tokens)
        and tokens[i + 1].kind == "number"
        and low_at(tokens, i + 2) == ")"
    ):
        i += 3
    if low_at(tokens, i) == "or" and low_at(tokens, i + 1) in ("so", "more"):
        i += 2
    elif low_at(tokens, i) in ("+", "x", "×", "odd", "plus"):
        i += 1
    elif low_at(tokens, i) in ("no", "nr", "nos"):
        i += 2 if low_at(tokens, i + 1) == "." else 1
    elif low_at(tokens, i) in DASHES and number.kind is NumberKind.plain and low_at(tokens, i + 1) not in ("", "|"):
        i += 1
    if low_at(tokens, i) == "out" and low_at(tokens, i + 1) == "of":
        i += 1
    if low_at(tokens, i) == "of":
        after_of = words_of("quantities", "after_of")
        while i < len(tokens) and (
            low_at(tokens, i) in after_of
            or tokens[i].kind == "number"
            or is_number_word(low_at(tokens, i))
            or (low_at(tokens, i) in DASHES and is_number_word(low_at(tokens, i + 1)))
        ):
            i += 1
    return i


def _past_names(tokens: Sequence[Token], i: int) -> int:
    """Return where the counted noun goes on after what only names its kind: "Year 9", "Lot 3", "meet the buyer" quoted.

    >>> tokens = cut_tokens("six Year 9 pupils")
    >>> tokens[_past_names(tokens, 1)].text
    'pupils'
    """
    if low_at(tokens, i) in ("year", "lot", "key") and not ends_phrase(tokens, i + 2):
        j = i + 1 + (low_at(tokens, i + 1) == "stage")
        while j < len(tokens) and (
            tokens[j].kind == "number" or (j > i + 1 and low_at(tokens, j) in ("and", "or", "to", "/", *DASHES))
        ):
            j += 1
        if j > i + 1 and j < len(tokens) and tokens[j].kind == "word" and is_plural(tokens[j].low):
            return j
    if low_at(tokens, i) in _QUOTES:
        close = next((j for j in range(i + 1, min(i + 8, len(tokens))) if low_at(tokens, j) in _QUOTES), i)
        if close > i and not ends_phrase(tokens, close + 1):
            return close + 1
    return i


_QUOTES = frozenset("\"“”‘’'")


def _is_bare_singular(tokens: Sequence[Token], i: int, number: Number, unit: Unit) -> bool:
    """Say whether the noun at i, though of more than one, is a singular: a "17 seat" bus is described, not counted."""
    low = tokens[i].low
    if number.value == 1 or unit in MEASURES or is_plural(low) or low in words_of("quantities", "plural_like"):
        return False
    plural_like = words_of("quantities", "plural_like")
    following = [low_at(tokens, k) for k in range(i + 1, i + 6) if low_at(tokens, k) not in DASHES][:3]
    return not ends_phrase(tokens, i + 1) and not any(is_plural(w) or w in plural_like for w in following)


def _refine(tokens: Sequence[Token], i: int, unit: Unit) -> _Noun:
    """Return the noun with what stands around it: buyer days are events, jobs (FTE) are FTE."""
    if unit is Unit.days and low_at(tokens, i - 1) in words_of("quantities", "event_days") | _QUOTES:
        return _Noun(Unit.events, i + 1)
    if (
        unit is Unit.people
        and low_at(tokens, i + 1) in ("(", "in", ",")
        and low_at(tokens, i + 2) in ("fte", "ftes", "wte")
    ):
        return _Noun(Unit.fte, i + 3)
    if unit is Unit.people and low_at(tokens, i + 1) in ("fte", "ftes", "wte"):
        return _Noun(Unit.fte, i + 2)
    if unit is Unit.fte and tokens[i].low in ("full", "whole"):
        return _Noun(unit, _end_of_full_time(tokens, i))
    if "buyer" in (low_at(tokens, i - 1), low_at(tokens, i - 2)) and unit in (Unit.meals, Unit.sessions, Unit.items):
        return _Noun(Unit.events, i + 1)
    if unit is Unit.tco2e:
        last = i + 1
        while last < min(i + 7, len(tokens)) and low_at(tokens, last) in (
            "of",
            "co",
            "2",
            "2e",
            "e",
            "carbon",
            "dioxide",
            "equivalent",
            "emissions",
            "saved-",
        ):
            last += 1
        return _Noun(unit, last)
    return _Noun(unit, i + 1)


def _end_of_full_time(tokens: Sequence[Token], i: int) -> int:
    """Return where the words of full time, and of its equivalent, end that begin at i, so that the quote holds all."""
    words = iter(("time", "equivalent"))
    end, wanted = i + 1, next(words)
    for j in range(i + 1, min(i + 5, len(tokens))):
        if tokens[j].low in (wanted, f"{wanted}s"):
            end, wanted = j + 1, next(words, "")
        elif tokens[j].low not in DASHES:
            break
    return end


def _noun_before(tokens: Sequence[Token], number: Number) -> Unit | None:
    """Return the unit of the noun that a closing number counts: "Care leavers placed and paid: 3"."""
    if not ends_clause(tokens, number.last):
        return None
    first = number.first
    for j in range(first - 1, max(first - 4, -1), -1):
        if tokens[j].low in (":", "=", "–", "—") or (
            tokens[j].low == "-" and j and tokens[j].start > tokens[j - 1].end
        ):
            return measure_unit(tokens[max(j - 14, 0) : j])
        if tokens[j].low in (".", ";", "|"):
            return None
    return None


def _antecedent(tokens: Sequence[Token], number: Number, earlier: list[Candidate], before: str) -> Unit | None:
    """Return the unit of what a number without a noun stands for: "no fewer than three will be hired"."""
    i = number.last
    after, leads = low_at(tokens, i), low_at(tokens, number.first - 1)
    more = after in ("more", "others", "other", "further", "extra", "such") and (
        ends_phrase(tokens, i + 1) or after in ("others", "such")
    )
    of_them = after == "of" and low_at(tokens, i + 1) in ("them", "whom", "these", "those", "which", "us", "you")
    if of_them and low_at(tokens, i + 1) in ("us", "you", "whom"):
        return Unit.people
    acts = _is_predicate(after)
    if not (more or of_them or acts or ends_clause(tokens, i)) or _names_something(tokens, number):
        return None
    if (
        number.in_digits
        and after in ("in", "on", "at", "to", "from", "by", "for", "with", "and")
        and number.value > 2100
    ):
        return None
    if more and after != "such":
        ahead = _group_ahead(tokens, i + 1)
        if ahead is not None:
            return ahead
    if earlier and earlier[-1].unit is Unit.percent and leads in ("at", "to") and ends_clause(tokens, i):
        return Unit.percent
    does = acts and after in words_of("quantities", "verbs_of_many")
    alone = number.value == 1 and not number.in_digits and ends_clause(tokens, i)
    for c in reversed(earlier):
        if c.unit not in (Unit.percent, Unit.gbp) and not ((does or alone) and c.unit in MEASURES):
            return c.unit
    unit = _unit_named(tokens[max(number.first - 25, 0) : number.first], of_them)
    human = words_of("quantities", "human_predicates")
    if unit is None and any(low_at(tokens, j) in human for j in range(i, i + 5)):
        return Unit.people
    if unit is None and before and not alone:
        unit = _unit_of_sentence(before, does)
    if unit is not None:
        return unit
    if of_them or does or (after in ("a", "per") and low_at(tokens, i + 2) in words_of("quantities", "verbs_of_many")):
        return Unit.people
    ahead = _group_ahead(tokens, i) if after in ("for", "to", "by", "came", "live", "lived", "more") else None
    if (
        ahead is None
        and not number.in_digits
        and (more or after in ("of", "will", "were", "was", "are", "have", "has") or after.endswith("ed"))
    ):
        return Unit.people
    return ahead


def _names_something(tokens: Sequence[Token], number: Number) -> bool:
    """Say whether a number without a noun is a name, an age or a term: ISO 14001, s.54, "over 22", "the four"."""
    i, leads = number.first - 1, low_at(tokens, number.first - 1)
    if leads in words_of("quantities", "before_label") or leads in words_of("quantities", "labels"):
        return True
    after = low_at(tokens, number.last)
    if leads in ("the", "next") and not (_is_predicate(after) or after == "more"):
        return True
    if leads in ("was", "is", "turned", "turns") and low_at(tokens, i - 1) in ("she", "he", "who", "they", "i"):
        return True
    if not number.in_digits:
        return False
    touches = i >= 0 and tokens[i].end == tokens[number.first].start and leads != "("
    named = (
        i > 0 and tokens[i].text[:1].isupper() and tokens[i].kind == "word" and low_at(tokens, i - 1) not in (".", "|")
    )
    first = i < 0 and (number.value != int(number.value) or after == ")")
    return touches or named or first or after == ")" or (leads in ("over", "under") and 15 < number.value < 100)


def _is_predicate(low: str) -> bool:
    """Say whether the word after a number goes on with what the number does, so that it counts no noun."""
    return low in words_of("quantities", "predicates") or (low.endswith(("ed", "n't")) and len(low) > 4)


def _unit_named(tokens: Sequence[Token], of_them: bool) -> Unit | None:
    """Return the unit of the last thing that the words name, in the plural or by "a", "any" or "each"."""
    plural_like = words_of("quantities", "plural_like")
    for j in range(len(tokens) - 1, -1, -1):
        low = tokens[j].low
        if tokens[j].kind != "word":
            continue
        if is_plural(low) or low in plural_like:
            unit = unit_of_noun(low)
            if unit is not None and unit not in MEASURES and not (low == "staff" and not of_them):
                return unit
            if unit is None and is_agent(low):
                return Unit.people
        elif low_at(tokens, j - 1) in ("a", "an", "any", "each", "every"):
            unit = unit_of_noun(low)
            if unit is not None and unit not in DURATIONS and ends_phrase(tokens, j + 1):
                return unit
    return None


@lru_cache(maxsize=64)
def _unit_of_sentence(text: str, does: bool) -> Unit | None:
    """Return the unit of the last thing that a sentence counts, or else names; what does something is no measure."""
    tokens = cut_tokens(text)
    for number in reversed(find_numbers(tokens)):
        noun = _noun_after(tokens, number) if number.kind is NumberKind.plain else None
        if noun is not None and noun.unit is not None and not (does and noun.unit in MEASURES):
            return noun.unit
    return _unit_named(tokens, of_them=True)


def _group_ahead(tokens: Sequence[Token], i: int) -> Unit | None:
    """Return the unit of the group that the words after name: "two more for young people"."""
    for j in range(i, min(i + 7, len(tokens))):
        if tokens[j].low in (".", ";", "|"):
            return None
        unit = unit_of_noun(tokens[j].low)
        if unit in (Unit.people, Unit.organisations) and (
            is_plural(tokens[j].low) or tokens[j].low in words_of("quantities", "plural_like")
        ):
            return Unit.people if unit is Unit.people else None
    return None


_ORDINALS = frozenset({"second", "third", "fourth", "fifth", "further", "new", "first"})


def find_engaged_one(tokens: Sequence[Token], columns: Columns) -> list[Candidate]:
    """Return the first "an apprentice" of a passage that takes people on and holds no number, as one person."""
    engage, roles, stops = (
        words_of("quantities", "engage"),
        words_of("quantities", "role_nouns"),
        words_of("quantities", "stop"),
    )
    if not any(t.low in engage for t in tokens):
        return []
    for i, t in enumerate(tokens):
        if t.low not in ("a", "an", "another"):
            continue
        for j in range(i + 1, min(i + 7, len(tokens))):
            low = tokens[j].low
            if (tokens[j].kind != "word" and low not in DASHES) or low in stops or low == "of":
                break
            if low in roles and unit_of_noun(low_at(tokens, j + 1)) is None and low_at(tokens, j + 1) not in DASHES:
                return [_one(tokens, columns, Unit.people, i, j + 1)]
    return []


def find_without_number(tokens: Sequence[Token], columns: Columns) -> list[Candidate]:
    """Return what a passage without a number counts all the same: "an hour and a half a week", "twice a year"."""
    for i in range(len(tokens)):
        found = _read_single_time(tokens, i, columns) or _read_times(tokens, i, columns)
        if found is not None:
            return [found]
    return []


def _one(tokens: Sequence[Token], columns: Columns, unit: Unit, first: int, last: int, value: float = 1.0) -> Candidate:
    """Return what the tokens from `first` to before `last` count without a number."""
    start = tokens[first].start
    number = Number(value, NumberKind.plain, first, first + 1, in_digits=False)
    return Candidate(number, unit, start, tokens[last - 1].end, last, columns.cell_at(start), weak=1.0)


_OF_TIME = frozenset({"paid", "extra", "additional", "monthly", "full", "whole", "free", "single", "further", "weekly"})
_PERIODS = frozenset(
    {"year", "yearly", "week", "weekly", "month", "monthly", "annually", "term", "quarter", "season", "fortnight"}
)


def _read_single_time(tokens: Sequence[Token], i: int, columns: Columns) -> Candidate | None:
    """Read "a day a month", "a paid hour each week", "gives a fortnight" at i, or "a tonne and a half"."""
    if tokens[i].low not in ("a", "an"):
        return None
    at = i + 1
    while low_at(tokens, at) in _OF_TIME:
        at += 1
    noun = low_at(tokens, at)
    unit = unit_of_noun(noun)
    if unit not in MEASURES or unit is None or is_plural(noun) or unit is Unit.fte:
        return None
    half = [low_at(tokens, j) for j in range(at + 1, at + 4)] == ["and", "a", "half"]
    last = at + (4 if half else 1)
    value = (1.5 if half else 1.0) * (2 if noun == "fortnight" else 1)
    if unit not in DURATIONS:
        return _one(tokens, columns, unit, i, last, value) if half else None
    after, second = low_at(tokens, last), low_at(tokens, last + 1)
    recurs = after in ("a", "per", "each", "every") and second in _PERIODS
    given = low_at(tokens, i - 1) in words_of("quantities", "giving")
    if recurs or (given and after in ("of", "a", "per", "each", "every")):
        return _one(tokens, columns, unit, i, last, value)
    return None


def _read_times(tokens: Sequence[Token], i: int, columns: Columns) -> Candidate | None:
    """Read "twice a year", "four times a term" or "twenty-six times" at i as so many sessions or events."""
    if tokens[i].low == "twice":
        value, last = 2.0, i + 1
    elif tokens[i].low == "times" and i and low_at(tokens, i + 1) not in ("more", "as", "the", "higher", "over"):
        number = next((n for n in find_numbers(tokens[max(i - 5, 0) : i]) if n.last == min(i, 5)), None)
        if number is None or number.kind is not NumberKind.plain:
            return None
        value, last = number.value, i + 1
    else:
        return None
    j = last
    while low_at(tokens, j) in DASHES or low_at(tokens, j) in ("a", "per", "each", "every", "in"):
        j += 1
    if low_at(tokens, j) in _PERIODS:
        last = j + 1
    elif tokens[i].low == "twice":
        return None
    # What happens but twice a year is an event; what happens more often is one of a row of sessions.
    rare = tokens[i].low == "twice" and low_at(tokens, last - 1) in ("year", "yearly", "annually")
    found = _one(tokens, columns, Unit.events if rare else Unit.sessions, i, last, value)
    found.after = i + 1
    return found
