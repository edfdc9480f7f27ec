"""Spend and places, for programs: shares with their definitions and unknowns, spend files, and where benefits fall."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, Field

from svdocs.delivery.spend_files import check_year, read_spend
from svdocs.frameworks.shares import ShareDefinitions
from svdocs.records.delivery_tables import PlaceKind
from svdocs.records.people_tables import Scope
from svdocs.records.spend import Spend
from svdocs.records.spend_tables import SpendFile, SpendLine
from svdocs.reports.locating import Level
from svdocs.reports.places import PlaceRow, PlaceTable, places_of
from svdocs.reports.spending import Share, Spending, spending_of
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.here import AtHand
from svdocs.web.rights import needs_member_account, needs_scope
from svdocs.web.uploads import safe_name

router = api_router("spend and places")
MOST_LETTERS = 20_000_000
"""Of a file of payments that comes as text; a larger one, or a workbook, goes by the page or the command."""


class SpendFileBody(BaseModel):
    """A file of payments."""

    id: str
    financial_year: str
    name: str
    sha256: str
    columns: dict[str, str] = Field(description="For each field the heading of the column that it was read from.")
    rows: int
    bad: int = Field(description="Rows that could not be used; they are kept and count in no total.")
    total_gbp: Decimal
    imported_by: str
    imported_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    because: str


class BadRowBody(BaseModel):
    """A row that could not be used."""

    row: int
    problem: str
    cells: list[str]


class ReasonBody(BaseModel):
    """Why it is not known of some spend whether it belongs to a share."""

    reason: str
    amount_gbp: Decimal


class ShareBody(BaseModel):
    """A share of a year's spend, never without its definition and its unknowns."""

    kind: str
    label: str
    definition: str
    amount_gbp: Decimal
    total_gbp: Decimal = Field(description="The denominator: all spend of the year that counts.")
    percent: Decimal | None
    unknown_gbp: Decimal
    unknown_percent: Decimal | None
    suppliers: int
    unknown_suppliers: int
    reasons: list[ReasonBody]


class SpendingBody(BaseModel):
    """The spend of a financial year; with `is_held` false nothing is held, which is not nought."""

    financial_year: str
    is_held: bool
    total_gbp: Decimal
    rows: int
    bad_rows: int
    doubles: int
    suppliers: int
    shares: list[ShareBody]


class DefinitionsBody(BaseModel):
    """What counts as local, small, or of the voluntary sector."""

    version: int
    chosen_by: str
    local: dict[str, Any]
    sme: str
    vcse: list[str]
    pounds_per_euro: str | None
    take_stated: bool
    sentences: list[str]


class LocalBody(BaseModel):
    """What counts as local; see the set-up of a procurement."""

    model_config = incoming(name="Kent", edition="2027", areas=["Kent"], tests=["head_office", "branch"], source="")

    name: str = Field(max_length=200)
    edition: str = Field(max_length=200)
    areas: list[str] = Field(max_length=500)
    tests: list[str] = Field(max_length=4)
    source: str = Field(default="", max_length=1_000)


class NewDefinitions(BaseModel):
    """Definitions to hold from now on."""

    model_config = incoming(
        local={"name": "Kent", "edition": "2027", "areas": ["Kent"], "tests": ["head_office", "branch"]},
        sme="procurement_act", vcse=["charity", "cic", "co_operative"],
    )  # fmt: skip

    local: LocalBody
    sme: str
    vcse: list[str]
    pounds_per_euro: str | None = None
    take_stated: bool = True
    seen: int | None = Field(default=None, description="The version that you read; another by now is a conflict.")


class NewSpend(BaseModel):
    """A file of payments as CSV text."""

    model_config = incoming(
        financial_year="2027-28", name="may.csv", csv="Supplier,Amount\nExample Ltd,1250.50\n", columns={}
    )

    financial_year: str = Field(max_length=10)
    name: str = Field(min_length=1, max_length=200)
    csv: str = Field(max_length=MOST_LETTERS)
    columns: dict[str, str] = Field(default_factory=dict, description="By field a heading over the one proposed.")


class NewWithdrawal(BaseModel):
    """Why a file counts no more."""

    model_config = incoming(because="The wrong year.")

    because: str = Field(min_length=1, max_length=10_000)


class PlaceRowBody(BaseModel):
    """What falls into one place, or into none."""

    code: str = Field(description="ONS code or postcode area; empty where the place is not told at this level.")
    name: str
    certainty: str
    deliveries: int
    contracts: int
    amounts: dict[str, float] = Field(description="By unit; never added up across units.")
    is_local: bool | None
    deliveries_ids: list[str]


class PlacesBody(BaseModel):
    """Where confirmed deliveries fall, of one kind of place."""

    kind: str
    level: str
    financial_year: str | None
    deliveries: int
    undated: int
    rows: list[PlaceRowBody]
    unplaced: list[PlaceRowBody]
    quality: dict[str, int]
    local_definition: str
    local_inside: int
    local_outside: int
    local_unknown: int
    local_percent: float | None


@router.get("/places", dependencies=[needs_scope(Scope.read)])
def tell_places(here: AtHand, kind: PlaceKind = PlaceKind.delivery, level: Level = Level.district,
                year: str = "") -> PlacesBody:  # fmt: skip
    """Return where the confirmed deliveries of all contracts that you may see fall."""
    chosen = check_year(year) if year else None
    local = Spend(here.store).definitions().local
    return _places_body(places_of(here.store, kind, level=level, financial_year=chosen, local=local))


