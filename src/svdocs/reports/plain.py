"""A report as plain values for programs: its words, and each figure with the records behind it."""

from __future__ import annotations

from typing import Any

from svdocs.reports.figure import Figure
from svdocs.reports.html import how_counted
from svdocs.reports.report import (
    Block,
    Chart,
    Headlines,
    Paragraph,
    Points,
    Question,
    Report,
    Story,
    Table,
    in_words,
)


def report_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON takes it."""
    return {
        "kind": report.kind.value,
        "title": report.title,
        "period": report.period,
        "authority": report.authority,
        "made_at": report.made_at.isoformat(),
        "basis": in_words(report.basis),
        "sections": [
            {"key": s.key, "title": s.title, "blocks": [_block(b) for b in s.blocks]} for s in report.sections
        ],
        "figures": [figure_json(f) for f in report.figures().values()],
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Return a figure with how it was counted and the ids of its records."""
    return {
        "key": figure.key,
        "meaning": figure.meaning,
        "value": None if figure.value is None else str(figure.value),
        "text": figure.text,
        "unit": figure.unit and figure.unit.value,
        "counted_by": figure.by.value,
        "how": how_counted(figure),
        "of": figure.of.value,
        "ids": list(figure.ids),
        "whole": figure.whole and figure.whole.key,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": in_words(block.line)}
    if isinstance(block, Points):
        return {"kind": "points", "lines": [in_words(line) for line in block.lines]}
    if isinstance(block, Question):
        return {"kind": "question", "number": block.number, "text": block.words}
    if isinstance(block, Headlines):
        shown = [{"figure": h.figure.key, "label": h.label, "beside": in_words(h.beside)} for h in block.shown]
        return {"kind": "headlines", "shown": shown}
    if isinstance(block, Story):
        parts = [{"heading": head, "text": words} for head, words in block.parts]
        return {"kind": "story", "title": block.title, "about": in_words(block.about), "parts": parts}
    if isinstance(block, Chart):
        return {"kind": "chart", "title": block.title, "text": block.alt}
    assert isinstance(block, Table)
    rows = [[in_words(cell) for cell in row] for row in block.rows]
    return {"kind": "table", "caption": block.caption, "columns": list(block.columns), "rows": rows}
