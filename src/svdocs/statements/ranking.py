"""Ranks the numbers of a passage by how likely each is to be its quantity, and says by what it is counted."""

from __future__ import annotations

from collections.abc import Sequence

from svdocs.statements.candidate import Candidate
from svdocs.statements.columns import Columns, Role
from svdocs.statements.nouns import DASHES, DURATIONS, MEASURES, ends_clause, is_number_word, is_plural, low_at
from svdocs.statements.numbers import NumberKind, Token
from svdocs.statements.statement import Per, Unit
from svdocs.statements.vocabulary import words_of


def depths_of(tokens: Sequence[Token]) -> list[int]:
    """Return for each token how many brackets are open around it."""
    out, depth = [], 0
    for t in tokens:
        depth += t.low == "("
        out.append(depth)
        if t.low == ")" and depth:
            depth -= 1
    return out


def rank_of(
    c: Candidate,
    index: int,
    found: list[Candidate],
    tokens: Sequence[Token],
    depths: list[int],
    columns: Columns,
    promise: bool | None = None,
) -> float:
    """Return how likely the candidate is to be the passage's quantity; 3 for a plain first number with its noun."""
    n = c.number
    before = [low_at(tokens, j) for j in range(n.first - 1, n.first - 6, -1)]
    after = [low_at(tokens, j) for j in range(c.after, c.after + 4)]
    rank = 3.0 - 0.2 * min(index, 5) - c.weak
    if c.unit in DURATIONS:
        rank += _duration_rank(c, tokens, before, after)
    if c.unit in (Unit.miles, Unit.km) and (
        before[0] in ("within", "under", "inside", "over")
        or (before[0] == "than" and before[2] not in ("no", "not"))
        or after[0] in ("from", "radius")
    ):
        rank -= 6.0
    if (
        c.unit is Unit.sessions
        and n.value <= 12
        and c.per is None
        and any(o is not c and o.unit is Unit.people and o.number.value > n.value and o.weak < 1 for o in found)
    ):
        rank -= 0.6
    if c.unit is Unit.fte:
        rank += 0.5
    if depths[n.first] and c.unit is not Unit.fte:
        rank -= 2.0
    rank += _condition_rank(c, tokens, before, after) + _qualifier_rank(c, tokens, before, after)
    if len(found) > 1:
        same = any(o is not c and o.unit is c.unit and o.number.first < n.first for o in found)
        rank += _change_rank(c, tokens, before, after, promise, same=same)
    if c.cell >= 0:
        rank += _column_rank(c, tokens, columns, promise)
    if "total" in before[:3] or "total" in after[:2] or after[:2] == ["in", "all"] or after[:2] == ["all", "told"]:
        rank += 1.5
    return rank


def _qualifier_rank(c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str]) -> float:
    """Return what is taken off a number that only describes something: a notice, a size, a rate, a likeness."""
    if (
        low_at(tokens, 0) == "with"
        and c.number.first < 6
        and before[0] in ("with", "of")
        and low_at(tokens, c.after) in ("we", ",")
    ):
        return -7.0
    if c.unit is Unit.gbp and tokens[0].low == "with" and before[0] == "of" and before[1] in ("sales", "turnover"):
        return -7.0
    ahead = [w for w in after[:3] if w not in ("'", "’")]
    if c.unit in (Unit.days, Unit.weeks) and ahead[:1] and ahead[0] in ("notice", "ahead", "before", "wait", "delay"):
        return -7.0
    if c.unit in (Unit.tonnes, Unit.kg) and before[0] in ("under", "over", "below", "above") and is_plural(before[1]):
        return -6.0
    if before[0] in ("minus", "plus-or-minus") or before[:3] in (["of", "size", "the"], ["of", "length", "the"]):
        return -7.0
    if c.unit is Unit.percent and (
        (before[0] == "at" and before[1] in ("accrued", "out", "charged", "calculated", "taxed"))
        or (before[0] == "of" and before[1] in ("penalty", "premium", "surcharge"))
    ):
        return -7.0
    if c.unit in (Unit.people, Unit.items) and before[0] == "of" and before[1] in ("employer", "firm"):
        return -4.5
    if c.unit is Unit.gbp and before[0] in ("under", "below") and before[1] in ("of", "lots", "orders", "contracts"):
        return -5.0
    if (
        before[0] == "with"
        and before[1] in (",", "explore", "looking", "talks", "out", "chats")
        and c.unit
        in (
            Unit.people,
            Unit.organisations,
            Unit.items,
        )
    ):
        return -4.5
    return 0.0


