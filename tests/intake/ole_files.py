"""Writes small OLE files, as old office programs and Outlook do, for the tests of their readers."""

from __future__ import annotations

import struct

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def ole_file(streams: dict[str, bytes]) -> bytes:
    """An OLE file of these streams; a name with a slash is in a folder. Streams are filled up to 4,096 bytes."""
    folders = sorted({name.partition("/")[0] for name in streams if "/" in name})
    names = [*folders, *streams]
    contents = {
        n: d.ljust(4096, b"\0").ljust(-(-max(len(d), 4096) // SECTOR) * SECTOR, b"\0") for n, d in streams.items()
    }
    directory_sectors = -(-(len(names) + 1) // 4)
    table = [TABLE, *range(2, 1 + directory_sectors), END]
    starts = {}
    for name, data in contents.items():
        starts[name] = len(table)
        count = len(data) // SECTOR
        table += [*range(len(table) + 1, len(table) + count), END]
    assert len(table) <= 128, "one sector of the table is all that this writer knows"

    def chained(among: list[str]) -> tuple[int, dict[str, int]]:
        numbers = [names.index(n) + 1 for n in among]
        following = dict(zip(among, [*numbers[1:], FREE], strict=True))
        return (numbers[0] if numbers else FREE), following

    top, beside = chained([n for n in names if "/" not in n])
    inside = {}
    for folder in folders:
        inside[folder], more = chained([n for n in streams if n.startswith(f"{folder}/")])
        beside |= more
    entries = [_entry("Root Entry", 5, FREE, top, END, 0)]
    entries += [_entry(f, 1, beside[f], inside[f], 0, 0) for f in folders]
    entries += [_entry(n.rpartition("/")[2], 2, beside[n], FREE, starts[n], len(contents[n])) for n in streams]
    directory = b"".join(entries).ljust(directory_sectors * SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return header + struct.pack("<128I", *table, *[FREE] * (128 - len(table))) + directory + b"".join(contents.values())


def _entry(title: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = title.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBBIII16xI16xIQ", len(raw), kind, 1, FREE, right, child, 0, start, size)


def outlook_message(
    subject: str, body: str, *attachments: tuple[str, bytes], html: str = "", rich: bool = False
) -> bytes:
    """An Outlook message; an attachment without bytes is a message of its own."""
    streams = {"__properties_version1.0": b"", "__substg1.0_0037001F": subject.encode("utf-16-le")}
    streams["__substg1.0_0C1A001F"] = "A Bidder".encode("utf-16-le")
    if body:
        streams["__substg1.0_1000001F"] = body.encode("utf-16-le")
    if html:
        streams["__substg1.0_10130102"] = html.encode()
    if rich:
        streams["__substg1.0_10090102"] = b"LZFu"
    for i, (name, data) in enumerate(attachments):
        folder = f"__attach_version1.0_#{i:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_3701{'0102' if data else '000D'}"] = data
    return ole_file(streams)
