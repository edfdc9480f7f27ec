"""Badges as they are issued, by page or interface: signed under the newest key, which the first badge makes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from svdocs.delivery.credential import BadgeKeys, credential_for, sign
from svdocs.delivery.earned import check_earned
from svdocs.records.badges import BadgeRecord, Badges
from svdocs.settings import Settings


def issue_badge(badges: Badges, record: BadgeRecord, settings: Settings, base: str, *, person: str) -> None:
    """Sign a badge's credential and issue it; the first badge makes the first key.

    Raises:
        Conflict: somebody has decided on it, or it is not earned as the promises stand now.
    """
    keys = BadgeKeys(badge_key_file(settings.data_folder))
    newest = keys.newest()
    if newest is None or newest[0] not in {k.id for k in badges.all_keys()}:
        badges.add_key(*keys.add(), person=person)
        newest = keys.newest()
    assert newest is not None
    key_id, private = newest
    token = sign(credential_for(record, base, datetime.now(UTC).replace(microsecond=0)), key_id, private, base)
    badges.issue(record.id, person=person, credential=token, key_id=key_id, check=partial(check_earned, record))


def badge_key_file(data_folder: Path) -> Path:
    """Return where the private keys of badges are."""
    return data_folder / "badge.keys"


def base_of(settings: Settings) -> str:
    """Return the address under which the register is reached, without a slash at its end."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"
