"""The menu of example commitments: an officer's page that edits and publishes it, and the page that bidders read."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from svdocs.errors import NotFound
from svdocs.frameworks.menu import (
    SIZES,
    Menu,
    MenuItem,
    SupplierSize,
    parse_menu,
    propose_menu,
    theme_title,
    without_offers,
)
from svdocs.records.access import Right
from svdocs.records.menus import Menus, Published
from svdocs.records.set_ups import SetUps
from svdocs.review.menu_paper import facts_of, group_by_theme, write_menu
from svdocs.web.forms import Form, Sent
from svdocs.web.here import AtHand, AtTheDoor, Here, check_form
from svdocs.web.render import go, render
from svdocs.web.rights import needs
from svdocs.web.saved_files import save_word

TITLE = "Examples of social value commitments"
router = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
public = APIRouter(include_in_schema=False)
"""Of what everybody may read who has the address."""
_MENU = "/procurements/{procurement_id}/set-up/menu"


@router.get(_MENU, dependencies=[needs(Right.read)])
def show_menu(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Show the newest version of the menu, or what is proposed, to be edited."""
    versions = Menus(here.store).versions_of(procurement_id)
    record = SetUps(here.store).current(procurement_id)
    proposed = propose_menu(record.set_up, TITLE)
    menu = versions[-1].menu if versions else proposed
    return _edit_page(request, here, procurement_id, Form(), _with_others(menu, proposed), menu)


@router.post(_MENU, dependencies=[needs(Right.change)])
def save_menu(request: Request, here: AtHand, procurement_id: str, form: Sent) -> Response:
    """Save the menu, and put it before the public if that is asked for."""
    rows = _typed(form)
    menu, wrong = parse_menu({
        "title": form.value("title"), "introduction": form.value("introduction"), "local": form.value("local"),
        "items": [item for item, kept in rows if kept],
    })  # fmt: skip
    for message in wrong:
        form.refuse("title" if "title" in message and "example" not in message else "examples", message.rstrip("."))
    menus, record = Menus(here.store), SetUps(here.store).current(procurement_id)
    typed = form.value("version")
    if not form.errors:
        with form.taking("examples"):
            saved = menus.save(
                procurement_id, menu, set_up_version=record.version, person=here.visitor.caller.name,
                seen=int(typed) if typed.isdecimal() and len(typed) < 9 else None,
            )  # fmt: skip
            if form.value("action") == "publish":
                menus.publish(procurement_id, saved.version, person=here.visitor.caller.name)
    if form.errors:
        items = [(parse_menu({"items": [item]})[0].items[0], kept) for item, kept in rows]
        return _edit_page(request, here, procurement_id, form, items, menu)
    said = "Menu published" if form.value("action") == "publish" else "Menu saved"
    return go(request, f"/procurements/{procurement_id}/set-up/menu", said)


@router.post(_MENU + "/withdraw", dependencies=[needs(Right.change)])
def withdraw_menu(request: Request, here: AtHand, procurement_id: str) -> Response:
    """Take the menu back from the public."""
    Menus(here.store).withdraw(procurement_id, person=here.visitor.caller.name)
    return go(request, f"/procurements/{procurement_id}/set-up/menu", "Menu taken back")


@router.get(_MENU + "/word", dependencies=[needs(Right.read)])
def download_menu(here: AtHand, procurement_id: str) -> Response:
    """Return the newest saved version as a Word file."""
    versions = Menus(here.store).versions_of(procurement_id)
    if not versions:
        raise NotFound("The menu has not been saved yet; save it first.")
    newest, procurement = versions[-1], here.store.procurement(procurement_id)
    shown = Published("", procurement.title, procurement.buyer, newest.version, newest.menu, newest.made_at)
    return _word(shown)


@public.get("/menus/{slug}")
def read_menu(request: Request, house: AtTheDoor, slug: str, size: Annotated[str, Query()] = "") -> Response:
    """Show a published menu to everybody who has its address, all of it or what suits one size of supplier."""
    published = Menus(house.store).published(slug)
    chosen = SupplierSize(size) if size in set(SupplierSize) else None
    menu = published.menu
    if chosen:
        menu = replace(menu, items=tuple(i for i in menu.items if chosen in i.sizes))
    return render(
        request,
        "menu.html",
        published=published,
        menu=menu,
        groups=[(theme_title(t), [(i, facts_of(i)) for i in items]) for t, items in group_by_theme(menu)],
        sizes=SIZES.items(),
        chosen=chosen,
    )


@public.get("/menus/{slug}/word")
def download_published_menu(house: AtTheDoor, slug: str) -> Response:
    """Return a published menu as a Word file."""
    return _word(Menus(house.store).published(slug))


def _word(published: Published) -> Response:
    return save_word(f"menu-version-{published.version}.docx", write_menu(published))


def _typed(form: Form) -> list[tuple[dict[str, Any], bool]]:
    """Return the examples as they were typed, each with whether it is to stand in the menu."""
    rows = []
    for n in range(int(form.value("count")) if form.value("count").isdecimal() and len(form.value("count")) < 4 else 0):
        texts = {k: form.value(f"{k}-{n}") for k in ("key", "theme", "title", "wording", "evidence", "in_proportion")}
        item = {**texts, "measure": form.value(f"measure-{n}"), "sizes": form.all(f"sizes-{n}")}
        if item["wording"] or item["title"]:
            rows.append((item, form.value(f"keep-{n}") == "yes"))
    return rows


def _with_others(menu: Menu, proposed: Menu) -> list[tuple[MenuItem, bool]]:
    """Return the menu's examples, and those of the catalogue beside them that are not in it."""
    keys = {item.key for item in menu.items}
    return [(item, True) for item in menu.items] + [(i, False) for i in proposed.items if i.key not in keys]


def _edit_page(request: Request, here: Here, procurement_id: str, form: Form, items: list[tuple[MenuItem, bool]],
               menu: Menu) -> Response:  # fmt: skip
    menus, record = Menus(here.store), SetUps(here.store).current(procurement_id)
    themes = list(dict.fromkeys([str(t) for t in record.set_up.themes] + [i.theme for i, _ in items]))
    own = MenuItem("own", themes[0] if themes else "", "", "", tuple(SupplierSize), "", "")
    return render(
        request,
        "menu_edit.html",
        form=form,
        procurement=here.store.procurement(procurement_id),
        may_change=here.visitor.caller.may(Right.change, procurement_id),
        menu=menu,
        items=[(item, kept, theme_title(item.theme) if item.title else "") for item, kept in [*items, (own, False)]],
        themes=[(t, theme_title(t)) for t in themes],
        sizes=[(size.value, words.capitalize()) for size, words in SIZES.items()],
        left_out=[SIZES[s] for s in without_offers(menu)],
        versions=menus.versions_of(procurement_id),
        publication=menus.publication_of(procurement_id),
        here_is=here.settings.public_url or str(request.base_url).rstrip("/"),
        has_themes=bool(record.set_up.themes),
    )
