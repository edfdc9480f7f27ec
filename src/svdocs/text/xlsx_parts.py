"""Streams the parts of a workbook into cells with their text as shown, their place, and whether they can be seen.

A sheet is never trusted about its size and never laid out as a grid: cells come one by one and are counted.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from svdocs.errors import LimitExceeded
from svdocs.intake.containers import Container, drop_element, parse_xml, walk_xml
from svdocs.text.charts import read_chart
from svdocs.text.docx_styles import local_name, whole
from svdocs.text.xlsx_formats import BUILT_IN, format_value, hides_text, shows_nothing

MAX_SHEETS = 200
MAX_CELLS = 500_000
MAX_ROWS = 2_000_000
MAX_CHARACTERS = 10_000_000
ROWS_A_MESSAGE = 10_000
MAX_MERGED = 50_000
MAX_COLUMN = 16_384
MAX_ROW = 1_048_576
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
SMALLEST_PRINT = 4.0
"""Letters under this many points cannot be read on paper."""
SMALLEST_CONTRAST = 20
"""Letters whose colour differs by no more than this from the cell's in each channel of 0-255 cannot be seen."""
LOWEST_ROW = 2.0
"""A row lower than this many points shows nothing."""
NARROWEST_COLUMN = 0.2
"""A column narrower than this many letters shows nothing."""
_SHEET_TAGS = ("c", "row", "col", "mergeCell", "sheetFormatPr", "dataValidation", "headerFooter")
_RUNNING_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d+|[A-Z])')
_PLAIN_NAME = re.compile(r"[^\W\d]\w*\Z")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell that holds something: its place from 1, its text as shown, and how it looks."""

    row: int
    column: int
    text: str
    number: bool = False
    bold: bool = False
    filled: bool = False
    hidden: bool = False

    @property
    def place(self) -> str:
        """Its place in the sheet, such as ``C14``."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(slots=True)
