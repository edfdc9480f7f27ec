"""What people decided becomes training rows of its own, kept apart from the shipped corpus.

The rows of a procurement are a pack in the corpus's own form, so every trainer reads them as it reads the others, and
`svdocs corpus check` checks them. Only what somebody accepted or amended is taken; a rejection may have many reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svdocs.errors import UsageError
from svdocs.frameworks.suggest import MEASURES_KEY, THEMES_KEYS
from svdocs.learning.corpus import labelled_passages, read_packs
from svdocs.learning.linear import held_out_probabilities
from svdocs.learning.statements import STRENGTH, figures_of, type_of
from svdocs.statements.classify import cue_features
from svdocs.statements.statement import Passage, StatementType
from svdocs.text.document import BlockKind

PACK_PREFIX = "zz-decisions-"
"""Last in the order of names, so that the shipped packs are held out together as they are without these rows."""
FLIPS_SHOWN = 50


@dataclass(frozen=True)
class Decided:
    """A statement that a person accepted or amended.

    Attributes:
        procurement: its id.
        document: name of the file.
        kind: of the document.
        supplier: whose it is.
        passage: as read, with its context.
        entry: the statement as decided, in the extraction record's form with its ``type``.
    """

    procurement: str
    document: str
    kind: str
    supplier: str
    passage: Passage
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Flip:
    """A passage of the corpus whose label, by a model that had not seen its pack, changes with the added rows."""

    pack: str
    text: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What added rows change on the same voices held out.

    Attributes:
        rows: how many were added.
        before, after: figures without and with them.
        flips: the passages whose label changes.
    """

    rows: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    flips: Sequence[Flip]


def label_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decided statement as a label of a pack.

    >>> label_of({"type": "practice", "themes": {"nhs": [{"code": "wellbeing", "score": 1.0}]}})["themes"]["nhs"]
    'wellbeing'
    """
    themes = entry.get("themes") or {}
    label: dict[str, Any] = {
        "type": str(entry["type"]),
        "themes": {key: _best(themes[key]) for key in THEMES_KEYS if key in themes},
    }
    if label["type"] == StatementType.practice:
        return label
    quantity, due = entry.get("quantity") or {}, entry.get("due") or {}
    label |= {
        "quantity": {name: quantity.get(name) for name in ("value", "unit", "per")} if quantity else None,
        "place": (entry.get("place") or {}).get("text") or None,
        "beneficiary": (entry.get("beneficiary") or {}).get("text") or None,
        "toms": _best([m for m in entry.get("measures") or [] if m.get("framework") == MEASURES_KEY]),
    }
    if label["type"] == StatementType.commitment:
        label |= {
            "firmness": entry.get("firmness") or "firm",
            "due": due.get("date") or due.get("text") or None,
            "additionality": (entry.get("additionality") or {}).get("verdict") or "unclear",
        }
    return label


def _best(codes: Sequence[Mapping[str, Any]]) -> str | None:
    return str(codes[0]["code"]) if codes else None


def build_pack(procurement: str, decided: Iterable[Decided]) -> dict[str, Any]:
    """Return the decisions of one procurement as a pack: each passage with its headings, introduction and columns.

    What stands before and after a passage is left out: nobody has said whether it states anything.
    """
    documents: dict[str, dict[str, Any]] = {}
    passages: dict[tuple[str, int, int], list[Decided]] = {}
    for one in decided:
        passages.setdefault((one.document, *one.passage.span), []).append(one)
    for (name, _, _), here in sorted(passages.items(), key=lambda item: item[0]):
        first = here[0]
        document = documents.setdefault(
            name,
            {"file": name, "kind": first.kind, "supplier": first.supplier, "layout": "plain", "blocks": [], "gold": {}},
        )
        ids = [str(len(document["gold"]) + 1 + i) for i in range(len(here))]
        document["gold"] |= {key: label_of(d.entry) for key, d in zip(ids, here, strict=True)}
        document["blocks"] += _blocks_of(first.passage, ",".join(ids))
    return {"pack": PACK_PREFIX + procurement, "documents": list(documents.values())}


def _blocks_of(passage: Passage, ids: str) -> list[dict[str, Any]]:
    levels = ("h1", "h2", "h3")
    blocks: list[dict[str, Any]] = [
        {level: _unmarked(words)} for level, words in zip(levels, passage.section[-len(levels) :], strict=False)
    ]
    if not blocks:
        blocks.append({"h1": "-"})  # so that the passage does not stand under the headings of the one before
    text = f"[[{ids}: {_unmarked(passage.text)}]]"
    if passage.cells:
        row = {"mark": ids, "cells": [_unmarked(c) for c in passage.cells]}
        return [*blocks, {"table": {"header": [_unmarked(h) for h in passage.header], "rows": [row]}}]
    if passage.kind is BlockKind.list_item:
        introduction = [{"p": _unmarked(passage.introduction)}] if passage.introduction else []
        return [*blocks, *introduction, {"ul": [text]}]
    return [*blocks, {"p": text}]


def _unmarked(text: str) -> str:
    """Return a stranger's text without what would be taken for a mark."""
    return text.replace("[[", "[ [").replace("]]", "] ]")


