"""Why a passage has its type and its firmness: the words that carried the label, fit to be shown to a bidder.

Two answers to one question. `find_carriers` takes the model's own weights for words and cues, which are exact and cost
next to nothing, so that every record can hold them. `explain_passage` also covers what the models make of a passage's
meaning: it leaves out each word and phrase, and each piece of context, and tells what that does to the probability.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from svdocs.settings import models_folder
from svdocs.statements.classify import CUE_WEIGHT, FIRMNESS_MODEL, TYPE_MODEL, judge_passages
from svdocs.statements.cues import WORD_CUES, cue_names, cue_values, words_of_cue
from svdocs.statements.encoder import MODEL as ENCODER_MODEL
from svdocs.statements.models import Floats, LinearModel, load_model, read_card
from svdocs.statements.nothing import rule_for
from svdocs.statements.statement import Firmness, Passage, StatementType

CARRIERS_AT_MOST = 5
LEAST_WEIGHT = 0.05
LONGEST_PHRASE = 3
LONG_PASSAGE_WORDS = 45
"""In a longer passage only words and pairs are left out, so that an explanation stays quick."""
PHRASE_GAIN = 1.3
"""A phrase is shown instead of its strongest word if leaving it out does so many times as much."""

_TOKEN = re.compile(r"\w+|[£%?:|]")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on at by for with from and or but as is are be it its this that these those which who",
    )
)

CUE_WORDS: Mapping[str, str] = {
    "will": "promise word",
    "we_will": "who promises is named",
    "will_be_done": "says what will be done",
    "pledge": "pledge word",
    "target": "speaks of a target",
    "hedge": "hedging word",
    "condition": "hangs on a condition",
    "already": "speaks of what is done already",
    "continue": "carries something on",
    "past_verb": "verb in the past",
    "has_done": "tells what has been done",
    "past_time": "time in the past",
    "future_time": "time to come",
    "extra": "says that it is more, or new",
    "this_contract": "speaks of this contract",
    "number": "number",
    "money": "sum of money",
    "percent": "percentage",
    "buyer_asks": "the buyer's demand",
    "question": "question",
    "second_person": "speaks to the reader",
    "first_person": "the supplier speaks of itself",
    "quotation": "somebody's words",
    "belief": "speaks of values",
    "method": "speaks of monitoring and reporting",
    "accreditation": "award or membership",
    "description": "describes the organisation",
    "law": "speaks of the law",
    "statistics": "statistic on an area or people",
    "signpost": "points to another part of the text",
    "core_service": "speaks of the service itself",
    "programme": "speaks of the works programme",
    "role": "job title",
    "negative": "says no or not",
    "gift": "gift of time or money",
    "jobs": "speaks of jobs and training",
    "climate": "speaks of climate and nature",
    "starts_with_verb": "begins with what is to be done",
    "starts_with_gerund": "begins with a word in -ing",
    "starts_with_we": "begins with the supplier",
    "starts_with_this": "leans on the sentence before",
    "starts_with_number": "begins with a number",
    "present_habit": "tells what is usually done",
    "no_verb_end": "ends as a sentence",
    "heading_promise": "heading that speaks of offers or targets",
    "heading_past": "heading that speaks of results",
    "heading_now": "heading that speaks of how things are done",
    "heading_method": "heading that speaks of methods",
    "header_target": "column of targets",
    "header_past": "column of results",
    "words": "length",
    "short": "very short",
    "cells": "cells of a table",
}
"""What each cue of the classifier is called when it is shown; a cue that is not listed goes by its own name."""
_CUE_FORMS = {"previous": "the sentence before", "introduction": "the introduction", "is": "stands in"}


@dataclass(frozen=True, slots=True)
class Carrier:
    """Words that spoke for a label, or against it.

    Attributes:
        words: as written, in the passage or in what surrounds it; empty where a cue has no words of its own.
        weight: what they added to the label's score, against the other labels; below nought they spoke against it.
        why: what the words are to the classifier, such as "promise word"; empty where they count by themselves.
    """

    words: str
    weight: float
    why: str = ""

    def as_json(self) -> dict[str, str | float | None]:
        """Return it as records and commands show it."""
        return {"words": self.words, "weight": round(self.weight, 2), "why": self.why or None}


@dataclass(frozen=True, slots=True)
class Carriers:
    """What carried the labels of one passage, strongest first."""

    type: tuple[Carrier, ...] = ()
    firmness: tuple[Carrier, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelExplanation:
    """Why a passage has a label.

    Attributes:
        label: the likeliest.
        probability: of the label, calibrated.
        second: the next likeliest label, with its probability.
        words: what leaving out each does, strongest first; those that spoke against the label have a weight below 0.
        cues: what the classifier was told to look for and found, strongest first.
        context: the same for headings, introduction, columns, and the sentences before and after.
        note: the rule that decides, if one does, and how far such a probability can be relied on.
    """

    label: str
    probability: float
    second: tuple[str, float]
    words: tuple[Carrier, ...]
    cues: tuple[Carrier, ...]
    context: tuple[Carrier, ...]
    note: str


def name_cue(name: str) -> str:
    """Return what a cue is called when it is shown.

    >>> name_cue("will"), name_cue("previous_will"), name_cue("is_table_row")
    ('promise word', 'the sentence before: promise word', 'stands in: table row')
    """
    if name in CUE_WORDS:
        return CUE_WORDS[name]
    form, _, rest = name.partition("_")
    if form in _CUE_FORMS and rest:
        return f"{_CUE_FORMS[form]}: {CUE_WORDS.get(rest, rest.replace('_', ' '))}"
    return name.replace("_", " ")


def find_carriers(passage: Passage, type: StatementType, firmness: Firmness | None) -> Carriers:
    """Return the words and cues that spoke most for the passage's labels, by the weights of the shipped models.

    What the models make of the passage's meaning as a whole is not in these weights; `explain_passage` covers it.

    Args:
        passage: with its context.
        type: the label whose carriers are asked for.
        firmness: likewise; None for what is no commitment.
    """
    cues = cue_values(passage)
    carriers = _exact_carriers(passage, cues, load_model(TYPE_MODEL), type.value)
    if firmness is None:
        return Carriers(carriers)
    return Carriers(carriers, _exact_carriers(passage, cues, load_model(FIRMNESS_MODEL), firmness.value))


def _exact_carriers(passage: Passage, cues: Sequence[float], model: LinearModel, label: str) -> tuple[Carrier, ...]:
    found = [c for c in weigh_words(passage, cues, model, label) if c.words and c.weight >= LEAST_WEIGHT]
    return tuple(sorted(found, key=lambda c: -c.weight)[:CARRIERS_AT_MOST])


def weigh_words(passage: Passage, cues: Sequence[float], model: LinearModel, label: str) -> list[Carrier]:
    """Return every word with what it adds to the label's score, cues with the words that answer them.

    Args:
        passage: whose words they are.
        cues: its cue values.
        model: whose weights count.
        label: one of the model's classes.
    """
    tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(passage.text)]
    weights = _word_weights([t for _, _, t in tokens], passage.text, model, label)
    cue_weights = _cue_weights(cues, model, label)
    taken: dict[int, str] = {}
    found: list[Carrier] = []
    for name, weight in sorted(cue_weights.items(), key=lambda item: (-abs(item[1]), item[0])):
        inside = _tokens_of_cue(name, passage.text, tokens) if name in WORD_CUES else []
        if not inside:
            found.append(Carrier(_context_words(name, passage), weight, name_cue(name)))
            continue
        own = [i for i in inside if i not in taken]
        taken |= dict.fromkeys(own, name)
        words = _quote_tokens(passage.text, tokens, inside)
        found.append(Carrier(words, weight + sum(weights[i] for i in own), name_cue(name)))
    rest = [(i, t) for i, (_, _, t) in enumerate(tokens) if i not in taken]
    found += [Carrier(t, weights[i]) for i, t in rest if weights[i] and t.lower() not in _SMALL and t.isalnum()]
    return found


def _word_weights(tokens: Sequence[str], text: str, model: LinearModel, label: str) -> list[float]:
    """Return what each token adds: its own weight, and half of that of the pairs it stands in."""
    row = model.classes.index(label)
    columns, values = model.word_values(text)
    gains = dict(
        zip(columns, _against_others(model.word_weights[:, columns], row) * values / model.temperature, strict=True)
    )
    terms = ["0" * min(len(t), 4) if t.isdecimal() else t.lower() for t in tokens]
    places: dict[int, list[tuple[int, ...]]] = {}
    for i, term in enumerate(terms):
        pair = f"{term}_{terms[i + 1]}" if i + 1 < len(terms) else ""
        spots: tuple[tuple[str, tuple[int, ...]], ...] = ((term, (i,)), (pair, (i, i + 1)))
        for name, where in spots:
            if (column := model.terms.get(name)) is not None:
                places.setdefault(column, []).append(where)
    found = [0.0] * len(tokens)
    for column, held in places.items():
        for where in held:
            for i in where:
                found[i] += float(gains.get(column, 0.0)) / len(held) / len(where)
    return found


def _cue_weights(cues: Sequence[float], model: LinearModel, label: str) -> dict[str, float]:
    """Return what each cue that the passage answers adds to the label's score."""
    names = cue_names()
    weights = _against_others(model.dense_weights, model.classes.index(label))
    scaled = weights * np.asarray(cues, np.float32) * CUE_WEIGHT / model.temperature
    return {name: float(weight) for name, weight in zip(names, scaled, strict=True) if weight}


