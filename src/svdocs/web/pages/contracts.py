"""The contract manager's pages: contracts, their schedules, case studies with proposed matches, suppliers' links."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.award import make_contract
from svdocs.delivery.ratios import trends_of
from svdocs.delivery.standing import closing_figures, reminders, standing_of
from svdocs.delivery.take import take_study
from svdocs.delivery.template import fill_template
from svdocs.delivery.variations import change_contract
from svdocs.delivery.years import case_studies_due, contract_year_of, contract_years
from svdocs.errors import NotFound
from svdocs.intake.safety import ENDINGS
from svdocs.records.access import Right
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CaseStudy, DeliveryMatch, MatchState
from svdocs.records.jobs import Jobs
from svdocs.records.lots import Lots
from svdocs.records.people_tables import Role, Scope
from svdocs.records.ratios import Ratios
from svdocs.records.receiving import IfThere
from svdocs.records.schedules import ContractRecord, NewContract, Scheduled
from svdocs.records.supplier_links import SupplierLinks
from svdocs.records.tables import DocumentKind, DocumentState
from svdocs.review.register import stated_again
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs, needs_scope
from svdocs.web.saved_files import save_word
from svdocs.web.shown_changes import show_changes
from svdocs.web.supplier_links import token_of
from svdocs.web.visitors import check_form_token
from svdocs.web.wording import progress_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
uploads = APIRouter(include_in_schema=False)
"""Of forms with a file in them, which are read as they come in: their handlers check the form's token themselves."""
LINK_DAYS = 30
MANDATORY = {"yes": True, "no": False}
SHOWN_REMINDERS = 10
_CONTRACT = "/contracts/{contract_id}"


@router.get("/contracts", dependencies=[needs_scope(Scope.read)])
def list_contracts(request: Request, here: AtHand) -> Response:
    """Show all contracts with what waits in each."""
    contracts, today = Contracts(here.store), _today()
    records = contracts.contracts()
    ids = [r.id for r in records]
    schedules, studies = contracts.schedules(ids), CaseStudies(here.store).studies(ids)
    waiting = {r.id: reminders(r.contract, schedules[r.id], studies[r.id], today) for r in records}
    rows = [
        {
            "record": r,
            "promises": len(schedules[r.id]),
            "done": sum(standing_of(s).in_full for s in schedules[r.id]),
            "waiting": len(waiting[r.id]),
        }
        for r in records
    ]
    first = sorted(((r, w) for r in records for w in waiting[r.id]), key=lambda pair: (pair[1].on, pair[0].id))
    return render(request, "contracts.html", rows=rows, reminders=first[:SHOWN_REMINDERS],
                  more=max(0, len(first) - SHOWN_REMINDERS))  # fmt: skip


