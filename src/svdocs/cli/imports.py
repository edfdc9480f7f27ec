"""`svdocs import`: documents, folders and whole archives into the records."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.arguments import WORKERS_HELP, opened_records
from svdocs.cli.progress import progress, shown_estimate
from svdocs.cli.records import document_row
from svdocs.cli.terminal import print_table, printable
from svdocs.errors import UsageError
from svdocs.settings import MAX_WORKERS

if TYPE_CHECKING:
    from svdocs.jobs.bring_in import Imported
    from svdocs.jobs.folder import Folder, HandedIn
    from svdocs.jobs.work import Workers
    from svdocs.records.store import Store
    from svdocs.records.tables import DocumentKind, Procurement
    from svdocs.settings import Settings

KIND_HELP = "bid, case_study, specification, baseline or other; found from the text if not given."
ARCHIVE_ENDING = ".zip"
MOST_ROWS = 100
"""Of more documents only how many came to which state is shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the command line says of all documents."""

    procurement: str | None
    buyer: str | None
    kind: DocumentKind | None
    supplier: str | None


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Folders and ZIP archives, each a procurement or several, or documents.", show_default=False
        ),
    ],
    procurement: Annotated[str | None, typer.Option(help="Title or id of the procurement they belong to.")] = None,
    buyer: Annotated[str | None, typer.Option(help="The buyer, for a new procurement.")] = None,
    kind: Annotated[str | None, typer.Option(help=KIND_HELP)] = None,
    supplier: Annotated[str | None, typer.Option(help="The supplier; found from the text if not given.")] = None,
    profile: Annotated[
        str, typer.Option(help="The buyer's policy: kent, central, toms, or your own TOML file; else SVDOCS_PROFILE.")
    ] = "",
    each_folder: Annotated[
        bool, typer.Option("--each-folder", help="Each folder at the top of an archive is a procurement of its name.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be brought in and read; write nothing.")
    ] = False,
    hand_over: Annotated[
        bool, typer.Option("--hand-over", help="Keep the documents and leave the reading to `svdocs worker` processes.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=MAX_WORKERS, help=WORKERS_HELP)] = None,
) -> int:
    """Bring documents, folders or archives into the records, through the same path as an upload.

    A folder may hold a procurement.toml that tells its title, buyer, value and dates, and the kind and supplier of each
    document. An archive, a folder or a ZIP, may hold several such folders, each a procurement. Packages and mails in
    them are opened. What is there already is not brought in twice, so an import that was stopped is started again by
    the same command.
    """
    from svdocs.jobs.work import Workers
    from svdocs.records.tables import kind_named

    loose = [p for p in paths if not _is_archive(p)]
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder; check the path.")
    if loose and procurement is None:
        raise UsageError(f"{loose[0]}: say which procurement it belongs to, with --procurement and its title.")
    said = Said(procurement, buyer, kind_named(kind) if kind else None, supplier)
    with opened_records() as (store, settings), ExitStack() as unpacked:
        settings = replace(settings, profile=profile or settings.profile, workers=workers or settings.workers)
        folders = [f for p in paths if _is_archive(p) for f in _look_through(p, settings, said, each_folder, unpacked)]
        if loose:
            folders.append(_loose_folder(loose, procurement or ""))
        folders = [replace(f, documents=tuple(_with_said(d, said) for d in f.documents)) for f in folders]
        if dry_run:
            for folder in folders:
                _say_foreseen(folder, said, store, settings)
            return 0
        if hand_over:
            for folder in folders:
                _hand_over(folder, said, store, settings)
            return 0
        crew = unpacked.enter_context(Workers(settings.workers)) if len(folders) > 1 else None
        for folder in folders:
            _say(_bring_in(folder, said, store, settings, crew))
    return 0


def _is_archive(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() == ARCHIVE_ENDING


def _look_through(path: Path, settings: Settings, said: Said, each_folder: bool, unpacked: ExitStack) -> list[Folder]:
    """Return the procurements in a folder or a ZIP, which is unpacked as long as it is needed."""
    from svdocs.jobs.folder import arrange, files_in, procurements_in

    files = files_in(path) if path.is_dir() else _unpack(path, settings, unpacked)
    title = path.resolve().name if path.is_dir() else path.stem
    if said.procurement is not None and not each_folder:
        folders = [arrange(files, title)]
    else:
        folders = procurements_in(files, title, each_folder=each_folder)
    if not any(f.documents for f in folders):
        raise UsageError(f"{path}: no documents are in this folder; choose one that holds PDF, Word or Excel files.")
    return folders


def _unpack(path: Path, settings: Settings, unpacked: ExitStack) -> dict[str, Path]:
    """Return the files of a ZIP by their names in it; those that cannot be taken out are named."""
    from svdocs.intake.unpack import unpack_archive
    from svdocs.jobs.scratch import scratch_folder

    files: dict[str, Path] = {}
    for received in unpack_archive(path, unpacked.enter_context(scratch_folder(settings.data_folder))):
        if received.error is not None or received.path is None:
            print(printable(f"{received.name}: {received.error}"), file=sys.stderr)
        else:
            files[received.name] = received.path
    return files


def _loose_folder(paths: Sequence[Path], title: str) -> Folder:
    from svdocs.jobs.folder import Folder, HandedIn

    return Folder(title, "", None, None, None, tuple(HandedIn(path, path.name) for path in paths), ())


def _with_said(file: HandedIn, said: Said) -> HandedIn:
    """Return the file with what the command line says of all files, where its folder says nothing."""
    return replace(file, kind=file.kind or said.kind, supplier=file.supplier or said.supplier)


def _hand_over(folder: Folder, said: Said, store: Store, settings: Settings) -> None:
    from svdocs.jobs.bring_in import hand_over

    procurement = _procurement_of(folder, said, store)
    ids = hand_over(folder.documents, store=store, settings=settings, procurement_id=procurement.id)
    print(printable(f"{procurement.title}: {len(ids)} documents kept, for the workers to read."))
    if folder.left_out:
        print(printable(f"Not taken for documents: {', '.join(folder.left_out)}."), file=sys.stderr)


def _procurement_of(folder: Folder, said: Said, store: Store) -> Procurement:
    from svdocs.jobs.bring_in import procurement_for

    known = _known(store, said.procurement)
    return known or procurement_for(folder, store, title=said.procurement, buyer=said.buyer)


def _bring_in(folder: Folder, said: Said, store: Store, settings: Settings, crew: Workers | None) -> Imported:
    from svdocs.jobs.bring_in import bring_in_files

    procurement = _procurement_of(folder, said, store)
    with progress() as tell:
        return bring_in_files(
            folder.documents,
            store=store,
            settings=settings,
            procurement_id=procurement.id,
            on_document=tell,
            left_out=folder.left_out,
            crew=crew,
        )


def _known(store: Store, title_or_id: str | None) -> Procurement | None:
    return next((p for p in store.procurements() if title_or_id in (p.id, p.title)), None)


def _say(imported: Imported) -> None:
    """Print what came of an import: the documents as a table, and what needs a person or was left out beside it."""
    if len(imported.documents) <= MOST_ROWS:
        documents = [document_row(imported.procurement.title, d) for d in imported.documents]
        print_table([{k: v for k, v in row.items() if k not in ("id", "procurement")} for row in documents])
    else:
        states = Counter(d.document.state.value for d in {d.id: d for d in imported.documents}.values())
        print_table([{"state": state, "documents": count} for state, count in sorted(states.items())])
    there = len({d.id for d in imported.documents} - imported.new)
    print(f"{imported.procurement.title}: {len(imported.new)} documents extracted, {there} there already.")
    for record in imported.needing_a_person:
        for problem in record.problems:
            print(printable(f"{record.document.name}: {problem['message']}"), file=sys.stderr)
    if imported.left_out:
        print(printable(f"Not taken for documents: {', '.join(imported.left_out)}."), file=sys.stderr)


def _say_foreseen(folder: Folder, said: Said, store: Store, settings: Settings) -> None:
    from svdocs.jobs.foresee import foresee

    known = _known(store, said.procurement) or _known(store, folder.title)
    seen = foresee(folder.documents, store=store, settings=settings, procurement_id=known.id if known else None)
    title = said.procurement or folder.title
    print(printable(f"{title}: {'carried on' if known else 'a new procurement'}"))
    for verb, names in (
        ("would be read and extracted", seen.read),
        ("would be extracted from kept text", seen.extract),
        ("are packages, to be opened first", seen.packages),
        ("are there already", seen.there),
        ("would not be taken for documents", folder.left_out),
    ):
        print(f"  {len(names)} files {verb}")
    print(f"  {shown_estimate(seen.seconds)}")
