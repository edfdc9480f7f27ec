"""Trains the models that find themes and measures, measures them on writers left out, and writes the model folder.

Each framework has one multinomial logistic regression with soft labels: where the labelling guide accepts several
codes, the best counts most and the others share in it. The catalogue's typical commitments are training rows too, so
that a measure with few labelled examples, or none, is known. Everything is deterministic: no random start, no shuffle.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from svdocs.frameworks.framework import Framework
from svdocs.frameworks.head import NONE, Floats, Head, Learnt, Vocabulary, join_features, terms_of
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.resemble import describe_measures, describe_themes
from svdocs.frameworks.suggest import (
    MEASURES_KEY,
    THEMES_KEYS,
    Query,
    Scores,
    context_of,
    crosswalk_shares,
    score_many,
    whole_of,
)
from svdocs.learning.corpus import labelled_passages, read_packs
from svdocs.learning.linear import fit_softmax
from svdocs.statements.embed import Embedder, load_embedder
from svdocs.statements.quantities import find_quantities
from svdocs.statements.statement import StatementType, Unit

WORDS = 3000
"""Size of the vocabulary: beyond it, accuracy on packs left out no longer rose."""
RARE = 2
PENALTY = 1 / 16
SECOND_BEST = 0.4
"""What each further acceptable code counts beside the best."""
PRACTICE_WEIGHT = 0.5
ROUNDS = 60
GROUPS = 7
"""Packs are left out two at a time."""
CROSSWALK_COUNTS = 2.0
"""How many labelled statements the crosswalk's word on a measure's themes weighs as much as."""
ALL_PARTS = "ew"
"""Embeddings and words; one of them alone is trained for comparison only."""

_CUTS = (";", ":", ", ", " and ", " plus ", " while ", " together with ", " as well as ")


@dataclass(frozen=True)
class Example:
    """A labelled statement: what is known of it, and the acceptable codes in each framework, best first."""

    pack: str
    type: StatementType
    query: Query
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Prepared:
    """Examples with their embeddings, so that each text is embedded once for all folds."""

    examples: Sequence[Example]
    focus: Floats
    whole: Floats
    units: Sequence[Unit | None]


@dataclass(frozen=True)
class Fold:
    """What models say of statements of packs that they had not seen: rows of the examples, and scores by framework."""

    rows: Sequence[int]
    scores: Mapping[str, Scores]


@dataclass
class Score:
    """How often the best code, or one of the best three, was acceptable, and how far scores were off."""

    seen: int = 0
    first: int = 0
    third: int = 0
    bins: dict[int, list[tuple[float, bool]]] = field(default_factory=dict)

    def add(self, codes: Sequence[str], score: float, accepted: Sequence[str]) -> None:
        """Count one statement whose codes were suggested in this order."""
        right = codes[0] in accepted
        self.seen += 1
        self.first += right
        self.third += bool(set(codes[:3]) & set(accepted))
        self.bins.setdefault(min(int(score * 10), 9), []).append((score, right))

    def figures(self) -> dict[str, float]:
        """Return the share right, the share right among three, and the expected calibration error."""
        n = max(self.seen, 1)
        gaps = (abs(sum(s for s, _ in b) - sum(r for _, r in b)) for b in self.bins.values())
        return {
            "statements": self.seen,
            "top_1": round(self.first / n, 3),
            "top_3": round(self.third / n, 3),
            "calibration_error": round(sum(gaps) / n, 3),
        }


def read_examples(corpus: Path) -> list[Example]:
    """Return every labelled commitment, delivery and practice of the packs under `corpus`, in a fixed order."""
    found = []
    for document in read_packs(corpus):
        for passage in labelled_passages(document):
            labels = [x for x in passage.labels if x["type"] != "noise"]
            for label in labels:
                focus = cut_focus(passage.passage.text, label) if len(labels) > 1 else ""
                query = Query(passage.passage.text, focus, context_of(passage.passage), _unit_of(label))
                found.append(Example(document.pack, StatementType(label["type"]), query, codes_of(label)))
    return found


def cut_focus(text: str, label: Mapping[str, Any]) -> str:
    """Return the clause of `text` that holds the label's quantity, or nothing if that cannot be told.

    >>> cut_focus("We will take on 4 apprentices and 10 work placements", {"quantity": {"value": 10}})
    '10 work placements'
    """
    quantity = label.get("quantity") or {}
    all_quantities = find_quantities(text)
    here = [q for q in all_quantities if q.value == quantity.get("value")]
    if len(here) != 1:
        return ""
    span = here[0].span
    cuts = [0, *sorted(i + len(c) for c in _CUTS for i in _places(text, c)), len(text)]
    next_one = min((q.span.start for q in all_quantities if q.span.start > span.end), default=len(text))
    start = max(c for c in cuts if c <= span.start)
    end = max((c for c in cuts if span.end < c <= next_one), default=next_one)
    return text[start:end].strip()


def _places(text: str, cut: str) -> Iterable[int]:
    at = text.find(cut)
    while at >= 0:
        yield at
        at = text.find(cut, at + 1)


def _unit_of(label: Mapping[str, Any]) -> Unit | None:
    unit = (label.get("quantity") or {}).get("unit")
    return Unit(unit) if unit in set(Unit) else None


def codes_of(label: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return by framework the codes that a label accepts, best first; an empty code where none fits."""
    themes = label.get("themes") or {}
    found = {key: _accepted(themes[key]) for key in THEMES_KEYS if key in themes}
    if "toms" in label:
        found[MEASURES_KEY] = _accepted(label["toms"])
    return found


