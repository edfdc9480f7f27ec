"""The check of the tender's own questions: choose a document that has been read, and see what to mend."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from svdocs.frameworks.menu import theme_title
from svdocs.records.access import Right
from svdocs.records.set_ups import SetUps
from svdocs.records.tables import DocumentKind
from svdocs.records.tender_checks import TenderChecks
from svdocs.review.run_check import run_check
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.wording import label

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
_CHECK = "/procurements/{procurement_id}/set-up/check"


@router.get(_CHECK, dependencies=[needs(Right.read)])
def show_check(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the newest check with its findings, and the form that makes one."""
    return _page(request, here, procurement_id, Form())


@router.post(_CHECK, dependencies=[needs(Right.change)])
def make_check(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Check a document against the set-up as it stands."""
    chosen = form.needed("document", "Select the document to be checked")
    if chosen and chosen not in {d.id for d in here.store.documents_of(procurement_id)}:
        form.refuse("document", "Select a document of this procurement")
    if not form.errors:
        with form.taking("document"):
            run_check(here.store, procurement_id, chosen, here.visitor.caller.name)
    if form.errors:
        return _page(request, here, procurement_id, form)
    return go(request, f"/procurements/{procurement_id}/set-up/check", "Document checked")


def _page(request: Request, here: Here, procurement_id: str, form: Form) -> Response:
    checks = TenderChecks(here.store).of_procurement(procurement_id)
    documents = {d.id: d.document for d in here.store.documents_of(procurement_id)}
    tender = [d for d in documents.values() if d.kind in (DocumentKind.specification, DocumentKind.other)]
    ours = sorted(tender, key=lambda d: (d.kind is not DocumentKind.specification, d.name))
    record = SetUps(here.store).current(procurement_id)
    return render(
        request,
        "tender_check.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        may_change=here.visitor.caller.may(Right.change, procurement_id),
        documents=[(d.id, d.name, label(d.kind)) for d in ours],
        names={key: d.name for key, d in documents.items()},
        check=checks[0] if checks else None,
        earlier=checks[1:],
        version=record.version,
        has_themes=bool(record.set_up.themes),
        title_of=theme_title,
        frameworks={t.framework for t in record.set_up.themes},
    )
