"""Rights as data: what each role and each key may do, asked one by one."""

from __future__ import annotations

import pytest

from svdocs.records.access import ONLY_IN_PERSON, RIGHTS_OF_ADMINISTRATORS, ROLES_WITH, SCOPE_FOR, Caller, Right
from svdocs.records.people_tables import Role, Scope


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_a_role_gives_its_rights_in_its_procurement_and_in_no_other(right: Right, role: Role) -> None:
    caller = Caller("A", "p", roles={"x": (role,)})
    assert caller.may(right, "x") == (role in ROLES_WITH[right])
    assert not caller.may(right, "y")


@pytest.mark.parametrize("right", Right)
def test_an_administrator_has_those_of_administrators_everywhere(right: Right) -> None:
    assert Caller("A", "p", is_administrator=True).may(right, "x") == (right in RIGHTS_OF_ADMINISTRATORS)


@pytest.mark.parametrize("right", Right)
def test_who_is_alone_may_do_all_but_open_sealed_bids(right: Right) -> None:
    assert Caller("A").may(right, "x") == (right is not Right.open_bids)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("scope", Scope)
def test_a_key_needs_the_scope_and_its_person_the_role(right: Right, scope: Scope) -> None:
    everything = {"x": tuple(Role)}
    key = Caller("A", "p", roles=everything, scopes=frozenset({scope}))
    assert key.has_scope(scope)
    assert key.may(right, "x") == (SCOPE_FOR[right] is scope and right not in ONLY_IN_PERSON)
    assert not Caller("A", "p", scopes=frozenset(Scope)).may(right, "x")


def test_a_key_bound_to_a_procurement_may_nothing_in_another() -> None:
    key = Caller("A", "p", roles={"x": (Role.lead,), "y": (Role.lead,)}, scopes=frozenset(Scope),
                 procurements=frozenset({"x"}))  # fmt: skip
    assert key.may(Right.read, "x")
    assert not key.may(Right.read, "y")


def test_a_person_has_every_scope_and_a_key_its_own() -> None:
    assert all(Caller("A", "p").has_scope(scope) for scope in Scope)
    key = Caller("A", "p", scopes=frozenset({Scope.read}))
    assert [scope for scope in Scope if key.has_scope(scope)] == [Scope.read]


def test_only_who_has_no_account_is_alone() -> None:
    assert Caller("A").is_alone
    assert not Caller("A", "p").is_alone


def test_marks_are_released_and_agreed_by_the_chair_alone() -> None:
    for right in (Right.release, Right.moderate, Right.see_progress):
        assert ROLES_WITH[right] == {Role.chair}
    assert ROLES_WITH[Right.mark] == {Role.chair, Role.evaluator}
    assert not RIGHTS_OF_ADMINISTRATORS & {Right.see_marks, Right.see_progress, Right.release, Right.mark, Right.read}
