"""`svdocs keys`."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Svdocs


@pytest.fixture
def ada(svdocs: Svdocs) -> str:
    svdocs("people", "add", "ada@kent.example", "--name", "Ada", "--without-password")
    return "ada@kent.example"


def test_a_key_is_made_listed_and_taken_back(svdocs: Svdocs, ada: str) -> None:
    made = svdocs("keys", "add", ada, "--name", "night export", "--scope", "read", "--scope", "export")
    found = re.fullmatch(r"svk_([0-9a-f]{12})_\S{43}\n", made.out)
    assert found
    listed = svdocs("keys", "list").out
    assert f"{found[1]}  {ada}  night export: export, read, all procurements, expires" in listed
    assert made.out.strip() not in listed
    assert svdocs("keys", "revoke", found[1]).status == 0
    assert "revoked" in svdocs("keys", "list").out


@pytest.mark.parametrize(
    "words",
    [
        ("add", "ada@kent.example", "--name", "x"),
        ("add", "ada@kent.example", "--name", "x", "--scope", "all"),
        ("add", "nobody@kent.example", "--name", "x", "--scope", "read"),
        ("add", "ada@kent.example", "--name", "x", "--scope", "read", "--procurement", "none"),
        ("revoke", "nothing"),
    ],
)
def test_what_cannot_be_done_is_said(svdocs: Svdocs, ada: str, words: tuple[str, ...]) -> None:
    assert svdocs("keys", *words).status == 2
