"""An authority's own measures: a workbook, read as any stranger's file, becomes a framework of the catalogue.

The workbook holds one measure a row under headings that name at least a code, a title and a unit; theme, description
and proxy value may be there too. Headings are recognised loosely, since no two authorities word them alike. What is
made is the same TOML as the shipped catalogue and is checked by the same code, so it gives suggestions at once.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from svdocs.errors import UsageError
from svdocs.frameworks.framework import Framework
from svdocs.frameworks.load import CATALOGUE_FOLDER, Entry, build_framework, load_frameworks
from svdocs.statements.statement import Unit
from svdocs.text.document import Block, BlockKind, Cell, Document

FILE = "framework.toml"
MAX_MEASURES = 2_000
MAX_CODE = 40
MAX_TEXT = 2_000
SHOWN_FAULTS = 20
EXAMPLES_OF_A_THEME = 30
MAX_KEY = 60


class Column(StrEnum):
    """What a column of the workbook holds."""

    code = "code"
    measure = "title"
    unit = "unit"
    theme = "theme"
    description = "description"
    value = "proxy value"


NEEDED = (Column.code, Column.measure, Column.unit)
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.code: ("measure code", "measure ref", "toms ref", "tom ref", "code", "reference", "ref", "id", "no"),
    Column.measure: ("measure title", "measure name", "title", "measure", "indicator", "kpi", "name"),
    Column.unit: ("unit of measurement", "unit of measure", "measured in", "units", "unit"),
    Column.theme: ("theme", "parent", "priority", "outcome", "category", "group"),
    Column.description: ("description", "definition", "guidance", "details", "explanation", "rationale"),
    Column.value: ("proxy value", "financial proxy", "proxy", "unit value", "value per unit", "value"),
}
"""What the heading of each column may be called, the surest names first."""

_UNIT_WORDS: tuple[tuple[Unit, str], ...] = (
    (Unit.fte, r"\bfte\b|full[- ]time equivalent"),
    (Unit.tco2e, r"co2|carbon"),
    (Unit.hours, r"\bhours?\b|\bhrs?\b"),
    (Unit.weeks, r"\bweeks?\b|\bwks?\b"),
    (Unit.days, r"\bdays?\b"),
    (Unit.gbp, r"£|\bgbp\b|\bpounds?\b|\bspend\b|\bsterling\b"),
    (Unit.percent, r"%|\bper ?cent\b|\bpercentage\b"),
    (Unit.kg, r"\bkgs?\b|\bkilograms?\b"),
    (Unit.tonnes, r"\btonnes?\b|\btons?\b"),
    (Unit.miles, r"\bmiles?\b"),
    (Unit.km, r"\bkms?\b|\bkilomet\w+"),
    (Unit.trees, r"\btrees?\b"),
    (Unit.schools, r"\bschools?\b"),
    (Unit.organisations, r"\borgani[sz]ations?\b|\bbusiness(?:es)?\b|\bm?smes?\b|\bvcses?\b|\bcharit\w+|\bcompan\w+"),
    (Unit.devices, r"\bdevices?\b|\blaptops?\b|\bcomputers?\b"),
    (Unit.vehicles, r"\bvehicles?\b"),
    (Unit.meals, r"\bmeals?\b"),
    (Unit.sessions, r"\bsessions?\b|\bworkshops?\b"),
    (Unit.events, r"\bevents?\b"),
    (Unit.people, r"\bpeople\b|\bpersons?\b|\bemployees?\b|\bindividuals?\b|\bresidents?\b|\bapprentices?\b|\bstaff\b"
                  r"|\bplacements?\b|\bstudents?\b|\bheads?\b|\bheadcount\b"),
    (Unit.items, r"\bitems?\b|\bnumber\b|\bno\b|\bcount\b|\bquantity\b|\b(?:yes|no)/"),
)  # fmt: skip
_COMMON_WORDS = frozenset(
    re.findall(
        r"\w+",
        "about above after also amount annual another area areas available based been before being below between both "
        "contract contractor delivered delivery each from given have including into local made measure more "
        "most number "
        "only other over part people per percentage place provided provider service services staff such supplier "
        "support than that their them they this those through total under used using value where which while will with "
        "within work working would year years your",
    )
)
_STATED_IN: Mapping[Unit, tuple[Unit, ...]] = {
    Unit.fte: (Unit.fte, Unit.people),
    Unit.weeks: (Unit.weeks, Unit.people),
    Unit.hours: (Unit.hours, Unit.days),
    Unit.days: (Unit.days, Unit.hours),
    Unit.tco2e: (Unit.tco2e, Unit.percent, Unit.tonnes),
    Unit.tonnes: (Unit.tonnes, Unit.kg, Unit.percent),
    Unit.gbp: (Unit.gbp, Unit.percent),
    Unit.miles: (Unit.miles, Unit.km),
    Unit.km: (Unit.km, Unit.miles),
}
"""The units in which bidders state what a measure counts in another: eight apprentices, where it counts weeks."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of the workbook, as written; `unit` is a unit of statements or else a name of its own."""

    code: str
    title: str
    unit: str
    unit_label: str
    theme: str
    description: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What the authority says of its framework.

    Attributes:
        key: the framework's name in records and on the command line.
        title, edition, publisher: as they are to be shown.
        licence: on what terms the wording and values may be used.
    """

    key: str
    title: str
    edition: str
    publisher: str
    licence: str


def key_of(title: str) -> str:
    """Return a key for a framework of this title.

    >>> key_of("Anytown TOMs, 2026/27")
    'anytown-toms-2026-27'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:MAX_KEY].strip("-")


