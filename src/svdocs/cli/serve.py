"""`svdocs serve`: the pages and the API."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; SVDOCS_HOST or 127.0.0.1 if not given.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; SVDOCS_PORT or 8000 if not given.")
    ] = None,
) -> None:
    """Serve the pages and the API until stopped."""
    import sys

    import uvicorn

    from svdocs.jobs.bring_in import bring_in
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings
    from svdocs.web.app import create_app
    from svdocs.web.security import answered_hosts

    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    with open_store(settings.database_url) as store:
        app = create_app(store, settings, bring_in, hosts=answered_hosts(host))
        shown = f"[{host}]" if ":" in host else host
        print(f"svdocs: serving on http://{shown}:{port}, records in {settings.data_folder}", file=sys.stderr)
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            date_header=True,
            proxy_headers=False,
            h11_max_incomplete_event_size=64 * 1024,
        )
