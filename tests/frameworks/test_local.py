from __future__ import annotations

import pytest

from svdocs.frameworks.local import (
    KENT,
    LocalDefinition,
    LocalTest,
    area_named,
    areas_of_county,
    describe_local,
    find_areas,
    offered_definitions,
)

PEOPLE = LocalDefinition("Kent residents", "2026", (KENT,), (LocalTest.residence, LocalTest.delivery_place))


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        (None, "Local: delivered in Kent; living in Kent (definition “Kent residents”, edition 2026)."),
        (LocalTest.residence, "Local: living in Kent (definition “Kent residents”, edition 2026)."),
        (LocalTest.branch, "Local: by branch, which the definition “Kent residents”, edition 2026 does not count."),
    ],
)
def test_a_total_says_by_which_test_it_was_counted(test: LocalTest | None, sentence: str) -> None:
    assert describe_local(PEOPLE, test) == sentence


@pytest.mark.parametrize(
    ("areas", "code", "holds"),
    [
        ((KENT,), "E07000105", True),
        ((KENT,), "E07000116", True),
        ((KENT,), "E06000035", False),
        (("E07000114",), "E07000114", True),
        (("E07000114",), KENT, False),
    ],
)
def test_a_district_lies_in_its_county_and_medway_does_not_lie_in_kent(
    areas: tuple[str, ...], code: str, holds: bool
) -> None:
    assert LocalDefinition("x", "1", areas, (LocalTest.residence,)).holds(code) is holds


def test_areas_are_found_by_name_former_name_and_code() -> None:
    assert [area_named(n).name for n in ("shepway", " Folkestone &  Hythe", "e07000112") if area_named(n)] == [  # type: ignore[union-attr]
        "Folkestone and Hythe"
    ] * 3
    assert [a.name for a in find_areas("tonbridge")] == ["Tonbridge and Malling"]
    assert find_areas(" ") == ()
    assert len(areas_of_county(KENT)) == 12
    assert areas_of_county("E10000030") == ()


def test_a_published_definition_is_offered_with_its_source() -> None:
    [(definition, fact)] = offered_definitions()
    assert describe_local(definition).startswith("Local: with a head office or a branch in Kent and Medway")
    assert fact.support.confirmed
