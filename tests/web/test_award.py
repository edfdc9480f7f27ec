"""A procurement of three bids, five evaluators and two criteria, from set-up to letters, by the interface alone.

docs/award.md holds the table that the figures are held against.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as read_docx
from fastapi.testclient import TestClient

from svdocs.records.lots import Lots
from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings
from svdocs.text.build import TextBuilder
from svdocs.text.document import Document
from svdocs.text.exchange import document_to_json
from svdocs.web.app import create_app
from svdocs.web.visitors import form_token_of
from tests.panel.worked import EVALUATORS, SUPPLIERS
from tests.records.values import extraction_record
from tests.reports.award_case import AGREED, ALDER, BIRCH, CEDAR, EMPLOYEES, INVENTED, OFFERS, REASONS, bid_of

Ask = Callable[..., Any]
MEMBERS = {"lead": Role.lead, "chair": Role.chair, "manager": Role.contract_manager,
           **dict.fromkeys(EVALUATORS, Role.evaluator)}  # fmt: skip


class Panel:
    """A client for everybody, and what stands in the records."""

    def __init__(self, store: Store, client: TestClient) -> None:
        self.client, self.store, self.people = client, store, People(store)
        self.procurement = store.add_procurement("Street lighting", "Kent County Council").id
        days = {"starts": date(2027, 4, 1), "ends": date(2030, 3, 31)}
        Lots(store).change_procurement(self.procurement, days, person="lead")
        self.headers = {name: self._account(name, role) for name, role in MEMBERS.items()}
        self.documents = {s: self._bid(i, s) for i, s in enumerate(SUPPLIERS)}
        self.workbook = self._workbook()
        self.base = f"/api/v1/procurements/{self.procurement}/panel"

    def ask(self, who: str, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        answer = self.client.request(method, self.base + path, json=body, headers=self.headers[who])
        assert answer.status_code == status if status else answer.is_success, (path, answer.text)
        return answer

    def _account(self, name: str, role: Role) -> dict[str, str]:
        account = self.people.add(f"{name}@kent.example", name, None).id
        self.people.grant(account, self.procurement, role)
        setattr(self, name, account)
        token = self.people.sign_in(account)
        return {"Cookie": f"svdocs={token}", "X-CSRF-Token": form_token_of(token)}

    def _bid(self, number: int, supplier: str) -> str:
        document = self.store.add_document(self.procurement, name=f"{supplier}.pdf", kind="bid", supplier=supplier,
                                           sha256=f"{number}" * 64, media_type="application/pdf", size=3)  # fmt: skip
        text = bid_of(supplier)
        self.store.keep_text(document.id, text.reader, document_to_json(text))
        found = extraction_record(*(o.as_commitment() for o in OFFERS[supplier]), pages=3)
        self.store.publish_run(document.id, found, 1)
        for statement in self.store.statements_of(document.id):
            self.store.decide(statement.id, action="accept", person="lead")
        return document.id

    def _workbook(self) -> str:
        text = TextBuilder()
        rows = [("Code", "Measure", "Unit", "Proxy value (£)"),
                *((v.code, v.title, v.unit, str(v.pounds)) for v in INVENTED.values)]  # fmt: skip
        for i, row in enumerate(rows):
            text.add_row(list(row), references=[f"Values!{c}{i + 1}" for c in "ABCD"], table=0, header_row=i == 0)
        kept = self.store.add_document(self.procurement, name="values.xlsx", kind="specification", supplier=None,
                                       sha256="e" * 64, media_type="application/xlsx", size=3)  # fmt: skip
        read = Document("values.xlsx", "0" * 64, "x", text.text, tuple(text.blocks), (), (), reader="made/1")
        self.store.keep_text(kept.id, read.reader, document_to_json(read))
        return kept.id


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Panel]:
    folder = tmp_path_factory.mktemp("award")
    shutil.copy(empty_database, folder / "svdocs.db")
    settings = read_settings({"SVDOCS_DATA": str(folder), "SVDOCS_REQUESTS_PER_MINUTE": "1000000"})
    with open_store(settings.database_url) as store:
        app = create_app(store, settings)
        with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
            yield Panel(store, client)


def test_a_procurement_goes_from_set_up_to_letters(panel: Panel) -> None:
    ask = panel.ask
    _set_up(panel)
    suppliers = {d["name"]: d["supplier"] for d in ask("chair", "GET", "/declarations/due").json() if d["supplier"]}
    for who in ("chair", *EVALUATORS):
        for supplier in (None, *suppliers.values()):
            ask(who, "POST", "/declarations", {"has_conflict": False, "supplier": supplier})
    ask("lead", "POST", "/begin")
    for who in EVALUATORS:
        for task in ask(who, "GET", "/tasks").json():
            name = task["bid"]["name"]
            pin = {"document": panel.documents[name], "quote": OFFERS[name][0].text}
            body = {"mark": AGREED[name, task["criterion"]["title"]], "reason": f"{REASONS[name]} Better than {ALDER}.",
                    "passages": [pin]}  # fmt: skip
            ask(who, "POST", f"/tasks/{task['id']}/marks", body)
    _value(panel, suppliers)
    for path in ("", "/values", "/proxies", "/method", "/papers/moderation", f"/letters/{suppliers[ALDER]}"):
        ask("eve", "GET", f"/award{path}", status=403)
    ask("lead", "GET", "/award", status=409)
    ask("chair", "POST", "/release", {})
    titles = {c["id"]: c["title"] for c in ask("chair", "GET", "").json()["criteria"]}
    for one in ask("chair", "GET", "/comparison").json():
        name = one["bid"]["name"]
        reason = REASONS[name] + (f" {CEDAR} offers ten tonnes, and says “{OFFERS[CEDAR][1].text}”" if name == BIRCH
                                  else "")  # fmt: skip
        ask("chair", "POST", "/consensus", {
            "bid": one["bid"]["id"], "criterion": one["criterion"], "reason": reason,
            "mark": AGREED[name, titles[one["criterion"]]], "participants": ["chair", *EVALUATORS],
            "from_marks": [s["marks"][-1]["id"] for s in one["seats"]],
        })  # fmt: skip
    ask("chair", "POST", "/close", {})
    standing = ask("lead", "GET", "/award").json()
    assert [(b["name"], b["points_shown"]) for b in standing["bids"]] == [
        (BIRCH, "90.67"),
        (ALDER, "80"),
        (CEDAR, "75"),
    ]
    ask("lead", "GET", f"/award/letters/{suppliers[ALDER]}", status=409)  # nobody has decided
    ask("lead", "POST", "/award", {"supplier": suppliers[ALDER]}, status=422)  # not the first, and no reason
    ask("lead", "POST", "/award", {"supplier": suppliers[BIRCH]})
    _take_papers(panel, suppliers)


def _set_up(panel: Panel) -> None:
    ask = panel.ask
    ask("lead", "PUT", "", {})
    ask("lead", "POST", "/criteria", {"title": "Method", "weight": "40"})
    ask("lead", "POST", "/criteria", {"title": "Commitments", "weight": "60", "is_social_value": True,
                                      "quantity_method": "proportional", "quantity_share": "50"})  # fmt: skip
    assert len(ask("lead", "POST", "/bids", {}).json()) == 3
    for who in EVALUATORS:
        ask("lead", "POST", "/seats", {"person": getattr(panel, who)})


def _value(panel: Panel, suppliers: dict[str, str]) -> None:
    ask = panel.ask
    said = {"document": panel.workbook, "title": "Invented", "edition": "1", "publisher": "Anytown", "licence": "Tests"}
    ask("lead", "POST", "/award/proxies", said | {"licence": " "}, status=422)
    key = ask("lead", "POST", "/award/proxies", said).json()["id"]
    assert [s["values"] for s in ask("lead", "GET", "/award/proxies").json()["items"]] == [4]
    ask("lead", "GET", "/award/values", status=409)
    method = {"proxy_set": key, "contract_gbp": "400000", "years": "3", "deadweight_hundredths": 1000,
              "limit_per_employee": "500"}  # fmt: skip
    assert ask("lead", "PUT", "/award/method", method).json() == ask("lead", "GET", "/award/method").json()
    for name, employees in EMPLOYEES.items():
        body = {"employees": employees, "employees_source": "Companies House", "address": f"1 High Street, {name}"}
        ask("lead", "PUT", f"/award/bidders/{suppliers[name]}", body)
    worth = {b["supplier"]: b for b in ask("lead", "GET", "/award/values").json()["bids"]}
    assert {n: b["total_shown"] for n, b in worth.items()} == {ALDER: "£13,500", BIRCH: "£16,200", CEDAR: "£9,450"}
    assert [n for n, b in worth.items() if b["waits_for_person"]] == [BIRCH]
    ask("lead", "POST", "/award/fix", {}, status=409)
    ask("lead", "POST", "/award/rulings", {"supplier": suppliers[BIRCH], "earns": "12000", "because": "Six posts."})
    statement = worth[CEDAR]["lines"][1]["statement"]
    choice = {"statement": statement, "quantity": "10", "because": "As the bid says."}
    ask("lead", "POST", "/award/choices", choice)
    assert ask("lead", "POST", "/award/fix", {}).json() == {"bids": 3}


def _take_papers(panel: Panel, suppliers: dict[str, str]) -> None:
    letters = {n: _text(panel.ask("lead", "GET", f"/award/letters/{key}")) for n, key in suppliers.items()}
    for name, text in letters.items():
        assert REASONS[name] in text
        assert f"“{OFFERS[name][0].text}” ({name}.pdf, page 2)" in text
        others = [w for s in SUPPLIERS if s not in (name, BIRCH) for w in (s, *(o.text for o in OFFERS[s]))]
        assert [w for w in others if w in text] == []
    assert "another bidder" in letters[BIRCH]
    assert OFFERS[BIRCH][0].text not in letters[ALDER]
    for path in ("papers/moderation", "papers/algorithmic-tool", "papers/ai-use", "contract/schedule",
                 "contract/indicators"):  # fmt: skip
        assert _text(panel.ask("lead", "GET", f"/award/{path}"))
    assert "eight apprentices" in _text(panel.ask("manager", "GET", "/award/contract/schedule"))
    panel.ask("manager", "GET", "/award/papers/moderation", status=403)


def _text(answer: Any) -> str:
    document = read_docx(BytesIO(answer.content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])
