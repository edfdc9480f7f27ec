"""Who may do what: the roles of a procurement and the scopes of a key, as data that pages, API and tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from svdocs.records.people_tables import Role, Scope


class Right(StrEnum):
    """What can be asked for in a procurement."""

    look = "look"
    """See that the procurement exists, its title, buyer and dates, and who its members are."""
    read = "read"
    """Read its documents, statements, decisions and runs; bids only once they are opened."""
    add_documents = "add_documents"
    """Hand in documents; before the opening too, and then a receipt is all that comes back."""
    decide = "decide"
    """Accept, amend or reject statements."""
    export = "export"
    """Take statements away as a file, and write letters to bidders."""
    reprocess = "reprocess"
    """Have documents read again."""
    change = "change"
    """Set its dates, its opening time and who is told of changes."""
    open_bids = "open_bids"
    """Confirm, as one of two people, that bids are opened."""
    manage_members = "manage_members"
    """Give and take away roles in it."""
    set_up_panel = "set_up_panel"
    """Set criteria, weightings, bids and evaluators of the panel, until marking begins."""
    mark = "mark"
    """Declare conflicts, and mark the bids that one is assigned."""
    see_progress = "see_progress"
    """See who has submitted a mark, and not what; read what people declared."""
    release = "release"
    """Release a lot's marks once all have submitted, excuse and replace evaluators, decide on conflicts."""
    see_marks = "see_marks"
    """See the marks of a lot that is released; before, everybody sees their own alone."""
    moderate = "moderate"
    """Record what the panel agreed on, and close the moderation."""
    see_award = "see_award"
    """See what bids are taken to be worth, and read the papers of the award."""
    award = "award"
    """Say how bids are valued, fix their values, decide to whom a lot goes, and write its papers."""
    manage_contracts = "manage_contracts"
    """Make contracts of awarded bids, follow their promises, and give suppliers links."""
    verify_delivery = "verify_delivery"
    """Say that something was delivered, and confirm badges."""


_ALL = frozenset(Role)
_LEADS = frozenset({Role.lead})

ROLES_WITH: Mapping[Right, frozenset[Role]] = {
    Right.look: _ALL,
    Right.read: _ALL,
    Right.add_documents: frozenset({Role.lead, Role.contract_manager, Role.records_officer}),
    Right.decide: frozenset({Role.lead, Role.chair, Role.evaluator}),
    Right.export: frozenset({Role.lead, Role.chair, Role.contract_manager, Role.records_officer}),
    Right.reprocess: frozenset({Role.lead, Role.records_officer}),
    Right.change: _LEADS,
    Right.open_bids: frozenset({Role.lead, Role.chair, Role.records_officer}),
    Right.manage_members: _LEADS,
    Right.set_up_panel: frozenset({Role.lead, Role.chair}),
    Right.mark: frozenset({Role.chair, Role.evaluator}),
    Right.see_progress: frozenset({Role.chair}),
    Right.release: frozenset({Role.chair}),
    Right.see_marks: frozenset({Role.lead, Role.chair, Role.evaluator, Role.observer, Role.records_officer}),
    Right.moderate: frozenset({Role.chair}),
    Right.see_award: frozenset({Role.lead, Role.chair, Role.records_officer}),
    Right.award: frozenset({Role.lead, Role.chair}),
    Right.manage_contracts: frozenset({Role.lead, Role.contract_manager}),
    Right.verify_delivery: frozenset({Role.contract_manager}),
}
"""Which roles have a right in their procurement."""

RIGHTS_OF_ADMINISTRATORS = frozenset({Right.look, Right.manage_members})
"""What an administrator may do in every procurement: manage its people, and read nothing of what suppliers wrote."""

SCOPE_FOR: Mapping[Right, Scope] = {
    Right.look: Scope.read,
    Right.read: Scope.read,
    Right.add_documents: Scope.upload,
    Right.decide: Scope.decide,
    Right.export: Scope.export,
    Right.reprocess: Scope.admin,
    Right.change: Scope.admin,
    Right.open_bids: Scope.admin,
    Right.manage_members: Scope.admin,
    Right.set_up_panel: Scope.admin,
    Right.mark: Scope.decide,
    Right.see_progress: Scope.read,
    Right.release: Scope.admin,
    Right.see_marks: Scope.read,
    Right.moderate: Scope.admin,
    Right.see_award: Scope.export,
    Right.award: Scope.admin,
    Right.manage_contracts: Scope.decide,
    Right.verify_delivery: Scope.decide,
}
"""Which scope a key needs for a right, beside the role of the person whose key it is."""

ONLY_IN_PERSON = frozenset({Right.open_bids})
"""What no key may do: it takes somebody who has just signed in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person, a program with a person's key, or whoever sits at a machine without accounts."""

    name: str
    """As it stands with what they decide."""
    person_id: str | None = None
    """None at a machine without accounts, where one person does everything."""
    is_administrator: bool = False
    roles: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    """By procurement."""
    scopes: frozenset[Scope] | None = None
    """Of a key; None for a person."""
    procurements: frozenset[str] | None = None
    """To which a key is bound; None for all of the person's."""

    @property
    def is_alone(self) -> bool:
        """Whether this is the person at a machine without accounts, who may do everything but open sealed bids."""
        return self.person_id is None

    def has_scope(self, scope: Scope) -> bool:
        """Say whether a key's scopes allow it; a person in a browser has all."""
        return self.scopes is None or scope in self.scopes

    def may(self, right: Right, procurement_id: str) -> bool:
        """Say whether the caller has a right in a procurement.

        >>> lead = Caller("A", "p", roles={"x": (Role.lead,)})
        >>> lead.may(Right.decide, "x"), lead.may(Right.decide, "y"), Caller("me").may(Right.open_bids, "x")
        (True, False, False)
        """
        if self.is_alone:
            return right is not Right.open_bids
        if self.scopes is not None and (right in ONLY_IN_PERSON or SCOPE_FOR[right] not in self.scopes):
            return False
        if self.procurements is not None and procurement_id not in self.procurements:
            return False
        if self.is_administrator and right in RIGHTS_OF_ADMINISTRATORS:
            return True
        return bool(ROLES_WITH[right] & set(self.roles.get(procurement_id, ())))


AT_THIS_MACHINE = Caller("the person at this machine")
"""Whoever uses the service where there are no accounts, and whoever runs a command that shows records."""
