"""The rooms that every page's navigation leads to: those that this service has, and that its visitor may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request

if TYPE_CHECKING:
    from svdocs.web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the navigation.

    Attributes:
        title: in the navigation.
        address: of its first page; the room is shown only where the application has a page there.
        also: how the addresses of its other pages begin.
        for_administrators: whether only those who manage people enter it.
    """

    title: str
    address: str
    also: tuple[str, ...] = ()
    for_administrators: bool = False

    def holds(self, path: str) -> bool:
        """Say whether a page is in this room.

        >>> Room("Procurements", "/", ("/documents/",)).holds("/documents/1"), Room("Jobs", "/jobs").holds("/jobs/1")
        (True, True)
        >>> Room("Procurements", "/").holds("/jobs")
        False
        """
        own = path == self.address or (self.address != "/" and path.startswith(self.address + "/"))
        return own or any(path.startswith(a) for a in self.also)


ROOMS = (
    Room("Procurements", "/", ("/procurements/", "/documents/", "/statements/")),
    Room("Reading", "/jobs"),
    Room("Contracts", "/contracts"),
    Room("Places", "/places"),
    Room("Spend", "/spend"),
    Room("Reports", "/reports"),
    Room("People", "/people", for_administrators=True),
    Room("For programs", "/docs"),
    Room("Help", "/help"),
)


def _addresses(app: Starlette) -> frozenset[str]:
    """Return the addresses that an application answers at, gathered once."""
    found: frozenset[str] | None = getattr(app.state, "addresses", None)
    if found is None:
        routers = [getattr(route, "original_router", None) for route in app.routes]
        routes = [*app.routes, *(route for router in routers if router for route in router.routes)]
        found = app.state.addresses = frozenset(getattr(route, "path", "") for route in routes)
    return found


def rooms_for(request: Request, visitor: Visitor | None) -> list[dict[str, object]]:
    """Return the navigation's entries as the service navigation of GOV.UK Frontend takes them."""
    if visitor is None:
        return []
    there = _addresses(request.app)
    manages_people = visitor.caller.is_administrator or visitor.caller.is_alone
    return [
        {
            "text": room.title,
            "href": room.address,
            "current": request.url.path == room.address,
            "active": room.holds(request.url.path),
        }
        for room in ROOMS
        if room.address in there and (manages_people or not room.for_administrators)
    ]
