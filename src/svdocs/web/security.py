"""What stands before every page: headers, the same-origin check on changes, and the bound on a request's body."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svdocs.web.problems import answer_problem
from svdocs.web.render import STATIC

MAX_BODY_BYTES = 64 * 1024 * 1024
"""Of a request, counted while it comes in; a length that the client claims is believed only when it is too long."""

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # under no-referrer a browser sends the forms of our own pages as from nowhere
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""On every response, errors included. No store: a bid must not stay in a shared computer's cache."""

KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
"""On our own styles and scripts, the same for everybody and under an address that tells their contents."""

HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

_WRONG_HOST = (
    "The request names a host that this service does not answer for; open it at the address that it was started with."
)
_OTHER_SITE = (
    "The change was asked for by a page of another site, so it was not made; open this service itself and try again."
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Puts `HEADERS` on every response, and where people come by https the promise that they always do."""

    def __init__(self, app: ASGIApp, is_https: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | (HTTPS_ONLY if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_static = scope["path"].startswith(f"{STATIC}/") and message["status"] in (200, 304)
                MutableHeaders(scope=message).update(self._headers | (KEPT if is_static else {}))
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SameOrigin:
    """Refuses a change that a page of another site asks for, and a request to a host that svdocs is not.

    A browser says where a request comes from in `Sec-Fetch-Site` and `Origin`, and no page can forge them. A program
    that is not a browser sends neither, and holds no session that another site could misuse.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = LOOPBACK_HOSTS) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refuse(scope, receive, send, *refusal)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if "*" not in self._hosts and host_name(host) not in self._hosts:
            return (
                400,
                _WRONG_HOST,
            )
        if method in _READING:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in (None, "same-origin", "none") or not _is_own(origin, host):
            return (
                403,
                _OTHER_SITE,
            )
        return None


def _is_own(origin: str | None, host: str) -> bool:
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


class BodyLimit:
    """Stops reading a request's body at `limit` bytes, whatever length it claims."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer that it is too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and int(said) > self._limit:
            await refuse(scope, receive, send, 413, too_long(self._limit))
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise HTTPException(413, too_long(self._limit))
            return message

        await self._app(scope, receive_counted, send)


def too_long(limit: int) -> str:
    """Return the sentence for a request over the limit of `limit` bytes."""
    return (
        f"The upload is over the limit of {limit // 2**20} MB; "
        "split the document, or save it with smaller pictures, and send the parts."
    )


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port.

    >>> host_name("127.0.0.1:8000"), host_name("[::1]:8000"), host_name("LocalHost")
    ('127.0.0.1', '[::1]', 'localhost')
    """
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    """Answer a request that goes no further."""
    response: Response = answer_problem(Request(scope), status, detail)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


def answered_hosts(listen: str, public_url: str = "") -> tuple[str, ...]:
    """Return the host names to answer for: this machine's own, the address listened on, and the public one.

    Args:
        listen: the address that is listened on.
        public_url: under which people open the service, if it has an address of its own.

    >>> "10.0.0.5" in answered_hosts("10.0.0.5"), answered_hosts("0.0.0.0")
    (True, ('*',))
    >>> answered_hosts("0.0.0.0", "https://svdocs.example")[-1]
    'svdocs.example'
    """
    if public_url:
        return (*LOOPBACK_HOSTS, listen.lower(), host_name(urlsplit(public_url).netloc))
    if listen in ("0.0.0.0", "::"):
        return ("*",)
    return (*LOOPBACK_HOSTS, f"[{listen.lower()}]" if ":" in listen else listen.lower())
