"""`svdocs import`, `list`, `export` and `reprocess`: the records from the command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.jobs.bring_in import Imported
    from svdocs.jobs.folder import HandedIn
    from svdocs.jobs.reprocess import DocumentChanges, Reprocessed
    from svdocs.records.store import Store
    from svdocs.records.tables import Procurement
    from svdocs.settings import Settings

SHOWN_LETTERS = 100
KIND_HELP = "bid, case_study, specification, baseline or other; found from the text if not given."
WORKERS_HELP = "Worker processes; the number of cores if not given."


class Listed(StrEnum):
    """What can be listed."""

    procurements = "procurements"
    documents = "documents"
    statements = "statements"


class ExportFormat(StrEnum):
    """The forms of an export."""

    jsonl = "jsonl"
    csv = "csv"


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Folders, each a procurement, or documents.", show_default=False)],
    procurement: Annotated[str | None, typer.Option(help="Title or id of the procurement they belong to.")] = None,
    buyer: Annotated[str | None, typer.Option(help="The buyer, for a new procurement.")] = None,
    kind: Annotated[str | None, typer.Option(help=KIND_HELP)] = None,
    supplier: Annotated[str | None, typer.Option(help="The supplier; found from the text if not given.")] = None,
    profile: Annotated[
        str, typer.Option(help="The buyer's policy: kent, central, toms, or your own TOML file; else SVDOCS_PROFILE.")
    ] = "",
    workers: Annotated[int | None, typer.Option(min=1, help=WORKERS_HELP)] = None,
) -> int:
    """Bring documents or folders into the records, through the same path as an upload.

    A folder may hold a procurement.toml that tells its title, buyer, value and dates, and the kind and supplier of each
    document. What is there already is not brought in twice.
    """
    from svdocs.records.tables import kind_named

    loose = [p for p in paths if not p.is_dir()]
    for path in loose:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file or folder; check the path.")
    if loose and procurement is None:
        raise UsageError(f"{loose[0]}: say which procurement it belongs to, with --procurement and its title.")
    told = (kind_named(kind) if kind else None, supplier)
    with _records() as (store, settings):
        settings = replace(settings, profile=profile or settings.profile)
        for folder in (p for p in paths if p.is_dir()):
            _say(_import_folder(folder, store, settings, procurement, buyer, told, workers))
        if loose:
            _say(_import_files(loose, store, settings, procurement or "", buyer, told, workers))
    return 0


def list_(
    what: Annotated[Listed, typer.Argument(help="What to list.")] = Listed.procurements,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of a table.")] = False,
) -> int:
    """List procurements, documents or statements."""
    with _records() as (store, _):
        within = _found(store, procurement).id if procurement else None
        rows = list(_ROWS[what](store, within))
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, default=str))
        return 0
    if not rows:
        print(f"There are no {what.value} yet; bring some in with svdocs import.", file=sys.stderr)
        return 0
    _print_table(rows)
    return 0


def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="JSON Lines, or CSV.")] = ExportFormat.jsonl,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> int:
    """Write the statements with their codes, verdicts and decisions as JSON Lines or CSV.

    A statement that a person has accepted or amended is written as decided.
    """
    from svdocs.records.sheets import write_csv

    with _records() as (store, _):
        lines = store.export_statements(_found(store, procurement).id if procurement else None)
        with _writing(out) as stream:
            if form is ExportFormat.csv:
                count = write_csv(lines, store.frameworks(), stream)
            else:
                count = _write_lines(lines, stream)
    print(f"{count} statements written{f' to {out}' if out else ''}.", file=sys.stderr)
    return 0


def reprocess(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change; write nothing.")] = False,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help=WORKERS_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object a document instead of text.")] = False,
) -> int:
    """Run stored documents through the current pipeline again and report what changed.

    Documents that are current are left alone, so an interrupted run carries on where it stopped. People's decisions
    stay with their statements; those whose statement is no longer found are listed.
    """
    from svdocs.jobs.reprocess import reprocess as take_again

    with _records() as (store, settings):
        within = _found(store, procurement).id if procurement else None
        result = take_again(
            store=store,
            settings=settings,
            procurement_id=within,
            workers=workers,
            dry_run=dry_run,
            on_document=_progress,
        )
    if as_json:
        for changes in result.documents:
            print(json.dumps(_changes_as_json(changes), ensure_ascii=False, default=str))
    else:
        _print_changes(result, dry_run)
    return 0


@contextmanager
def _records() -> Iterator[tuple[Store, Settings]]:
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    settings = read_settings()
    with open_store(settings.database_url) as store:
        yield store, settings


def _found(store: Store, title_or_id: str) -> Procurement:
    by_title = store.procurement_titled(title_or_id)
    return by_title or store.procurement(title_or_id)


def _import_folder(
    folder: Path,
    store: Store,
    settings: Settings,
    title: str | None,
    buyer: str | None,
    told: tuple[Any, str | None],
    workers: int | None,
) -> Imported:
    from svdocs.jobs.bring_in import bring_in_files, procurement_for
    from svdocs.jobs.folder import look_through

    seen = look_through(folder)
    if not seen.documents:
        raise UsageError(f"{folder}: no documents are in this folder; choose one that holds PDF, Word or Excel files.")
    procurement = _known(store, title) or procurement_for(seen, store, title=title, buyer=buyer)
    files = [_with_told(file, told) for file in seen.documents]
    return bring_in_files(
        files,
        store=store,
        settings=settings,
        procurement_id=procurement.id,
        workers=workers,
        on_document=_progress,
        left_out=seen.left_out,
    )


def _import_files(
    paths: Sequence[Path],
    store: Store,
    settings: Settings,
    title: str,
    buyer: str | None,
    told: tuple[Any, str | None],
    workers: int | None,
) -> Imported:
    from svdocs.jobs.bring_in import bring_in_files
    from svdocs.jobs.folder import HandedIn

    procurement = _known(store, title) or store.add_procurement(title, buyer or "")
    files = [_with_told(HandedIn(path, path.name), told) for path in paths]
    return bring_in_files(
        files, store=store, settings=settings, procurement_id=procurement.id, workers=workers, on_document=_progress
    )


def _known(store: Store, title_or_id: str | None) -> Procurement | None:
    return next((p for p in store.procurements() if title_or_id in (p.id, p.title)), None)


def _with_told(file: HandedIn, told: tuple[Any, str | None]) -> HandedIn:
    """Return the file with what the command line says of all files, where its folder says nothing."""
    from dataclasses import replace

    return replace(file, kind=file.kind or told[0], supplier=file.supplier or told[1])


def _progress(what: str, done: int, total: int) -> None:
    print(f"[{done}/{total}] {what}", file=sys.stderr)


def _say(imported: Imported) -> None:
    """Print what came of an import: the documents as a table, and what needs a person or was left out beside it."""
    documents = [_document_row(imported.procurement.title, d) for d in imported.documents]
    _print_table([{k: v for k, v in row.items() if k not in ("id", "procurement")} for row in documents])
    there = len({d.id for d in imported.documents} - imported.new)
    print(f"{imported.procurement.title}: {len(imported.new)} documents extracted, {there} there already.")
    for record in imported.needing_a_person:
        for problem in record.problems:
            print(f"{record.document.name}: {problem['message']}", file=sys.stderr)
    if imported.left_out:
        print(f"Not taken for documents: {', '.join(imported.left_out)}.", file=sys.stderr)


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
        yield _document_row(titles[record.document.procurement_id], record)


def _document_row(title: str, record: Any) -> dict[str, Any]:
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
        quantity = line.get("quantity") or {}
        value = quantity.get("value")
        yield {
            "id": line["statement_id"],
            "document": line["document"]["name"],
            "page": (line.get("location") or {}).get("page"),
            "type": line["type"],
            "status": line["status"],
            "text": line["text"],
            "quantity": None if value is None else f"{value:g} {quantity['unit']}",
            "verdict": (line.get("additionality") or {}).get("verdict"),
        }


_ROWS = {
    Listed.procurements: _procurement_rows,
    Listed.documents: _document_rows,
    Listed.statements: _statement_rows,
}


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, value in rows[0].items():
        numeric = isinstance(value, int | float)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=numeric or name == "id")
    for row in rows:
        # As Text, because names and passages come from strangers' files and may look like markup.
        table.add_row(*(Text(_shown(value)) for value in row.values()))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=220)
    console.print(table)


def _shown(value: object) -> str:
    """Return a value as it may be shown on a terminal: one line, bounded, without control characters."""
    given = "" if value is None else str(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in given).split())
    return text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1]}…"


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


def _write_lines(lines: Iterable[dict[str, Any]], stream: TextIO) -> int:
    count = 0
    for line in lines:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def _print_changes(result: Reprocessed, dry_run: bool) -> None:
    for changes in result.documents:
        print(
            f"{_shown(changes.document)}: {changes.kept} kept, {len(changes.changed)} changed, "
            f"{len(changes.gone)} gone, {len(changes.new)} new"
        )
        for changed in changes.changed:
            fields = ", ".join(f"{name} {old} → {new}" for name, (old, new) in changed.fields.items())
            print(f"  changed  {_shown(changed.text)}\n           {_shown(fields)}")
        for sign, entries in (("gone", changes.gone), ("new", changes.new)):
            for entry in entries:
                print(f"  {sign:<8} {_shown(entry['text'])}")
        for problem in changes.problems:
            print(f"  problem  {_shown(problem)}")
    if result.unmatched:
        print("Decisions whose statement is no longer found; a person should look at each:")
    for lost in result.unmatched:
        print(
            f"  {_shown(lost.document)}, page {lost.page or '–'}: {lost.decision.person} chose "
            f"{lost.decision.action.value}: {_shown(lost.text)}"
        )
    verb = "would be reprocessed" if dry_run else "reprocessed"
    print(f"{len(result.documents)} documents {verb}, {result.left_alone} current already.")


def _changes_as_json(changes: DocumentChanges) -> dict[str, Any]:
    return {
        "document_id": changes.document_id,
        "document": changes.document,
        "kept": changes.kept,
        "changed": [{"text": c.text, "page": c.page, "fields": c.fields} for c in changes.changed],
        "gone": [{"type": e["type"], "text": e["text"]} for e in changes.gone],
        "new": [{"type": e["type"], "text": e["text"]} for e in changes.new],
        "decisions_unmatched": [
            {"text": u.text, "page": u.page, "person": u.decision.person, "action": u.decision.action.value}
            for u in changes.unmatched
        ],
        "problems": list(changes.problems),
    }
