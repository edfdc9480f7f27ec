"""A statement finds its themes and measures: codes of every framework, best first, with a probability each.

Two kinds of evidence are put together. What has been learnt from labelled packs (`head.py`) covers the shipped
frameworks; resemblance to the catalogue's own sentences (`resemble.py`) covers every framework, new ones too. The
likely measures then say which themes are likely, since a measure all but decides its theme. A code that the bidder
quotes ("NT10") is weak evidence only: it is taken out of the text, and adds a little to the measure that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from svdocs.frameworks.crosswalk import load_crosswalk
from svdocs.frameworks.framework import Code, Coding
from svdocs.frameworks.head import NONE, Floats, Head, Learnt, join_features, load_learnt
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.resemble import Likeness, describe_measures, describe_themes, embed_prototypes, soften
from svdocs.statements.embed import Embedder, load_embedder
from svdocs.statements.statement import Codes, Passage, Statement, Unit

THEMES_KEYS = ("kcc", "nhs", "svm-2020", "svm-2025")
MEASURES_KEY = "national-toms"
"""The frameworks for which a model has been learnt; the others are known by resemblance alone."""

THEMES_AT_MOST = 3
MEASURES_AT_MOST = 5
LEAST_SCORE = 0.02
"""A code less likely than this is not suggested, unless it is the best."""
QUOTED_FACTOR = 1.5
"""How much more likely a measure is, before the scores are made to add up again, when the bidder quotes its code."""

RESEMBLANCE_SHARE = 0.4
"""What the logarithm of resemblance adds to that of the learnt score; found with packs left out."""
IMPLIED_SHARE = 0.7
"""How far the likely measures decide the themes, beside what is learnt for themes alone; found likewise."""
FLOOR = 1e-4

THEME_TEMPERATURE = 0.05
MEASURE_TEMPERATURE = 0.045
MEASURE_NONE_AT = 0.42
"""For frameworks known by resemblance alone: set by eye on the labelled packs, not calibrated."""
ENCODER_SHARE = 0.4
"""What the encoder's word counts beside all this, where it has read the statement; found with packs left out."""
NONE_SHARE = 0.04
"""What resemblance gives to no measure, where it stands beside a learnt score; found with packs left out."""

