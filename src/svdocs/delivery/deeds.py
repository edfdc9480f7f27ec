"""What is done and for whom, by the words of `deeds.toml`: a coarse reading beside meaning and measures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Deed:
    """Of a text the kinds of things that are done, and the kinds of people or bodies that they are done for."""

    done: frozenset[str]
    whom: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    said = tomllib.loads((files("svdocs.delivery") / "deeds.toml").read_text(encoding="utf-8"))
    return {
        part: {name: re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE) for name, words in kinds.items()}
        for part, kinds in said.items()
    }


@lru_cache(maxsize=20_000)
def read_deed(text: str) -> Deed:
    """Return what a text says is done, and for whom.

    >>> deed = read_deed("We will take on two care leavers as apprentices.")
    >>> sorted(deed.done), sorted(deed.whom)
    (['apprenticeship', 'job'], ['care_leavers'])
    """
    found = {
        part: frozenset(name for name, words in kinds.items() if words.search(text)) for part, kinds in _words().items()
    }
    return Deed(found["done"], found["whom"])


def agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how far two readings agree: from -1, where both name kinds and none in common, to 1; 0 where one is empty.

    >>> agreement(frozenset({"job"}), frozenset({"job", "training"})), agreement(frozenset("a"), frozenset("b"))
    (1.0, -1.0)
    """
    if not one or not other:
        return 0.0
    both = len(one & other)
    return both / min(len(one), len(other)) if both else -1.0
