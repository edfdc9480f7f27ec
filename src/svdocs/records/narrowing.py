"""A condition on every query of a table, whose part of a query's cache key is worked out once.

The library keeps what it has compiled under a key made of the whole query, conditions and all, and makes and compares
that key at each execution. For the conditions of `records.seen`, which are alike for everybody but for who asks, that
takes longer than the query itself. Here the key of a condition is one number, the same for conditions that are alike,
and the values in it travel beside it as they do in any key.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from sqlalchemy import BindParameter, ColumnElement
from sqlalchemy.orm.util import LoaderCriteriaOption

_numbers: dict[Any, int] = {}
"""By the key of a condition standing alone the number that takes its place."""
_lock = Lock()


class Narrowing(LoaderCriteriaOption):
    """What `with_loader_criteria(entity, condition, include_aliases=True)` is, with a key that is quick to compare."""

    __slots__ = ("_number", "_values")
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def __init__(self, entity: type[Any], condition: ColumnElement[bool]) -> None:
        super().__init__(entity, condition, include_aliases=True)
        self._number: int | None = None
        key = self._generate_cache_key()
        if key is None:
            raise RuntimeError(f"the condition on {entity.__name__} cannot be told from others")
        self._values: list[BindParameter[Any]] = list(key.bindparams)
        with _lock:
            self._number = _numbers.setdefault(key.key, len(_numbers))

    def _gen_cache_key(self, anon_map: Any, bindparams: list[BindParameter[Any]]) -> tuple[Any, ...] | None:
        if self._number is None:
            whole: tuple[Any, ...] | None = super()._gen_cache_key(anon_map, bindparams)
            return whole
        bindparams.extend(self._values)
        return (Narrowing, self._number)