def read_measures(document: Document) -> list[MeasureRow]:
    """Return the measures of a workbook, in its order.

    Args:
        document: the workbook as the readers gave it.

    Raises:
        UsageError: no headings are found, or rows cannot be used; each fault is named with its cell.
    """
    if document.problems:
        raise UsageError(f"{document.name}: {document.problems[0].message}")
    rows = [b for b in document.blocks if b.kind is BlockKind.table_row]
    tables = list(_tables_of_measures(document, rows))
    if not tables:
        raise UsageError(
            f"{document.name}: no row holds headings for {', '.join(NEEDED)}; put them above the measures, such as "
            '"Code", "Measure" and "Unit".'
        )
    faults: list[str] = []
    found: list[MeasureRow] = []
    places: dict[str, str] = {}
    for columns, table in tables:
        theme = ""
        for row in table:
            values = {c: _read_cell(document, row, i) for c, i in columns.items()}
            if not any(text for text, _ in values.values()):
                continue
            theme = values[Column.theme][0] or theme if Column.theme in values else ""
            measure, wrong = _check_row(values, theme, document.location_of(row.span).cell or "a row")
            faults += wrong
            if measure and measure.code in places:
                where = places[measure.code]
                faults.append(
                    f"{values[Column.code][1]}: the code {measure.code} stands in {where} too; give each its own."
                )
            elif measure:
                places[measure.code] = values[Column.code][1]
                found.append(measure)
    if not faults and not found:
        raise UsageError(f"{document.name}: there are headings and no measures beneath them; add a row for each.")
    if len(found) > MAX_MEASURES:
        faults.append(
            f"{len(found):,} measures are more than the {MAX_MEASURES:,} that one framework may have; split it."
        )
    if faults:
        more = [f"and {len(faults) - SHOWN_FAULTS} more."] if len(faults) > SHOWN_FAULTS else []
        raise UsageError("\n".join([f"{document.name}: nothing was imported.", *faults[:SHOWN_FAULTS], *more]))
    return found


def _tables_of_measures(document: Document, rows: Sequence[Block]) -> Iterator[tuple[dict[Column, int], list[Block]]]:
    """Yield each run of rows below headings that name the needed columns, with the columns' places."""
    columns: dict[Column, int] | None = None
    table: list[Block] = []
    sheet: tuple[str, ...] = ()
    for row in rows:
        named = find_columns([document.quote(c.span) for c in row.cells])
        if set(NEEDED) <= set(named):
            if columns:
                yield columns, table
            columns, table, sheet = named, [], row.section
        elif columns and row.section == sheet:
            table.append(row)
    if columns:
        yield columns, table


