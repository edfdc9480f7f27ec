"""Whether the service lives and can do its work, and what it counts, for those who watch over it.

Anybody may ask whether it is ready, and learns that and no more; what stands in the way is for administrators.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated

from anyio import CapacityLimiter, move_on_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from svdocs.errors import NotAllowed
from svdocs.records.readiness import Check, Part, check_readiness
from svdocs.records.store import Store
from svdocs.settings import Settings
from svdocs.web.meters import Meters
from svdocs.web.rights import needs_administrator

FRESH_SECONDS = 2.0
"""For so long an answer is given again, so that nobody keeps the disk busy by asking."""
PATIENCE_SECONDS = 5.0
"""After which a database that does not answer counts as one that cannot be reached."""
_FOR_OTHERS = "The metrics are for programs on this machine, or those that send the token of SVDOCS_METRICS_TOKEN."

router = APIRouter(include_in_schema=False)


class CheckBody(BaseModel):
    """One thing that was tried."""

    part: str
    well: bool
    said: str


class HealthDetailsBody(BaseModel):
    """All that was tried."""

    status: str
    checks: list[CheckBody]


@dataclass
class Watch:
    """Looks after one application, and remembers for a moment what it saw."""

    store: Store
    settings: Settings
    meters: Meters
    _limiter: CapacityLimiter | None = None
    _seen: list[Check] = field(default_factory=list)
    _at: float = float("-inf")

    async def look(self) -> list[Check]:
        """Return how each part is, or was a moment ago."""
        self._limiter = self._limiter or CapacityLimiter(1)  # belongs to the event loop that runs
        with move_on_after(PATIENCE_SECONDS):
            return await run_sync(self._looked, abandon_on_cancel=True, limiter=self._limiter)
        return [Check(Part.database, False, f"Nothing answered within {PATIENCE_SECONDS:.0f} seconds.")]

    def _looked(self) -> list[Check]:
        if time.monotonic() - self._at >= FRESH_SECONDS:
            self._seen = check_readiness(self.store, self.settings.files_folder, self.settings.spare_bytes)
            self._at = time.monotonic()
        return self._seen


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch


TheWatch = Annotated[Watch, Depends(_watch)]


@router.get("/health/live")
async def show_life() -> Response:
    """Say that the process answers. Nothing else is tried: who restarts it for a slow database makes things worse."""
    return JSONResponse({"status": "live"})


@router.get("/health/ready")
async def show_readiness(watch: TheWatch) -> Response:
    """Say whether requests should be sent here: 200, or 503."""
    stopped = any(check.stands_in_the_way for check in await watch.look())
    return JSONResponse({"status": "not ready" if stopped else "ready"}, 503 if stopped else 200)


@router.get("/health/details", dependencies=[needs_administrator()])
async def show_details(watch: TheWatch) -> HealthDetailsBody:
    """Say what was tried and how it went."""
    seen = await watch.look()
    checks = [CheckBody(part=c.part, well=c.is_well, said=c.said) for c in seen]
    stopped = any(check.stands_in_the_way for check in seen)
    return HealthDetailsBody(status="not ready" if stopped else "ready", checks=checks)


@router.get("/metrics")
def show_metrics(request: Request, watch: TheWatch) -> Response:
    """Write what the service counts, in Prometheus' text format."""
    if not _may_see_metrics(request, watch.settings.metrics_token):
        raise NotAllowed(_FOR_OTHERS)
    return Response(watch.meters.written(), media_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: Request, token: str) -> bool:
    """Say whether a request may see the metrics: by the token, or without one from this machine and by no proxy."""
    if token:
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())
    if any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip")):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
