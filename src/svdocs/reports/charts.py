"""Charts as SVG for pages and PNG for Word files, drawn by matplotlib; what they show is told in words beside them.

Parts of a bar carry their numbers, so nothing is told by colour alone. The same chart gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml import etree

from svdocs.reports.place_map import class_limits, load_shapes, shade_of
from svdocs.reports.report import Chart, ChartKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GREY, TRACK = "#0b0c0c", "#505a5f", "#e4e7ea"
COLOURS = ("#12436d", "#28a197", "#f6c85f", "#a3285a", "#c8ccd0")
"""Of parts of a bar, told apart in grey too; after the palette of the Government Analysis Function."""
ON_COLOURS = ("#ffffff", "#0b0c0c", "#0b0c0c", "#ffffff", "#0b0c0c")
WIDE_INCHES = 8.2
ROW_INCHES = 0.46
MAP_INCHES = 5.6
COLUMNS_INCHES = 3.6
LETTER_INCHES = 0.083
"""Of the width of a letter in a label, about."""
DOTS = 150
"""Of a PNG, to an inch."""
SMALLEST_SHARE = 0.035
"""Of the whole bar, from which a part is wide enough for its number."""


def draw_svg(chart: Chart) -> bytes:
    """Return a chart as SVG."""
    return _drawn(chart, "svg")


def inline_svg(chart: Chart) -> str:
    """Return a chart as SVG to be put into a page whose policy forbids styles: told in its label.

    What matplotlib writes into ``style`` becomes attributes, which mean the same in SVG; ids carry the chart's key, so
    that several charts stand in one page.
    """
    root = etree.fromstring(draw_svg(chart), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or etree.QName(element).localname in ("style", "metadata"):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for name, value in (part.split(":", 1) for part in (element.get("style") or "").split(";") if ":" in part):
            element.set(name.strip(), value.strip())
        element.attrib.pop("style", "")
        _name_apart(element, chart.key)
    for name in ("width", "height"):
        root.attrib.pop(name, "")
    root.set("role", "img")
    root.set("aria-label", chart.alt)
    root.set("focusable", "false")
    return etree.tostring(root, encoding="unicode")


def _name_apart(element: etree._Element, key: str) -> None:
    """Put the key of its chart before an element's id, and before each id that it refers to."""
    for name, value in ((str(n), str(v)) for n, v in element.attrib.items()):
        if name == "id":
            element.set(name, f"{key}-{value}")
        elif value.startswith("#") and name.endswith("href"):
            element.set(name, f"#{key}-{value[1:]}")
        elif value.startswith("url(#"):
            element.set(name, f"url(#{key}-{value[5:]}")


def draw_png(chart: Chart) -> bytes:
    """Return a chart as PNG."""
    return _drawn(chart, "png")


