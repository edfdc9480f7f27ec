"""`svdocs decisions consent` and `export`: which decisions models may learn from, and those decisions as a pack."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from svdocs.cli.arguments import need_packages, shown_records
from svdocs.errors import NotFound, UsageError


def consent(
    procurement: Annotated[str, typer.Argument(help="Title or id of the procurement.", show_default=False)],
    person: Annotated[str, typer.Option(help="Who gives or takes back consent; kept in the log.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take consent back.")] = False,
) -> int:
    """Allow models to be trained on what people decided in a procurement; nobody's decisions are used otherwise.

    The words of the supplier's documents become training rows on this machine, so ask whoever must agree first.
    """
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        found = store.procurement_titled(procurement) or store.procurement(procurement)
        changed = store.set_consent(found.id, consents=not withdraw, person=person)
    may = "may" if changed.may_be_learnt_from else "may not"
    print(f"{changed.title}: its decisions {may} be learnt from. `svdocs decisions export` brings the rows up to date.")
    return 0


def export() -> int:
    """Write the accepted and amended statements of procurements with consent as packs to train on.

    They are written beneath the data folder, apart from the shipped corpus; packs of procurements whose consent was
    taken back are removed. `svdocs train --with-decisions` learns from them.
    """
    need_packages("Writing packs", "yaml")
    from svdocs.cli.explain import passage_of
    from svdocs.learning.decisions import Decided, write_packs
    from svdocs.records.tables import StatementStatus
    from svdocs.settings import read_settings

    settings = read_settings()
    decided: list[Decided] = []
    lost = 0
    with shown_records() as store:
        for procurement in (p for p in store.procurements() if p.may_be_learnt_from):
            for document in store.documents_of(procurement.id):
                for record in store.statements_of(document.id):
                    if record.status not in (StatementStatus.accepted, StatementStatus.amended):
                        continue
                    try:
                        passage = passage_of(store, document.id, record.statement.record)
                    except NotFound:
                        lost += 1
                        continue
                    kind, supplier = document.document.kind.value, document.supplier or ""
                    decided.append(
                        Decided(procurement.id, document.document.name, kind, supplier, passage, record.as_decided())
                    )
    paths = write_packs(decided, settings.decisions_folder)
    if lost:
        print(f"{lost} decided statements were left out: their text is no longer kept as it was read.", file=sys.stderr)
    if not decided:
        raise UsageError(
            "No decision may be learnt from yet: accept or amend statements, and allow it for their procurement with "
            "`svdocs decisions consent`."
        )
    print(f"{len(decided)} decided statements written to {len(paths)} packs in {settings.decisions_folder}.")
    return 0


COMMANDS = {"consent": consent, "export": export}
