# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Documents whose every word, cell and place is known, made by several programs."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from svdocs.text.document import Box

NOUNS = [
    "apprentices",
    "residents",
    "schools",
    "volunteers",
    "partners",
    "suppliers",
    "colleges",
    "families",
    "gardens",
    "neighbourhoods",
    "carers",
    "drivers",
    "kitchens",
    "libraries",
    "pathways",
    "engineers",
    "mentors",
    "charities",
    "wards",
    "parks",
    "workshops",
    "vehicles",
    "jobseekers",
    "trainees",
]
VERBS = [
    "support",
    "recruit",
    "train",
    "welcome",
    "visit",
    "mentor",
    "employ",
    "fund",
    "repair",
    "plant",
    "host",
    "coach",
    "supply",
    "equip",
    "advise",
]
PLACES = [
    "Ashford",
    "Swale",
    "Medway",
    "Thanet",
    "Dover",
    "Canterbury",
    "Maidstone",
    "Gravesham",
    "Sevenoaks",
    "Tonbridge",
    "Dartford",
]
ENDS = (
    "by March 2028", "each year", "at a cost of £12,500", "within 20 miles", "before the contract ends", "in line with clause 4.2",
    "for at least 26 weeks", "on top of our usual work", "with 30% less carbon", "across all five wards",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table's header and its rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Truth:
    """What a document says, in the order in which it is read.

    Attributes:
        pieces: headings, paragraphs, list items and rows, in order; a row's cells are joined by spaces.
        aside: pieces that may stand before or after the rest, such as a side bar.
        tables: its tables.
        words: its words with page and box, where the places are known.
    """

    pieces: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    words: list[tuple[str, int, Box]] = field(default_factory=list)

    def add_table(self, table: Table) -> None:
        self.tables.append(table)
        self.pieces += [" ".join(row) for row in (table.header, *table.rows)]


@dataclass(frozen=True, slots=True)
class Made:
    """A document with its truth."""

    name: str
    kind: str
    file_name: str
    data: bytes
    truth: Truth


# ---------------------------------------------------------------- words
def sentence(dice: random.Random) -> str:
    text = (
        f"We will {dice.choice(VERBS)} {dice.randrange(2, 400)} {dice.choice(NOUNS)} and {dice.choice(NOUNS)} in "
        f"{dice.choice(PLACES)} {dice.choice(ENDS)}."
    )
    return text.replace("in line", "and, as agreed, in line") if dice.random() < 0.2 else text


def prose(dice: random.Random, sentences: int) -> str:
    return " ".join(sentence(dice) for _ in range(sentences))


def table(dice: random.Random, rows: int, long: bool = False) -> Table:
    header = ("Measure", "Unit", "Target", "When it is due")
    body = tuple(
        (
            f"{dice.choice(NOUNS).capitalize()} {dice.choice(VERBS)}ed" + (f" through {dice.choice(NOUNS)} in {dice.choice(PLACES)}" if long else ""),
            dice.choice(("hours", "people", "£", "tonnes")),
            f"{dice.randrange(1, 9000):,}",
            f"{dice.choice(('March', 'June', 'October'))} 20{dice.randrange(27, 33)}",
        )
        for _ in range(rows)
    )  # fmt: skip
    return Table(header, body)


# ---------------------------------------------------------------- reportlab, with known places
@dataclass(slots=True)
class Column:
    """A column of a page that words are set into, each word's place noted."""

    sheet: Sheet
    left: float
    width: float
    at: float

    def write(
        self, text: str, size: float = 10.5, font: str = "Helvetica", indent: float = 0, into: list[str] | None = None
    ) -> None:
        """Set a text into lines and note it as read; a column that is full goes on at the sheet's next."""
        (self.sheet.truth.pieces if into is None else into).append(text)
        space = stringWidth(" ", font, size)
        line: list[str] = []
        for word in [*text.split(" "), None]:
            wide = stringWidth(" ".join([*line, word]), font, size) if word is not None else 0
            if line and (word is None or wide > self.width - indent):
                self._set(line, size, font, indent, space)
                line = []
            if word is not None:
                line.append(word)
        self.at -= 0.5 * size

    def _set(self, line: Sequence[str], size: float, font: str, indent: float, space: float) -> None:
        self.at -= 1.3 * size
        x = self.left + indent
        self.sheet.canvas.setFont(font, size)
        self.sheet.canvas.drawString(x, self.at, " ".join(line))
        for word in line:
            wide = stringWidth(word, font, size)
            self.sheet.note(word, x, self.at, wide, size)
            x += wide + space


class Sheet:
    """Pages drawn with reportlab, whose words' places are known."""

    def __init__(self, furniture: bool = True) -> None:
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=(595, 842), invariant=1)
        self.truth = Truth()
        self.page = 1
        self.furniture = furniture

    def note(self, word: str, x: float, y: float, wide: float, size: float) -> None:
        top = 842 - y
        self.truth.words.append((word, self.page, Box(x, top - 0.95 * size, x + wide, top + 0.3 * size)))

    def column(self, left: float = 60, width: float = 470, top: float = 780) -> Column:
        return Column(self, left, width, top)

    def end_page(self) -> None:
        if self.furniture:
            self.canvas.setFont("Helvetica", 8)
            self.canvas.drawString(60, 815, "Brightwater Ltd: social value response")
            self.canvas.drawString(280, 25, f"Page {self.page}")
        self.canvas.showPage()
        self.page += 1

    def done(self) -> tuple[bytes, Truth]:
        self.canvas.save()
        return self.buffer.getvalue(), self.truth

    def draw_table(
        self,
        made: Table,
        top: float,
        ruled: bool,
        widths: Sequence[float] = (190, 70, 70, 140),
        size: float = 9.5,
        faces: tuple[str, str] = ("Helvetica-Bold", "Helvetica"),
    ) -> float:
        """Draw a table, wrapping long cells, and return where it ends."""
        self.truth.add_table(made)
        y = top
        for n, row in enumerate((made.header, *made.rows)):
            font = faces[min(n, 1)]
            wrapped = [_wrap(text, font, size, wide - 8) for text, wide in zip(row, widths, strict=True)]
            height = 1.3 * size * max(map(len, wrapped)) + 6
            x = 60.0
            for lines, wide in zip(wrapped, widths, strict=True):
                self.canvas.setFont(font, size)
                for i, line in enumerate(lines):
                    base = y - 1.25 * size * (i + 1)
                    self.canvas.drawString(x + 4, base, line)
                    at = x + 4
                    for word in line.split(" "):
                        self.note(word, at, base, stringWidth(word, font, size), size)
                        at += stringWidth(word + " ", font, size)
                if ruled:
                    self.canvas.rect(x, y - height, wide, height)
                x += wide
            y -= height
        return y


