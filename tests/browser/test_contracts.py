"""The contract manager's and the supplier's journeys, and the public register of badges."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from svdocs.delivery.award import in_years
from svdocs.delivery.earned import propose_badges
from svdocs.delivery.take import take_study
from svdocs.delivery.template import fill_template
from svdocs.jobs.bring_in import bring_in
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CommitmentState
from svdocs.records.schedules import NewContract, Promise
from svdocs.statements.statement import Unit
from tests.browser.conftest import NARROW, WIDE, Service, Visit, axe, fits, looks, resize
from tests.delivery.ways import PROMISES, filled

STARTS, ENDS = date(2024, 4, 1), date(2025, 3, 31)


@pytest.fixture
def contract(service: Service) -> str:
    """A contract of a year that has ended, with a case study in it that has been read and matched."""
    given = NewContract(service.made.procurement, "Example Ltd", "KCC-LIGHT-01", "Street lighting maintenance", STARTS,
                        ENDS, manager="Contract Manager Person", department="Highways")  # fmt: skip
    promises = [
        in_years(Promise(text, (), quantity_value=value, quantity_unit=Unit(unit)), STARTS, ENDS)
        for text, value, unit in PROMISES[:3]
    ]
    return Contracts(service.store).add(given, promises, person="Lead Person").id


def take(service: Service, contract: str, folder: Path) -> str:
    contracts = Contracts(service.store)
    path = folder / "case-study.docx"
    path.write_bytes(filled(fill_template(contracts.contract(contract), contracts.schedule_of(contract), 1)))
    document = bring_in(path, store=service.store, settings=service.settings, kind="case_study",
                        procurement_id=service.made.procurement, supplier="Example Ltd")  # fmt: skip
    return take_study(service.store, service.settings.files_folder, contract, document.id, person="Contract Manager").id


def test_a_contract_manager_reads_a_study_beside_the_promises_and_decides(
    service: Service, visit: Visit, contract: str, tmp_path: Path
) -> None:
    study = take(service, contract, tmp_path)
    page = visit("contract_manager", script=False)
    page.goto("/contracts")
    page.get_by_role("link", name="KCC-LIGHT-01: Street lighting").click()
    page.get_by_role("link", name="Contract year 1").click()
    page.get_by_role("button", name="Confirm").first.click()
    expect(page.get_by_text("Delivery confirmed")).to_be_visible()
    form = page.locator("form", has=page.get_by_role("button", name="Refuse")).first
    form.get_by_label("Reason").fill("No register was sent.")
    form.get_by_role("button", name="Refuse").click()
    states = {m.state.value for s in Contracts(service.store).schedule_of(contract) for m in s.matches}
    assert {"confirmed", "refused"} <= states
    shown = visit("contract_manager")
    for name, address in (("contracts", "/contracts"), ("contract", f"/contracts/{contract}"),
                          ("case-study", f"/contracts/{contract}/case-studies/{study}")):  # fmt: skip
        shown.goto(address)
        axe(shown)
        looks(shown, name)
        resize(shown, NARROW)
        fits(shown)
        resize(shown, WIDE)
    promise = Contracts(service.store).schedule_of(contract)[0]
    shown.goto(f"/contracts/{contract}/promises/{promise.id}")
    axe(shown)
    looks(shown, "promise")
    shown.get_by_label("Verified").check()
    shown.get_by_label("Why", exact=True).fill("The payroll list was seen.")
    shown.get_by_role("button", name="Set the state").click()
    assert Contracts(service.store).promise(promise.id).state is CommitmentState.verified


def test_a_contract_manager_extends_varies_enters_and_moves(service: Service, visit: Visit, contract: str) -> None:
    """A contract is extended, a promise varied, a delivery entered by hand and a year moved: without script."""
    page = visit("contract_manager", script=False)
    page.goto(f"/contracts/{contract}")
    page.get_by_role("link", name="Change dates, value, department or manager").click()
    page.get_by_role("group", name="Last day").get_by_label("Year").fill("2026")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").get_by_text("say why")).to_be_visible()
    page.get_by_label("Why").fill("Extended by a year, as clause 4 allows.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Contract changed")).to_be_visible()
    expect(page.get_by_role("row", name="Last day 31 March 2025 31 March 2026")).to_be_visible()

    page.get_by_role("link", name="3. We will plant 400").click()
    page.get_by_role("link", name="Vary the promise").click()
    page.get_by_label("The new promise").fill("We will plant 300 native trees in Swale.")
    page.get_by_label("How much").fill("300")
    page.get_by_label("Why it is varied").fill("The trail is closed for repairs.")
    page.get_by_role("button", name="Put it in the place of promise 3").click()
    expect(page.get_by_text("Promise 4 agreed in its place")).to_be_visible()
    expect(page.get_by_text("The trail is closed for repairs.")).to_be_visible()
    expect(page.get_by_text("It was: We will plant 400 native trees")).to_be_visible()

    page.get_by_role("link", name="Enter a delivery by hand").click()
    page.get_by_label("What was delivered").fill("Planted 150 rowans with two schools.")
    page.get_by_label("How much").fill("150")
    last = page.get_by_role("group", name="To", exact=True)
    for part, words in (("Day", "20"), ("Month", "11"), ("Year", "2025")):
        last.get_by_label(part).fill(words)
    page.get_by_label("Where", exact=True).fill("Sittingbourne")
    page.get_by_label("How you know").fill("I was there.")
    page.get_by_role("button", name="Enter the delivery").click()
    expect(page.get_by_text("Delivery entered")).to_be_visible()
    expect(page.get_by_text("Planted 150 rowans with two schools.")).to_be_visible()

    page.get_by_role("link", name="Change state of contract year 2").click()
    page.get_by_label("Missed").check()
    page.get_by_label("Why", exact=True).fill("Nothing was planted in the second year.")
    page.get_by_role("button", name="Set the state").click()
    expect(page.get_by_text("State set")).to_be_visible()
    expect(page.get_by_text("Nothing was planted in the second year.")).to_be_visible()
    varied, new = Contracts(service.store).schedule_of(contract)[2:]
    assert varied.state is CommitmentState.varied
    assert new.state_in(new.milestones[0].id) is CommitmentState.missed
    assert [(m.quantity, m.place_text) for m in new.confirmed] == [(150, "Sittingbourne")]

    shown = visit("contract_manager")
    for name, address in (
        ("contract-changed", ""), ("contract-details", "/details"), ("promise-varied", f"/promises/{varied.id}"),
        ("promise-in-its-place", f"/promises/{new.id}"), ("vary", f"/promises/{new.id}/vary"),
        ("delivery", f"/deliveries/new?promise={new.commitment.number}"),
    ):  # fmt: skip
        shown.goto(f"/contracts/{contract}{address}")
        axe(shown)
        looks(shown, name)
        resize(shown, NARROW)
        fits(shown)
        looks(shown, f"{name}-narrow")
        resize(shown, WIDE)


def test_a_supplier_sends_evidence_by_a_link_and_a_link_taken_back_is_closed(
    service: Service, visit: Visit, contract: str, tmp_path: Path
) -> None:
    manager = visit("contract_manager")
    manager.goto(f"/contracts/{contract}")
    manager.get_by_label("Who the link is for").fill("Pat Example")
    manager.get_by_role("button", name="Make a link").click()
    address = manager.locator("code").inner_text()
    axe(manager)
    evidence = tmp_path / "register.pdf"
    evidence.write_bytes((Path(__file__).parents[2] / "samples" / "case-study-groundsel.pdf").read_bytes())
    supplier = visit(script=False)
    supplier.goto(address)
    supplier.get_by_label("Which commitment is it for?").select_option("2")
    supplier.get_by_label("Note").fill("The register of talks")
    supplier.get_by_label("File").set_input_files(evidence)
    supplier.get_by_role("button", name="Send").click()
    expect(supplier.get_by_text("We have received your file")).to_be_visible()
    expect(supplier.get_by_text("The register of talks")).to_be_visible()
    promise = Contracts(service.store).schedule_of(contract)[1]
    assert (promise.state, promise.evidence[0].sent_by) == (CommitmentState.evidence_submitted, "Pat Example")
    seen = visit()
    seen.goto(address)
    axe(seen)
    looks(seen, "supplier")
    resize(seen, NARROW)
    fits(seen)
    manager.goto(f"/contracts/{contract}")
    manager.get_by_role("button", name="Take back").click()
    assert supplier.goto(address).status == 404  # type: ignore[union-attr]
    assert supplier.goto(address[:-1] + ("0" if address[-1] != "0" else "1")).status == 404  # type: ignore[union-attr]


def test_a_named_manager_issues_a_badge_that_the_public_can_check(
    service: Service, visit: Visit, contract: str
) -> None:
    contracts = Contracts(service.store)
    for promise in contracts.schedule_of(contract):
        contracts.move(promise.id, CommitmentState.evidence_submitted, person="Mo")
        contracts.move(promise.id, CommitmentState.exceeded, person="Mo", because="All was seen.")
    assert propose_badges(service.store, "2024-25", datetime.now(UTC).date()) == []  # nothing was confirmed in numbers
    from svdocs.records.case_studies import CaseStudies, Delivered

    for promise in contracts.schedule_of(contract):
        c = promise.commitment
        CaseStudies(service.store).enter(
            Delivered(c.id, "All of it.", quantity=c.quantity_value, unit=c.quantity_unit), person="Mo"
        )
        contracts.move(promise.id, CommitmentState.exceeded, person="Mo", because="All was seen.")
    manager = visit("contract_manager")
    manager.goto(f"/contracts/{contract}")
    manager.get_by_label("Financial year that has ended").fill("2024-25")
    manager.get_by_role("button", name="See which badge is earned").click()
    expect(manager.get_by_text("Platinum proposed for 2024-25")).to_be_visible()
    public = visit()
    public.goto("/badges")
    expect(public.get_by_text("No badge has been issued yet")).to_be_visible()
    manager.get_by_role("button", name="Confirm and issue the badge").click()
    public.goto("/badges")
    axe(public)
    looks(public, "badges")
    public.get_by_role("link", name="Example Ltd").click()
    axe(public)
    looks(public, "badge")
    address = public.url
    token = public.request.get(f"{address}/credential.jwt").text()
    from joserfc import jwt
    from joserfc.jwk import OKPKey

    [key] = public.request.get("/badges/keys.json").json()["keys"]
    claims = jwt.decode(token, OKPKey.import_key(key), algorithms=["EdDSA"]).claims
    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == "Example Ltd"
    checked = public.request.post("/badges/verify", form={"token": token}, headers={"accept": "application/json"})
    assert json.loads(checked.text())["verified"] is True
