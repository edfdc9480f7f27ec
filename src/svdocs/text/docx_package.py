"""The parts of a Word file, found by how they refer to one another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from svdocs.intake.containers import Container, parse_xml


class Package:
    """The parts of a Word file and how they refer to one another."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self.main = self._find_main()

    def root(self, name: str) -> etree._Element:
        """Return the parsed part `name`."""
        return parse_xml(self._container.read(name), name)

    def optional_root(self, kind: str) -> etree._Element | None:
        """Return the parsed part that the main part refers to as `kind`, such as `styles`, or None."""
        for target in self.targets(self.main, kind):
            return self.root(target)
        return None

    def targets(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts that `part` refers to as `kind`, in order, each once."""
        found = [t for _, k, t, outside in self._relations(part) if k == kind and not outside and t in self._container]
        return list(dict.fromkeys(found))

    def target(self, part: str, identifier: str) -> str | None:
        """Return the name of the part that `part` refers to by a relationship's identifier, or None."""
        for name, _, target, outside in self._relations(part):
            if name == identifier and not outside and target in self._container:
                return target
        return None

    def outside_kinds(self, part: str) -> list[str]:
        """Return the kinds of the references from `part` to places outside the file."""
        return [k for _, k, _, outside in self._relations(part) if outside]

    def has_part_like(self, words: str) -> bool:
        """Say whether the name of some part holds `words`."""
        return any(words in name.casefold() for name in self._container.names)

    def _find_main(self) -> str:
        for _, kind, target, outside in self._relations(""):
            if kind == "officeDocument" and not outside and target in self._container:
                return target
        return "word/document.xml"

    def _relations(self, part: str) -> Iterator[tuple[str, str, str, bool]]:
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        if name not in self._container:
            return
        for element in self.root(name).iterchildren():
            target = element.get("Target") or ""
            outside = element.get("TargetMode") == "External"
            if not outside:
                target = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
            yield element.get("Id") or "", (element.get("Type") or "").rpartition("/")[2], target, outside