class Sheet:
    """A sheet: its cells in reading order, and what lies over them."""

    name: str
    hidden: bool = False
    cells: list[SheetCell] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged areas as first row, first column, last row, last column."""
    header_rows: set[int] = field(default_factory=set)
    """Rows that a table object of the workbook marks as its header."""
    comments: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    """Heads and feet that are printed on each page."""
    uncalculated: int = 0

    def reference(self, place: str) -> str:
        """Return a place in this sheet as a formula would name it."""
        plain = _PLAIN_NAME.match(self.name)
        return f"{self.name}!{place}" if plain else "'" + self.name.replace("'", "''") + f"'!{place}"


@dataclass(frozen=True, slots=True)
class _Form:
    """A cell format: number format and looks."""

    code: str = "General"
    bold: bool = False
    filled: bool = False
    unseen: bool = False
    hides_text: bool = False


class Workbook:
    """The parts of a workbook and how they refer to one another."""

    def __init__(self, container: Container, on_page: Callable[[int, int], None] | None = None) -> None:
        self._container = container
        self._on_page = on_page
        self._sheet = 0
        self._main = next((t for k, t in self._relations("").values() if k == "officeDocument"), "xl/workbook.xml")
        root = self._root(self._main)
        properties = next((e for e in root.iterchildren() if local_name(e) == "workbookPr"), None)
        self._from_1904 = properties is not None and properties.get("date1904") in ("1", "true", "on")
        self._entries = list(root.iter("{*}sheet"))
        if len(self._entries) > MAX_SHEETS:
            raise LimitExceeded(f"The workbook has {len(self._entries)} sheets; the limit is {MAX_SHEETS}. Split it.")
        relations = self._relations(self._main)
        by_kind = dict(relations.values())
        self._strings = self._read_strings(by_kind.get("sharedStrings"))
        self._forms = self._read_forms(by_kind.get("styles"))
        self._targets = {i: t for i, (k, t) in relations.items() if k in ("worksheet", "chartsheet")}
        self._cells = self._rows = self._characters = 0
        self.names = container.names

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets in the order of their tabs.

        Raises:
            CannotRead: a part is broken, or the workbook holds more than the limits allow.
        """
        for entry in self._entries:
            identifier = next((str(v) for k, v in entry.attrib.items() if str(k).endswith("}id")), "")
            sheet = Sheet(entry.get("name") or "Sheet", hidden=entry.get("state") in ("hidden", "veryHidden"))
            target = self._targets.get(identifier)
            if target is None or target not in self._container:
                continue
            self._tell_progress()
            self._fill(sheet, target)
            yield sheet
            self._sheet += 1

    # One sheet

    def _fill(self, sheet: Sheet, part: str) -> None:
        hidden_columns: list[tuple[int, int]] = []
        row, column = 0, 0
        hidden_default = False
        data = self._container.read(part)
        for element in walk_xml(data, part, *_SHEET_TAGS):
            match local_name(element):
                case "c":
                    place = parse_place(element.get("r") or "")
                    above = element.getparent()
                    row, column = place or (self._row_number(above, row + 1 if column == 0 else row), column + 1)
                    unseen = _is_hidden_row(above, hidden_default) or any(a <= column <= b for a, b in hidden_columns)
                    self._add_cell(sheet, element, row, column, unseen)
                    drop_element(element)
                case "row":
                    self._count_row()
                    row, column = self._row_number(element, row if column else row + 1), 0
                    drop_element(element)
                case "sheetFormatPr":
                    hidden_default = element.get("zeroHeight") in ("1", "true")
                case "col" if element.get("hidden") in ("1", "true") or _is_flat(
                    element.get("width"), NARROWEST_COLUMN
                ):
                    hidden_columns.append((whole(element.get("min")) or 0, whole(element.get("max")) or 0))
                case "mergeCell" if len(sheet.merged) < MAX_MERGED:
                    sheet.merged.extend(parse_area(element.get("ref") or ""))
                case "dataValidation":
                    prompt = " ".join(filter(None, (element.get("promptTitle"), element.get("prompt"))))
                    self._note(sheet.comments, re.split(r"[\s:]", element.get("sqref") or "")[0], clean_string(prompt))
                case "headerFooter":
                    texts = (running_text(_letters(e)) for e in element.iterchildren())
                    sheet.running.extend(text for text in dict.fromkeys(texts) if text)
        self._fill_from_relations(sheet, part)

    def _row_number(self, row: etree._Element | None, otherwise: int) -> int:
        number = whole(row.get("r")) if row is not None else None
        return min(number or otherwise, MAX_ROW)

    def _add_cell(self, sheet: Sheet, element: etree._Element, row: int, column: int, unseen: bool) -> None:
        style = whole(element.get("s")) or 0
        form = self._forms[style] if 0 <= style < len(self._forms) else _Form()
        text, is_number = self._cell_text(sheet, element, form)
        if not text.strip():
            return
        self._cells += 1
        self._characters += len(text)
        if self._cells > MAX_CELLS:
            raise LimitExceeded(f"The workbook has more than {MAX_CELLS:,} filled cells, the limit; split it.")
        if self._characters > MAX_CHARACTERS:
            raise LimitExceeded(f"The workbook holds more than {MAX_CHARACTERS:,} letters, the limit; split it.")
        unseen = unseen or form.unseen or (form.hides_text and not is_number)
        sheet.cells.append(SheetCell(row, min(column, MAX_COLUMN), text, is_number, form.bold, form.filled, unseen))

    def _cell_text(self, sheet: Sheet, element: etree._Element, form: _Form) -> tuple[str, bool]:
        """Return a cell's text as shown, and whether it is a number."""
        value: str | None = None
        formula = False
        inline = ""
        for one in element.iterchildren():
            match local_name(one):
                case "v":
                    value = one.text
                case "f":
                    formula = True
                case "is":
                    inline = string_text(one)
        kind = element.get("t") or "n"
        if kind == "inlineStr":
            return clean_string(inline), False
        if value is None:
            sheet.uncalculated += formula
            return "", False
        if kind == "s":
            index = whole(value)
            return (self._strings[index] if index is not None and 0 <= index < len(self._strings) else ""), False
        if kind == "b":
            return ("TRUE" if value.strip() == "1" else "FALSE"), False
        if kind in ("str", "e", "d"):
            return clean_string(value), False
        try:
            return format_value(float(value), form.code, from_1904=self._from_1904), True
        except ValueError:
            return clean_string(value), False

    def _fill_from_relations(self, sheet: Sheet, part: str) -> None:
        for kind, target in self._relations(part).values():
            if target not in self._container:
                continue
            if kind == "table":
                root = self._root(target)
                area = next(iter(parse_area(root.get("ref") or "")), None)
                if area and root.get("headerRowCount") != "0":
                    sheet.header_rows.add(area[0])
            elif kind == "comments":
                for comment in self._root(target).iter("{*}comment"):
                    texts = [string_text(t) for t in comment.iterchildren() if local_name(t) == "text"]
                    self._note(sheet.comments, comment.get("ref") or "", "".join(texts))
            elif kind == "drawing":
                for body in self._root(target).iter("{*}txBody"):
                    lines = ["".join(t.text or "" for t in p.iter("{*}t")) for p in body.iter("{*}p")]
                    text = "\n".join(x for x in lines if x.strip())
                    if text:
                        self._add_box(sheet, text)
                for chart_kind, chart in self._relations(target).values():
                    if chart_kind == "chart" and chart in self._container:
                        for title in read_chart(self._root(chart)).titles:
                            self._add_box(sheet, title)

    def _add_box(self, sheet: Sheet, text: str) -> None:
        self._characters += len(text)
        sheet.boxes.append(text)

    def _note(self, comments: list[tuple[str, str]], place: str, text: str) -> None:
        if text.strip() and len(comments) < MAX_CELLS:
            self._characters += len(text)
            comments.append((place[:12], text.strip()))

    def _tell_progress(self) -> None:
        if self._on_page is not None:
            self._on_page(self._sheet, len(self._entries))

    def _count_row(self) -> None:
        self._rows += 1
        if self._rows % ROWS_A_MESSAGE == 0:
            self._tell_progress()
        if self._rows > MAX_ROWS:
            raise LimitExceeded(f"The workbook has more than {MAX_ROWS:,} rows, the limit; split it.")

    # Shared parts

    def _read_strings(self, part: str | None) -> list[str]:
        if part is None or part not in self._container:
            return []
        strings: list[str] = []
        letters = 0
        for element in walk_xml(self._container.read(part), part, "si"):
            text = clean_string(string_text(element))
            letters += len(text)
            strings.append(text)
            if letters > MAX_CHARACTERS or len(strings) > 2 * MAX_CELLS:
                raise LimitExceeded(f"The workbook holds more than {MAX_CHARACTERS:,} letters, the limit; split it.")
            drop_element(element)
        return strings

    def _read_forms(self, part: str | None) -> list[_Form]:
        if part is None or part not in self._container:
            return []
        root = self._root(part)
        codes = {whole(e.get("numFmtId")): e.get("formatCode") or "General" for e in root.iter("{*}numFmt")}
        groups = {local_name(e): list(e.iterchildren()) for e in root.iterchildren()}
        fonts, fills = groups.get("fonts", []), groups.get("fills", [])
        forms = []
        for entry in groups.get("cellXfs", [])[:65_536]:
            number = whole(entry.get("numFmtId")) or 0
            code = codes.get(number) or BUILT_IN.get(number, "General")
            font = _at(fonts, whole(entry.get("fontId")))
            fill = _at(fills, whole(entry.get("fillId")))
            filled = fill is not None and _is_coloured(fill)
            bold = font is not None and _is_bold(font)
            unseen = shows_nothing(code) or (font is not None and not _can_be_seen(font, fill if filled else None))
            forms.append(_Form(code, bold, filled, unseen, hides_text(code)))
        return forms

    def _root(self, part: str) -> etree._Element:
        return parse_xml(self._container.read(part), part)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the references from a part to others inside the file: kind and name by identifier."""
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        found: dict[str, tuple[str, str]] = {}
        if name in self._container:
            for e in self._root(name).iterchildren():
                target = e.get("Target") or ""
                if e.get("TargetMode") != "External":
                    path = (
                        target.lstrip("/")
                        if target.startswith("/")
                        else posixpath.normpath(posixpath.join(folder, target))
                    )
                    found[e.get("Id") or f"#{len(found)}"] = ((e.get("Type") or "").rpartition("/")[2], path)
        return found


def _is_hidden_row(row: etree._Element | None, otherwise: bool) -> bool:
    if row is None:
        return otherwise
    hidden = row.get("hidden")
    return _is_flat(row.get("ht"), LOWEST_ROW) or (otherwise if hidden is None else hidden in ("1", "true"))


def _is_hidden_column(column: etree._Element) -> bool:
    return column.get("hidden") in ("1", "true") or _is_flat(column.get("width"), NARROWEST_COLUMN)


def _is_flat(measure: str | None, least: float) -> bool:
    """Say whether a row's height or a column's width is given and too small to show a letter."""
    try:
        return measure is not None and float(measure) < least
    except ValueError:
        return False


def parse_place(text: str) -> tuple[int, int] | None:
    """Return row and column of a place in a sheet, from 1, or None.

    >>> parse_place("C14"), parse_place("$AA$1"), parse_place("14C")
    ((14, 3), (1, 27), None)
    """
    found = _REFERENCE.match(text.upper())
    if not found:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    row = int(found.group(2))
    return (row, column) if 1 <= row <= MAX_ROW and column <= MAX_COLUMN else None


def parse_area(text: str) -> list[tuple[int, int, int, int]]:
    """Return the area that a reference names, as a list of one, or none.

    >>> parse_area("A1:C2"), parse_area("?")
    ([(1, 1, 2, 3)], [])
    """
    first, _, last = text.partition(":")
    start, end = parse_place(first), parse_place(last or first)
    return [(*start, *end)] if start and end else []


def running_text(code: str) -> str:
    """Return what a printed head or foot says, without its codes.

    >>> running_text('&L&"Arial,Bold"&12Brightwater Ltd&CPage &P of &N')
    'Brightwater Ltd'
    >>> running_text("&LJ && Sons Ltd")
    'J & Sons Ltd'
    """
    parts = (_RUNNING_CODE.sub("", part) for part in re.split(r"&[LCR]", code.replace("&&", "\0")))
    shown = (" ".join(part.replace("\0", "&").split()) for part in parts)
    return " | ".join(p for p in shown if re.search(r"[^\W\d_]{2}", p) and not re.fullmatch(r"[Pp]age(?: of)?", p))


def column_letters(column: int) -> str:
    """Return a column's letters.

    >>> column_letters(3), column_letters(27), column_letters(16384)
    ('C', 'AA', 'XFD')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def string_text(element: etree._Element) -> str:
    """Return the text of a string item with its differently formatted runs, without reading aids for other scripts."""
    parts = []
    for one in element.iterchildren():
        match local_name(one):
            case "t":
                parts.append(_letters(one))
            case "r":
                parts.extend(_letters(t) for t in one.iterchildren() if local_name(t) == "t")
    return "".join(parts)


