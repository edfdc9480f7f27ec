"""Badges as Open Badges 3.0 credentials, signed as JSON Web Tokens with Ed25519.

Of the two ways in which Open Badges 3.0 lets a credential be proved, a token needs no processing of linked data, so
nothing is fetched to sign or to verify it. The private keys stand in a file that the service's account alone may read;
the public ones in the records, where they stay when they are retired, so that what they signed still verifies.

Source: 1EdTech, Open Badges Specification 3.0, sections 8.2 (JSON Web Token) and 5.3 (baking); RFC 7515, 7638, 8037.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from svdocs.errors import ConfigurationError, UsageError
from svdocs.records.badges import BadgeRecord
from svdocs.records.delivery_tables import BadgeLevel

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
CRITERIA: Mapping[BadgeLevel, str] = {
    BadgeLevel.gold: "All social value commitments of the contract that were due were delivered in full and to the "
    "required standard, as the named contract manager has verified.",
    BadgeLevel.platinum: "Delivery went beyond the social value commitments of the contract and had additional impact, "
    "as the named contract manager has verified.",
}
MOST_LETTERS = 20_000
"""Of a token that is to be verified."""


class BadgeKeys:
    """The private keys in their file; the newest signs."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def newest(self) -> tuple[str, Ed25519PrivateKey] | None:
        """Return the id and the private key that signs; None if there is none yet.

        Raises:
            ConfigurationError: the file cannot be used.
        """
        keys = self._read()
        return next(reversed(keys.items())) if keys else None

    def add(self) -> tuple[str, dict[str, Any]]:
        """Return the id and public half of a new key, which signs from now on; those before it stay in the file."""
        private = Ed25519PrivateKey.generate()
        public = public_jwk(private.public_key())
        keys = self._read() | {thumbprint(public): private}
        text = json.dumps({key: _text(k.private_bytes_raw()) for key, k in keys.items()}, indent=1) + "\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        spool = self._file.with_name(f"{self._file.name}.part")
        descriptor = os.open(spool, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        spool.replace(self._file)
        return thumbprint(public), public

    def _read(self) -> dict[str, Ed25519PrivateKey]:
        try:
            given = json.loads(self._file.read_text("ascii"))
            return {key: Ed25519PrivateKey.from_private_bytes(_bytes(raw)) for key, raw in given.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise ConfigurationError(f"{self._file}: not a file of badge keys; put the right one back.") from error


def public_jwk(key: Ed25519PublicKey) -> dict[str, Any]:
    """Return a public key as a JSON Web Key, RFC 8037."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(key.public_bytes_raw())}


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return a key's thumbprint, RFC 7638."""
    required = json.dumps({k: jwk[k] for k in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    return _text(hashlib.sha256(required.encode()).digest())


def credential_for(record: BadgeRecord, base: str, issued_at: datetime) -> dict[str, Any]:
    """Return the Open Badges 3.0 credential of a badge.

    Args:
        record: the badge with its contract.
        base: the address under which the service's register is reached, without a slash at its end.
        issued_at: when the contract manager confirmed it.
    """
    badge, contract = record.badge, record.contract
    name = f"Social Value {badge.level.value.title()} {badge.financial_year}"
    image = {"id": f"{base}/badges/{badge.id}/image.png", "type": "Image", "caption": name}
    issuer = {"id": f"{base}/badges/issuer", "type": ["Profile"], "name": record.buyer or "The contracting authority"}
    return {
        "@context": list(CONTEXTS),
        "id": f"{base}/badges/{badge.id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "image": image,
        "issuer": issuer,
        "validFrom": _moment(issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": record.supplier, "identityType": "name"}
            ],
            "achievement": {
                "id": f"{base}/badges/levels/{badge.level.value}",
                "type": ["Achievement"],
                "achievementType": "Badge",
                "name": f"Social Value Achievement Badge: {badge.level.value.title()}",
                "description": f"Delivery of social value in the contract {contract.title} in {badge.financial_year}.",
                "criteria": {"narrative": CRITERIA[badge.level]},
                "image": image,
            },
        },
        "credentialStatus": {"id": f"{base}/badges/status.json", "type": "1EdTechRevocationList"},
    }  # fmt: skip


def sign(credential: Mapping[str, Any], key_id: str, private: Ed25519PrivateKey, base: str) -> str:
    """Return the credential as a signed token in compact form."""
    issued = datetime.fromisoformat(credential["validFrom"])
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{base}/badges/keys.json#{key_id}"}
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(issued.timestamp()),
        "sub": credential["id"],
        **credential,
    }
    signed = f"{_json(header)}.{_json(claims)}"
    return f"{signed}.{_text(private.sign(signed.encode('ascii')))}"


def verify(token: str, keys: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the credential of a token whose signature holds.

    Args:
        token: in compact form, from anybody.
        keys: public keys as JSON Web Keys by their ids.

    Raises:
        UsageError: it is no such token, is signed by another, or was changed.
    """
    wrong = UsageError("The signature does not hold: this is not a badge of this register, or it was changed.")
    parts = token.strip().split(".")
    if len(token) > MOST_LETTERS or len(parts) != 3:
        raise wrong
    try:
        header, claims = (json.loads(_bytes(p)) for p in parts[:2])
        if header["alg"] != "EdDSA":
            raise wrong
        key = keys[str(header["kid"]).rpartition("#")[2]]
        public = Ed25519PublicKey.from_public_bytes(_bytes(str(key["x"])))
        public.verify(_bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode("ascii"))
    except (ValueError, KeyError, TypeError, RecursionError, InvalidSignature) as error:
        raise wrong from error
    return {name: value for name, value in claims.items() if name not in ("iss", "jti", "nbf", "sub")}


def _json(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
