"""Passwords by argon2id, one-time codes by TOTP (RFC 6238), and secrets that only their SHA-256 is kept of."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from svdocs.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LETTERS = 12
MAX_LETTERS = 256
"""A longer password adds nothing, and hashing it would cost the service time."""
TOTP_SECONDS = 30

_hashing = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB; many sign-ins at once take turns."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # imported here, because most commands sign nobody in

    return PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_hex())


def hash_password(password: str, *words: str) -> str:
    """Return the argon2id hash of a new password, salt and parameters in it.

    Args:
        password: the person's choice.
        words: that it must not be made of, such as the person's name.

    Raises:
        UsageError: the password is too short, too long or too easy to guess.
    """
    if not MIN_LETTERS <= len(password) <= MAX_LETTERS:
        raise UsageError(
            f"The password has {len(password)} characters; choose one of {MIN_LETTERS} to {MAX_LETTERS}, "
            "such as three or four words that have nothing to do with each other."
        )
    plain = password.casefold()
    known = [w for word in words for w in word.casefold().replace("@", " ").split() if len(w) > 3]
    for word in known:
        plain = plain.replace(word, "")
    if len(set(plain)) < 5:
        raise UsageError("The password is easy to guess from the account or repeats few characters; choose another.")
    with _hashing:
        return _hasher().hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether this is the password; it takes as long where there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _hashing:
        try:
            _hasher().verify(password_hash or _hash_of_nobody(), password[: MAX_LETTERS + 1])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def new_secret() -> str:
    """Return 256 bits that nobody can guess, as letters that fit a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 bits: its SHA-256, because there is nothing to guess at."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_totp_secret() -> str:
    """Return a new shared secret for a one-time code."""
    import pyotp

    return pyotp.random_base32()


def totp_address(secret: str, email: str) -> str:
    """Return the address by which an authenticator app takes the secret in."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="svdocs")


def totp_step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that a one-time code belongs to, now or one step to either side; None for a wrong code."""
    import pyotp

    typed, step = "".join(code.split()), int(now.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    for near in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.at(near * TOTP_SECONDS).encode(), typed.encode()):
            return near
    return None


def new_password() -> str:
    """Return a first password for somebody to sign in with and change, of 79 random bits, easy to read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
