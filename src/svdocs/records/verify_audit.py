"""Verify an audit trail from its export, its keys and its anchor; needs Python's standard library and nothing else.

    python verify_audit.py EXPORT.jsonl --key audit.key --anchor audit.anchor

Each line of the export is one entry. Its `hash` is the HMAC-SHA256, under the key that `key_id` names, of the canonical
JSON (sorted names, no spaces, ASCII) of the fields in `SEALED`; `previous` is the hash of the entry before, and of the
first entry 64 noughts. Its `payload_digest` is the SHA-256 of salt and text of a payload that stands beside it and may
have been erased; the entries of kind `purged` tell which were. An entry of kind `key_rotated` names in `subject_id` the
key of all entries after it. The anchor names an entry that was there: the trail reaches it or goes further.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

GENESIS = "0" * 64
"""What the first entry has for the hash of the entry before it."""
SEALED = (
    "seq",
    "at",
    "kind",
    "person",
    "subject",
    "subject_id",
    "procurement_id",
    "document_id",
    "payload_digest",
    "previous",
    "key_id",
)
Entry = Mapping[str, Any]
KEY_ROTATED, PURGED = "key_rotated", "purged"


class Breach(NamedTuple):
    """The first entry that is not as it was written, and why."""

    seq: int
    why: str


class Verified(NamedTuple):
    """How many entries verify, the hash of the last, how many payloads were erased, and what is wrong, if anything."""

    entries: int
    head: str
    erased: int
    breach: Breach | None


def payload_digest(salt: str, text: str) -> str:
    """Return the digest by which an entry knows its payload; the salt keeps an erased payload from being guessed."""
    return hashlib.sha256(f"{salt}{text}".encode(errors="surrogatepass")).hexdigest()


def entry_hash(key: bytes, entry: Entry) -> str:
    """Return the keyed hash of an entry's sealed fields."""
    canonical = json.dumps({name: entry[name] for name in SEALED}, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, canonical.encode("ascii"), hashlib.sha256).hexdigest()


def verify(
    entries: Iterable[Mapping[str, Any]], keys: Mapping[str, bytes], anchor: Mapping[str, Any] | None
) -> Verified:
    """Return what holds of the entries, in the order in which they are given, up to the first that is wrong."""
    seq, previous, key_id = 0, GENESIS, None
    missing: set[int] = set()
    announced: set[int] = set()
    for entry in entries:
        seq += 1
        why = _fault(entry, seq, previous, key_id, keys)
        if why is None and anchor and anchor["seq"] == seq and anchor["hash"] != entry["hash"]:
            why = "it is another entry than the one that the anchor names: the trail was rewritten or exchanged"
        if why:
            return Verified(seq - 1, previous, len(missing), Breach(seq, why))
        payload = entry["payload"]
        if payload is None:
            missing.add(seq)
        elif entry["kind"] == PURGED:
            announced |= set(json.loads(payload["text"])["details"]["erased"])
        previous = entry["hash"]
        key_id = entry["subject_id"] if entry["kind"] == KEY_ROTATED else entry["key_id"]
    breach = None
    if missing - announced:
        breach = Breach(min(missing - announced), "its payload is gone, and no entry tells that it was erased")
    elif anchor and anchor["seq"] > seq:
        why = f"the trail ends at {seq}, and the anchor knows {anchor['seq']} entries: the last were cut off"
        breach = Breach(seq + 1, f"{why}, or an older copy of the database was put back")
    return Verified(seq, previous, len(missing), breach)


def _fault(
    entry: Mapping[str, Any], seq: int, previous: str, key_id: str | None, keys: Mapping[str, bytes]
) -> str | None:
    if not {*SEALED, "hash", "payload"} <= set(entry):
        return "it lacks one of the fields of an entry"
    if entry["seq"] != seq:
        return f"it has the number {entry['seq']}: an entry was removed, added or moved"
    if entry["previous"] != previous:
        return "it does not follow from the entry before it: one of the two was changed, or another stood between"
    if key_id is not None and entry["key_id"] != key_id:
        return f"it is signed by the key {entry['key_id']}, and {key_id} was in use"
    if entry["key_id"] not in keys:
        return f"its key {entry['key_id']} is not among the keys given, so nothing can be said of it"
    if not hmac.compare_digest(entry_hash(keys[entry["key_id"]], entry), str(entry["hash"])):
        return "its hash is wrong: it was changed, or written by somebody without the key"
    payload = entry["payload"]
    if payload is not None and payload_digest(payload["salt"], payload["text"]) != entry["payload_digest"]:
        return "its payload was changed"
    return None


def read_keys(path: Path) -> dict[str, bytes]:
    """Return the keys in a key file by their ids, oldest first."""
    return {key["id"]: bytes.fromhex(key["key"]) for key in json.loads(path.read_text("ascii"))["keys"]}


def main() -> int:
    """Verify an export from the command line."""
    parser = argparse.ArgumentParser(description="Verify an exported audit trail; the exit status is 1 if it is wrong.")
    parser.add_argument("export", type=Path, help="JSON Lines, one entry a line")
    parser.add_argument("--key", type=Path, required=True, help="the file of keys")
    parser.add_argument("--anchor", type=Path, help="the anchor; without it a trail cut off at its end looks whole")
    given = parser.parse_args()
    anchor = json.loads(given.anchor.read_text("ascii")) if given.anchor else None
    with given.export.open(encoding="utf-8") as lines:
        found = verify((json.loads(line) for line in lines), read_keys(given.key), anchor)
    if found.breach:
        print(f"WRONG at entry {found.breach.seq}: {found.breach.why}. The {found.entries} before it verify.")
        return 1
    print(
        f"{found.entries} entries verify, {found.erased} of them with an erased payload; the last hash is {found.head}."
    )
    if anchor is None:
        print("No anchor was given, so nothing is known of entries cut off at the end.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
