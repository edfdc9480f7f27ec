"""Pictures of a document's pages, drawn in a process that may crash, and kept beside the originals."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from svdocs.errors import NotFound, ReaderDied
from svdocs.intake.sandbox import Limits, run_isolated
from svdocs.records.keep import path_of
from svdocs.settings import Settings
from svdocs.text.document import Page

RENDERER_MODULE = "svdocs.text.render_child"
SCALE = 2.0
"""Pixels a point: 144 dots an inch, sharp on the screens that officers have."""
MAX_SIDE_PIXELS = 2_600
LIMITS = Limits(cpu_seconds=30, wall_seconds=45.0, silent_seconds=45.0, output_bytes=48 * 2**20)
_PNG = b"\x89PNG\r\n\x1a\n"

PAGES_AHEAD = 3

_drawing = threading.BoundedSemaphore(2)
"""A long document asks for all its pages at once; two at a time leave the machine usable."""
_ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages-ahead")
_awaited: dict[tuple[str, int], Future[Path]] = {}
"""The pictures that are being drawn ahead: who asks for one of them waits for it, and it is drawn once."""


def page_image(settings: Settings, sha256: str, number: int, read_pages: Callable[[], tuple[Page, ...]]) -> Path:
    """Return the PNG of one page of a kept file, drawn at the first asking.

    Args:
        settings: where the files are.
        sha256: of the original.
        number: of the page.
        read_pages: gives the document's pages; asked only when the picture has yet to be drawn.

    Raises:
        NotFound: the original is not kept here, or has no such page.
        CannotRead: the page cannot be drawn.
    """
    ahead = _awaited.get((sha256, number))
    return ahead.result() if ahead else _page_image(settings, sha256, number, read_pages)


def _page_image(settings: Settings, sha256: str, number: int, read_pages: Callable[[], tuple[Page, ...]]) -> Path:
    original = path_of(sha256, settings.files_folder)
    image = _place_of(settings, sha256, number)
    if not image.is_file():
        page = page_of(read_pages(), number)
        with _drawing:
            if not image.is_file():
                _keep_image(image, _draw(original, page))
    return image


def draw_ahead(settings: Settings, sha256: str, pages: Sequence[Page], first: int) -> None:
    """Have the pictures of a page and of those after it drawn, while the page that shows them is being made.

    Args:
        settings: where the files are.
        sha256: of the original.
        pages: of the document.
        first: the number of the first page to draw.
    """
    for page in [p for p in pages if p.number >= first][: 1 + PAGES_AHEAD]:
        wanted = (sha256, page.number)
        if wanted not in _awaited and not _place_of(settings, sha256, page.number).is_file():
            drawn = _ahead.submit(_page_image, settings, sha256, page.number, partial(_only, page))
            _awaited[wanted] = drawn
            drawn.add_done_callback(partial(_forget, wanted))


def _only(page: Page) -> tuple[Page, ...]:
    return (page,)


def _forget(wanted: tuple[str, int], _: Future[Path]) -> None:
    _awaited.pop(wanted, None)


def _place_of(settings: Settings, sha256: str, number: int) -> Path:
    return settings.data_folder / "pages" / sha256 / f"{number}.png"


def scale_for(page: Page) -> float:
    """Return the pixels a point for a page: fewer for one so large that its picture would not fit in memory.

    >>> scale_for(Page(1, 595, 842)), scale_for(Page(1, 13000, 100)), scale_for(Page(1, 0, 0))
    (2.0, 0.2, 2.0)
    """
    return min(SCALE, MAX_SIDE_PIXELS / max(page.width, page.height, 1))


def page_of(pages: tuple[Page, ...], number: int) -> Page:
    """Return the page of this number.

    Raises:
        NotFound: the document has none.
    """
    for page in pages:
        if page.number == number:
            return page
    raise NotFound(f"The document has no page {number}.")


def _draw(original: Path, page: Page) -> bytes:
    data = run_isolated(RENDERER_MODULE, [str(page.number), f"{scale_for(page):.4f}"], original, LIMITS)
    if not data.startswith(_PNG):
        raise ReaderDied("The picture of the page made no sense, so it is not shown; look at the original.")
    return data


def _keep_image(image: Path, data: bytes) -> None:
    image.parent.mkdir(parents=True, exist_ok=True)
    spool = image.with_name(f"{uuid.uuid4().hex}.part")
    try:
        spool.write_bytes(data)
        spool.replace(image)
    finally:
        spool.unlink(missing_ok=True)