CONTEXT_CHARACTERS = 500
QUOTED_CODE = re.compile(r"\b[A-Z]{2,4}\s?\d{1,3}[a-z]?\b")


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of a statement when its codes are looked for.

    Attributes:
        text: the passage.
        focus: the part of it that states this deliverable; empty for the whole.
        context: what it leans on, as `context_of` puts it together.
        unit: what its quantity counts.
        quoted: whether a code quoted in the text may count as weak evidence.
        codes: what the encoder made of it when it read its document.
    """

    text: str
    focus: str = ""
    context: str = ""
    unit: Unit | None = None
    quoted: bool = True
    codes: Codes = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scores:
    """The probability of each code of a framework for each statement; the last column is that of no code."""

    codes: tuple[str, ...]
    chances: Floats


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

    Scores of the shipped frameworks are calibrated: one temperature a framework, fitted on the commitments and
    deliveries of packs that the models had not seen (`models/themes-1/card.json` holds the figures). Those of other
    frameworks are resemblances made to add up to one, and not calibrated.

    Args:
        text: the passage.
        focus: the part of it that states this deliverable; empty for the whole.
        context: what it leans on, as `context_of` puts it together.
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
    themes, measures = score_many(items, load_learnt(), embedder=embedder, folders=folders)
    return [_code(row, themes, measures) for row in range(len(items))]


def query_of(statement: Statement) -> Query:
    """Return what is known of a statement, for `suggest_many`."""
    unit = statement.quantity.unit if statement.quantity else None
    passage = statement.passage
    return Query(passage.text, statement.focus, context_of(passage), unit, codes=statement.codes)


def context_of(passage: Passage) -> str:
    """Return what a passage leans on: heading, introduction, column headers, and in prose the sentence before."""
    return " ".join(
        part
        for part in (
            f"{passage.section[-1]}." if passage.section else "",
            passage.introduction[-150:],
            f"{' | '.join(passage.header)}:" if passage.header else "",
            "" if passage.cells else passage.previous[-200:],
        )
        if part
    )


def whole_of(query: Query, *, context: bool) -> str:
    """Return the text that is compared: the focus without quoted codes, after its context if asked for.

    >>> whole_of(Query("NT10: 5 apprentices", context="Jobs."), context=True)
    'Jobs. : 5 apprentices'
    """
    text = query.focus or query.text
    return strip_codes(f"{query.context} {text}"[-CONTEXT_CHARACTERS:] if context else text)


def strip_codes(text: str) -> str:
    """Return the text without quoted codes, so that meaning decides.

    >>> strip_codes("NT10 - 5 apprentices (ref. NT9a)")
    '- 5 apprentices (ref. )'
    """
    return " ".join(QUOTED_CODE.sub(" ", text).split())


def score_many(
    items: Sequence[Query],
    learnt: Learnt | None,
    *,
    embedder: Embedder | None = None,
    folders: tuple[Path, ...] = (),
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """Return the probabilities of all themes and of all measures, each by framework key.

    Args:
        items: the statements.
        learnt: trained models; without them everything rests on resemblance.
        embedder: default the process's own.
        folders: of catalogue files beside the shipped ones.
    """
    embedder = embedder or load_embedder()
    texts = [whole_of(i, context=False) for i in items]
    focus, units = embedder.embed(texts), [i.unit for i in items]
    whole = embedder.embed([whole_of(i, context=True) for i in items]) if learnt else focus
    words = learnt.vocabulary.describe(texts) if learnt else np.zeros((len(items), 0), np.float32)
    features = join_features(focus, whole, units, words)
    kept = learnt.prototypes if learnt else {}

    def resemble(likeness: Likeness) -> Floats:
        return likeness.score(texts, focus, units, embed_prototypes(likeness, embedder, kept))

    sure: dict[str, Floats] = {}
    measures: dict[str, Scores] = {}
    for likeness in _measure_likenesses(folders):
        head, codes = _head_for(likeness, learnt), (*likeness.codes, NONE)
        if head is None:
            sure[likeness.framework] = soften(resemble(likeness), MEASURE_TEMPERATURE, MEASURE_NONE_AT)
            chances = sure[likeness.framework]
        else:
            logs = np.log(head.score(features) + 1e-12) + RESEMBLANCE_SHARE * _log_resemblance(resemble(likeness))
            sure[likeness.framework] = soften(logs, 1.0, None)
            chances = _with_encoder(soften(logs, head.temperature, None), codes, likeness.framework, items)
        measures[likeness.framework] = Scores(codes, _add_quoted(chances, likeness.codes, items))
    themes: dict[str, Scores] = {}
    for likeness in _theme_likenesses(folders):
        head, codes = _head_for(likeness, learnt), (*likeness.codes, NONE)
        if head is None or learnt is None or MEASURES_KEY not in sure:
            chances = soften(resemble(likeness), THEME_TEMPERATURE, None)
            chances = _draw_to_measures(chances, likeness, sure, folders)
        else:
            implied = sure[MEASURES_KEY] @ learnt.implied[likeness.framework]
            logs = (1 - IMPLIED_SHARE) * np.log(head.score(features) + 1e-12) + IMPLIED_SHARE * np.log(implied + FLOOR)
            chances = _with_encoder(soften(logs, head.temperature, None), codes, likeness.framework, items)
        themes[likeness.framework] = Scores(codes, chances)
    return themes, measures


def _with_encoder(chances: Floats, codes: Sequence[str], framework: str, items: Sequence[Query]) -> Floats:
    """Return the probabilities with the encoder's word on the statements that it has read mixed in."""
    read = [i for i, item in enumerate(items) if framework in item.codes]
    if not read:
        return chances
    told = np.array([[items[i].codes[framework].get(c, 0.0) for c in codes] for i in read], np.float32)
    logs = (1 - ENCODER_SHARE) * np.log(chances[read] + FLOOR) + ENCODER_SHARE * np.log(told + FLOOR)
    chances[read] = soften(logs, 1.0, None)
    return chances


