"""`svdocs people`: accounts, and who has which role in which procurement.

Whoever may run these commands may read the database itself, so they ask for no sign-in; each change stands in the log.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.terminal import printable
from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.records.people import People
    from svdocs.records.store import Store
    from svdocs.records.tables import Procurement

Email = Annotated[str, typer.Argument(help="E-mail address of the account.", show_default=False)]
RoleName = Annotated[
    str,
    typer.Argument(
        help="lead, chair, evaluator, observer, contract_manager or records_officer.",
        metavar="ROLE",
        show_default=False,
    ),
]
ProcurementName = Annotated[str, typer.Argument(help="Title or id of the procurement.", show_default=False)]


def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The person's name, as it stands with their decisions.")] = "",
    administrator: Annotated[
        bool, typer.Option("--administrator", help="They manage people, and read no bid.")
    ] = False,
    without_password: Annotated[
        bool, typer.Option("--without-password", help="They sign in only at the identity provider.")
    ] = False,
) -> int:
    """Add an account; the password is asked for, or read from standard input.

    From the first account on, everybody who uses the pages or the interface signs in.
    """
    with open_people() as (people, _):
        password = None if without_password else read_password()
        person = people.add(email, name, password, is_administrator=administrator)
    print(f"{person.email}: account added for {printable(person.name)}.")
    return 0


def list_() -> int:
    """List the accounts with their roles."""
    with open_people() as (people, store):
        titles = {p.id: p.title for p in store.procurements()}
        for person in people.everybody():
            about = [x for x, so in (("administrator", person.is_administrator), ("disabled", person.disabled_at),
                                     ("second factor", person.totp_secret)) if so]  # fmt: skip
            held = people.roles_of(person.id).items()
            about += [f"{role.value} of {printable(titles[p])}" for p, roles in held for role in roles]
            print(f"{person.email}  {printable(person.name)}{': ' if about else ''}{', '.join(about)}")
    return 0


def disable(email: Email) -> int:
    """Disable an account: the person is signed out everywhere, and their keys stop working."""
    with open_people() as (people, _):
        person = people.disable(people.person_of_email(email).id)
    print(f"{person.email}: disabled.")
    return 0


def set_password(email: Email) -> int:
    """Set a new password, asked for or read from standard input; the person is signed out everywhere."""
    with open_people() as (people, _):
        found = people.person_of_email(email)
        people.set_password(found.id, read_password())
    print(f"{found.email}: password set.")
    return 0


def grant(email: Email, role: RoleName, procurement: ProcurementName) -> int:
    """Give a person a role in a procurement."""
    from svdocs.records.people_tables import Role
    from svdocs.records.tables import word_named

    with open_people() as (people, store):
        found, person = procurement_called(store, procurement), people.person_of_email(email)
        people.grant(person.id, found.id, word_named(Role, role, "a role"))
    print(f"{person.email}: {role} of {printable(found.title)}.")
    return 0


def revoke(email: Email, role: RoleName, procurement: ProcurementName) -> int:
    """Take a role in a procurement away from a person."""
    from svdocs.records.people_tables import Role
    from svdocs.records.tables import word_named

    with open_people() as (people, store):
        found, person = procurement_called(store, procurement), people.person_of_email(email)
        people.revoke(person.id, found.id, word_named(Role, role, "a role"))
    print(f"{person.email}: no longer {role} of {printable(found.title)}.")
    return 0


def read_password() -> str:
    """Return a password typed twice at the terminal without being shown, or the first line of standard input.

    Raises:
        UsageError: the two differ, or there is none.
    """
    from getpass import getpass

    if not sys.stdin.isatty():
        typed = sys.stdin.readline().rstrip("\r\n")
        if not typed:
            raise UsageError("No password came in; type it when asked, or send it on standard input.")
        return typed
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise UsageError("The two passwords differ; try again.")
    return password


@contextmanager
def open_people() -> Iterator[tuple[People, Store]]:
    """Give the accounts and the records that the settings name, for as long as they are needed."""
    from svdocs.records.people import People
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        yield People(store), store


def procurement_called(store: Store, title_or_id: str) -> Procurement:
    """Return the procurement of this title or id.

    Raises:
        NotFound: there is none.
    """
    return store.procurement_titled(title_or_id) or store.procurement(title_or_id)


COMMANDS = {
    "add": add,
    "list": list_,
    "disable": disable,
    "set-password": set_password,
    "grant": grant,
    "revoke": revoke,
}
