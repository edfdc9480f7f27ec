"""What is drawn on a page of a PDF file beside its text: rules, backgrounds, images and what covers what."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as raw  # type: ignore[import-untyped]

from svdocs.text.document import Box
from svdocs.text.tables import MAX_RULES

MAX_OBJECTS = 60_000
"""Drawn objects looked at on one page; what comes after them cannot hold a table that a person would read."""
MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """Where pdfium's page stands in the frame of the page's lines, whose top left is nought."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def place(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return the box, in the frame, of an area in pdfium's page space."""
        if self.turns == 0:
            return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)
        if self.turns == 1:
            return Box(bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
        if self.turns == 2:
            return Box(self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
        return Box(self.top - top, self.right - right, self.top - bottom, self.right - left)


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page beside text, boxes in the frame."""

    level: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    """Small figures, such as drawn bullets."""
    covers: list[tuple[int, Box]] = field(default_factory=list)
    """Opaque areas and images with their place in the order of drawing."""
    order: dict[int, int] = field(default_factory=dict)
    """Of each top-level text object, its place in the order of drawing."""
    objects: int = 0


def address_of(handle: Any) -> int:
    """Return where pdfium keeps an object, by which it is known again; 0 for none."""
    return ctypes.c_void_p.from_buffer(handle).value or 0  # a cast would take four times as long


def fill_of(handle: Any) -> tuple[int, int]:
    """Return the grey level and the opacity, both 0 to 255, of an object's fill."""
    r, g, b, a = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFPageObj_GetFillColor(handle, r, g, b, a):
        return 0, 255
    return round(0.299 * r.value + 0.587 * g.value + 0.114 * b.value), a.value


def read_drawn(page: Any, frame: Frame) -> Drawn:
    """Return the rules, backgrounds and images of a page."""
    drawn = Drawn()
    for order in range(min(raw.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        _take_object(raw.FPDFPage_GetObject(page.raw, order), order, frame, drawn, (1, 0, 0, 1, 0, 0), 0)
    return drawn


_Matrix = tuple[float, float, float, float, float, float]


def _multiply(m: _Matrix, n: _Matrix) -> _Matrix:
    """Return the matrix that applies `m` first, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _matrix_of(handle: Any) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, matrix):
        return (1, 0, 0, 1, 0, 0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _take_object(handle: Any, order: int, frame: Frame, drawn: Drawn, outer: _Matrix, depth: int) -> None:
    if not handle or drawn.objects > MAX_OBJECTS:
        return
    drawn.objects += 1
    kind = raw.FPDFPageObj_GetType(handle)
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        if depth == 0:
            drawn.order[address_of(handle)] = order
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        box = _bounds_of(handle, frame, outer)
        drawn.images.append(box)
        drawn.covers.append((order, box))
    elif kind == raw.FPDF_PAGEOBJ_PATH:
        _take_path(handle, order, frame, drawn, outer)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
        matrix = _multiply(_matrix_of(handle), outer)
        for i in range(min(raw.FPDFFormObj_CountObjects(handle), MAX_OBJECTS)):
            _take_object(raw.FPDFFormObj_GetObject(handle, i), order, frame, drawn, matrix, depth + 1)
            if drawn.objects > MAX_OBJECTS:
                return


def _bounds_of(handle: Any, frame: Frame, outer: _Matrix) -> Box:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    corners = [
        (x * outer[0] + y * outer[2] + outer[4], x * outer[1] + y * outer[3] + outer[5])
        for x in (left.value, right.value)
        for y in (bottom.value, top.value)
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return frame.place(min(xs), min(ys), max(xs), max(ys))


def _take_path(handle: Any, order: int, frame: Frame, drawn: Drawn, outer: _Matrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(handle, fill, stroke)
    if not fill.value and not stroke.value:
        return
    box = _bounds_of(handle, frame, outer)
    wide, high = box.x1 - box.x0, box.bottom - box.top
    grey, alpha = fill_of(handle) if fill.value else (0, 0)
    if fill.value and alpha > 30 and wide > 6 and high > 6:
        if alpha > 240:
            drawn.covers.append((order, box))
        if grey < 250:
            drawn.shades.append(box)
    if 1.2 < wide < 8 and 1.2 < high < 8 and 0.6 < wide / high < 1.7:
        drawn.dots.append(box)
    if len(drawn.level) + len(drawn.upright) > MAX_RULES:
        return
    if high <= 2.6 and wide > 6:
        drawn.level.append(box)
    elif wide <= 2.6 and high > 6:
        drawn.upright.append(box)
    elif wide > 6 and high > 6 and raw.FPDFPath_CountSegments(handle) <= 2000:
        _take_segments(handle, bool(stroke.value), frame, drawn, _multiply(_matrix_of(handle), outer))


def _take_segments(handle: Any, stroked: bool, frame: Frame, drawn: Drawn, matrix: _Matrix) -> None:
    """Add a path's own level and upright lines; of a filled path those of its parts that are thin."""
    for points in _subpaths(handle, matrix):
        boxes = [
            frame.place(min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])) for p, q in pairwise(points)
        ]
        if not boxes:
            continue
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        thin = min(whole.x1 - whole.x0, whole.bottom - whole.top) <= 2.6
        for box in [whole] if thin else boxes if stroked else []:
            if box.bottom - box.top <= 2.6 and box.x1 - box.x0 > 6:
                drawn.level.append(box)
            elif box.x1 - box.x0 <= 2.6 and box.bottom - box.top > 6:
                drawn.upright.append(box)


def _subpaths(handle: Any, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for i in range(raw.FPDFPath_CountSegments(handle)):
        segment = raw.FPDFPath_GetPathSegment(handle, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            x.value * matrix[0] + y.value * matrix[2] + matrix[4],
            x.value * matrix[1] + y.value * matrix[3] + matrix[5],
        )
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment) and len(points) > 1:
            points.append(points[0])
    if len(points) > 1:
        yield points