def _head_for(likeness: Likeness, learnt: Learnt | None) -> Head | None:
    """Return the model learnt for these very codes; a catalogue that has changed since is known by resemblance."""
    head = learnt.heads.get(likeness.framework) if learnt else None
    return head if head and head.codes == (*likeness.codes, NONE) else None


def _log_resemblance(scores: Floats) -> Floats:
    chances = soften(scores, MEASURE_TEMPERATURE, None)
    return np.log(np.hstack([chances, np.full((len(scores), 1), NONE_SHARE, np.float32)]) + FLOOR)


@lru_cache(maxsize=8)
def _theme_likenesses(folders: tuple[Path, ...]) -> tuple[Likeness, ...]:
    found = (describe_themes(f) for f in load_frameworks(*folders).values() if f.suggested)
    return tuple(x for x in found if x.codes)


@lru_cache(maxsize=8)
def _measure_likenesses(folders: tuple[Path, ...]) -> tuple[Likeness, ...]:
    found = (describe_measures(f) for f in load_frameworks(*folders).values() if f.suggested)
    return tuple(x for x in found if x.codes)


def _add_quoted(found: Floats, codes: tuple[str, ...], items: Sequence[Query]) -> Floats:
    """Raise the measures whose codes are quoted by a small factor."""
    for row, item in enumerate(items):
        quoted = {re.sub(r"\s", "", c) for c in QUOTED_CODE.findall(item.text)} if item.quoted else set()
        for code in quoted & set(codes):
            found[row, codes.index(code)] *= QUOTED_FACTOR
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def crosswalk_shares(
    framework: str, measures: Sequence[str], themes: Sequence[str], key: str = MEASURES_KEY, *folders: Path
) -> Floats:
    """Return the shares in which the crosswalk spreads each measure of `key` over themes, shape (measures, themes).

    A row of zeros means that the crosswalk is silent; `NONE` among the themes takes what has no counterpart.
    """
    shares = np.zeros((len(measures), len(themes)), np.float32)
    for row in load_crosswalk(*folders):
        targets = row.codes.get(framework)
        if targets is None:
            continue
        for code in row.codes.get(key, ()):
            for place, theme in enumerate(targets or (NONE,)):
                if code in measures and theme in themes:
                    shares[measures.index(code), themes.index(theme)] += 1 / (1 + place)
    total = shares.sum(axis=1, keepdims=True)
    return np.asarray(shares / np.where(total > 0, total, 1), np.float32)


def _draw_to_measures(
    found: Floats, likeness: Likeness, sure: Mapping[str, Floats], folders: tuple[Path, ...]
) -> Floats:
    """Return theme probabilities, a last column for none, drawn half-way to what the likely measures imply."""
    codes = (*likeness.codes, NONE)
    found = np.hstack([found, np.zeros((len(found), 1), np.float32)])
    for other in _measure_likenesses(folders):
        shares = crosswalk_shares(likeness.framework, other.codes, codes, other.framework, *folders)
        drawn = sure[other.framework][:, : len(other.codes)] @ shares
        found = found * (1 - 0.5 * drawn.sum(axis=1, keepdims=True)) + 0.5 * drawn
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def _code(row: int, themes: Mapping[str, Scores], measures: Mapping[str, Scores]) -> Coding:
    best = [code for key, s in measures.items() for code in _best(key, s, row, MEASURES_AT_MOST)]
    return Coding(
        themes={key: _best(key, s, row, THEMES_AT_MOST) for key, s in themes.items()},
        measures=tuple(sorted(best, key=lambda c: -c.score)),
    )


def _best(framework: str, scores: Scores, row: int, most: int) -> tuple[Code, ...]:
    """Return the likeliest codes; none where "no code fits" is likelier than each of them."""
    chances = scores.chances[row]
    order = np.argsort(-chances[:-1], kind="stable")[:most]
    if chances[-1] > chances[order[0]]:
        return ()
    kept = [i for n, i in enumerate(order) if n == 0 or chances[i] >= LEAST_SCORE]
    return tuple(Code(framework, scores.codes[i], round(float(chances[i]), 4)) for i in kept)