@router.get("/spend/years/{year}", dependencies=[needs_scope(Scope.read)])
def tell_spend(here: AtHand, year: str) -> SpendingBody:
    """Return a financial year's shares of spend."""
    return _spending_body(spending_of(here.store, check_year(year)))


@router.get("/spend/files", dependencies=[needs_scope(Scope.read)])
def list_files(here: AtHand, asked: PageAsked) -> Page[SpendFileBody]:
    """Return the spend files, withdrawn ones too."""
    files = sorted(Spend(here.store).files(), key=lambda f: (f.financial_year, f.id))
    return asked.page_of(files, lambda f: (f.financial_year, f.id), _file_body)


@router.post("/spend/files", dependencies=[needs_member_account()], status_code=201)
def import_file(here: AtHand, body: NewSpend) -> SpendFileBody:
    """Import a file of payments; its rows are kept, those that cannot be used too."""
    with TemporaryDirectory(prefix="svdocs-spend-") as folder:
        path = Path(folder) / "spend.csv"
        path.write_text(body.csv, encoding="utf-8")
        given = read_spend(path, body.financial_year, name=safe_name(body.name), chosen=body.columns)
    return _file_body(Spend(here.store).import_file(given, person=here.visitor.caller.name))


@router.get("/spend/files/{file_id}", dependencies=[needs_scope(Scope.read)])
def tell_file(here: AtHand, file_id: str) -> SpendFileBody:
    """Return one spend file."""
    return _file_body(Spend(here.store).file(file_id))


@router.get("/spend/files/{file_id}/bad-rows", dependencies=[needs_scope(Scope.read)])
def list_bad_rows(here: AtHand, file_id: str, asked: PageAsked) -> Page[BadRowBody]:
    """Return the rows of a file that could not be used, with why and all their cells."""
    return asked.page_of(Spend(here.store).bad_lines(file_id), lambda x: (x.row,), _bad_body)


@router.post("/spend/files/{file_id}/withdrawal", dependencies=[needs_member_account()])
def withdraw_file(here: AtHand, file_id: str, body: NewWithdrawal) -> SpendFileBody:
    """Have a file count in no total any more; it stays in the records."""
    return _file_body(Spend(here.store).withdraw(file_id, person=here.visitor.caller.name, because=body.because))


@router.get("/spend/definitions", dependencies=[needs_scope(Scope.read)])
def tell_definitions(here: AtHand) -> DefinitionsBody:
    """Return the definitions that hold."""
    return _definitions_body(Spend(here.store).definitions())


@router.put("/spend/definitions", dependencies=[needs_member_account()])
def choose_definitions(here: AtHand, body: NewDefinitions) -> DefinitionsBody:
    """Choose the definitions that hold from now on; earlier versions stay in the records."""
    said = body.model_dump(exclude={"seen"})
    return _definitions_body(Spend(here.store).choose(said, person=here.visitor.caller.name, seen=body.seen))


def _file_body(file: SpendFile) -> SpendFileBody:
    return SpendFileBody(**file.model_dump(include=set(SpendFileBody.model_fields)))


def _bad_body(line: SpendLine) -> BadRowBody:
    return BadRowBody(row=line.row, problem=line.problem, cells=line.cells)


def _share_body(share: Share) -> ShareBody:
    return ShareBody(
        kind=share.kind, label=share.label, definition=share.definition, amount_gbp=share.amount_gbp,
        total_gbp=share.total_gbp, percent=share.percent, unknown_gbp=share.unknown_gbp,
        unknown_percent=share.unknown_percent, suppliers=share.suppliers, unknown_suppliers=share.unknown_suppliers,
        reasons=[ReasonBody(reason=r, amount_gbp=a) for r, a in share.reasons],
    )  # fmt: skip


def _spending_body(spending: Spending) -> SpendingBody:
    return SpendingBody(
        financial_year=spending.financial_year, is_held=spending.is_held, total_gbp=spending.total_gbp,
        rows=spending.rows, bad_rows=spending.bad_rows, doubles=spending.doubles, suppliers=spending.suppliers,
        shares=[_share_body(s) for s in spending.shares] if spending.is_held else [],
    )  # fmt: skip


def _definitions_body(definitions: ShareDefinitions) -> DefinitionsBody:
    sentences = [definitions.local_sentence, definitions.sme_sentence, definitions.vcse_sentence]
    return DefinitionsBody(version=definitions.version, chosen_by=definitions.chosen_by, sentences=sentences,
                           **definitions.as_json())  # fmt: skip


def _row_body(row: PlaceRow) -> PlaceRowBody:
    return PlaceRowBody(
        code=row.code, name=row.name, certainty=row.certainty, deliveries=row.deliveries, contracts=row.contracts,
        amounts={unit.value if unit else "": amount for unit, amount in row.amounts.items()}, is_local=row.is_local,
        deliveries_ids=list(row.match_ids),
    )  # fmt: skip


def _places_body(table: PlaceTable) -> PlacesBody:
    return PlacesBody(
        kind=table.kind, level=table.level, financial_year=table.financial_year, deliveries=table.deliveries,
        undated=table.undated, rows=[_row_body(r) for r in table.rows], unplaced=[_row_body(r) for r in table.unplaced],
        quality={c.value: n for c, n in table.quality.items()}, local_definition=table.local.sentence,
        local_inside=table.local.inside, local_outside=table.local.outside, local_unknown=table.local.unknown,
        local_percent=table.local.share,
    )  # fmt: skip