def _against_others(weights: Floats, row: int) -> Floats:
    """Return the weights of one class less the mean of the others'."""
    others = (weights.sum(axis=0) - weights[row]) / max(len(weights) - 1, 1)
    return np.asarray(weights[row] - others, np.float32)


def _tokens_of_cue(name: str, text: str, tokens: Sequence[tuple[int, int, str]]) -> list[int]:
    """Return the places of the tokens that a cue's words touch, in order."""
    found: list[int] = []
    at = 0
    for words in words_of_cue(name, text):
        start = text.find(words, at)
        at = start + len(words)
        found += [i for i, (a, b, _) in enumerate(tokens) if a < at and start < b and i not in found]
    return found


def _quote_tokens(text: str, tokens: Sequence[tuple[int, int, str]], places: Sequence[int]) -> str:
    """Return the tokens as written; what stands between two that are not neighbours is left out."""
    runs: list[list[int]] = []
    for i in places:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return " … ".join(dict.fromkeys(text[tokens[run[0]][0] : tokens[run[-1]][1]] for run in runs))


def _context_words(name: str, passage: Passage) -> str:
    if name.startswith("heading"):
        return " > ".join(passage.section[-2:]) or passage.introduction
    if name.startswith("header"):
        return " | ".join(passage.header)
    form, _, cue = name.partition("_")
    around = {"previous": passage.previous, "introduction": passage.introduction}.get(form, "")
    return " … ".join(dict.fromkeys(words_of_cue(cue, around))) if around and cue in WORD_CUES else ""


