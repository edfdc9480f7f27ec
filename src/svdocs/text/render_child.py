"""The drawing process: takes a file on standard input and gives one page of it as PNG on standard output.

Started by `svdocs.intake.sandbox` with the page's number and the pixels a point as arguments.
"""

from __future__ import annotations

import json
import os
import sys
from io import BytesIO

from PIL import Image, ImageOps

from svdocs.errors import CannotRead, DamagedFile, UnsupportedFile
from svdocs.intake.safety import MAX_FILE_BYTES, PDF, sniff_media_type

MAX_PIXELS = 70_000_000
MAX_SIDE_PIXELS = 1_700
"""Of an image's picture: about an A4 page at 144 dots an inch."""


def main() -> int:
    """Draw the page and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints must not reach the pipe
    number, scale = int(sys.argv[1]), float(sys.argv[2])
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        picture = draw_page(data, number, scale)
    except CannotRead as error:
        answer = _error(error.code, str(error).partition(";")[0])
    except MemoryError:
        answer = _error("memory", "")
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        answer = _error("crashed", type(error).__name__)
    else:
        answer = b'{"result":%d}\n' % len(picture) + picture
    output.write(answer)
    output.flush()
    return 0


def draw_page(data: bytes, number: int, scale: float) -> bytes:
    """Return one page of a PDF or image file as PNG.

    Args:
        data: the file.
        number: of the page, from 1.
        scale: pixels a point of a PDF; the longest side of an image's picture is bounded as that of an A4 page.

    Raises:
        CannotRead: there is no such page, or it cannot be drawn.
    """
    media_type = sniff_media_type(data)
    if media_type == PDF:
        from svdocs.text.pdf import render_page

        return _as_png(render_page(data, number, scale))
    if media_type.startswith("image/"):
        return _draw_image(data, number)
    raise UnsupportedFile("The file has no pages to draw; read its words instead.")


def _draw_image(data: bytes, number: int) -> bytes:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses at twice this
    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
        try:
            image.seek(number - 1)
        except EOFError:
            raise DamagedFile(f"The image has no page {number}; look at the original.") from None
        shown = ImageOps.exif_transpose(image).convert("RGB")
    shown.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return _as_png(shown)


def _as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _error(code: str, detail: str) -> bytes:
    return json.dumps({"error": code, "detail": detail[:1_000]}).encode() + b"\n"


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # no finalisers: native libraries may crash in them after a good result
