from __future__ import annotations

from dataclasses import replace

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.frameworks.menu import Menu, MenuItem, SupplierSize
from svdocs.records.menus import Menus
from svdocs.records.store import Store
from svdocs.records.tables import EventKind

ITEM = MenuItem(
    "careers", "kcc/employer", "Careers talks", "We will give [number] hours.", (SupplierSize.small,), "", ""
)
MENU = Menu("Examples", "Offer what is in proportion.", (ITEM,))


@pytest.fixture
def procurement_id(store: Store) -> str:
    return store.add_procurement("Verges", "Kent").id


def test_versions_are_kept_and_the_published_one_stays_until_another_is_published(
    store: Store, procurement_id: str
) -> None:
    menus = Menus(store)
    menus.save(procurement_id, MENU, set_up_version=1, person="Ada", seen=0)
    slug = menus.publish(procurement_id, 1, person="Ada")
    later = replace(MENU, title="Better examples")
    assert menus.save(procurement_id, later, set_up_version=2, person="Ben", seen=1).version == 2
    assert menus.published(slug).menu == MENU
    assert menus.publish(procurement_id, 2, person="Ben") == slug
    shown = menus.published(slug)
    assert (shown.menu, shown.version, shown.procurement, shown.buyer) == (later, 2, "Verges", "Kent")
    assert menus.publication_of(procurement_id) == (slug, 2)
    assert [(v.version, v.made_by, v.set_up_version) for v in menus.versions_of(procurement_id)] == [
        (1, "Ada", 1), (2, "Ben", 2),
    ]  # fmt: skip


def test_a_menu_that_is_taken_back_answers_like_one_that_never_was(store: Store, procurement_id: str) -> None:
    menus = Menus(store)
    with pytest.raises(Conflict):
        menus.withdraw(procurement_id, person="Ada")
    menus.save(procurement_id, MENU, set_up_version=1, person="Ada")
    slug = menus.publish(procurement_id, 1, person="Ada")
    menus.withdraw(procurement_id, person="Ada")
    with pytest.raises(NotFound) as taken_back:
        menus.published(slug)
    with pytest.raises(NotFound) as never:
        menus.published("no-such-address")
    assert str(taken_back.value) == str(never.value)
    assert menus.publication_of(procurement_id) is None
    assert menus.publish(procurement_id, 1, person="Ada") == slug


def test_each_change_is_told_once_and_no_change_is_not(store: Store, procurement_id: str) -> None:
    menus = Menus(store)
    for _ in range(2):
        menus.save(procurement_id, MENU, set_up_version=1, person="Ada")
        menus.publish(procurement_id, 1, person="Ada")
    menus.withdraw(procurement_id, person="Ada")
    told = [e.kind for e in store.events() if e.kind.value.startswith("menu")]
    assert told == [EventKind.menu_saved, EventKind.menu_published, EventKind.menu_withdrawn]


def test_what_cannot_be_saved_or_published_is_refused(store: Store, procurement_id: str) -> None:
    menus = Menus(store)
    with pytest.raises(UsageError):
        menus.save(procurement_id, MENU, set_up_version=1, person=" ")
    with pytest.raises(NotFound):
        menus.publish(procurement_id, 1, person="Ada")
    menus.save(procurement_id, MENU, set_up_version=1, person="Ada")
    with pytest.raises(Conflict):
        menus.save(procurement_id, replace(MENU, title="x"), set_up_version=1, person="Ada", seen=0)
    with pytest.raises(UsageError):
        menus.publish(procurement_id, 1, person="")
