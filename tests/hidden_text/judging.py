"""What is made of a file with planted words, and of a clean one."""

from __future__ import annotations

from svdocs.text.document import Document
from svdocs.text.read import read_document
from tests.hidden_text.tricks import Trick

MISLEADING = frozenset(
    {"hidden_text", "invisible_characters", "look_alike_letters", "odd_digits", "instruction_to_software"}
)
_NAMES = {"PDF": "bid.pdf", "DOCX": "bid.docx", "XLSX": "toms.xlsx"}


def faults_of(trick: Trick) -> list[str]:
    """Return what is wrong with the reading of a trick, in words; nothing if it was found."""
    document = read_document(trick.make(), _NAMES[trick.form])
    flags = [f for f in document.flags if f.code == trick.flag]
    if not flags:
        return ["not flagged"]
    if trick.planted is None:
        return []
    faults = []
    words = trick.planted.split()
    told = " ".join(f.text for f in flags)
    missing = [w for w in words if w not in told]
    if len(missing) > 0.1 * len(words):
        faults.append(f"{len(missing)} of {len(words)} words not told")
    leaked = leaked_words(document, words)
    if leaked:
        faults.append(f"{len(leaked)} of {len(words)} words in the body")
    return faults


def leaked_words(document: Document, words: list[str]) -> list[str]:
    """Return the planted words that stand in body text."""
    shown = {w for b in document.body() for w in document.quote(b.span).split()}
    return [w for w in words if w in shown and len(w) > 3]


def misleading_flags(data: bytes, name: str) -> tuple[str, ...]:
    """Return the codes by which a clean file was called misleading."""
    document = read_document(data, name)
    return tuple(sorted({f.code for f in document.flags} & MISLEADING))
