"""The ids by which the sweep over every page fills in addresses: a room adds those of its records here.

A name that stands in an address and not here fails the sweep, so that no page is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Service

IDS: dict[str, Callable[[Service], str]] = {
    "procurement_id": lambda s: s.made.procurement,
    "document_id": lambda s: s.made.pdf,
    "statement_id": lambda s: s.made.named()["statement"],
    "person_id": lambda s: s.person_id("evaluator"),
}

ADDRESSES: dict[str, str] = {
    "/procurements/{procurement_id}/panel/{lot}": "/procurements/{procurement_id}/panel/1",
}
"""For a page whose address asks for more than ids: what is opened in its place."""
