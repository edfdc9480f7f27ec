"""Passwords and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from svdocs.errors import UsageError
from svdocs.records.passwords import hash_password, is_password, new_secret, totp_step_of

GOOD = "lamp orchard tin ferry"
NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    kept = hash_password(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert is_password(GOOD, kept)
    assert not is_password(GOOD + "x", kept)


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_no_password_opens_an_account_without_one(kept: str | None) -> None:
    assert not is_password(GOOD, kept)


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 257, "aaaaaaaaaaaaaaaa", "ada.lovelace@kent.example", "Lovelace Lovelace"]
)
def test_a_password_that_is_short_endless_or_the_persons_own_name_is_refused(password: str) -> None:
    with pytest.raises(UsageError):
        hash_password(password, "ada.lovelace@kent.example", "Ada Lovelace")


def test_a_secret_has_256_bits_and_is_never_the_same() -> None:
    assert len(new_secret()) == 43
    assert len({new_secret() for _ in range(100)}) == 100


@pytest.mark.parametrize(("seconds", "right"), [(0, True), (-30, True), (30, True), (-90, False), (90, False)])
def test_a_one_time_code_holds_for_its_half_minute_and_the_ones_beside_it(seconds: int, right: bool) -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOON + timedelta(seconds=seconds))
    assert (totp_step_of(secret, f"{code[:3]} {code[3:]}", NOON) is not None) is right


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "000000000"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert totp_step_of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code, NOON) is None