def clean_string(text: str) -> str:
    """Return a cell's string with Excel's escapes undone.

    >>> clean_string("one_x000D_two")
    'one two'
    """
    text = _ESCAPED.sub(lambda m: _unescaped(int(m.group(1), 16)), text)
    return text.replace("\r\n", "\n").replace("\r", " ")


def _letters(element: etree._Element) -> str:
    return "".join(str(t) for t in element.itertext())


def _unescaped(code: int) -> str:
    return " " if code < 32 or 0xD800 <= code <= 0xDFFF else chr(code)


def _at(items: list[etree._Element], index: int | None) -> etree._Element | None:
    return items[index] if index is not None and 0 <= index < len(items) else None


def _is_bold(font: etree._Element) -> bool:
    return any(local_name(e) == "b" and e.get("val") not in ("0", "false") for e in font.iterchildren())


def _can_be_seen(font: etree._Element, fill: etree._Element | None) -> bool:
    """Say whether letters of this font can be seen on this fill; None is the white of the sheet."""
    size = next((e.get("val") for e in font.iterchildren() if local_name(e) == "sz"), None)
    if _is_flat(size, SMALLEST_PRINT):
        return False
    if fill is None:
        return not _is_white(font)
    letters = next((e for e in font.iterchildren() if local_name(e) == "color"), None)
    pattern = next((e for e in fill.iterchildren()), None)
    if letters is None or pattern is None or pattern.get("patternType") != "solid":
        return True
    ground = next((e for e in pattern.iterchildren() if local_name(e) == "fgColor"), None)
    return ground is None or not _is_alike(letters, ground)


