"""Spend: files of payments of each financial year, their shares, and the definitions that they are counted by."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from svdocs.delivery.spend_files import ALL_COLUMNS, read_spend, read_suppliers
from svdocs.frameworks.local import TESTS_OF_SUPPLIERS, LocalTest, describe_areas, label_of
from svdocs.frameworks.postcodes import EDITION
from svdocs.frameworks.shares import FORM_LABELS, SME_RULES
from svdocs.records.people_tables import Scope
from svdocs.records.spend import NewSpendFile, Spend
from svdocs.reports.spending import spending_by_year
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs_member_account, needs_scope
from svdocs.web.uploads import safe_name

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
COLUMN_LABELS = {
    "supplier": "Supplier", "amount": "Amount", "paid_on": "Date paid", "department": "Department",
    "head_office": "Postcode of the head office", "branches": "Postcodes of branches", "staff": "Number of staff",
    "turnover": "Turnover", "balance": "Balance sheet", "form": "Legal form", "sme": "SME, as stated",
    "vcse": "VCSE, as stated",
}  # fmt: skip
SHOWN_BAD = 200


@router.get("/spend", dependencies=[needs_scope(Scope.read)])
def show_spend(request: Request, here: AtHand) -> Response:
    """Show each year's shares with their definitions and unknowns, and the files that they are counted from."""
    return _spend_page(request, here, Form())


@router.post("/spend", dependencies=[needs_member_account()])
async def import_spend(request: Request, here: AtHand, form: Sent) -> Response:
    """Import a file of payments, or show how it would be read."""
    year, person = form.needed("year", "Enter the financial year, such as 2027-28"), _person(here, form)
    sent = await _file_sent(request, form, "file")
    chosen = {c: form.value(f"column-{c}") for c in ALL_COLUMNS if form.value(f"column-{c}")}
    if form.errors or sent is None:
        return await run_in_threadpool(_spend_page, request, here, form)
    return await run_in_threadpool(_take_file, request, here, form, *sent, year, person, chosen)


@router.post("/spend/suppliers", dependencies=[needs_member_account()])
async def take_suppliers(request: Request, here: AtHand, form: Sent) -> Response:
    """Take in what is held of suppliers from a list of them."""
    source, person = form.needed("source", "Enter where the list comes from"), _person(here, form)
    sent = await _file_sent(request, form, "suppliers")
    if form.errors or sent is None:
        return await run_in_threadpool(_spend_page, request, here, form)
    return await run_in_threadpool(_take_suppliers, request, here, form, *sent, source, person)


@router.get("/spend/files/{file_id}", dependencies=[needs_scope(Scope.read)])
def show_file(request: Request, here: AtHand, file_id: str) -> Response:
    """Show how a spend file was read, and its rows that could not be used."""
    return _file_page(request, here, file_id, Form())


@router.post("/spend/files/{file_id}/withdraw", dependencies=[needs_member_account()])
def withdraw_file(request: Request, here: AtHand, file_id: str, form: Sent) -> Response:
    """Have a spend file count in no total any more."""
    because, person = form.needed("because", "Enter the reason"), _person(here, form)
    if not form.errors:
        with form.taking("because"):
            Spend(here.store).withdraw(file_id, person=person, because=because)
            return go(request, "/spend", "Spend file withdrawn")
    return _file_page(request, here, file_id, form)


@router.get("/spend/definitions", dependencies=[needs_scope(Scope.read)])
def show_definitions(request: Request, here: AtHand) -> Response:
    """Show the definitions that hold, as a form for those who may choose others."""
    return _definitions_page(request, here, Form())


@router.post("/spend/definitions", dependencies=[needs_member_account()])
def choose_definitions(request: Request, here: AtHand, form: Sent) -> Response:
    """Choose what counts as local, small, or of the voluntary sector."""
    person, seen = _person(here, form), form.value("seen")
    said = {
        "local": {
            "name": form.needed("name", "Enter a name for the definition of local"),
            "edition": form.needed("edition", "Enter its edition, such as 2027"),
            "areas": [a for a in form.value("areas").replace(";", ",").split(",") if a.strip()],
            "tests": [*form.all("tests"), LocalTest.delivery_place.value, LocalTest.residence.value],
            "source": form.value("source"),
        },
        "sme": form.value("sme"), "vcse": form.all("vcse"), "pounds_per_euro": form.value("rate") or None,
        "take_stated": form.value("stated") == "yes",
    }  # fmt: skip
    if not form.errors:
        with form.taking("areas"):
            Spend(here.store).choose(said, person=person, seen=int(seen) if seen.isdecimal() else None)
            return go(request, "/spend", "Definitions chosen")
    return _definitions_page(request, here, form)


