"""The districts of Kent and Medway as a picture: one shade for each class of deliveries, with its numbers in words.

The shapes are hexagons in which most postcodes are of the district, not surveyed boundaries, and the picture says so.
Whoever shows it shows the table too, which holds every figure of it: the picture alone is not enough for anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import ceil
from xml.sax.saxutils import escape

from svdocs.frameworks.local import area_named
from svdocs.reports.locating import Level
from svdocs.reports.places import KIND_LABELS, PlaceTable

NOTE = "Shapes from postcodes (hexagons of 1.2 km), not surveyed boundaries."
ATTRIBUTION = (
    "Made from the ONS Postcode Directory. Source: Office for National Statistics licensed under the Open Government "
    "Licence v3.0. Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail "
    "copyright and database right 2025."
)
"""To stand wherever the map is published."""
_NONE = ("#f3f2f1", "#0b0c0c")
_SHADES = (("#d2e2f1", "#0b0c0c"), ("#8eb8dc", "#0b0c0c"), ("#5694ca", "#0b0c0c"), ("#144e81", "#ffffff"))
"""Fill and lettering of each class, light to dark; lettering stands out by 4.5 to 1 or more."""
_WIDTH, _HEIGHT, _FONT = 2_080, 1_560, 34
_LINE = "#505a5f"
_LABELS = {"E06000035": (715, 180), "E07000109": (552, 215), "E07000112": (1555, 830), "E07000113": (1190, 440)}
"""Where the names of districts stand whose middle is water, or another district."""
_SHORT = {"Tonbridge and Malling": ("Tonbridge", "and Malling"), "Folkestone and Hythe": ("Folkestone", "and Hythe"),
          "Tunbridge Wells": ("Tunbridge", "Wells")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A district on the map: rings of points, and where its name stands."""

    code: str
    name: str
    label: tuple[int, int]
    rings: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def path(self) -> str:
        """The rings as the outline of an SVG path."""
        return "".join("M" + " ".join(f"{x},{y}" for x, y in ring) + "Z" for ring in self.rings)


@lru_cache(maxsize=1)
def load_shapes() -> tuple[Shape, ...]:
    """Return the districts of Kent and Medway."""
    said = json.loads((files("svdocs.reports") / "data" / "kent.json").read_text(encoding="utf-8"))
    return tuple(
        Shape(s["code"], area.name if (area := area_named(s["code"])) else s["code"],
              _LABELS.get(s["code"], tuple(s["label"])),
              tuple(tuple((x, y) for x, y in ring) for ring in s["rings"]))
        for s in said["shapes"]
    )  # fmt: skip


def is_on_map(code: str) -> bool:
    """Say whether a district is on the map."""
    return any(s.code == code for s in load_shapes())


def off_map(table: PlaceTable) -> tuple[int, int]:
    """Return how many deliveries of a table are in districts that are not on the map, and how many in none."""
    return sum(r.deliveries for r in table.rows if not is_on_map(r.code)), sum(r.deliveries for r in table.unplaced)


def draw_place_map(table: PlaceTable, *, name: str = "place-map") -> str:
    """Return an SVG picture of a table by district.

    Args:
        table: at the level of districts.
        name: by which the ids in it begin, so that several maps can stand on one page.

    Raises:
        ValueError: the table is of another level.
    """
    if table.level is not Level.district:
        raise ValueError("Only districts are drawn; the table is of another level.")
    counts = {r.code: r.deliveries for r in table.rows}
    limits = class_limits([c for code, c in counts.items() if is_on_map(code)])
    title = f"{KIND_LABELS[table.kind]}{', ' + table.financial_year if table.financial_year else ''}"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-words" font-family="GDS Transport, Arial, sans-serif">',
        f'<title id="{name}-title">{escape(title)}: map of Kent and Medway</title>',
        f'<desc id="{name}-words">{escape(describe_map(table))}</desc>',
        *(_drawn(shape, counts.get(shape.code, 0), limits) for shape in load_shapes()),
        *(_lettered(shape, counts.get(shape.code, 0), limits) for shape in load_shapes()),
        *_legend(limits),
        f'<text x="40" y="{_HEIGHT - 24}" font-size="26" fill="{_LINE}">{NOTE}</text>',
        "</svg>",
    ])  # fmt: skip


def describe_map(table: PlaceTable) -> str:
    """Return the map in words: each district with its deliveries, and what is not on it."""
    counts: Mapping[str, int] = {r.code: r.deliveries for r in table.rows}
    shown = sorted(((s.name, counts.get(s.code, 0)) for s in load_shapes()), key=lambda p: (-p[1], p[0]))
    elsewhere, nowhere = off_map(table)
    words = "; ".join(f"{name} {count}" for name, count in shown)
    return f"Deliveries by district: {words}. Not on the map: {elsewhere} in other districts, {nowhere} in none."


def class_limits(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the highest count of each class, at most four, of about the same width.

    >>> class_limits([1, 2, 40]), class_limits([3, 3]), class_limits([])
    ((10, 20, 30, 40), (1, 2, 3), ())
    """
    most = max(counts, default=0)
    classes = min(len(_SHADES), most)
    return tuple(ceil(most * (i + 1) / classes) for i in range(classes))


def shade_of(count: int, limits: Sequence[int]) -> tuple[str, str]:
    """Return the fill of a district with so many deliveries, and the colour of letters on it."""
    if not count:
        return _NONE
    of = next(i for i, limit in enumerate(limits) if count <= limit)
    return _SHADES[of + len(_SHADES) - len(limits)]


def _drawn(shape: Shape, count: int, limits: Sequence[int]) -> str:
    fill, _ = shade_of(count, limits)
    return (
        f'<path d="{shape.path}" fill="{fill}" stroke="{_LINE}" stroke-width="4" stroke-linejoin="round">'
        f"<title>{escape(shape.name)}: {count}</title></path>"
    )


def _lettered(shape: Shape, count: int, limits: Sequence[int]) -> str:
    _, ink = shade_of(count, limits)
    (x, y), lines = shape.label, (*_SHORT.get(shape.name, (shape.name,)), str(count))
    top = y - _FONT * (len(lines) - 1) // 2
    words = "".join(
        f'<tspan x="{x}" y="{top + i * (_FONT + 4)}"{" font-weight=" + chr(34) + "bold" + chr(34) if last else ""}>'
        f"{escape(line)}</tspan>"
        for i, line in enumerate(lines)
        for last in (i == len(lines) - 1,)
    )
    return f'<text font-size="{_FONT}" fill="{ink}" text-anchor="middle">{words}</text>'


def _legend(limits: Sequence[int]) -> list[str]:
    rows = [("0", _NONE[0])]
    for i, limit in enumerate(limits):
        first = (limits[i - 1] if i else 0) + 1
        shade = _SHADES[i + len(_SHADES) - len(limits)][0]
        rows.append((f"{first}" if first == limit else f"{first} to {limit}", shade))
    x, y = 1_640, 1_180
    drawn = [f'<text x="{x}" y="{y - 24}" font-size="{_FONT}" font-weight="bold" fill="#0b0c0c">Deliveries</text>']
    for i, (words, shade) in enumerate(rows):
        top = y + i * 54
        drawn.append(f'<rect x="{x}" y="{top}" width="64" height="40" fill="{shade}" stroke="{_LINE}" '
                     f'stroke-width="3"/><text x="{x + 84}" y="{top + 31}" font-size="{_FONT}" fill="#0b0c0c">'
                     f"{words}</text>")  # fmt: skip
    return drawn
