"""Small documents and statements for the tests of additionality; every name and figure is invented."""

from __future__ import annotations

from svdocs.statements.passages import passages_of
from svdocs.statements.quantities import choose_quantity
from svdocs.statements.statement import Due, Firmness, Place, Statement, StatementType
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Span

NOWHERE = Span(0, 0)


def write(name: str, *blocks: str, kind: str = "bid") -> Document:
    """Return a document; a block that starts with # is a heading, one with - a list item."""
    builder = TextBuilder()
    for block in blocks:
        if block.startswith("#"):
            builder.add(BlockKind.heading, block.lstrip("# "), level=len(block) - len(block.lstrip("#")))
        elif block.startswith("- "):
            builder.add(BlockKind.list_item, block[2:], level=1, label="•")
        else:
            builder.add(BlockKind.paragraph, block)
    return Document(name=name, sha256="", media_type="", text=builder.text, blocks=tuple(builder.blocks), kind=kind)


def promise(
    document: Document,
    text: str,
    *,
    firmness: Firmness = Firmness.firm,
    due: str | None = None,
    place: str | None = None,
) -> Statement:
    """Return the passage of `document` that is `text`, as a commitment."""
    passage = next(p for p in passages_of(document) if p.text == text)
    return Statement(
        StatementType.commitment,
        passage,
        passage.text,
        1.0,
        firmness,
        quantity=choose_quantity(passage.text, passage.text),
        due=Due(due, NOWHERE) if due else None,
        place=Place(place, NOWHERE) if place else None,
    )


SPECIFICATION = write(
    "specification.docx",
    "# Grounds maintenance in Ambleford",
    "## 1 Service requirements",
    "- Grass on sports pitches shall be cut once a week from April to October.",
    "- The contractor shall provide a named contract manager who attends a monthly meeting.",
    "- At least 90% of green waste shall be composted.",
    "- All mowers brought on to the contract after 2028 shall be battery powered.",
    "- Crews shall give a gardening talk at four primary schools a year.",
    "## 2 Social value requirements",
    "- SV1 New jobs and apprenticeships for residents of Ambleford",
    "- SV2 Volunteering time for community organisations",
    "- SV3 Spend with local small businesses",
    kind="specification",
)
BASELINE = write(
    "baseline.docx",
    "# How we work today",
    "We employ 420 people and our turnover was £58m in 2025.",
    "Every year we take on twelve apprentices across our depots.",
    "Each employee has one paid day a year for volunteering.",
    "All our staff are paid the Real Living Wage or more.",
    "Small suppliers are paid within 14 days of their invoice.",
    "Old tools are repaired and given to allotment societies.",
    "We plant 200 trees a year with schools near our depots.",
    kind="baseline",
)
