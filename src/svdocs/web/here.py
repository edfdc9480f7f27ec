"""What a handler asks for in its signature: the store, the settings and the reception of this application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from svdocs.records.store import Store
from svdocs.settings import Settings
from svdocs.web.uploads import Reception


@dataclass(frozen=True, slots=True)
class Here:
    """What one application works on."""

    store: Store
    settings: Settings
    reception: Reception


def _here(request: Request) -> Here:
    here: Here = request.app.state.here
    return here


AtHand = Annotated[Here, Depends(_here)]
