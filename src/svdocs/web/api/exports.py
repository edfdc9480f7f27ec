"""Statements as a file, for programs: JSON Lines, CSV, XLSX, or an OCDS release package."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import IO, Any

from starlette.responses import StreamingResponse

from svdocs.records.access import Right
from svdocs.records.ocds import release_package
from svdocs.records.sheets import write_csv
from svdocs.records.store import Store
from svdocs.records.workbook import write_workbook
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("exports")

IN_MEMORY_BYTES = 4 * 2**20
"""Above which an export waits on the disk until it is sent."""
PIECE_BYTES = 2**16


class ExportForm(StrEnum):
    """The forms of an export."""

    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"
    ocds = "ocds"


MEDIA_TYPES = {
    ExportForm.jsonl: "application/x-ndjson",
    ExportForm.csv: "text/csv",
    ExportForm.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.ocds: "application/json",
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. What a supplier wrote is text in it, and never a formula or markup.",
        "content": {media_type: {"schema": {"type": "string", "format": "binary"}}
                    for media_type in MEDIA_TYPES.values() if media_type != "application/json"}
        | {"application/json": {"schema": {"type": "object"}}},
    }
}  # fmt: skip


@router.get(
    "/procurements/{procurement_id}/exports/{form}",
    dependencies=[needs(Right.export)],
    responses=_ANSWER,
    response_class=StreamingResponse,
)
def export_statements(here: AtHand, procurement_id: str, form: ExportForm) -> StreamingResponse:
    """Return a procurement's statements as decided, with codes, verdicts and decisions, as a file.

    OCDS has fields for the buyer, the tender, its documents and the bidders, and none for statements.
    """
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed when sent
    _write(here.store, procurement_id, form, out)
    size = out.tell()
    out.seek(0)
    digest = hashlib.sha256()
    while piece := out.read(PIECE_BYTES):
        digest.update(piece)
    out.seek(0)
    ending = "json" if form is ExportForm.ocds else form.value
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="statements.{ending}"',
        "ETag": f'"{digest.hexdigest()[:32]}"',
    }
    return StreamingResponse(_pieces_of(out), media_type=MEDIA_TYPES[form], headers=headers)


def _write(store: Store, procurement_id: str, form: ExportForm, out: IO[bytes]) -> None:
    if form is ExportForm.ocds:
        package = release_package([(store.procurement(procurement_id), store.documents_of(procurement_id))])
        out.write(json.dumps(package, ensure_ascii=False, indent=2).encode("utf-8", "replace"))
        return
    write_statements(store.export_statements(procurement_id), store.frameworks(), form, out)


def write_statements(
    lines: Iterable[dict[str, Any]], frameworks: Sequence[str], form: ExportForm, out: IO[bytes]
) -> None:
    """Write exported statements as a workbook, as CSV, or in any other form as JSON Lines."""
    if form is ExportForm.xlsx:
        workbook = io.BytesIO()
        write_workbook(lines, frameworks, workbook)
        out.write(workbook.getbuffer())
    elif form is ExportForm.csv:
        text = io.StringIO(newline="")
        write_csv(lines, frameworks, text)
        out.write(text.getvalue().encode())
    else:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
