"""`svdocs proxies import` and `list`: the values of units by which a procurement's bids are valued."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from svdocs.cli.arguments import opened_records, procurement_named
from svdocs.cli.terminal import print_table
from svdocs.errors import UsageError

PROCUREMENT = "The procurement's title or id."


def import_(
    workbook: Annotated[Path, typer.Argument(help="Workbook (XLSX) with a measure a row.", show_default=False)],
    procurement: Annotated[str, typer.Option(help=PROCUREMENT)] = "",
    title: Annotated[str, typer.Option(help="What the set of values is called.")] = "",
    edition: Annotated[str, typer.Option(help="Which edition it is, such as 2026.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes it.")] = "",
    licence: Annotated[str, typer.Option(help="On what terms you may use the values.")] = "",
    framework: Annotated[str, typer.Option(help="Whose measures the codes are.")] = "national-toms",
    person: Annotated[str, typer.Option(help="Your name; it stands in the records.")] = "",
) -> int:
    """Import the values of units of a workbook for a procurement.

    The first row that names a code, a title and a unit is taken for the headings, with a column for the proxy value.
    Nothing is imported unless every row can be used, and edition and licence are said.
    """
    from svdocs.records.access import Caller
    from svdocs.records.values import Values
    from svdocs.text.read import read_file
    from svdocs.valuing.proxies import read_proxies

    if not workbook.is_file():
        raise UsageError(f"{workbook}: there is no such file; check the path.")
    if not person.strip():
        raise UsageError("Say who imports the values, with --person; it stands in the records.")
    found = read_proxies(read_file(workbook, workbook.name), framework=framework, title=title, edition=edition,
                         publisher=publisher, licence=licence)  # fmt: skip
    with opened_records() as (store, _):
        within = procurement_named(store, procurement)
        kept = Values(store).import_set(within.id, found, Caller(person.strip()), file=workbook.name,
                                        sha256=hashlib.sha256(workbook.read_bytes()).hexdigest())  # fmt: skip
        print(f"{kept.id}: {len(kept.proxies)} values of {kept.title}, edition {kept.edition}, imported.")
    return 0


def list_(
    procurement: Annotated[str, typer.Option(help=PROCUREMENT)] = "",
) -> int:
    """List the sets of values that a procurement's bids can be valued by, the open one that ships among them."""
    from svdocs.records.values import Values
    from svdocs.valuing.proxies import open_set

    shipped = open_set()
    rows: list[dict[str, object]] = [
        {"set": shipped.key, "title": shipped.title, "edition": shipped.edition, "values": len(shipped.values),
         "licence": shipped.licence}
    ]  # fmt: skip
    if procurement:
        with opened_records() as (store, _):
            within = procurement_named(store, procurement)
            rows += [
                {"set": s.id, "title": s.title, "edition": s.edition, "values": len(s.proxies), "licence": s.licence}
                for s in Values(store).sets_of(within.id)
            ]
    print_table(rows)
    return 0


COMMANDS = {"import": import_, "list": list_}
