"""The register of a procurement, for programs: the queue, lines and totals, bids side by side, views, differences."""

from __future__ import annotations

import io
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from svdocs.errors import UsageError
from svdocs.jobs.diff import diff_as_json
from svdocs.records.access import Right
from svdocs.records.saved_views import SavedViews
from svdocs.records.tables import StatementStatus
from svdocs.review.changes import DocumentDifferences, differences_of
from svdocs.review.lines import Line, register_lines
from svdocs.review.queue import Order, Waiting, Waits, queue_of
from svdocs.review.register import Filters, compare_bids, export_lines, narrow, read_filters, years_of
from svdocs.review.totals import LeftOut, Omitted, Reckoning, Total, reckon
from svdocs.web.api.exports import MEDIA_TYPES, ExportForm, write_statements
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import RunDiffBody
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs
from svdocs.web.saved_files import save_as

router = api_router("register")


def _filters(
    framework: str = "",
    supplier: str = "",
    theme: str = "",
    measure: str = "",
    verdict: str = "",
    firmness: str = "",
    place: str = "",
    status: str = "standing",
    text: str = "",
) -> Filters:
    """Return the filters that an address asks for: `none` for lines without, `status` empty for all."""
    given = {"framework": framework, "supplier": supplier, "theme": theme, "measure": measure, "verdict": verdict,
             "firmness": firmness, "place": place, "status": status, "text": text}  # fmt: skip
    return read_filters(given)


FiltersAsked = Annotated[Filters, Depends(_filters)]


class AmountBody(BaseModel):
    """A quantity: the same number twice where it is no range."""

    minimum: Decimal
    maximum: Decimal
    unit: str
    per: str | None


class LineBody(BaseModel):
    """One statement of a register, as decided."""

    id: str
    document_id: str
    document: str
    supplier: str
    status: StatementStatus
    text: str
    quote: str = Field(description="The part of the passage that states it.")
    page: int | None
    cell: str | None
    firmness: str | None
    verdict: str | None
    place: str | None
    due: str | None
    themes: dict[str, str]
    measure: tuple[str, str] | None
    amount: AmountBody | None
    decisions: int
    changed: bool


class WaitsBody(BaseModel):
    """Something that waits for a person."""

    why: Waiting
    document_id: str
    statement: LineBody | None
    doubt: float
    parts: dict[str, float] = Field(description="How likely each part of the proposal is right.")
    stake: Decimal


class TotalBody(BaseModel):
    """A total, and the statements that it counts."""

    measure: tuple[str, str] | None
    unit: str
    per: str | None
    minimum: Decimal
    maximum: Decimal
    suppliers: int
    statements: list[str]


class OmittedBody(BaseModel):
    """A statement that is in no total, and why."""

    statement: str
    why: LeftOut
    because: str
    counted: str | None = Field(description="The statement that is counted in its place.")


class TotalsBody(BaseModel):
    """The totals of a register, and all that is in none."""

    totals: list[TotalBody]
    left_out: list[OmittedBody]


class CellBody(BaseModel):
    """What one supplier promises under one theme or measure."""

    supplier: str
    count: int
    totals: list[TotalBody]


class ComparisonRow(BaseModel):
    """One theme or measure, supplier by supplier."""

    key: str | None
    cells: list[CellBody]


class ComparisonBody(BaseModel):
    """Bids side by side."""

    suppliers: list[str]
    rows: list[ComparisonRow]
    gaps: list[tuple[str, str]] = Field(description="What a supplier promises nothing for: the code and the supplier.")


class ViewBody(BaseModel):
    """A saved view of a register."""

    id: str
    name: str
    owner: str
    shared: bool
    filters: dict[str, str]


class NewView(BaseModel):
    """A view to save."""

    model_config = incoming(name="Unclear verdicts", filters={"verdict": "unclear"}, shared=True)

    name: str = Field(max_length=100)
    filters: dict[str, str] = Field(default_factory=dict)
    shared: bool = False


class RevisitedBody(BaseModel):
    """A decided statement that a newer run proposes otherwise: each field, before and now."""

    statement: str
    fields: dict[str, tuple[Any, Any]]


class DifferencesBody(BaseModel):
    """What is another in a document since it was read the time before."""

    document_id: str
    document: str
    diff: RunDiffBody | None
    lost: list[str] = Field(description="Statements that were decided on and are no longer found.")
    revisited: list[RevisitedBody]


@router.get("/procurements/{procurement_id}/queue", dependencies=[needs(Right.read)])
def show_queue(here: AtHand, procurement_id: str, asked: PageAsked, order: Order = Order.doubt) -> Page[WaitsBody]:
    """Return what waits for a person: what somebody was not sure of first, then by doubt or by what is at stake."""
    queue = list(enumerate(queue_of(here.store, procurement_id, order=order)))
    return asked.page_of(queue, lambda w: (w[0], w[1].id), lambda w: _waits_body(w[1]))


@router.get("/procurements/{procurement_id}/register", dependencies=[needs(Right.read)])
def show_register(here: AtHand, procurement_id: str, asked: PageAsked, filters: FiltersAsked) -> Page[LineBody]:
    """Return the commitments of all bids as decided, filtered."""
    lines = list(enumerate(_lines(here, procurement_id, filters)))
    return asked.page_of(lines, lambda p: (p[0], p[1].id), lambda p: line_body(p[1]))


@router.get("/procurements/{procurement_id}/register/totals", dependencies=[needs(Right.read)])
def show_totals(here: AtHand, procurement_id: str, filters: FiltersAsked) -> TotalsBody:
    """Return the totals of the filtered register, with the statements that each counts, and what is in none and why."""
    return totals_body(reckon(_lines(here, procurement_id, filters), years=_years(here, procurement_id)))