def _is_alike(one: etree._Element, other: etree._Element) -> bool:
    """Say whether two colours can hardly be told apart."""
    first, second = one.get("rgb") or "", other.get("rgb") or ""
    if _is_hex(first) and _is_hex(second):
        return all(abs(int(first[i : i + 2], 16) - int(second[i : i + 2], 16)) <= SMALLEST_CONTRAST for i in (2, 4, 6))
    return any(
        one.get(name) is not None and one.get(name) == other.get(name) and one.get("tint") == other.get("tint")
        for name in ("theme", "indexed")
    )


def _is_white(font: etree._Element) -> bool:
    colour = next((e for e in font.iterchildren() if local_name(e) == "color"), None)
    if colour is None:
        return False
    rgb = colour.get("rgb") or ""
    near_white = len(rgb) == 8 and all(int(rgb[i : i + 2], 16) >= 235 for i in (2, 4, 6)) if _is_hex(rgb) else False
    return near_white or colour.get("indexed") in ("1", "9") or (colour.get("theme") == "0" and not colour.get("tint"))


def _is_coloured(fill: etree._Element) -> bool:
    pattern = next((e for e in fill.iterchildren()), None)
    if pattern is None:
        return False
    if local_name(pattern) == "gradientFill":
        return True
    if pattern.get("patternType") in (None, "none"):
        return False
    colour = next((e for e in pattern.iterchildren() if local_name(e) == "fgColor"), None)
    if colour is None:
        return pattern.get("patternType") != "solid"
    rgb = colour.get("rgb") or ""
    if _is_hex(rgb):
        return rgb[-6:].upper() != "FFFFFF"
    return not (colour.get("theme") == "0" and not colour.get("tint")) and colour.get("indexed") not in ("1", "9")


def _is_hex(rgb: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Fa-f]{8}", rgb))
