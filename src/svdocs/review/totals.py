"""Totals of a register, with nothing counted twice and nothing left out without a word.

Each line that stands and has an amount is either counted in exactly one total or listed with why it is not:

- *a sub-total row* gives what other rows of its sheet or table add up to;
- *the same promise again*: another document of the bid, its calculator or a summary states it with the same figures;
- *the sheet's figure*: calculator and narrative give one measure otherwise, and the narrative is counted;
- *stated as a total as well*: a yearly figure whose total over the contract stands beside it;
- *not for adding*: percentages, and figures a head;
- *a person said so* (`counting`), which also overrules all of the above.

Amounts a year, a month and in total are never added to each other. A range counts with its least and its most.
Only what one bid says is compared; two suppliers never repeat each other. Which line of several is counted hangs on the
lines alone: a decided one before a proposed one, a narrative before a sheet, then the document's own order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from svdocs.additionality.reuse import cut_shingles, shared
from svdocs.records.amending import Counting
from svdocs.records.tables import StatementStatus
from svdocs.review.lines import Amount, Line

ALIKE = 0.5
"""Share of wording from which on the same figures in two documents are one promise ..."""
ALIKE_AT_ONE_PLACE = 0.15
"""... and where both name the same place or time."""
PERIODS_A_YEAR = {"year": 1, "month": 12, "week": 52}
_TOTAL = re.compile(r"\b(?:sub-?\s?totals?|totals?|altogether|in all|overall)\b", re.I)


class LeftOut(StrEnum):
    """Why a line is in no total."""

    rejected = "rejected"
    superseded = "superseded"
    said = "said"
    no_quantity = "no_quantity"
    not_added = "not_added"
    sub_total = "sub_total"
    repeat = "repeat"
    sheet_differs = "sheet_differs"
    in_total = "in_total"


BECAUSE = {
    LeftOut.rejected: "A person rejected it.",
    LeftOut.superseded: "It was split or merged; what stands in its place is counted.",
    LeftOut.said: "A person left it out of totals.",
    LeftOut.no_quantity: "It states no quantity.",
    LeftOut.not_added: "Percentages and figures per head are not added up.",
    LeftOut.sub_total: "It is a total of other lines, which are counted.",
    LeftOut.repeat: "The same promise, with the same figures, is counted from another place of the bid.",
    LeftOut.sheet_differs: "The bid’s own text gives this measure otherwise, and is counted; ask which holds.",
    LeftOut.in_total: "The same is stated as a total over the contract, which is counted.",
}
"""What a reader is told of each."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """A line that is in no total: why, and the line that is counted in its place, if one is."""

    line: Line
    why: LeftOut
    counted: Line | None = None

    @property
    def because(self) -> str:
        """Why, in words."""
        return BECAUSE[self.why]


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of one measure in one unit and period, and the lines that it counts.

    Attributes:
        measure: framework and code; None for lines without one.
        unit: of the amounts.
        per: the period that they are stated by; None for amounts in all.
        minimum, maximum: the sums of the least and of the most; the same where no line is a range.
        lines: what is counted.
    """

    measure: tuple[str, str] | None
    unit: str
    per: str | None
    minimum: Decimal
    maximum: Decimal
    lines: tuple[Line, ...]

    @property
    def suppliers(self) -> int:
        """How many suppliers it counts."""
        return len({line.bid for line in self.lines})


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The totals of some lines, and every line that is in none."""

    totals: tuple[Total, ...]
    omitted: tuple[Omitted, ...]

    def omitted_for(self, why: LeftOut) -> list[Omitted]:
        """Return what was left out for one reason."""
        return [o for o in self.omitted if o.why is why]


def reckon(lines: Iterable[Line], *, years: Decimal | None = None) -> Reckoning:
    """Return the totals of lines.

    Args:
        lines: of one procurement.
        years: how long its contract runs; None where nobody has said.
    """
    ordered = sorted(lines, key=_first_to_count)
    omitted = [o for line in ordered if (o := _outright(line))]
    left = {o.line.id for o in omitted}
    counted: list[Line] = []
    for _, bid in groupby((line for line in ordered if line.id not in left), key=lambda line: line.bid):
        kept, gone = _settle_bid(list(bid), years)
        counted += kept
        omitted += gone
    return Reckoning(_sum_up(counted), tuple(omitted))


def _settle_bid(lines: Sequence[Line], years: Decimal | None) -> tuple[list[Line], list[Omitted]]:
    """Return which lines of one bid count, and which do not because another of it does."""
    omitted: list[Omitted] = []
    kept = list(lines)
    steps: tuple[Callable[[Sequence[Line]], list[Omitted]], ...] = (
        _sub_totals,
        _repeats,
        lambda each: _sheets_that_differ(each, omitted),
        lambda each: _periods(each, years),
    )
    for find in steps:
        found = find(kept)
        gone = {o.line.id for o in found}
        kept = [line for line in kept if line.id not in gone]
        omitted += found
    return kept, omitted


def _first_to_count(line: Line) -> tuple[object, ...]:
    """Return by what the lines of a bid go: which of two that say the same is counted hangs on nothing else."""
    decided = line.status in (StatementStatus.accepted, StatementStatus.amended)
    return line.bid, not decided, line.in_sheet, line.document, line.document_id, line.position, line.id


def _outright(line: Line) -> Omitted | None:
    """Return why a line is in no total whatever the others are; None where it may be in one."""
    if not line.stands:
        return Omitted(line, LeftOut(line.status.value))
    if line.counting is Counting.left_out:
        return Omitted(line, LeftOut.said)
    if line.amount is None:
        return Omitted(line, LeftOut.no_quantity)
    if line.amount.unit == "percent" or line.amount.per == "employee":
        return Omitted(line, LeftOut.not_added)
    return None


def _needed(line: Line) -> Amount:
    if line.amount is None:
        raise ValueError("a line without an amount is in no total")
    return line.amount


def _is_free(line: Line) -> bool:
    """Say whether the machine may leave a line out; not where a person said that it counts for itself."""
    return line.counting is not Counting.counts


def _sub_totals(lines: Sequence[Line]) -> list[Omitted]:
    """Return the lines that call themselves a total, where other lines of their document add up to them.

    A row of a sheet or table that does so is left out also where the others add up to something else: then the rows
    are counted, and not their sum beside them.
    """
    found = []
    for line in lines:
        words = line.quote if line.in_table else line.text
        if not (_is_free(line) and _TOTAL.search(words)):
            continue
        mine = _needed(line)
        others = [o for o in lines if _adds_to(line, o)]
        sums = {(sum(_needed(o).minimum for o in some), sum(_needed(o).maximum for o in some))
                for some in _stretches(others) if len(some) > 1}  # fmt: skip
        if (mine.minimum, mine.maximum) in sums or (line.in_table and len(others) > 1):
            found.append(Omitted(line, LeftOut.sub_total))
    return found


def _adds_to(total: Line, other: Line) -> bool:
    mine, its = _needed(total), _needed(other)
    return (
        other.id != total.id
        and other.document_id == total.document_id
        and (other.in_table, _sheet_of(other)) == (total.in_table, _sheet_of(total))
        and (its.unit, its.per) == (mine.unit, mine.per)
        and (other.measure == total.measure or None in (other.measure, total.measure))
        and not _TOTAL.search(other.quote)
    )


def _stretches(lines: Sequence[Line]) -> list[list[Line]]:
    """Return all of the lines, and those under each heading."""
    ordered = sorted(lines, key=lambda line: line.section)
    return [list(lines), *(list(some) for _, some in groupby(ordered, key=lambda line: line.section))]


def _sheet_of(line: Line) -> str:
    return (line.cell or "").rpartition("!")[0]


def _repeats(lines: Sequence[Line]) -> list[Omitted]:
    """Return the lines that say again what another says with the same figures: in their document, then in others.

    Two documents are held against each other line by line: a line repeats at most one line of each other document, as
    two rows of one are not one row of the other. Within a document only the same words at another place are a repeat,
    because rows of one table often look alike.
    """
    within = _pair_off(lines, _is_said_again, once=False)
    gone = {o.line.id for o in within}
    return within + _pair_off([line for line in lines if line.id not in gone], _is_repeat, once=True)


def _pair_off(lines: Sequence[Line], is_same: Callable[[Line, Line], bool], *, once: bool) -> list[Omitted]:
    found: list[Omitted] = []
    groups: dict[tuple[Amount, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[_needed(line), line.type].append(line)
    for group in groups.values():
        counted: list[list[Line]] = []  # each line that is counted, and after it those that say the same
        for line in group:
            same = [(_likeness(line, those[0]), -i) for i, those in enumerate(counted)
                    if is_same(line, those[0]) and not any(_contradict(line, each) for each in those)
                    and not (once and line.document_id in {each.document_id for each in those})]  # fmt: skip
            if same and _is_free(line):
                those = counted[-max(same)[1]]
                those.append(line)
                found.append(Omitted(line, LeftOut.repeat, those[0]))
            else:
                counted.append([line])
    return found


def _is_said_again(line: Line, counted: Line) -> bool:
    """Say whether a line of a document says what another line of it says."""
    if line.document_id != counted.document_id or line.in_table:
        return False
    here, there = _folded(line.quote), _folded(counted.quote)
    if line.made_by_hand != counted.made_by_hand:  # a run has found what somebody had stated by hand
        return line.page == counted.page and (here in there or there in here)
    return here == there and line.quote == line.text


def same_words(lines: Sequence[Line]) -> dict[str, str]:
    """Return the lines whose words and amount an earlier line of their bid has, with that line's id."""
    first: dict[tuple[str, Amount | None, str], list[Line]] = {}
    found = {}
    for line in lines:
        those = first.setdefault((line.bid, line.amount, _folded(line.quote)), [])
        same = [each for each in those if not _contradict(line, each)]
        if same and _is_free(line):
            found[line.id] = same[0].id
        else:
            those.append(line)
    return found


