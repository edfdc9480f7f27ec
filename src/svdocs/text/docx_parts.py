"""Walks the XML of a Word file's parts into paragraphs and tables, losing no letter on the way.

Elements that are not known are walked through, never skipped, so that a container of tomorrow's Word loses no text.
What a reader of the page does not see (deletions, hidden letters, field instructions) is kept, marked as such.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lxml import etree

from svdocs.text.charts import read_chart
from svdocs.text.docx_content import Item, Paragraph, Piece, Seen, Table, TableCell, TableRow
from svdocs.text.docx_numbering import BULLET, Numbering
from svdocs.text.docx_package import Package
from svdocs.text.docx_styles import (
    Look,
    Style,
    Styles,
    attribute,
    child,
    heading_level,
    is_contents_style,
    is_flat_row,
    is_on,
    is_out_of_sight,
    list_style,
    local_name,
    look_with,
    shading,
    value_of,
    whole,
)

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_MATH = ("http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math")
_DRAWING = ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TEXT_TAGS = frozenset(f"{{{n}}}t" for n in (*_WORD, *_MATH, *_DRAWING)) | frozenset(f"{{{n}}}delText" for n in _WORD)

_NO_TEXT = frozenset(
    [
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "tblPrEx",
        "sdtPr",
        "sdtEndPr",
        "instrText",
        "delInstrText",
        "lastRenderedPageBreak",
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "commentRangeStart",
        "commentRangeEnd",
        "fldData",
    ]
)
LARGE_PICTURE = 3_000_000
"""Width from which a picture may hold text that matters, in English Metric Units: about 8 cm."""
_SYMBOLS = {
    "wingdings": {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0xA7: "▪", 0xD8: "➢", 0x76: "❖",
                  0xE0: "→", 0xDF: "←", 0x4A: "☺", 0x6C: "●", 0x6E: "■"},
    "wingdings 2": {0x50: "✓", 0x52: "☑", 0x53: "☒", 0x51: "☒", 0xA3: "☐"},
    "symbol": {0xB7: "•", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB0: "°", 0xAE: "→", 0x6D: "μ",
               0x44: "Δ"},
}  # fmt: skip
BULLETS = "•·▪●○‣◦■□➢❖✓✔"
_TYPED_BULLET = re.compile(rf"(?:[{BULLETS}]\s*|[-–—*o]\s*\t\s*|[-–—*]\s+)(?=\S)")


PLAIN_LOOK = Look()


@dataclass(frozen=True, slots=True)
class _Setting:
    """What surrounds an element and bears on whether its letters are seen."""

    look: Look = PLAIN_LOOK
    ground: str | None = "FFFFFF"
    out_of_sight: bool = False
    """Whether the paragraph or row stands where no page shows it."""
    seen: Seen = Seen.shown
    base: Look = PLAIN_LOOK
    """The look of the paragraph's style, from which each run starts."""

    def is_seen(self) -> bool:
        """Say whether letters set here can be seen."""
        return not self.out_of_sight and self.look.seen_on(self.ground)


