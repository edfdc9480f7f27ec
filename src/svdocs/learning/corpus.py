"""Reads the labelled packs of `corpus/` into documents and labelled passages, cut by the same code as at run time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svdocs.errors import UsageError
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Passage, StatementType
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document, Span

_MARK = re.compile(r"\[\[([\w, ]+):\s*(.*?)\]\]", re.S)
_PLAIN = {
    "p": BlockKind.paragraph,
    "textbox": BlockKind.text_box,
    "footnote": BlockKind.footnote,
    "tracked": BlockKind.paragraph,
    "sdt": BlockKind.paragraph,
    "deleted": BlockKind.deleted,
    "hidden": BlockKind.hidden,
}


@dataclass(frozen=True)
class PackDocument:
    """A document of a pack with its labels.

    Attributes:
        pack: the pack's name; passages of one pack come from one writer.
        kind: bid, case_study, specification or baseline.
        supplier: whose document it is.
        document: as the readers would give it.
        labels: a label's id to its fields, as in pack.yaml.
        marks: a label's id to the span of its passage.
        repeated: ids that mark more than one passage.
    """

    pack: str
    kind: str
    supplier: str
    document: Document
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    marks: dict[str, Span] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledPassage:
    """A passage with the labels that rest on it; no labels means noise that nobody marked."""

    source: PackDocument
    passage: Passage
    labels: tuple[dict[str, Any], ...]

    @property
    def types(self) -> frozenset[StatementType]:
        """The kinds of statement in the passage; empty for noise."""
        return frozenset(StatementType(x["type"]) for x in self.labels if x["type"] != "noise")

    @property
    def stated(self) -> int:
        """How many statements the passage makes."""
        return sum(x["type"] != "noise" for x in self.labels)


def read_packs(folder: Path) -> list[PackDocument]:
    """Return the documents of every pack under `folder`, in the order of the packs' names."""
    return [d for path in sorted(folder.glob("*/pack.yaml")) for d in read_pack(path)]


def read_pack(path: Path) -> list[PackDocument]:
    """Return the documents of one pack.

    Raises:
        UsageError: the file is no pack, or says one thing twice; the message names the place.
    """
    pack = load_yaml(path)
    try:
        return [_read_document(pack["pack"], doc) for doc in pack["documents"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path}: not a pack ({type(error).__name__}: {error}); corpus/README.md tells the form."
        ) from None


def load_yaml(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises:
        UsageError: it is no YAML, or a key stands twice in one place, of which YAML would silently keep the last.
    """
    import yaml

    # The parser in C is ten times as fast, and as safe; some installations lack it.
    parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader = parser(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        for mapping in _mappings_in(node):
            seen: set[str] = set()
            for key, _ in mapping.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise UsageError(f"{path}: line {line}: {key.value!r} stands twice; give each a name of its own.")
                seen.add(key.value)
        return None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not YAML ({error}); correct it there.") from None
    finally:
        loader.dispose()


def _mappings_in(node: Any) -> Iterator[Any]:
    left = [node]
    while left:
        node = left.pop()
        if node is None or isinstance(node.value, str):
            continue
        if node.id == "mapping":
            yield node
            left += [value for _, value in node.value]
        else:
            left += node.value


def labelled_passages(source: PackDocument) -> Iterator[LabelledPassage]:
    """Yield every passage of the document with the labels whose marks it shares most of its characters with."""
    passages = passages_of(source.document)
    homes: dict[int, list[dict[str, Any]]] = {}
    for key, span in source.marks.items():
        if key not in source.labels:
            continue
        shared = [(min(p.span.end, span.end) - max(p.span.start, span.start), -i) for i, p in enumerate(passages)]
        most, i = max(shared, default=(0, 0))
        if most > 0:
            homes.setdefault(-i, []).append({"id": key, "quote": source.document.quote(span), **source.labels[key]})
    for i, passage in enumerate(passages):
        yield LabelledPassage(source, passage, tuple(homes.get(i, ())))


class _Marks:
    """Takes the marks out of a text and remembers where their passages stand in it."""

    def __init__(self) -> None:
        self.found: dict[str, Span] = {}
        self.repeated: list[str] = []

    def plain(self, text: str) -> tuple[str, list[tuple[str, Span]]]:
        out: list[str] = []
        here: list[tuple[str, Span]] = []
        at = length = 0
        for m in _MARK.finditer(text):
            out.append(text[at : m.start()])
            length += m.start() - at
            out.append(m.group(2))
            here.extend((key.strip(), Span(length, length + len(m.group(2)))) for key in m.group(1).split(","))
            length += len(m.group(2))
            at = m.end()
        out.append(text[at:])
        return "".join(out), here

    def place(self, here: list[tuple[str, Span]], start: int) -> None:
        for key, span in here:
            self.add(key, span.shifted(start))

    def add(self, key: str, span: Span) -> None:
        if key in self.found:
            self.repeated.append(key)
        self.found[key] = span


def _read_document(pack: str, doc: dict[str, Any]) -> PackDocument:
    builder, marks, tables = TextBuilder(), _Marks(), 0
    for block in doc["blocks"]:
        ((kind, value),) = block.items()
        if kind == "table":
            _add_table(builder, marks, value, tables)
            tables += 1
        elif kind in ("ul", "ol"):
            for i, item in enumerate(value, 1):
                text, here = marks.plain(str(item))
                marks.place(
                    here,
                    builder.add(BlockKind.list_item, text, level=1, label="•" if kind == "ul" else f"{i}.").span.start,
                )
        elif kind in ("h1", "h2", "h3"):
            builder.add(BlockKind.heading, marks.plain(str(value))[0], level=int(kind[1]))
        elif kind in _PLAIN:
            text, here = marks.plain(str(value))
            marks.place(here, builder.add(_PLAIN[kind], text).span.start)
    document = Document(
        name=doc["file"],
        sha256="",
        media_type="",
        text=builder.text,
        blocks=tuple(builder.blocks),
        kind=doc["kind"],
        supplier=doc.get("supplier"),
    )
    labels = {str(k): v for k, v in (doc.get("gold") or {}).items()}
    return PackDocument(
        pack, doc["kind"], doc.get("supplier", ""), document, labels, marks.found, tuple(marks.repeated)
    )


def _add_table(builder: TextBuilder, marks: _Marks, table: dict[str, Any], number: int) -> None:
    header = [str(h) for h in table.get("header", [])]
    if header:
        builder.add_row(header, table=number, header_row=True)
    for row in table["rows"]:
        row = row if isinstance(row, dict) else {"cells": row}
        texts, inside = [], []
        for cell in row["cells"]:
            text, here = marks.plain(str(cell))
            texts.append(text)
            inside.append(here)
        block = builder.add_row(texts, headers=[(h,) for h in header], table=number)
        for cell, here in zip(block.cells, inside, strict=True):
            marks.place(here, cell.span.start)
        if "mark" in row:
            for key in str(row["mark"]).split(","):
                marks.add(key.strip(), block.span)