def write_packs(decided: Sequence[Decided], folder: Path) -> list[Path]:
    """Write a pack for each procurement beneath `folder`, in place of those that were there, and return their paths.

    A procurement whose consent was taken back loses its pack.
    """
    import shutil

    import yaml

    for old in folder.glob(f"{PACK_PREFIX}*"):
        shutil.rmtree(old)
    paths = []
    for procurement in sorted({d.procurement for d in decided}):
        pack = build_pack(procurement, [d for d in decided if d.procurement == procurement])
        path = folder / pack["pack"] / "pack.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False, width=200), encoding="utf-8")
        paths.append(path)
    return paths


def join_corpus(corpus: Path, decisions: Path, folder: Path) -> Path:
    """Return a folder beneath `folder` in which the packs of both stand side by side; neither is changed.

    Raises:
        UsageError: there are no decisions.
    """
    joined = folder / "corpus"
    joined.mkdir(parents=True)
    packs = sorted(decisions.glob(f"{PACK_PREFIX}*/pack.yaml"))
    if not packs:
        raise UsageError(
            f"{decisions}: no decisions to learn from; `svdocs decisions consent` allows it for a procurement, and "
            "`svdocs decisions export` then writes them."
        )
    for path in [*sorted(corpus.glob("*/pack.yaml")), *packs]:
        (joined / path.parent.name).symlink_to(path.parent.resolve(), target_is_directory=True)
    return joined


def measure_change(corpus: Path, decisions: Path) -> Change:
    """Return what the added rows change in the type of passages, on the same voices held out before and after.

    Measured with the linear model alone, which is trained in moments; each shipped pack is judged by a model that was
    trained on other packs, once without and once with the decisions.
    """
    rows = [row for source in read_packs(corpus) for row in labelled_passages(source)]
    more = [row for source in read_packs(decisions) for row in labelled_passages(source) if row.labels]
    dense = cue_features([r.passage for r in (*rows, *more)])
    labels = [type_of(r).value for r in (*rows, *more)]
    own, texts = len(rows), [r.passage.text for r in (*rows, *more)]
    packs = [r.source.pack for r in (*rows, *more)]
    before = held_out_probabilities(texts[:own], dense[:own], labels[:own], packs[:own], STRENGTH)
    after = held_out_probabilities(texts, dense, labels, packs, STRENGTH, judged=set(packs[:own]))[:own]
    truth, classes, more_classes = labels[:own], sorted(set(labels[:own])), sorted(set(labels))
    old, new = ([c[i] for i in p.argmax(axis=1)] for p, c in ((before, classes), (after, more_classes)))
    flips = [
        Flip(r.source.pack, r.passage.text, t, a, b) for r, t, a, b in zip(rows, truth, old, new, strict=True) if a != b
    ]
    return Change(len(more), figures_of(before, truth, classes), figures_of(after, truth, more_classes), flips)


def change_report(change: Change) -> str:
    """Return the change as Markdown: figures side by side, and the passages whose label flips."""
    better = sum(f.after == f.label for f in change.flips)
    worse = sum(f.before == f.label for f in change.flips)
    lines = [
        f"{change.rows} decided passages added; judged on the same {change.before['passages']:,} passages of the "
        "shipped packs, each by a model that had not seen its pack.",
        "",
        "| figure | before | after |",
        "|---|---:|---:|",
        *(
            f"| {n} | {change.before[n]:.4f} | {change.after[n]:.4f} |"
            for n in ("accuracy", "macro_f1", "calibration_error")
        ),
        *(f"| F1 {c} | {change.before['f1'][c]:.4f} | {change.after['f1'][c]:.4f} |" for c in change.before["f1"]),
        "",
        f"{len(change.flips)} labels flip: {better} to the right one, {worse} away from it.",
        *(f"- {f.pack}: {f.before} → {f.after} (labelled {f.label}): {f.text}" for f in change.flips[:FLIPS_SHOWN]),
    ]
    if len(change.flips) > FLIPS_SHOWN:
        lines.append(f"- and {len(change.flips) - FLIPS_SHOWN} more")
    return "\n".join(lines)
