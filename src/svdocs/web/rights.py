"""What a route asks of its visitor: a right in the procurement that the address names, or a scope of a key.

What the visitor may not even know of is not found, and not found says the same of what there is not; only a member of a
procurement, or an administrator, is told that their role does not go so far. A test holds that every route asks.
"""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from svdocs.errors import NotAllowed
from svdocs.records.access import ONLY_IN_PERSON, SCOPE_FOR, Right
from svdocs.records.contracts import Contracts
from svdocs.records.jobs import Jobs
from svdocs.records.people_tables import Scope
from svdocs.records.store import Store
from svdocs.records.turns import Turns
from svdocs.web.here import AtHand
from svdocs.web.visitors import READING

_ROLE = "Your role in this procurement does not allow this; ask its lead."
_SCOPE = "The key does not have the scope for this; use another key."
_KEY = "No key may do this; sign in and do it yourself."
_ADMINISTRATOR = "Only an administrator manages people."
_FRESH = "Sign in again first: opening bids asks for somebody who has just proved who they are."


class NeedsRight:
    """Asks for a right in the procurement that the address names."""

    def __init__(self, right: Right) -> None:
        self.right = right

    def __call__(self, request: Request, here: AtHand) -> None:
        """Let the visitor pass.

        Raises:
            NotFound: what the address names is not there, or not for this visitor.
            NotAllowed: the visitor's role or key does not go so far.
        """
        procurement_id = procurement_named(here.store, request.path_params)
        caller = here.visitor.caller
        if caller.scopes is not None and self.right in ONLY_IN_PERSON:
            raise NotAllowed(_KEY)
        if not caller.has_scope(SCOPE_FOR[self.right]):
            raise NotAllowed(_SCOPE)
        if not caller.may(self.right, procurement_id):
            raise NotAllowed(_ROLE)
        if self.right is Right.open_bids and request.method not in READING and not here.visitor.has_just_signed_in:
            raise NotAllowed(_FRESH)
        if self.right is Right.add_documents and not caller.is_alone:
            here.door.limits.uploads.take(here.visitor.sender)


class NeedsScope:
    """Asks for no right of a procurement, and of a key for a scope; what is listed is narrowed by the query."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __call__(self, here: AtHand) -> None:
        """Let the visitor pass.

        Raises:
            NotAllowed: the key does not go so far.
        """
        if not here.visitor.caller.has_scope(self.scope):
            raise NotAllowed(_SCOPE)


class NeedsMembers(NeedsScope):
    """Asks for somebody who works in procurements: an administrator adds none and so leads none."""

    def __call__(self, here: AtHand) -> None:
        """Let the visitor pass.

        Raises:
            NotAllowed: they are an administrator, or the key does not go so far.
        """
        super().__call__(here)
        if here.visitor.caller.is_administrator:
            raise NotAllowed("An administrator manages people and has no procurements; sign in as somebody else.")


class NeedsAdministrator(NeedsScope):
    """Asks for an administrator, or the person at a machine without accounts."""

    def __call__(self, here: AtHand) -> None:
        """Let the visitor pass.

        Raises:
            NotAllowed: they are none, or the key does not go so far.
        """
        super().__call__(here)
        if not (here.visitor.caller.is_administrator or here.visitor.caller.is_alone):
            raise NotAllowed(_ADMINISTRATOR)


def needs(right: Right) -> Any:
    """Return the dependency of a route that asks for a right."""
    return Depends(NeedsRight(right))


def needs_scope(scope: Scope) -> Any:
    """Return the dependency of a route that is open to whoever may use the service, and to keys with a scope."""
    return Depends(NeedsScope(scope))


def needs_member_account() -> Any:
    """Return the dependency of a route by which a procurement is added."""
    return Depends(NeedsMembers(Scope.admin))


def needs_administrator() -> Any:
    """Return the dependency of a route by which accounts are managed."""
    return Depends(NeedsAdministrator(Scope.admin))


def procurement_named(store: Store, named: dict[str, Any]) -> str:
    """Return the procurement of what an address names, as the store's caller may see it.

    Raises:
        NotFound: there is no such thing, or not for them.
    """
    if "procurement_id" in named:
        found = store.procurement(named["procurement_id"]).id
        if "document_id" in named and store.document(named["document_id"]).document.procurement_id != found:
            store.document("")  # answered like a document that is not there
        return found
    if "contract_id" in named:
        return Contracts(store).contract(named["contract_id"]).contract.procurement_id
    if "job_id" in named:
        return store.document(Jobs(store).job(named["job_id"]).document_id).document.procurement_id
    run = named.get("run_id") or named.get("older")
    if run:
        return store.document(store.run(run).document_id).document.procurement_id
    if "statement_id" in named:
        return Turns(store).procurement_of(statement_id=named["statement_id"])
    return Turns(store).procurement_of(document_id=named["document_id"])
