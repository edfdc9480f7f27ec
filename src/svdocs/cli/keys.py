"""`svdocs keys`: the keys by which programs use the interface, each for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from svdocs.cli.people import Email, open_people, procurement_called
from svdocs.cli.terminal import printable
from svdocs.errors import UsageError


def add(
    email: Email,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="read, upload, decide, export or admin; may be given several times.")
    ] = None,
    procurement: Annotated[
        list[str] | None, typer.Option(help="Bind it to this procurement, by title or id; may be given several times.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it expires, at most 366.")] = 90,
) -> int:
    """Make a key that speaks for a person, and print it; it cannot be shown again."""
    from svdocs.records.keys import Keys
    from svdocs.records.people_tables import Scope
    from svdocs.records.tables import word_named

    if not scope:
        raise UsageError("Say what the key may do, with --scope read and so on.")
    with open_people() as (people, store):
        bound = [procurement_called(store, p).id for p in procurement] if procurement else None
        person = people.person_of_email(email)
        scopes = [word_named(Scope, s, "a scope") for s in scope]
        key, words = Keys(store).add(person.id, name, scopes, days=days, procurements=bound)
    print(words)
    typer.echo(f"Key {key.id} of {person.email} expires on {key.expires_at:%Y-%m-%d}; keep it safe.", err=True)
    return 0


def list_() -> int:
    """List the keys: whose, what for, what they may do, and until when."""
    from svdocs.records.keys import Keys

    with open_people() as (people, store):
        emails = {p.id: p.email for p in people.everybody()}
        for key in Keys(store).keys_of():
            until = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else f"expires {key.expires_at:%Y-%m-%d}"
            used = f"last used {key.used_at:%Y-%m-%d}" if key.used_at else "never used"
            bound = "all procurements" if key.procurements is None else f"{len(key.procurements)} procurements"
            about = f"{printable(key.name)}: {', '.join(key.scopes)}, {bound}, {until}, {used}"
            print(f"{key.id}  {emails[key.person_id]}  {about}")
    return 0


def revoke(key: Annotated[str, typer.Argument(help="The key's id, as listed.", show_default=False)]) -> int:
    """Take a key back; it is valid no more."""
    from svdocs.records.keys import Keys

    with open_people() as (_, store):
        Keys(store).revoke(key)
    print(f"{printable(key)}: taken back.")
    return 0


COMMANDS = {"add": add, "list": list_, "revoke": revoke}