@lru_cache(maxsize=64)
def _drawn(chart: Chart, form: str) -> bytes:
    # Imported here because matplotlib takes a second and most commands draw nothing.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing

    settings: Any = {
        "font.family": "DejaVu Sans", "font.size": 10.5, "text.color": INK, "axes.labelcolor": INK,
        "xtick.color": GREY, "ytick.color": INK, "svg.fonttype": "path", "svg.hashsalt": "svdocs",
    }  # fmt: skip
    with rc_context(settings):
        height = _height_of(chart)
        drawing = Drawing(figsize=(WIDE_INCHES, height), dpi=DOTS, facecolor="white", layout=None)
        FigureCanvasAgg(drawing)
        axes = drawing.add_axes(_place_of(chart, height))
        for side in ("top", "right", "bottom", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        _DRAW[chart.kind](axes, chart)
        out = BytesIO()
        drawing.savefig(out, format=form, metadata={"Date": None} if form == "svg" else {"Software": None})
        return out.getvalue()


def _height_of(chart: Chart) -> float:
    """Return the height of a drawing in inches."""
    if chart.kind in (ChartKind.map, ChartKind.columns):
        return MAP_INCHES if chart.kind is ChartKind.map else COLUMNS_INCHES
    tall = 1.25 if chart.kind is ChartKind.bullets else 1.0  # a label above each bar
    return 0.75 + ROW_INCHES * tall * max(len(chart.bars), 1)


def _place_of(chart: Chart, height: float) -> tuple[float, float, float, float]:
    """Return where the axes stand in the drawing, in parts of it: left, bottom, width, height.

    Reckoned from the length of the labels, because the library's own layout draws everything several times.
    """
    left = 0.005
    if chart.kind in (ChartKind.stacked, ChartKind.bars):
        left = 0.012 + max((len(b.label) for b in chart.bars), default=0) * LETTER_INCHES / WIDE_INCHES
    has_legend = chart.kind in (ChartKind.stacked, ChartKind.columns)
    below = 0.3 if chart.kind in (ChartKind.bullets, ChartKind.columns) else 0.06
    above = 0.42 if has_legend else 0.05
    return left, below / height, 0.99 - left, 1 - (below + above) / height


def _stacked(axes: Axes, chart: Chart) -> None:
    """Draw each bar as a whole that is divided: lengths are shares, numbers are counts."""
    for row, bar in enumerate(reversed(chart.bars)):
        numbers = [float(f.value or 0) for f in bar.figures]
        whole, left = sum(numbers) or 1.0, 0.0
        for i, (figure, number) in enumerate(zip(bar.figures, numbers, strict=True)):
            share = number / whole
            axes.barh(row, share, left=left, height=0.62, color=COLOURS[i], edgecolor="white", linewidth=1.2)
            if share >= SMALLEST_SHARE:
                axes.text(left + share / 2, row, figure.text, ha="center", va="center", color=ON_COLOURS[i],
                          fontweight="bold")  # fmt: skip
            left += share
    _name_rows(axes, [b.label for b in chart.bars])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    _legend(axes, chart.series)


def _bullets(axes: Axes, chart: Chart) -> None:
    """Draw each bar against a track that is its target; what goes beyond the target ends at a mark."""
    longest = 1.25
    for row, bar in enumerate(reversed(chart.bars)):
        reached, target = (float(f.value or 0) for f in bar.figures)
        share = reached / target if target else 0.0
        axes.barh(row - 0.16, 1.0, height=0.30, color=TRACK)
        axes.barh(row - 0.16, min(share, longest), height=0.30, color=COLOURS[0 if share >= 1 else 1])
        axes.plot([1, 1], [row - 0.36, row + 0.04], color=INK, linewidth=1.6)
        axes.text(0, row + 0.12, bar.label, ha="left", va="bottom", color=INK)
        axes.text(longest, row + 0.12, bar.said, ha="right", va="bottom", color=GREY)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.set_xlim(0, longest)
    axes.set_ylim(-0.5, len(chart.bars) - 0.5 + 0.1)
    axes.annotate("what fell due", (1, -0.36), (1, -0.44), ha="center", va="top", color=GREY, fontsize=9)


def _bars(axes: Axes, chart: Chart) -> None:
    numbers = [float(b.figures[0].value or 0) for b in chart.bars]
    most = max(numbers, default=1) or 1
    for row, (bar, number) in enumerate(zip(reversed(chart.bars), reversed(numbers), strict=True)):
        axes.barh(row, number, height=0.62, color=COLOURS[0])
        axes.text(number + most * 0.012, row, bar.said or bar.figures[0].text, va="center", color=INK)
    _name_rows(axes, [b.label for b in chart.bars])
    axes.set_xlim(0, most * 1.18)
    axes.set_xticks([])


def _columns(axes: Axes, chart: Chart) -> None:
    """Draw a group of upright bars for each row; what is not held has no bar and says so."""
    width = 0.8 / max(len(chart.series), 1)
    most = max((float(f.value or 0) for b in chart.bars for f in b.figures), default=1) or 1
    for place, bar in enumerate(chart.bars):
        for i, figure in enumerate(bar.figures):
            at = place - 0.4 + width * (i + 0.5)
            number = float(figure.value or 0)
            axes.bar(at, number, width=width * 0.92, color=COLOURS[i])
            axes.text(at, number + most * 0.015, figure.short, ha="center", va="bottom", color=INK, fontsize=9)
    axes.set_xticks(range(len(chart.bars)), [b.label for b in chart.bars])
    axes.tick_params(axis="x", colors=INK)
    axes.set_yticks([])
    axes.set_ylim(0, most * 1.12)
    _legend(axes, chart.series)


def _map(axes: Axes, chart: Chart) -> None:
    """Draw the districts, shaded by class, each with its name and number."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    counts = {b.label: float(b.figures[0].value or 0) for b in chart.bars}
    limits = class_limits([int(n) for n in counts.values() if n])
    for shape in load_shapes():
        number = counts.get(shape.name, 0.0)
        fill, lettering = shade_of(int(number), limits)
        outline = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in shape.rings))
        axes.add_patch(PathPatch(outline, facecolor=fill, edgecolor=GREY, linewidth=0.7))
        words = shape.name.replace(" and ", "\nand ").replace("Tunbridge ", "Tunbridge\n")
        axes.text(*shape.label, f"{words}\n{number:.0f}", ha="center", va="center", color=lettering, fontsize=7.5,
                  linespacing=1.1)  # fmt: skip
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.set_yticks([])


def _name_rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), list(reversed(labels)))
    axes.set_ylim(-0.55, len(labels) - 0.45)


def _legend(axes: Axes, names: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=COLOURS[i]) for i in range(len(names))]
    axes.figure.legend(patches, list(names), loc="upper left", ncols=len(names), frameon=False,
                       handlelength=1.0, handleheight=1.0, columnspacing=1.6, borderpad=0.1)  # fmt: skip


_DRAW = {
    ChartKind.stacked: _stacked,
    ChartKind.bullets: _bullets,
    ChartKind.bars: _bars,
    ChartKind.columns: _columns,
    ChartKind.map: _map,
}
