"""Contracts for programs, and their pages' forms: followed by those who may, judged by contract managers alone."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from svdocs.delivery.earned import earned_in
from svdocs.records.badges import Badges
from svdocs.records.case_studies import CaseStudies, Delivered, StudyRead
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import BadgeLevel, CommitmentState, Reading
from svdocs.records.lots import Lots
from svdocs.records.people_tables import Role
from svdocs.records.schedules import Scheduled
from svdocs.statements.statement import Unit
from svdocs.web.app import create_app
from tests.web.conftest import made_in
from tests.web.personas import KEY, Cast, fill_contract, open_cast

API = "/api/v1"
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with open_cast(tmp_path_factory.mktemp("cast")) as cast:
        yield cast


@pytest.fixture
def cast(everybody: Cast) -> Cast:
    """Everybody, with a new contract."""
    new = fill_contract(everybody.made, "Example & Sons", everybody.ids["run_id"])
    return replace(everybody, ids=everybody.ids | new)


@pytest.fixture(scope="module")
def client(everybody: Cast) -> Iterator[TestClient]:
    with TestClient(everybody.app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


@pytest.fixture
def ask(cast: Cast, client: TestClient) -> Ask:
    """Ask about the contract as somebody: `ask("lead", "GET", "/promises")`."""

    def ask(who: str, method: str, path: str = "", body: Any = None, status: int = 200, **headers: str) -> Any:
        address = path if path.startswith(API) else f"{API}/contracts/{cast.ids['contract_id']}{path}"
        answer = client.request(method, address, json=body, headers=cast.headers[who] | headers)
        assert answer.status_code == status, (method, path, answer.text)
        return answer

    return ask


@pytest.fixture
def send(cast: Cast, client: TestClient) -> Ask:
    """Send a form of the contract's pages as somebody."""

    def send(who: str, path: str, form: dict[str, str], status: int = 303) -> str:
        token = {"csrf": cast.headers[who]["X-CSRF-Token"]}
        address = f"/contracts/{cast.ids['contract_id']}{path}"
        answer = client.post(address, data=form | token, headers=cast.headers[who])
        assert answer.status_code == status, (path, answer.text)
        return answer.headers.get("location", "") if status == 303 else answer.text

    return send


def promises(cast: Cast) -> list[Scheduled]:
    return Contracts(cast.made.store).schedule_of(cast.ids["contract_id"])


# By program


def test_a_contract_is_changed_only_as_it_was_read_and_what_stood_before_stays(ask: Ask) -> None:
    read = ask("observer", "GET")
    assert (read.json()["supplier"], read.json()["case_studies_due"]) == ("Example & Sons", 4)
    change = {"ends": "2032-03-31", "because": "Clause 4."}
    changed = ask("lead", "PATCH", body=change, **{"If-Match": read.headers["etag"]})
    assert changed.json()["ends"] == "2032-03-31"
    assert changed.headers["etag"] == ask("lead", "GET").headers["etag"]
    ask("lead", "PATCH", body=change, status=412, **{"If-Match": read.headers["etag"]})
    assert ask("lead", "GET", status=304, **{"If-None-Match": changed.headers["etag"]}).content == b""
    [told] = ask("observer", "GET", "/changes").json()["items"]
    assert (told["before"], told["after"], told["person"]) == (
        {"ends": "2031-03-31"}, {"ends": "2032-03-31"}, "lead"
    )  # fmt: skip
    assert ask("lead", "PATCH", body={"ends": "2033-03-31"}, status=422).json()["status"] == 422


