"""Two runs of a document side by side: what was kept, changed, gone and new, and what is another in how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from svdocs.errors import NotFound, UsageError
from svdocs.jobs.reprocess import DocumentChanges, compare_statements
from svdocs.records.store import Store
from svdocs.records.summaries import entry_of
from svdocs.records.tables import Run


@dataclass(frozen=True, slots=True)
class RunDiff:
    """What is another between two runs of a document.

    Attributes:
        older: the id of the run that is compared with.
        newer: the id of the run that is compared.
        made_otherwise: what of the reader, pipeline, models and context is another, each with its older and newer
            edition; a model is named by itself.
        statements: what is kept, changed, gone and new.
    """

    older: str
    newer: str
    made_otherwise: dict[str, tuple[str, str]]
    statements: DocumentChanges


def diff_runs(store: Store, older_id: str, newer_id: str) -> RunDiff:
    """Return what is another between two runs of one document, in the order given.

    Raises:
        NotFound: there is no such run.
        UsageError: they are runs of two documents.
    """
    older, newer = store.run(older_id), store.run(newer_id)
    document = store.document(older.document_id)
    if newer.document_id != older.document_id:
        raise UsageError("These are runs of two documents; `svdocs list runs` shows which runs are of which.")
    after = [entry_of(s.statement) for s in store.statements_of_run(newer.id)]
    problems = tuple(p["message"] for p in newer.description.get("problems") or [])
    changes = compare_statements(document, store.statements_of_run(older.id), after, problems)
    return RunDiff(older.id, newer.id, _made_otherwise(older, newer), changes)


def diff_document(store: Store, document_id: str) -> RunDiff:
    """Return what is another between a document's last two runs.

    Raises:
        NotFound: there is no such document, or it has been run only once.
    """
    store.document(document_id)
    runs = store.runs_of(document_id)
    if len(runs) < 2:
        raise NotFound("The document has not been reprocessed: there are no two runs of it to compare.")
    return diff_runs(store, runs[1].id, runs[0].id)


def diff_since(store: Store, moment: datetime, procurement_id: str | None = None) -> list[RunDiff]:
    """Return for each document that was reprocessed since then what is another now; those with no run before are new.

    Raises:
        NotFound: there is no such procurement.
    """
    found = []
    for record in store.documents_of(procurement_id):
        if record.run is None or record.run.published_at is None or record.run.published_at < moment:
            continue
        before = [r for r in store.runs_of(record.id) if r.published_at is not None and r.published_at < moment]
        if before:
            found.append(diff_runs(store, before[0].id, record.run.id))
    return found


def diff_as_json(diff: RunDiff) -> dict[str, Any]:
    """Return a comparison of runs as programs read it."""
    changes = diff.statements
    return {
        "document_id": changes.document_id,
        "document": changes.document,
        "older": diff.older,
        "newer": diff.newer,
        "made_otherwise": {name: list(editions) for name, editions in diff.made_otherwise.items()},
        "kept": [_as_json(e) for e in changes.kept],
        "changed": [
            {"text": c.text, "page": c.page, "fields": {name: list(values) for name, values in c.fields.items()}}
            for c in changes.changed
        ],
        "gone": [_as_json(e) for e in changes.gone],
        "new": [_as_json(e) for e in changes.new],
        "decisions_unmatched": [
            {"text": u.text, "page": u.page, "person": u.decision.person, "action": u.decision.action.value}
            for u in changes.unmatched
        ],
        "problems": list(changes.problems),
    }


def _as_json(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": entry["type"], "text": entry["text"], "page": (entry.get("location") or {}).get("page")}


def _made_otherwise(older: Run, newer: Run) -> dict[str, tuple[str, str]]:
    editions = [_editions_of(run) for run in (older, newer)]
    names = dict.fromkeys((*editions[0], *editions[1]))
    pairs = {name: (editions[0].get(name, ""), editions[1].get(name, "")) for name in names}
    return {name: (before, after) for name, (before, after) in pairs.items() if before != after}


def _editions_of(run: Run) -> dict[str, str]:
    """Return what a run was made by: a model or framework goes by its name, the rest by what it is."""
    models = {f"model {name}": str(edition) for name, edition in run.models.items()}
    return {"reader": run.reader_version, "pipeline": run.pipeline_version, **models, "context": run.context}