async def _file_sent(request: Request, form: Form, field: str) -> tuple[bytes, str] | None:
    """Return the bytes and the name of the file that was chosen; None, said in the form, where none was."""
    sent = (await request.form()).get(field)
    if isinstance(sent, UploadFile) and sent.filename:
        return await sent.read(), safe_name(sent.filename)
    form.refuse(field, "Choose a CSV or Excel file")
    return None


def _take_file(request: Request, here: Here, form: Form, data: bytes, name: str, year: str, person: str,
               chosen: dict[str, str]) -> Response:  # fmt: skip
    with form.taking("file"), TemporaryDirectory(prefix="svdocs-spend-") as folder:
        given = read_spend(_put(folder, name, data), year, name=name, chosen=chosen)
        if form.value("action") == "check":
            return _spend_page(request, here, form, reading=given)
        kept = Spend(here.store).import_file(given, person=person)
        return go(request, f"/spend/files/{kept.id}", "Spend file imported")
    return _spend_page(request, here, form)


def _take_suppliers(request: Request, here: Here, form: Form, data: bytes, name: str, source: str,
                    person: str) -> Response:  # fmt: skip
    with form.taking("suppliers"), TemporaryDirectory(prefix="svdocs-spend-") as folder:
        found = read_suppliers(_put(folder, name, data))
        changed = Spend(here.store).describe(found, source=source, person=person)
        return go(request, "/spend", f"{len(found)} suppliers read; what is held of {changed} has changed")
    return _spend_page(request, here, form)


def _put(folder: str, name: str, data: bytes) -> Path:
    path = Path(folder) / name
    path.write_bytes(data)
    return path


def _spend_page(request: Request, here: Here, form: Form, reading: NewSpendFile | None = None) -> Response:
    spend = Spend(here.store)
    return render(
        request, "spend.html", form=form, years=list(reversed(spending_by_year(here.store))), files=spend.files(),
        definitions=spend.definitions(), reading=reading, columns=COLUMN_LABELS, edition=EDITION,
        bad=[line for line in reading.lines if line.problem][:SHOWN_BAD] if reading else [], **_who(here),
    )  # fmt: skip


def _file_page(request: Request, here: Here, file_id: str, form: Form) -> Response:
    spend = Spend(here.store)
    file, bad = spend.file(file_id), spend.bad_lines(file_id)
    return render(request, "spend_file.html", form=form, file=file, bad=bad[:SHOWN_BAD], more=len(bad) - SHOWN_BAD,
                  columns=COLUMN_LABELS, **_who(here))  # fmt: skip


def _definitions_page(request: Request, here: Here, form: Form) -> Response:
    definitions = Spend(here.store).definitions()
    return render(
        request, "spend_definitions.html", form=form, definitions=definitions,
        areas=describe_areas(definitions.local.areas).replace(" and ", ", "),
        tests=[(t.value, label_of(t).capitalize()) for t in TESTS_OF_SUPPLIERS],
        rules=[(r.key, _without_name(r.sentence)) for r in SME_RULES.values()],
        forms=[(f.value, label.capitalize()) for f, label in FORM_LABELS.items()], **_who(here),
    )  # fmt: skip


def _without_name(sentence: str) -> str:
    """Return a definition as a choice under a legend that names it already.

    >>> _without_name("SME: fewer than 250 staff.")
    'Fewer than 250 staff.'
    """
    said = sentence.partition(": ")[2] or sentence
    return said[0].upper() + said[1:]


def _who(here: Here) -> dict[str, Any]:
    caller = here.visitor.caller
    return {"may_change": not caller.is_administrator, "alone": here.visitor.person is None}


def _person(here: Here, form: Form) -> str:
    """Return who does it: the account's name, or at a machine without accounts the name that was typed."""
    return here.visitor.person.name if here.visitor.person else form.needed("person", "Enter your name")
