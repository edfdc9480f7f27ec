"""What routes ask of their visitors, each word of it, without a request being sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.params import Depends

from svdocs.errors import NotAllowed, NotFound
from svdocs.records.access import SCOPE_FOR, Caller, Right
from svdocs.records.jobs import Jobs
from svdocs.records.people_tables import Role, Scope
from svdocs.web import rights
from svdocs.web.rights import NeedsAdministrator, NeedsMembers, NeedsRight, NeedsScope, procurement_named
from tests.web.conftest import Made, made_in
from tests.web.personas import fill_contract

NOWHERE = "00000000"
MACHINE = Caller("me")
ADMINISTRATOR = Caller("Ada", "a", is_administrator=True)
OUTSIDER = Caller("Otto", "o")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[tuple[Made, dict[str, str]]]:
    """Records, and by the names of addresses the ids of what stands in the procurement."""
    with made_in(tmp_path_factory.mktemp("records"), empty_database) as made:
        run = made.store.runs_of(made.pdf)[0].id
        ids = fill_contract(made, made.store.suppliers()[0].name, run) | made.named()
        yield made, ids | {"run": run, "job": Jobs(made.store).jobs_of(made.procurement)[0].id}


def here(made: Made, caller: Caller, *, fresh: bool = True) -> Any:
    """What a route has at hand, with uploads that are counted by who sends them."""
    taken: list[str] = []
    visitor = SimpleNamespace(caller=caller, has_just_signed_in=fresh, sender="10.0.0.1")
    uploads = SimpleNamespace(take=taken.append)
    door = SimpleNamespace(limits=SimpleNamespace(uploads=uploads))
    return SimpleNamespace(store=made.store, visitor=visitor, door=door, taken=taken)


def request(method: str, procurement: str) -> Any:
    return SimpleNamespace(method=method, path_params={"procurement_id": procurement})


def member(made: Made, role: Role, **more: Any) -> Caller:
    return Caller("Mo", "m", roles={made.procurement: (role,)}, **more)


NAMED = ("procurement_id", "contract_id", "job_id", "run_id", "older", "statement_id", "document_id")


@pytest.mark.parametrize("name", NAMED)
def test_the_procurement_is_found_by_whatever_an_address_names(records: tuple[Made, dict[str, str]], name: str) -> None:
    made, ids = records
    of = ids | {"procurement_id": made.procurement, "job_id": ids["job"], "run_id": ids["run"], "older": ids["run"],
                "statement_id": ids["statement"], "document_id": made.pdf}  # fmt: skip
    assert procurement_named(made.store, {name: of[name], "form": "csv"}) == made.procurement
    with pytest.raises(NotFound):
        procurement_named(made.store, {name: NOWHERE})


def test_a_document_of_another_procurement_is_answered_like_one_that_is_not_there(
    records: tuple[Made, dict[str, str]],
) -> None:
    made, _ = records
    other = made.store.add_procurement("Gritting", "Kent").id
    assert (
        procurement_named(made.store, {"procurement_id": made.procurement, "document_id": made.pdf}) == made.procurement
    )
    with pytest.raises(NotFound) as elsewhere:
        procurement_named(made.store, {"procurement_id": other, "document_id": made.pdf})
    with pytest.raises(NotFound) as nowhere:
        procurement_named(made.store, {"procurement_id": other, "document_id": ""})
    assert str(elsewhere.value) == str(nowhere.value)


@pytest.mark.parametrize(
    ("right", "caller", "said"),
    [
        (Right.decide, {"role": Role.lead}, ""),
        (Right.decide, {"role": Role.observer}, "Your role in this procurement does not allow this; ask its lead."),
        (Right.decide, {"role": Role.lead, "scopes": frozenset({Scope.decide})}, ""),
        (Right.decide, {"role": Role.lead, "scopes": frozenset({Scope.read})},
         "The key does not have the scope for this; use another key."),
        (Right.open_bids, {"role": Role.lead}, ""),
        (Right.open_bids, {"role": Role.lead, "scopes": frozenset(Scope)},
         "No key may do this; sign in and do it yourself."),
        (Right.open_bids, {"role": Role.observer}, "Your role in this procurement does not allow this; ask its lead."),
    ],
)  # fmt: skip
def test_a_right_is_asked_of_role_and_key(
    records: tuple[Made, dict[str, str]], right: Right, caller: dict[str, Any], said: str
) -> None:
    made, _ = records
    assert rights.needs(right).dependency.right is right
    at_hand = here(made, member(made, **caller))
    if not said:
        NeedsRight(right)(request("POST", made.procurement), at_hand)
        return
    with pytest.raises(NotAllowed) as refused:
        NeedsRight(right)(request("POST", made.procurement), at_hand)
    assert str(refused.value) == said


@pytest.mark.parametrize(("method", "fresh", "passes"), [
    ("POST", True, True), ("POST", False, False), ("GET", False, True), ("HEAD", False, True), ("PUT", False, False),
])  # fmt: skip
def test_who_opens_bids_has_just_signed_in(
    records: tuple[Made, dict[str, str]], method: str, fresh: bool, passes: bool
) -> None:
    made, _ = records
    at_hand = here(made, member(made, Role.chair), fresh=fresh)
    if passes:
        NeedsRight(Right.open_bids)(request(method, made.procurement), at_hand)
    else:
        with pytest.raises(
            NotAllowed, match=r"^Sign in again first: opening bids asks for somebody who has just proved"
        ):
            NeedsRight(Right.open_bids)(request(method, made.procurement), at_hand)
    stale = here(made, member(made, Role.lead), fresh=False)
    NeedsRight(Right.decide)(request("POST", made.procurement), stale)  # of nothing else


def test_uploads_are_counted_by_who_sends_them_and_nothing_else_is(records: tuple[Made, dict[str, str]]) -> None:
    made, _ = records
    lead = here(made, member(made, Role.lead))
    NeedsRight(Right.add_documents)(request("POST", made.procurement), lead)
    NeedsRight(Right.read)(request("GET", made.procurement), lead)
    assert lead.taken == ["10.0.0.1"]
    alone = here(made, MACHINE)
    NeedsRight(Right.add_documents)(request("POST", made.procurement), alone)
    assert alone.taken == []


def test_what_is_not_there_is_told_before_what_is_not_allowed(records: tuple[Made, dict[str, str]]) -> None:
    made, _ = records
    with pytest.raises(NotFound):
        NeedsRight(Right.decide)(request("POST", NOWHERE), here(made, OUTSIDER))


@pytest.mark.parametrize(
    ("needs", "scope", "passing", "refused"),
    [
        (NeedsScope(Scope.read), Scope.read, [MACHINE, ADMINISTRATOR, OUTSIDER], []),
        (NeedsMembers(Scope.admin), Scope.admin, [MACHINE, OUTSIDER], [ADMINISTRATOR]),
        (NeedsAdministrator(Scope.admin), Scope.admin, [MACHINE, ADMINISTRATOR], [OUTSIDER]),
    ],
)
def test_routes_of_no_procurement_ask_of_a_key_its_scope_and_who_somebody_is(
    records: tuple[Made, dict[str, str]], needs: NeedsScope, scope: Scope, passing: list[Caller], refused: list[Caller]
) -> None:
    made, _ = records
    words = {NeedsMembers: "An administrator manages people and has no procurements; sign in as somebody else.",
             NeedsAdministrator: "Only an administrator manages people."}  # fmt: skip
    assert needs.scope is scope
    for caller in passing:
        needs(here(made, caller))
    for caller in refused:
        with pytest.raises(NotAllowed) as told:
            needs(here(made, caller))
        assert str(told.value) == words[type(needs)]
    for caller in passing:
        key = Caller(caller.name, "k", caller.is_administrator, scopes=frozenset(Scope) - {scope})
        with pytest.raises(NotAllowed, match=r"^The key does not have the scope for this; use another key\.$"):
            needs(here(made, key))


def test_each_dependency_asks_for_what_its_name_says() -> None:
    asked = {
        rights.needs_scope(Scope.export): (NeedsScope, Scope.export),
        rights.needs_member_account(): (NeedsMembers, Scope.admin),
        rights.needs_administrator(): (NeedsAdministrator, Scope.admin),
    }
    for dependency, (kind, scope) in asked.items():
        assert isinstance(dependency, Depends)
        assert type(dependency.dependency) is kind
        assert dependency.dependency.scope is scope
    assert set(SCOPE_FOR) == set(Right)