def _accepted(value: object) -> tuple[str, ...]:
    return tuple(NONE if v is None else str(v) for v in (value if isinstance(value, list) else [value]))


def prepare(examples: Sequence[Example], embedder: Embedder) -> Prepared:
    """Return the examples with their embeddings."""
    focus = [whole_of(e.query, context=False) for e in examples]
    whole = [whole_of(e.query, context=True) for e in examples]
    return Prepared(examples, embedder.embed(focus), embedder.embed(whole), [e.query.unit for e in examples])


def learn_vocabulary(texts: Sequence[str]) -> Vocabulary:
    """Return the commonest terms of the texts, with weights that are less the more texts hold them."""
    seen = Counter(t for text in texts for t in set(terms_of(text)))
    kept = sorted((t for t, n in seen.items() if n >= RARE), key=lambda t: (-seen[t], t))[:WORDS]
    weights = [math.log((1 + len(texts)) / (1 + seen[t])) + 1 for t in sorted(kept)]
    return Vocabulary({t: i for i, t in enumerate(sorted(kept))}, np.asarray(weights, np.float32))


def train_head(dense: Floats, words: Floats, targets: Floats, weights: Floats, codes: tuple[str, ...]) -> Head:
    """Return a multinomial logistic regression fitted to soft targets, shape (rows, codes)."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    return Head(codes, fit_softmax(dense, csr_matrix(words), targets, weights, PENALTY, ROUNDS, corrections=6), 1.0)


@dataclass(frozen=True)
class Catalogue:
    """The sentences of the catalogue with their embeddings: training rows, and what texts are compared with."""

    sentences: Mapping[str, Sequence[tuple[str, str]]]
    vectors: Mapping[str, Floats]
    codes: Mapping[str, tuple[str, ...]]


def read_catalogue_sentences(frameworks: Mapping[str, Framework], embedder: Embedder) -> Catalogue:
    """Return the typical commitments of each framework that is trained, by key: pairs of code and sentence."""
    likenesses = {key: describe_themes(frameworks[key]) for key in THEMES_KEYS}
    likenesses[MEASURES_KEY] = describe_measures(frameworks[MEASURES_KEY])
    sentences = {
        key: [(x.codes[owner], s) for owner, s in zip(x.owners, x.prototypes, strict=True)]
        for key, x in likenesses.items()
    }
    texts = sorted({s for pairs in sentences.values() for _, s in pairs})
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    codes = {key: (*x.codes, NONE) for key, x in likenesses.items()}
    return Catalogue(sentences, vectors, codes)


def train(prepared: Prepared, rows: Sequence[int], catalogue: Catalogue, parts: str = ALL_PARTS) -> Learnt:
    """Return the models trained on those rows of the examples and on the catalogue; temperatures are still 1."""
    texts = [whole_of(prepared.examples[i].query, context=False) for i in rows]
    vocabulary = learn_vocabulary([*texts, *catalogue.vectors])
    heads = {key: _train_framework(key, prepared, rows, catalogue, vocabulary, parts) for key in catalogue.codes}
    implied = {key: _count_implied(key, prepared, rows, catalogue) for key in THEMES_KEYS}
    return Learnt(vocabulary, heads, implied, catalogue.vectors, "")


def _train_framework(
    key: str, prepared: Prepared, rows: Sequence[int], catalogue: Catalogue, vocabulary: Vocabulary, parts: str
) -> Head:
    codes = catalogue.codes[key]
    kept = [i for i in rows if set(prepared.examples[i].codes.get(key, ())) & set(codes)]
    pairs = catalogue.sentences[key]
    texts = [whole_of(prepared.examples[i].query, context=False) for i in kept] + [s for _, s in pairs]
    made = np.stack([catalogue.vectors[s] for _, s in pairs])
    units = [prepared.units[i] for i in kept] + [None] * len(pairs)
    focus, whole = np.vstack([prepared.focus[kept], made]), np.vstack([prepared.whole[kept], made])
    empty = np.zeros((len(texts), 0), np.float32)
    dense = join_features(focus, whole, units, empty) * np.float32("e" in parts)
    words = vocabulary.describe(texts) * np.float32("w" in parts)
    targets = np.zeros((len(texts), len(codes)), np.float32)
    for row, i in enumerate(kept):
        accepted = [c for c in prepared.examples[i].codes[key] if c in codes]
        shares = [1.0] + [SECOND_BEST] * (len(accepted) - 1)
        for code, share in zip(accepted, shares, strict=True):
            targets[row, codes.index(code)] += share / sum(shares)
    for row, (code, _) in enumerate(pairs, len(kept)):
        targets[row, codes.index(code)] = 1
    practices = [prepared.examples[i].type is StatementType.practice for i in kept] + [False] * len(pairs)
    weights = np.where(practices, PRACTICE_WEIGHT, 1).astype(np.float32)
    return train_head(dense, words, targets, weights, codes)


def _count_implied(key: str, prepared: Prepared, rows: Sequence[int], catalogue: Catalogue) -> Floats:
    """Return for each measure the share of each theme among the statements that have both, shape (measures, themes)."""
    measures, themes = catalogue.codes[MEASURES_KEY], catalogue.codes[key]
    counts = crosswalk_shares(key, measures, themes) * CROSSWALK_COUNTS + 1e-3
    for i in rows:
        codes = prepared.examples[i].codes
        accepted = codes.get(MEASURES_KEY, ())[:1]
        for measure in accepted:
            for theme in codes.get(key, ())[:1]:
                if measure in measures and theme in themes:
                    counts[measures.index(measure), themes.index(theme)] += 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), np.float32)


def split_by_pack(examples: Sequence[Example]) -> list[tuple[list[int], list[int]]]:
    """Return pairs of rows to train on and rows left out; the packs left out together are always the same."""
    packs = sorted({e.pack for e in examples})
    pairs = []
    for group in range(min(GROUPS, len(packs))):
        out = set(packs[group::GROUPS])
        left = [i for i, e in enumerate(examples) if e.pack in out]
        pairs.append(([i for i, e in enumerate(examples) if e.pack not in out], left))
    return pairs


def fit_temperature(logits: Floats, accepted: Sequence[Sequence[int]]) -> float:
    """Return the temperature at which the best code's score tells best how often it is an acceptable one."""
    rows = [(row, places) for row, places in zip(logits, accepted, strict=True) if places]
    best, found = math.inf, 1.0
    for step in range(-12, 13):
        temperature = float(1.12**step)
        cost = 0.0
        for row, places in rows:
            powers = np.exp((row - row.max()) / temperature)
            chance = float(powers.max() / powers.sum())
            right = int(row.argmax()) in places
            cost -= math.log(max(chance if right else 1 - chance, 1e-9))
        if cost < best:
            best, found = cost, temperature
    return found