@router.get("/procurements/{procurement_id}/contracts/new", dependencies=[needs(Right.manage_contracts)])
def ask_for_contract(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the form that makes a contract of an awarded bid."""
    return _new_page(request, here, procurement_id, Form())


@router.post("/procurements/{procurement_id}/contracts/new", dependencies=[needs(Right.manage_contracts)])
def add_contract(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Make a contract of what somebody accepted of a supplier's bid."""
    starts, ends = form.day("starts", "Enter the first day"), form.day("ends", "Enter the last day")
    supplier = form.needed("supplier", "Select the supplier")
    reference, title = form.needed("reference", "Enter the reference"), form.needed("title", "Enter the title")
    value, person = form.number("value"), person_of(here, form)
    if not form.errors and starts and ends:
        with form.taking("supplier"):
            given = NewContract(
                procurement_id, supplier, reference, title, starts, ends, value_gbp=value,
                department=form.value("department"), manager=form.value("manager"),
                social_value_mandatory=MANDATORY.get(form.value("mandatory")),
            )  # fmt: skip
            made = make_contract(here.store, given, person=person, lot=form.value("lot"),
                                 again=stated_again(here.store, procurement_id))  # fmt: skip
            return go(request, f"/contracts/{made.id}", "Contract made")
    return _new_page(request, here, procurement_id, form)


@router.get(_CONTRACT, dependencies=[needs(Right.read)])
def show_contract(request: Request, here: AtHand, contract_id: str) -> Response:
    """Show a contract: what waits, its schedule, case studies, links and badges."""
    return _contract_page(request, here, contract_id, Form())


@router.get(_CONTRACT + "/case_study.docx", dependencies=[needs(Right.read)])
def give_template(here: AtHand, contract_id: str, year: int = 1) -> Response:
    """Give the case study template filled in advance with the contract's promises."""
    contracts = Contracts(here.store)
    record = contracts.contract(contract_id)
    return template_answer(record, contracts.schedule_of(contract_id), year)


@router.get(_CONTRACT + "/details", dependencies=[needs(Right.manage_contracts)])
def ask_for_details(request: Request, here: AtHand, contract_id: str) -> Response:
    """Show the form that changes a contract's days, value, department and manager."""
    return _details_page(request, here, contract_id, Form())


@router.post(_CONTRACT + "/details", dependencies=[needs(Right.manage_contracts)])
def change_details(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Change a contract's details; over other days its promises are spread anew, and what stood before stays."""
    starts, ends = form.day("starts", "Enter the first day"), form.day("ends", "Enter the last day")
    changes = {
        "starts": starts, "ends": ends, "value_gbp": form.number("value"), "department": form.value("department"),
        "manager": form.value("manager"), "manager_id": form.value("manager_id") or None,
        "social_value_mandatory": MANDATORY.get(form.value("mandatory")),
    }  # fmt: skip
    person = person_of(here, form)
    if not form.errors:
        with form.taking("because" if not form.value("because") else "starts-day"):
            change_contract(here.store, contract_id, changes, person=person, because=form.value("because"))
            return go(request, f"/contracts/{contract_id}", "Contract changed")
    return _details_page(request, here, contract_id, form)


@uploads.post(_CONTRACT + "/case-studies", dependencies=[needs(Right.manage_contracts)])
async def bring_in_study(request: Request, here: AtHand, contract_id: str) -> Response:
    """Bring in a case study; a worker reads it, and then it can be matched."""
    record = await run_in_threadpool(Contracts(here.store).contract, contract_id)
    said = {"kind": DocumentKind.case_study.value, "supplier": record.supplier}
    await here.reception.receive(
        request, here.receiving, record.contract.procurement_id, if_there=IfThere.same, caller=here.caller, said=said,
        check=lambda fields: _check_study(here, fields, record.supplier),
    )  # fmt: skip
    return go(request, f"/contracts/{contract_id}", "Case study received; it is being read")


@router.post(_CONTRACT + "/case-studies/take", dependencies=[needs(Right.manage_contracts)])
def match_study(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Match a case study that has been read to the contract's promises."""
    year = form.value("year")
    study = take_study(
        here.store, here.settings.files_folder, contract_id, form.value("document"), person=person_of(here, form),
        year=int(year) if year.isdecimal() else None,
    )  # fmt: skip
    return go(request, f"/contracts/{contract_id}/case-studies/{study.id}", "Deliveries proposed")


@router.get(_CONTRACT + "/case-studies/{study_id}", dependencies=[needs(Right.read)])
def show_study(request: Request, here: AtHand, contract_id: str, study_id: str) -> Response:
    """Show what a case study says beside the promises that its deliveries are proposed for."""
    return _study_page(request, here, contract_id, study_id, Form())


@router.post(_CONTRACT + "/case-studies/{study_id}/publishing", dependencies=[needs(Right.manage_contracts)])
def say_publishing(request: Request, here: AtHand, contract_id: str, study_id: str, form: Sent) -> Response:
    """Say whether a case study may be published, and how that is known."""
    study = _study(here, contract_id, study_id)
    may = MANDATORY.get(form.needed("may_publish", "Select whether it may be published"))
    because = form.needed("publish_because", "Write how you know, such as a letter of the supplier")
    person = person_of(here, form)
    if not form.errors and may is not None:
        with form.taking("may_publish"):
            CaseStudies(here.store).say_publishing(study.id, may_publish=may, person=person, because=because)
            return go(request, f"/contracts/{contract_id}/case-studies/{study_id}", "Consent to publish set")
    return _study_page(request, here, contract_id, study_id, form)


@router.post(_CONTRACT + "/matches/{match_id}", dependencies=[needs(Right.verify_delivery)])
def decide_match(request: Request, here: AtHand, contract_id: str, match_id: str, form: Sent) -> Response:
    """Confirm or refuse that a delivery is for a promise."""
    match = _match(here, contract_id, match_id)
    studies, person, because = CaseStudies(here.store), person_of(here, form), form.value("because")
    if form.value("action") == "refuse":
        studies.refuse(match.id, person=person, because=because)
        said = "Delivery refused"
    else:
        quantity = form.number("quantity")
        changed = float(quantity) if quantity is not None and float(quantity) != match.quantity else None
        studies.confirm(match.id, person=person, because=because, quantity=changed)
        said = "Delivery confirmed"
    where = f"case-studies/{match.case_study_id}" if match.case_study_id else f"promises/{match.commitment_id}"
    return go(request, f"/contracts/{contract_id}/{where}", said)


@router.post(_CONTRACT + "/links", dependencies=[needs(Right.manage_contracts)])
def make_link(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Make a link for the supplier, and show it once."""
    links, days = SupplierLinks(here.store), form.value("days")
    name = form.needed("name", "Enter who the link is for")
    if form.errors:
        return _contract_page(request, here, contract_id, form)
    with form.taking("name"):
        link = links.make(
            contract_id, name=name, days=int(days) if days.isdecimal() else LINK_DAYS, person=person_of(here, form)
        )
        here_is = here.settings.public_url or str(request.base_url).rstrip("/")
        address = f"{here_is}/supplier/{token_of(link, link_key_file(here.settings.data_folder))}"
        return render(request, "new_link.html", record=Contracts(here.store).contract(contract_id), link=link,
                      address=address)  # fmt: skip
    return _contract_page(request, here, contract_id, form)


@router.post(_CONTRACT + "/links/{link_id}/revoke", dependencies=[needs(Right.manage_contracts)])
def revoke_link(request: Request, here: AtHand, contract_id: str, link_id: str, form: Sent) -> Response:
    """Take a supplier's link back."""
    if link_id not in {link.id for link in SupplierLinks(here.store).links_of(contract_id)}:
        raise NotFound("The contract has no such link; look at its page.")
    SupplierLinks(here.store).revoke(link_id, person=person_of(here, form))
    return go(request, f"/contracts/{contract_id}", "Link taken back")


@router.post(_CONTRACT + "/close", dependencies=[needs(Right.verify_delivery)])
def close_contract(request: Request, here: AtHand, contract_id: str, form: Sent) -> Response:
    """Close a contract with its closing figures."""
    contracts = Contracts(here.store)
    record, schedule = contracts.contract(contract_id), contracts.schedule_of(contract_id)
    figures = closing_figures(record.contract, schedule, CaseStudies(here.store).studies_of(contract_id))
    contracts.close(contract_id, figures, person=person_of(here, form))
    return go(request, f"/contracts/{contract_id}", "Contract closed")


def link_key_file(data_folder: Path) -> Path:
    """Return where the key of suppliers' links is."""
    return data_folder / "links.key"


def template_answer(record: ContractRecord, schedule: list[Scheduled], year: int) -> Response:
    """Return the filled template as a download."""
    years = len(contract_years(record.contract.starts, record.contract.ends))
    data = fill_template(record, schedule, max(1, min(year, years)))
    return save_word("case-study.docx", data)


def _contract_page(request: Request, here: Here, contract_id: str, form: Form) -> Response:
    contracts, today = Contracts(here.store), _today()
    record, schedule = contracts.contract(contract_id), contracts.schedule_of(contract_id)
    contract, caller = record.contract, here.visitor.caller
    studies = CaseStudies(here.store).studies_of(contract_id)
    taken = {s.document_id for s in studies}
    untaken = [
        d
        for d in here.store.documents_of(contract.procurement_id)
        if d.document.kind is DocumentKind.case_study and d.supplier == record.supplier and d.id not in taken
    ]
    waiting = [d.id for d in untaken if d.document.state is DocumentState.waiting]
    may = {right.value: caller.may(right, contract.procurement_id) for right in Right}
    numbers = {s.id: s.commitment.number for s in schedule}
    return render(
        request, "contract.html", form=form, record=record, contract=contract,
        standings=[standing_of(s) for s in schedule], reminders=reminders(contract, schedule, studies, today),
        studies=studies, studies_due=case_studies_due(contract.starts, contract.ends),
        years=len(contract_years(contract.starts, contract.ends)),
        this_year=contract_year_of(today, contract.starts, contract.ends), untaken=untaken, waiting=waiting,
        progress={i: progress_of(job) for i, job in Jobs(here.store).latest_of(waiting).items()},
        links=SupplierLinks(here.store).links_of(contract_id), badges=Badges(here.store).badges_of(contract_id),
        ratios=trends_of(Ratios(here.store), [contract_id])[contract_id],
        evidence=_evidence(here, contract_id, numbers),
        changes=show_changes(contracts.changes_of(contract_id), numbers), now=datetime.now(UTC), may=may,
        alone=here.visitor.person is None,
        open=contract.closed_at is None, endings=ENDINGS, link_days=LINK_DAYS,
    )  # fmt: skip


def _study(here: Here, contract_id: str, study_id: str) -> CaseStudy:
    study = CaseStudies(here.store).study(study_id)
    if study.contract_id != contract_id:
        raise NotFound("The contract has no such case study; look at its page.")
    return study


def _study_page(request: Request, here: Here, contract_id: str, study_id: str, form: Form) -> Response:
    contracts, study = Contracts(here.store), _study(here, contract_id, study_id)
    record, schedule = contracts.contract(contract_id), contracts.schedule_of(contract_id)
    matches = CaseStudies(here.store).matches_of(study_id)
    caller, procurement_id = here.visitor.caller, record.contract.procurement_id
    matched = {m.statement_id for m in matches}
    return render(
        request, "study.html", form=form, record=record, study=study, matches=matches, schedule=schedule,
        promises={s.id: s for s in schedule},
        left=[f for f in study.findings if f["code"] == "left_open" and f.get("statement") not in matched],
        silent=[s for s in schedule if s.id not in {m.commitment_id for m in matches} and s.state != "varied"],
        consents=[c for c in contracts.changes_of(contract_id) if c.case_study_id == study.id],
        may_verify=caller.may(Right.verify_delivery, procurement_id) and record.contract.closed_at is None,
        may_manage=caller.may(Right.manage_contracts, procurement_id), alone=here.visitor.person is None,
    )  # fmt: skip


def _details_page(request: Request, here: Here, contract_id: str, form: Form) -> Response:
    record = Contracts(here.store).contract(contract_id)
    return render(
        request, "contract_details.html", form=form, record=record, contract=record.contract,
        managers=_managers(here, contract_id), alone=here.visitor.person is None,
    )  # fmt: skip


def _managers(here: Here, contract_id: str) -> list[tuple[str, str]]:
    """Return the accounts of the procurement's contract managers, by id and name, with whoever stands there now."""
    contract = Contracts(here.store).contract(contract_id).contract
    members = here.people.members_of(contract.procurement_id)
    found = {m.person.id: m.person.name for m in members if Role.contract_manager in m.roles}
    if contract.manager_id is not None:
        found.setdefault(contract.manager_id, contract.manager)
    return sorted(found.items(), key=lambda pair: pair[1])


def _evidence(here: Here, contract_id: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"sent": e, "document": here.store.document(e.document_id), "number": numbers.get(e.commitment_id or "")}
        for e in CaseStudies(here.store).evidence_of(contract_id)
    ]


def _new_page(request: Request, here: Here, procurement_id: str, form: Form) -> Response:
    bids = [d for d in here.store.documents_of(procurement_id) if d.document.kind is DocumentKind.bid and d.supplier]
    suppliers = sorted({str(d.supplier) for d in bids})
    lots = [r.lot.name for r in Lots(here.store).lots_of(procurement_id)]
    return render(
        request, "new_contract.html", form=form, procurement=here.store.procurement(procurement_id),
        suppliers=[(s, s) for s in suppliers], lots=[(n, n) for n in lots], alone=here.visitor.person is None,
    )  # fmt: skip


def _check_study(here: Here, fields: dict[str, str], supplier: str) -> None:
    """Check a case study's form, and have the document be what it is: this supplier's case study."""
    check_form_token(here.visitor, fields.get("csrf", ""))
    fields["kind"], fields["supplier"] = DocumentKind.case_study.value, supplier


def _match(here: Here, contract_id: str, match_id: str) -> DeliveryMatch:
    match = CaseStudies(here.store).match(match_id)
    if match.contract_id != contract_id or match.state is not MatchState.proposed:
        raise NotFound("There is no such delivery to be decided in this contract; look at its case studies.")
    return match


def person_of(here: Here, form: Form) -> str:
    """Return who does it: the account's name, or at a machine without accounts the name that was typed."""
    return here.visitor.person.name if here.visitor.person else form.needed("person", "Enter your name")


def _today() -> date:
    return datetime.now(UTC).date()
