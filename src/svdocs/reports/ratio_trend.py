"""A contract's ratio over its periods as a picture: a column for each period and a line at the target.

Whoever shows it shows the table too, which holds both halves of each figure: the picture alone is not enough.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from svdocs.delivery.ratios import Point, Trend

SHOWN = 8
"""Periods in the picture: the last ones; the table has all."""
_WIDTH, _HEIGHT = 720, 260
_TOP, _BOTTOM, _LEFT, _RIGHT = 34, 214, 8, 112
"""The room to the right is for the target's label."""
_MET, _MISSED, _PLAIN = "#12436d", "#a3285a", "#12436d"
_INK, _GREY = "#0b0c0c", "#505a5f"
_ROOM = 1.15
"""Height of the picture beside the highest of what is drawn."""


def draw_trend(trend: Trend, *, name: str) -> str:
    """Return an SVG picture of the last periods; empty where no figure stands.

    Args:
        trend: the ratio with its figures.
        name: by which the ids in it begin, so that several pictures can stand on one page.
    """
    points = trend.points[-SHOWN:]
    if not points:
        return ""
    highest = _ROOM * (max([p.percent for p in points] + [trend.target or 0.0]) or 1.0)
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(points), 3)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-words" font-family="Arial, sans-serif" font-size="15">',
        f'<title id="{name}-title">{escape(trend.ratio.title)}</title>',
        f'<desc id="{name}-words">{escape(describe_trend(trend))}</desc>',
        *(_bar(p, i, step, highest, has_target=trend.target is not None) for i, p in enumerate(points)),
        f'<path d="M{_LEFT} {_BOTTOM}H{_WIDTH - _RIGHT}" stroke="{_GREY}" stroke-width="1.5"/>',
        *_target_line(trend.target, highest),
        *(_words(p, i, step, highest) for i, p in enumerate(points)),
        "</svg>",
    ])  # fmt: skip


def describe_trend(trend: Trend) -> str:
    """Return the picture in words: each period with its percentage, and the target."""
    told = "; ".join(f"{p.figure.starts:%B %Y} to {p.figure.ends:%B %Y} {p.percent:g}%" for p in trend.points[-SHOWN:])
    return f"{told}." + (f" Target {trend.target:g}%." if trend.target is not None else " No target is set.")


def _bar(point: Point, i: int, step: float, highest: float, *, has_target: bool) -> str:
    width = min(0.56 * step, 90.0)
    top, left = _height_of(point.percent, highest), _LEFT + (i + 0.5) * step - width / 2
    fill = _PLAIN if not has_target else _MET if point.is_met else _MISSED
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_BOTTOM - top:.1f}" fill="{fill}"/>'


def _words(point: Point, i: int, step: float, highest: float) -> str:
    """Return the percentage above a bar, with a white edge where the target's line runs through it, and its period."""
    middle, top = _LEFT + (i + 0.5) * step, _height_of(point.percent, highest)
    small = f'text-anchor="middle" fill="{_GREY}" font-size="13"'
    return "\n".join([
        f'<text x="{middle:.1f}" y="{top - 8:.1f}" text-anchor="middle" font-weight="700" fill="{_INK}" '
        f'stroke="#ffffff" stroke-width="5" paint-order="stroke">{point.percent:g}%</text>',
        f'<text x="{middle:.1f}" y="{_BOTTOM + 19}" {small}>{point.figure.starts:%b %Y}</text>',
        f'<text x="{middle:.1f}" y="{_BOTTOM + 36}" {small}>to {point.figure.ends:%b %Y}</text>',
    ])  # fmt: skip


def _target_line(target: float | None, highest: float) -> list[str]:
    if target is None:
        return []
    y = _height_of(target, highest)
    return [
        f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_INK}" stroke-width="2" stroke-dasharray="7 5"/>',
        f'<text x="{_WIDTH - _RIGHT + 8}" y="{y + 5:.1f}" fill="{_INK}">Target {target:g}%</text>',
    ]


def _height_of(percent: float, highest: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * percent / highest
