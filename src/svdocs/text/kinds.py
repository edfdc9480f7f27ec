"""What kind of document this is and who wrote it, proposed from its words; a person may say otherwise."""

from __future__ import annotations

from svdocs.text.document import Document


def propose_kind(document: Document) -> tuple[str, float]:
    """Return the kind and its confidence."""
    return "other", 0.0


def propose_supplier(document: Document) -> tuple[str | None, float]:
    """Return the supplier's name, or None, and its confidence."""
    return None, 0.0
