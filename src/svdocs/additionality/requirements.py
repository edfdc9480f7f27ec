"""What the buyer asks for as social value, item by item: the kinds, measures and themes that each asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from svdocs.additionality.kinds import MEASURES, kinds_asked, load_kinds
from svdocs.additionality.likeness import content_words
from svdocs.frameworks.framework import Coding
from svdocs.frameworks.suggest import Query, suggest_many
from svdocs.statements.statement import Passage

_CUT = re.compile(r"[;:,]|\.\s|\|| and (?=\w+ )")
_LEAST_WORDS = 2


@dataclass(frozen=True)
class Requirement:
    """One thing that is asked for.

    Attributes:
        text: the requirement.
        clauses: its parts, each of which may ask for another kind of social value.
        words: its content words.
        kinds: how sure it is, 0 to 1, that it asks for each kind: by its words, else by what its parts are coded to.
        measures: how likely one of its parts is coded to each measure.
        themes: how likely it is of each theme.
    """

    text: str
    clauses: tuple[str, ...]
    words: frozenset[str]
    kinds: Mapping[str, float]
    measures: Mapping[str, float]
    themes: Mapping[str, float]


def read_requirements(passages: Sequence[Passage]) -> list[Requirement]:
    """Return the requirements that the passages state."""
    parts = [(p, cut_clauses(p.text)) for p in passages]
    texts = sorted({t for p, clauses in parts for t in (p.text, *clauses)})
    coded = dict(zip(texts, suggest_many([Query(t) for t in texts]), strict=True))
    return [_requirement(p.text, clauses, coded) for p, clauses in parts]


def cut_clauses(text: str) -> tuple[str, ...]:
    """Return the parts of a requirement that ask for something each.

    >>> cut_clauses("SV2: apprenticeships, work placements and training towards a qualification")
    ('apprenticeships', 'work placements', 'training towards a qualification')
    """
    clauses = (" ".join(c.split()) for c in _CUT.split(text))
    return tuple(
        c for c in clauses if any(len(w) > 3 for w in c.split()) and not re.fullmatch(r"[A-Z]{1,5} ?\d+\w?", c)
    )


def _requirement(text: str, clauses: tuple[str, ...], coded: Mapping[str, Coding]) -> Requirement:
    measures: dict[str, float] = {}
    themes: dict[str, float] = {}
    for part in (text, *clauses):
        for code in coded[part].measures:
            if code.framework == MEASURES:
                measures[code.code] = max(measures.get(code.code, 0.0), code.score)
        for framework, codes in coded[part].themes.items():
            for code in codes:
                key = f"{framework}/{code.code}"
                themes[key] = max(themes.get(key, 0.0), code.score)
    said = kinds_asked(text)
    kinds = {k.id: 1.0 if k.id in said else min(1.0, sum(measures.get(c, 0.0) for c in k.codes)) for k in load_kinds()}
    return Requirement(text, clauses, content_words(text), kinds, measures, themes)
