"""`svdocs baseline`: what suppliers do anyway, added, listed, corrected and retired by officers."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from svdocs.cli.arguments import day_of

PERSON = "Who does this; kept with the entry."
REASON = "Why; kept with the entry."


def add(
    supplier: Annotated[str, typer.Argument(help="The supplier's name.", show_default=False)],
    text: Annotated[str, typer.Argument(help="The practice or past figure, in a sentence.")] = "",
    source: Annotated[str, typer.Option(help="Where it stands, such as a report or a website.")] = "",
    person: Annotated[str, typer.Option(help=PERSON)] = "",
    dated: Annotated[str | None, typer.Option(help="The day of the source, as 2026-03-31.")] = None,
    period: Annotated[str, typer.Option(help="The time that it tells of, such as 2025/26.")] = "",
    scope: Annotated[str, typer.Option(help="Of whom it is told: the company, a group, a contract, a site.")] = "",
    document: Annotated[
        str | None, typer.Option(help="Take all practices and deliveries found in this document of the records.")
    ] = None,
) -> int:
    """Add a practice or past figure of a supplier, or all that was found in one of its documents."""
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        if document is None:
            entry = store.add_baseline(supplier, text, source=source, person=person, source_date=day_of(dated),
                                       period=period, scope=scope)  # fmt: skip
            print(entry.id)
            return 0
        record = store.document(document)
        taken = [x for x in store.statements_of(document) if x.statement.type.value in ("practice", "delivery")]
        known = {e.text for e in store.baselines_of(record.document.supplier_id)}
        for statement in taken:
            if " ".join(statement.statement.text.split()) not in known:
                store.add_baseline(supplier, statement.statement.text, source=source or record.document.name,
                                   person=person, source_date=day_of(dated), period=period, scope=scope,
                                   document_id=document)  # fmt: skip
        print(f"{len(taken)} practices and deliveries stand in the library.")
    return 0


def list_(
    supplier: Annotated[str | None, typer.Argument(help="Only of this supplier.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="Show retired entries too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of text.")] = False,
) -> int:
    """List what suppliers do anyway, with sources."""
    from svdocs.records.library import heading_of
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        names = {s.id: s.name for s in store.suppliers()}
        for entry in store.baselines_of(with_retired=retired):
            name = names[entry.supplier_id]
            if supplier is not None and supplier.casefold() != name.casefold():
                continue
            if as_json:
                fields: dict[str, Any] = {"supplier": name, **entry.model_dump(mode="json")}
                print(json.dumps(fields, ensure_ascii=False))
                continue
            gone = f" (retired by {entry.retired_by}: {entry.retired_because})" if entry.retired_at else ""
            print(f"{entry.id}  {name}  [{heading_of(entry)}]  {entry.text}{gone}")
    return 0


def correct(
    entry: Annotated[str, typer.Argument(help="The entry's id.", show_default=False)],
    text: Annotated[str, typer.Argument(help="What it should say.", show_default=False)],
    person: Annotated[str, typer.Option(help=PERSON)] = "",
    because: Annotated[str, typer.Option(help=REASON)] = "",
) -> int:
    """Put a right entry in the place of a wrong one, which is retired and stays."""
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        print(store.correct_baseline(entry, text, person=person, because=because).id)
    return 0


def retire(
    entry: Annotated[str, typer.Argument(help="The entry's id.", show_default=False)],
    person: Annotated[str, typer.Option(help=PERSON)] = "",
    because: Annotated[str, typer.Option(help=REASON)] = "",
) -> int:
    """Retire an entry, so that nothing is judged against it; it stays with who, when and why."""
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        store.retire_baseline(entry, person=person, because=because)
    return 0


COMMANDS = {"add": add, "list": list_, "correct": correct, "retire": retire}
