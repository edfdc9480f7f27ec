"""Asks every route, page or interface, as somebody of each kind, and holds the answer against `records/access.py`.

What is expected follows from the right that the route asks for and the table of roles alone; what is answered comes
from requests. `python -m tests.web.route_by_role` writes the table to docs/results/route-by-role.md.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fastapi.routing import APIRoute

from svdocs.records.access import RIGHTS_OF_ADMINISTRATORS, ROLES_WITH
from svdocs.records.people_tables import Role
from svdocs.web.api import jobs
from svdocs.web.rights import NeedsAdministrator, NeedsMembers, NeedsRight, NeedsScope
from tests.web.in_process import InProcess, in_process
from tests.web.personas import ADMINISTRATOR, ANONYMOUS, OUTSIDER, ROLES, Cast, open_cast

WHO = (*ROLES, OUTSIDER, ADMINISTRATOR, ANONYMOUS)
NOWHERE = "00000000"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
GUARDED = ("statement_id", "run_id", "older", "job_id", "document_id", "contract_id", "procurement_id")
"""The names in an address by which a route's guard finds the procurement; the first that there is tells."""


class Answered(StrEnum):
    """How a visitor is answered."""

    let_in = "yes"
    refused = "no"
    """Told that their role does not go so far."""
    hidden = "hidden"
    """Answered like what there is not."""
    sent_to_sign_in = "sign in"


@dataclass(frozen=True)
class Row:
    """One route and method with what it asks for, what is expected and what was answered, by persona."""

    method: str
    path: str
    asks: str
    expected: dict[str, Answered]
    answered: dict[str, Answered]


def routes_of(cast: Cast) -> Iterator[APIRoute]:
    """Yield every route of the application."""
    for router in (r.original_router for r in cast.app.routes if hasattr(r, "original_router")):
        yield from (r for r in router.routes if isinstance(r, APIRoute))


def guard_of(route: APIRoute) -> NeedsRight | NeedsScope | None:
    """Return what the route asks for."""
    found = [d.dependency for d in route.dependencies if isinstance(d.dependency, NeedsRight | NeedsScope)]
    return found[0] if found else None


def expected_of(route: APIRoute, who: str) -> Answered:
    """Return how a persona should be answered, by the right that the route asks for and the table of roles."""
    guard = guard_of(route)
    assert guard is not None
    if who == ANONYMOUS:
        return Answered.sent_to_sign_in
    if isinstance(guard, NeedsAdministrator):
        return Answered.let_in if who == ADMINISTRATOR else Answered.refused
    if isinstance(guard, NeedsMembers):
        return Answered.refused if who == ADMINISTRATOR else Answered.let_in
    if isinstance(guard, NeedsScope):
        return Answered.let_in
    if who == OUTSIDER:
        return Answered.hidden
    if who == ADMINISTRATOR:
        knows = "{procurement_id}" in route.path and "{document_id}" not in route.path
        if not knows:
            return Answered.hidden
        return Answered.let_in if guard.right in RIGHTS_OF_ADMINISTRATORS else Answered.refused
    return Answered.let_in if Role(who) in ROLES_WITH[guard.right] else Answered.refused


def answer_of(client: InProcess, cast: Cast, route: APIRoute, method: str, who: str) -> Answered:
    """Return how a persona is answered who asks a route about what there is."""
    status, said = _ask(client, cast, route, method, who, cast.ids)
    if status == 401 or (status == 303 and "/sign-in" in said):
        return Answered.sent_to_sign_in
    if status == 403:
        return Answered.refused
    guarded = [name for name in GUARDED if f"{{{name}}}" in route.path]
    if status == 404 and isinstance(guard_of(route), NeedsRight) and guarded:
        nowhere = _ask(client, cast, route, method, who, cast.ids | {guarded[0]: NOWHERE})
        if (status, said) == nowhere:
            return Answered.hidden
    return Answered.let_in


def _ask(client: InProcess, cast: Cast, route: APIRoute, method: str, who: str,
         ids: dict[str, str]) -> tuple[int, str]:  # fmt: skip
    """Return the answer's status and words, without the ids that the guard looks at."""
    address = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: ids.get(m[1], NOWHERE), route.path)
    headers = cast.headers[who]
    is_form = method in CHANGING and not route.path.startswith("/api/")
    form = {"csrf": headers.get("X-CSRF-Token", "")} if is_form else None
    answer = client.ask(method, address, headers=headers, form=form)
    said = dict(answer.headers)[b"location"].decode() if answer.status_code == 303 else answer.text
    for name in GUARDED:
        said = said.replace(ids[name], "")
    return answer.status_code, said


def _order(row: tuple[APIRoute, str]) -> tuple[bool, bool]:
    """Reads first; then changes of one document; then those of a procurement, after which some may see less of it."""
    route, method = row
    return method in CHANGING, "{document_id}" not in route.path and "{procurement_id}" in route.path


def make_table(cast: Cast) -> list[Row]:
    """Ask every route that asks for something as everybody, and return what came of it."""
    rows, before = [], jobs.LONGEST_SECONDS
    jobs.LONGEST_SECONDS = 0.0  # else a stream of events waits for a job to end
    try:
        with in_process(cast.app) as client:
            asked = [(r, m) for r in routes_of(cast) for m in sorted(r.methods - {"HEAD"}) if guard_of(r) is not None]
            for route, method in sorted(asked, key=_order):
                guard = guard_of(route)
                asks = str(guard.right.value) if isinstance(guard, NeedsRight) else type(guard).__name__
                expected = {who: expected_of(route, who) for who in WHO}
                # Those who are refused first, so that what the others change is still as it was.
                answered = {who: answer_of(client, cast, route, method, who) for who in reversed(WHO)}
                rows.append(Row(method, route.path, asks, expected, answered))
    finally:
        jobs.LONGEST_SECONDS = before
    return rows


def main() -> int:
    """Write the table."""
    with tempfile.TemporaryDirectory() as folder, open_cast(Path(folder)) as cast:
        rows = make_table(cast)
    wrong = [r for r in rows if r.expected != r.answered]
    lines = [
        "# Who is let in where",
        "",
        "Made by `python -m tests.web.route_by_role`, which asks each route as each persona. *yes*: let in; *no*: told",
        "that the role does not go so far; *hidden*: answered in the same words as what there is not; *sign in*: sent",
        f"to sign in. {len(rows)} routes, {len(rows) * len(WHO)} answers, {len(wrong)} other than `records/access.py`",
        "says. Where a route asks for no right of a procurement, what it lists is narrowed by the query.",
        "",
        f"| route | asks for | {' | '.join(WHO)} |",
        f"|---|---|{'---|' * len(WHO)}",
        *(
            f"| {r.method} {r.path} | {r.asks} | "
            + " | ".join(
                r.answered[w].value if r.answered[w] == r.expected[w] else f"**{r.answered[w]}, not {r.expected[w]}**"
                for w in WHO
            )
            + " |"
            for r in sorted(rows, key=lambda r: (not r.path.startswith("/api/"), r.path, r.method))
        ),
    ]
    Path("docs/results/route-by-role.md").write_text("\n".join(lines) + "\n")
    for row in wrong:
        print(
            row.method,
            row.path,
            row.asks,
            {w: row.answered[w].value for w in WHO if row.answered[w] != row.expected[w]},
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
