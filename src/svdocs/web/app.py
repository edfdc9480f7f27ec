"""The web application: pages for people, `/api/v1` for programs, over one store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from svdocs import __version__
from svdocs.records.store import Store
from svdocs.settings import Settings
from svdocs.web.api import documents as api_documents
from svdocs.web.api import procurements as api_procurements
from svdocs.web.here import Here
from svdocs.web.pages import documents, procurements, reference
from svdocs.web.problems import LastResort, add_problem_handlers
from svdocs.web.render import WEB_FOLDER
from svdocs.web.security import LOOPBACK_HOSTS, MAX_BODY_BYTES, BodyLimit, SameOrigin, SecurityHeaders
from svdocs.web.uploads import PATIENCE_SECONDS, BringIn, Reception


def create_app(
    store: Store,
    settings: Settings,
    bring_in: BringIn,
    *,
    hosts: tuple[str, ...] = LOOPBACK_HOSTS,
    max_body_bytes: int = MAX_BODY_BYTES,
    patience_seconds: float = PATIENCE_SECONDS,
) -> FastAPI:
    """Return the application over `store`.

    Args:
        store: the records.
        settings: where the kept files are.
        bring_in: the path of a file into the records.
        hosts: the names under which the service answers; ``"*"`` for any.
        max_body_bytes: of a request.
        patience_seconds: how long an upload waits to be read before it is answered.
    """
    reception = Reception(bring_in, store, settings, patience_seconds)

    @asynccontextmanager
    async def while_running(_: FastAPI) -> AsyncIterator[None]:
        yield
        reception.close()

    app = FastAPI(
        title="svdocs",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=while_running,
        description="Social value statements of bids and case studies: places, codes, verdicts and decisions.",
    )
    app.state.here = Here(store, settings, reception)
    for router in (
        procurements.router,
        documents.router,
        reference.router,
        api_procurements.router,
        api_documents.router,
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=WEB_FOLDER / "static"), name="static")
    add_problem_handlers(app)
    # The last added is the outermost: every answer, refusals and failures too, gets the headers.
    app.add_middleware(BodyLimit, limit=max_body_bytes)
    app.add_middleware(SameOrigin, hosts=hosts)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders)
    return app
