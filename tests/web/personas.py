"""Records with people of every kind in them, and the headers by which each of them asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fastapi import FastAPI

from svdocs.delivery.award import in_years
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies, Delivered, StudyRead
from svdocs.records.clarifications import Clarifications
from svdocs.records.clarifying import ask_about
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, Reading
from svdocs.records.jobs import Jobs
from svdocs.records.keys import Keys
from svdocs.records.lots import Lots
from svdocs.records.outbox import WebhookEvent
from svdocs.records.people import People
from svdocs.records.people_tables import Role, Scope
from svdocs.records.ratios import NewRatio, Ratios
from svdocs.records.schedules import NewContract, Promise
from svdocs.records.spend import Spend
from svdocs.records.store import open_store
from svdocs.records.webhooks import Webhooks
from svdocs.settings import read_settings
from svdocs.statements.statement import Unit
from svdocs.web.app import create_app
from svdocs.web.visitors import form_token_of
from tests.records.test_spend import GIVEN
from tests.web.conftest import Made, fill

STARTS, ENDS = date(2027, 4, 1), date(2031, 3, 31)
ANONYMOUS, ADMINISTRATOR, OUTSIDER, KEY = "anonymous", "administrator", "outsider", "key"
ROLES = tuple(role.value for role in Role)
MANY_REQUESTS = "1000000"


@dataclass(frozen=True)
class Cast:
    """An application, the ids of what stands in its records, and who asks."""

    app: FastAPI
    made: Made
    headers: dict[str, dict[str, str]]
    """By persona."""
    ids: dict[str, str]
    """By the names that addresses give them."""


@contextmanager
def open_cast(folder: Path) -> Iterator[Cast]:
    """Give an application over records in a new folder, with somebody of each role, an administrator and a key."""
    settings = read_settings({
        "SVDOCS_DATA": str(folder), "SVDOCS_REQUESTS_PER_MINUTE": MANY_REQUESTS,
        "SVDOCS_UPLOADS_PER_MINUTE": MANY_REQUESTS,
    })  # fmt: skip
    with open_store(settings.database_url) as store:
        made, people = fill(store, settings), People(store)
        ids = _fill_more(made)
        headers = {ANONYMOUS: {}}
        for name in (*ROLES, OUTSIDER, ADMINISTRATOR):
            person = people.add(f"{name}@kent.example", name, None, is_administrator=name == ADMINISTRATOR)
            if name in ROLES:
                people.grant(person.id, made.procurement, Role(name))
            token = people.sign_in(person.id)
            headers[name] = {"Cookie": f"svdocs={token}", "X-CSRF-Token": form_token_of(token)}
        spare = people.add("spare@kent.example", "spare", None)  # who may lose a role and a key without harm
        people.grant(spare.id, made.procurement, Role.observer)
        ids["person_id"] = spare.id
        lead = people.person_of_email("lead@kent.example").id
        _, words = Keys(store).add(lead, "test", list(Scope), days=1)
        headers[KEY] = {"Authorization": f"Bearer {words}"}
        ids["key_id"] = Keys(store).add(lead, "spare", [Scope.read], days=1)[0].id
        yield Cast(create_app(store, settings), made, headers, ids)


def _fill_more(made: Made) -> dict[str, str]:
    """Put one of everything else into the records, and return the ids."""
    store, procurement = made.store, made.procurement
    lot = Lots(store).add_lot(procurement, "Lot 1", person="lead").lot.id
    hook = Webhooks(store).add(procurement, "https://hooks.example/x", [WebhookEvent.problem], person="lead").id
    lines = [x for x in store.export_statements(procurement) if x["document"]["id"] == made.pdf]
    letter = Clarifications(store).add_letter(made.pdf, ask_about(lines), person="lead").id
    supplier = store.suppliers()[0]
    entry = store.add_baseline(supplier.name, "We take on two apprentices a year.", source="Report", person="lead").id
    run = store.runs_of(made.pdf)[0].id
    ids = fill_contract(made, supplier.name, run)
    figure = NewRatio(ids["contract_id"], "apprentice_share", STARTS, date(2028, 3, 31), 3, 87)
    return ids | {
        "ratio_key": "apprentice_share",
        "figure_id": Ratios(store).enter(figure, person="lead").id,
        "file_id": Spend(store).import_file(GIVEN, person="lead").id,
        "procurement_id": procurement,
        "document_id": made.pdf,
        "statement_id": store.statements_of(made.pdf)[0].id,
        "run_id": run,
        "older": run,
        "newer": run,
        "job_id": Jobs(store).jobs_of(procurement)[0].id,
        "lot_id": lot,
        "webhook_id": hook,
        "letter_id": letter,
        "entry_id": entry,
        "supplier_id": supplier.id,
        "version_id": "x",
        "key": "national-toms",
        "role": "observer",
        "kind": "statement",
        "form": "csv",
        "number": "1",
    }


def fill_contract(made: Made, supplier: str, run: str) -> dict[str, str]:
    """Put a contract into the records with a promise, a case study, a delivery and a badge that wait for a person."""
    store, contracts = made.store, Contracts(made.store)
    given = NewContract(made.procurement, supplier, "KCC-1", "Street lighting", STARTS, ENDS)
    promise = Promise("We will take on five apprentices.", (), quantity_value=5, quantity_unit=Unit.people)
    contract = contracts.add(given, [in_years(promise, STARTS, ENDS)], person="lead").id
    commitment = contracts.schedule_of(contract)[0].id
    read = StudyRead(contract, made.pdf, run, 1, Reading.headings)
    told = [Delivered(commitment, "Four apprentices started.", score=0.9, quantity=4, unit=Unit.people)]
    study = CaseStudies(store).take(read, told, person="lead").id
    return {
        "contract_id": contract,
        "commitment_id": commitment,
        "study_id": study,
        "match_id": CaseStudies(store).matches_of(study)[0].id,
        "badge_id": Badges(store).propose(contract, "2027-28", BadgeLevel.gold, {"due": 1}).id,
    }