@router.get("/procurements/{procurement_id}/register/comparison", dependencies=[needs(Right.read)])
def show_comparison(
    here: AtHand, procurement_id: str, filters: FiltersAsked, by_measure: bool = False
) -> ComparisonBody:
    """Return bids side by side by theme of the chosen framework, or by measure."""
    lines = _lines(here, procurement_id, filters)
    found = compare_bids(lines, filters.framework, by_measure=by_measure, years=_years(here, procurement_id))
    return ComparisonBody(
        suppliers=list(found.suppliers),
        rows=[ComparisonRow(key=key, cells=[CellBody(supplier=s, count=c.count, totals=_totals(c.reckoning))
                                            for s, c in zip(found.suppliers, cells, strict=True)])
              for key, cells in found.rows],
        gaps=found.gaps,
    )  # fmt: skip


@router.get(
    "/procurements/{procurement_id}/register/exports/{form}",
    dependencies=[needs(Right.export)],
    response_class=Response,
    responses={200: {"content": {m: {} for m in MEDIA_TYPES.values()}}},
)
def export_register(here: AtHand, procurement_id: str, form: ExportForm, filters: FiltersAsked) -> Response:
    """Return the filtered register as a file; what a supplier wrote is text in it, and never a formula."""
    if form is ExportForm.ocds:
        raise UsageError(
            "A register cannot be given as OCDS, which has no fields for statements. "
            "Ask for jsonl, csv or xlsx, or for the OCDS release of the whole procurement."
        )
    lines = export_lines(here.store, procurement_id, _lines(here, procurement_id, filters))
    kept = io.BytesIO()
    write_statements(lines, here.store.frameworks(), form, kept)
    return save_as(f"register.{form.value}", kept.getvalue(), MEDIA_TYPES[form])


@router.get("/procurements/{procurement_id}/views", dependencies=[needs(Right.read)])
def list_views(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[ViewBody]:
    """Return one's own saved views of the register, and those that others share."""
    views = SavedViews(here.store, here.visitor.caller).views_of(procurement_id)
    return asked.page_of(views, lambda v: (v.name, v.id), _view_body)


@router.post("/procurements/{procurement_id}/views", status_code=201, dependencies=[needs(Right.read)])
def save_view(here: AtHand, procurement_id: str, new: NewView) -> ViewBody:
    """Save a view of the register; it takes the place of an own one of the same name."""
    filters = read_filters(new.filters).asked()
    views = SavedViews(here.store, here.visitor.caller)
    return _view_body(views.save(procurement_id, new.name, filters, shared=new.shared))


@router.delete("/procurements/{procurement_id}/views/{view_id}", status_code=204, dependencies=[needs(Right.read)])
def remove_view(here: AtHand, procurement_id: str, view_id: str) -> None:
    """Take away one of one's own views."""
    del procurement_id
    SavedViews(here.store, here.visitor.caller).remove(view_id)


@router.get("/procurements/{procurement_id}/differences", dependencies=[needs(Right.read)])
def list_differences(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[DifferencesBody]:
    """Return what reprocessing changed, document by document: those with most to settle first."""
    found = list(enumerate(differences_of(here.store, procurement_id)))
    return asked.page_of(found, lambda d: (d[0], d[1].document.id), lambda d: _differences_body(d[1]))


def _lines(here: Here, procurement_id: str, filters: Filters) -> list[Line]:
    return narrow(register_lines(here.store, procurement_id), filters)


def _years(here: Here, procurement_id: str) -> Decimal | None:
    return years_of(here.store.procurement(procurement_id))


def line_body(line: Line) -> LineBody:
    """Return a line as JSON has it."""
    amount = AmountBody(**{f.name: getattr(line.amount, f.name) for f in fields(line.amount)}) if line.amount else None
    told = {name: getattr(line, name) for name in LineBody.model_fields if name not in ("amount", "themes")}
    return LineBody(**told, amount=amount, themes=dict(line.themes))


def _waits_body(waits: Waits) -> WaitsBody:
    return WaitsBody(
        why=waits.why,
        document_id=waits.document.id,
        statement=line_body(waits.line) if waits.line else None,
        doubt=waits.doubt.whole,
        parts=dict(waits.doubt.parts),
        stake=waits.stake,
    )


def totals_body(reckoning: Reckoning) -> TotalsBody:
    """Return totals as JSON has them."""
    return TotalsBody(totals=_totals(reckoning), left_out=[_omitted_body(o) for o in reckoning.omitted])


def _totals(reckoning: Reckoning) -> list[TotalBody]:
    return [_total_body(t) for t in reckoning.totals]


def _total_body(total: Total) -> TotalBody:
    return TotalBody(
        measure=total.measure,
        unit=total.unit,
        per=total.per,
        minimum=total.minimum,
        maximum=total.maximum,
        suppliers=total.suppliers,
        statements=[line.id for line in total.lines],
    )


def _omitted_body(omitted: Omitted) -> OmittedBody:
    counted = omitted.counted.id if omitted.counted else None
    return OmittedBody(statement=omitted.line.id, why=omitted.why, because=omitted.because, counted=counted)


def _view_body(view: Any) -> ViewBody:
    return ViewBody(**{name: getattr(view, name) for name in ViewBody.model_fields})


def _differences_body(found: DocumentDifferences) -> DifferencesBody:
    return DifferencesBody(
        document_id=found.document.id,
        document=found.document.document.name,
        diff=RunDiffBody.model_validate(diff_as_json(found.diff)) if found.diff else None,
        lost=[record.id for _, record in found.lost],
        revisited=[RevisitedBody(statement=r.record.id, fields=r.fields) for r in found.revisited],
    )
