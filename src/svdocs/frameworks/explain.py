"""Why a statement has its codes: what leaving out each of its words does to the likeliest theme or measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from svdocs.frameworks.framework import Framework
from svdocs.frameworks.head import Learnt, load_learnt
from svdocs.frameworks.load import load_frameworks
from svdocs.frameworks.suggest import QUOTED_CODE, Query, Scores, score_many
from svdocs.statements.embed import Embedder
from svdocs.statements.explain import Carrier, leave_out_words, log_odds


@dataclass(frozen=True, slots=True)
class CodeExplanation:
    """Why a code of a framework was put first.

    Attributes:
        framework: its key.
        code: the likeliest; empty where no code fits.
        label: the catalogue's own name for it.
        measure: whether it is a measure, or a theme.
        score: its probability.
        second: the next likeliest code, with its probability.
        words: what leaving out each does, strongest first.
        context: the same for headings, introduction and what else stands around the statement; 0 if there is nothing.
        calibrated: whether the score is a calibrated probability, or rests on resemblance alone.
        quoted: the code as the bidder quotes it, where it does; weak evidence.
    """

    framework: str
    code: str
    label: str
    measure: bool
    score: float
    second: tuple[str, float]
    words: tuple[Carrier, ...]
    context: float
    calibrated: bool
    quoted: bool


def explain_codes(
    query: Query, *, embedder: Embedder | None = None, folders: tuple[Path, ...] = ()
) -> list[CodeExplanation]:
    """Return why the likeliest theme of each framework and the likeliest measures were put first.

    Args:
        query: the statement.
        embedder: default the process's own.
        folders: of catalogue files beside the shipped ones.
    """
    learnt = load_learnt()
    text = query.focus or query.text
    answers: dict[tuple[str, ...], list[dict[str, Scores]]] = {}

    def scores_of(texts: Sequence[str]) -> list[dict[str, Scores]]:
        # Each framework asks about the same texts; they are looked at once.
        key = tuple(texts)
        if key not in answers:
            queries = [replace(query, focus=t or " ") for t in texts]
            answers[key] = list(score_many(queries, learnt, embedder=embedder, folders=folders))
        return answers[key]

    alone = score_many([replace(query, context="")], learnt, embedder=embedder, folders=folders)
    frameworks = load_frameworks(*folders)
    found = []
    for part, measure in ((0, False), (1, True)):
        for key, scores in scores_of([text])[part].items():
            order = (-scores.chances[0]).argsort(kind="stable")
            best, second = int(order[0]), int(order[1])

            def score(texts: Sequence[str], part: int = part, key: str = key, best: int = best) -> list[float]:
                return [log_odds(float(row[best])) for row in scores_of(texts)[part][key].chances]

            chance = float(scores.chances[0][best])
            without = float(alone[part][key].chances[0][best])
            found.append(
                CodeExplanation(
                    framework=key,
                    code=scores.codes[best],
                    label=_label_of(frameworks[key], scores.codes[best], measure),
                    measure=measure,
                    score=chance,
                    second=(scores.codes[second], float(scores.chances[0][second])),
                    words=tuple(leave_out_words(text, score)),
                    context=log_odds(chance) - log_odds(without) if query.context else 0.0,
                    calibrated=_is_calibrated(learnt, key),
                    quoted=scores.codes[best] in {"".join(c.split()) for c in QUOTED_CODE.findall(query.text)},
                )
            )
    return found


def _is_calibrated(learnt: Learnt | None, key: str) -> bool:
    return learnt is not None and key in learnt.heads


def _label_of(framework: Framework, code: str, measure: bool) -> str:
    known = framework.measure(code) if measure else framework.theme(code)
    return known.label if known else "no code fits"
