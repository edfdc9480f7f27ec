"""Small documents, by hand and as hypothesis strategies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document

Piece = tuple[BlockKind, str | tuple[str, ...]]
"""A block's kind with its text, or with its cells if it is a table row."""

WORDS = ("We", "will", "recruit", "five", "apprentices", "e.g.", "No.", "7", "£4,000", "to", "Deal.", "Ltd.", "trees!",
         "Why?", "(see", "above)", "“all”", "and", "—", "-", "|", "", "\n", "\t", "3.5", "A", "i.e.", "2.")  # fmt: skip

prose = st.one_of(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), st.text(max_size=60))
"""Text as bids have it, and text as nobody would write it."""

pieces: st.SearchStrategy[list[Piece]] = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([k for k in BlockKind if k is not BlockKind.table_row]), prose),
        st.tuples(st.just(BlockKind.table_row), st.lists(prose, min_size=1, max_size=4).map(tuple)),
    ),
    max_size=8,
)


def document_of(*given: Piece | str, name: str = "bid.docx") -> Document:
    """A document of these blocks; a bare string is a paragraph."""
    builder = TextBuilder()
    for piece in given:
        kind, content = (BlockKind.paragraph, piece) if isinstance(piece, str) else piece
        if isinstance(content, str):
            builder.add(kind, content)
        else:
            builder.add_row(content, headers=[(f"Column {i}",) for i in range(len(content))])
    return Document(name, "0" * 64, "text/plain", builder.text, tuple(builder.blocks))


def write_docx(path: Path, *paragraphs: str, rows: Sequence[Sequence[str]] = ()) -> Path:
    """Write a Word file: a text that begins with "# " is a heading; the rows make one table."""
    import docx

    made = docx.Document()
    for text in paragraphs:
        if text.startswith("# "):
            made.add_heading(text[2:], 1)
        else:
            made.add_paragraph(text)
    if rows:
        table = made.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    return path