def with_temperatures(learnt: Learnt, temperatures: Mapping[str, float]) -> Learnt:
    """Return the models with those temperatures, by framework."""
    heads = {k: Head(h.codes, h.weights, temperatures.get(k, 1.0)) for k, h in learnt.heads.items()}
    return Learnt(learnt.vocabulary, heads, learnt.implied, learnt.prototypes, learnt.sha256)


def find_temperatures(prepared: Prepared, folds: Sequence[Fold]) -> dict[str, float]:
    """Return for each framework the temperature that suits statements of packs that the models had not seen."""
    logits: dict[str, list[Floats]] = {}
    accepted: dict[str, list[list[int]]] = {}
    for fold in folds:
        for key, scores in fold.scores.items():
            logits.setdefault(key, []).append(np.log(np.maximum(scores.chances, 1e-12)))
            for i in fold.rows:
                codes = prepared.examples[i].codes.get(key, ())
                accepted.setdefault(key, []).append([scores.codes.index(c) for c in codes if c in scores.codes])
    return {key: fit_temperature(np.vstack(rows), accepted[key]) for key, rows in logits.items()}


def leave_out(prepared: Prepared, catalogue: Catalogue, embedder: Embedder, parts: str = ALL_PARTS) -> list[Fold]:
    """Return, for each group of packs, what models trained on the others say of its commitments and deliveries."""
    folds = []
    for kept, left in split_by_pack(prepared.examples):
        learnt = train(prepared, kept, catalogue, parts)
        rows = [i for i in left if prepared.examples[i].type is not StatementType.practice]
        themes, measures = score_many([prepared.examples[i].query for i in rows], learnt, embedder=embedder)
        folds.append(Fold(rows, themes | measures))
    return folds


