"""The verifier that stands alone, on entries made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from svdocs.records.verify_audit import GENESIS, KEY_ROTATED, entry_hash, payload_digest, read_keys, verify

KEYS = {"k1": b"one", "k2": b"two"}


def trail(count: int = 4, rotated_at: int = 0) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    key, previous = "k1", GENESIS
    for seq in range(1, count + 1):
        rotates = seq == rotated_at
        payload = {"salt": f"s{seq}", "text": "{}"}
        entry = {
            "seq": seq, "at": f"2026-11-23T00:00:0{seq}", "kind": KEY_ROTATED if rotates else "problem", "person": "A",
            "subject": "audit_key" if rotates else "document", "subject_id": "k2" if rotates else f"d{seq}",
            "procurement_id": None, "document_id": None,
            "payload_digest": payload_digest(payload["salt"], payload["text"]), "previous": previous, "key_id": key,
        }  # fmt: skip
        previous = entry_hash(KEYS[key], entry)
        entries.append(entry | {"hash": previous, "payload": payload})
        key = "k2" if rotates else key
    return entries


def anchor(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"seq": entries[-1]["seq"], "hash": entries[-1]["hash"]} if entries else {"seq": 0, "hash": GENESIS}


@pytest.mark.parametrize("rotated_at", [0, 2])
def test_a_whole_trail_verifies(rotated_at: int) -> None:
    entries = trail(rotated_at=rotated_at)
    found = verify(entries, KEYS, anchor(entries))
    assert (found.entries, found.head, found.breach) == (4, entries[-1]["hash"], None)
    assert verify(entries, KEYS, None).breach is None
    assert verify([], KEYS, anchor([])).breach is None


@pytest.mark.parametrize("field", ["at", "kind", "person", "subject", "subject_id", "previous", "payload_digest"])
def test_a_changed_field_is_found_at_its_entry(field: str) -> None:
    entries = trail()
    entries[1][field] = "other"
    breach = verify(entries, KEYS, anchor(entries)).breach
    assert breach is not None
    assert breach.seq == 2


@pytest.mark.parametrize("part", ["salt", "text"])
def test_a_changed_payload_is_found(part: str) -> None:
    entries = trail()
    entries[2]["payload"] = entries[2]["payload"] | {part: "other"}
    breach = verify(entries, KEYS, anchor(entries)).breach
    assert breach is not None
    assert breach.seq == 3


def test_entries_cut_off_put_in_or_under_an_unknown_key_are_found() -> None:
    entries = trail()
    for wrong in (entries[:3], entries[1:], [entries[0], *entries[2:]], [*entries, entries[-1]]):
        assert verify(wrong, KEYS, anchor(entries)).breach is not None
    assert verify(entries, {"k2": b"two"}, anchor(entries)).breach is not None
    assert verify(entries, KEYS, anchor(entries) | {"hash": "0"}).breach is not None


def test_after_a_rotation_the_old_key_signs_no_more() -> None:
    entries = trail(rotated_at=2)
    third = {n: v for n, v in entries[2].items() if n not in ("hash", "payload")} | {"key_id": "k1"}
    entries[2] = third | {"hash": entry_hash(KEYS["k1"], third), "payload": entries[2]["payload"]}
    breach = verify(entries[:3], KEYS, None).breach
    assert breach is not None
    assert breach.seq == 3


def test_keys_are_read_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    path.write_text(json.dumps({"keys": [{"id": "k1", "key": b"one".hex()}, {"id": "k2", "key": b"two".hex()}]}))
    assert read_keys(path) == KEYS
