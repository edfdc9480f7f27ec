"""`svdocs list` and `export`: the records from the command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, TextIO

import typer

from svdocs.cli.arguments import procurement_named, shown_records
from svdocs.cli.terminal import print_table
from svdocs.errors import UsageError
from svdocs.statements.in_words import stated_in_words

if TYPE_CHECKING:
    from svdocs.records.store import Store
    from svdocs.records.summaries import DocumentRecord


class Listed(StrEnum):
    """What can be listed."""

    procurements = "procurements"
    documents = "documents"
    statements = "statements"
    runs = "runs"


class ExportFormat(StrEnum):
    """The forms of an export."""

    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"
    ocds = "ocds"


def list_(
    what: Annotated[Listed, typer.Argument(help="What to list.")] = Listed.procurements,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="Instead, the decisions whose statement is no longer found.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of a table.")] = False,
) -> int:
    """List procurements, documents, statements or runs, or the decisions that a person should look at again."""
    with shown_records() as store:
        within = procurement_named(store, procurement).id if procurement else None
        rows = list((_unmatched_rows if unmatched else _ROWS[what])(store, within))
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str))
        return 0
    if not rows:
        if unmatched:
            print("Every decision has its statement.", file=sys.stderr)
            return 0
        print(f"There are no {what.value} yet; bring some in with svdocs import.", file=sys.stderr)
        return 0
    print_table(rows)
    return 0


def export(
    form: Annotated[
        ExportFormat, typer.Option("--format", help="JSON Lines, CSV, XLSX, or an OCDS release package.")
    ] = ExportFormat.jsonl,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    ocid_prefix: Annotated[
        str | None, typer.Option(help="The publisher's registered prefix, for OCDS: ocds-213czf.")
    ] = None,
) -> int:
    """Write the statements with their codes, verdicts and decisions as JSON Lines, CSV or XLSX.

    A statement that a person has accepted or amended is written as decided. OCDS has fields for the buyer, the tender,
    its documents and the bidders, and none for statements, so those are left out of it.
    """
    with shown_records() as store:
        within = procurement_named(store, procurement).id if procurement else None
        if form is ExportFormat.ocds:
            return _export_ocds(store, within, out, ocid_prefix)
        lines = store.export_statements(within)
        if form is ExportFormat.xlsx:
            from svdocs.records.workbook import write_workbook

            with _writing_bytes(out) as binary:
                count = write_workbook(lines, store.frameworks(), binary)
        else:
            from svdocs.records.sheets import write_csv

            with _writing(out) as stream:
                as_csv = form is ExportFormat.csv
                count = write_csv(lines, store.frameworks(), stream) if as_csv else _write_lines(lines, stream)
    print(f"{count} statements written{f' to {out}' if out else ''}.", file=sys.stderr)
    return 0


def _export_ocds(store: Store, within: str | None, out: Path | None, prefix: str | None) -> int:
    from svdocs.records.ocds import UNREGISTERED_PREFIX, release_package

    procurements = [(p, store.documents_of(p.id)) for p in store.procurements() if within in (None, p.id)]
    package = release_package(procurements, prefix=prefix or UNREGISTERED_PREFIX)
    with _writing(out) as stream:
        stream.write(json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    print(f"{len(procurements)} procurements written{f' to {out}' if out else ''}.", file=sys.stderr)
    print("OCDS has no fields for statements and decisions; export those as jsonl, csv or xlsx.", file=sys.stderr)
    if prefix is None:
        print("Publish only with your own registered --ocid-prefix.", file=sys.stderr)
    return 0


def _procurement_rows(store: Store, within: str | None) -> Iterator[dict[str, Any]]:
    for p in store.procurements():
        if within in (None, p.id):
            yield {
                "id": p.id,
                "title": p.title,
                "buyer": p.buyer,
                "value_gbp": p.value_gbp,
                "starts": p.starts,
                "ends": p.ends,
                "documents": len(store.documents_of(p.id)),
            }


def _document_rows(store: Store, within: str | None) -> Iterator[dict[str, Any]]:
    titles = {p.id: p.title for p in store.procurements()}
    for record in store.documents_of(within):
        yield document_row(titles[record.document.procurement_id], record)


def document_row(title: str, record: DocumentRecord) -> dict[str, Any]:
    """Return a document as a row of a table: its counts, state and how long it took."""
    document = record.document
    return {
        "id": document.id,
        "procurement": title,
        "name": document.name,
        "kind": document.kind.value,
        "supplier": record.supplier,
        "state": document.state.value,
        "commitments": record.commitments,
        "deliveries": record.deliveries,
        "practices": record.practices,
        "flags": len(record.flags),
        "seconds": None if record.seconds is None else round(record.seconds, 1),
    }


def _statement_rows(store: Store, within: str | None) -> Iterator[dict[str, Any]]:
    for line in store.export_statements(within):
        yield {
            "id": line["statement_id"],
            "document": line["document"]["name"],
            "page": (line.get("location") or {}).get("page"),
            "type": line["type"],
            "status": line["status"],
            "text": line["text"],
            "quantity": stated_in_words(line.get("quantity")) or None,
            "verdict": (line.get("additionality") or {}).get("verdict"),
        }


def _run_rows(store: Store, within: str | None) -> Iterator[dict[str, Any]]:
    for record in store.documents_of(within):
        for run in store.runs_of(record.id):
            yield {
                "id": run.id,
                "document": record.document.name,
                "reader": run.reader_version,
                "pipeline": run.pipeline_version,
                "published": run.published_at and run.published_at.isoformat(timespec="seconds"),
                "current": record.document.current_run == run.id,
            }


def _unmatched_rows(store: Store, within: str | None) -> Iterator[dict[str, Any]]:
    names = {d.id: d.document.name for d in store.documents_of(within)}
    for decision, statement in store.unmatched_decisions(within):
        yield {
            "document": names[statement.document_id],
            "page": statement.page,
            "person": decision.person,
            "action": decision.action.value,
            "decided": decision.decided_at.isoformat(timespec="seconds"),
            "text": statement.text,
        }


_ROWS = {
    Listed.procurements: _procurement_rows,
    Listed.documents: _document_rows,
    Listed.statements: _statement_rows,
    Listed.runs: _run_rows,
}


@contextmanager
def _writing(out: Path | None) -> Iterator[TextIO]:
    """Open the file, or standard output, for UTF-8 with line ends as written."""
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another place.") from error


@contextmanager
def _writing_bytes(out: Path | None) -> Iterator[BinaryIO]:
    """Open the file, or standard output, for bytes.

    Raises:
        UsageError: the file cannot be written, or standard output is a terminal.
    """
    if out is None:
        if sys.stdout.isatty():
            raise UsageError("A workbook is not shown on a terminal; give --out with a file.")
        yield sys.stdout.buffer
        return
    try:
        with out.open("wb") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another place.") from error


def _write_lines(lines: Iterable[dict[str, Any]], stream: TextIO) -> int:
    count = 0
    for line in lines:
        stream.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")
        count += 1
    return count
