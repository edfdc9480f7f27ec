"""Figures of an extraction against a labelled pack: the same as those of the packs' own scoring program.

A predicted statement matches a labelled one of its type if the token F1 of the two passages is at least 0.5; pairs are
taken one to one, best first, and equal quantities break ties. The figures of fields are shares of the matched pairs.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from svdocs.errors import UsageError

LISTS = {"commitment": "commitments", "delivery": "deliveries", "practice": "practices"}
FRAMEWORKS = ("nhs", "svm-2020", "svm-2025", "kcc")
LEAST_OVERLAP = 0.5
LEAST_DUE_OVERLAP = 0.6
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
            f"{kind}.precision": _share(hit, found),
            f"{kind}.recall": _share(hit, gold_n),
            f"{kind}.f1": _share(2 * hit, gold_n + found),
            f"{kind}.gold": gold_n,
        }
    for name, right in sorted(hits.items()):
        figures[name] = _share(
            sum(right), counts["commitment", "gold"] if name.endswith("record_right") else len(right)
        )
    figures["commitment.additionality_macro_f1"], figures["commitment.firmness_macro_f1"] = (
        macro_f1(verdicts),
        macro_f1(firmness),
    )
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


def overlap(a: str, b: str) -> float:
    """Return the token F1 of two texts, 0 to 1.

    >>> overlap("Two new jobs", "two jobs"), overlap("trees", "jobs")
    (0.8, 0.0)
    """
    one, other = (Counter(re.findall(r"[a-z0-9]+", str(t).lower().replace(",", ""))) for t in (a, b))
    same = sum((one & other).values())
    return 2 * same / (sum(one.values()) + sum(other.values())) if same else 0.0


def same_quantity(wanted: dict[str, Any] | None, found: dict[str, Any] | None) -> bool:
    """Say whether value and unit are the same; no value is the same as no quantity."""
    want, got = wanted or {}, found or {}
    if want.get("value") is None or got.get("value") is None:
        return want.get("value") is None and got.get("value") is None
    gap = abs(float(want["value"]) - float(got["value"]))
    return (
        gap < 1e-6 * max(1.0, abs(float(want["value"])))
        and str(want.get("unit")).lower() == str(got.get("unit")).lower()
    )


def macro_f1(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Return the mean F1 over the labels that occur in the gold; pairs are (gold, predicted)."""
    labels = {g for g, _ in pairs}
    scores = [
        2 * sum(g == p == x for g, p in pairs) / (sum(g == x for g, _ in pairs) + sum(p == x for _, p in pairs))
        for x in labels
    ]
    return round(sum(scores) / len(scores), 4) if scores else None


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
            right["due"] = _same_due(str(want["due"]), got.get("due") or {})
        if want.get("category"):
            right["category"] = want["category"] == got.get("category")
        theme = _codes((got.get("themes") or {}).get("nhs"))[0] in _codes((want.get("themes") or {}).get("nhs"))
        right["record_right"] = right["quantity"] and right["toms"] and verdict and theme
    for name, ok in right.items():
        hits[f"{kind}.{name}"].append(ok)


def _same_due(want: str, got: dict[str, Any]) -> bool:
    said = str(got.get("date") or got.get("text", "")).lower()
    return said[: len(want)] == want.lower() or overlap(want, got.get("text", "")) >= LEAST_DUE_OVERLAP


def _codes(value: Any) -> list[str]:
    """Return one code, a list of codes or a list of {code: ...} as strings; no code is "none"."""
    values = value if isinstance(value, list) else [value]
    return [str(v["code"] if isinstance(v, dict) else v).lower() for v in values] or ["none"]


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def evaluate_pack(pack: Path, extract: Callable[[Call], Iterable[dict[str, Any]]]) -> Figures:
    """Return the figures of one pack; `extract` gives the records of a call.

    Raises:
        UsageError: the pack's gold.json is no list of labelled documents.
    """
    gold = read_gold(pack / "gold.json")
    return score_pack(gold, [record for call in calls_of(pack, gold) for record in extract(call)])