class Walker:
    """Walks parts in document order; lists count on from part to part, and each letter is counted in `total`."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.optional_root("styles"))
        self._numbering = Numbering(package.optional_root("numbering"))
        self._style_counts: Counter[int] = Counter()
        self._part = ""
        self._paired: set[etree._Element] = set()
        self._fields: list[tuple[bool, str]] = []
        self._depth = 0
        self.total = 0
        self.duplicates = 0
        self.trimmed = 0
        self.foreign_parts = 0
        self.pictures = 0
        self.charts = 0
        self.instructions: list[str] = []

    def walk_part(self, name: str, root: etree._Element | None = None) -> list[Item]:
        """Return the paragraphs and tables of a part."""
        top = self._package.root(name) if root is None else root
        self.total += count_letters(top)
        self._part = name
        self._start_fields(top)
        body = child(top, "body")
        return self._items(top if body is None else body, _Setting())

    def walk_notes(self, name: str) -> dict[str, list[Item]]:
        """Return the notes of a part, such as footnotes or comments, by their identifiers in order."""
        top = self._package.root(name)
        self.total += count_letters(top)
        self._part = name
        self._start_fields(top)
        notes: dict[str, list[Item]] = {}
        for n, element in enumerate(top.iterchildren()):
            identifier = attribute(element, "id") or f"#{n}"
            notes.setdefault(identifier, []).extend(self._items(element, _Setting()))
        return notes

    # Blocks

    def _items(self, parent: etree._Element, setting: _Setting) -> list[Item]:
        items: list[Item] = []
        for element in parent.iterchildren():
            items.extend(self._item(element, setting))
        return items

    def _item(self, element: etree._Element, setting: _Setting) -> Iterable[Item]:
        tag = local_name(element)
        if tag == "p":
            return [self._paragraph(element, setting)]
        if tag == "tbl":
            return [self._table(element, setting)]
        if tag in _NO_TEXT or not tag:
            return []
        if tag == "altChunk":
            self.foreign_parts += 1
            return []
        if tag in ("r", "hyperlink", "t", "fldSimple", "oMath"):
            return [self._inline_paragraph(element, setting)]
        if tag == "AlternateContent":
            chosen, left = _choose(element)
            items = [] if chosen is None else self._items(chosen, setting)
            stray = Paragraph()
            self._keep_unchosen(chosen, left, stray)
            return [*items, stray] if stray.pieces else items
        return self._items(element, _changed(setting, tag))

    def _inline_paragraph(self, element: etree._Element, setting: _Setting) -> Paragraph:
        paragraph = Paragraph()
        self._inline(element, replace(setting, base=self._styles.find(None).look), paragraph)
        return paragraph

    def _paragraph(self, element: etree._Element, setting: _Setting) -> Paragraph:
        properties = child(element, "pPr")
        style = self._styles.find(value_of(child(properties, "pStyle")) or self._styles.default_paragraph)
        ground = shading(child(properties, "shd")) or style.ground or setting.ground
        paragraph = Paragraph(
            heading=heading_level(style, whole(value_of(child(properties, "outlineLvl")))),
            caption=style.name == "caption",
            contents=is_contents_style(style),
        )
        self._set_label(paragraph, properties, style)
        unseen = setting.out_of_sight or is_out_of_sight(properties)
        inner = replace(setting, base=style.look, look=style.look, ground=ground, out_of_sight=unseen)
        for one in element.iterchildren():
            self._inline(one, inner, paragraph)
        if any(code.startswith("TOC") for _, code in self._fields):
            paragraph.contents = True
        return paragraph

    def _set_label(self, paragraph: Paragraph, properties: etree._Element | None, style: Style) -> None:
        own = child(properties, "numPr")
        number = value_of(child(own, "numId")) or style.numbering
        level = whole(value_of(child(own, "ilvl")))
        level = (style.level or 0) if level is None else max(0, min(level, 8))
        label = self._numbering.next_label(number, level) if number not in (None, "0") and number else None
        if label is None and number != "0":
            named = list_style(style)
            if named is not None:
                level = named[1] - 1
                label = BULLET if named[0] == "bullet" else self._next_of_style(level)
        if label is not None:
            paragraph.label = label or None
            if paragraph.heading is None:
                paragraph.list_level = level + 1

    def _next_of_style(self, level: int) -> str:
        self._style_counts[level] += 1
        return f"{self._style_counts[level]}."

    def _table(self, element: etree._Element, setting: _Setting) -> Table:
        style = self._styles.find(value_of(child(child(element, "tblPr"), "tblStyle")))
        if style.dark_parts:
            setting = replace(setting, ground=None)
        table = Table()
        self._rows(element, setting, table)
        return table

    def _rows(self, parent: etree._Element, setting: _Setting, table: Table) -> None:
        for element in parent.iterchildren():
            tag = local_name(element)
            if tag == "tr":
                table.rows.append(self._row(element, setting))
            elif tag == "AlternateContent":
                chosen, _ = _choose(element)
                if chosen is not None:
                    self._rows(chosen, setting, table)
            elif tag and tag not in _NO_TEXT:
                self._rows(element, _changed(setting, tag), table)

    def _row(self, element: etree._Element, setting: _Setting) -> TableRow:
        properties = child(element, "trPr")
        for change in ("ins", "del"):
            if child(properties, change) is not None:
                setting = _changed(setting, change)
        if is_flat_row(properties):
            setting = replace(setting, out_of_sight=True)
        heads = child(properties, "tblHeader")
        row = TableRow([], header=heads is not None and is_on(heads))
        start = whole(value_of(child(properties, "gridBefore"))) or 0
        self._cells(element, setting, row, max(0, min(start, 100)))
        return row

    def _cells(self, parent: etree._Element, setting: _Setting, row: TableRow, column: int) -> int:
        for element in parent.iterchildren():
            tag = local_name(element)
            if tag == "tc":
                cell = self._cell(element, setting, column)
                row.cells.append(cell)
                column += cell.width
            elif tag and tag not in _NO_TEXT:
                column = self._cells(element, _changed(setting, tag), row, column)
        return column

    def _cell(self, element: etree._Element, setting: _Setting, column: int) -> TableCell:
        properties = child(element, "tcPr")
        ground = shading(child(properties, "shd"))
        merged = child(properties, "vMerge")
        across = child(properties, "hMerge")
        width = whole(value_of(child(properties, "gridSpan"))) or 1
        continued = (merged is not None and value_of(merged) != "restart") or (
            across is not None and value_of(across) != "restart"
        )
        inner = setting if ground is None else replace(setting, ground=ground)
        return TableCell(
            self._items(element, inner), column, max(1, min(width, 100)), continued, ground not in (None, "FFFFFF")
        )

    # Inline

    def _inline(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        tag = local_name(element)
        if not tag or tag in _NO_TEXT:
            if tag in ("instrText", "delInstrText"):
                self._read_instruction(element)
            return
        if element.tag in TEXT_TAGS:
            self._add_text(element, setting, to)
            return
        match tag:
            case "r":
                setting = replace(setting, look=self._run_look(element, setting.base))
            case "tab" | "ptab":
                self._add(to, "\t", setting)
                return
            case "br" | "cr":
                self._add(to, "\n", setting)
                return
            case "noBreakHyphen":
                self._add(to, "-", setting)
                return
            case "softHyphen":
                return
            case "sym":
                self._add(to, symbol(attribute(element, "font"), attribute(element, "char")), setting)
                return
            case "fldChar":
                self._step_field(element, setting, to)
                return
            case "footnoteReference" | "endnoteReference" | "commentReference":
                to.notes.append((tag.removesuffix("Reference"), attribute(element, "id") or ""))
                return
            case "txbxContent":
                to.boxes.append(self._items(element, replace(setting, look=PLAIN_LOOK, base=PLAIN_LOOK)))
                return
            case "relIds":
                self._add_diagram(element, setting, to)
                return
            case "chart":
                self._add_chart(element, setting, to)
                return
            case "AlternateContent":
                chosen, left = _choose(element)
                if chosen is not None:
                    self._inline_children(chosen, setting, to)
                self._keep_unchosen(chosen, left, to)
                return
            case "altChunk":
                self.foreign_parts += 1
                return
            case "wsp" | "shape" | "rect" | "roundrect" | "oval":
                setting = replace(setting, ground=_box_ground(element, setting.ground))
            case "extent" if (whole(element.get("cx")) or 0) >= LARGE_PICTURE:
                drawing = element.getparent()
                self.pictures += drawing is not None and next(drawing.iter("{*}blip"), None) is not None
            case "fldSimple":
                self.instructions.append(attribute(element, "instr") or "")
            case "p" | "tbl" if element.tag not in TEXT_TAGS and _is_drawing(element):
                inside = Paragraph()
                self._inline_children(element, setting, inside)
                to.boxes.append([inside])
                return
            case "p" | "tbl":
                to.boxes.append(list(self._item(element, setting)))
                return
            case _:
                setting = _changed(setting, tag)
        self._inline_children(element, setting, to)

    def _inline_children(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        for one in element.iterchildren():
            self._inline(one, setting, to)

    def _run_look(self, run: etree._Element, base: Look) -> Look:
        properties = child(run, "rPr")
        if properties is None:
            return base
        return look_with(self._styles.character_look(base, value_of(child(properties, "rStyle"))), properties)

    def _add_text(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        whole_text = letters_of(element)
        text = whole_text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        if element.get(_XML_SPACE) != "preserve" and element.tag.rpartition("}")[0][1:] in _WORD:
            text = text.strip(" ")  # Word drops them too
            self.trimmed += len(whole_text) - len(text)
        if local_name(element) == "delText" and setting.seen is not Seen.deleted:
            setting = replace(setting, seen=Seen.deleted)
        self._add(to, text, setting, letters=len(text))

    def _add(self, to: Paragraph, text: str, setting: _Setting, letters: int = 0) -> None:
        seen = setting.seen
        if seen is not Seen.deleted and (self._in_instruction() or not setting.is_seen()):
            seen = Seen.hidden
        if text:
            to.pieces.append(Piece(text, seen, letters, setting.look.bold))

    def _add_diagram(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        identifier = next((v for k, v in element.attrib.items() if str(k).endswith("}dm")), None)
        target = self._package.target(self._part, str(identifier)) if identifier else None
        if target is None:
            return
        root = self._package.root(target)
        self.total += count_letters(root)
        plain = replace(setting, look=PLAIN_LOOK, base=PLAIN_LOOK, ground="FFFFFF")
        for point in root.iter("{*}p"):
            if _is_drawing(point):
                inside = Paragraph()
                self._inline_children(point, plain, inside)
                to.boxes.append([inside])

    def _add_chart(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        """Write what a chart says as a box: its titles, then its data as a table."""
        identifier = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), None)
        target = self._package.target(self._part, str(identifier)) if identifier else None
        if target is None:
            return
        root = self._package.root(target)
        chart = read_chart(root)
        self.charts += 1
        seen = setting.seen if not setting.out_of_sight else Seen.hidden
        box: list[Item] = [Paragraph([Piece(title, seen, 0)]) for title in chart.titles]
        if seen in (Seen.shown, Seen.inserted) and chart.rows:
            box.append(Table([_chart_row(row, header=i == 0) for i, row in enumerate(chart.rows)]))
        elif chart.rows:
            box.append(Paragraph([Piece("\n".join(" | ".join(row) for row in chart.rows), seen, 0)]))
        to.boxes.append(box)

    def _keep_unchosen(self, chosen: etree._Element | None, left: list[etree._Element], to: Paragraph) -> None:
        """Count the other forms of a drawing as duplicates; keep what they say otherwise as hidden text."""
        shown = "" if chosen is None else folded_text(chosen)
        for other in left:
            letters = count_letters(other)
            if letters and folded_text(other) not in shown:
                text = "".join(letters_of(t) for t in other.iter(*TEXT_TAGS))
                to.pieces.append(Piece(text, Seen.hidden, letters))
            else:
                self.duplicates += letters

    # Fields

    def _start_fields(self, root: etree._Element) -> None:
        """Pair the marks of complex fields beforehand, so that a lone mark cannot swallow the text after it."""
        self._fields = []
        self._paired = set()
        open_fields: list[list[etree._Element]] = []
        for element in root.iter("{*}fldChar"):
            match attribute(element, "fldCharType"):
                case "begin":
                    open_fields.append([element])
                case "separate" if open_fields:
                    open_fields[-1].append(element)
                case "end" if open_fields:
                    self._paired.update((*open_fields.pop(), element))

    def _step_field(self, element: etree._Element, setting: _Setting, to: Paragraph) -> None:
        if element not in self._paired:
            return
        match attribute(element, "fldCharType"):
            case "begin":
                self._add(to, form_mark(element), setting)
                self._fields.append((True, ""))
            case "separate" if self._fields:
                self._fields[-1] = (False, self._fields[-1][1])
            case "end" if self._fields:
                self.instructions.append(self._fields.pop()[1])

    def _read_instruction(self, element: etree._Element) -> None:
        if self._fields:
            in_code, code = self._fields[-1]
            self._fields[-1] = (in_code, (code + letters_of(element)).lstrip()[:200])

    def _in_instruction(self) -> bool:
        return any(in_code for in_code, _ in self._fields)


def letters_of(element: etree._Element) -> str:
    """Return all letters beneath an element."""
    return "".join(str(t) for t in element.itertext())


def count_letters(root: etree._Element) -> int:
    """Return the number of letters in all text elements beneath `root`: what a walk must account for."""
    return sum(len(letters_of(t)) for t in root.iter(*TEXT_TAGS))


def folded_text(root: etree._Element) -> str:
    """Return the letters beneath `root` without white space, to compare two forms of one drawing."""
    return "".join("".join(letters_of(t) for t in root.iter(*TEXT_TAGS)).split())


def symbol(font: str | None, code: str | None) -> str:
    """Return the character that a symbol font shows for a code, or the sign for an unknown one.

    >>> symbol("Wingdings", "F0FC"), symbol("Arial", "20AC"), symbol("Webdings", "F041")
    ('✓', '€', '\ufffd')
    """
    try:
        number = int(code or "", 16)
    except ValueError:
        return "\ufffd"
    if 0xF000 <= number <= 0xF0FF:
        return _SYMBOLS.get((font or "").casefold(), {}).get(number - 0xF000, "\ufffd")
    known = _SYMBOLS.get((font or "").casefold(), {}).get(number)
    if known:
        return known
    usable = 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xF8FF
    return chr(number) if usable else "\ufffd"


def form_mark(begin: etree._Element) -> str:
    """Return what an old form field shows that has no result text: a ticked or empty box, or the chosen entry."""
    data = child(begin, "ffData")
    box = child(data, "checkBox")
    if box is not None:
        state = child(box, "checked")
        state = child(box, "default") if state is None else state
        return "☒" if state is not None and is_on(state) else "☐"
    choices = child(data, "ddList")
    if choices is not None:
        entries = [value_of(c) or "" for c in choices.iterchildren() if local_name(c) == "listEntry"]
        at = whole(value_of(child(choices, "result"))) or 0
        return entries[at] if 0 <= at < len(entries) else ""
    return ""


def split_typed_bullet(text: str) -> tuple[str, str] | None:
    """Return a bullet typed by hand and the text after it, or None.

    >>> split_typed_bullet("• Two hundred trees"), split_typed_bullet("well-being")
    (('•', 'Two hundred trees'), None)
    """
    found = _TYPED_BULLET.match(text)
    return (text[: found.end()].strip(), text[found.end() :]) if found else None


def _changed(setting: _Setting, tag: str) -> _Setting:
    if tag in ("del", "moveFrom"):
        return replace(setting, seen=Seen.deleted)
    if tag in ("ins", "moveTo") and setting.seen is Seen.shown:
        return replace(setting, seen=Seen.inserted)
    return setting


def _choose(element: etree._Element) -> tuple[etree._Element | None, list[etree._Element]]:
    """Return the form of a drawing to read, and the forms that repeat it."""
    forms = [c for c in element.iterchildren() if local_name(c) in ("Choice", "Fallback")]
    chosen = next((c for c in forms if count_letters(c)), forms[0] if forms else None)
    return chosen, [c for c in forms if c is not chosen]


def _chart_row(cells: tuple[str, ...], *, header: bool) -> TableRow:
    items: list[list[Item]] = [[Paragraph([Piece(text, Seen.shown, 0)])] for text in cells]
    return TableRow([TableCell(item, column) for column, item in enumerate(items)], header=header)


def _is_drawing(element: etree._Element) -> bool:
    tag = element.tag
    return isinstance(tag, str) and tag.rpartition("}")[0][1:] in _DRAWING


def _box_ground(shape: etree._Element, outside: str | None) -> str | None:
    """Return the colour behind the text of a drawn box; None where it cannot be told."""
    if local_name(shape) != "wsp":
        if shape.get("filled") in ("f", "false"):
            return outside
        colour = (shape.get("fillcolor") or "").split(" ")[0]
        if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            return colour[1:].upper()
        return None if colour and colour not in ("white", "window") else "FFFFFF"
    properties = child(shape, "spPr")
    if child(properties, "noFill") is not None:
        return outside
    solid = child(properties, "solidFill")
    if solid is not None:
        colour = next((c.get("val") or "" for c in solid.iterchildren() if local_name(c) == "srgbClr"), "")
        return colour.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", colour) else None
    if any(child(properties, k) is not None for k in ("gradFill", "blipFill", "pattFill", "grpFill")):
        return None
    reference = child(child(shape, "style"), "fillRef")
    return None if reference is not None and reference.get("idx") not in (None, "0") else outside
