"""The labelled pairs of tests/delivery/labels.yaml with the passages of the packs that they name.

`python -m tests.delivery.labelled` prints precision and recall; with `fit` it fits the weights anew and prints them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
SAMPLES = HERE.parents[1] / "samples"
_MARK = re.compile(r"\[\[([\w,]+): (.*?)\]\]", re.S)


@dataclass(frozen=True)
class Case:
    """One supplier: its promises and deliveries by mark, the right pairs, and the arguable ones."""

    pack: str
    supplier: str
    promises: dict[str, str]
    deliveries: dict[str, str]
    right: frozenset[tuple[str, str]]
    arguable: frozenset[tuple[str, str]]


def cases(part: str) -> Iterator[Case]:
    """Yield the cases of `fitted` or `held_out`."""
    labels = yaml.safe_load((HERE / "labels.yaml").read_text())[part]
    for pack, suppliers in labels.items():
        folder = SAMPLES if pack == "samples" else CORPUS / pack
        documents = yaml.safe_load((folder / "pack.yaml").read_text())["documents"]
        for supplier, given in suppliers.items():
            passages: dict[str, dict[str, str]] = {"commitment": {}, "delivery": {}}
            for document in documents:
                kind = {"bid": "commitment", "case_study": "delivery"}.get(document["kind"])
                if document.get("supplier") == supplier and kind:
                    marks = dict(_marks(document["blocks"]))
                    passages[kind] |= {str(k): marks[str(k)] for k, g in document["gold"].items() if g["type"] == kind}
            first = {kind: _first_of(marks) for kind, marks in passages.items()}
            right, arguable = (
                frozenset((first["delivery"][d], first["commitment"][c]) for d, c in _pairs(given[name]))
                for name in ("right", "arguable")
            )
            promises, deliveries = (
                {k: text for k, text in passages[kind].items() if first[kind][k] == k}
                for kind in ("commitment", "delivery")
            )
            yield Case(pack, supplier, promises, deliveries, right, arguable)


def _first_of(passages: dict[str, str]) -> dict[str, str]:
    """Return for each mark the first mark of the same passage: two labels on one passage are one to the matcher."""
    first: dict[str, str] = {}
    return {key: first.setdefault(text, key) for key, text in passages.items()}


def _pairs(given: dict[Any, list[Any]]) -> frozenset[tuple[str, str]]:
    return frozenset((str(d), str(c)) for d, promises in given.items() for c in promises)


def _marks(block: Any) -> Iterator[tuple[str, str]]:
    if isinstance(block, str):
        for found in _MARK.finditer(block):
            yield from ((key, found[2]) for key in found[1].split(","))
    elif isinstance(block, dict):
        if "mark" in block:
            cells = block.get("cells") or [v for k, v in block.items() if k != "mark"]
            text = " | ".join(str(c) for c in cells)
            yield from ((key.strip(), text) for key in str(block["mark"]).split(","))
        for part in block.values():
            yield from _marks(part)
    elif isinstance(block, list):
        for part in block:
            yield from _marks(part)


def counted(found: set[tuple[str, str]], case: Case) -> tuple[int, int, int]:
    """Return how many pairs were found rightly, found in all, and are right; arguable ones left out."""
    found = found - (case.arguable - case.right)
    return len(found & case.right), len(found), len(case.right)


def _main() -> None:
    from svdocs.delivery.likely import signals_of
    from svdocs.delivery.matching import choose
    from svdocs.statements.embed import load_embedder

    table: dict[str, list[tuple[Case, Any]]] = {}
    for part in ("fitted",) if "show" in sys.argv or "fit" in sys.argv else ("fitted", "held_out"):
        table[part] = [
            (c, signals_of(list(c.deliveries.values()), list(c.promises.values()), load_embedder()))
            for c in cases(part)
        ]
    if "fit" in sys.argv:
        _fit(table["fitted"])
        return
    for part, rows in table.items():
        totals = [0, 0, 0]
        for case, signals in rows:
            found = {
                (list(case.deliveries)[i], list(case.promises)[j]) for i, js in enumerate(choose(signals)) for j in js
            }
            counts = counted(found, case)
            totals = [a + b for a, b in zip(totals, counts, strict=True)]
            if "show" in sys.argv and part == "fitted":
                for d, c in sorted(found ^ case.right):
                    if (d, c) not in case.arguable:
                        sign = "missed" if (d, c) in case.right else "wrong"
                        s = signals[list(case.deliveries).index(d)][list(case.promises).index(c)]
                        print(sign, round(s.probability, 2), s, case.deliveries[d][:90], "//", case.promises[c][:90])
            print(f"{part:9} {case.pack:18} {case.supplier[:40]:40} {counts}")
        right, made, wanted = totals
        print(f"{part}: precision {right / made:.3f} recall {right / wanted:.3f} of {wanted}")


def _fit(rows: list[Any]) -> None:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    names = ("meaning", "clause", "coding", "overlap", "unit", "best", "lead")
    x, y = [], []
    for case, signals in rows:
        for d, row in zip(case.deliveries, signals, strict=True):
            for c, s in zip(case.promises, row, strict=True):
                if (d, c) in case.arguable and (d, c) not in case.right:
                    continue
                x.append([getattr(s, n) for n in names])
                y.append((d, c) in case.right)
    model = LogisticRegression(C=10, max_iter=1000).fit(np.array(x), np.array(y))
    print({n: round(float(w), 2) for n, w in zip(names, model.coef_[0], strict=True)}, float(model.intercept_[0]))
    p = model.predict_proba(np.array(x))[:, 1]
    truth = np.array(y)
    for t in np.arange(0.15, 0.8, 0.05):
        made = p >= t
        print(f"{t:.2f} precision {truth[made].mean():.3f} recall {made[truth].mean():.3f}")


if __name__ == "__main__":
    _main()
