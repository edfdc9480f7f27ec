"""The web application: pages for people, `/api/v1` for programs, over one store."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from svdocs import __version__
from svdocs.records.keys import Keys
from svdocs.records.openings import Openings
from svdocs.records.people import People
from svdocs.records.store import Store
from svdocs.settings import Settings
from svdocs.web import health
from svdocs.web.api.description import describe
from svdocs.web.api.routers import ROUTERS
from svdocs.web.health import Watch
from svdocs.web.here import House
from svdocs.web.identity import IdentityDesk
from svdocs.web.limits import make_limits
from svdocs.web.meters import Meters
from svdocs.web.observed import Observed
from svdocs.web.pages import (
    accounts,
    award,
    award_values,
    badges,
    bringing_in,
    contracts,
    deciding,
    documents,
    help,
    jobs,
    keys,
    members,
    menu,
    missed,
    panel_chair,
    panel_marking,
    panel_set_up,
    places,
    procurements,
    promises,
    ratios,
    reference,
    register,
    reports,
    second_readings,
    set_up,
    sign_in,
    spend,
    supplier,
    tender_check,
)
from svdocs.web.problems import LastResort, add_problem_handlers
from svdocs.web.render import STATIC_FOLDER, static_address
from svdocs.web.security import LOOPBACK_HOSTS, MAX_BODY_BYTES, BodyLimit, SameOrigin, SecurityHeaders
from svdocs.web.uploads import Reception
from svdocs.web.visitors import Door


def settle() -> None:
    """Keep what stands in memory by now out of Python's searches for cycles; call it once all is built.

    A search of everything stops each request that is under way for a quarter of a second, and one request in thirty met
    it. What a service is built of stays to its end, so nothing is lost by passing it over.
    """
    gc.collect()
    gc.freeze()


def create_app(
    store: Store,
    settings: Settings,
    *,
    hosts: tuple[str, ...] = LOOPBACK_HOSTS,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> FastAPI:
    """Return the application over `store`.

    Args:
        store: the records.
        settings: where the kept files are.
        hosts: the names under which the service answers; ``"*"`` for any.
        max_body_bytes: of a request.
    """
    meters = Meters(store, settings)
    reception = Reception(store, settings, count=meters.count_upload)

    @asynccontextmanager
    async def while_running(_: FastAPI) -> AsyncIterator[None]:
        reception.open()
        yield

    app = FastAPI(
        title="svdocs",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # the description is a route of its own, for those who may use the service
        lifespan=while_running,
        description="Social value statements of bids and case studies: places, codes, verdicts and decisions.",
    )
    people = People(store)
    is_https = bool(settings.public_url)
    door = Door(people, Keys(store), make_limits(settings.requests_per_minute, settings.uploads_per_minute), is_https)
    app.state.house = House(store, settings, reception, people, door, Openings(store), _identity_desk(settings, people))
    app.state.watch = Watch(store, settings, meters)
    for router in (
        health.router,
        sign_in.router,
        sign_in.own,
        keys.router,
        accounts.router,
        jobs.router,
        help.router,
        procurements.router,
        procurements.uploads,
        documents.router,
        bringing_in.router,
        deciding.router,
        missed.router,
        members.router,
        menu.router,
        menu.public,
        tender_check.router,
        set_up.router,
        panel_set_up.router,
        panel_marking.router,
        panel_chair.router,
        award.router,
        award_values.router,
        contracts.router,
        contracts.uploads,
        promises.router,
        ratios.router,
        badges.router,
        badges.public,
        spend.router,
        places.router,
        supplier.router,
        reference.router,
        register.router,
        reports.router,
        second_readings.router,
        *ROUTERS,
    ):
        app.include_router(router)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    app.mount(static_address(), StaticFiles(directory=STATIC_FOLDER), name="static")
    add_problem_handlers(app)
    # The last added is the outermost: every answer, refusals and failures too, gets the headers.
    app.add_middleware(BodyLimit, limit=max_body_bytes)
    app.add_middleware(SameOrigin, hosts=hosts)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders, is_https=is_https)
    app.add_middleware(Observed, meters=meters)
    return app


def _identity_desk(settings: Settings, people: People) -> IdentityDesk | None:
    if settings.oidc is None:
        return None
    here = settings.public_url or f"http://{settings.host}:{settings.port}"
    return IdentityDesk(settings.oidc, people, f"{here}/sign-in/return")