def find_columns(headings: Sequence[str]) -> dict[Column, int]:
    """Return which column stands where, by its heading; the surest name of each kind wins.

    >>> find_columns(["Ref", "Theme", "Measure title", "Unit of measure", "Proxy (£)"])
    {<Column.code: 'code'>: 0, <Column.measure: 'title'>: 2, <Column.unit: 'unit'>: 3, <Column.theme: 'theme'>: 1, \
<Column.value: 'proxy value'>: 4}
    """
    folded = [" ".join(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", " ", h.lower()))) for h in headings]
    found: dict[Column, int] = {}
    for exactly in (True, False):
        for column, names in HEADINGS.items():
            if column in found:
                continue
            for name in names:
                places = [
                    i
                    for i, heading in enumerate(folded)
                    if i not in found.values() and _is_heading(name, heading, exactly=exactly)
                ]
                if places:
                    found[column] = places[0]
                    break
    return {c: found[c] for c in Column if c in found}


def _is_heading(name: str, heading: str, *, exactly: bool) -> bool:
    if exactly:
        return heading == name
    # A heading is a few words; a sentence that happens to hold "measure" is none.
    return len(heading.split()) <= 6 and len(name) > 2 and re.search(rf"\b{name}\b", heading) is not None


def _read_cell(document: Document, row: Block, place: int) -> tuple[str, str]:
    """Return a cell's text and where it stands; an empty cell stands where its row does."""
    cells = row.cells
    here = document.location_of(row.span).cell or "a row"
    if place >= len(cells):
        return "", here
    cell: Cell = cells[place]
    text = " ".join(document.quote(cell.span).split())
    return text, cell.reference or f"the row of {here}"


def _check_row(values: Mapping[Column, tuple[str, str]], theme: str, here: str) -> tuple[MeasureRow | None, list[str]]:
    faults = []
    for column in NEEDED:
        text, place = values[column]
        if not text:
            what = "what the measure counts" if column is Column.unit else f"the measure's {column}"
            faults.append(f"{place}: the {column} is missing; write {what}.")
    for column, (text, place) in values.items():
        most = MAX_CODE if column is Column.code else MAX_TEXT
        if len(text) > most:
            faults.append(f"{place}: the {column} has {len(text):,} letters, more than {most:,}; shorten it.")
    value, place = values.get(Column.value, ("", here))
    amount = parse_value(value)
    if value and amount is None:
        faults.append(f"{place}: the proxy value {value[:40]!r} is not a sum of money; write a number, or nothing.")
    if faults:
        return None, faults
    unit = unit_named(values[Column.unit][0])
    return (
        MeasureRow(
            code=values[Column.code][0],
            title=values[Column.measure][0],
            unit=unit.value if unit else key_of(values[Column.unit][0]).replace("-", "_") or "unit",
            unit_label=values[Column.unit][0],
            theme=theme,
            description=values.get(Column.description, ("", ""))[0] or values[Column.measure][0],
            value=amount,
        ),
        [],
    )


def parse_value(text: str) -> float | None:
    """Return the pounds that a cell states, or None where it states none; "n/a" and dashes state none.

    >>> parse_value("£32,000.50"), parse_value("251.79"), parse_value("n/a"), parse_value("lots"), parse_value("-3")
    (32000.5, 251.79, 0.0, None, None)
    """
    bare = re.sub(r"[£,\s]|gbp", "", text.lower())
    if bare in ("", "-", "–", "n/a", "na", "none", "tbc"):
        return 0.0
    try:
        value = float(bare)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def unit_named(text: str) -> Unit | None:
    """Return the unit of statements that a workbook's unit names, or None where it is one of its own.

    >>> unit_named("No. people FTE"), unit_named("number of staff hours"), unit_named("£ invested"), unit_named("m2")
    (<Unit.fte: 'fte'>, <Unit.hours: 'hours'>, <Unit.gbp: 'gbp'>, None)
    """
    return next((unit for unit, words in _UNIT_WORDS if re.search(words, text.lower())), None)


def write_framework(rows: Sequence[MeasureRow], about: Imported, source: str) -> str:
    """Return the framework as a catalogue file (TOML).

    Args:
        rows: its measures.
        about: what the authority says of it.
        source: name of the workbook.
    """
    titles: dict[str, list[str]] = {}
    for row in rows:
        titles.setdefault(row.theme or about.title, []).append(row.title)
    codes = _theme_codes(list(titles))
    own_units = {r.unit: r.unit_label for r in rows if r.unit not in set(Unit)}
    parts = [
        _table("", {"kind": "framework", "key": about.key, "title": about.title, "edition": about.edition,
                    "publisher": about.publisher, "licence": about.licence, "status": "in_force", "suggest": True}),
        _table("[sources.workbook]", {"title": source, "publisher": about.publisher}),
        *(_table(f"[units.{unit}]", {"label": label, "like": []}) for unit, label in sorted(own_units.items())),
    ]  # fmt: skip
    for theme, of_theme in titles.items():
        # A theme that is only the framework itself says nothing of a statement.
        entry = {"code": codes[theme], "label": theme, "description": theme, "suggest": len(titles) > 1,
                 "typical": of_theme[:EXAMPLES_OF_A_THEME]}  # fmt: skip
        parts.append(_table("[[themes]]", entry | _SUPPORT))
    for row in rows:
        entry = {
            "code": row.code,
            "theme": codes[row.theme or about.title],
            "label": row.title,
            "description": row.description,
            "keywords": list(keywords_of(f"{row.title} {row.description}")),
            "unit": row.unit,
            "stated_in": _stated_in(row.unit),
            "kind": "monetised" if row.value else "record_only",
        }
        parts.append(_table("[[measures]]", entry | ({"proxy_value": row.value} if row.value else {}) | _SUPPORT))
    return "\n".join(parts)


def _stated_in(unit: str) -> list[str]:
    known = Unit(unit) if unit in set(Unit) else None
    # What counts items of any kind is stated in any unit.
    return [] if known in (None, Unit.items) else [u.value for u in _STATED_IN.get(known, (known,))]


_SUPPORT = {"source": "workbook", "confidence": "high"}


def _theme_codes(themes: Sequence[str]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for theme in themes:
        code, n = key_of(theme) or "theme", 1
        while code in codes.values():
            n += 1
            code = f"{key_of(theme)}-{n}"
        codes[theme] = code
    return codes


def keywords_of(text: str) -> tuple[str, ...]:
    """Return the words of a measure's title and description that point to it, cut so that other endings are met too.

    >>> keywords_of("Apprenticeships for people leaving care")
    ('apprenticeship', 'leav', 'care')
    """
    words = [w for w in re.findall(r"[a-z][a-z'-]+", text.lower()) if len(w) >= 4 and w not in _COMMON_WORDS]
    cut = [re.sub(r"(?:ies|ings?|ed|es|s)$", "", w) if len(w) > 5 else w for w in words]
    return tuple(dict.fromkeys(w for w in cut if len(w) >= 3))


def _table(head: str, values: Mapping[str, object]) -> str:
    return "\n".join([*([head] if head else []), *(f"{key} = {_toml(value)}" for key, value in values.items()), ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_toml(v) for v in value)}]"
    if isinstance(value, str):
        # A JSON string is a TOML string but for the one control character that JSON leaves as it is.
        return json.dumps("".join(c if c.isprintable() else " " for c in value), ensure_ascii=False)
    return repr(value)


def import_framework(document: Document, about: Imported, folder: Path) -> Framework:
    """Write the framework of a workbook into a folder of its own beneath `folder`, and return it as it is checked.

    Args:
        document: the workbook as the readers gave it.
        about: what the authority says of it.
        folder: of the imported frameworks; made if it is not there.

    Raises:
        UsageError: the workbook cannot be used, the key is taken by a shipped framework, or a word about it is missing.
        ConfigurationError: what was made would not pass the catalogue's own checks.
    """
    for name in ("key", "title", "edition", "publisher", "licence"):
        if not getattr(about, name).strip():
            raise UsageError(f"The framework's {name} is missing; give it with --{name}.")
    if about.key != key_of(about.key):
        raise UsageError(
            f"{about.key}: a key has small letters, digits and hyphens only; {key_of(about.key)!r} would do."
        )
    if about.key in load_frameworks():
        raise UsageError(f"{about.key}: the shipped framework has this key; give yours another with --key.")
    text = write_framework(read_measures(document), about, document.name)
    target = folder / about.key / FILE
    made = build_framework(Entry(target, "", tomllib.loads(text)))
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_suffix(".new")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(target)
    return made


def framework_hashes(folders: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of each catalogue file in `folders`, so that a record tells by what it was coded."""
    return {
        f"framework/{folder.name}": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for folder in folders
        if folder != CATALOGUE_FOLDER
        for path in sorted(folder.glob("*.toml"))
    }
