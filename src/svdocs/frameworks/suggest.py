"""A statement finds its themes and measures: codes of every framework, best first, with a probability each.

A code that the bidder quotes ("NT10") is weak evidence only: it is taken out of the text before the text is compared,
and adds a little to the probability of the measure that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from svdocs.frameworks.crosswalk import load_crosswalk
from svdocs.frameworks.framework import Code, Coding
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.resemble import (
    Floats,
    Likeness,
    describe_measures,
    describe_themes,
    embed_prototypes,
    soften,
)
from svdocs.statements.embed import Embedder, load_embedder
from svdocs.statements.statement import Unit

THEMES_AT_MOST = 3
MEASURES_AT_MOST = 5
LEAST_SCORE = 0.05
"""A code less likely than this is not suggested at all, unless it is the best."""
QUOTED_FACTOR = 2.0
"""How much more likely a measure is, before the scores are made to add up again, when the bidder quotes its code."""

THEME_TEMPERATURE = 0.05
MEASURE_TEMPERATURE = 0.045
"""Fitted on the labelled commitments and deliveries of `corpus/`: scores are about as often right as they say."""
MEASURE_NONE_AT = 0.42
"""The resemblance at which no measure is as likely as one; fitted likewise."""

QUOTED_CODE = re.compile(r"\b[A-Z]{2,4}\s?\d{1,3}[a-z]?\b")


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of a statement when its codes are looked for.

    Attributes:
        text: the passage.
        focus: the part of it that states this deliverable; empty for the whole.
        context: headings above, the list's introduction, the table's header.
        unit: what its quantity counts.
        quoted: whether a code quoted in the text may count as weak evidence.
    """

    text: str
    focus: str = ""
    context: str = ""
    unit: Unit | None = None
    quoted: bool = True


def suggest_codes(
    text: str,
    *,
    focus: str = "",
    context: str = "",
    unit: Unit | None = None,
    quoted: bool = True,
    embedder: Embedder | None = None,
) -> Coding:
    """Return the themes and measures that fit a statement, best first, each with its probability.

    Args:
        text: the passage.
        focus: the part of it that states this deliverable; empty for the whole.
        context: headings above, the list's introduction, the table's header.
        unit: what its quantity counts.
        quoted: whether a code quoted in the text may count as weak evidence.
        embedder: default the process's own.
    """
    return suggest_many([Query(text, focus, context, unit, quoted)], embedder=embedder)[0]


def suggest_many(
    items: Sequence[Query], *, embedder: Embedder | None = None, folders: tuple[Path, ...] = ()
) -> list[Coding]:
    """Return the codes that fit each statement, in the statements' order.

    Args:
        items: the statements.
        embedder: default the process's own.
        folders: of catalogue files beside the shipped ones, such as an authority's own measures.

    Raises:
        ConfigurationError: a catalogue file cannot be used.
        ModelMismatch: a model file is missing or is not the published one.
    """
    if not items:
        return []
    embedder = embedder or load_embedder()
    texts = [strip_codes(i.focus or i.text) for i in items]
    vectors = embedder.embed(texts)
    units = [i.unit for i in items]
    measures: dict[str, Floats] = {}
    themes: dict[str, Floats] = {}
    for likeness in _measure_likenesses(folders):
        scores = likeness.score(texts, vectors, units, _prototypes(likeness, embedder))
        found = soften(scores, MEASURE_TEMPERATURE, MEASURE_NONE_AT)
        measures[likeness.framework] = _add_quoted(found, likeness.codes, items)
    for likeness in _theme_likenesses(folders):
        scores = likeness.score(texts, vectors, units, _prototypes(likeness, embedder))
        found = soften(scores, THEME_TEMPERATURE, None)
        themes[likeness.framework] = _agree_with_measures(found, likeness, measures, folders)
    return [_code(row, themes, measures, folders) for row in range(len(items))]


def strip_codes(text: str) -> str:
    """Return the text without quoted codes, so that meaning decides.

    >>> strip_codes("NT10 - 5 apprentices (ref. NT9a)")
    '- 5 apprentices (ref. )'
    """
    return " ".join(QUOTED_CODE.sub(" ", text).split())