def evaluate(prepared: Prepared, folds: Sequence[Fold]) -> dict[str, Any]:
    """Return the figures on packs left out, by framework and kind of pack.

    Each fold's temperatures come from the other folds, so no figure rests on the packs that it is measured on.
    """
    found: dict[str, dict[str, Score]] = {}
    for number, fold in enumerate(folds):
        temperatures = find_temperatures(prepared, [f for n, f in enumerate(folds) if n != number])
        for key, scores in fold.scores.items():
            powers = np.maximum(scores.chances, 1e-12) ** (1 / temperatures[key])
            chances = powers / powers.sum(axis=1, keepdims=True)
            for i, row in zip(fold.rows, chances, strict=True):
                example = prepared.examples[i]
                kind = "web packs" if example.pack.startswith("web-") else "bid packs"
                order = np.argsort(-row, kind="stable")[:3]
                counted = found.setdefault(key, {}).setdefault(kind, Score())
                counted.add([scores.codes[j] for j in order], float(row[order[0]]), example.codes.get(key, ()))
    return {k: {kind: s.figures() for kind, s in sorted(kinds.items())} for k, kinds in sorted(found.items())}


def train_themes(corpus: Path, folder: Path, *, embedder: Embedder | None = None) -> dict[str, Any]:
    """Train on every pack under `corpus`, write the model folder, and return its card with the figures measured."""
    embedder = embedder or load_embedder()
    examples = read_examples(corpus)
    prepared = prepare(examples, embedder)
    catalogue = read_catalogue_sentences(load_frameworks(), embedder)
    folds = leave_out(prepared, catalogue, embedder)
    learnt = with_temperatures(train(prepared, range(len(examples)), catalogue), find_temperatures(prepared, folds))
    card: dict[str, Any] = {
        "name": folder.name,
        "what": "Codes for statements of social value: themes of four frameworks and National TOMs measures.",
        "method": "Multinomial logistic regression on sentence embeddings, unit and words, with soft labels; put "
        "together with resemblance to the catalogue's sentences and with the themes that measures imply.",
        "data": {
            "packs": sorted({e.pack for e in examples}),
            "statements": {t: sum(e.type == t for e in examples) for t in sorted({e.type.value for e in examples})},
            "catalogue_sentences": len(catalogue.vectors),
        },
        "figures_on_packs_left_out": evaluate(prepared, folds),
        "temperatures": {k: round(h.temperature, 3) for k, h in learnt.heads.items()},
        "limits": "All packs are invented. The catalogue's sentences and the shares of the kinds of evidence were "
        "written and chosen with the packs in view, so the figures flatter a little.",
    }
    write_model(learnt, folder, card)
    return card


def write_model(learnt: Learnt, folder: Path, card: dict[str, Any]) -> None:
    """Write weights, vocabulary and card; the same models give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    prototypes = sorted(learnt.prototypes)
    vectors = np.stack([learnt.prototypes[p] for p in prototypes])
    scale = np.float32(np.abs(vectors).max() / 127)
    arrays: dict[str, NDArray[Any]] = {
        "idf": learnt.vocabulary.weights.astype(np.float16),
        "prototypes": np.round(vectors / scale).astype(np.int8),
        "prototype_scale": np.asarray(scale, np.float32),
    }
    for key, head in learnt.heads.items():
        arrays[f"weights/{key}"] = head.weights.astype(np.float16)
        arrays[f"temperature/{key}"] = np.asarray([head.temperature], np.float32)
    arrays |= {f"implied/{key}": share.astype(np.float16) for key, share in learnt.implied.items()}
    words = {
        "terms": sorted(learnt.vocabulary.places, key=lambda t: learnt.vocabulary.places[t]),
        "prototypes": prototypes,
        "heads": sorted(learnt.heads),
        "implied": sorted(learnt.implied),
        **{f"codes/{key}": list(head.codes) for key, head in sorted(learnt.heads.items())},
    }
    (folder / "weights.npz").write_bytes(_pack(arrays))
    text = json.dumps(words, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    (folder / "vocabulary.json").write_text(text, encoding="utf-8")
    names = ("weights.npz", "vocabulary.json")
    card["files"] = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}
    (folder / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the arrays as a .npz with a fixed date in it: numpy's own writer puts in the hour."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            held = io.BytesIO()
            np.save(held, arrays[name], allow_pickle=False)
            entry = ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, held.getvalue())
    return out.getvalue()
