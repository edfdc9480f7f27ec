"""What the sweep over every page opens: for each name in an address the id of a record, made where there is none yet.

A name that stands in an address and not here fails the sweep, so that no page is forgotten. A room whose records take a
whole journey to make opens its pages in a test module of its own, which `ELSEWHERE` names.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from svdocs.delivery.award import in_years
from svdocs.frameworks.set_up import SetUpPart
from svdocs.records.contracts import Contracts
from svdocs.records.menus import Menus
from svdocs.records.schedules import NewContract, Promise
from svdocs.records.spend import Spend
from svdocs.statements.statement import Unit
from tests.browser.conftest import Service
from tests.records.test_menus import MENU
from tests.records.test_spend import GIVEN

STARTS, ENDS = date(2027, 4, 1), date(2030, 3, 31)

ELSEWHERE = {
    "test_contracts.py": ("/supplier/", "/case-studies/", "/badges/{badge_id}"),
    "test_panel.py": ("/panel",),
    "test_register.py": ("/second-readings/",),
}
"""For a test module the parts of the addresses whose pages it opens itself, with axe."""

_made: dict[tuple[str, str], str] = {}


def _once(name: str, make: Callable[[Service], str]) -> Callable[[Service], str]:
    def made(service: Service) -> str:
        key = (service.url, name)
        if key not in _made:
            _made[key] = make(service)
        return _made[key]

    return made


def _add_contract(service: Service) -> str:
    given = NewContract(service.made.procurement, "Example & Sons", "KCC-01", "Street lighting", STARTS, ENDS)
    promise = Promise("We will take on five apprentices.", (), quantity_value=5, quantity_unit=Unit.people)
    return Contracts(service.store).add(given, [in_years(promise, STARTS, ENDS)], person="Lead Person").id


def _publish_menu(service: Service) -> str:
    menus = Menus(service.store)
    menus.save(service.made.procurement, MENU, set_up_version=1, person="Lead Person", seen=0)
    return menus.publish(service.made.procurement, 1, person="Lead Person")


_contract = _once("contract", _add_contract)

IDS: dict[str, Callable[[Service], str]] = {
    "procurement_id": lambda s: s.made.procurement,
    "document_id": lambda s: s.made.pdf,
    "statement_id": lambda s: s.made.named()["statement"],
    "person_id": lambda s: s.person_id("evaluator"),
    "contract_id": _contract,
    "commitment_id": lambda s: Contracts(s.store).schedule_of(_contract(s))[0].id,
    "slug": _once("menu", _publish_menu),
    "part": lambda s: SetUpPart.contract,
    "kind": lambda s: "statement",
    "file_id": _once("spend", lambda s: Spend(s.store).import_file(GIVEN, person="Lead Person").id),
}
