"""The reverse proxy: its limits are the service's own, and before a running service it does what it should."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.requests import Request

from svdocs.cli.serve import MAX_HEAD_BYTES
from svdocs.web.api.jobs import LONGEST_SECONDS
from svdocs.web.app import create_app
from svdocs.web.limits import STRANGERS_A_MINUTE, STRANGERS_AT_ONCE
from svdocs.web.security import HEADERS, HTTPS_ONLY, MAX_BODY_BYTES
from svdocs.web.uploads import SILENCE_SECONDS
from tests.web.conftest import Made

TEMPLATE = (Path(__file__).resolve().parents[2] / "deploy/nginx/svdocs.conf.template").read_text()
NAME = "svdocs.council.example"
NGINX, ENVSUBST = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("envsubst")


def said(directive: str) -> str:
    [value] = re.findall(rf"^\s*{directive} (.*);", TEMPLATE, re.M)
    return str(value)


def test_the_limits_are_those_of_the_service() -> None:
    assert said("client_max_body_size") == f"{MAX_BODY_BYTES // 2**20}m"
    assert said("client_body_timeout") == f"{SILENCE_SECONDS:.0f}s"
    number, size = said("large_client_header_buffers").split()
    assert int(number) * int(size.removesuffix("k")) * 1024 == MAX_HEAD_BYTES
    assert f"rate={STRANGERS_A_MINUTE}r/m" in TEMPLATE
    assert f"burst={STRANGERS_AT_ONCE} " in TEMPLATE
    events = TEMPLATE[TEMPLATE.index("/events$") :]
    assert int(re.findall(r"proxy_read_timeout (\d+)s", events)[0]) > LONGEST_SECONDS


def test_an_upload_is_neither_copied_nor_sent_twice() -> None:
    assert (said("proxy_request_buffering"), said("proxy_next_upstream")) == ("off", "off")


def test_what_the_sender_says_of_itself_is_not_passed_on() -> None:
    assert said("proxy_set_header X-Forwarded-For") == "$remote_addr"
    assert said("proxy_set_header Forwarded") == said("proxy_set_header X-Real-IP") == '""'


def test_no_query_is_logged() -> None:
    form = TEMPLATE[TEMPLATE.index("log_format") : TEMPLATE.index("upstream svdocs {")]
    assert not re.search(r"\$(request_uri|request|args|query_string|http_referer|http_cookie|uri)\b", form)


@dataclass(frozen=True)
class Proxied:
    """A service behind the proxy."""

    https: str
    http: str
    made: Made
    uploads: Path
    """Where the proxy would keep a copy of an upload."""
    log: Path

    def client(self) -> httpx.Client:
        """A client that trusts the proxy's certificate whatever it is."""
        return httpx.Client(base_url=self.https, verify=trusting(), headers={"Host": NAME}, timeout=30)

    def status_of_claimed(self, path: str, length: int) -> int:
        """The status of a request that claims a body of this length and sends none of it."""
        port = int(self.https.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 20) as plain, trusting().wrap_socket(plain) as wire:
            wire.sendall(f"POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {length}\r\n\r\n".encode())
            return int(wire.recv(4096).split(b" ", 2)[1])


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def make_certificate(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def configuration(folder: Path, upstream: int, http: int, https: int) -> str:
    """The template as envsubst fills it, with ports and folders that a test may use, inside a whole configuration."""
    environment = {"UPSTREAM": f"127.0.0.1:{upstream}", "SERVER_NAME": NAME}
    assert ENVSUBST is not None
    filled = subprocess.run([ENVSUBST, "$UPSTREAM $SERVER_NAME"], input=TEMPLATE, env=environment, text=True,
                            capture_output=True, check=True).stdout  # fmt: skip
    assert "${" not in filled
    filled = re.sub(r"listen \[::\].*\n", "", filled)
    filled = filled.replace("listen 80;", f"listen 127.0.0.1:{http};").replace(
        "listen 443 ", f"listen 127.0.0.1:{https} "
    )
    filled = filled.replace("/etc/svdocs/tls", str(folder)).replace("/var/log/nginx", str(folder))
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
            f"http {{ {temporary}\n{filled} }}")  # fmt: skip