@lru_cache(maxsize=8)
def _theme_likenesses(folders: tuple[Path, ...]) -> tuple[Likeness, ...]:
    found = (describe_themes(f) for f in load_frameworks(*folders).values() if f.suggested)
    return tuple(x for x in found if x.codes)


@lru_cache(maxsize=8)
def _measure_likenesses(folders: tuple[Path, ...]) -> tuple[Likeness, ...]:
    found = (describe_measures(f) for f in load_frameworks(*folders).values() if f.suggested)
    return tuple(x for x in found if x.codes)


@lru_cache(maxsize=32)
def _prototypes(likeness: Likeness, embedder: Embedder) -> Floats:
    return embed_prototypes(likeness, embedder, {})


def _add_quoted(found: Floats, codes: tuple[str, ...], items: Sequence[Query]) -> Floats:
    """Raise the measures whose codes are quoted by a small factor."""
    for row, item in enumerate(items):
        quoted = {re.sub(r"\s", "", c) for c in QUOTED_CODE.findall(item.text)} if item.quoted else set()
        for code in quoted & set(codes):
            found[row, codes.index(code)] *= QUOTED_FACTOR
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=32)
def _implied(framework: str, measures: str, folders: tuple[Path, ...]) -> Mapping[str, dict[str, float]]:
    """For each measure the shares in which the crosswalk spreads it over the framework's themes; "" is none."""
    spread: dict[str, dict[str, float]] = {}
    for row in load_crosswalk(*folders):
        themes = row.codes.get(framework)
        if themes is None:
            continue
        for code in row.codes.get(measures, ()):
            for place, theme in enumerate(themes or ("",)):
                spread.setdefault(code, {}).setdefault(theme, 0.0)
                spread[code][theme] += 1 / (1 + place)
    return {c: {t: w / sum(ts.values()) for t, w in ts.items()} for c, ts in spread.items()}


def _agree_with_measures(
    found: Floats, likeness: Likeness, measures: Mapping[str, Floats], folders: tuple[Path, ...]
) -> Floats:
    """Return theme probabilities, a last column for none, drawn towards what the likely measures imply."""
    codes = (*likeness.codes, "")
    found = np.hstack([found, np.zeros((len(found), 1), np.float32)])
    for other in _measure_likenesses(folders):
        implied = _implied(likeness.framework, other.framework, folders)
        spread = np.zeros((len(other.codes), len(codes)), np.float32)
        for place, code in enumerate(other.codes):
            for theme, share in implied.get(code, {}).items():
                spread[place, codes.index(theme)] = share
        if not spread.any():
            continue
        drawn = measures[other.framework][:, : len(other.codes)] @ spread
        found = found * (1 - 0.5 * drawn.sum(axis=1, keepdims=True)) + 0.5 * drawn
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def _code(row: int, themes: Mapping[str, Floats], measures: Mapping[str, Floats], folders: tuple[Path, ...]) -> Coding:
    found = {
        x.framework: _best(x.framework, x.codes, themes[x.framework][row], THEMES_AT_MOST)
        for x in _theme_likenesses(folders)
    }
    counted = [
        code
        for x in _measure_likenesses(folders)
        for code in _best(x.framework, x.codes, measures[x.framework][row], MEASURES_AT_MOST)
    ]
    best = sorted(counted, key=lambda c: -c.score)[:MEASURES_AT_MOST]
    return Coding(themes=found, measures=tuple(best))


def _best(framework: str, codes: tuple[str, ...], scores: Floats, most: int) -> tuple[Code, ...]:
    """Return the likeliest codes; none where "no code fits", the last score, is likelier than each of them."""
    order = np.argsort(-scores[: len(codes)], kind="stable")[:most]
    if len(scores) > len(codes) and scores[-1] > scores[order[0]]:
        return ()
    kept = [i for n, i in enumerate(order) if n == 0 or scores[i] >= LEAST_SCORE]
    return tuple(Code(framework, codes[i], round(float(scores[i]), 4)) for i in kept)
