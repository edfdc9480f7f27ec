"""Where benefits fall: a map and a table of each kind of place, with what is not known."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from svdocs.frameworks.wards import EDITION, LICENCE
from svdocs.records.contracts import Contracts
from svdocs.records.people_tables import Scope
from svdocs.records.spend import Spend
from svdocs.reports.locating import CERTAINTY_LABELS, PLACED, Level
from svdocs.reports.place_map import ATTRIBUTION, draw_place_map, is_on_map, off_map
from svdocs.reports.places import KIND_LABELS, financial_years_of, tabulate_places
from svdocs.web.here import AtHand, check_form
from svdocs.web.render import render
from svdocs.web.rights import needs_scope

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
LEVEL_LABELS = {Level.district: "District", Level.ward: "Ward", Level.postcode: "Postcode area"}


@router.get("/places", dependencies=[needs_scope(Scope.read)])
def show_places(request: Request, here: AtHand, year: str = "", level: str = "") -> Response:
    """Show where the confirmed deliveries of all contracts that the visitor may see fall."""
    contracts = Contracts(here.store)
    records = contracts.contracts()
    years = financial_years_of(records)
    chosen = year if year in years else None
    by = Level(level) if level in set(Level) else Level.district
    schedules = contracts.schedules([r.id for r in records])
    local = Spend(here.store).definitions().local
    tables = tabulate_places(records, schedules, level=by, financial_year=chosen, local=local)
    drawn = [
        Markup(draw_place_map(t, name=f"map-{t.kind.value}"))  # all words in it are escaped there
        if by is Level.district and any(is_on_map(r.code) for r in t.rows)
        else None
        for t in tables
    ]
    return render(
        request, "places.html", shown=list(zip(tables, drawn, [off_map(t) for t in tables], strict=True)), years=years,
        year=chosen or "", level=by, levels=LEVEL_LABELS, kinds=KIND_LABELS, certainties=CERTAINTY_LABELS,
        placed=PLACED, attribution=ATTRIBUTION, contracts=len(records), ward_edition=EDITION, ward_licence=LICENCE,
    )  # fmt: skip