def test_a_contract_is_made_of_what_somebody_accepted(ask: Ask, cast: Cast) -> None:
    address = f"{API}/procurements/{cast.ids['procurement_id']}/contracts"
    new = {"supplier": "Example & Sons", "reference": "KCC-2", "title": "Lamps", "starts": "2027-04-01",
           "ends": "2028-03-31", "value_gbp": "10.5"}  # fmt: skip
    assert "accepted" in ask("lead", "POST", address, new, 422).json()["detail"]
    cast.made.store.decide(cast.ids["statement_id"], action="accept", person="Ada")
    made = ask("lead", "POST", address, new, 201, **{"Idempotency-Key": "k1"})
    assert made.headers["location"] == f"{API}/contracts/{made.json()['id']}"
    again = ask("lead", "POST", address, new, 201, **{"Idempotency-Key": "k1"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (made.json(), "true")
    listed, following = [], f"{API}/contracts?limit=1"
    while following:
        page = ask("observer", "GET", following).json()
        listed, following = listed + [c["id"] for c in page["items"]], page["next"]
    assert listed == [c["id"] for c in ask("observer", "GET", f"{address}?limit=200").json()["items"]]
    assert {made.json()["id"], cast.ids["contract_id"]} <= set(listed)
    assert ask("outsider", "GET", f"{API}/contracts").json()["items"] == []


def test_a_contract_for_a_lot_leaves_out_what_is_promised_for_others_alone(
    ask: Ask, cast: Cast, client: TestClient
) -> None:
    made, lots = cast.made, Lots(cast.made.store)
    second = lots.add_lot(made.procurement, "Lot 2", person="lead").lot
    for document, lot in ((made.pdf, cast.ids["lot_id"]), (made.docx, second.id)):
        lots.set_lots_of(document, [lot], person="lead")
        made.store.decide(made.store.statements_of(document)[0].id, action="accept", person="Ada")
    address = f"{API}/procurements/{made.procurement}/contracts"
    new = {"supplier": "Example & Sons", "reference": "KCC-3", "title": "Lamps", "starts": "2027-04-01",
           "ends": "2028-03-31"}  # fmt: skip
    sources = {}
    for name in ("", second.name):
        contract = ask("lead", "POST", address, new | {"lot": name, "reference": f"KCC-3{name}"}, 201).json()["id"]
        sources[name] = {p.commitment.source.partition(",")[0] for p in Contracts(made.store).schedule_of(contract)}
    assert sources == {"": {"bid-a.pdf", "<i>answer</i>.docx"}, second.name: {"<i>answer</i>.docx"}}
    assert second.name in ask("lead", "POST", address, new | {"lot": "Lot 99"}, 422).json()["detail"]
    form = client.get(f"/procurements/{made.procurement}/contracts/new", headers=cast.headers["lead"]).text
    assert "All lots of the bid" in form
    for document in (made.pdf, made.docx):
        lots.set_lots_of(document, [], person="lead")


def test_every_state_is_reached_and_only_a_contract_manager_judges(ask: Ask, cast: Cast) -> None:
    promise = f"/promises/{cast.ids['commitment_id']}"
    seen = ask("lead", "GET", promise).json()["moves"]
    ask("lead", "POST", f"{promise}/moves", {"state": "in_progress", "seen": seen}, 201)
    ask("lead", "POST", f"{promise}/moves", {"state": "missed", "because": "Late.", "seen": seen}, 409)
    for who, state, because in (
        ("lead", "evidence_submitted", ""), ("contract_manager", "verified", "Seen."),
        ("lead", "evidence_submitted", ""), ("contract_manager", "partly_delivered", "Four of five."),
        ("lead", "missed", "The year is over."), (KEY, "evidence_submitted", ""),
        ("contract_manager", "exceeded", "Six."),
    ):  # fmt: skip
        ask("lead", "POST", f"{promise}/moves", {"state": "verified", "because": "x"}, 403)
        ask(who, "POST", f"{promise}/moves", {"state": state, "because": because}, 201)
    ask("contract_manager", "POST", f"{promise}/moves", {"state": "varied", "because": "x"}, 422)
    ask("contract_manager", "POST", f"{promise}/moves", {"state": "in_progress", "year": 9}, 422)
    moved = ask("contract_manager", "POST", f"{promise}/moves", {"state": "in_progress", "year": 2}, 201).json()
    assert (moved["year"], moved["person"]) == (2, "contract_manager")
    moves = ask("observer", "GET", f"{promise}/moves?limit=200").json()["items"]
    assert {m["state"] for m in moves} == set(CommitmentState) - {"committed", "varied"}
    assert ("exceeded", "contract_manager", "Six.") in {(m["state"], m["person"], m["because"]) for m in moves}
    years = ask("observer", "GET", f"{promise}/milestones").json()["items"]
    assert [(y["year"], y["quantity"], y["state"]) for y in years][:2] == [(1, 2, "committed"), (2, 1, "in_progress")]


def test_a_variation_names_the_old_promise_and_the_new(ask: Ask, cast: Cast) -> None:
    new = {"text": "We will take on four apprentices.", "quantity_value": 4, "quantity_unit": "people",
           "because": "The depot closed."}  # fmt: skip
    address = f"/promises/{cast.ids['commitment_id']}/variations"
    ask("lead", "POST", address, new | {"quantity_unit": None}, 422)
    ask("lead", "POST", address, new | {"seen": 7}, 409)
    made = ask("lead", "POST", address, new, 201).json()
    assert (made["number"], made["varies_id"], made["target"]) == (2, cast.ids["commitment_id"], 4)
    ask("lead", "POST", address, new, 409)
    [told] = ask("observer", "GET", "/variations").json()["items"]
    assert (told["varied_text"], told["text"], told["person"], told["because"]) == (
        "We will take on five apprentices.", new["text"], "lead", "The depot closed.",
    )  # fmt: skip
    assert [p["state"] for p in ask("observer", "GET", "/promises").json()["items"]] == ["varied", "committed"]


def test_deliveries_are_entered_and_decided_by_a_contract_manager(ask: Ask, cast: Cast) -> None:
    given = {"commitment_id": cast.ids["commitment_id"], "text": "One more started.", "quantity": 1, "unit": "people",
             "delivered_to": "2028-05-01", "because": "Payroll seen."}  # fmt: skip
    ask("lead", "POST", "/deliveries", given, 403)
    made = ask("contract_manager", "POST", "/deliveries", given, 201).json()
    assert (made["state"], made["year"], made["decided_by"], made["score"]) == (
        "confirmed", 2, "contract_manager", None
    )  # fmt: skip
    ask("contract_manager", "POST", "/deliveries", given | {"year": 9}, 422)
    ask("contract_manager", "POST", "/deliveries", given | {"commitment_id": "x"}, 404)
    decide = f"/deliveries/{cast.ids['match_id']}/decision"
    ask("contract_manager", "POST", decide, {"action": "refuse"}, 422)
    confirmed = ask("contract_manager", "POST", decide, {"action": "confirm", "quantity": 3, "year": 1}).json()
    assert (confirmed["quantity"], confirmed["year"], confirmed["state"]) == (3, 1, "confirmed")
    ask("contract_manager", "POST", decide, {"action": "confirm"}, 409)
    assert ask("observer", "GET", f"/promises/{cast.ids['commitment_id']}").json()["delivered"] == 4
    assert len(ask("observer", "GET", "/deliveries").json()["items"]) == 2


def test_evidence_is_a_document_of_the_procurement(ask: Ask, cast: Cast) -> None:
    sent = {"document_id": cast.made.docx, "commitment_id": cast.ids["commitment_id"], "note": "Payroll"}
    made = ask("lead", "POST", "/evidence", sent, 201).json()
    assert (made["sent_by"], made["by_link"]) == ("lead", False)
    ask("lead", "POST", "/evidence", sent | {"document_id": "x"}, 404)
    assert ask("observer", "GET", "/evidence").json()["items"] == [made]
    [waits] = [r for r in ask("observer", "GET", "/reminders").json()["items"] if r["kind"] == "evidence_waiting"]
    assert waits["promise"] == 1


def test_consent_to_publish_is_set_with_who_and_why(ask: Ask, cast: Cast) -> None:
    study = f"/case-studies/{cast.ids['study_id']}"
    read = ask("observer", "GET", study)
    assert (read.json()["may_publish"], read.json()["publish_text"]) == (None, "")
    said = {"may_publish": True, "because": "Letter of 3 May."}
    tag = {"If-Match": read.headers["etag"]}
    assert ask("lead", "PUT", f"{study}/publishing", said, **tag).json()["publish_said_by"] == "lead"
    ask("lead", "PUT", f"{study}/publishing", said | {"may_publish": False}, 412, **tag)
    ask("observer", "PUT", f"{study}/publishing", said, 403)
    [told] = ask("observer", "GET", "/changes").json()["items"]
    assert (told["case_study_id"], told["after"], told["because"]) == (
        cast.ids["study_id"], {"may_publish": True}, "Letter of 3 May.",
    )  # fmt: skip
    assert ask("observer", "GET", "/case-studies").json()["items"][0]["may_publish"] is True
    assert "word" in ask("observer", "GET", "/case-study.docx?year=2").headers["content-type"]
    ask("observer", "GET", "/case-study.docx?year=9", status=422)
    ask("lead", "POST", "/case-studies", {"document_id": cast.made.docx, "year": 9}, 422)


def register(ask: Ask, cast: Cast) -> list[dict[str, Any]]:
    found = ask("outsider", "GET", f"{API}/badges?limit=200").json()["items"]
    return [b for b in found if b["id"] == cast.ids["badge_id"]]


def earn_badge(cast: Cast) -> None:
    """Have the contract earn its badge of 2027-28, and propose it on the figures that hold now."""
    store, contract = cast.made.store, cast.ids["contract_id"]
    first = promises(cast)[0].milestones[0]
    given = Delivered(cast.ids["commitment_id"], "Started.", quantity=5, unit=Unit.people, milestone_id=first.id)
    CaseStudies(store).enter(given, person="Mo")
    for state in (CommitmentState.evidence_submitted, CommitmentState.verified):
        Contracts(store).move(cast.ids["commitment_id"], state, person="Mo", because="Seen.", milestone_id=first.id)
    earned = earned_in(Contracts(store).contract(contract).contract, promises(cast), "2027-28")
    assert earned.level is BadgeLevel.gold
    Badges(store).propose(contract, "2027-28", earned.level, earned.grounds())


def test_a_token_that_nests_without_end_is_none_of_the_register(client: TestClient) -> None:
    token = urlsafe_b64encode(b"[" * 14_000).decode().rstrip("=") + ".e30.x"
    answer = client.post("/badges/verify", data={"token": token}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["verified"]) == (200, False)


def test_a_badge_is_issued_by_the_named_manager_alone_and_stands_in_the_register(
    ask: Ask, send: Ask, cast: Cast
) -> None:
    decide = f"/badges/{cast.ids['badge_id']}/decision"
    ask("lead", "POST", decide, {"action": "confirm"}, 403)
    assert register(ask, cast) == []
    people = cast.app.state.house.people
    other = people.add(f"{cast.ids['badge_id']}@kent.example", "Other Manager", None).id
    people.grant(other, cast.ids["procurement_id"], Role.contract_manager)
    ask("lead", "PATCH", body={"manager_id": other})
    assert "Only Other Manager" in ask("contract_manager", "POST", decide, {"action": "confirm"}, 403).json()["detail"]
    person = next(m.person.id for m in people.members_of(cast.ids["procurement_id"])
                  if m.person.name == "contract_manager")  # fmt: skip
    assert ask("lead", "PATCH", body={"manager_id": person}).json()["manager"] == "contract_manager"
    assert "now none is earned" in ask("contract_manager", "POST", decide, {"action": "confirm"}, 409).json()["detail"]
    assert "now none is earned" in send("contract_manager", f"/badges/{cast.ids['badge_id']}/confirm", {}, 409)
    assert register(ask, cast) == []
    earn_badge(cast)
    issued = ask("contract_manager", "POST", decide, {"action": "confirm"}).json()
    assert (issued["state"], issued["decided_by"]) == ("issued", "contract_manager")
    [public] = register(ask, cast)
    assert public["credential"].count(".") == 2
    assert "grounds" not in public
    ask("contract_manager", "POST", decide, {"action": "revoke"}, 422)
    ask("contract_manager", "POST", decide, {"action": "revoke", "because": "A mistake."})
    assert ask("observer", "GET", f"/badges/{cast.ids['badge_id']}").json()["state"] == "revoked"
    assert ask("lead", "POST", "/badges", {"financial_year": "2024-25"}, 409).json()["status"] == 409
    ask("lead", "POST", "/badges", {"financial_year": "2024"}, 422)
    for year in ("2024", "0000-01", "9999-00"):
        assert "is no financial year" in send("lead", "/badges", {"year": year}, 422)
    send("lead", "/badges", {"year": ""})


def test_a_closed_contract_moves_no_more(ask: Ask, cast: Cast) -> None:
    ask("lead", "POST", "/closure", {}, 403)
    closed = ask("contract_manager", "POST", "/closure", {}).json()
    assert (closed["closed_by"], closed["closing"]["promises"]) == ("contract_manager", 1)
    ask("lead", "POST", f"/promises/{cast.ids['commitment_id']}/moves", {"state": "in_progress"}, 409)


# By page


def test_the_page_of_a_varied_promise_leads_to_the_years_that_stay_with_it(
    send: Ask, ask: Ask, cast: Cast, client: TestClient
) -> None:
    path = f"/promises/{cast.ids['commitment_id']}"
    ask("contract_manager", "POST", f"{path}/moves", {"state": "missed", "because": "None came.", "year": 1}, 201)
    form = {"text": "We will take on four.", "quantity": "4", "unit": "people", "because": "Agreed.", "seen": "2"}
    send("lead", f"{path}/vary", form)
    old = client.get(f"/contracts/{cast.ids['contract_id']}{path}", headers=cast.headers["lead"]).text
    assert "from contract year 2 on" in old
    assert "still counts for contract year 1." in old
    assert ("?year=1#move" in old, "?year=2#move" in old) == (True, False)
    ask("contract_manager", "POST", f"{path}/moves", {"state": "missed", "because": "x", "year": 2}, 409)
    ask("contract_manager", "POST", f"{path}/moves", {"state": "evidence_submitted", "year": 1}, 201)


def test_the_pages_vary_a_promise_and_show_both(send: Ask, cast: Cast, client: TestClient) -> None:
    path = f"/promises/{cast.ids['commitment_id']}"
    form = {"text": "We will take on four apprentices.", "quantity": "4", "unit": "people", "because": ""}
    assert "Write why it is varied" in send("lead", f"{path}/vary", form, 422)
    assert "what the number counts" in send("lead", f"{path}/vary", form | {"unit": "", "because": "x"}, 422)
    address = send("lead", f"{path}/vary", form | {"because": "The depot closed.", "seen": "1"})
    new = client.get(address, headers=cast.headers["observer"]).text
    assert "In place of" not in new
    asked = send("lead", f"/promises/{address.rpartition('/')[2]}/vary", form, 422)
    assert "What is to be delivered from contract year" in asked
    assert "What fell due in earlier years, or was judged, stays" in asked
    assert all(x in new for x in ("The depot closed.", "We will take on five apprentices.", "four apprentices"))
    old = client.get(f"/contracts/{cast.ids['contract_id']}{path}", headers=cast.headers["observer"]).text
    assert "stands in its place" in old
    assert "varied cannot be varied" in client.get(
        f"/contracts/{cast.ids['contract_id']}{path}/vary", headers=cast.headers["lead"]
    ).text  # fmt: skip


def test_the_pages_move_a_year_on_its_own(send: Ask, cast: Cast) -> None:
    path = f"/promises/{cast.ids['commitment_id']}/move"
    year = promises(cast)[0].milestones[0].id
    assert "Select the state" in send("lead", path, {}, 422)
    assert "say why" in send("lead", path, {"state": "missed", "milestone": year}, 422)
    send("lead", path, {"state": "missed", "milestone": year, "because": "Nobody came."})
    assert promises(cast)[0].state_in(year) is CommitmentState.missed
    assert promises(cast)[0].state is CommitmentState.evidence_submitted
    send("lead", path, {"state": "verified", "because": "x"}, 403)


def test_the_pages_enter_what_a_study_left_open_with_its_place(send: Ask, cast: Cast, client: TestClient) -> None:
    store, contract, statement = cast.made.store, cast.ids["contract_id"], cast.ids["statement_id"]
    told = {"code": "left_open", "message": "For which?", "page": 2, "block": 3, "statement": statement,
            "text": "Two more started."}  # fmt: skip
    read = StudyRead(contract, cast.made.pdf, cast.ids["run_id"], 1, Reading.headings, findings=(told,))
    study = CaseStudies(store).take(read, [], person="Mo").id
    manager, pages = cast.headers["contract_manager"], f"/contracts/{contract}"
    form = f"{pages}/deliveries/new?study={study}&statement={statement}"
    assert form.replace("&", "&amp;") in client.get(f"{pages}/case-studies/{study}", headers=manager).text
    assert "Two more started." in client.get(form, headers=manager).text
    assert client.get(form.replace(study, "x"), headers=manager).status_code == 404
    sent = {"promise": "1", "text": "Two more started.", "because": "As told.", "study": study, "statement": statement}
    send("contract_manager", "/deliveries/new", sent)
    [entered] = promises(cast)[0].confirmed
    assert (entered.statement_id, entered.case_study_id, entered.page, entered.source) == (
        statement, study, 2, "bid-a.pdf, page 2",
    )  # fmt: skip
    assert form.replace("&", "&amp;") not in client.get(f"{pages}/case-studies/{study}", headers=manager).text


def test_the_pages_describe_a_promise(send: Ask, cast: Cast) -> None:
    path = f"/promises/{cast.ids['commitment_id']}/describe"
    send("lead", path, {"owner": "Pat Example", "evidence_asked": "A payroll list."})
    assert promises(cast)[0].commitment.owner == "Pat Example"
    [change] = Contracts(cast.made.store).changes_of(cast.ids["contract_id"])
    assert (change.commitment_id, change.before["owner"]) == (cast.ids["commitment_id"], "")
    Contracts(cast.made.store).close(cast.ids["contract_id"], {}, person="Mo")
    assert "closed" in send("lead", path, {"owner": "Sam"}, 409)


def test_the_pages_enter_a_delivery_by_hand(send: Ask, cast: Cast, client: TestClient) -> None:
    form = {"promise": "1", "text": "One started.", "quantity": "1", "unit": "people", "to-day": "1", "to-month": "5",
            "to-year": "2028", "place": "Thanet", "because": "Seen."}  # fmt: skip
    send("lead", "/deliveries/new", form, 403)
    for wrong, words in (
        ({"promise": ""}, "Select the promise"), ({"unit": ""}, "what the number counts"),
        ({"because": ""}, "how you know"), ({"quantity": "-1"}, "from nought"), ({"year": "9"}, "no part in"),
        ({"from-day": "2", "from-month": "5", "from-year": "2028"}, "before the first"),
    ):  # fmt: skip
        assert words in send("contract_manager", "/deliveries/new", form | wrong, 422)
    send("contract_manager", "/deliveries/new", form)
    [entered] = promises(cast)[0].confirmed
    assert (entered.quantity, entered.because, entered.milestone_id, entered.delivered_to) == (
        1, "Seen.", promises(cast)[0].milestones[1].id, date(2028, 5, 1),
    )  # fmt: skip


def test_the_pages_change_a_contract_and_tell_what_stood_before(send: Ask, cast: Cast, client: TestClient) -> None:
    contract = Contracts(cast.made.store).contract(cast.ids["contract_id"]).contract
    form = {"starts-day": "1", "starts-month": "4", "starts-year": "2027", "ends-day": "31", "ends-month": "3",
            "ends-year": "2032", "value": "900,000", "department": "Highways", "manager": "Mo"}  # fmt: skip
    assert "say why" in send("lead", "/details", form, 422)
    assert "of at most 1,000,000,000,000" in send("lead", "/details", form | {"value": "1e25", "because": "x"}, 422)
    send("lead", "/details", form | {"because": "Clause 4."})
    page = client.get(f"/contracts/{contract.id}", headers=cast.headers["observer"]).text
    assert all(x in page for x in ("What was changed", "31 March 2031", "31 March 2032", "£900,000", "Clause 4."))
    assert len(promises(cast)[0].milestones) == 5


def test_the_page_of_a_study_sets_consent(send: Ask, cast: Cast, client: TestClient) -> None:
    path = f"/case-studies/{cast.ids['study_id']}"
    assert "Write how you know" in send("lead", f"{path}/publishing", {"may_publish": "yes"}, 422)
    send("lead", f"{path}/publishing", {"may_publish": "no", "publish_because": "Pat rang."})
    study = CaseStudies(cast.made.store).study(cast.ids["study_id"])
    assert (study.may_publish, study.publish_said_by) == (False, "lead")
    page = client.get(f"/contracts/{cast.ids['contract_id']}{path}", headers=cast.headers["observer"]).text
    assert all(x in page for x in ("Not to be published", "Pat rang.", "gives no answer"))


def test_at_a_machine_without_accounts_the_pages_ask_for_a_name(tmp_path: Path, empty_database: Path) -> None:
    with made_in(tmp_path, empty_database) as made:
        ids = fill_contract(made, "Example & Sons", made.store.runs_of(made.pdf)[0].id)
        app = create_app(made.store, made.settings)
        with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
            path = f"/contracts/{ids['contract_id']}/promises/{ids['commitment_id']}"
            form = {"text": "Four.", "because": "Agreed."}
            assert "Enter your name" in client.post(f"{path}/vary", data=form).text
            assert client.post(f"{path}/vary", data=form | {"person": "Ada"}).status_code == 303
            for page in ("", "/details", "/deliveries/new", f"/case-studies/{ids['study_id']}"):
                assert "Your name" in client.get(f"/contracts/{ids['contract_id']}{page}").text
            moves = f"{API}{path}/moves"
            assert "person" in client.post(moves, json={"state": "in_progress"}).json()["detail"]
        [event] = Contracts(made.store).promise(ids["commitment_id"]).events[-1:]
        assert (event.state, event.person) == (CommitmentState.varied, "Ada")
