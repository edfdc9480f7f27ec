"""How far a text resembles the descriptions in the catalogue: by meaning, by keyword and by unit. Needs no training.

So a new edition, or an authority's own measures, gets suggestions on the day its TOML file is dropped in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svdocs.frameworks.framework import Framework, Measure, Theme
from svdocs.statements.embed import Embedder
from svdocs.statements.statement import Unit

Floats = NDArray[np.float32]

KEYWORD_WEIGHT = 0.08
"""What a keyword that no other code has adds to a similarity; found on the corpus with packs left out."""
KEYWORDS_AT_MOST = 2.0
SHORT_KEYWORD = 4
UNIT_WEIGHT = 0.06
"""What a unit in which the measure is commonly stated adds to a similarity, and one that it is not takes away."""


@dataclass(frozen=True)
class Likeness:
    """The codes of one framework, themes or measures, ready for comparing texts with.

    Attributes:
        framework: its key.
        codes: the codes on offer, in the catalogue's order.
        prototypes: sentences that stand for the codes.
        owners: for each prototype the place of its code in `codes`.
        keywords: for each code its keywords.
        units: for each code the units in which it is commonly stated; empty for themes.
    """

    framework: str
    codes: tuple[str, ...]
    prototypes: tuple[str, ...]
    owners: tuple[int, ...]
    keywords: tuple[tuple[str, ...], ...]
    units: tuple[tuple[Unit, ...], ...]

    def score(self, texts: Sequence[str], vectors: Floats, units: Sequence[Unit | None], prototypes: Floats) -> Floats:
        """Return how far each text resembles each code, shape (texts, codes); about 0 to 1, more is more alike.

        Args:
            texts: as written.
            vectors: their embeddings.
            units: what each text's quantity counts, None if it has none.
            prototypes: embeddings of `prototypes`.
        """
        meaning = self._compare(vectors, prototypes)
        words = np.minimum(self._count_keywords(texts), KEYWORDS_AT_MOST)
        return np.asarray(meaning + KEYWORD_WEIGHT * words + UNIT_WEIGHT * self._match_units(units), np.float32)

    def _compare(self, vectors: Floats, prototypes: Floats) -> Floats:
        """Return the mean of a text's two best similarities among each code's prototypes."""
        all_similarities = vectors @ prototypes.T
        owners = np.asarray(self.owners)
        found = np.zeros((len(vectors), len(self.codes)), np.float32)
        for place in range(len(self.codes)):
            found[:, place] = np.sort(all_similarities[:, owners == place], axis=1)[:, -2:].mean(axis=1)
        return found

    def _count_keywords(self, texts: Sequence[str]) -> Floats:
        found = np.zeros((len(texts), len(self.codes)), np.float32)
        if self._pattern is None:
            return found
        for row, text in enumerate(texts):
            for word in {m.group(1) for m in self._pattern.finditer(text.lower())}:
                for place, weight in self._word_weights[word]:
                    found[row, place] += weight
        return found

    @cached_property
    def _word_weights(self) -> Mapping[str, tuple[tuple[int, float], ...]]:
        """For each keyword its codes, with a weight that is less the more codes share it."""
        owners: dict[str, list[int]] = {}
        for place, words in enumerate(self.keywords):
            for word in {w.lower() for w in words}:
                owners.setdefault(word, []).append(place)
        return {w: tuple((p, (1 + 0.5 * w.count(" ")) / len(places)) for p in places) for w, places in owners.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = sorted(self._word_weights, key=lambda w: (-len(w), w))
        # A lookahead, so that a keyword inside a longer one is found too.
        # A short one must end where the word ends, a plural apart: "EV" is not in "event", "tree" is in "trees".
        ends = [re.escape(w) + (r"(?=s?\b)" if len(w) <= SHORT_KEYWORD else "") for w in words]
        return re.compile(r"\b(?=(" + "|".join(ends) + r"))") if words else None

    def _match_units(self, units: Sequence[Unit | None]) -> Floats:
        found = np.zeros((len(units), len(self.codes)), np.float32)
        for row, unit in enumerate(units):
            if unit is not None:
                found[row] = [0.0 if not known else 1.0 if unit in known else -1.0 for known in self.units]
        return found


def describe_themes(framework: Framework) -> Likeness:
    """Return the themes of a framework, ready for comparing."""
    return _describe(framework.key, tuple(t for t in framework.themes if t.suggested))


def describe_measures(framework: Framework) -> Likeness:
    """Return the measures of a framework, ready for comparing."""
    return _describe(framework.key, tuple(m for m in framework.measures if m.suggested))


def _describe(framework: str, items: Sequence[Theme | Measure]) -> Likeness:
    sentences = [(place, s) for place, t in enumerate(items) for s in (t.label, t.description, *t.typical)]
    return Likeness(
        framework=framework,
        codes=tuple(t.code for t in items),
        prototypes=tuple(s for _, s in sentences),
        owners=tuple(place for place, _ in sentences),
        keywords=tuple(t.keywords for t in items),
        units=tuple(t.stated_in if isinstance(t, Measure) else () for t in items),
    )


def soften(scores: Floats, temperature: float, none_at: float | None) -> Floats:
    """Return probabilities from resemblances; with `none_at` a last column says how likely it is that no code fits."""
    if none_at is not None:
        scores = np.hstack([scores, np.full((len(scores), 1), none_at, np.float32)])
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def embed_prototypes(likeness: Likeness, embedder: Embedder, kept: Mapping[str, Floats]) -> Floats:
    """Return the prototypes' embeddings, taking those in `kept` from there."""
    missing = [p for p in likeness.prototypes if p not in kept]
    vectors = {**kept, **dict(zip(missing, embedder.embed(missing), strict=True))}
    return np.stack([vectors[p] for p in likeness.prototypes]).astype(np.float32)
