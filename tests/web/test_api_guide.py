"""The lines of docs/api.md, run as they stand against a service that listens."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from svdocs.records.store import open_store
from svdocs.settings import read_settings
from svdocs.web.app import create_app

GUIDE = Path(__file__).parents[2] / "docs/api.md"


@pytest.fixture
def address(tmp_path: Path, empty_database: Path) -> Iterator[str]:
    shutil.copy(empty_database, tmp_path / "svdocs.db")
    settings = read_settings({"SVDOCS_DATA": str(tmp_path)})
    with open_store(settings.database_url) as store, socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(store, settings), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_of_the_guide_do_what_it_says(address: str, tmp_path: Path) -> None:
    [lines] = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    script = lines.replace("http://127.0.0.1:8000", address).replace("curl -s ", "curl -sf ")
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert '"title":"Street lighting"' in ran.stdout
    assert '"name":"Lot 1"' in ran.stdout
    assert "etag:" in ran.stdout.lower()
    assert '"state":"queued"' in ran.stdout
    assert (tmp_path / "statements.csv").read_text(encoding="utf-8-sig").startswith('"procurement"')
