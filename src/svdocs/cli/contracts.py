"""`svdocs contracts` and `svdocs case-study`: contracts of awarded bids, and case studies against their promises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.cli.arguments import day_of
from svdocs.cli.keeping import Person, records
from svdocs.cli.terminal import print_table, printable
from svdocs.errors import NotFound, UsageError
from svdocs.statements.in_words import unit_in_words

if TYPE_CHECKING:
    from svdocs.records.schedules import ContractRecord
    from svdocs.records.store import Store

Named = Annotated[str, typer.Argument(help="Reference or id of the contract.", show_default=False)]


def contract_named(store: Store, name: str) -> ContractRecord:
    """Return the contract of this reference or id.

    Raises:
        NotFound: there is none, or several of the reference.
    """
    from svdocs.records.contracts import Contracts

    found = [r for r in Contracts(store).contracts() if name in (r.id, r.contract.reference)]
    if len(found) > 1:
        raise NotFound(f"{len(found)} contracts have the reference {name[:80]!r}; give the id of one of them.")
    if not found:
        raise NotFound(f"There is no contract {name[:80]!r}; `svdocs contracts list` shows all.")
    return found[0]


def add(
    procurement: Annotated[str, typer.Argument(help="Title or id of the procurement.", show_default=False)],
    supplier: Annotated[str, typer.Option(help="Whose bid was awarded.")],
    reference: Annotated[str, typer.Option(help="The authority's own number.")],
    starts: Annotated[str, typer.Option(help="First day, as 2027-04-01.")],
    ends: Annotated[str, typer.Option(help="Last day.")],
    lot: Annotated[str, typer.Option(help="The lot it is for; by default all lots of the bid.")] = "",
    title: Annotated[str, typer.Option(help="Title; by default the procurement's.")] = "",
    value: Annotated[str, typer.Option(help="In pounds, including VAT.")] = "",
    department: Annotated[str, typer.Option()] = "",
    manager: Annotated[str, typer.Option(help="The contract manager's name.")] = "",
    person: Person = "",
) -> int:
    """Make a contract of what somebody accepted or amended of a supplier's bid."""
    from decimal import Decimal, InvalidOperation

    from svdocs.delivery.award import make_contract
    from svdocs.records.schedules import NewContract
    from svdocs.review.register import stated_again

    first, last = day_of(starts), day_of(ends)
    try:
        pounds = Decimal(value.replace(",", "")) if value else None
    except InvalidOperation:
        raise UsageError(f"{value}: not an amount; write it as 250000.") from None
    if first is None or last is None:
        raise UsageError("A contract needs its first and last day; give --starts and --ends.")
    with records() as (store, _):
        found = next((p for p in store.procurements() if procurement in (p.id, p.title)), None)
        if found is None:
            raise NotFound(f"There is no procurement {procurement[:80]!r}; `svdocs list procurements` shows all.")
        given = NewContract(found.id, supplier, reference, title or found.title, first, last, value_gbp=pounds,
                            department=department, manager=manager)  # fmt: skip
        made = make_contract(store, given, person=person, lot=lot, again=stated_again(store, found.id))
        print(f"{printable(made.reference)}: made; id {made.id}.")
    return 0


def list_() -> int:
    """List the contracts, with what is kept in full and what waits."""
    from svdocs.delivery.standing import reminders, standing_of
    from svdocs.records.case_studies import CaseStudies
    from svdocs.records.contracts import Contracts

    today = datetime.now(UTC).date()
    with records() as (store, _):
        contracts = Contracts(store)
        found = contracts.contracts()
        ids = [r.id for r in found]
        schedules, studies = contracts.schedules(ids), CaseStudies(store).studies(ids)
        rows = [
            {
                "reference": r.contract.reference,
                "supplier": r.supplier,
                "ends": r.contract.ends,
                "manager": r.contract.manager,
                "in full": f"{sum(standing_of(s).in_full for s in schedules[r.id])} of {len(schedules[r.id])}",
                "reminders": len(reminders(r.contract, schedules[r.id], studies[r.id], today)),
            }
            for r in found
        ]
    if rows:
        print_table(rows)
    return 0


def show(contract: Named) -> int:
    """Show a contract's schedule: each promise with its state, target and what was confirmed."""
    from svdocs.delivery.standing import standing_of
    from svdocs.records.contracts import Contracts

    with records() as (store, _):
        record = contract_named(store, contract)
        rows = [
            {
                "no.": s.commitment.number,
                "promise": s.commitment.text[:70],
                "state": s.state.value.replace("_", " "),
                "target": standing.target if standing.target is not None else "",
                "confirmed": standing.delivered,
                "missing": standing.shortfall,
                "unit": unit_in_words(unit) if (unit := s.commitment.quantity_unit) else "",
            }
            for s in Contracts(store).schedule_of(record.id)
            for standing in [standing_of(s)]
        ]
    print_table(rows)
    return 0


