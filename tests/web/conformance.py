"""Asks every operation of the interface what its own description allows, as people of every kind, by Schemathesis.

No answer may be of 5xx, of a status, media type, header or shape that the description does not tell of.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from svdocs.web.api import jobs
from tests.web.personas import ADMINISTRATOR, ANONYMOUS, KEY, Cast, open_cast

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WHO = ("lead", "evaluator", "observer", "contract_manager", ADMINISTRATOR, ANONYMOUS, KEY)
HOST = "http://127.0.0.1:8000"
LONG_EXAMPLES = 25
PATIENCE_SECONDS = 300
"""For one answer, on a machine that has other work."""


@dataclass
class Found:
    """What came of a run."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    """The first of each operation and persona."""


def operations_of(cast: Cast) -> list[Any]:
    """Return the operations of the interface, as its description has them."""
    headers = cast.headers["lead"] | {"Host": HOST.removeprefix("http://")}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", cast.app, headers=headers, timeout=PATIENCE_SECONDS)
    schema.config.update(base_url=HOST)
    return [found.ok() for found in schema.get_all_operations()]


def ask(cast: Cast, operation: Any, who: str, examples: int, found: Found) -> None:
    """Ask one operation so many times as one persona; of what is named, two times of three what there is."""

    @seed(20260401)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        is_there=st.sampled_from((True, True, False)),
    )
    def ask_once(case: Any, is_there: bool) -> None:
        if is_there:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = cast.ids.get(name, case.path_parameters[name])
        response = case.call(
            headers=cast.headers[who] | {"Host": HOST.removeprefix("http://")}, timeout=PATIENCE_SECONDS
        )
        found.calls += 1
        found.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    try:
        ask_once()
    except (FailureGroup, AssertionError) as error:
        found.failures[f"{operation.method.upper()} {operation.path} as {who}"] = _told(error)


def _told(error: BaseException) -> str:
    if isinstance(error, FailureGroup):
        return " / ".join(_told(e) for e in error.exceptions)
    return f"{type(error).__name__}: {error}"[:1500]


def ask_everything(cast: Cast, examples: int, who: Sequence[str] = WHO, *, in_turn: bool = False) -> Found:
    """Ask every operation as everybody; with `in_turn` each operation as one persona, one after the other."""
    found, before = Found(), jobs.LONGEST_SECONDS
    jobs.LONGEST_SECONDS = 0.0  # else a stream of events waits for a job to end
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for i, operation in enumerate(operations_of(cast)):
                for one in (who[i % len(who)],) if in_turn else who:
                    ask(cast, operation, one, examples, found)
    finally:
        jobs.LONGEST_SECONDS = before
    return found


def main() -> int:
    """Ask at length, and keep the figures in docs/results/api.md."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, open_cast(Path(folder)) as cast:
        count = len(operations_of(cast))
        found = ask_everything(cast, int(sys.argv[1]) if len(sys.argv) > 1 else LONG_EXAMPLES)
    lines = [
        "# The interface against its own description",
        "",
        "`python -m tests.web.conformance`: Schemathesis asks every operation what the description allows and what it",
        "does not, as each persona; two thirds of the ids are of records that there are. Checked: no 5xx; and status,",
        "media type, headers and shape as described.",
        "",
        f"- {datetime.now(UTC):%Y-%m-%d}: {count} operations as {len(WHO)} personas ({', '.join(WHO)}), {found.calls}",
        f"  requests in {time.monotonic() - begun:.0f} s, on a machine of two cores that had other work.",
        f"- Answers: {', '.join(f'{n} of {s}' for s, n in sorted(found.statuses.items()))}.",
        f"- Operations and personas with a breach: {len(found.failures)}.",
        "",
        *(f"  - {where}: {what}" for where, what in sorted(found.failures.items())),
    ]
    Path("docs/results/api.md").write_text("\n".join(lines).rstrip() + "\n")
    print("\n".join(lines))
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