def _is_repeat(line: Line, counted: Line) -> bool:
    """Say whether a line says what a line of another document of the bid says."""
    if line.in_sheet != counted.in_sheet and line.measure is not None and line.measure == counted.measure:
        return True  # a calculator's row has few words, and its measure says what it is of
    named = (line.place and line.place == counted.place) or (line.due and line.due == counted.due)
    return _likeness(line, counted) >= (ALIKE_AT_ONE_PLACE if named else ALIKE)


def _contradict(one: Line, other: Line) -> bool:
    return any(_differ(getattr(one, n), getattr(other, n)) for n in ("measure", "place", "due"))


def _differ(one: object, other: object) -> bool:
    return None not in (one, other) and one != other


def _likeness(one: Line, other: Line) -> float:
    if _folded(one.quote) == _folded(other.quote):
        return 1.0
    return shared(cut_shingles(one.quote), cut_shingles(other.quote))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _sheets_that_differ(lines: Sequence[Line], repeats: Sequence[Omitted]) -> list[Omitted]:
    """Return the rows of a sheet whose measure the bid's text gives as well: as a sum of several, or otherwise.

    Args:
        lines: of one bid.
        repeats: what was left out of them; a promise that one row repeats is none of the sum of other rows.
    """
    paired = {o.counted.id for o in repeats if o.counted is not None and o.line.in_sheet}
    groups: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line.measure is not None:
            groups[line.measure, _needed(line).unit, _needed(line).per].append(line)
    found = []
    for group in groups.values():
        told = [line for line in group if not line.in_sheet]
        rows = [line for line in group if line.in_sheet and _is_free(line)]
        if not told or not rows:
            continue
        agree = _sums([line for line in told if line.id not in paired]) == _sums(rows)
        found += [Omitted(row, LeftOut.repeat if agree else LeftOut.sheet_differs, told[0]) for row in rows]
    return found


