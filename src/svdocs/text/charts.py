"""The words and numbers that a chart of an office file shows, from the copy of its data that the file keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from svdocs.text.docx_styles import child, local_name, whole

MOST_POINTS = 2_000
"""Points of a series that are read; more is no chart for people."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart says.

    Attributes:
        titles: of the chart and its axes, and other words in it, in the order of the file.
        rows: its data as a table: first the names of the series, then a row for each category.
    """

    titles: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def read_chart(root: etree._Element) -> Chart:
    """Return what the chart in a chart part says."""
    titles = tuple(text for rich in root.iter("{*}rich") if (text := _rich_text(rich)))
    series = [s for s in root.iter("{*}ser") if child(s, "val") is not None or child(s, "yVal") is not None]
    if not series:
        return Chart(titles)
    named = [_series_name(s, i) for i, s in enumerate(series, 1)]
    first = series[0]
    categories = _points(child(first, "cat") if child(first, "cat") is not None else child(first, "xVal"))
    values = [_points(child(s, "val") if child(s, "val") is not None else child(s, "yVal")) for s in series]
    places = sorted({*categories, *(p for points in values for p in points)})
    rows = [(categories.get(p, ""), *(points.get(p, "") for points in values)) for p in places]
    return Chart(titles, (("", *named), *rows) if rows else ())


def _rich_text(rich: etree._Element) -> str:
    paragraphs = ("".join("".join(str(t) for t in e.itertext()) for e in p.iter("{*}t")) for p in rich.iter("{*}p"))
    return " ".join(" ".join(paragraphs).split())


def _series_name(series: etree._Element, number: int) -> str:
    named = child(series, "tx")
    texts = _points(named) if named is not None else {}
    if texts:
        return " ".join(texts.values())
    said = next((v for v in named.iter("{*}v")), None) if named is not None else None
    return " ".join((said.text or "").split()) if said is not None else f"Series {number}"


def _points(data: etree._Element | None) -> dict[int, str]:
    """Return the points that the file keeps of some data, by their place; of levels of categories the inner one."""
    if data is None:
        return {}
    levels = list(data.iter("{*}lvl"))
    within = levels[0] if levels else data
    form = next((f.text or "" for f in data.iter("{*}formatCode")), "")
    return {at: _shown(text, form) for at, text in _numbered(within.iter("{*}pt"))}


def _numbered(points: Iterable[etree._Element]) -> Iterable[tuple[int, str]]:
    for n, point in enumerate(points):
        if n >= MOST_POINTS:
            return
        value = next((c for c in point.iterchildren() if local_name(c) == "v"), None)
        at = whole(point.get("idx"))
        if value is not None and at is not None and (value.text or "").strip():
            yield at, " ".join((value.text or "").split())


def _shown(text: str, form: str) -> str:
    """Return a number as its format shows it; words as they are.

    >>> _shown("0.25", "0%"), _shown("12", "General"), _shown("Year 1", "General")
    ('25%', '12', 'Year 1')
    """
    from svdocs.text.xlsx_formats import format_value

    try:
        number = float(text)
    except ValueError:
        return text
    return format_value(number, form) if form and form != "General" else text
