"""Sends webhooks what is waiting for them: the one part of svdocs that speaks to other machines on its own.

It speaks to nobody unless a lead has set a webhook up. A name is looked up once, each address that it leads to must be
a public one, and the connection goes to that very address, so that no later answer of the name server can lead it
elsewhere. An address within the authority's own network has to be named by whoever runs the service. Redirects are not
followed, proxies of the environment are not asked, and of an answer only its status is read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
import time
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.database import DatabaseFailure
from svdocs.records.store import Store
from svdocs.records.webhooks import Outgoing, Webhooks, checked_url

log = logging.getLogger("svdocs.webhooks")

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LOOK_SECONDS = 1.0
SIGNATURE = "Svdocs-Signature"


class Refused(UsageError):
    """The address may not be sent to."""

    code = "refused"


class Courier:
    """Sends what is waiting.

    Args:
        store: the records.
        allowed_hosts: names of hosts that may be within the authority's own network.
    """

    def __init__(self, store: Store, allowed_hosts: Collection[str] = ()) -> None:
        self._webhooks = Webhooks(store)
        self._allowed = frozenset(h.lower() for h in allowed_hosts)

    def run(self, stop: threading.Event) -> None:
        """Send until `stop` is set."""
        while not stop.is_set():
            try:
                if self.send_due():
                    continue
            except (DatabaseFailure, Conflict) as error:
                log.warning("the database does not answer; trying again (%s)", type(error).__name__)
            stop.wait(LOOK_SECONDS)

    def send_due(self) -> int:
        """Send what is due, and return how many deliveries that were."""
        due = self._webhooks.claim_due()
        for outgoing in due:
            self._send(outgoing)
        return len(due)

    def _send(self, outgoing: Outgoing) -> None:
        try:
            status = self._post(outgoing)
        except (httpx.HTTPError, httpx.InvalidURL, Refused, OSError, UnicodeError) as error:
            said = str(error) if isinstance(error, Refused) else type(error).__name__
            self._note_failed(outgoing, said)
            return
        if 200 <= status < 300:
            try:
                self._webhooks.note_delivered(outgoing.delivery_id, status)
            except NotFound:  # the procurement's records have been erased meanwhile
                return
        else:
            self._note_failed(outgoing, f"answered {status}", status)

    def _note_failed(self, outgoing: Outgoing, problem: str, status: int | None = None) -> None:
        log.warning("delivery %s failed: %s", outgoing.delivery_id, problem)
        try:
            self._webhooks.note_failed(outgoing.delivery_id, problem, status)
        except NotFound:
            return

    def _post(self, outgoing: Outgoing) -> int:
        parts = urlsplit(_checked(outgoing.url, self._allowed))
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = resolve(host, port, is_allowed=host.lower() in self._allowed)
        shown = f"[{address}]" if ":" in address else address
        url = httpx.URL(outgoing.url).copy_with(host=shown.strip("[]"))
        body = json.dumps(outgoing.payload, separators=(",", ":"), ensure_ascii=True).encode()
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "User-Agent": "svdocs",
            "Svdocs-Delivery": outgoing.delivery_id,
            SIGNATURE: sign(outgoing.secret, body, int(time.time())),
        }
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions={"sni_hostname": host}) as answer,
        ):
            return answer.status_code


def _checked(url: str, allowed: Collection[str]) -> str:
    try:
        return checked_url(url, allowed)
    except UsageError as error:
        raise Refused(str(error)) from None


def sign(secret: str, body: bytes, at: int) -> str:
    """Return the signature of a body: when it was made, and the HMAC-SHA256 over that time, a full stop and the body.

    >>> sign("secret", b"{}", 1)
    't=1,v1=1122767b193110cfec322b6f199b599edbf608ed087f2d27afb0b97d99523908'
    """
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def resolve(host: str, port: int, *, is_allowed: bool) -> str:
    """Return the one address of a host to connect to.

    Args:
        host: its name or address.
        port: to be connected to.
        is_allowed: whether it may be within the authority's own network.

    Raises:
        Refused: it leads to an address that is not public, or nowhere.
    """
    try:
        found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"{host}: the name leads nowhere.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
    if not is_allowed and not all(is_public(a) for a in addresses):
        raise Refused(f"{host}: leads to an address that is not public.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an address is one of the public internet, whichever way it is written.

    >>> is_public("127.0.0.1"), is_public("10.0.0.1"), is_public("::ffff:169.254.169.254"), is_public("93.184.216.34")
    (False, False, False, True)
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.sixtofour is not None or found.teredo is not None or address.lower().startswith("64:ff9b:"):
            return False  # an address of the old kind in disguise
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
    return found.is_global and not found.is_multicast