def remind(day: Annotated[str, typer.Option(help="As of this day; by default today.")] = "") -> int:
    """List what is due soon, overdue, or waits for a contract manager, in all contracts."""
    from svdocs.delivery.standing import reminders
    from svdocs.records.case_studies import CaseStudies
    from svdocs.records.contracts import Contracts

    today = day_of(day) or datetime.now(UTC).date()
    with records() as (store, _):
        contracts = Contracts(store)
        found = contracts.contracts()
        schedules = contracts.schedules([r.id for r in found])
        studies = CaseStudies(store).studies([r.id for r in found])
        rows = [
            {
                "contract": r.contract.reference,
                "manager": r.contract.manager,
                "what": m.kind.value.replace("_", " "),
                "promise": m.number or "",
                "year": m.year,
                "by": m.on,
            }
            for r in found
            for m in reminders(r.contract, schedules[r.id], studies[r.id], today)
        ]
    if rows:
        print_table(rows)
    return 0


def badges(
    year: Annotated[str, typer.Argument(help="Financial year that has ended, as 2027-28.", show_default=False)],
) -> int:
    """Propose the badges that contracts have earned in a financial year; a contract manager confirms each."""
    from svdocs.delivery.earned import propose_badges
    from svdocs.records.badges import Badges

    with records() as (store, _):
        made = propose_badges(store, year, datetime.now(UTC).date())
        found = Badges(store)
        rows = [
            {"contract": record.contract.reference, "supplier": record.supplier, "level": b.level.value, "year": year}
            for b in made
            for record in [found.badge(b.id)]
        ]
    if rows:
        print_table(rows)
    return 0


def rotate_key(person: Person = "") -> int:
    """Sign badges with a new key from now on; what older keys signed still verifies."""
    from svdocs.delivery.credential import BadgeKeys
    from svdocs.records.badges import Badges

    with records() as (store, settings):
        keys = BadgeKeys(settings.data_folder / "badge.keys")
        key = Badges(store).add_key(*keys.add(), person=person)
        print(f"Badges are signed with the key {key.id} from now on.")
    return 0


def new_study(
    contract: Named,
    year: Annotated[int, typer.Option(help="Contract year, from 1.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="File to write; by default case-study.docx here.")] = None,
) -> int:
    """Write the case study template with a contract's promises in it."""
    from svdocs.delivery.template import fill_template
    from svdocs.errors import CannotKeep
    from svdocs.records.contracts import Contracts

    path = out or Path("case-study.docx")
    with records() as (store, _):
        record = contract_named(store, contract)
        data = fill_template(record, Contracts(store).schedule_of(record.id), year)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotKeep(f"{path}: cannot be written ({error.strerror}); name another place.") from error
    print(path)
    return 0


def read_study(
    contract: Named,
    file: Annotated[Path, typer.Argument(help="The case study: PDF, Word or a scan.", show_default=False)],
    year: Annotated[int | None, typer.Option(help="Contract year; by default as the study says.")] = None,
    person: Person = "",
) -> int:
    """Bring a case study into the records, match it to a contract's promises, and show what was found."""
    from svdocs.delivery.take import take_study
    from svdocs.jobs.bring_in import bring_in
    from svdocs.records.case_studies import CaseStudies
    from svdocs.records.contracts import Contracts

    if not file.is_file():
        raise UsageError(f"{file}: there is no such file; check its name.")
    with records() as (store, settings):
        record = contract_named(store, contract)
        document = bring_in(file, store=store, settings=settings, procurement_id=record.contract.procurement_id,
                            kind="case_study", supplier=record.supplier)  # fmt: skip
        study = take_study(store, settings.files_folder, record.id, document.id, person=person, year=year)
        numbers = {s.id: s.commitment.number for s in Contracts(store).schedule_of(record.id)}
        rows = [
            {
                "promise": numbers[m.commitment_id],
                "delivered": m.quantity if m.quantity is not None else "",
                "unit": unit_in_words(m.unit) if m.unit else "",
                "sure": f"{m.score:.2f}" if m.score is not None else "",
                "words": m.text[:70],
                "where": m.source,
            }
            for m in CaseStudies(store).matches_of(study.id)
        ]
    print(f"Read by {study.reading.value.replace('_', ' ')}, for contract year {study.year}. A person decides.")
    consent = {True: "yes", False: "no", None: "not said plainly, so it is not"}[study.may_publish]
    print(f"May it be published: {consent}.")
    if rows:
        print_table(rows)
    for finding in study.findings:
        words = f"{finding['message']} {finding.get('text') or ''}".strip()
        print(f"{finding['code'].replace('_', ' ')}: {printable(words[:300])}")
    return 0


COMMANDS = {"add": add, "list": list_, "show": show, "remind": remind, "badges": badges, "rotate-key": rotate_key}
CASE_STUDY_COMMANDS = {"new": new_study, "read": read_study}