def _change_rank(
    c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str], promise: bool | None, *, same: bool
) -> float:
    """Return what the words say of a number among others: the level to which a change leads, or that which it leaves.

    `same` says whether a number of the same unit stands before it, so that "to" can lead from one to the other.
    """
    rank, lead = 0.0, [w for w in before if w not in ("a", "about", "around", "some", "nearly", "at", "least", "just")]
    if _in_condition(tokens, c.number.first) or c.number.value == 1:
        pass
    elif (
        lead[:1] in (["becomes"], ["become"], ["reach"], ["reaches"], ["want"], ["wants"])
        or lead[:2] in (["be", "there'll"], ["at", "stands"], ["that", "make"], ["that", "makes"], ["it", "make"])
        or (same and lead[:1] == ["to"] and lead[1] != "up" and words_of("quantities", "changes") & set(lead[1:5]))
    ):
        rank += 2.0
    elif "so" in lead[:3] and "that" not in lead[:3]:
        rank += 1.5
    if promise is True and words_of("quantities", "as_now") & set(_clause_after(tokens, c.after)):
        rank -= 2.5
    if promise is True and after[0] in ("already", "when", "before"):
        rank -= 2.0
    if promise is False:
        asked = words_of("quantities", "undertaken")
        if asked & {*(low_at(tokens, j) for j in range(c.after, c.after + 4)), *_clause_before(before)} or after[
            :1
        ] == ["when"]:
            rank -= 2.2
    return rank


def _clause_before(before: list[str]) -> list[str]:
    """Return those of the words before a number, nearest first, that stand in its own clause."""
    return before[: next((i for i, w in enumerate(before) if w in (",", ";", "and", "but")), len(before))]


def _clause_after(tokens: Sequence[Token], i: int) -> list[str]:
    """Return the words from i to the end of the clause."""
    out: list[str] = []
    for j in range(i, min(i + 14, len(tokens))):
        low = tokens[j].low
        if low in (",", ";", ".", ":", "|", "and", "but", "(") or tokens[j].kind == "number":
            break
        out.append(low)
    return out


def _column_rank(c: Candidate, tokens: Sequence[Token], columns: Columns, promise: bool | None) -> float:
    role = columns.roles[c.cell]
    if promise is not None and role in (Role.target, Role.result):
        return 4.0 if promise is (role is Role.target) else 2.5
    offset = tokens[c.number.first].start - columns.bounds[c.cell][0]
    if role is Role.text:
        return 1.0 if c.cell and offset < 12 else 0.0
    return {Role.target: 3.4, Role.result: 3.2, Role.baseline: -2.0, Role.note: -1.5, Role.place: -2.0}.get(role, 0.0)


def _duration_rank(c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str]) -> float:
    n = c.number
    if low_at(tokens, n.last) in DASHES:
        return -4.5
    if before[0] == "than" and before[2] == "no":
        return 0.0
    limit = [
        w for w in before[:3] if w not in ("a", "an", "the", "of", "about", "up", "working", "just", "at", "least")
    ]
    word = limit[0] if limit else ""
    if before[:2] == ["in", "put"] or (word == "over" and before[0] != "over"):
        return 0.0
    if word in words_of("quantities", "time_limits") or (word in ("in", "over", "under", "for") and before[0] == word):
        if (
            c.unit is Unit.days
            and word in ("within", "inside", "in")
            and any(t.low in words_of("quantities", "payment") for t in tokens)
        ):
            return -1.7
        if c.unit is Unit.hours and n.value >= 40:
            return -0.5
        return -2.5 if word == "for" else -6.0
    if c.unit is Unit.hours and n.value >= 20 and "week" not in after[:3]:
        return 0.5
    if (after[0] == "each" and ends_clause(tokens, c.after + 1)) or (before[0] == "of" and n.value < 20):
        return -1.5
    return 0.0