def _sums(lines: Sequence[Line]) -> tuple[Decimal, Decimal]:
    amounts = [_needed(line) for line in lines]
    return sum((a.minimum for a in amounts), Decimal()), sum((a.maximum for a in amounts), Decimal())


def _periods(lines: Sequence[Line], years: Decimal | None) -> list[Omitted]:
    """Return the amounts a year, month or week whose total over the contract the same bid states as well.

    Where nobody has said how long the contract runs, only a total in the same passage is taken for theirs.
    """
    found = []
    totals = [line for line in lines if _needed(line).per is None]
    for line in lines:
        amount = _needed(line)
        if amount.per not in PERIODS_A_YEAR or not _is_free(line):
            continue
        for total in totals:
            whole = _needed(total)
            if whole.unit != amount.unit or _differ(line.measure, total.measure) or _differ(line.place, total.place):
                continue
            if _is_whole_of(amount, whole, years, same_passage=_in_one_passage(line, total)):
                found.append(Omitted(line, LeftOut.in_total, total))
                break
    return found


def _is_whole_of(amount: Amount, whole: Amount, years: Decimal | None, *, same_passage: bool) -> bool:
    if not amount.minimum:
        return False
    periods = whole.minimum / amount.minimum
    if years is not None:
        wanted = years * PERIODS_A_YEAR[str(amount.per)]
        return periods == wanted and whole.maximum == amount.maximum * wanted
    return same_passage and periods == periods.to_integral_value() and periods > 1


def _in_one_passage(one: Line, other: Line) -> bool:
    return (one.document_id, one.page, one.text) == (other.document_id, other.page, other.text)


def _sum_up(lines: Sequence[Line]) -> tuple[Total, ...]:
    groups: dict[tuple[tuple[str, str] | None, str, str | None], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.measure, _needed(line).unit, _needed(line).per].append(line)
    totals = [Total(m, unit, per, *_sums(group), tuple(group)) for (m, unit, per), group in groups.items()]
    return tuple(sorted(totals, key=lambda t: (t.measure is None, t.measure or ("", ""), t.unit, t.per or "")))
