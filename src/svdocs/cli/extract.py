"""`svdocs extract`: documents in, one extraction record a document out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from svdocs.cli.terminal import printable
from svdocs.errors import UsageError
from svdocs.settings import MAX_WORKERS

if TYPE_CHECKING:
    from svdocs.intake.unpack import Received


def extract(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of documents.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    specification: Annotated[list[Path], typer.Option(help="A tender document of the buyer; may be repeated.")] = [],  # noqa: B006
    baseline: Annotated[
        list[Path], typer.Option(help="A document about the supplier's standard operations; may be repeated.")
    ] = [],  # noqa: B006
    framework: Annotated[
        list[str], typer.Option(help="Key of an imported framework to code the statements to as well; may be repeated.")
    ] = [],  # noqa: B006
    profile: Annotated[
        str, typer.Option(help="The buyer's policy: kent, central, toms, or the path of your own TOML file.")
    ] = "",
    workers: Annotated[
        int | None, typer.Option(min=1, max=MAX_WORKERS, help="Worker processes; the number of cores if not given.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with status 2 if a document could not be read whole.")
    ] = False,
) -> int:
    """Read documents and write one extraction record a document, as JSON Lines."""
    from svdocs.cli.frameworks import frameworks_used
    from svdocs.settings import read_settings

    files, left_out = _files(paths)
    if left_out:
        print(printable(f"Not taken for documents: {', '.join(map(str, left_out))}."), file=sys.stderr)
    if not files:
        raise UsageError(f"{paths[0]}: no documents are in this folder; choose one with PDF, Word or Excel files.")
    for path in [*specification, *baseline]:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file; check the path.")
    settings = read_settings()
    frameworks = tuple(dict.fromkeys((*settings.frameworks, *framework)))
    folders = frameworks_used(settings.frameworks_folder, frameworks)
    unread = 0
    with _writing(out) as stream, _received(files) as todo:
        records = extract_records(todo, specification, baseline, workers or settings.workers, folders, profile)
        for i, record in enumerate(records, 1):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            stream.flush()
            problems = record["document"]["problems"]
            unread += bool(problems)
            found = ", ".join(f"{len(record[k])} {k}" for k in ("commitments", "deliveries", "practices"))
            line = (
                f"[{i}/{len(todo)}] {record['document']['name']}: {'; '.join(p['message'] for p in problems) or found}"
            )
            print(printable(line), file=sys.stderr)
    return UsageError.exit_status if strict and unread else 0


@contextmanager
def _writing(out: Path | None) -> Iterator[TextIO]:
    """Open the file, or standard output, for UTF-8 whatever the terminal speaks."""
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        yield sys.stdout
        return
    try:
        stream = out.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another place.") from None
    with stream:
        yield stream


def _files(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """Return the documents, and the files that are taken for none; one that is named is taken whatever its ending."""
    from svdocs.intake.safety import SENT_ENDINGS

    files: list[Path] = []
    left_out: list[Path] = []
    for path in paths:
        if path.is_dir():
            for inside in sorted(p for p in path.rglob("*") if p.is_file()):
                (files if inside.suffix.lower() in SENT_ENDINGS else left_out).append(inside)
        elif path.is_file():
            files.append(path)
        else:
            raise UsageError(f"{path}: there is no such file or folder; check the path.")
    return files, left_out


@contextmanager
def _received(files: list[Path]) -> Iterator[list[Received]]:
    """Give the documents of the files: each itself, or if it is a package those in it, kept until they are read."""
    from svdocs.intake.unpack import receive_file

    with TemporaryDirectory(prefix="svdocs-packages-") as scratch:
        received: list[Received] = []
        for i, file in enumerate(files):
            folder = Path(scratch) / str(i)
            folder.mkdir()
            received += receive_file(file, str(file), folder)
        yield received


def extract_records(
    todo: Sequence[Path | Received],
    specifications: list[Path],
    baselines: list[Path],
    workers: int,
    frameworks: tuple[Path, ...] = (),
    profile: str = "",
) -> Iterator[dict[str, Any]]:
    """Yield the records in the order of `todo`; each worker reads in a sandbox of its own and then extracts."""
    from concurrent.futures import ThreadPoolExecutor

    from svdocs.additionality.profiles import profile_named
    from svdocs.jobs.pool import ExtractionPool
    from svdocs.text.read import read_all

    chosen = profile_named(profile) if profile else None
    with ThreadPoolExecutor(workers) as readers:
        asked, usual = (list(chain(*readers.map(read_all, paths))) for paths in (specifications, baselines))
    with ExtractionPool(asked, usual, min(workers, max(len(todo), 1)), frameworks, chosen) as pool:
        yield from pool.map(todo)
