"""Figures of an extraction against a labelled pack: the same as those of the packs' own scoring program.

A predicted statement matches a labelled one of its type if the token F1 of the two passages is at least 0.5; pairs are
taken one to one, best first, and equal quantities break ties. The figures of fields are shares of the matched pairs.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from svdocs.errors import UsageError
from svdocs.learning.agreement import LEAST_OVERLAP, macro_f1, overlap, same_due, same_quantity, share

LISTS = {"commitment": "commitments", "delivery": "deliveries", "practice": "practices"}
FRAMEWORKS = ("nhs", "svm-2020", "svm-2025", "kcc")
TIE_BREAK = 0.2

Figures = dict[str, float | int | None]
Call = tuple[list[Path], list[Path], list[Path]]
"""One call of the extraction: documents, specifications, baselines."""


def read_gold(path: Path) -> dict[str, Any]:
    """Return the labels of a pack.

    Raises:
        UsageError: the file is not JSON, or does not list documents with a file, a kind and statements each.
    """
    try:
        gold: dict[str, Any] = json.loads(path.read_bytes())
        wanted = {"file": str, "kind": str, "statements": list}
        if all(isinstance(d[name], shape) for d in gold["documents"] for name, shape in wanted.items()):
            return gold
    except (ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{path}: not the labels of a pack; build it again from its pack.yaml.")


def find_packs(folder: Path) -> list[Path]:
    """Return the folders at or below `folder` that hold a gold.json, in order."""
    return sorted(p.parent for p in folder.rglob("gold.json"))


def calls_of(pack: Path, gold: dict[str, Any]) -> list[Call]:
    """Return the calls that a pack asks for: a supplier's bids and case studies with its baselines, then alone."""
    specifications = [pack / d["file"] for d in gold["documents"] if d["kind"] == "specification"]
    baselines: dict[str | None, list[Path]] = defaultdict(list)
    offered: dict[str | None, list[Path]] = defaultdict(list)
    for d in gold["documents"]:
        if d["kind"] == "baseline":
            baselines[d.get("supplier")].append(pack / d["file"])
        elif d["kind"] in ("bid", "case_study"):
            offered[d.get("supplier")].append(pack / d["file"])
    return [(paths, specifications, baselines[who]) for who, paths in offered.items()] + [
        (paths, [], []) for paths in baselines.values() if paths
    ]


def score_pack(gold: dict[str, Any], records: Iterable[dict[str, Any]]) -> Figures:
    """Return the figures of the records against the labels, by name; None where nothing was there to be counted."""
    by_name = {_file_name(r["document"]["name"]): r for r in records}
    counts: Counter[tuple[str, str]] = Counter()
    hits: dict[str, list[bool]] = defaultdict(list)
    verdicts: list[tuple[Any, Any]] = []
    firmness: list[tuple[Any, Any]] = []
    for document in gold["documents"]:
        if document["kind"] == "specification":
            continue
        record = by_name.get(_file_name(document["file"]), {})
        for kind, name in LISTS.items():
            wanted = [s for s in document["statements"] if s["type"] == kind]
            if kind == "delivery" and not wanted and document["kind"] == "baseline":
                continue
            pairs = match(wanted, record.get(name, []))
            counts[kind, "gold"] += len(wanted)
            counts[kind, "found"] += len(record.get(name, []))
            counts[kind, "hit"] += len(pairs)
            for want, got in pairs if kind != "practice" else ():
                _count_fields(kind, want, got, hits)
                if kind == "commitment":
                    firmness.append((want.get("firmness"), got.get("firmness")))
                    verdicts.append((want.get("additionality"), (got.get("additionality") or {}).get("verdict")))
    figures: Figures = {}
    for kind in LISTS:
        gold_n, found, hit = (counts[kind, x] for x in ("gold", "found", "hit"))
        figures |= {
            f"{kind}.precision": share(hit, found),
            f"{kind}.recall": share(hit, gold_n),
            f"{kind}.f1": share(2 * hit, gold_n + found),
            f"{kind}.gold": gold_n,
        }
    for name, right in sorted(hits.items()):
        figures[name] = share(sum(right), counts["commitment", "gold"] if name.endswith("record_right") else len(right))
    figures["commitment.additionality_macro_f1"] = macro_f1(verdicts)
    figures["commitment.firmness_macro_f1"] = macro_f1(firmness)
    return figures


def match(
    wanted: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the pairs of labelled and predicted statements, one to one, the best first."""
    scored = sorted(
        (
            (o + TIE_BREAK * same_quantity(w.get("quantity"), f.get("quantity")), i, j)
            for i, w in enumerate(wanted)
            for j, f in enumerate(found)
            if (o := overlap(w["quote"], f["text"])) >= LEAST_OVERLAP
        ),
        reverse=True,
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for _, i, j in scored:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((wanted[i], found[j]))
    return pairs


def _count_fields(kind: str, want: dict[str, Any], got: dict[str, Any], hits: dict[str, list[bool]]) -> None:
    right = {"quantity": same_quantity(want.get("quantity"), got.get("quantity"))}
    for framework in FRAMEWORKS:
        if framework in (want.get("themes") or {}):
            right[f"themes.{framework}"] = _codes((got.get("themes") or {}).get(framework))[0] in _codes(
                want["themes"][framework]
            )
    wanted, offered = _codes(want.get("toms")), _codes(got.get("measures"))
    right |= {"toms": offered[0] in wanted, "toms_top3": bool(set(offered[:3]) & set(wanted))}
    if want.get("place"):
        right["place"] = overlap(want["place"], (got.get("place") or {}).get("text", "")) >= LEAST_OVERLAP
    if kind == "commitment":
        verdict = want.get("additionality") == (got.get("additionality") or {}).get("verdict")
        right |= {"firmness": want.get("firmness") == got.get("firmness"), "additionality": verdict}
        if want.get("due") is not None:
            due = got.get("due") or {}
            right["due"] = same_due(str(want["due"]), due.get("date"), due.get("text", ""))
        if want.get("category"):
            right["category"] = want["category"] == got.get("category")
        theme = _codes((got.get("themes") or {}).get("nhs"))[0] in _codes((want.get("themes") or {}).get("nhs"))
        right["record_right"] = right["quantity"] and right["toms"] and verdict and theme
    for name, ok in right.items():
        hits[f"{kind}.{name}"].append(ok)


def _codes(value: Any) -> list[str]:
    """Return one code, a list of codes or a list of {code: ...} as strings; no code is "none"."""
    values = value if isinstance(value, list) else [value]
    return [str(v["code"] if isinstance(v, dict) else v).lower() for v in values] or ["none"]


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def evaluate_pack(pack: Path, extract: Callable[[Call], Iterable[dict[str, Any]]]) -> Figures:
    """Return the figures of one pack; `extract` gives the records of a call.

    Raises:
        UsageError: the pack's gold.json is no list of labelled documents.
    """
    gold = read_gold(pack / "gold.json")
    return score_pack(gold, [record for call in calls_of(pack, gold) for record in extract(call)])
