"""`svdocs diff`: what is another between two runs of a document, or since a day in all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svdocs.cli.arguments import day_of, opened_records, procurement_named
from svdocs.cli.terminal import print_table, shown
from svdocs.errors import UsageError

if TYPE_CHECKING:
    from svdocs.jobs.diff import RunDiff

SHOWN_EDITION = 20


def diff(
    runs: Annotated[
        list[str], typer.Argument(help="Two ids of runs of one document, the older first.", show_default=False)
    ] = [],  # noqa: B006
    document: Annotated[str | None, typer.Option(help="Id of a document: its last two runs.")] = None,
    since: Annotated[
        str | None, typer.Option(help="All that was reprocessed on this day (UTC) or later, against what was before.")
    ] = None,
    procurement: Annotated[str | None, typer.Option(help="With --since, only this one: its title or id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object a document instead of text.")] = False,
) -> int:
    """Show per statement what two runs have in common: kept, changed (old, new, why), gone and new."""
    from svdocs.jobs.diff import diff_as_json, diff_document, diff_runs, diff_since

    day = day_of(since)
    if (len(runs) == 2) + (document is not None) + (day is not None) != 1 or len(runs) not in (0, 2):
        raise UsageError("Give two ids of runs, or --document with its id, or --since with a day.")
    with opened_records() as (store, _):
        if document is not None:
            diffs = [diff_document(store, document)]
        elif day is not None:
            within = procurement_named(store, procurement).id if procurement else None
            diffs = diff_since(store, datetime.combine(day, time(), UTC), within)
        else:
            diffs = [diff_runs(store, *runs)]
    if as_json:
        for found in diffs:
            print(json.dumps(diff_as_json(found), ensure_ascii=False, default=str))
    elif day is not None:
        _print_summary(diffs)
    else:
        _print_diff(diffs[0])
    return 0


def _print_summary(diffs: list[RunDiff]) -> None:
    if not diffs:
        print("Nothing was reprocessed since then.")
        return
    print_table(
        [
            {
                "document": d.statements.document,
                "kept": len(d.statements.kept),
                "changed": len(d.statements.changed),
                "gone": len(d.statements.gone),
                "new": len(d.statements.new),
                "unmatched": len(d.statements.unmatched),
                "made otherwise": ", ".join(d.made_otherwise),
            }
            for d in diffs
        ]
    )


def _print_diff(diff: RunDiff) -> None:
    changes = diff.statements
    print(
        f"{shown(changes.document)}: {len(changes.kept)} kept, {len(changes.changed)} changed, "
        f"{len(changes.gone)} gone, {len(changes.new)} new"
    )
    for name, (before, after) in diff.made_otherwise.items():
        print(f"  {name}: {before[:SHOWN_EDITION] or 'none'} → {after[:SHOWN_EDITION] or 'none'}")
    if not diff.made_otherwise:
        print("  made by the same reader, pipeline and models, against the same documents")
    rows: list[dict[str, Any]] = [
        {"": what, "page": page, "statement": text, "field": field, "old": old, "new": new}
        for what, page, text, field, old, new in _rows(diff)
    ]
    if rows:
        print_table(rows)


def _rows(diff: RunDiff) -> list[tuple[str, Any, str, str, Any, Any]]:
    changes = diff.statements
    rows: list[tuple[str, Any, str, str, Any, Any]] = []
    for what, entries in (("kept", changes.kept), ("gone", changes.gone), ("new", changes.new)):
        rows += [(what, (e.get("location") or {}).get("page"), e["text"], "", None, None) for e in entries]
    rows += [("changed", c.page, c.text, f, old, new) for c in changes.changed for f, (old, new) in c.fields.items()]
    rows += [
        ("decision", u.page, u.text, "no statement", u.decision.action.value, u.decision.person)
        for u in changes.unmatched
    ]
    return rows
