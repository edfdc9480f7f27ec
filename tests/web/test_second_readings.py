"""A second reading by page and interface, from the draw to what a third decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from fastapi.testclient import TestClient

from svdocs.records.people import People
from svdocs.records.people_tables import Role
from svdocs.web.app import create_app
from svdocs.web.visitors import form_token_of
from tests.review.market import fill_market
from tests.web.conftest import Made

SignIn = Callable[[str], AbstractContextManager[TestClient]]


@pytest.fixture
def market(made: Made) -> str:
    return fill_market(made.store, bids=1, each=3)


@pytest.fixture
def signed_in(made: Made, market: str) -> Iterator[SignIn]:
    people = People(made.store)
    ids = {}
    for name, role in (("Ada", Role.evaluator), ("Ben", Role.evaluator), ("Cem", Role.lead)):
        ids[name] = people.add(f"{name}@kent.example", name, None).id
        people.grant(ids[name], market, role)
    with TestClient(create_app(made.store, made.settings), base_url="http://127.0.0.1:8000",
                    follow_redirects=False) as client:  # fmt: skip

        @contextmanager
        def sign_in(name: str) -> Iterator[TestClient]:
            token = people.sign_in(ids[name])
            client.cookies.set("svdocs", token)
            client.headers["X-CSRF-Token"] = form_token_of(token)
            yield client
            client.cookies.clear()

        yield sign_in


def test_two_read_blind_and_a_third_decides(made: Made, market: str, signed_in: SignIn) -> None:
    api, pages = (f"{start}/procurements/{market}/second-readings" for start in ("/api/v1", ""))
    with signed_in("Cem") as client:
        readers = [p.id for p in People(made.store).everybody() if p.name in ("Ada", "Ben")]
        token = client.headers["X-CSRF-Token"]
        assert client.post(pages, data={"csrf": token, "share": "", "reader": readers[:1]}).status_code == 422
        answer = client.post(pages, data={"csrf": token, "share": "1", "reader": readers, "seed": "x"})
        assert answer.status_code == 303
        reading = client.get(api).json()["items"][0]
    statements = [s.id for s in made.store.statements_of(reading["document_id"])]
    with signed_in(reading["first"]) as client:
        page = client.get(f"{pages}/{reading['id']}")
        assert "still without your answer" in page.text
        form: dict[str, object] = {"csrf": client.headers["X-CSRF-Token"], "statement": statements, "act": "finish"}
        for key in statements:
            form |= {f"type-{key}": "commitment", f"firmness-{key}": "firm", f"verdict-{key}": "additional"}
        wrong = client.post(f"{pages}/{reading['id']}", data=form | {f"quantity-{statements[0]}": "lots"})
        assert (wrong.status_code, "Enter a number, such as 8" in wrong.text) == (422, True)
        assert client.post(f"{pages}/{reading['id']}", data=form).status_code == 303
    with signed_in(reading["second"]) as client:
        shown = client.get(f"{api}/{reading['id']}/statements").json()["items"]
        assert [s["answer"] for s in shown] == [None] * len(statements)
        assert client.get(f"{api}/{reading['id']}/differences").json()["items"] == []
        mine = {"type": "commitment", "firmness": "firm", "verdict": "additional"}
        answers = dict.fromkeys(statements, mine) | {statements[0]: mine | {"verdict": "unclear"}}
        assert client.post(f"{api}/{reading['id']}/answers", json={"answers": answers, "done": True}).status_code == 200
        settled = {"statement": statements[0], "side": "first"}
        assert client.post(f"{api}/{reading['id']}/settlements", json=settled).status_code == 403
    assert made.store.statement(statements[1]).decision.person == f"{reading['first']} and {reading['second']}"  # type: ignore[union-attr]
    assert made.store.statement(statements[0]).decision is None
    with signed_in("Cem") as client:
        agreement = {a["field"]: a for a in client.get(f"{api}/agreement").json()}
        assert (agreement["verdict"]["statements"], agreement["verdict"]["agreed"]) == (3, 2)
        assert "Kappa" in client.get(pages).text
        assert "As " in client.get(f"{pages}/{reading['id']}").text
        form = {"csrf": client.headers["X-CSRF-Token"], "statement": statements[0], "side": "second", "reason": "Seen."}
        assert client.post(f"{pages}/{reading['id']}/settle", data=form).status_code == 303
        assert client.post(f"{api}/{reading['id']}/settlements", json=settled).status_code == 404
        assert client.get(f"{api}/nothing/statements").status_code == 404
    decided = made.store.statement(statements[0])
    assert decided.as_decided()["additionality"]["verdict"] == "unclear"
    assert [d.person for d in decided.decisions] == ["Cem"]
