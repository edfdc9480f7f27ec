"""`svdocs reprocess`: stored documents through the current stages again."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svdocs.cli.arguments import WORKERS_HELP, day_of, opened_records, procurement_named
from svdocs.cli.progress import progress, shown_estimate
from svdocs.cli.terminal import shown
from svdocs.settings import MAX_WORKERS

if TYPE_CHECKING:
    from svdocs.jobs.foresee import Plan
    from svdocs.jobs.reprocess import DocumentChanges, Reprocessed, Selection
    from svdocs.records.store import Store


def reprocess(
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would be read, what extracted, and how long it would take."),
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compute all and report what would change; write nothing.")
    ] = False,
    procurement: Annotated[str | None, typer.Option(help="Only of this procurement: its title or id.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Only of this supplier.")] = None,
    kind: Annotated[list[str], typer.Option(help="Only documents of this kind; may be repeated.")] = [],  # noqa: B006
    state: Annotated[list[str], typer.Option(help="Only documents in this state; may be repeated.")] = [],  # noqa: B006
    reader_version: Annotated[str | None, typer.Option(help="Only those read by this edition of a reader.")] = None,
    pipeline_version: Annotated[str | None, typer.Option(help="Only those of this version of the pipeline.")] = None,
    since: Annotated[str | None, typer.Option(help="Only those handed in on this day or later: 2026-11-23.")] = None,
    document: Annotated[list[str], typer.Option(help="Only the document of this id; may be repeated.")] = [],  # noqa: B006
    hand_over: Annotated[
        bool, typer.Option("--hand-over", help="Leave the work to `svdocs worker` processes, on any machine.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=MAX_WORKERS, help=WORKERS_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object a document instead of text.")] = False,
) -> int:
    """Run stored documents through the current pipeline again and report what changed.

    Documents that are current are left alone, so an interrupted run carries on where it stopped. A document is read
    again only where its reader has changed. People's decisions stay with their statements; those whose statement is no
    longer found are listed.
    """
    from svdocs.jobs.foresee import plan
    from svdocs.jobs.reprocess import hand_over as leave_to_workers
    from svdocs.jobs.reprocess import reprocess as take_again

    with opened_records() as (store, settings):
        selection = _selection(
            store, procurement, supplier, kind, state, reader_version, pipeline_version, since, document
        )
        if (dry_run or hand_over) and not compare:
            foreseen = plan(store=store, settings=settings, selection=selection, workers=workers)
            _say_plan(foreseen, as_json)
            if hand_over and not dry_run:
                count = leave_to_workers(store, (*foreseen.read, *foreseen.extract))
                print(f"{count} documents wait for the workers.", file=sys.stderr)
            return 0
        with progress() as tell:
            result = take_again(
                store=store,
                settings=settings,
                selection=selection,
                workers=workers,
                dry_run=compare,
                on_document=tell,
            )
    if as_json:
        for changes in result.documents:
            print(json.dumps(_changes_as_json(changes), ensure_ascii=False, default=str))
    else:
        _print_changes(result, compare)
    return 0


def _selection(
    store: Store,
    procurement: str | None,
    supplier: str | None,
    kinds: list[str],
    states: list[str],
    reader_version: str | None,
    pipeline_version: str | None,
    since: str | None,
    documents: list[str],
) -> Selection:
    from svdocs.jobs.reprocess import Selection
    from svdocs.records.tables import DocumentState, kind_named, word_named

    return Selection(
        procurement_named(store, procurement).id if procurement else None,
        supplier,
        frozenset(map(kind_named, kinds)),
        frozenset(word_named(DocumentState, s, "a state of a document") for s in states),
        reader_version,
        pipeline_version,
        day_of(since),
        frozenset(documents),
    )


def _say_plan(plan: Plan, as_json: bool) -> None:
    if as_json:
        said = {
            "read": [d.id for d in plan.read],
            "extract": [d.id for d in plan.extract],
            "current": plan.current,
            "seconds": plan.seconds,
        }
        print(json.dumps(said))
        return
    for what, documents in (("read", plan.read), ("extract", plan.extract)):
        for record in documents:
            print(f"  {what:<8} {shown(record.document.name)}")
    print(
        f"{len(plan.read) + len(plan.extract)} documents would be reprocessed: {len(plan.read)} read and extracted, "
        f"{len(plan.extract)} extracted from kept text; {plan.current} current already. "
        f"{shown_estimate(plan.seconds).capitalize()}."
    )


def _print_changes(result: Reprocessed, dry_run: bool) -> None:
    for changes in result.documents:
        print(
            f"{shown(changes.document)}: {len(changes.kept)} kept, {len(changes.changed)} changed, "
            f"{len(changes.gone)} gone, {len(changes.new)} new"
        )
        for changed in changes.changed:
            fields = ", ".join(f"{name} {old} → {new}" for name, (old, new) in changed.fields.items())
            print(f"  changed  {shown(changed.text)}\n           {shown(fields)}")
        for sign, entries in (("gone", changes.gone), ("new", changes.new)):
            for entry in entries:
                print(f"  {sign:<8} {shown(entry['text'])}")
        for problem in changes.problems:
            print(f"  problem  {shown(problem)}")
    if result.unmatched:
        print("Decisions whose statement is no longer found; a person should look at each:")
    for lost in result.unmatched:
        print(
            f"  {shown(lost.document)}, page {lost.page or '–'}: {lost.decision.person} chose "
            f"{lost.decision.action.value}: {shown(lost.text)}"
        )
    verb = "would be reprocessed" if dry_run else "reprocessed"
    print(f"{len(result.documents)} documents {verb}, {result.left_alone} current already.")


def _changes_as_json(changes: DocumentChanges) -> dict[str, Any]:
    return {
        "document_id": changes.document_id,
        "document": changes.document,
        "kept": len(changes.kept),
        "changed": [{"text": c.text, "page": c.page, "fields": c.fields} for c in changes.changed],
        "gone": [{"type": e["type"], "text": e["text"]} for e in changes.gone],
        "new": [{"type": e["type"], "text": e["text"]} for e in changes.new],
        "decisions_unmatched": [
            {"text": u.text, "page": u.page, "person": u.decision.person, "action": u.decision.action.value}
            for u in changes.unmatched
        ],
        "problems": list(changes.problems),
    }
