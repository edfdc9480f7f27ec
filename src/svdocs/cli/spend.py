"""`svdocs spend`: files of payments into the records, and a year's local, SME and VCSE shares out of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.keeping import Person, Reason, records
from svdocs.cli.terminal import print_table, printable
from svdocs.errors import NotFound, UsageError

if TYPE_CHECKING:
    from svdocs.records.spend import NewSpendFile
    from svdocs.records.spend_tables import SpendFile
    from svdocs.records.store import Store

File = Annotated[Path, typer.Argument(help="CSV or XLSX.", show_default=False)]
Year = Annotated[str, typer.Option(help="Financial year, as 2027-28.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help='A column over the one proposed, as amount="Net value"; "amount=" leaves it out.'),
]
SheetName = Annotated[str | None, typer.Option(help="Sheet of a workbook; by default the one with most rows.")]
SHOWN_BAD = 20


def import_(
    file: File,
    year: Year,
    column: Columns = None,
    sheet: SheetName = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show how it would be read, and keep nothing.")] = False,
    person: Person = "",
) -> int:
    """Import a file of payments: the columns read are shown, and rows that cannot be used are kept and listed."""
    from svdocs.delivery.spend_files import read_spend
    from svdocs.records.spend import Spend

    given = read_spend(_there(file), year, sheet=sheet, chosen=_chosen(column))
    _show_reading(given)
    if dry_run:
        print("Nothing was kept.")
        return 0
    with records() as (store, _):
        kept = Spend(store).import_file(given, person=person)
    print(f"Imported for {kept.financial_year}: {kept.rows - kept.bad:,} rows, £{kept.total_gbp:,.2f}; id {kept.id}.")
    return 0


def suppliers(
    file: File,
    source: Annotated[str, typer.Option(help="Where it comes from, such as accounts of 2027.")],
    column: Columns = None,
    sheet: SheetName = None,
    person: Person = "",
) -> int:
    """Take in what is held of suppliers: postcodes, staff, turnover, balance sheet, legal form."""
    from svdocs.delivery.spend_files import read_suppliers
    from svdocs.records.spend import Spend

    found = read_suppliers(_there(file), sheet=sheet, chosen=_chosen(column))
    with records() as (store, _):
        changed = Spend(store).describe(found, source=source, person=person)
    print(f"{len(found):,} suppliers read; of {changed:,} what is held has changed.")
    return 0


def show(year: Annotated[str, typer.Argument(help="Financial year, as 2027-28.", show_default=False)]) -> int:
    """Show a year's shares of spend, each with its definition and what is unknown."""
    from svdocs.delivery.spend_files import check_year
    from svdocs.reports.spending import spending_of

    with records() as (store, _):
        spending = spending_of(store, check_year(year))
    if not spending.is_held:
        print(f"No spend of {year} is held.")
        return 0
    print(
        f"{year}: £{spending.total_gbp:,.2f} in {spending.rows:,} rows to {spending.suppliers:,} suppliers; "
        f"{spending.bad_rows:,} rows could not be used, {spending.doubles:,} are the same as another."
    )
    print_table(
        [
            {
                "share": s.label,
                "£": f"{s.amount_gbp:,.2f}",
                "of all": f"{s.percent} %",
                "unknown £": f"{s.unknown_gbp:,.2f}",
                "unknown": f"{s.unknown_percent} %",
            }
            for s in spending.shares
        ]
    )
    for sentence in dict.fromkeys(s.definition for s in spending.shares):
        print(sentence)
    return 0


def list_() -> int:
    """List the spend files."""
    from svdocs.records.spend import Spend

    with records() as (store, _):
        rows = [
            {
                "id": f.id,
                "year": f.financial_year,
                "file": printable(f.name),
                "rows": f.rows,
                "bad": f.bad,
                "£": f"{f.total_gbp:,.2f}",
                "state": f"withdrawn by {printable(f.withdrawn_by or '')}" if f.withdrawn_at else "counts",
            }
            for f in Spend(store).files()
        ]
    if rows:
        print_table(rows)
    return 0


def bad(file: Annotated[str, typer.Argument(help="Id of the spend file, or its beginning.")]) -> int:
    """List the rows of a spend file that could not be used, with why, and all their cells."""
    from svdocs.records.spend import Spend

    with records() as (store, _):
        lines = Spend(store).bad_lines(_named(store, file).id)
    for line in lines:
        print(f"row {line.row}: {printable(line.problem)}: {printable(' | '.join(line.cells)[:300])}")
    return 0


def withdraw(
    file: Annotated[str, typer.Argument(help="Id of the spend file, or its beginning.")],
    because: Reason = "",
    person: Person = "",
) -> int:
    """Have a spend file count in no total any more; it stays in the records."""
    from svdocs.records.spend import Spend

    with records() as (store, _):
        found = Spend(store).withdraw(_named(store, file).id, person=person, because=because)
    print(f"{printable(found.name)} of {found.financial_year} counts no more.")
    return 0


def _named(store: Store, beginning: str) -> SpendFile:
    from svdocs.records.spend import Spend

    found = [f for f in Spend(store).files() if beginning and f.id.startswith(beginning)]
    if len(found) != 1:
        raise NotFound(f"{len(found)} spend files begin with {beginning[:40]!r}; `svdocs spend list` shows all.")
    return found[0]


def _there(file: Path) -> Path:
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file; check its name.")
    return file


def _chosen(column: list[str] | None) -> dict[str, str]:
    pairs = [c.partition("=") for c in column or []]
    if any(not sign for _, sign, _ in pairs):
        raise UsageError('A column is given as field=heading, such as amount="Net value".')
    return {name.strip(): heading.strip() for name, _, heading in pairs}


def _show_reading(given: NewSpendFile) -> None:
    for field, heading in given.columns.items():
        print(f"{field}: read from {printable(heading)!r}")
    unread = [h for h in given.header if h and h not in given.columns.values()]
    if unread:
        print(f"kept and not read: {printable(', '.join(unread)[:300])}")
    wrong = [line for line in given.lines if line.problem]
    print(f"{len(given.lines) - len(wrong):,} rows can be used, {len(wrong):,} cannot; those are kept too.")
    for line in wrong[:SHOWN_BAD]:
        print(f"row {line.row}: {printable(line.problem)}")
    if len(wrong) > SHOWN_BAD:
        print(f"and {len(wrong) - SHOWN_BAD:,} more; `svdocs spend bad ID` lists them once the file is imported.")


COMMANDS = {
    "import": import_, "suppliers": suppliers, "show": show, "list": list_, "bad": bad, "withdraw": withdraw,
}  # fmt: skip
