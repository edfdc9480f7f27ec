"""What a PDF file would do if a viewer let it: scripts, programs to start, files inside. Nothing of it is done here."""

from __future__ import annotations

import re
import zlib
from typing import Any

import pypdfium2.raw as raw  # type: ignore[import-untyped]

from svdocs.text.document import Flag

MAX_STREAMS = 2_000
MAX_STREAM_BYTES = 2**20
"""Of each stream of objects this much is looked at."""
_SCRIPT = re.compile(rb"/S\s*/JavaScript\b|/JavaScript\s*<<")
_LAUNCH = re.compile(rb"/S\s*/Launch\b")
_ATTACHED = re.compile(rb"/Subtype\s*/FileAttachment\b")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b[^>]*>>\s*stream\r?\n?")


def find_actions(pdf: Any, data: bytes) -> tuple[Flag, ...]:
    """Return flags for scripts, for programs that the file asks to be started, and for files inside it.

    Args:
        pdf: the opened document.
        data: the file's bytes; its streams of objects are looked into, up to a limit.
    """
    found = []
    texts = [data, *_object_streams(data)]
    if raw.FPDFDoc_GetJavaScriptActionCount(pdf.raw) > 0 or any(_SCRIPT.search(t) for t in texts):
        found.append(Flag("script", "The file holds a script; it was not run."))
    if any(_LAUNCH.search(t) for t in texts):
        found.append(Flag("starts_program", "The file asks for a program to be started; it was not."))
    if raw.FPDFDoc_GetAttachmentCount(pdf.raw) > 0 or any(_ATTACHED.search(t) for t in texts):
        found.append(Flag("embedded_file", "The file holds other files inside it; their text was not read."))
    return tuple(found)


def _object_streams(data: bytes) -> list[bytes]:
    """Return the beginnings of the file's packed streams of objects; what cannot be unpacked is left out."""
    streams = []
    for found in _OBJECT_STREAM.finditer(data):
        try:
            streams.append(zlib.decompressobj().decompress(data[found.end() : found.end() + 2**20], MAX_STREAM_BYTES))
        except zlib.error:
            continue
        if len(streams) == MAX_STREAMS:
            break
    return streams
