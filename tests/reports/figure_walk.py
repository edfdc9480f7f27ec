"""Walks every figure of a paper of the worked award back to where it comes from.

A figure comes from words that stand on the page that is cited with them, from the table worked by hand over such words,
from what the records say in a person's words, or from a rule that is named. Whatever else stands in a paper is told by
`figures_without_source`, so a figure that is planted or changed anywhere is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO

from docx import Document as read_docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from svdocs.additionality.amounts import amounts_in
from svdocs.text.document import Span
from svdocs.text.exchange import document_from_json
from svdocs.valuing.rubrics import shipped_rubrics
from tests.panel.worked import SUPPLIERS, Worked
from tests.reports.award_case import BIRCH, INVENTED, OFFERS
from tests.reports.by_hand import hand_table, shown

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?(?<!,)")
_CITED = re.compile(r"“([^”]+)” \(([^()]+?), page (\d+)\)")
_LAW = re.compile(r"section (?:71|73|94)\b|Procurement Act 2023")


@dataclass(frozen=True)
class Spot:
    """A place of a paper where words stand: a paragraph, or a cell with its column and the rest of its row."""

    heading: str
    text: str
    column: str = ""
    row: Mapping[str, str] = field(default_factory=dict)

    @property
    def under(self) -> str:
        """The lowest heading above it."""
        return self.heading.rpartition(" > ")[2]


def spots_of(data: bytes) -> list[Spot]:
    """Return all places of a Word file in their order, those of headers and footers last."""
    document = read_docx(BytesIO(data))
    found, path = [], ["", ""]
    for element in document.element.body:
        kind = element.tag.rpartition("}")[2]
        if kind == "p":
            paragraph = Paragraph(element, document)
            style = paragraph.style.name if paragraph.style else ""
            if style == "Heading 1":
                path = [paragraph.text, ""]
            elif style == "Heading 2":
                path[1] = paragraph.text
            found.append(Spot(" > ".join(x for x in path if x), paragraph.text))
        elif kind == "tbl":
            found += _cells(Table(element, document), " > ".join(x for x in path if x))
    for section in document.sections:
        found += [Spot("edge", p.text) for p in (*section.header.paragraphs, *section.footer.paragraphs)]
    return [s for s in found if s.text.strip()]


def _cells(table: Table, heading: str) -> Iterator[Spot]:
    columns, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    yield from (Spot(heading, text) for text in columns)
    for row in rows:
        whole = dict(zip(columns, row, strict=True))
        yield from (Spot(heading, text, column, whole) for column, text in whole.items())


def figures_in(text: str) -> list[str]:
    """Return the figures of a text as they are written.

    >>> figures_in("8 people × £2,000, less 10%")
    ['8', '2,000', '10']
    """
    return [m.group() for m in _FIGURE.finditer(text)]


@dataclass(frozen=True)
class Book:
    """What figures may come from, besides words on a page.

    Attributes:
        made: the worked award.
        words: what persons or records said, word for word; what stands in them is theirs.
        told: for a spot, the figures that the table worked by hand has for it; None where it knows of none.
    """

    made: Worked
    words: Sequence[str]
    told: Callable[[Spot], Sequence[str] | None]


def figures_without_source(spots: Sequence[Spot], book: Book) -> list[str]:
    """Return the spots with a figure that cannot be followed."""
    return [f"{s.heading} / {s.column}: {s.text}" for s in spots if not _is_followed(s, book)]


def _is_followed(spot: Spot, book: Book) -> bool:
    rest = _CITED.sub(lambda m: "" if stands_at(book.made, m[1], m[2], int(m[3])) else m.group(), spot.text)
    if _is_passage(spot, book.made):
        return True
    for words in sorted(book.words, key=len, reverse=True):
        rest = rest.replace(words, "")
    figures = figures_in(_LAW.sub("", rest))
    return not figures or list(book.told(spot) or ()) == figures


def _is_passage(spot: Spot, made: Worked) -> bool:
    """Say whether a cell holds a commitment, or where it stands, and the words do stand there."""
    if spot.column == "Indicator" and (cited := _CITED.fullmatch(spot.row["Rests on"])):
        return spot.text == cited[1] and stands_at(made, cited[1], cited[2], int(cited[3]))
    if not spot.row or "Stands in" not in spot.row:
        return False
    if not (spot.column.startswith("Commitment") or spot.column == "Stands in"):
        return False
    text = next(text for column, text in spot.row.items() if column.startswith("Commitment"))
    name, _, page = spot.row["Stands in"].rpartition(", page ")
    is_same = spot.text == (spot.row["Stands in"] if spot.column == "Stands in" else text)
    return is_same and page.isdigit() and stands_at(made, text, name, int(page))


def stands_at(made: Worked, text: str, name: str, page: int) -> bool:
    """Say whether words stand in a document of the procurement, on this page."""
    for record in made.store.documents_of(made.procurement):
        if record.document.name == name:
            document = document_from_json(made.store.text_of(record.id) or b"")
            at = document.text.find(text)
            return at >= 0 and document.location_of(Span(at, at + len(text))).page == page
    return False


def figures_of_passage(text: str) -> list[str]:
    """Return the numbers that a passage says, in digits."""
    return [f"{a.value:,.0f}" for a in amounts_in(text)]


# What the table worked by hand has for a spot

_ROWS = {"apprentices": "NT10", "hours": "NT29", "gift": "NT28", "carbon": "NT31"}
_MOST = {"Method": (40, 0), "Commitments": (30, 30)}
"""Points of marks and of quantities that each criterion has, as the set-up weighs them."""


def by_mark(who: str, title: str) -> Fraction:
    """Points of a bid's mark."""
    return hand_table().figure("Method" if title == "Method" else "Commitments by mark", who)


