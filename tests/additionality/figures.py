"""Measures additionality beside a model of the words alone.

```
python -m tests.additionality.figures corpus samples [FOLDER ...]
```

The first folder holds the training packs; those of `HELD_OUT` are judged by models that have not seen them. Each
further folder holds packs with a gold.json (`svdocs evaluate` reads the same), judged by the published model on what
was extracted. Words alone: TF-IDF of one and two words and a logistic regression, trained on the same packs. Where its
surest verdict has a probability below `UNSURE`, the words give nothing away.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from svdocs.additionality.combine import load_combiner
from svdocs.additionality.findings import find_about, read_surroundings
from svdocs.frameworks.suggest import query_of, suggest_many
from svdocs.learning.additionality import (
    HELD_OUT,
    Example,
    flat_weighers,
    is_from_world,
    judge_examples,
    judge_with,
    read_examples,
    train_combiner,
)
from svdocs.learning.agreement import LEAST_OVERLAP, macro_f1, overlap, same_quantity, share
from svdocs.statements.embed import Embedder, load_embedder
from svdocs.statements.find import find_statements
from svdocs.statements.statement import Statement, StatementType
from svdocs.text.document import Document
from svdocs.text.read import read_file

UNSURE = 0.6


@dataclass(frozen=True)
class WordsAlone:
    """What the words of a commitment say without any other document."""

    model: Any

    def __call__(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the likeliest verdict of each text, with its probability."""
        chances = self.model.predict_proba(texts)
        return [(str(self.model.classes_[row.argmax()]), float(row.max())) for row in chances]


def train_words_alone(examples: Sequence[Example]) -> WordsAlone:
    """Return the baseline, trained on the examples' words."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=10, class_weight="balanced", max_iter=2000))
    return WordsAlone(model.fit([e.found.text for e in examples], [e.verdict.value for e in examples]))


def measure(examples: Sequence[Example], combiner: Any, words: WordsAlone) -> dict[str, float | int | None]:
    """Return the figures of the product and of the words alone, and those where the words give nothing away."""
    judged = judge_examples(examples, combiner, judge_with(combiner))
    ours = [(j.example.verdict.value, j.verdict.value) for j in judged]
    said = words([j.found.text for j in judged])
    theirs = [(g, v) for (g, _), (v, _) in zip(ours, said, strict=True)]
    silent = [i for i, (_, p) in enumerate(said) if p < UNSURE]
    category = [j.category is j.example.category for j in judged if j.example.category]
    evidence = [j.evidence_right for j in judged if j.evidence_right is not None]

    def right(pairs: Sequence[tuple[str, str]]) -> float | None:
        return share(sum(a == b for a, b in pairs), len(pairs))

    return {
        "commitments": len(judged),
        "accuracy": right(ours),
        "macro-F1": macro_f1(ours),
        "words alone: accuracy": right(theirs),
        "words alone: macro-F1": macro_f1(theirs),
        "where words give nothing away": len(silent),
        "there: accuracy": right([ours[i] for i in silent]),
        "there, words alone: accuracy": right([theirs[i] for i in silent]),
        "category": share(sum(category), len(category)),
        "verdicts with evidence": len(evidence),
        "evidence": share(sum(evidence), len(evidence)),
    }


def read_extracted(folder: Path, embedder: Embedder) -> Iterator[Example]:
    """Yield the labelled commitments of the packs below `folder` that the extractor finds, as it finds them."""
    for path in sorted(folder.rglob("gold.json")):
        gold = json.loads(path.read_bytes())
        read = {d["file"]: read_file(path.parent / d["file"]) for d in gold["documents"]}
        for told in gold["documents"]:
            if told["kind"] == "specification":
                continue
            beside = [d for d in gold["documents"] if told["kind"] != "baseline" and d is not told]
            specifications = [read[d["file"]] for d in beside if d["kind"] == "specification"]
            baselines = [
                read[d["file"]] for d in beside if d["kind"] == "baseline" and d.get("supplier") == told.get("supplier")
            ]
            wanted = [s for s in told["statements"] if s["type"] == "commitment"]
            yield from _found_in(gold["pack"], read[told["file"]], wanted, specifications, baselines, embedder)


def _found_in(pack: str, document: Document, wanted: Sequence[dict[str, Any]], specifications: Sequence[Document],
              baselines: Sequence[Document], embedder: Embedder) -> Iterator[Example]:  # fmt: skip
    found = [s for s in find_statements(document) if s.type is StatementType.commitment]
    codings = suggest_many([query_of(s) for s in found])
    around = read_surroundings(found, document, specifications, baselines, flat_weighers())
    for label, i in _pairs(wanted, found):
        about = find_about(found[i], around, embedder, keep=None)
        vector = embedder.embed([about.text])[0]
        yield Example(pack, document.name, label, replace(about, coding=codings[i]), vector)


def _pairs(wanted: Sequence[dict[str, Any]], found: Sequence[Statement]) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield each label with the statement most like it, one to one, as `svdocs evaluate` pairs them."""
    near = []
    for i, label in enumerate(wanted):
        for j, s in enumerate(found):
            like = overlap(label["quote"], s.passage.text)
            if like >= LEAST_OVERLAP:
                quantity = {"value": s.quantity.value, "unit": s.quantity.unit.value} if s.quantity else None
                near.append((like + 0.2 * same_quantity(label.get("quantity"), quantity), i, j))
    taken: set[tuple[str, int]] = set()
    for _, i, j in sorted(near, reverse=True):
        if not {("label", i), ("found", j)} & taken:
            taken |= {("label", i), ("found", j)}
            yield wanted[i], j


def report(corpus: Sequence[Example], extracted: Sequence[Example]) -> dict[str, dict[str, float | int | None]]:
    """Return the figures on packs held out, and on each extracted pack by the published model."""
    seen = [e for e in corpus if e.pack not in HELD_OUT]
    held = [e for e in corpus if e.pack in HELD_OUT]
    figures: dict[str, dict[str, float | int | None]] = {}
    if held:
        combiner, words = train_combiner(seen), train_words_alone(seen)
        figures["held out, bids"] = measure([e for e in held if not is_from_world(e)], combiner, words)
        figures["held out, found in the world"] = measure([e for e in held if is_from_world(e)], combiner, words)
    words = train_words_alone(corpus)
    for pack in sorted({e.pack for e in extracted}):
        figures[pack] = measure([e for e in extracted if e.pack == pack], load_combiner(), words)
    return figures


def as_table(figures: dict[str, dict[str, float | int | None]]) -> str:
    """Return the figures as a Markdown table, one column a set of commitments."""
    names = list(figures)
    rows = [f"| figure | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for key in next(iter(figures.values()), {}):
        cells = ["–" if figures[n][key] is None else str(figures[n][key]) for n in names]
        rows.append(f"| {key} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Read the folders named on the command line and print the table."""
    embedder = load_embedder()
    corpus = read_examples(Path(sys.argv[1]), embedder)
    extracted = [e for folder in sys.argv[2:] for e in read_extracted(Path(folder), embedder)]
    print(as_table(report(corpus, extracted)))


if __name__ == "__main__":
    main()
