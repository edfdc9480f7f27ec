"""Every figure of an award's papers leads to words on a page, and a figure that leads nowhere is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from svdocs.clock import in_uk_words
from svdocs.frameworks.applying import spelt
from svdocs.frameworks.load import load_frameworks
from svdocs.panel.frozen import read_frozen
from svdocs.reports.award_indicators import SHARES, YEARLY
from svdocs.reports.award_papers import ContractPaper, Paper, write_contract_paper, write_letter, write_paper
from svdocs.reports.award_standing import read_award
from svdocs.valuing.proxies import exclusion_between
from tests.panel.worked import RULE, SUPPLIERS, Worked
from tests.reports.award_case import BIRCH, INVENTED, REASONS, TERM
from tests.reports.by_hand import hand_table, sums_of
from tests.reports.figure_walk import (
    Book,
    Spot,
    figures_in,
    figures_without_source,
    letter_told,
    moderation_told,
    promise_told,
    spots_of,
)

TODAY = date(2027, 1, 12)
PAPERS = (*(f"letter to {s}" for s in SUPPLIERS), "moderation", "schedule", "indicators")


@dataclass(frozen=True)
class Walked:
    """A paper's spots with the book of what its figures may come from."""

    spots: list[Spot]
    book: Book


@pytest.fixture(scope="module")
def walked(awarded: Worked) -> dict[str, Walked]:
    made, store, key, lead = awarded, awarded.seen("lead"), awarded.procurement, awarded.caller("lead")
    words = recorded_words(made)
    found = {}
    for supplier in SUPPLIERS:
        data = write_letter(store, key, made.suppliers[supplier], lead, lot="", day=TODAY).data
        found[f"letter to {supplier}"] = Walked(spots_of(data), Book(made, words, letter_told(supplier)))
    data = write_paper(store, key, lead, Paper.moderation, lot="", day=TODAY).data
    undated = [w for w in words if not re.fullmatch(r"\d+ \w+ \d{4}", w)]  # its moments are told spot by spot
    found["moderation"] = Walked(spots_of(data), Book(made, undated, told_with_moments(made)))
    others = {s.title: str(n) for n, s in enumerate(SHARES, 3)}
    for paper in ContractPaper:
        data = write_contract_paper(store, key, lead, paper, lot="", day=TODAY).data
        found[paper.value] = Walked(spots_of(data), Book(made, [*words, *term_words()], promise_told(others)))
    return found


def recorded_words(made: Worked) -> list[str]:
    """What the records say in words of persons or of the panel's rules, as papers take it over."""
    record = read_frozen(made.seen("lead"), made.procurement, made.caller("lead"))
    excluded = exclusion_between(("national-toms", "NT28"), ("national-toms", "NT29"))
    assert excluded is not None
    return [
        *REASONS.values(), RULE, record.digest, record.rounding, excluded.source, f"edition {INVENTED.edition}",
        "24 people can train six apprentices.", "The bid of most points: 90.67 of 100.",
        *(f"1 High Street, {s}" for s in SUPPLIERS), "GB-COH-1", "NT29 is not counted together with NT28", "SHA-256",
        spelt(TODAY), spelt(record.closed_at.date()),
    ]  # fmt: skip


def told_with_moments(made: Worked) -> Callable[[Spot], Sequence[str] | None]:
    """What the table has for the moderation report, and the moments that the record has for each of its spots."""
    award = read_award(made.seen("lead"), made.procurement, made.caller("lead"))
    record, titles = award.record, {c.id: c.title for c in award.record.criteria}
    assert award.decision is not None
    moments = {
        (f"{b.supplier}: {titles[s.criterion_id]}", m.person): m.submitted_at
        for b in record.bids for s in b.scores for m in s.marks
    }  # fmt: skip
    steps = {"Marks released": record.released_at, "Moderation closed": record.closed_at}
    decided_at = figures_in(in_uk_words(award.decision.decided_at))

    def told(spot: Spot) -> Sequence[str] | None:
        at = moments.get((spot.under, spot.row.get("Evaluator", ""))) if spot.column == "State" else None
        at = steps.get(spot.row.get("What", "")) if spot.column == "Which" else at
        if at is not None:
            return figures_in(in_uk_words(at))
        return decided_at if spot.text.startswith("lead decided on ") else moderation_told(spot)

    return told


def term_words() -> list[str]:
    """What papers of the contract say of its days, its years and the ratios that are told with a denominator."""
    starts, ends = TERM
    first_year = f"Year 1: {spelt(starts)} to {spelt(date(2028, 3, 31))}"
    toms = load_frameworks()["national-toms"]
    labels = [f"{m.code} {m.label}" for m in toms.measures]
    due = [f"100% by {spelt(date(2028, 3, 31))}", f"{spelt(date(2028, 3, 31))} (“by March 2028”)"]
    shares = [words for s in SHARES for words in (s.title, s.numerator, s.denominator, s.source)]
    return [f"{spelt(starts)} to {spelt(ends)}", first_year, YEARLY, *labels, *due, *shares]


def test_each_sum_of_the_table_worked_by_hand_is_right() -> None:
    sums = sums_of(hand_table())
    assert len(sums) == 10
    assert [(text, said) for text, result, said in sums if result != said] == []
    for who in SUPPLIERS:
        parts = ("Method", "Commitments by mark", "Commitments by quantity")
        total = sum(hand_table().figure(row, who) for row in parts)
        assert total == hand_table().figure("points", who)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_figure_leads_to_words_on_a_page(walked: dict[str, Walked], paper: str) -> None:
    spots = walked[paper].spots
    assert sum(len(figures_in(s.text)) for s in spots) > (10 if paper in list(ContractPaper) else 60)
    assert figures_without_source(spots, walked[paper].book) == []


def one_more(figure: str) -> str:
    """Another figure of the same look."""
    return f"{figure[:-1]}{(int(figure[-1]) + 1) % 10}"


CHANGES: dict[str, Callable[[re.Match[str]], str]] = {
    "another digit": lambda m: one_more(m.group()),
    "one digit more": lambda m: f"{m.group()}1",
    "a figure beside it": lambda m: f"{m.group()} and 7",
}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_figure_that_is_changed_anywhere_is_found(walked: dict[str, Walked], paper: str, change: str) -> None:
    missed: list[Any] = []
    changed = 0
    for spot in walked[paper].spots:
        for found in re.finditer(r"\d[\d,]*(?:\.\d+)?(?<!,)", spot.text):
            text = spot.text[: found.start()] + CHANGES[change](found) + spot.text[found.end() :]
            row = {c: text if c == spot.column else t for c, t in spot.row.items()}
            changed += 1
            if not figures_without_source([replace(spot, text=text, row=row)], walked[paper].book):
                missed.append(text)
    assert changed > 10
    assert missed == []


@pytest.mark.parametrize("paper", PAPERS)
def test_a_figure_that_is_planted_without_a_source_is_found(walked: dict[str, Walked], paper: str) -> None:
    book, first = walked[paper].book, walked[paper].spots[0]
    for words in ("They promise 12 jobs.", "“We will take on eight apprentices.” (Birch & Sons.pdf, page 2) in 3 years",
                  "“We will take on nine hundred apprentices.” (Birch & Sons.pdf, page 2)", "£1"):  # fmt: skip
        assert figures_without_source([replace(first, text=words)], book)
    row = {"No.": "9", "Commitment, in the tender’s words": "We will plant 90 trees.", "How much": "90 trees",
           "Stands in": f"{BIRCH}.pdf, page 2"}  # fmt: skip
    assert len(figures_without_source([Spot("Commitments", t, c, row) for c, t in row.items()], book)) == len(row)
