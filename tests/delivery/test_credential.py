"""Badges as signed credentials, verified by a library that svdocs does not sign with, and baked into pictures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey
from lxml import etree
from PIL import Image

from svdocs.delivery.badge_image import badge_png, badge_svg
from svdocs.delivery.credential import BadgeKeys, credential_for, sign, verify
from svdocs.errors import ConfigurationError, UsageError
from svdocs.records.badges import BadgeRecord
from svdocs.records.delivery_tables import Badge, BadgeLevel, Contract

BASE = "https://svdocs.council.example"
AT = datetime(2028, 5, 1, 10, tzinfo=UTC)


def record(level: BadgeLevel = BadgeLevel.gold) -> BadgeRecord:
    contract = Contract(procurement_id="p", supplier_id="s", reference="K1", title="Street lighting",
                        starts=date(2027, 4, 1), ends=date(2029, 3, 31), added_by="A")  # fmt: skip
    badge = Badge(id="b1", contract_id=contract.id, financial_year="2027-28", level=level)
    return BadgeRecord(badge, contract, "Example & Sons Ltd", "Kent County Council", "Lighting")


def signed(keys: BadgeKeys) -> tuple[str, dict[str, dict[str, object]]]:
    key_id, public = keys.add()
    newest = keys.newest()
    assert newest is not None
    return sign(credential_for(record(), BASE, AT), key_id, newest[1], BASE), {key_id: public}


def test_another_library_verifies_the_token_and_finds_an_open_badge_in_it(tmp_path: Path) -> None:
    token, keys = signed(BadgeKeys(tmp_path / "badge.keys"))
    [public] = keys.values()
    decoded = jwt.decode(token, OKPKey.import_key(public), algorithms=["EdDSA"])  # type: ignore[arg-type]
    assert decoded.header["alg"] == "EdDSA"
    assert decoded.claims["iss"] == decoded.claims["issuer"]["id"] == f"{BASE}/badges/issuer"
    assert decoded.claims["jti"] == decoded.claims["id"]
    assert decoded.claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert decoded.claims["nbf"] == AT.timestamp()
    with pytest.raises(BadSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", OKPKey.import_key(public), algorithms=["EdDSA"])  # type: ignore[arg-type]


def test_a_token_that_was_changed_or_signed_by_another_does_not_hold(tmp_path: Path) -> None:
    token, keys = signed(BadgeKeys(tmp_path / "badge.keys"))
    assert verify(token, keys)["id"] == f"{BASE}/badges/b1"
    head, body, signature = token.split(".")
    _, other = signed(BadgeKeys(tmp_path / "other.keys"))
    from base64 import urlsafe_b64encode

    none = urlsafe_b64encode(json.dumps({"alg": "none", "kid": f"x#{next(iter(keys))}"}).encode()).decode().rstrip("=")
    deep = urlsafe_b64encode(b"[" * 14_000).decode().rstrip("=")
    changed = (f"{head}.{body[:-2]}AA.{signature}", f"{none}.{body}.", f"{head}.{body}.é")
    for wrong in (*changed, "", "a.b", "x" * 30_000, f"{deep}.e30.x", f"e30.{deep}.x"):
        with pytest.raises(UsageError, match="does not hold"):
            verify(wrong, keys)
    with pytest.raises(UsageError, match="does not hold"):
        verify(token, other)


def test_a_new_key_signs_and_what_the_old_one_signed_still_holds(tmp_path: Path) -> None:
    file = tmp_path / "badge.keys"
    old, keys = signed(BadgeKeys(file))
    new, more = signed(BadgeKeys(file))
    assert verify(old, keys | more)
    assert verify(new, keys | more)
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("no keys")
    with pytest.raises(ConfigurationError, match="badge keys"):
        BadgeKeys(file).newest()


@pytest.mark.parametrize("level", list(BadgeLevel))
def test_pictures_carry_the_credential(level: BadgeLevel) -> None:
    png = Image.open(BytesIO(badge_png(level, "2027-28", "Example & Sons Ltd", "a.b.c")))
    assert (png.size, png.info["openbadgecredential"]) == ((600, 600), "a.b.c")  # type: ignore[attr-defined]
    svg = etree.fromstring(badge_svg(level, "2027-28", "Example & Sons Ltd", "Kent & Co", "a.b.c").encode())
    [credential] = svg.iter("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert credential.get("verify") == "a.b.c"
    assert "Example & Sons Ltd" in (svg.get("aria-label") or "")
