"""`svdocs ratios`: ratios of contracts with both halves, their course and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.arguments import day_of
from svdocs.cli.contracts import Named, contract_named
from svdocs.cli.keeping import Person, Reason, records
from svdocs.cli.terminal import print_table, printable
from svdocs.errors import NotFound, UsageError

if TYPE_CHECKING:
    from svdocs.records.ratios import Ratios

Key = Annotated[str, typer.Argument(help="Key of the ratio, as `svdocs ratios list` shows it.", show_default=False)]


def list_() -> int:
    """List the ratios that there are, with what is counted, of what, and the source."""
    from svdocs.delivery.ratios import load_ratios

    print_table(
        [
            {
                "ratio": r.key,
                "counted": r.numerator,
                "of": r.denominator,
                "target": f"{r.target:g} %" if r.target is not None else "",
                "better": r.better,
                "source": r.source,
            }
            for r in load_ratios().values()
        ]
    )
    return 0


def show(contract: Named) -> int:
    """Show the ratios of a contract over their periods, with targets and ids."""
    from svdocs.delivery.ratios import trends_of
    from svdocs.records.ratios import Ratios
    from svdocs.statements.in_words import number_in_words

    with records() as (store, _):
        record = contract_named(store, contract)
        trends = trends_of(Ratios(store), [record.id])[record.id]
    rows = [
        {
            "ratio": t.ratio.key,
            "from": p.figure.starts,
            "to": p.figure.ends,
            "counted": number_in_words(p.figure.numerator),
            "of": number_in_words(p.figure.denominator),
            "reached": f"{p.percent:g} %",
            "change": "" if p.change is None or p.direction is None else f"{p.change:+g} ({p.direction.value})",
            "target": "" if t.target is None else f"{t.target:g} % {'met' if p.is_met else 'missed'}",
            "source": printable(p.figure.source),
            "id": p.figure.id,
        }
        for t in trends
        for p in t.points
    ]
    if rows:
        print_table(rows)
    for t in trends:
        if t.target is not None:
            print(
                f"{t.ratio.key}: target {t.target:g} %{f' ({printable(t.target_source)})' if t.target_source else ''}."
            )
        for f in t.withdrawn:
            halves = f"{number_in_words(f.numerator)} of {number_in_words(f.denominator)} for {f.starts} to {f.ends}"
            print(f"{t.ratio.key}: {halves} was withdrawn by {printable(f.withdrawn_by or '')}: {printable(f.because)}")
    if not trends:
        print("No ratio has been entered.")
    return 0


def enter(
    contract: Named,
    ratio: Key,
    numerator: Annotated[float, typer.Argument(help="What is counted.", show_default=False)],
    denominator: Annotated[float, typer.Argument(help="Of what.", show_default=False)],
    starts: Annotated[str, typer.Option(help="First day of the period, as 2027-04-01.")],
    ends: Annotated[str, typer.Option(help="Its last day.")],
    source: Annotated[str, typer.Option(help="Where both figures come from, such as the payroll of March 2028.")] = "",
    person: Person = "",
) -> int:
    """Enter a figure of a ratio: what was counted, of what, and for which period."""
    from svdocs.delivery.ratios import enter_figure
    from svdocs.records.ratios import NewRatio, Ratios

    first, last = day_of(starts), day_of(ends)
    if first is None or last is None:
        raise UsageError("A figure needs the first and last day of its period; give --starts and --ends.")
    with records() as (store, _):
        given = NewRatio(contract_named(store, contract).id, ratio, first, last, numerator, denominator, source)
        figure = enter_figure(Ratios(store), given, person=person)
    print(f"{ratio}: {100 * numerator / denominator:.1f} % for {first} to {last}; id {figure.id}.")
    return 0


def withdraw(
    contract: Named,
    figure: Annotated[str, typer.Argument(help="Id of the figure, or its beginning.", show_default=False)],
    because: Reason = "",
    person: Person = "",
) -> int:
    """Have a figure count no more; it stays in the records."""
    from svdocs.records.ratios import Ratios

    with records() as (store, _):
        ratios = Ratios(store)
        found = ratios.withdraw(_figure(ratios, contract_named(store, contract).id, figure), person=person,
                                because=because)  # fmt: skip
    print(f"{found.ratio} for {found.starts} to {found.ends} counts no more.")
    return 0


def target(
    contract: Named,
    ratio: Key,
    percent: Annotated[float | None, typer.Argument(help="What it is to reach; none takes it away.")] = None,
    source: Annotated[str, typer.Option(help="Where it is agreed, such as a schedule of the contract.")] = "",
    person: Person = "",
) -> int:
    """Set what a ratio of a contract is to reach; without a percentage the contract has no target of its own."""
    from svdocs.delivery.ratios import set_target
    from svdocs.records.ratios import Ratios

    with records() as (store, _):
        found = contract_named(store, contract)
        set_target(Ratios(store), found.id, ratio, percent, person=person, source=source)
    print(f"{ratio}: {'no target of its own' if percent is None else f'target {percent:g} %'}.")
    return 0


def _figure(ratios: Ratios, contract_id: str, beginning: str) -> str:
    found = [f.id for f in ratios.figures([contract_id]) if beginning and f.id.startswith(beginning)]
    if len(found) != 1:
        raise NotFound(f"{len(found)} figures begin with {beginning[:40]!r}; `svdocs ratios show` shows all.")
    return found[0]


COMMANDS = {"list": list_, "show": show, "enter": enter, "withdraw": withdraw, "target": target}
