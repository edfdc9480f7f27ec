"""The seal under any order of steps, and answers that do not depend on what somebody else has done."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.panel.machine import PanelAtWork
from tests.panel.sealed_service import PEOPLE, Sealed, sealed_service

RUNS, STEPS = int(os.environ.get("SVDOCS_TEST_PANEL_RUNS", "15")), 50
"""More runs: `python -m tests.panel.soak`."""


@pytest.fixture(scope="module")
def service(empty_database: Path) -> Iterator[Sealed]:
    with sealed_service(empty_database) as made:
        yield made


def test_the_seal_holds_whatever_is_done_in_whatever_order(service: Sealed) -> None:
    PanelAtWork.service = service
    PanelAtWork.all_addresses = service.addresses()
    quick = settings(max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None,
                     suppress_health_check=list(HealthCheck), print_blob=False)  # fmt: skip
    run_state_machine_as_test(PanelAtWork, settings=quick)


READERS = ("eve", "lead")


def test_answers_to_others_are_the_same_to_the_byte_whether_or_not_somebody_has_marked(service: Sealed) -> None:
    service.reset()
    before = everything(service)
    service.reset()
    for (person, supplier), seat in service.seats.items():
        if person != "eve":
            act(service, person, supplier, seat, "draft")
            act(service, person, supplier, seat, "marks")
    after = everything(service)
    assert {a for a, b in after.items() if before[a] != b} == set()
    assert len(after) > 60


def act(service: Sealed, who: str, supplier: str, seat: str, how: str) -> None:
    pinned = {"document": service.made.documents[supplier], "quote": "five apprentices from Swale"}
    body = {"mark": "4", "reason": "Because.", "passages": [pinned]}
    answer = service.ask(who, "PUT" if how == "draft" else "POST", f"{service.panel}/tasks/{seat}/{how}", body)
    assert answer.status_code < 300, answer.text


def everything(service: Sealed) -> dict[tuple[str, str], object]:
    """Return every answer to a reader about the panel's procurement: status, headers and body.

    Left out are the random number of the request, how many requests the reader has left, and the random key of a form
    that brings in a file.
    """
    found: dict[tuple[str, str], object] = {}
    for who in READERS:
        for address in service.addresses():
            if service.made.procurement not in address and "statements" not in address:
                continue
            answer = service.ask(who, "GET", address)
            assert answer.status_code < 500, (who, address, answer.text)
            headers = {n: v for n, v in answer.headers.items() if n != "x-request-id" and "ratelimit" not in n}
            content = re.sub(rb'name="key" value="[0-9a-f]{32}"', b"", answer.content)
            found[who, address] = (answer.status_code, headers, content)
    return found


def test_everybody_can_sign_in(service: Sealed) -> None:
    service.reset()
    for who in PEOPLE:
        assert service.ask(who, "GET", "/api/v1/procurements").status_code == 200
