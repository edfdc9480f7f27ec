"""`svdocs audit` and `svdocs fsck`: whether the records are whole, and whether they tell the truth about their past."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.terminal import printable
from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.records.store import Store
    from svdocs.settings import Settings

Person = Annotated[str, typer.Option(help="Who does this; kept in the audit trail.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit trail.")]


@contextmanager
def records() -> Iterator[tuple[Store, Settings]]:
    """Yield the store that the settings name, and the settings."""
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    settings = read_settings()
    with open_store(settings.database_url) as store:
        yield store, settings


def verify(
    anchor: Annotated[Path | None, typer.Option(help="An anchor kept elsewhere, in place of the store's own.")] = None,
) -> int:
    """Verify every entry of the audit trail, and that the trail reaches its anchor."""
    from svdocs.records.auditing import verify_store
    from svdocs.records.upkeep import Task, note_task, noted

    with records() as (store, settings), noted(settings.data_folder, Task.audit_verify):
        found, anchored = verify_store(store, anchor)
        is_whole = not found.breach and (anchored or not found.entries)
        note_task(settings.data_folder, Task.audit_verify, well=is_whole)
    if found.breach:
        print(f"WRONG at entry {found.breach.seq}: {found.breach.why}.")
        print(f"The {found.entries} entries before it verify. Change nothing, and keep a copy of database and anchor.")
        return 1
    if not anchored and found.entries:
        print(f"{found.entries} entries verify, but the anchor is missing: entries may have been cut off at the end.")
        return 1
    print(f"{found.entries} entries verify, the payloads of {found.erased} erased; the last hash is {found.head}.")
    return 0


def export(
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> int:
    """Write the audit trail as JSON Lines, which records/verify_audit.py verifies without svdocs."""
    from svdocs.records.auditing import export_trail

    with records() as (store, _):
        if out is None:
            export_trail(store, sys.stdout)
            return 0
        try:
            with out.open("w", encoding="ascii") as stream:
                count = export_trail(store, stream)
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror}); choose another place.") from error
    print(f"{count} entries written to {out}.", file=sys.stderr)
    return 0


def rotate_key(person: Person = "", reason: Reason = "") -> int:
    """Sign all further entries with a new key; the old one stays in the key file, to verify what it signed."""
    from svdocs.records.audit import trail_of
    from svdocs.records.auditing import rotate_key as rotate

    with records() as (store, _):
        key_id = rotate(store, person=person, because=reason)
        print(f"The key {key_id} is in use. Keep a copy of {trail_of(store.engine).files.key} apart from the backups.")
    return 0


def anchor(person: Person = "", reason: Reason = "") -> int:
    """Put the anchor where the trail ends now: after it was lost, or an older database was put back on purpose."""
    from svdocs.records.auditing import set_anchor

    with records() as (store, _):
        seq = set_anchor(store, person=person, because=reason)
    print(f"The anchor is at entry {seq}, which tells who put it there and why.")
    return 0


COMMANDS = {"verify": verify, "export": export, "rotate-key": rotate_key, "anchor": anchor}


def fsck(
    strict: Annotated[bool, typer.Option("--strict", help="Read and hash every file and row again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object instead of text.")] = False,
) -> int:
    """Check that the records are whole; the exit status is 1 if anything is broken."""
    from svdocs.records.fsck import Outcome, check_records
    from svdocs.records.upkeep import Task, note_task, noted

    with records() as (store, settings), noted(settings.data_folder, Task.fsck):
        checks = check_records(store, settings.files_folder, strict=strict)
        broken = [check for check in checks if check.outcome is Outcome.broken]
        note_task(settings.data_folder, Task.fsck, well=not broken)
    if as_json:
        listed = [{"invariants": c.invariants.split(", ") if c.invariants else [], "title": c.title,
                   "outcome": c.outcome.value, "found": c.found, "why": c.why} for c in checks]  # fmt: skip
        print(json.dumps({"whole": not broken, "strict": strict, "checks": listed}, ensure_ascii=False))
        return bool(broken)
    for check in checks:
        print(f"{check.outcome.value:18}  {check.title}{f' ({check.invariants})' if check.invariants else ''}")
        for found in check.found:
            print(f"{'':20}{printable(found)}")
        if check.why:
            print(f"{'':20}{check.why}")
    print(
        "Something is broken: change nothing, and see docs/records-and-audit.md."
        if broken
        else "The records are whole."
    )
    return bool(broken)


def backup(
    folder: Annotated[Path, typer.Argument(help="New, or of an earlier backup; best on another disk.")],
    with_key: Annotated[bool, typer.Option("--with-key", help="Put the audit trail's keys into it.")] = False,
) -> int:
    """Copy database and originals into a folder while the service goes on; originals are copied once."""
    from svdocs.records.backup import back_up
    from svdocs.records.upkeep import Task, note_task, noted

    with records() as (store, settings), noted(settings.data_folder, Task.backup):
        made = back_up(store, settings.files_folder, folder, with_key=with_key)
        note_task(settings.data_folder, Task.backup, well=True)
    print(
        f"{sum(made.rows.values())} rows and {made.files} originals, up to entry {made.audit_seq} of the audit trail."
    )
    if with_key:
        print("WARNING: the keys of the audit trail are in this backup: whoever holds it can write the trail anew.")
    else:
        print("The keys of the audit trail are not in it. Keep audit.key apart: without it nothing can be restored.")
    return 0


def restore(
    folder: Annotated[Path, typer.Argument(help="Of the backup.")],
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Put back an older state than the anchor knows.")
    ] = False,
    person: Person = "",
    reason: Reason = "",
) -> int:
    """Put a backup back into an empty place, and check that it is whole."""
    from svdocs.records.backup import restore as put_back
    from svdocs.settings import read_settings

    settings = read_settings()
    made, wrong = put_back(folder, settings.database_url, settings.files_folder, accept_older=accept_older,
                           person=person, because=reason)  # fmt: skip
    print(f"{sum(made.rows.values())} rows and {made.files} originals of {made.made_at} are back.")
    for line in wrong:
        print(f"  {printable(line)}")
    print("Something is broken; restore another backup." if wrong else "The records are whole, and the trail verifies.")
    return bool(wrong)


def export_all(folder: Annotated[Path, typer.Argument(help="New.")]) -> int:
    """Write everything in open formats: JSON Lines a table, originals, schema, manifest."""
    from svdocs.records.transfer import export_all as write

    with records() as (store, settings):
        counts = write(store, settings.files_folder, folder)
    print(f"{sum(counts.values())} rows of {len(counts)} tables are in {folder}; take audit.key along by hand.")
    return 0


def import_all(folder: Annotated[Path, typer.Argument(help="Of an export of everything.")]) -> int:
    """Bring an export of everything into a fresh system; put audit.key in place first."""
    from svdocs.records.transfer import import_all as read

    with records() as (store, settings):
        counts = read(store, settings.files_folder, folder)
    print(f"{sum(counts.values())} rows of {len(counts)} tables are here; `svdocs fsck --strict` checks them.")
    return 0
