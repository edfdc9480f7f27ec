"""`svdocs serve`, started as a person starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_it_serves_on_the_loopback_address_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "SVDOCS_DATA": str(tmp_path), "SVDOCS_PORT": str(port)}
    command = [sys.executable, "-c", "from svdocs.cli.main import main; main()", "serve"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as service:
        try:
            assert health(port)["status"] == "ok"
        finally:
            service.send_signal(signal.SIGINT)
        said = service.communicate(timeout=30)[1]
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert (tmp_path / "svdocs.db").is_file()


def health(port: int) -> dict[str, str]:
    for _ in range(240):
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                body: dict[str, str] = json.load(answer)
                return body
        except (URLError, ConnectionError):
            time.sleep(0.25)
    raise AssertionError("the service did not answer within a minute")
