"""The verifier that stands alone, on entries made by hand."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from svdocs.records.verify_audit import (
    GENESIS,
    KEY_ROTATED,
    PURGED,
    SEALED,
    Breach,
    Verified,
    entry_hash,
    main,
    payload_digest,
    read_keys,
    verify,
)

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


def sealed_again(entry: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The entry with other values, and the hash that they have under the key that it names."""
    new = entry | changed
    return new | {"hash": entry_hash(KEYS[new["key_id"]], new)}


def erased(entries: list[dict[str, Any]], seq: int) -> list[dict[str, Any]]:
    return [e | {"payload": None} if e["seq"] == seq else e for e in entries]


def without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {n: v for n, v in entry.items() if n != name}


def purging(entries: list[dict[str, Any]], *seqs: int) -> list[dict[str, Any]]:
    """The trail with an entry at its end that tells of erased payloads."""
    payload = {"salt": "s", "text": json.dumps({"details": {"erased": list(seqs)}})}
    told = {"seq": len(entries) + 1, "kind": PURGED, "previous": entries[-1]["hash"], "key_id": entries[-1]["key_id"],
            "payload": payload, "payload_digest": payload_digest("s", payload["text"])}  # fmt: skip
    return [*entries, sealed_again(entries[-1], **told)]


def test_an_entry_is_hashed_under_its_key_in_the_form_that_the_file_says() -> None:
    [entry] = trail(1)
    canonical = json.dumps({n: entry[n] for n in SEALED}, sort_keys=True, separators=(",", ":"))
    assert entry["hash"] == hmac.new(b"one", canonical.encode("ascii"), hashlib.sha256).hexdigest()
    assert payload_digest("ab", "c") == hashlib.sha256(b"abc").hexdigest()
    assert payload_digest("a", "\udc80") == hashlib.sha256(b"a\xed\xb2\x80").hexdigest()
    turned = {n: entry[n] for n in reversed(list(entry))}
    assert entry_hash(b"one", turned) == entry["hash"]


LACKS = "it lacks one of the fields of an entry"
FOLLOWS = "it does not follow from the entry before it: one of the two was changed, or another stood between"
CHANGED = "its hash is wrong: it was changed, or written by somebody without the key"
EXCHANGED = "it is another entry than the one that the anchor names: the trail was rewritten or exchanged"
PAYLOAD = "its payload was changed"
GONE = "its payload is gone, and no entry tells that it was erased"
CUT = (
    "the trail ends at 3, and the anchor knows 4 entries: the last were cut off, or an older copy of the database was "
)