def mark_of(who: str, title: str) -> str:
    """The mark that was agreed."""
    return hand_table().mark("Method" if title == "Method" else "Commitments by mark", who)


def by_quantity(who: str, title: str) -> Fraction:
    """Points of a bid's quantities, exact; the table shows them rounded."""
    if title == "Method":
        return Fraction(0)
    best = max(hand_table().figure("earns points", s) for s in SUPPLIERS)
    exact = hand_table().figure("earns points", who) / best * 30
    assert shown(exact) == shown(hand_table().figure("Commitments by quantity", who))
    return exact


def points_told(spot: Spot, who: str) -> Sequence[str] | None:
    """Figures of a table of scores, of a mark in words, and of the sentences about value and formula."""
    if "From the mark" in spot.row and spot.column != "Criterion":
        return _score_row(spot.row["Criterion"], who)[spot.column]
    if spot.row.get("How it was valued"):
        return valued_told(spot, who)
    table = hand_table()
    earns, value = _pounds(table.figure("earns points", who)), _pounds(table.figure("value", who))
    best = _pounds(max(table.figure("earns points", s) for s in SUPPLIERS))
    each = table.said("for each employee", who)
    told = {
        "Mark ": [mark_of(who, spot.under), "5"] if spot.under in _MOST else None,
        "Points from quantities: ": [earns, best, "30", shown(by_quantity(who, "Commitments"))],
        "Commitments: £": [earns, best, "30", shown(by_quantity(who, "Commitments"))],
        "Your commitments are worth ": [value],
        "The commitments are worth ": [value],
        f"£{value} in all is ": [value, *[figures_in(each)[n] for n in (2, 1, 3)]] if "above" in each else None,
        "Of this £": [earns],
    }
    return next((figures for begins, figures in told.items() if spot.text.startswith(begins)), None)


def _score_row(criterion: str, who: str) -> dict[str, list[str]]:
    titles = list(_MOST) if criterion == "Total" else [criterion]
    marks, quantities = (sum((f(who, t) for t in titles), Fraction(0)) for f in (by_mark, by_quantity))
    has_quantity = any(_MOST[t][1] for t in titles)
    return {
        "Mark": [] if criterion == "Total" else [mark_of(who, criterion)],
        "From the mark": [shown(marks)],
        "From quantities": [shown(quantities)] if has_quantity else [],
        "Points": [shown(marks + quantities)],
        "Of": [str(sum(sum(_MOST[t]) for t in titles))],
    }


