"""The seal under any order of steps, and answers that do not depend on what somebody else has done."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import func, select, true
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from svdocs.records import moderating, panel_seal, seen
from svdocs.records.marks import Marks
from svdocs.records.panel_tables import Mark, PanelStep, Stage
from tests.panel.machine import PanelAtWork
from tests.panel.sealed_service import PEOPLE, Sealed, sealed_service

RUNS, STEPS = int(os.environ.get("SVDOCS_TEST_PANEL_RUNS", "300")), 50
"""Half a second each; more by this setting, or by `python -m tests.panel.soak`."""
PARTS = 2
"""So that two processes can share the runs."""


@pytest.fixture(scope="module")
def service(empty_database: Path) -> Iterator[Sealed]:
    with sealed_service(empty_database) as made:
        yield made


def play(machine: type[PanelAtWork], service: Sealed, runs: int, **how: Any) -> None:
    machine.play_on(service)
    chosen = settings(max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None,
                      suppress_health_check=list(HealthCheck), print_blob=False, **how)  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_seal_holds_whatever_is_done_in_whatever_order(service: Sealed, part: int) -> None:
    class OfThisPart(PanelAtWork):
        """With runs of its own: from one seed each part would play the same ones."""

    play(seed(part)(OfThisPart), service, -(-RUNS // PARTS))
    assert OfThisPart.released_runs or RUNS < 100, "no run came as far as a release"


# The machine finds leaks


def count_marks_in_a_header(service: Sealed, planted: ExitStack) -> None:
    """Tell everybody how many marks there are."""
    app, addresses = service.app.app, service.addresses()

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        with service.store.reading() as session:
            marks = session.connection().scalar(select(func.count()).select_from(Mark))

        async def send_with_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Marks"] = str(marks)
            await send(message)

        await app(scope, receive, send_with_count)

    planted.enter_context(mock.patch.object(service.app, "app", counted))
    planted.enter_context(mock.patch.object(service, "addresses", return_value=addresses))


def compare_before_the_release(service: Sealed, planted: ExitStack) -> None:
    """Take each lot for released, in the query and in what is made of it."""
    lots_of = moderating._lots

    def released(session: Any, procurement_id: str) -> list[moderating.Lot]:
        step = PanelStep(procurement_id=procurement_id, stage=Stage.released, person="chair", at=datetime.now(UTC))
        return [replace(lot, released=lot.released or step) for lot in lots_of(session, procurement_id)]

    planted.enter_context(mock.patch.object(moderating, "_lots", released))
    planted.enter_context(mock.patch.object(panel_seal, "_has_step", return_value=true()))


def log_the_reason(service: Sealed, planted: ExitStack) -> None:
    """Write the reason of a mark to the log."""
    submit = Marks.submit

    def submit_and_log(marks: Marks, *args: Any, **given: Any) -> object:
        logging.getLogger("svdocs").warning("submitted: %s", given["reason"])
        return submit(marks, *args, **given)

    planted.enter_context(mock.patch.object(Marks, "submit", submit_and_log))


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (count_marks_in_a_header, "can tell at"),
        (compare_before_the_release, "reads Token|can tell at|is shown a comparison"),
        (log_the_reason, "in the log"),
    ],
)
def test_a_planted_leak_is_found(service: Sealed, plant: Callable[[Sealed, ExitStack], None], found: str) -> None:
    class Looking(PanelAtWork):
        """Beside the machine, so that its figures stay its own."""

    with ExitStack() as planted:
        for forget in (seen._narrowing.cache_clear, service.at_the_beginning.clear):
            forget()
            planted.callback(forget)
        play(Looking, service, 3, phases=[Phase.generate])  # what is answered at the beginning, without a leak
        plant(service, planted)
        seen._narrowing.cache_clear()
        with pytest.raises(AssertionError, match=found):
            play(seed(8)(Looking), service, 40, phases=[Phase.generate])


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
    """Return every answer to a reader about the panel's procurement."""
    found: dict[tuple[str, str], object] = {}
    for who in READERS:
        for address in service.addresses():
            if service.made.procurement not in address and "statements" not in address:
                continue
            answer = service.ask(who, "GET", address)
            assert answer.status_code < 500, (who, address, answer.text)
            found[who, address] = answer.told()
    return found


def test_what_was_answered_before_a_conflict_is_not_answered_again_after_it(service: Sealed) -> None:
    service.reset()
    path = f"{service.panel}/tasks/{service.seats['eve', 'Alder Ltd']}/marks"
    pinned = {"document": service.made.documents["Alder Ltd"], "quote": "five apprentices from Swale"}
    body = {"mark": "4", "reason": "canary", "passages": [pinned]}
    conflict = {"supplier": service.made.suppliers["Alder Ltd"], "has_conflict": True, "nature": "Kin."}
    none = {"supplier": None, "has_conflict": False}
    assert service.ask("eve", "POST", path, body, key="one").status_code == 201
    assert "canary" in service.ask("eve", "POST", path, body, key="one").text
    for who in ("eve", "finn"):
        assert service.ask(who, "POST", f"{service.panel}/declarations", none, key="none").status_code == 201
    assert service.ask("eve", "POST", f"{service.panel}/declarations", conflict, key="two").status_code == 201
    again = service.ask("eve", "POST", path, body, key="one")
    assert (again.status_code, "canary" in again.text) == (409, False)
    assert "declared a conflict of interest since" in again.json()["detail"]
    assert service.ask("finn", "POST", f"{service.panel}/declarations", none, key="none").status_code == 201
    assert service.ask("eve", "POST", f"{service.panel}/declarations", conflict, key="two").status_code == 201
    [declared] = [d for d in service.made.conflicts("lead").declared_in(service.made.procurement)
                  if d.declaration.person == "eve" and d.declaration.has_conflict]  # fmt: skip
    assert declared.awaits_chair


def test_everybody_can_sign_in(service: Sealed) -> None:
    service.reset()
    for who in PEOPLE:
        assert service.ask(who, "GET", "/api/v1/procurements").status_code == 200
