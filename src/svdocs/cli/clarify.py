"""`svdocs clarify`: a letter of questions to a bidder, and what its answers make of the commitments."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from svdocs.cli.arguments import day_of
from svdocs.errors import UsageError


def clarify(
    bid: Annotated[str, typer.Argument(help="The bid: its document's id or name in the records.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Where to write the letter; else clarification-NAME.docx.")] = None,
    answers: Annotated[Path | None, typer.Option(help="The letter with its answers, as it came back.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day by which to reply, as 2027-03-31.")] = None,
) -> int:
    """Write one letter of numbered questions to a bidder (DOCX), or link the answers that came back.

    With --answers each commitment that was answered is written as JSON: the version that stands, and beside it the one
    that the answers make of it. Nothing is changed: a person decides.
    """
    from svdocs.records.clarifying import ask_about, propose_versions
    from svdocs.records.letters import Letter, read_answers, write_letter
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        found = [d for d in store.documents_of() if bid in (d.id, d.document.name, Path(d.document.name).name)]
        if len(found) != 1:
            raise UsageError(
                f"{bid}: {len(found) or 'no'} documents have this id or name; `svdocs list documents` shows them."
            )
        record = found[0]
        procurement = store.procurement(record.document.procurement_id)
        lines = [x for x in store.export_statements(procurement.id) if x["document"]["id"] == record.id]
    if answers is not None:
        versions = propose_versions(lines, read_answers(answers))
        for version in versions:
            print(json.dumps(version, ensure_ascii=False))
        print(f"{len(versions)} commitments have a new version proposed; a person decides.", file=sys.stderr)
        return 0
    questions = ask_about(lines)
    if not questions:
        print("The commitments of this bid leave nothing open; no letter is needed.", file=sys.stderr)
        return 0
    path = out or Path(f"clarification-{Path(record.document.name).stem}.docx")
    today = datetime.now(UTC).date()
    buyer, supplier = procurement.buyer or "The contracting authority", record.supplier or "the bidder"
    name = Path(record.document.name).name
    letter = Letter(buyer, supplier, procurement.title, name, today, day_of(reply_by))
    write_letter(letter, questions, path)
    print(f"{path}: {len(questions)} questions.", file=sys.stderr)
    return 0