def valued_told(spot: Spot, who: str) -> Sequence[str] | None:
    """Figures of a commitment as it was valued: the quantity of its passage, value of a unit, deadweight, and value."""
    offer = next((o for o in OFFERS[who] if o.text == spot.row["Commitment"]), None)
    if offer is None:
        return None
    row = next(name for name, code in _ROWS.items() if code == offer.code)
    proxy = next(p for p in INVENTED.values if p.code == offer.code)
    quantity, pounds, stays, value = figures_in(hand_table().said(row, who))[:4]
    assert quantity in figures_of_passage(offer.text)
    assert (Fraction(pounds.replace(",", "")), stays) == (Fraction(proxy.pounds), "0.9")
    if spot.row["How it was valued"].startswith("Not counted."):
        return ["0"] if spot.column == "Value" and "set aside" in hand_table().said(row, who) else None
    return [value] if spot.column == "Value" else [quantity, pounds, "10"]


def letter_told(who: str) -> Callable[[Spot], Sequence[str] | None]:
    """Return what the table has for the spots of a bidder's letter."""

    def told(spot: Spot) -> Sequence[str] | None:
        about = BIRCH if spot.heading.startswith("The most advantageous tender") else who
        points = [shown(hand_table().figure("points", s)) for s in (who, BIRCH)]
        if spot.text.startswith("Your tender has "):
            return [points[0], "100", points[1]]
        if spot.text.startswith("Weighting: "):
            marks, quantities = _MOST[spot.under]
            whole = marks + quantities
            return [str(whole), *([str(100 * quantities // whole)] if quantities else [])]
        if spot.column == "Mark" and "What it means" in spot.row:
            return [x.mark for x in shipped_rubrics()["0-5"].levels if x.label == spot.row["Name"]]
        return points_told(spot, about)

    return told


def moderation_told(spot: Spot) -> Sequence[str] | None:
    """Return what the table has for the spots of the moderation report."""
    if "From marks" in spot.row:
        who = spot.row["Bid"]
        marks, quantities = (sum((f(who, t) for t in _MOST), Fraction(0)) for f in (by_mark, by_quantity))
        return {"From marks": [shown(marks)], "From quantities": [shown(quantities)],
                "Points of 100": [shown(hand_table().figure("points", who))]}.get(spot.column)  # fmt: skip
    if spot.text == "Points of 100":
        return ["100"]
    if spot.column in ("Weighted kappa", "Pairs of evaluators"):  # all five agree: ten pairs, and nothing between them
        return {"Weighted kappa": ["1"], "Pairs of evaluators": ["10"]}[spot.column]
    who, _, title = spot.under.partition(": ")
    if spot.text.startswith("Agreed: "):
        return [mark_of(who, title), shown(by_mark(who, title)), str(_MOST[title][0]), "0"]
    if spot.column == "Mark":
        return [mark_of(who, title)]
    return points_told(spot, who) if who in SUPPLIERS else None


def promise_told(numbers: Mapping[str, str]) -> Callable[[Spot], Sequence[str] | None]:
    """Return what the winner's passages have for the spots of schedule and indicators.

    Args:
        numbers: of the rows of indicators that rest on no promise, by their titles.
    """

    passages = [o.text for o in OFFERS[BIRCH]]

    def told(spot: Spot) -> Sequence[str] | None:
        if spot.column == "Which" and spot.row["What"] == "Weighting of social value":
            return [str(sum(_MOST["Commitments"]))]
        if "Contract year" in spot.row:  # which names its promise by the number alone
            said = figures_in(spot.row["How much"])
            fitting = [str(n) for n, text in enumerate(passages, 1) if set(said) <= set(figures_of_passage(text))]
            return {"No.": fitting, "How much": said if [spot.row["No."]] == fitting else None}.get(spot.column)
        text = next((t for t in passages if t in spot.row.values()), None)
        if spot.column == "No.":
            return [str(passages.index(text) + 1) if text else numbers.get(spot.row.get("Indicator", ""), "")]
        if text is None or spot.column not in ("How much", "Denominator"):
            return None
        return [f for f in figures_in(spot.text) if f in figures_of_passage(text)]

    return told


def _pounds(value: Fraction) -> str:
    assert value.denominator == 1
    return f"{value.numerator:,}"
