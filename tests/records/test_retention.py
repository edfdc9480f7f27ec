"""Records go when their time has run out, unless they are held; and the trail that tells of it still verifies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from svdocs.errors import ConfigurationError, Conflict, UsageError
from svdocs.records.auditing import verify_store
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.keep import path_of
from svdocs.records.retention import SHIPPED, Retention, read_rules
from svdocs.records.store import Store
from svdocs.records.tables import EventKind, Procurement
from tests.records.test_backup import hand_in

AFTER = date(2034, 4, 1)
"""Six years and a day after the contract's end."""


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Path:
    """Two procurements, of which the first has the same file as the second and one of its own."""
    folder = tmp_path / "files"
    for title in ("Lighting", "Verges"):
        store.add_procurement(title, "Kent", starts=date(2027, 4, 1), ends=date(2028, 3, 31))
    hand_in(store, folder, "shared")
    hand_in(store, folder, "its own")
    [old, verges] = store.procurements()
    shared = store.documents_of(old.id)[0].document
    for document in (d.document for d in store.documents_of(old.id)):
        store.keep_text(document.id, "pdf/1", b"{}")
        store.decide(store.statements_of(document.id)[0].id, action="accept", person="Ada")
    store.add_document(verges.id, name="b.pdf", kind="bid", supplier="Example Ltd", sha256=shared.sha256,
                       media_type="application/pdf", size=6)  # fmt: skip
    store.add_baseline("Example Ltd", "Two a year.", source="report", person="Ada", document_id=shared.id)
    return folder


@pytest.fixture
def retention(store: Store, files: Path) -> Retention:
    return Retention(store, files, read_rules())


@pytest.fixture
def old(store: Store, files: Path) -> Procurement:
    found = store.procurement_titled("Lighting")
    assert found
    return found


def test_the_longest_rule_in_use_tells_how_long_records_are_kept(retention: Retention) -> None:
    assert [(k.until, k.rule) for k in retention.kept()] == [(date(2034, 3, 31), "limitation")] * 2
    assert [k.may_be_purged(AFTER) for k in retention.kept()] == [True, True]
    assert not retention.kept()[0].may_be_purged(AFTER - timedelta(days=1))


def test_without_a_date_nothing_may_be_erased(store: Store, retention: Retention) -> None:
    unknown = store.add_procurement("Another", "Kent")
    with pytest.raises(Conflict, match="a date that is not known"):
        retention.purge(unknown.id, person="Ada", because="x", today=AFTER, dry_run=True)


def test_an_authority_sets_rules_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "retention.toml"
    assert read_rules(own) == read_rules(SHIPPED)
    own.write_text('[[rule]]\nkey = "ours"\nyears = 12\nfrom = "ends"\nsource = "Our policy"\n')
    assert [r.key for r in read_rules(own)] == ["ours"]
    for wrong in ("", "[[rule]]\nkey = 1", 'x = "', '[[rule]]\nkey="a"\nyears=1\nfrom="never"\nsource=""'):
        own.write_text(wrong)
        with pytest.raises(ConfigurationError):
            read_rules(own)


def test_a_dry_run_tells_what_would_go_and_erases_nothing(store: Store, retention: Retention, old: Procurement) -> None:
    before = store.events()
    told = retention.purge(old.id, person="", because="", today=AFTER, dry_run=True)
    assert (told["document"], told["statement"], told["decision"], told["originals"]) == (2, 2, 2, 1)
    assert store.events() == before
    assert len(store.documents_of(old.id)) == 2


def test_what_is_purged_is_gone_and_the_trail_and_every_check_still_pass(
    store: Store, retention: Retention, old: Procurement, files: Path
) -> None:
    shared, own = (d.document.sha256 for d in store.documents_of(old.id))
    if path_of(shared, files).read_bytes() != b"shared":
        shared, own = own, shared
    before = store.events(procurement_id=old.id)
    retention.purge(old.id, person="Ada", because="Its time has run out.", today=AFTER, dry_run=False)
    assert store.documents_of(old.id) == []
    assert list(store.export_statements()) == []
    assert path_of(shared, files).is_file()
    assert not (files / own[:2] / own).exists()
    after = store.events(procurement_id=old.id)
    assert [e.kind for e in after] == [*[e.kind for e in before], EventKind.purged]
    assert all(e.erased for e in after[:-1])
    assert (after[-1].person, after[-1].details["rule"]) == ("Ada", "limitation")
    verified = verify_store(store)[0]
    assert (verified.breach, verified.erased) == (None, len(before))
    checks = check_records(store, files, strict=True)
    assert [x for c in checks if c.outcome is Outcome.broken for x in c.found] == []
    assert store.baselines_of()[0].document_id is None
    with pytest.raises(Conflict, match="erased already"):
        retention.purge(old.id, person="Ada", because="x", today=AFTER, dry_run=False)


def test_a_hold_keeps_everything_until_it_is_released(store: Store, retention: Retention, old: Procurement) -> None:
    retention.hold(old.id, person="Solicitor", because="A claim was issued.")
    with pytest.raises(Conflict, match="held by Solicitor: A claim was issued"):
        retention.purge(old.id, person="Ada", because="x", today=AFTER, dry_run=False)
    assert retention.release(old.id, person="Solicitor", because="It was settled.") == 1
    kinds = [e.kind for e in store.events(procurement_id=old.id)][-2:]
    assert kinds == [EventKind.hold_placed, EventKind.hold_released]
    assert retention.purge(old.id, person="Ada", because="x", today=AFTER, dry_run=False)["decision"] == 2


def test_nothing_is_erased_too_early_or_without_a_name(retention: Retention, old: Procurement) -> None:
    with pytest.raises(Conflict, match="to be kept until 2034-03-31"):
        retention.purge(old.id, person="Ada", because="x", today=date(2034, 3, 31), dry_run=False)
    with pytest.raises(UsageError):
        retention.purge(old.id, person="Ada", because=" ", today=AFTER, dry_run=False)
    with pytest.raises(UsageError):
        retention.hold(old.id, person="", because="x")


def test_the_database_lets_no_decision_go_but_with_its_procurement(store: Store, files: Path) -> None:
    with pytest.raises(DatabaseError, match="only ever added to"), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM decision"))


def test_originals_that_an_interrupted_purge_left_are_removed(
    store: Store, retention: Retention, old: Procurement, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_: None)
        retention.purge(old.id, person="Ada", because="x", today=AFTER, dry_run=False)
    assert retention.remove_leftovers() == 1
    assert retention.remove_leftovers() == 0
