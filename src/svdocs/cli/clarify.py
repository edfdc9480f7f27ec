"""`svdocs clarify`: a letter of questions to a bidder, and what its answers make of the commitments."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.arguments import day_of, shown_records
from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.records.clarifications import Clarifications, VersionRecord


def clarify(
    bid: Annotated[str, typer.Argument(help="The bid: its document's id or name in the records.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Where to write the letter; else clarification-NAME.docx.")] = None,
    answers: Annotated[Path | None, typer.Option(help="The letter with its answers, as it came back.")] = None,
    versions: Annotated[bool, typer.Option("--versions", help="List what the answers so far have proposed.")] = False,
    take: Annotated[str | None, typer.Option(help="Take this proposed version: the commitment changes.")] = None,
    decline: Annotated[str | None, typer.Option(help="Decline this proposed version: nothing changes.")] = None,
    person: Annotated[str, typer.Option(help="Who writes, brings in or decides.")] = "the operator",
    because: Annotated[str, typer.Option(help="Why a version is taken or declined.")] = "",
    reply_by: Annotated[str | None, typer.Option(help="The day by which to reply, as 2027-03-31.")] = None,
) -> int:
    """Write one letter of numbered questions to a bidder (DOCX), keep the answers that came back, decide on them.

    The letter and its questions stand in the records. With --answers each answer is kept with its question, and each
    commitment that was answered is written as JSON: the version that stands, and beside it the one that the answers
    make of it. Nothing else is changed until a person takes a version (--take) or declines it (--decline).
    """
    from svdocs.records.clarifications import Clarifications
    from svdocs.records.clarifying import ask_about
    from svdocs.records.letters import Letter, write_letter

    with shown_records() as store:
        found = [d for d in store.documents_of() if bid in (d.id, d.document.name, Path(d.document.name).name)]
        if len(found) != 1:
            raise UsageError(
                f"{bid}: {len(found) or 'no'} documents have this id or name; `svdocs list documents` shows them."
            )
        record = found[0]
        procurement = store.procurement(record.document.procurement_id)
        letters = Clarifications(store)
        if take is not None or decline is not None:
            return _decide(letters, take, decline, person, because)
        if versions:
            _show(letters.versions_of(record.id))
            return 0
        if answers is not None:
            return _take_answers(letters, record.id, answers, person)
        lines = [x for x in store.export_statements(procurement.id) if x["document"]["id"] == record.id]
        questions = ask_about(lines)
        if not questions:
            print("The commitments of this bid leave nothing open; no letter is needed.", file=sys.stderr)
            return 0
        kept = letters.add_letter(record.id, questions, person=person, reply_by=day_of(reply_by))
    path = out or Path(f"clarification-{Path(record.document.name).stem}.docx")
    today = datetime.now(UTC).date()
    buyer, supplier = procurement.buyer or "The contracting authority", record.supplier or "the bidder"
    name = Path(record.document.name).name
    letter = Letter(buyer, supplier, procurement.title, name, today, day_of(reply_by), kept.id)
    write_letter(letter, questions, path)
    print(f"{path}: {len(questions)} questions.", file=sys.stderr)
    return 0


def _take_answers(letters: Clarifications, document_id: str, path: Path, person: str) -> int:
    from svdocs.records.letters import read_answers, read_identifier

    given, letter_id = read_answers(path), read_identifier(path)
    if letter_id not in {x.id for x in letters.letters_of(document_id)}:
        raise UsageError(f"{path}: this answers a letter about another document; name the bid that it was sent for.")
    digest = sha256(path.read_bytes()).hexdigest()
    proposed = letters.take_answers(letter_id, given, person=person, source_name=path.name, source_sha256=digest)
    _show(proposed)
    print(f"{len(proposed)} commitments have a new version proposed; a person decides.", file=sys.stderr)
    return 0


def _decide(letters: Clarifications, take: str | None, decline: str | None, person: str, because: str) -> int:
    if take is not None and decline is not None:
        raise UsageError("A version is taken or declined, not both; give --take or --decline.")
    if take is not None:
        decision = letters.take_version(take, person=person, because=because)
        print(f"Taken; the commitment stands as {decision.action.value}ed by {decision.person}.", file=sys.stderr)
    elif decline is not None:
        letters.decline_version(decline, person=person, because=because)
        print("Declined; the commitment stands as it was.", file=sys.stderr)
    return 0


def _show(versions: Sequence[VersionRecord]) -> None:
    for version in versions:
        print(json.dumps(version.as_json(), ensure_ascii=False))
