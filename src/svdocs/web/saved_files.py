"""Answers that a browser, or a program, saves as a file."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from svdocs.intake.safety import DOCX


def word_responses(description: str) -> dict[int | str, dict[str, Any]]:
    """Return what the interface's description says of an address that gives a Word file."""
    return {200: {"description": description, "content": {DOCX: {"schema": {"type": "string", "format": "binary"}}}}}


def save_word(name: str, data: bytes) -> Response:
    """Return a Word file as the answer that is saved under a name."""
    return save_as(name, data, DOCX)


def save_as(name: str, data: bytes | str, media_type: str) -> Response:
    """Return a file as the answer that is saved under a name of svdocs's own choice."""
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