def _wrap(text: str, font: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and stringWidth(lines[-1] + " " + word, font, size) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


FONTS = ("Helvetica", "Times-Roman", "Courier", "Helvetica")


def one_column(
    seed: int, pages: int = 2, furniture: bool = True, face: tuple[str, float] | None = None
) -> tuple[bytes, Truth]:
    dice, sheet = random.Random(seed), Sheet(furniture)
    font, size = face or (FONTS[seed % 4], 9.5 + seed % 4)
    for page in range(pages):
        column = sheet.column()
        column.write(f"{page + 1} Our offer to {dice.choice(PLACES)}", 16, "Helvetica-Bold")
        for part in range(3):
            column.write(prose(dice, 3), size, font)
            if part == 1:
                for _ in range(3):
                    sheet.canvas.setFont("Helvetica", size)
                    sheet.canvas.drawString(66, column.at - 1.3 * size, "•")
                    column.write(sentence(dice), size, font, indent=22)
        if seed % 3 == 0:
            foot = Column(sheet, 60, 470, 95)
            sheet.canvas.line(60, 92, 200, 92)
            foot.write(f"{page + 1} " + sentence(dice), 7.5, "Helvetica")
        sheet.end_page()
    return sheet.done()


def two_columns(
    seed: int, pages: int = 2, furniture: bool = True, face: tuple[str, float] | None = None
) -> tuple[bytes, Truth]:
    dice, sheet = random.Random(100 + seed), Sheet(furniture)
    font, size = face or (FONTS[seed % 2], 9 + seed % 3 / 2)
    for _ in range(pages):
        head = sheet.column()
        head.write(f"Social value in {dice.choice(PLACES)}", 16, "Helvetica-Bold")
        top = head.at - 8
        for left in (60, 310):
            column = sheet.column(left, 225, top)
            for _ in range(4):
                column.write(prose(dice, 2 + seed % 2), size, font)
        sheet.end_page()
    return sheet.done()


def side_bar(seed: int) -> tuple[bytes, Truth]:
    dice, sheet = random.Random(200 + seed), Sheet()
    sheet.canvas.setFillColorRGB(0.9, 0.93, 1)
    sheet.canvas.rect(400, 420, 140, 340, stroke=0, fill=1)
    sheet.canvas.setFillColorRGB(0, 0, 0)
    main = sheet.column(60, 310, 770)
    main.write("How we will do it", 15, "Helvetica-Bold")
    for _ in range(5):
        main.write(prose(dice, 3), 10)
    bar = sheet.column(408, 124, 752)
    bar.write("At a glance", 11, "Helvetica-Bold", into=sheet.truth.aside)
    for _ in range(4):
        bar.write(sentence(dice), 8.5, into=sheet.truth.aside)
    sheet.end_page()
    return sheet.done()


def with_tables(
    seed: int, ruled: bool, furniture: bool = True, face: tuple[str, float] | None = None
) -> tuple[bytes, Truth]:
    dice, sheet = random.Random((300 if ruled else 400) + seed), Sheet(furniture)
    font, size = face or ("Helvetica", 10.5)
    column = sheet.column()
    column.write("Targets", 15, "Helvetica-Bold")
    column.write(prose(dice, 2), size, font)
    faces = (f"{font}-Bold", font)
    end = sheet.draw_table(table(dice, 6 + seed, long=seed % 2 == 1), column.at - 10, ruled, size=size - 1, faces=faces)
    after = sheet.column(top=end - 16)
    after.write(prose(dice, 2), size, font)
    sheet.end_page()
    return sheet.done()


# ---------------------------------------------------------------- Word, workbook, LibreOffice, typst
def word_document(seed: int) -> tuple[bytes, Truth]:
    import docx

    dice, truth, made = random.Random(500 + seed), Truth(), docx.Document()

    def add(text: str, style: str | None = None) -> None:
        made.add_paragraph(text, style)
        truth.pieces.append(text)

    for part in range(2):
        add(f"Part {part + 1}: {dice.choice(PLACES)}", "Heading 1")
        add(prose(dice, 3))
        for _ in range(3):
            add(sentence(dice), "List Bullet" if seed % 2 else "List Number")
        one = table(dice, 4 + seed, long=seed % 2 == 0)
        grid = made.add_table(0, 4, "Table Grid")
        for row in (one.header, *one.rows):
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
        truth.add_table(one)
        add(prose(dice, 2))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue(), truth


def workbook(seed: int) -> tuple[bytes, Truth]:
    import openpyxl

    dice, truth, made = random.Random(600 + seed), Truth(), openpyxl.Workbook()
    made.remove(made.active)
    for part in range(1 + seed % 3):
        sheet = made.create_sheet(f"Lot {part + 1}")
        truth.pieces.append(sheet.title)
        one = table(dice, 8 + 4 * seed)
        for row in (one.header, *one.rows):
            sheet.append(row)
        truth.add_table(one)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue(), truth


def find_soffice() -> str | None:
    """Return LibreOffice's program, or None where it is not installed."""
    return shutil.which("soffice")


def printed(documents: Sequence[bytes]) -> list[bytes]:
    """Return Word files as PDF, printed by LibreOffice."""
    program = find_soffice()
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{i}.docx" for i in range(len(documents))]
        for name, data in zip(names, documents, strict=True):
            Path(folder, name).write_bytes(data)
        subprocess.run(
            [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", *names],
            cwd=folder, check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        return [Path(folder, f"{i}.pdf").read_bytes() for i in range(len(documents))]


def has_typst() -> bool:
    """Say whether the typesetter is installed."""
    import importlib.util

    return importlib.util.find_spec("typst") is not None


def typeset(seed: int) -> tuple[bytes, Truth]:
    import typst

    dice, truth = random.Random(700 + seed), Truth()
    lines = [
        f'#set page(columns: {1 + seed % 2}, numbering: "1")',
        f"#set par(justify: {'true' if seed > 1 else 'false'})",
    ]

    def escape(text: str) -> str:
        return "".join("\\" + c if c in "#$*_@<>`\\[]" else c for c in text)

    for part in range(2):
        title = f"Part {part + 1} for {dice.choice(PLACES)}"
        lines.append(f"\n= {title}\n")
        truth.pieces.append(title)
        for _ in range(3):
            text = prose(dice, 3)
            lines.append(escape(text) + "\n")
            truth.pieces.append(text)
        for _ in range(3):
            text = sentence(dice)
            lines.append("- " + escape(text))
            truth.pieces.append(text)
        if seed % 2 == 0:
            one = table(dice, 5)
            cells = ", ".join(f"[{escape(t)}]" for row in one.rows for t in row)
            head = ", ".join(f"[*{escape(t)}*]" for t in one.header)
            lines.append(f"\n#table(columns: 4, {head}, {cells})\n")
            truth.add_table(one)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bid.typ")
        path.write_text("\n".join(lines), encoding="utf-8")
        return typst.compile(str(path)), truth


# ---------------------------------------------------------------- scans
FREE_FONTS = {
    "DejaVuSans": "dejavu/DejaVuSans",
    "DejaVuSansCondensed": "dejavu/DejaVuSansCondensed",
    "DejaVuSansMono": "dejavu/DejaVuSansMono",
    "DejaVuSerif": "dejavu/DejaVuSerif",
    "DejaVuSerifCondensed": "dejavu/DejaVuSerifCondensed",
    "LiberationMono": "liberation/LiberationMono-Regular",
    "LiberationSans": "liberation/LiberationSans-Regular",
    "LiberationSansNarrow": "liberation/LiberationSansNarrow-Regular",
    "LiberationSerif": "liberation/LiberationSerif-Regular",
}
"""Fonts that Debian's packages fonts-dejavu and fonts-liberation hold, by the name under which they are set."""
FONT_FOLDER = Path("/usr/share/fonts/truetype")


def use_free_fonts() -> bool:
    """Make the free fonts known to reportlab, each with its bold cut; say whether all are installed."""
    files = {name: FONT_FOLDER / f"{path}.ttf" for name, path in FREE_FONTS.items()}
    files |= {
        f"{name}-Bold": path.with_name(f"{path.stem.removesuffix('-Regular')}-Bold.ttf") for name, path in files.items()
    }
    if not all(path.exists() for path in files.values()):
        return False
    for name, path in files.items():
        registerFont(TTFont(name, path))
    return True


SHAPES: dict[str, Callable[[int, tuple[str, float]], tuple[bytes, Truth]]] = {
    "one column": lambda seed, face: one_column(seed, 1, False, face),
    "two columns": lambda seed, face: two_columns(seed, 1, False, face),
    "ruled table": lambda seed, face: with_tables(seed, True, False, face),
    "borderless table": lambda seed, face: with_tables(seed, False, False, face),
}
"""What a sheet that is scanned holds."""
SHEETS: tuple[tuple[str, str, float], ...] = (
    ("one column", "Helvetica", 9.5), ("one column", "Times-Roman", 10.5), ("one column", "Courier", 11.5),
    ("one column", "DejaVuSans", 9), ("one column", "DejaVuSerif", 10), ("one column", "DejaVuSansMono", 9),
    ("one column", "LiberationSansNarrow", 10), ("one column", "LiberationMono", 12),
    ("one column", "DejaVuSerifCondensed", 9), ("two columns", "LiberationSerif", 10),
    ("two columns", "LiberationSans", 9), ("two columns", "DejaVuSansCondensed", 9),
    ("two columns", "LiberationMono", 9), ("ruled table", "LiberationSans", 10), ("ruled table", "LiberationSerif", 12),
    ("ruled table", "LiberationSansNarrow", 11), ("borderless table", "LiberationSans", 11),
    ("borderless table", "LiberationSerif", 11), ("borderless table", "DejaVuSansCondensed", 9),
)  # fmt: skip
"""What each scanned sheet holds, in which font and size."""


def scans() -> Iterator[tuple[str, str, Maker]]:
    """Yield name, kind and maker of each scan, first the clean ones; only those in fonts that are installed."""
    installed = use_free_fonts()
    sheets = [sheet for sheet in SHEETS if installed or sheet[1] not in FREE_FONTS]
    for noisy in (False, True):
        for i, (shape, font, size) in enumerate(sheets):
            kind = "noisy scan" if noisy else "clean scan"
            kind += f", {shape}" if "table" in shape else ""
            yield (
                f"{'noisy' if noisy else 'clean'} scan: {shape}, {font} {size:g}",
                kind,
                partial(scan_of, shape, (font, size), noisy, i),
            )


def scan_of(shape: str, face: tuple[str, float], noisy: bool, seed: int) -> tuple[bytes, Truth]:
    data, truth = SHAPES[shape](20 + seed if shape == "one column" else seed % 7, face)
    return scanned(data, noisy, seed), Truth(truth.pieces, tables=truth.tables)


def scanned(data: bytes, noisy: bool, seed: int) -> bytes:
    """Return a picture of a file's first page at 300 dots an inch; a noisy one is turned, blurred and speckled."""
    from svdocs.text.pdf import render_page

    picture = render_page(data, 1, 300 / 72).convert("L")
    if noisy:
        turn = (0.7, -1.1, 1.6, -0.5)[seed % 4]
        picture = picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        picture = picture.filter(ImageFilter.GaussianBlur(1.2))
        grain = np.random.default_rng(seed).normal(0, 18, (picture.height, picture.width))
        picture = Image.fromarray(np.clip(np.asarray(picture) * 0.9 + 12 + grain, 0, 255).astype(np.uint8))
    stream = io.BytesIO()
    picture.save(stream, "PNG", dpi=(300, 300))
    return stream.getvalue()


# ---------------------------------------------------------------- all
Maker = Callable[[], tuple[bytes, Truth]]


def born_digital() -> Iterator[tuple[str, str, str, Maker]]:
    """Yield name, kind, file name and maker of each document that needs no other program."""
    for i in range(8):
        yield f"one column {i}", "one column", "bid.pdf", partial(one_column, i)
    for i in range(6):
        yield f"two columns {i}", "two columns", "bid.pdf", partial(two_columns, i)
    for i in range(4):
        yield f"side bar {i}", "side bar", "bid.pdf", partial(side_bar, i)
    for i in range(6):
        yield f"ruled table {i}", "ruled table", "bid.pdf", partial(with_tables, i, True)
    for i in range(4):
        yield f"borderless table {i}", "borderless table", "bid.pdf", partial(with_tables, i, False)
    for i in range(6):
        yield f"Word {i}", "Word", "bid.docx", partial(word_document, i)
    for i in range(4):
        yield f"workbook {i}", "workbook", "toms.xlsx", partial(workbook, i)


def all_made() -> Iterator[Made]:
    """Yield every document, one after another."""
    for name, kind, file_name, make in born_digital():
        yield Made(name, kind, file_name, *make())
    if has_typst():
        for i in range(4):
            yield Made(f"typst {i}", "typst", "bid.pdf", *typeset(i))
    if find_soffice():
        documents = [word_document(i) for i in range(4)]
        for i, data in enumerate(printed([d for d, _ in documents])):
            yield Made(f"LibreOffice {i}", "LibreOffice", "bid.pdf", data, documents[i][1])
    for name, kind, make in scans():
        yield Made(name, kind, "scan.png", *make())
