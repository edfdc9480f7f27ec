# ruff: noqa: E501 -- a table of cases reads better one a line
"""Pictures that are too large, cut short, or not what they say."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

import numpy as np
from PIL import Image, ImageDraw

from tests.bad_inputs.case import ANY, AWAY, PERSON, READ, Case, State
from tests.bad_inputs.pdf_files import SENTENCE


@lru_cache(maxsize=8)
def scan(mode: str = "L", size: tuple[int, int] = (900, 300)) -> Image.Image:
    """Return a picture of a few lines of text."""
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for i in range(3):
        draw.text((30, 40 + 60 * i), SENTENCE[:45], fill=0, font_size=30)
    return picture.convert(mode)


def deep() -> Image.Image:
    """Return a picture of 16 bits a dot."""
    return Image.fromarray(np.asarray(scan(), dtype=np.uint16) * 257)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def chunk(kind: bytes, data: bytes, crc: int | None = None) -> bytes:
    sum_ = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)


def png(width: int, height: int, bits: int = 8, colour: int = 0, rows: bytes | None = None, more: bytes = b"", interlace: int = 0) -> bytes:  # fmt: skip
    """Return a PNG that says it has this size; its rows are empty unless given packed."""
    if rows is None:
        packer = zlib.compressobj(9)
        per_row = 1 + (width * bits * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] + 7) // 8
        block = b"\0" * per_row
        rows = b"".join(packer.compress(block) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def frames(count: int, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    picture = Image.new("L", size, 255)
    return saved(picture, "TIFF", save_all=True, append_images=[picture] * (count - 1), **options)


def looping_tiff() -> bytes:
    data = bytearray(frames(2))
    first = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[first : first + 2])[0]
    at = first + 2 + 12 * entries
    data[at : at + 4] = struct.pack("<I", first)
    return bytes(data)


def picture_cases() -> Iterator[Case]:
    kind = "Pictures"
    made: dict[str, tuple[Callable[[], bytes], str, frozenset[State]]] = {
        "PNG of 9,000 by 9,000": (lambda: png(9_000, 9_000), "png", PERSON),
        "PNG of 20,000 by 20,000": (lambda: png(20_000, 20_000, 1), "png", PERSON),
        "PNG of 8,000 by 8,000 in colour": (lambda: png(8_000, 8_000, 8, 2), "png", ANY),
        "PNG said to be 2,000,000,000 wide": (lambda: png(2_000_000_000, 1, rows=b"x"), "png", PERSON),
        "PNG of 65,535 by 1": (lambda: png(65_535, 1), "png", ANY),
        "PNG of 1 by 65,535": (lambda: png(1, 65_535), "png", ANY),
        "PNG of 1 by 1": (lambda: png(1, 1), "png", PERSON),
        "PNG of no size": (lambda: png(0, 0), "png", PERSON),
        "PNG without rows": (lambda: png(500, 500, rows=b""), "png", PERSON),
        "PNG with too few rows": (lambda: png(500, 500, rows=zlib.compress(b"\0" * 5_000)), "png", ANY),
        "PNG with too many rows": (lambda: png(50, 50, rows=zlib.compress(b"\0" * 50_000_000, 9)), "png", ANY),
        "PNG with a text of 500 MB": (lambda: png(50, 50, more=chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 500_000_000, 1))), "png", ANY),
        "PNG with a wrong sum": (lambda: png(50, 50, more=chunk(b"tEXt", b"a\0b", 0)), "png", ANY),
        "PNG with unknown colours": (lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 7, 9, 9, 9, 9)) + chunk(b"IEND", b""), "png", PERSON),
        "PNG of 16 bits": (lambda: saved(deep(), "PNG"), "png", ANY),
        "PNG with a palette": (lambda: saved(scan("P"), "PNG"), "png", READ),
        "PNG of one bit": (lambda: saved(scan("1"), "PNG"), "png", READ),
        "PNG that is see-through": (lambda: saved(scan("RGBA"), "PNG"), "png", READ),
        "PNG all see-through": (lambda: saved(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), "PNG"), "png", PERSON),
        "PNG that moves": (lambda: saved(scan("RGB"), "PNG", save_all=True, append_images=[scan("RGB").rotate(5)] * 3), "png", ANY),
        "PNG all black": (lambda: saved(Image.new("L", (800, 600), 0), "PNG"), "png", PERSON),
        "PNG of noise": (lambda: saved(Image.effect_noise((600, 400), 90), "PNG"), "png", ANY),
        "JPEG in CMYK": (lambda: saved(scan("CMYK"), "JPEG"), "jpg", READ),
        "JPEG in steps": (lambda: saved(scan("RGB"), "JPEG", progressive=True), "jpg", READ),
        "JPEG of the lowest quality": (lambda: saved(scan("RGB"), "JPEG", quality=1), "jpg", ANY),
        "JPEG that says it is 65,000 wide": (lambda: (lambda d, at: d[: at + 5] + struct.pack(">HH", 65_000, 65_000) + d[at + 9 :])(d := saved(scan("RGB"), "JPEG"), d.find(b"\xff\xc0")), "jpg", PERSON),
        "JPEG with odd notes": (lambda: (lambda d: d[:2] + b"\xff\xe1\xff\xffExif\0\0" + b"MM\0*" + b"\xff" * 65_525 + d[2:])(saved(scan("RGB"), "JPEG")), "jpg", ANY),
        "JPEG only its mark": (lambda: b"\xff\xd8\xff\xe0", "jpg", AWAY),
        "TIFF of 500 frames": (lambda: frames(500, (30, 20)), "tif", ANY),
        "TIFF of 700 frames": (lambda: frames(700), "tif", PERSON),
        "TIFF of 1,500 frames": (lambda: frames(1_500, (8, 8)), "tif", PERSON),
        "TIFF that loops": (looping_tiff, "tif", ANY),
        "TIFF in CMYK": (lambda: saved(scan("CMYK"), "TIFF"), "tif", READ),
        "TIFF of 16 bits": (lambda: saved(deep(), "TIFF"), "tif", ANY),
        "TIFF of floating numbers": (lambda: saved(scan("F"), "TIFF"), "tif", ANY),
        "TIFF packed by fax": (lambda: saved(scan("1"), "TIFF", compression="group4"), "tif", READ),
        "TIFF packed by LZW": (lambda: saved(scan("L"), "TIFF", compression="tiff_lzw"), "tif", READ),
        "TIFF packed as JPEG": (lambda: saved(scan("RGB"), "TIFF", compression="jpeg"), "tif", READ),
        "TIFF said to be 100,000 wide": (lambda: (lambda d: d.replace(struct.pack("<HHI", 256, 4, 900), struct.pack("<HHI", 256, 4, 100_000)).replace(struct.pack("<HHIH", 256, 3, 1, 900), struct.pack("<HHII", 256, 4, 1, 100_000)[:10]))(saved(scan(), "TIFF")), "tif", ANY),
        "TIFF of nothing": (lambda: b"II*\0\0\0\0\0", "tif", PERSON),
        "TIFF that begins beyond its end": (lambda: b"II*\0\xff\xff\xff\x7f", "tif", PERSON),
        "TIFF of 65,535 entries": (lambda: b"II*\0\x08\0\0\0\xff\xff" + b"\0" * 100, "tif", PERSON),
        "TIFF in the large manner": (lambda: b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + b"\0" * 8, "tif", PERSON),
        "TIFF from right to left": (lambda: b"MM\0*\0\0\0\x08\0\0\0\0\0\0", "tif", PERSON),
    }  # fmt: skip
    for name, (make, extension, allowed) in made.items():
        yield Case(f"Picture: {name}", kind, make, f"scan.{extension}", allowed)
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[274] = turn
        yield Case(
            f"Picture: JPEG turned the way {turn}",
            kind,
            lambda e=exif: saved(scan("RGB"), "JPEG", exif=e),
            "scan.jpg",
            ANY,
        )  # type: ignore[misc]
    for form, extension in (("PNG", "png"), ("JPEG", "jpg"), ("TIFF", "tif")):
        for percent in (3, 30, 60, 90, 99):
            yield Case(f"Picture: {form} cut at {percent} %", kind, partial(_cut, form, percent), f"scan.{extension}")


def _cut(form: str, percent: int) -> bytes:
    data = saved(scan("RGB"), form)
    return data[: max(len(data) * percent // 100, 8)]