def explain_passage(passage: Passage) -> dict[str, LabelExplanation]:
    """Return why the passage has its type, and where it is a commitment also why it has its firmness.

    Args:
        passage: with its context.
    """
    found = {"type": _explain_label(passage, TYPE_MODEL)}
    if found["type"].label == StatementType.commitment:
        found["firmness"] = _explain_label(passage, FIRMNESS_MODEL)
    return found


def _explain_label(passage: Passage, name: str) -> LabelExplanation:
    model = load_model(name)

    def chances_of(passages: Sequence[Passage]) -> Floats:
        judged = judge_passages(passages)
        return judged.types if name == TYPE_MODEL else judged.firmness

    chances = chances_of([passage])[0]
    best, second = (int(i) for i in np.argsort(-chances, kind="stable")[:2])

    def score_texts(texts: Sequence[str]) -> list[float]:
        return [log_odds(float(c[best])) for c in chances_of([replace(passage, text=t) for t in texts])]

    without = _without_context(passage)
    context = []
    if without:
        left = chances_of([p for _, _, p in without])[:, best]
        here = log_odds(float(chances[best]))
        context = [
            Carrier(words, here - log_odds(float(c)), why) for (why, words, _), c in zip(without, left, strict=True)
        ]
    cues = [c for c in weigh_words(passage, cue_values(passage), model, model.classes[best]) if c.why]
    return LabelExplanation(
        label=model.classes[best],
        probability=float(chances[best]),
        second=(model.classes[second], float(chances[second])),
        words=tuple(leave_out_words(passage.text, score_texts)),
        cues=_strongest(cues),
        context=_strongest(context),
        note=" ".join(x for x in (rule_for(passage), calibration_note(name, float(chances[best]))) if x),
    )