@pytest.mark.parametrize(
    ("wrong", "breach"),
    [
        (lambda e: [without(e[0], "person"), *e[1:]], Breach(1, LACKS)),
        (lambda e: [e[0], without(e[1], "hash"), *e[2:]], Breach(2, LACKS)),
        (lambda e: [e[0], without(e[1], "payload"), *e[2:]], Breach(2, LACKS)),
        (lambda e: [e[0], *e[2:]], Breach(2, "it has the number 3: an entry was removed, added or moved")),
        (lambda e: [e[0], sealed_again(e[1], previous="0"), *e[2:]], Breach(2, FOLLOWS)),
        (lambda e: [sealed_again(e[0], person="B"), *e[1:]], Breach(2, FOLLOWS)),
        (lambda e: [*e[:2], sealed_again(e[2], key_id="k2"), e[3]],
         Breach(3, "it is signed by the key k2, and k1 was in use")),
        (lambda e: [e[0] | {"key_id": "k9"}, *e[1:]],
         Breach(1, "its key k9 is not among the keys given, so nothing can be said of it")),
        (lambda e: [*e[:3], e[3] | {"person": "B"}], Breach(4, CHANGED)),
        (lambda e: [*e[:3], e[3] | {"payload": e[3]["payload"] | {"text": "{ }"}}], Breach(4, PAYLOAD)),
        (lambda e: e[:3], Breach(4, CUT + "put back")),
        (lambda e: [*e[:3], sealed_again(e[3], person="B")], Breach(4, EXCHANGED)),
        (lambda e: erased(e, 3), Breach(3, GONE)),
        (lambda e: erased(erased(e, 3), 2), Breach(2, GONE)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_entry(wrong: Any, breach: Breach) -> None:
    entries = trail()
    found = verify(wrong(entries), KEYS, anchor(entries))
    assert found.breach == breach
    if breach.why not in (GONE,):
        assert (found.entries, found.head) == (
            breach.seq - 1,
            ([{"hash": GENESIS}, *wrong(entries)])[breach.seq - 1]["hash"],
        )


def test_payloads_that_an_entry_tells_of_may_be_gone() -> None:
    entries = purging(trail(), 2, 3)
    assert verify(entries, KEYS, anchor(entries)) == Verified(5, entries[-1]["hash"], 0, None)
    assert verify(erased(entries, 2), KEYS, anchor(entries)) == Verified(5, entries[-1]["hash"], 1, None)
    both = erased(erased(entries, 2), 3)
    assert verify(both, KEYS, anchor(entries)) == Verified(5, entries[-1]["hash"], 2, None)
    assert verify(erased(both, 1), KEYS, None).breach == Breach(1, GONE)
    twice = purging(entries, 1)
    assert verify(erased(erased(twice, 1), 2), KEYS, None).breach is None
    assert verify(erased(twice, 6), KEYS, None).breach == Breach(6, GONE)


def test_a_trail_goes_further_than_an_older_anchor_and_no_anchor_tells_nothing_of_its_end() -> None:
    entries = trail()
    assert verify(entries, KEYS, anchor(entries[:2])).breach is None
    assert verify(entries[:3], KEYS, None) == Verified(3, entries[2]["hash"], 0, None)
    assert verify([], KEYS, None) == Verified(0, GENESIS, 0, None)
    [of_nothing] = [verify([], KEYS, {"seq": 1, "hash": "x"}).breach]
    assert of_nothing is not None
    assert of_nothing.seq == 1


@pytest.fixture
def files(tmp_path: Path) -> Path:
    entries = trail()
    keys = {"keys": [{"id": name, "key": key.hex()} for name, key in KEYS.items()]}
    (tmp_path / "key").write_text(json.dumps(keys), "ascii")
    (tmp_path / "anchor").write_text(json.dumps(anchor(entries)), "ascii")
    words = [e | {"payload": e["payload"] | {"text": '{"a":"\u00fc"}'}} for e in entries]
    (tmp_path / "whole").write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")
    (tmp_path / "wrong").write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in words), "utf-8")
    (tmp_path / "short").write_text("".join(json.dumps(e) + "\n" for e in entries[:3]), "utf-8")
    return tmp_path


HEAD = trail()[-1]["hash"]


@pytest.mark.parametrize(
    ("export", "with_anchor", "status", "said"),
    [
        ("whole", True, 0, f"4 entries verify, 0 of them with an erased payload; the last hash is {HEAD}.\n"),
        ("whole", False, 0, f"4 entries verify, 0 of them with an erased payload; the last hash is {HEAD}.\n"
         "No anchor was given, so nothing is known of entries cut off at the end.\n"),
        ("wrong", True, 1, "WRONG at entry 1: its payload was changed. The 0 before it verify.\n"),
        ("short", True, 1, f"WRONG at entry 4: {CUT}put back. The 3 before it verify.\n"),
    ],
)  # fmt: skip
def test_the_command_tells_and_its_status_too(
    files: Path, export: str, with_anchor: bool, status: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    given = [str(files / export), "--key", str(files / "key")]
    monkeypatch.setattr(sys, "argv", ["verify", *given, *(["--anchor", str(files / "anchor")] if with_anchor else [])])
    assert main() == status
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("given", [[], ["export"], ["--key", "key"]])
def test_the_command_needs_an_export_and_its_keys(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["verify", *given])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2


def test_the_command_tells_how_it_is_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["verify", "--help"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().out
    for line in (
        "Verify an exported audit trail; the exit status is 1 if it is wrong.\n",
        "export           JSON Lines, one entry a line\n",
        "--key KEY        the file of keys\n",
        "--anchor ANCHOR  the anchor; without it a trail cut off at its end looks whole\n",
    ):
        assert f"\n{line}" in told or f"\n  {line}" in told


def test_how_many_payloads_were_erased_is_told_of_what_verifies_before_a_fault() -> None:
    entries = purging(trail(), 2)
    wrong = [*erased(entries, 2)[:3], entries[3] | {"person": "B"}, entries[4]]
    assert verify(wrong, KEYS, None) == Verified(3, entries[2]["hash"], 1, Breach(4, CHANGED))
