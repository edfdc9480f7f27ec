"""The same promise sold twice, wording shared between suppliers, sheets that contradict a narrative, for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from svdocs.additionality.reuse import Promise
from svdocs.records.access import Right
from svdocs.records.reusing import find_reuse, promise_of
from svdocs.records.tables import STANDS
from svdocs.statements.statement import StatementType
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs

router = api_router("reuse")


class ReuseKind(StrEnum):
    """What was found."""

    sold_twice = "sold_twice"
    shared_wording = "shared_wording"
    sheet_disagrees = "sheet_disagrees"


class PromiseBody(BaseModel):
    """A promise that something was found about."""

    statement_id: str
    document_id: str
    procurement_id: str
    supplier: str
    page: int | None
    text: str


class ReuseBody(BaseModel):
    """Promises to look at together: a flag for a person, and no judgement."""

    kind: ReuseKind
    suppliers: list[str]
    measure: str | None = Field(default=None, description="For a sheet that disagrees: over which measure ...")
    unit: str | None = None
    narrative: float | None = Field(default=None, description="... and what the narrative promises in all ...")
    sheet: float | None = Field(default=None, description="... against what the sheet has.")
    promises: list[PromiseBody]


@router.get("/procurements/{procurement_id}/reuse", dependencies=[needs(Right.read)])
def find_reused_promises(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[ReuseBody]:
    """Return what is promised twice, worded alike or contradicted, where a promise of this procurement is among them.

    Promises are compared with those of all procurements that you may read.
    """
    lines = (
        x for x in here.store.export_statements() if x["type"] == StatementType.commitment and x["status"] in STANDS
    )
    found = find_reuse(p for line in lines if (p := promise_of(line)) is not None)
    here_too = [x for x in found if any(p.procurement == procurement_id for p in x["promises"])]
    return asked.page_of(here_too, lambda x: (x["kind"], min(p.key for p in x["promises"])), _reuse_body)


def _reuse_body(item: dict[str, Any]) -> ReuseBody:
    named = ("kind", "suppliers", "measure", "unit", "narrative", "sheet")
    promises = [_promise_body(p) for p in item["promises"]]
    return ReuseBody(**{name: item[name] for name in named if name in item}, promises=promises)


def _promise_body(promise: Promise) -> PromiseBody:
    return PromiseBody(
        statement_id=promise.key, document_id=promise.bid, procurement_id=promise.procurement,
        supplier=promise.supplier, page=promise.page, text=promise.text,
    )  # fmt: skip