def _without_context(passage: Passage) -> list[tuple[str, str, Passage]]:
    parts = (
        ("headings", " > ".join(passage.section), replace(passage, section=())),
        ("introduction", passage.introduction, replace(passage, introduction="")),
        ("columns", " | ".join(passage.header), replace(passage, header=())),
        ("sentence before", passage.previous, replace(passage, previous="")),
        ("sentence after", passage.following, replace(passage, following="")),
    )
    return [(why, words, changed) for why, words, changed in parts if words]


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds of a probability, bounded so that certainty stays a number."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def leave_out_words(text: str, score: Callable[[Sequence[str]], list[float]]) -> list[Carrier]:
    """Return the words and phrases whose absence changes the score most, strongest first; none overlap.

    Args:
        text: the passage.
        score: returns the label's score for each of many texts.
    """
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    if len(words) < 2:
        return []
    longest = min(2 if len(words) > LONG_PASSAGE_WORDS else LONGEST_PHRASE, len(words) - 1)
    ends = {i for i, (_, b) in enumerate(words) if text[b - 1] in ".,;:|"}
    windows = [
        (i, i + n)
        for n in range(1, longest + 1)
        for i in range(len(words) - n + 1)
        if not ends & set(range(i, i + n - 1))  # no phrase runs over a comma or from one cell into the next
    ]
    spans = [(words[i][0], words[j - 1][1]) for i, j in windows]
    scores = score([text, *(" ".join((text[:a] + text[b:]).split()) for a, b in spans)])
    effects = {window: scores[0] - s for window, s in zip(windows, scores[1:], strict=True)}
    found: list[Carrier] = []
    taken: set[int] = set()
    for i, j in sorted(effects, key=lambda w: (-abs(effects[w]) / _handicap(w), w)):
        if taken & set(range(i, j)) or _is_small([text[a:b] for a, b in words[i:j]]):
            continue
        taken |= set(range(i, j))
        shown = _trim(text[words[i][0] : words[j - 1][1]])
        if shown and abs(effects[i, j]) >= LEAST_WEIGHT:
            found.append(Carrier(shown, effects[i, j]))
    return list(_strongest(found))


def _trim(words: str) -> str:
    """Return the words without the marks around them, but for brackets that open and close.

    >>> _trim("(as agreed)."), _trim("(L2+)"), _trim("apprentices (L2+),")
    ('as agreed', 'L2+', 'apprentices (L2+)')
    """
    bare = words.strip(".,;:|“”\"'")
    return bare if "(" in bare[1:] and ")" in bare else bare.strip("().,;:")


def _handicap(window: tuple[int, int]) -> float:
    """Return by how much a phrase must do more than its words alone to be shown instead of them."""
    return float(PHRASE_GAIN ** (window[1] - window[0] - 1))


def _is_small(words: Sequence[str]) -> bool:
    """Say whether a word or phrase begins or ends with a word that tells nothing by itself."""
    ends = {words[0].strip(".,;:").lower(), words[-1].strip(".,;:").lower()}
    return bool(ends & (_SMALL | {"", "|"}))


def _strongest(carriers: Sequence[Carrier]) -> tuple[Carrier, ...]:
    kept = [c for c in carriers if abs(c.weight) >= LEAST_WEIGHT]
    return tuple(sorted(kept, key=lambda c: (-abs(c.weight), c.words)))


@lru_cache(maxsize=8)
def _figures_of(name: str) -> Mapping[str, object]:
    head = {TYPE_MODEL: "type", FIRMNESS_MODEL: "firmness"}[name]
    figures = read_card(models_folder() / ENCODER_MODEL).get("selective")
    told = figures.get(head) if isinstance(figures, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def calibration_note(name: str, probability: float) -> str:
    """Return how often the model was right where it was as sure as this, on writers that it had not met.

    The figures are those of all models of the label together, in the encoder's card: `reliability`, `not_sure_below`.
    """
    figures = _figures_of(name)
    bins = figures.get("reliability")
    said = ""
    for entry in bins if isinstance(bins, list) else []:
        if entry["low"] <= probability < entry["high"] or entry["high"] == 1 == probability:
            said = (
                f"Of {entry['passages']:,} passages by writers held out for which the model was as sure "
                f"({entry['low']:.0%}-{entry['high']:.0%}), {entry['accuracy']:.0%} were labelled rightly."
            )
    unsure = figures.get("not_sure_below")
    if isinstance(unsure, Mapping) and probability < float(unsure["threshold"]):
        said = (
            f"{said} This is below {float(unsure['threshold']):.2f}: not sure, so a person should look first.".strip()
        )
    return said or "No reliability table is kept with this model; take the probability as a rough one."
