"""Badges as pictures, SVG and PNG, with the signed credential baked in.

Source of the baking: 1EdTech, Open Badges Specification 3.0, section 5.3: in a PNG an `iTXt` chunk with the keyword
`openbadgecredential`, in an SVG an element `openbadges:credential`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from svdocs.records.delivery_tables import BadgeLevel

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIDE = 600
KEYWORD = "openbadgecredential"
_CENTRE = (300.0, 262.0)
_POINTS = 28
_OUTER, _INNER = 238.0, 222.0
_FINER = 3
"""The PNG is drawn so many times larger and made smaller, so that its edges are smooth."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a level: rim, ring, face, its words, and ribbon."""

    rim: str
    ring: str
    face: str
    words: str
    ribbon: str


COLOURS = {
    BadgeLevel.gold: Colours("#b8860b", "#f2cf63", "#fff8e1", "#5b4300", "#143d66"),
    BadgeLevel.platinum: Colours("#5f6f7e", "#c9d6e2", "#f5f9fc", "#22313f", "#143d66"),
}


def badge_svg(level: BadgeLevel, year: str, supplier: str, buyer: str, credential: str) -> str:
    """Return a badge as SVG, its credential baked in; readable by screen readers."""
    c = COLOURS[level]
    told = f"Social value badge, {level.value}, {year}, for {supplier}, by {buyer}"
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _star())
    x, y = _CENTRE
    lines = "".join(
        f'<text x="{x}" y="{top}" font-size="{size}">{escape(words)}</text>' for words, top, size in _lines(supplier)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" '
        f'viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label={quoteattr(told)}>'
        f"<openbadges:credential verify={quoteattr(credential)}/><title>{escape(told)}</title>"
        f'<g fill="{c.ribbon}"><path d="M175 420 L130 590 L200 552 L246 596 L280 450 Z"/>'
        f'<path d="M425 420 L470 590 L400 552 L354 596 L320 450 Z"/></g>'
        f'<polygon points="{points}" fill="{c.rim}"/>'
        f'<circle cx="{x}" cy="{y}" r="206" fill="{c.ring}"/><circle cx="{x}" cy="{y}" r="182" fill="{c.face}"/>'
        f'<circle cx="{x}" cy="{y}" r="172" fill="none" stroke="{c.rim}" stroke-width="2.5"/>'
        f'<path d="{_tick_path()}" fill="none" stroke="{c.rim}" stroke-width="16" stroke-linecap="round" '
        f'stroke-linejoin="round"/>'
        f'<g font-family="Arial, Liberation Sans, DejaVu Sans, sans-serif" text-anchor="middle" fill="{c.words}">'
        f'<text x="{x}" y="222" font-size="25" letter-spacing="5">SOCIAL VALUE</text>'
        f'<text x="{x}" y="290" font-size="58" font-weight="bold">{level.value.title()}</text>'
        f'<text x="{x}" y="332" font-size="28">{escape(year)}</text>'
        f"{lines}</g></svg>"
    )


def badge_png(level: BadgeLevel, year: str, supplier: str, credential: str) -> bytes:
    """Return a badge as PNG of 600 by 600 pixels, its credential baked in."""
    # Imported here because Pillow takes a while and few commands draw anything.
    from PIL import Image, ImageDraw
    from PIL.PngImagePlugin import PngInfo

    image = Image.new("RGBA", (SIDE * _FINER, SIDE * _FINER), (255, 255, 255, 0))
    _draw(ImageDraw.Draw(image), level, year, supplier)
    info = PngInfo()
    info.add_itxt(KEYWORD, credential, zip=False)
    out = BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", pnginfo=info, optimize=True)
    return out.getvalue()


def _draw(draw: ImageDraw, level: BadgeLevel, year: str, supplier: str) -> None:
    c, f = COLOURS[level], _FINER
    x, y = _CENTRE
    for ribbon in (
        ((175, 420), (130, 590), (200, 552), (246, 596), (280, 450)),
        ((425, 420), (470, 590), (400, 552), (354, 596), (320, 450)),
    ):
        draw.polygon([(a * f, b * f) for a, b in ribbon], fill=c.ribbon)
    draw.polygon([(a * f, b * f) for a, b in _star()], fill=c.rim)
    for radius, fill in ((206.0, c.ring), (182.0, c.face)):
        draw.ellipse([(x - radius) * f, (y - radius) * f, (x + radius) * f, (y + radius) * f], fill=fill)
    draw.ellipse([(x - 172) * f, (y - 172) * f, (x + 172) * f, (y + 172) * f], outline=c.rim, width=round(2.5 * f))
    tick = [(a * f, b * f) for a, b in _TICK]
    draw.line(tick, fill=c.rim, width=16 * f, joint="curve")
    for a, b in tick:
        draw.ellipse([a - 8 * f, b - 8 * f, a + 8 * f, b + 8 * f], fill=c.rim)
    for text, top, size, bold in (
        ("S O C I A L   V A L U E", 222, 23, False),
        (level.value.title(), 290, 58, True),
        (year, 332, 28, False),
        *((words, top, size, False) for words, top, size in _lines(supplier)),
    ):
        draw.text((x * f, top * f), text, font=_font(bold, size * f), fill=c.words, anchor="ms")


_TICK = ((262.0, 152.0), (290.0, 180.0), (342.0, 124.0))


def _tick_path() -> str:
    return "M" + " L".join(f"{a} {b}" for a, b in _TICK)


def _star() -> Iterator[tuple[float, float]]:
    for i in range(2 * _POINTS):
        angle, radius = math.pi * i / _POINTS, _OUTER if i % 2 == 0 else _INNER
        yield _CENTRE[0] + radius * math.sin(angle), _CENTRE[1] - radius * math.cos(angle)


def _lines(supplier: str) -> list[tuple[str, int, int]]:
    """Return the supplier's name in one or two lines that stay inside the ring: words, place and size."""
    if len(supplier) <= 20:
        return [(supplier, 374, 24)]
    words = supplier.split()
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - 20)) if len(words) > 1 else 1
    lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    return [(_cut(line, most), top, 19) for line, top, most in zip(lines, (366, 392), (25, 20), strict=True) if line]


def _cut(line: str, most: int) -> str:
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


@cache
def _font(bold: bool, size: int) -> FreeTypeFont:
    """Return the font that travels with matplotlib, so that a badge looks the same on every machine."""
    from PIL import ImageFont

    spec = find_spec("matplotlib")  # found and not imported, which would take seconds
    folder = Path(str(spec.origin)).parent if spec else Path()
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(folder / "mpl-data" / "fonts" / "ttf" / name), size)
