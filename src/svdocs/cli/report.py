"""`svdocs report`: the annual statement, the answer to information requests, performance for publication, assurance."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.arguments import day_of
from svdocs.cli.keeping import records
from svdocs.errors import CannotKeep, UsageError

if TYPE_CHECKING:
    from svdocs.reports.report import Report

ENDINGS = (".html", ".docx", ".json")
Year = Annotated[str, typer.Argument(help="Financial year, as 2027-28; by default the last that has ended.")]
Out = Annotated[
    list[Path] | None,
    typer.Option("--out", help="File to write, ending in .html, .docx or .json; may be given again. "
                               "By default an .html and a .docx here."),
]  # fmt: skip


def statement(year: Year = "", out: Out = None) -> int:
    """Write the annual Social Value Statement."""
    return _write("statement", out, year=year)


def foi(
    first: Annotated[str, typer.Option("--from", help="First financial year, as 2024-25; by default four years.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last financial year; by default the last that has ended.")] = "",
    out: Out = None,
) -> int:
    """Write the answer to a request for information about social value; it says what is not held."""
    return _write("foi", out, year=last, first=first)


def performance(year: Year = "", out: Out = None) -> int:
    """Write performance against commitments, as section 71 of the Procurement Act 2023 has it published."""
    return _write("performance", out, year=year)


def assurance(
    day: Annotated[str, typer.Option("--as-of", help="What was due before this day; by default today.")] = "",
    out: Out = None,
) -> int:
    """Write what the governance team looks into: no social value, low weightings, no case studies, no evidence."""
    return _write("assurance", out, day=day)


def _write(kind: str, out: list[Path] | None, *, year: str = "", first: str = "", day: str = "") -> int:
    from svdocs.records.access import AT_THIS_MACHINE
    from svdocs.reports.facts import gather
    from svdocs.reports.make import make_report, read_asked

    for path in out or []:
        if path.suffix.lower() not in ENDINGS:
            raise UsageError(f"{path}: a report is written as {', '.join(ENDINGS)}; name the file so.")
    now = datetime.now(UTC)
    asked = read_asked(kind, now.date(), year=year, first=first, as_of=day_of(day))
    with records() as (store, _):
        seen = store.seen_by(AT_THIS_MACHINE)
        report = make_report(seen, gather(seen), asked, now)
    for path in out or [Path(report.name + ending) for ending in ENDINGS[:2]]:
        try:
            path.write_bytes(_as_file(report, path.suffix.lower()))
        except OSError as error:
            raise CannotKeep(f"{path}: cannot be written ({error.strerror}); name another place.") from error
        print(path)
    print(f"{len(report.figures())} figures, each with the records behind it in the .json.", file=sys.stderr)
    return 0


def _as_file(report: Report, ending: str) -> bytes:
    from svdocs.reports.html import report_file
    from svdocs.reports.plain import report_json
    from svdocs.reports.word import report_docx

    if ending == ".docx":
        return report_docx(report)
    if ending == ".json":
        return json.dumps(report_json(report), ensure_ascii=False, indent=1).encode()
    return report_file(report).encode()


COMMANDS = {"statement": statement, "foi": foi, "performance": performance, "assurance": assurance}
