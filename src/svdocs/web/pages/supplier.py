"""The supplier's page, which needs no account: one contract's promises, and the forms that send evidence about them.

Who has the link has the page; it shows what the contract says and what came by the supplier, and nothing of how the
authority judges it until a contract manager has decided. Files go the way of every upload: kept first, read in the
sandbox by a worker.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.standing import standing_of
from svdocs.delivery.template import short_title
from svdocs.delivery.years import contract_year_of, contract_years
from svdocs.errors import CannotKeep, CannotRead, Conflict, UsageError
from svdocs.intake.safety import ENDINGS
from svdocs.records.audit import acting_as
from svdocs.records.case_studies import CaseStudies
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CommitmentState, SupplierLink
from svdocs.records.receiving import IfThere
from svdocs.records.supplier_links import SupplierLinks
from svdocs.records.tables import DocumentKind
from svdocs.web.here import AtTheDoor, House
from svdocs.web.pages.contracts import link_key_file, template_answer
from svdocs.web.render import go, render
from svdocs.web.supplier_links import link_of
from svdocs.web.visitors import address_of

router = APIRouter(include_in_schema=False)
MOST_NOTE = 1_000


@router.get("/supplier/{token}")
def show(request: Request, house: AtTheDoor, token: str) -> Response:
    """Show the contract's promises and the form that sends evidence."""
    return _page(request, house, token, _link(request, house, token))


@router.get("/supplier/{token}/case_study.docx")
def give_template(request: Request, house: AtTheDoor, token: str, year: int = 1) -> Response:
    """Give the case study template filled in advance with the contract's promises."""
    link = _link(request, house, token)
    contracts = Contracts(house.store)
    return template_answer(contracts.contract(link.contract_id), contracts.schedule_of(link.contract_id), year)


@router.post("/supplier/{token}")
async def send(request: Request, house: AtTheDoor, token: str) -> Response:
    """Take a case study or evidence: it is kept at once, and a worker reads it."""
    link = await run_in_threadpool(_link, request, house, token)
    house.door.limits.uploads.take(f"link {link.id}")
    said: dict[str, str] = {}
    try:
        sent = await _receive(request, house, link, said)
    except (UsageError, CannotRead, CannotKeep, Conflict) as error:
        wrong = [("file", str(error))]
        return await run_in_threadpool(_page, request, house, token, link, wrong, error.http_status)
    return go(request, f"/supplier/{token}", sent)


async def _receive(request: Request, house: House, link: SupplierLink, said: dict[str, str]) -> str:
    record = await run_in_threadpool(Contracts(house.store).contract, link.contract_id)

    def check(fields: dict[str, str]) -> None:
        is_study = fields.get("what") == "case_study"
        fields["kind"] = DocumentKind.case_study.value if is_study else DocumentKind.other.value
        fields["supplier"] = record.supplier

    with acting_as(link.name):
        received = await house.reception.receive(
            request, house.store, record.contract.procurement_id, if_there=IfThere.same, caller=f"link {link.id}",
            said=said, check=check,
        )  # fmt: skip
    numbers = {str(s.commitment.number): s.id for s in Contracts(house.store).schedule_of(link.contract_id)}
    await run_in_threadpool(
        CaseStudies(house.store).send_evidence, link.contract_id, received.document.id, sender=link.name,
        commitment_id=numbers.get(said.get("promise", "")), note=said.get("note", "")[:MOST_NOTE], link_id=link.id,
    )  # fmt: skip
    return f"We have received your file. Its receipt: {received.document.sha256[:16]}"


def _link(request: Request, house: House, token: str) -> SupplierLink:
    house.door.limits.requests.take(f"supplier {address_of(request)}")
    return link_of(token, SupplierLinks(house.store), link_key_file(house.settings.data_folder))


def _page(request: Request, house: House, token: str, link: SupplierLink,
          errors: list[tuple[str, str]] | None = None, status: int = 200) -> Response:  # fmt: skip
    contracts = Contracts(house.store)
    record, schedule = contracts.contract(link.contract_id), contracts.schedule_of(link.contract_id)
    contract = record.contract
    mine = [e for e in CaseStudies(house.store).evidence_of(contract.id) if e.link_id is not None]
    return render(
        request, "supplier.html", status=status, token=token, link=link, record=record,
        standings=[standing_of(s) for s in schedule if s.state is not CommitmentState.varied],
        standing_choices=[(str(s.commitment.number), short_title(s)) for s in schedule if s.state != "varied"],
        sent=[{"evidence": e, "name": house.store.document(e.document_id).document.name} for e in mine],
        year=contract_year_of(link.made_at.date(), contract.starts, contract.ends),
        years=len(contract_years(contract.starts, contract.ends)), endings=ENDINGS, errors=errors or [],
    )  # fmt: skip
