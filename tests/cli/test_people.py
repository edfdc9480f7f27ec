"""`svdocs people`."""

from __future__ import annotations

import io

import pytest

from svdocs.cli import people as command
from svdocs.errors import UsageError
from tests.cli.conftest import Svdocs

PASSWORD = "lamp orchard tin ferry"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 9))


def test_an_account_is_added_listed_given_a_role_and_disabled(svdocs: Svdocs, typed: None) -> None:
    assert svdocs("people", "add", "Ada@kent.example", "--name", "Ada Lovelace").status == 0
    assert svdocs("people", "add", "root@kent.example", "--name", "Root", "--administrator").status == 0
    assert svdocs("people", "grant", "ada@kent.example", "lead", "Lighting").status == 2
    assert svdocs("people", "set-password", "ada@kent.example").status == 0
    assert svdocs("people", "disable", "ada@kent.example").status == 0
    out = svdocs("people", "list").out
    assert "ada@kent.example  Ada Lovelace: disabled" in out
    assert "root@kent.example  Root: administrator" in out
    assert PASSWORD not in out


def test_a_role_is_granted_and_revoked_by_the_procurements_title(svdocs: Svdocs, typed: None, tmp_path: object) -> None:
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    with open_store(read_settings().database_url) as store:
        store.add_procurement("Lighting", "Kent")
    svdocs("people", "add", "ada@kent.example", "--name", "Ada")
    assert "lead of Lighting" in svdocs("people", "grant", "ada@kent.example", "lead", "Lighting").out
    assert "lead of Lighting" in svdocs("people", "list").out
    assert svdocs("people", "grant", "ada@kent.example", "king", "Lighting").status == 2
    assert svdocs("people", "revoke", "ada@kent.example", "lead", "Lighting").status == 0
    assert "Lighting" not in svdocs("people", "list").out


@pytest.mark.parametrize(
    "words", [("disable", "nobody@x"), ("set-password", "nobody@x"), ("add", "no address", "--name", "A")]
)
def test_what_cannot_be_done_is_said(svdocs: Svdocs, typed: None, words: tuple[str, ...]) -> None:
    done = svdocs("people", *words)
    assert done.status == 2
    assert done.err.startswith("svdocs: ")


def test_no_password_means_no_account(svdocs: Svdocs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "No password came in" in svdocs("people", "add", "a@b", "--name", "A").err
    assert svdocs("people", "add", "a@b", "--name", "A", "--without-password").status == 0


def test_at_a_terminal_the_password_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert command.read_password() == PASSWORD
    with pytest.raises(UsageError, match="differ"):
        command.read_password()
