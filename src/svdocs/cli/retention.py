"""`svdocs retention`: how long records are kept, what is held, and what may be erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.keeping import Person, Reason, records
from svdocs.cli.terminal import print_table, printable
from svdocs.errors import NotFound

if TYPE_CHECKING:
    from svdocs.records.retention import Retention
    from svdocs.records.tables import Procurement

Name = Annotated[str, typer.Argument(help="Title or id of the procurement.", show_default=False)]


@contextmanager
def _retention() -> Iterator[Retention]:
    from svdocs.records.retention import Retention, read_rules

    with records() as (store, settings):
        yield Retention(store, settings.files_folder, read_rules(settings.data_folder / "retention.toml"))


def _named(retention: Retention, name: str) -> Procurement:
    for kept in retention.kept():
        if name in (kept.procurement.id, kept.procurement.title):
            return kept.procurement
    raise NotFound(f"There is no procurement {name[:80]!r}; `svdocs retention list` shows all.")


def list_() -> int:
    """List until when each procurement's records are kept, by which rule, and what is held."""
    today = datetime.now(UTC).date()
    with _retention() as retention:
        rows = [
            {
                "procurement": kept.procurement.title,
                "kept until": kept.until or "a date is missing",
                "rule": kept.rule,
                "state": "erased" if kept.purged else "held" if kept.holds
                else "may be erased" if kept.may_be_purged(today) else "kept",
                "held because": "; ".join(hold.because for hold in kept.holds),
            }
            for kept in retention.kept()
        ]  # fmt: skip
    if rows:
        print_table(rows)
    return 0


def hold(procurement: Name, person: Person = "", reason: Reason = "") -> int:
    """Forbid that a procurement's records are erased, such as when a claim is likely."""
    with _retention() as retention:
        found = _named(retention, procurement)
        retention.hold(found.id, person=person, because=reason)
    print(f"{printable(found.title)}: held.")
    return 0


def release(procurement: Name, person: Person = "", reason: Reason = "") -> int:
    """Release every hold on a procurement."""
    with _retention() as retention:
        found = _named(retention, procurement)
        count = retention.release(found.id, person=person, because=reason)
    print(f"{printable(found.title)}: {count} holds released.")
    return 0


def purge(
    procurement: Name,
    person: Person = "",
    reason: Reason = "",
    erase: Annotated[bool, typer.Option("--erase", help="Erase; without it, only say what would go.")] = False,
) -> int:
    """Show what would be erased of a procurement whose time has run out, and erase it with --erase."""
    with _retention() as retention:
        found = _named(retention, procurement)
        gone = retention.purge(found.id, person=person, because=reason, today=datetime.now(UTC).date(),
                               dry_run=not erase)  # fmt: skip
        if erase:
            retention.remove_leftovers()
    for what, count in gone.items():
        print(f"{count:8}  {what}")
    print("Erased. What tells of it stays in the audit trail." if erase else "Nothing was erased; --erase does it.")
    return 0


COMMANDS = {"list": list_, "hold": hold, "release": release, "purge": purge}