def _condition_rank(c: Candidate, tokens: Sequence[Token], before: list[str], after: list[str]) -> float:
    """Return what the words around take off: a number may set a rate, a threshold, a baseline or a whole."""
    n, rank = c.number, 0.0
    if (before[0] in ("each", "every", "per") and before[1] not in ("of", "on", "in")) or (
        before[0] in ("for", "to") and before[1] in ("each", "every")
    ):
        rank -= 3.0
    if before[0] == "than" and before[1] not in ("less", "fewer", "more", "later", "lower", "earlier"):
        rank -= 2.5
    elif (
        before[0] == "than"
        and before[2] not in ("no", "not")
        and (
            before[2]
            in (
                "of",
                "worth",
                "employing",
                "have",
                "where",
                "costing",
                "are",
                "after",
                "above",
                "below",
                "equipment",
                "longer",
            )
            or before[1] == "longer"
            or (before[2] == "with" and tokens[n.first - 3].text.islower())
        )
    ):
        rank -= 5.0
    if before[0] in ("below", "under") and before[1] not in ("by", "to", "just"):
        rank -= 3.0 if c.unit in (Unit.people, Unit.gbp) else 1.0
    if before[0] in ("above", "exceeding", "exceeds", "exceed", "tops", "beyond") or (
        before[0] == "over" and before[1] not in ("by", "just", "well", "to", "of") and c.unit is Unit.gbp
    ):
        rank -= 4.5
    if before[0] == "now" or "baseline" in before[:3] or "base" in before[:2]:
        rank -= 4.5
    if (
        before[0] == "with"
        and before[1] not in ("work", "working", "engage", "engaging", "worked", "spent", "spend")
        and c.unit in (Unit.people, Unit.organisations, Unit.schools, Unit.items)
    ):
        rank -= 2.5
    if before[0] in words_of("quantities", "definite"):
        rank -= 1.0 if c.unit is not Unit.people else 0.3
        if c.unit in (Unit.items, Unit.schools, Unit.events) and words_of("quantities", "in_front_of_place") & set(
            before[1:3]
        ):
            rank -= 3.5
    if n.kind is NumberKind.money and words_of("quantities", "valued") & set(before[:3]):
        rank -= 1.2
    if n.kind is NumberKind.money and before[0] == "of" and is_plural(before[1]):
        rank -= 0.5
    if words_of("quantities", "asked") & set(_clause_before(before)):
        rank -= 2.2
    if before[0] == "by" and c.unit in MEASURES and c.unit not in DURATIONS:
        rank += 1.0
    if (
        before[0] in ("against", "currently", "versus", "v", "vs", "from")
        or before[1] in ("against", "currently", "present")
        or (before[1] == "from" and before[0] in ("a", "about", "around", "the", "some", "today's"))
    ):
        rank -= 3.0
    if before[0] in ("of", "the", "our", "its") and _whole_of(tokens, n.first):
        rank -= 3.5
    elif before[:2] in (["the", "of"], ["our", "of"], ["said", "the"]) or (before[0] == "of" and before[1] == "out"):
        rank -= 2.5 if len(tokens) > c.after + 3 else 0.0
    if words_of("quantities", "as_now") & {low_at(tokens, j) for j in range(c.after, c.after + 6)}:
        rank -= 0.7
    if after[0] in ("currently", "now", "today") or after[:2] in (
        ["at", "present"],
        ["last", "year"],
        ["as", "things"],
    ):
        rank -= 2.0
    if after[0] in words_of("quantities", "delta_after") and c.unit in (
        Unit.tco2e,
        Unit.tonnes,
        Unit.miles,
        Unit.percent,
        Unit.items,
    ):
        rank += 1.5
    if n.kind is NumberKind.money and (after[:2] in (["an", "hour"], ["per", "hour"]) or after[0] in ("ph", "hourly")):
        rank -= 3.0
    if before[:2] in (["whom", "of"], ["which", "of"]) or (before[0] in ("including", "include", "includes")):
        rank -= 2.0
    if (
        before[0] == "with"
        and c.unit is Unit.people
        and any(
            t.low in ("employers", "employer", "anyone", "firms", "companies", "businesses")
            for t in tokens[max(n.first - 8, 0) : n.first]
        )
    ):
        rank -= 5.0
    if _in_condition(tokens, n.first):
        rank -= 4.2
    if before[0] in ("to", "from") and c.unit in (Unit.schools, Unit.organisations, Unit.people):
        rank -= 0.4
    if after[:2] == ["or", "more"] and c.unit is Unit.people and before[0] in ("with", "of"):
        rank -= 3.0
    return rank


