"""The labelled pairs of tests/delivery/labels.yaml with the passages of the packs that they name.

`python -m tests.delivery.labelled` prints precision and recall with the shipped models; with `left-out` measures are
told by models that were trained without the pack, which takes some minutes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from svdocs.delivery.likely import find_twins, likelihoods, signals_of, weigh, weigh_rivals
from svdocs.delivery.matching import choose
from svdocs.statements.embed import load_embedder

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
SAMPLES = HERE.parents[1] / "samples"
FOLDS = 2
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


def found_in(case: Case, likely: Any) -> set[tuple[str, str]]:
    """Return the pairs that the matcher proposes, by marks."""
    deliveries, promises = list(case.deliveries), list(case.promises)
    return {(deliveries[i], promises[k]) for i, ks in enumerate(choose(likely)) for k in ks}


def coding_left_out(packs: Sequence[str], everything: Sequence[Case]) -> dict[str, Any]:
    """Return by supplier how far pairs share measures, as models tell that were trained without the cases' packs.

    The shipped models have been trained on all packs, with these very passages among them: what they tell of them is
    better than what they would tell of a stranger's. The samples are in no pack, and are told by the shipped models.
    """
    from svdocs.frameworks.head import Learnt, load_learnt
    from svdocs.frameworks.load import load_frameworks
    from svdocs.frameworks.suggest import MEASURES_KEY, Query, score_many, whole_of
    from svdocs.learning import themes

    embedder, shipped = load_embedder(), load_learnt()
    assert shipped is not None
    examples = [e for e in themes.read_examples(CORPUS) if e.codes.get(MEASURES_KEY)]
    prepared = themes.prepare(examples, embedder)
    every = themes.read_catalogue_sentences(load_frameworks(), embedder)
    catalogue = themes.Catalogue(
        {MEASURES_KEY: every.sentences[MEASURES_KEY]}, every.vectors, {MEASURES_KEY: every.codes[MEASURES_KEY]}
    )
    found = {}
    for part in range(FOLDS):
        out = set(packs[part::FOLDS])
        rows = [i for i, e in enumerate(examples) if e.pack not in out]
        texts = [whole_of(examples[i].query, context=False) for i in rows]
        vocabulary = themes.learn_vocabulary([*texts, *catalogue.vectors])
        head = themes._train_framework(MEASURES_KEY, prepared, rows, catalogue, vocabulary, themes.ALL_PARTS)
        head = replace(head, temperature=shipped.heads[MEASURES_KEY].temperature)
        learnt = Learnt(vocabulary, {MEASURES_KEY: head}, shipped.implied, every.vectors, "")
        for case in everything:
            if case.pack in out or (case.pack == "samples" and part == 0):
                queries = [Query(t, quoted=False) for t in (*case.deliveries.values(), *case.promises.values())]
                told = score_many(queries, shipped if case.pack == "samples" else learnt, embedder=embedder)[1]
                roots = np.sqrt(np.maximum(told[MEASURES_KEY].chances[:, :-1], 0))
                n = len(case.deliveries)
                found[case.supplier] = roots[:n] @ roots[n:].T
    return found


def likely_in(case: Case, coding: Any = None) -> Any:
    """Return how likely each delivery of a case is for each promise."""
    deliveries, promises = list(case.deliveries.values()), list(case.promises.values())
    if coding is None:
        return likelihoods(deliveries, promises, load_embedder())
    own = np.array([[weigh(s) for s in row] for row in signals_of(deliveries, promises, load_embedder(), coding)])
    return weigh_rivals(own, find_twins(promises, load_embedder()))


def _main() -> None:
    table = {part: list(cases(part)) for part in ("fitted", "held_out")}
    everything = [c for rows in table.values() for c in rows]
    packs = sorted({c.pack for c in everything} - {"samples"})
    coding = coding_left_out(packs, everything) if "left-out" in sys.argv else {}
    for part, rows in table.items():
        totals: dict[str, Any] = {}
        for case in rows:
            counts = np.array(counted(found_in(case, likely_in(case, coding.get(case.supplier))), case))
            print(f"{part:9} {case.pack:18} {case.supplier[:40]:40} {counts.tolist()}")
            for kind in ("samples" if case.pack == "samples" else "packs", "all"):
                totals[kind] = totals.get(kind, 0) + counts
        for kind, (right, made, wanted) in totals.items():
            print(f"{part}, {kind}: precision {right / made:.3f} recall {right / wanted:.3f} of {wanted}")


if __name__ == "__main__":
    _main()
