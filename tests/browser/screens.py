"""Pictures of pages under docs/screens, small enough for the repository, and the page there that lists them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

SCREENS = Path(__file__).parent.parent.parent / "docs" / "screens"
INDEX = SCREENS / "README.md"
COLOURS = 64
TALLEST = 1500
"""Pixels of a picture's height; what a longer page holds below is left out."""
NARROW_NAME = "-narrow"
HEAD = """# Pictures of the pages

`SVDOCS_SCREENS=1 pytest tests/browser` draws them anew: each page and many of its states as Chromium shows them, \
1280 pixels wide and 320 (narrow). They are cut at {tallest} pixels and hold {colours} colours. In them everything is \
made up.

| picture | narrow | page | address |
|---|---|---|---|
"""
_ROW = re.compile(r"\| \[(?P<name>[^]]+)\]\([^)]+\) \|[^|]*\| (?P<title>[^|]*) \| `(?P<address>[^`]*)` \|")
_ID = re.compile(r"(?<=/)(?:[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_.~-]{30,}|\d+)(?=/|$)")


def keep_picture(page: Page, name: str, *, whole: bool) -> None:
    """Keep a picture of a page, and list it.

    Args:
        page: as it stands.
        name: of the picture, without its ending; a narrow one ends in `-narrow`.
        whole: whether what lies below the window belongs to it.
    """
    picture = Image.open(BytesIO(page.screenshot(full_page=whole, animations="disabled"))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(SCREENS / f"{name}.png", optimize=True)
    title = page.title().removesuffix(" – svdocs").replace("|", "/")
    list_picture(name.removesuffix(NARROW_NAME), title, address_of(page.url))


def address_of(url: str) -> str:
    """Return a page's address without what differs each time.

    >>> address_of("http://127.0.0.1:4000/documents/1c4b8d1e-0000-4000-8000-123456789abc/description?x=1")
    '/documents/…/description'
    """
    path = re.sub(r"^https?://[^/]+", "", url).split("#")[0].split("?")[0]
    return _ID.sub("…", path)


def list_picture(name: str, title: str, address: str) -> None:
    """Put a picture into the list, in its place by name; pictures that are no longer there leave it."""
    rows = {m["name"]: (m["title"], m["address"]) for m in _ROW.finditer(INDEX.read_text())} if INDEX.exists() else {}
    rows[name] = (title, address)
    INDEX.write_text(
        HEAD.format(tallest=TALLEST, colours=COLOURS)
        + "".join(
            f"| [{n}]({n}.png) | {_narrow_of(n)} | {t} | `{a}` |\n"
            for n, (t, a) in sorted(rows.items())
            if (SCREENS / f"{n}.png").exists()
        )
    )


def _narrow_of(name: str) -> str:
    narrow = f"{name}{NARROW_NAME}.png"
    return f"[narrow]({narrow})" if (SCREENS / narrow).exists() else ""
