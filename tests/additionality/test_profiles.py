from __future__ import annotations

from pathlib import Path

import pytest

from svdocs.additionality.profiles import ExistingActivity, Need, load_profile, profile_names
from svdocs.additionality.verdict import Verdict
from svdocs.errors import ConfigurationError


def test_four_profiles_are_shipped() -> None:
    assert profile_names() == ["central", "kent", "own", "toms"]


@pytest.mark.parametrize("name", ["central", "kent", "own", "toms"])
def test_each_shipped_profile_can_be_used(name: str) -> None:
    profile = load_profile(name)
    assert profile.id == name
    assert profile.allows(Verdict.additional)


@pytest.mark.parametrize(
    ("name", "existing"),
    [("kent", ExistingActivity.never), ("central", ExistingActivity.on_contract), ("toms", ExistingActivity.never)],
)
def test_what_existing_activity_is_worth_differs(name: str, existing: ExistingActivity) -> None:
    assert load_profile(name).existing_activity is existing


def test_the_toms_need_a_quantity() -> None:
    assert load_profile("toms").needs == (Need.quantity,)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id = 'x'", "missing"),
        ("id = ", "cannot be used"),
        (
            "id='x'\nname='x'\ntests=['weather']\nexisting_activity='never'\nneeds=[]\nstandard_operations=''\nsource=''",
            "cannot be used",
        ),
    ],
)
def test_a_bad_profile_is_refused_with_its_name(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match=complaint) as error:
        load_profile(file)
    assert "mine.toml" in str(error.value)


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="kent"):
        load_profile("mars")


def test_a_test_that_is_switched_off_gives_no_verdict(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        "id='x'\nname='x'\ntests=['law']\nexisting_activity='always'\nneeds=[]\nstandard_operations=''\nsource=''"
    )
    profile = load_profile(file)
    assert profile.allows(Verdict.statutory_duty)
    assert not profile.allows(Verdict.standard_operations)