@pytest.fixture
def proxied(made: Made, tmp_path: Path) -> Iterator[Proxied]:
    if NGINX is None or ENVSUBST is None:
        pytest.skip("no nginx; scripts/system-packages.sh test installs it")
    settings = replace(made.settings, public_url=f"https://{NAME}")
    app = create_app(made.store, settings, hosts=(NAME,))

    @app.get("/who")
    def who(request: Request) -> dict[str, str]:
        return {"from": request.client.host if request.client else "", "scheme": request.url.scheme}

    upstream, http, https = free_port(), free_port(), free_port()
    make_certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(configuration(tmp_path, upstream, http, https))
    server = uvicorn.Server(uvicorn.Config(app, port=upstream, log_level="critical", proxy_headers=True,
                                           forwarded_allow_ips=list(settings.proxies), server_header=False,
                                           timeout_graceful_shutdown=1))  # fmt: skip
    thread = threading.Thread(target=server.run)
    thread.start()
    proxy = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")])
    try:
        for port in (upstream, https):
            until = time.monotonic() + 20
            while time.monotonic() < until:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert proxy.poll() is None, (tmp_path / "error.log").read_text()
                time.sleep(0.02)
        yield Proxied(f"https://127.0.0.1:{https}", f"http://127.0.0.1:{http}", made, tmp_path / "client_body",
                      tmp_path / "access.log")  # fmt: skip
    finally:
        proxy.terminate()
        proxy.wait(10)
        server.should_exit = True
        thread.join(20)


def test_a_service_behind_the_proxy(proxied: Proxied) -> None:
    documents = f"/api/v1/procurements/{proxied.made.procurement}/documents"
    with proxied.client() as client:
        # Encryption, and who asks.
        sent_on = httpx.get(f"{proxied.http}/docs", headers={"Host": NAME})
        assert (sent_on.status_code, sent_on.headers["location"]) == (301, f"https://{NAME}/docs")
        claims = {"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7", "Forwarded": "for=198.51.100.7"}
        assert client.get("/who", headers=claims).json() == {"from": "127.0.0.1", "scheme": "https"}
        assert client.get("/health/ready").json() == {"status": "ready"}
        assert client.get("/metrics").status_code == 404

        # Each header once, as the service set it.
        page = client.get("/?q=heliotrope")
        for name, value in (HEADERS | HTTPS_ONLY).items():
            assert page.headers.get_list(name) == [value]
        assert "uvicorn" not in page.headers.get("server", "")
        assert client.get("/nothing").headers["X-Frame-Options"] == "DENY"

        # Uploads: whole, up to the limit, and no copy on the way.
        content = os.urandom(3 * 2**20)
        answer = client.post(documents, files={"file": ("a.pdf", content)})
        assert answer.status_code == 201, answer.text
        assert client.get(f"/documents/{answer.json()['id']}/original").content == content
        assert list(proxied.uploads.rglob("*")) == []
        assert proxied.status_of_claimed(documents, MAX_BODY_BYTES + 1) == 413

        # Progress comes when it happens, while the answer is still under way.
        start = time.monotonic()
        with client.stream("GET", f"/api/v1/procurements/{proxied.made.procurement}/events") as events:
            assert next(events.iter_lines()) == "event: job"
        assert time.monotonic() - start < 5

        # Sign-in is limited before it reaches the service.
        statuses = [client.get("/sign-in").status_code for _ in range(STRANGERS_AT_ONCE + 5)]
        assert statuses[0] in (200, 303)
        assert statuses[-1] == 429
    logged = proxied.log.read_text()
    assert '"status":200' in logged
    assert "heliotrope" not in logged