def _in_condition(tokens: Sequence[Token], first: int) -> bool:
    """Say whether the number stands in an "if" clause: it is what must come true, not what is promised."""
    for j in range(first - 1, max(first - 11, -1), -1):
        low = tokens[j].low
        if low in (",", ".", ";", ":", "|", "-", "–", "(", ")", "we", "will", "shall"):
            return low in ("we",) and low_at(tokens, j - 1) in ("if", "once", "unless")
        if low in ("if", "once", "unless", "whenever"):
            return True
    return False


def _whole_of(tokens: Sequence[Token], first: int) -> bool:
    """Say whether the number at `first` is the whole of which another is the part: "9 of 12", "two of our five"."""
    i = first - 1
    while i >= 0 and tokens[i].low in ("the", "our", "its", "their", "your"):
        i -= 1
    if low_at(tokens, i) != "of":
        return False
    i -= 1 + (low_at(tokens, i - 1) == "out")
    return i >= 0 and (
        tokens[i].kind == "number" or is_number_word(tokens[i].low) or tokens[i].low in ("half", "hundred", "%")
    )


_PER_WORDS = {
    "year": Per.year, "yr": Per.year, "annum": Per.year, "annually": Per.year, "yearly": Per.year, "pa": Per.year,
    "month": Per.month, "monthly": Per.month, "week": Per.week, "weekly": Per.week, "wk": Per.week,
    "employee": Per.employee, "head": Per.employee, "person": Per.employee, "colleague": Per.employee,
    "contract": Per.contract,
}  # fmt: skip


def per_of(c: Candidate, tokens: Sequence[Token], columns: Columns) -> Per | None:
    """Return the period or head by which the candidate is counted, read from the words after it."""
    end = columns.bounds[c.cell][1] if c.cell >= 0 else tokens[-1].end
    years = words_of("quantities", "year_words")
    for i in range(c.after, min(c.after + 14, len(tokens))):
        low, before = tokens[i].low, low_at(tokens, i - 1)
        if tokens[i].start >= end or low == ";" or (low == "." and before not in ("p", "a")):
            break
        if tokens[i].kind == "number" and i > c.after:
            break
        if low in ("annually", "yearly", "monthly", "weekly"):
            return _PER_WORDS[low]
        if low == "p" and low_at(tokens, i + 1) == "." and low_at(tokens, i + 2) == "a":
            return Per.year
        if low == "pa" or (low in _PER_WORDS and before in ("a", "per", "each", "every", "/", "an")):
            return _PER_WORDS[low]
        if (
            before in ("per", "each", "every")
            and low in ("academic", "contract", "calendar", "financial")
            and low_at(tokens, i + 1) == "year"
        ):
            return Per.year
        if before in ("each", "every") and low in years:
            return Per.year
        if low == "each" and i == c.after and c.unit in DURATIONS:
            return Per.employee
    return None
