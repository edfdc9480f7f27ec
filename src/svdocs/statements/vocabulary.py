"""The word lists of the finders, read from `data/vocabulary.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    text = (files("svdocs.statements") / "data" / "vocabulary.toml").read_text(encoding="utf-8")
    lists: dict[str, dict[str, str]] = tomllib.loads(text)
    return lists


@lru_cache(maxsize=64)
def words_of(finder: str, name: str) -> frozenset[str]:
    """Return a word list of a finder, in lower case.

    >>> "kwh" in words_of("quantities", "unsupported")
    True
    """
    return frozenset(_lists()[finder][name].split())
