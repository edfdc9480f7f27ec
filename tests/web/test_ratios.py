"""Ratios of a contract by page and interface, at a machine without accounts."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from svdocs.records.contracts import Contracts
from svdocs.records.ratios import Ratios
from svdocs.records.schedules import NewContract
from tests.web.conftest import Made

FORM = {
    "ratio": "apprentice_share", "numerator": "3", "denominator": "120", "starts-day": "1", "starts-month": "4",
    "starts-year": "2027", "ends-day": "31", "ends-month": "3", "ends-year": "2028", "source": "Payroll <b>2028</b>",
    "person": "Mo",
}  # fmt: skip


@pytest.fixture
def contract(made: Made) -> str:
    given = NewContract(made.procurement, "Example & Sons", "KCC-1", "Street lighting", date(2027, 4, 1),
                        date(2031, 3, 31))  # fmt: skip
    return Contracts(made.store).add(given, (), person="Lea").id


def test_a_manager_enters_figures_sees_their_course_and_withdraws_one(
    client: TestClient, made: Made, contract: str
) -> None:
    address = f"/contracts/{contract}/ratios"
    assert "No ratio has been entered" in client.get(address).text
    assert "None has been entered" in client.get(f"/contracts/{contract}").text
    for wrong, said in (({"numerator": ""}, "Enter what was counted"), ({"source": ""}, "Enter where both figures"),
                        ({"numerator": "121"}, "more than the whole"), ({"ratio": "luck"}, "There is no ratio"),
                        ({"ends-year": "2026"}, "ends (2026-03-31) before")):  # fmt: skip
        refused = client.post(address, data=FORM | wrong)
        assert refused.status_code == 422
        assert said in refused.text
    assert client.post(address, data=FORM).status_code == 303
    later = {"numerator": "6", "starts-year": "2028", "ends-year": "2029"}
    assert client.post(address, data=FORM | later).status_code == 303
    assert client.post(address, data=FORM | later).status_code == 409
    page = client.get(address).text
    assert "+2.5 points, better" in page
    assert "April 2027 to March 2028 2.5%; April 2028 to March 2029 5%. Target 3%." in page
    assert "<b>2028" not in page
    short = client.get(f"/contracts/{contract}").text
    assert "6 of 120" in short
    assert "+2.5 points, better" in short
    last = Ratios(made.store).figures([contract])[-1].id
    assert client.post(f"{address}/{last}/withdraw", data={f"person-{last}": "Mo"}).status_code == 422
    gone = {f"person-{last}": "Mo", f"because-{last}": "Agency staff counted twice."}
    assert client.post(f"{address}/{last}/withdraw", data=gone).status_code == 303
    assert "1 withdrawn" in client.get(address).text
    assert client.post(f"{address}/{last}/withdraw", data=gone).status_code == 409


def test_a_contract_sets_a_target_of_its_own_and_takes_it_away(client: TestClient, contract: str) -> None:
    address = f"/contracts/{contract}/ratios"
    form = {"target_ratio": "paid_in_30_days", "percent": "95", "target_source": "Schedule 4", "target_person": "Mo"}
    refused = client.post(f"{address}/target", data=form | {"target_source": ""})
    assert (refused.status_code, "Enter where the target is agreed" in refused.text) == (422, True)
    assert client.post(f"{address}/target", data=form | {"percent": "950"}).status_code == 422
    assert client.post(f"{address}/target", data=form).status_code == 303
    assert "95%</strong> (Schedule 4)" in client.get(address).text
    assert "No figure yet" in client.get(f"/contracts/{contract}").text
    assert client.post(f"{address}/target", data=form | {"percent": ""}).status_code == 303
    assert "No ratio has been entered" in client.get(address).text


def test_a_program_enters_reads_withdraws_and_sets_targets(client: TestClient, contract: str) -> None:
    known = client.get("/api/v1/ratios").json()["items"]
    assert {"apprentice_share", "local_workforce", "paid_in_30_days"} <= {r["key"] for r in known}
    address = f"/api/v1/contracts/{contract}/ratios"
    assert client.get(address).json()["items"] == []
    assert client.get(f"{address}/paid_in_30_days").json()["figures"] == []
    new = {"numerator": 40, "denominator": 50, "starts": "2027-04-01", "ends": "2027-09-30", "source": "Ledger"}
    made = client.post(f"{address}/paid_in_30_days/figures", json=new)
    assert (made.status_code, made.headers["location"]) == (201, f"{address}/paid_in_30_days")
    more = new | {"numerator": 49, "starts": "2027-10-01", "ends": "2028-03-31"}
    client.post(f"{address}/paid_in_30_days/figures", json=more)
    told = client.put(f"{address}/paid_in_30_days/target", json={"percent": 95, "source": "Schedule 4"}).json()
    assert (told["target"], told["numerator"], told["denominator"], told["percent"]) == (95, 89, 100, 89.0)
    assert [(f["percent"], f["change"], f["direction"], f["is_target_met"]) for f in told["figures"]] == [
        (80.0, None, None, False), (98.0, 18.0, "better", True),
    ]  # fmt: skip
    figure = told["figures"][0]["id"]
    gone = client.post(f"{address}/paid_in_30_days/figures/{figure}/withdrawal", json={"because": "Wrong."})
    assert (gone.status_code, gone.json()["because"]) == (200, "Wrong.")
    [trend] = client.get(address).json()["items"]
    assert [f["id"] == figure for f in trend["figures"]] == [False, True]
    for path, body, status in (
        ("luck/figures", new, 404), ("paid_in_30_days/figures", new | {"denominator": 0}, 422),
        ("paid_in_30_days/figures", new | {"numerator": 51}, 422), ("paid_in_30_days/figures", more, 409),
        (f"local_workforce/figures/{figure}/withdrawal", {"because": "x"}, 404),
    ):  # fmt: skip
        assert client.post(f"{address}/{path}", json=body).status_code == status
    assert client.get(f"{address}/luck").status_code == 404
