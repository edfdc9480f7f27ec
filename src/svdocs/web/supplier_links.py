"""The addresses by which suppliers without accounts reach the page of one contract: signed, so that none is guessed.

An address holds the link's id and its last day, and over both an HMAC under a key of the service. Whether the link
still stands is asked of the records each time, so that one that is taken back is closed at once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from svdocs.errors import ConfigurationError, NotFound
from svdocs.records.delivery_tables import SupplierLink
from svdocs.records.supplier_links import SupplierLinks

MOST_LETTERS = 200
_GONE = "This link does not work, or no longer; ask the council's contract manager for another."


def token_of(link: SupplierLink, key_file: Path) -> str:
    """Return what stands in the address of a link.

    Raises:
        ConfigurationError: the key cannot be read or made.
    """
    told = f"{link.id}.{link.expires_at:%Y%m%d}"
    return f"{told}.{_signature(told, key_file)}"


def link_of(token: str, links: SupplierLinks, key_file: Path) -> SupplierLink:
    """Return the link of an address if its signature holds and it still stands.

    Raises:
        NotFound: it does not; whatever is wrong is answered in the same words.
    """
    told, _, signature = token.rpartition(".")
    link_id, _, expires = told.rpartition(".")
    right = _signature(told, key_file)
    if len(token) > MOST_LETTERS or not hmac.compare_digest(signature.encode(), right.encode()):
        raise NotFound(_GONE)
    link = links.standing(link_id)
    if f"{link.expires_at:%Y%m%d}" != expires:
        raise NotFound(_GONE)
    return link


def _signature(told: str, key_file: Path) -> str:
    return hmac.new(_key(key_file), told.encode(), hashlib.sha256).hexdigest()[:43]


def _key(file: Path) -> bytes:
    """Return the service's key for links, made at the first need and readable by its account alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(file.read_text("ascii").strip())
        key = secrets.token_bytes(32)
        with os.fdopen(descriptor, "w") as out:
            out.write(key.hex())
            out.flush()
            os.fsync(out.fileno())
        return key
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{file}: the key of suppliers' links cannot be used; put the right one back."
        ) from error
