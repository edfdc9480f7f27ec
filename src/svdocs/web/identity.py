"""Sign-in at an OpenID Connect provider: the authorization code flow with PKCE, `state` and `nonce`.

The flow is Authlib's, the checks of the identity token are joserfc's; both are needed only where a provider is
configured. The provider says who somebody is. Whether they have an account here, the records say.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from svdocs.errors import ConfigurationError, NotSignedIn
from svdocs.records.people import People
from svdocs.records.people_tables import Person
from svdocs.settings import IdentityProvider

SECONDS = 10.0
"""How long the provider may take to answer."""
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Of signatures that are believed; never `none`, and never one with a shared key."""
LEEWAY_SECONDS = 60
_UNREACHABLE = "The identity provider cannot be reached or gave no answer that makes sense; try again in a minute."
_REFUSED = "The identity provider did not sign you in; try again, or ask the person who runs this service."


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the state that it must come back with."""

    address: str
    state: str


class IdentityDesk:
    """Sends people to the identity provider and takes them back."""

    def __init__(self, provider: IdentityProvider, people: People, return_address: str) -> None:
        try:
            from authlib.integrations.httpx_client import OAuth2Client
        except ImportError as error:
            raise ConfigurationError(
                "Sign-in by OpenID Connect needs packages that are not installed; install svdocs[oidc]."
            ) from error
        self._client_class = OAuth2Client
        self._provider = provider
        self._people = people
        self._return_address = return_address
        self._described: dict[str, Any] | None = None
        self._lock = threading.Lock()

    def begin(self, next_page: str) -> Begun:
        """Return where a person signs in.

        Args:
            next_page: the page of this service that follows.

        Raises:
            NotSignedIn: the provider cannot be reached.
        """
        described = self._description()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client() as client:
            address, state = client.create_authorization_url(
                described["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        self._people.begin_identity_request(state, nonce=nonce, verifier=verifier, next=next_page)
        return Begun(address, state)

    def finish(self, code: str, state: str) -> tuple[Person, str]:
        """Return who came back from the provider, and the page that follows.

        Args:
            code: that the provider gave to the browser.
            state: that it came back with.

        Raises:
            NotSignedIn: the provider does not vouch for them, or they have no account here.
            NotFound: no sign-in was begun with this state.
        """
        request = self._people.take_identity_request(state)
        claims = self._claims(code, request.verifier, request.nonce)
        email = claims.get("email") if claims.get("email_verified") is True else None
        person = self._people.person_of_identity(claims["iss"], claims["sub"], email)
        if person is None:
            raise NotSignedIn(
                "You are known at the identity provider and have no account here; ask an administrator to add you."
            )
        return person, request.next

    def _client(self) -> Any:
        return self._client_class(
            self._provider.client_id,
            self._provider.client_secret,
            scope="openid email profile",
            redirect_uri=self._return_address,
            code_challenge_method="S256",
            timeout=SECONDS,
            trust_env=False,
        )

    def _description(self) -> dict[str, Any]:
        """Return what the provider tells of itself, asked for once."""
        with self._lock:
            if self._described is None:
                issuer = self._provider.issuer
                found = self._ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != issuer or not all(
                    _is_safe(found.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
                ):
                    raise NotSignedIn(_UNREACHABLE)
                self._described = found
            return self._described

    def _ask(self, address: str) -> dict[str, Any]:
        import httpx

        try:
            answer = httpx.get(address, timeout=SECONDS, trust_env=False)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotSignedIn(_UNREACHABLE) from error
        if not isinstance(found, dict):
            raise NotSignedIn(_UNREACHABLE)
        return found

    def _claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Return the claims of the identity token, its signature and each claim that matters checked."""
        import httpx
        from authlib.common.errors import AuthlibBaseError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        described = self._description()
        try:
            with self._client() as client:
                token = client.fetch_token(described["token_endpoint"], code=code, code_verifier=verifier)
            keys = KeySet.import_key_set(self._ask(described["jwks_uri"]))  # type: ignore[arg-type]
            claims: dict[str, Any] = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (httpx.HTTPError, AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
            raise NotSignedIn(_REFUSED) from error
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise NotSignedIn(_REFUSED)
        return claims


def _is_safe(address: object) -> bool:
    parts = urlsplit(address) if isinstance(address, str) else None
    return parts is not None and (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost"))
