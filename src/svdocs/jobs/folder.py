"""A folder of documents as it is handed in: its procurement, and what is said of each document.

A folder may say so in a `procurement.toml`:

```toml
title = "Street lighting"
buyer = "Kent County Council"
value_gbp = 8_400_000
starts = 2027-04-01
ends = 2031-03-31

[[documents]]
file = "bids/bid-a.pdf"
kind = "bid"
supplier = "Example Ltd"
```
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from svdocs.errors import UsageError
from svdocs.intake.safety import SENT_ENDINGS
from svdocs.records.tables import DocumentKind

DESCRIPTION = "procurement.toml"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that is handed in: its path, the name it goes by, and what is said of it, if anything."""

    path: Path
    name: str
    kind: DocumentKind | None = None
    supplier: str | None = None
    document_id: str | None = None
    """Of the document that stands for it already."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of documents.

    Attributes:
        documents: what is to be brought in, by name.
        left_out: names of the files that are no documents.
    """

    title: str
    buyer: str
    value_gbp: Decimal | None
    starts: date | None
    ends: date | None
    documents: tuple[HandedIn, ...]
    left_out: tuple[str, ...]


def look_through(folder: Path) -> Folder:
    """Return what a folder hands in, by its `procurement.toml` where it has one.

    Raises:
        UsageError: the description cannot be used; the message names the place.
    """
    return arrange(files_in(folder), folder.resolve().name)


def files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder at any depth, by their names in it."""
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def procurements_in(files: Mapping[str, Path], title: str, *, each_folder: bool = False) -> list[Folder]:
    """Return the procurements that an archive holds: each folder with a `procurement.toml` is one.

    What stands outside of those belongs to one of the archive's own title; so does all where it has a description
    itself, or none has.

    Args:
        files: of the archive, by their names in it.
        title: of the archive.
        each_folder: whether each folder at the top is a procurement too, with or without a description.

    Raises:
        UsageError: a description cannot be used; the message names the place.
    """
    homes = set() if DESCRIPTION in files else {n.rpartition("/")[0] for n in files if n.endswith(f"/{DESCRIPTION}")}
    if each_folder:
        homes |= {n.partition("/")[0] for n in files if "/" in n and not _is_hidden(PurePosixPath(n))}
    parts: dict[str, dict[str, Path]] = {}
    for name, path in files.items():
        home = min((h for h in homes if name.startswith(f"{h}/")), key=len, default="")
        parts.setdefault(home, {})[name[len(home) + 1 :] if home else name] = path
    folders = [arrange(inside, home.rpartition("/")[2] or title) for home, inside in sorted(parts.items())]
    return [f for f in folders if f.documents or f.left_out]


def arrange(files: Mapping[str, Path], title: str) -> Folder:
    """Return what one procurement's files hand in, by the description among them where there is one.

    Args:
        files: by their names in the procurement's folder.
        title: of the procurement where no description gives one.

    Raises:
        UsageError: the description cannot be used; the message names the place.
    """
    said = _read_description(files[DESCRIPTION]) if DESCRIPTION in files else {}
    told = _documents_told_of(files, said)
    documents, left_out = list(told.values()), []
    for name, path in files.items():
        if name in told or name == DESCRIPTION or _is_hidden(PurePosixPath(name)):
            continue
        if PurePosixPath(name).suffix.lower() in SENT_ENDINGS:
            documents.append(HandedIn(path, name))
        else:
            left_out.append(name)
    return Folder(
        title=_text(said, "title") or title,
        buyer=_text(said, "buyer") or "",
        value_gbp=_money(said.get("value_gbp")),
        starts=_day(said, "starts"),
        ends=_day(said, "ends"),
        documents=tuple(sorted(documents, key=lambda d: d.name)),
        left_out=tuple(sorted(left_out)),
    )


def _read_description(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a TOML file that can be read ({error}); correct it.") from error


def _documents_told_of(files: Mapping[str, Path], said: dict[str, Any]) -> dict[str, HandedIn]:
    told: dict[str, HandedIn] = {}
    listed = said.get("documents", [])
    if not isinstance(listed, list) or not all(isinstance(d, dict) for d in listed):
        raise UsageError(f"{DESCRIPTION}: write each document under a [[documents]] heading.")
    for document in listed:
        file = _text(document, "file")
        if not file:
            raise UsageError(f"{DESCRIPTION}: a document without a file; give file = its path in the folder.")
        name = posixpath.normpath(file.replace("\\", "/"))
        if name not in files:
            raise UsageError(f"{DESCRIPTION}: {file}: there is no such file in the folder; correct the path.")
        told[name] = HandedIn(files[name], name, _document_kind(document, file), _text(document, "supplier"))
    return told


def _document_kind(document: dict[str, Any], file: str) -> DocumentKind | None:
    kind = _text(document, "kind")
    if kind is None or kind in set(DocumentKind):
        return DocumentKind(kind) if kind else None
    allowed = ", ".join(k.value for k in DocumentKind)
    raise UsageError(f"{DESCRIPTION}: {file}: {kind!r} is not a kind of document; choose one of {allowed}.")


def _text(said: dict[str, Any], name: str) -> str | None:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{DESCRIPTION}: {name} is not text; put it in quotation marks.")
    return value.strip() or None if value else None


def _day(said: dict[str, Any], name: str) -> date | None:
    value = said.get(name)
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{DESCRIPTION}: {name} is not a date; write it as 2027-04-01.") from error


def _money(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(value) if not isinstance(value, bool) else Decimal("NaN")
    except (InvalidOperation, TypeError, ValueError):
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise UsageError(f"{DESCRIPTION}: value_gbp is not an amount; write pounds without commas, such as 8_400_000.")
    return amount


def _is_hidden(path: PurePath) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)
