"""`svdocs serve`: the pages and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.errors import ConfigurationError

if TYPE_CHECKING:
    from svdocs.settings import Settings


GRACE_SECONDS = 5
"""How long a request that is under way may still take when the service is told to stop; streams of events end then."""
MAX_HEAD_BYTES = 64 * 1024
"""Of a request's first line and headers."""


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; SVDOCS_HOST or 127.0.0.1 if not given.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; SVDOCS_PORT or 8000 if not given.")
    ] = None,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Read uploads too, in a process of its own.")
    ] = True,
) -> None:
    """Serve the pages and the API until stopped, and read what is brought in."""
    import sys
    from dataclasses import replace

    import uvicorn
    from uvicorn.config import LOGGING_CONFIG

    from svdocs.jobs.crew import Crew
    from svdocs.logs import write_json_lines
    from svdocs.records.people import People
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings
    from svdocs.web.app import create_app, settle
    from svdocs.web.security import answered_hosts

    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    settings = replace(settings, host=host, port=port)
    if settings.logs_json:
        write_json_lines()
    with open_store(settings.database_url) as store:
        _check_address(host, settings, is_anybody=People(store).is_anybody())
        app = create_app(store, settings, hosts=answered_hosts(host, settings.public_url))
        shown = f"[{host}]" if ":" in host else host
        print(f"svdocs: serving on http://{shown}:{port}, records in {settings.data_folder}", file=sys.stderr)
        settle()
        with Crew(1 if with_worker else 0):
            uvicorn.run(
                app,
                host=host,
                port=port,
                log_level="warning",
                log_config=None if settings.logs_json else LOGGING_CONFIG,
                server_header=False,
                date_header=True,
                proxy_headers=bool(settings.public_url),
                forwarded_allow_ips=list(settings.proxies),
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )


def _check_address(host: str, settings: Settings, *, is_anybody: bool) -> None:
    """Check that nobody can reach the records from elsewhere without signing in, nor sign in without encryption.

    Raises:
        ConfigurationError: the address must not be listened on.
    """
    from ipaddress import ip_address

    try:
        is_own = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_own = False
    if is_own:
        return
    if not is_anybody:
        raise ConfigurationError(
            f"{host}: there are no accounts, so whoever can reach this address could read and decide everything. Add "
            "people first with `svdocs people add`, or listen on 127.0.0.1."
        )
    if not settings.public_url:
        raise ConfigurationError(
            f"{host}: passwords would travel unencrypted. Put a proxy with https before the service and set "
            "SVDOCS_PUBLIC_URL to the https address that people open, or listen on 127.0.0.1."
        )
