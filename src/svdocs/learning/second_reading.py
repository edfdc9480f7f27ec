"""A second, blind reading of part of the corpus: the sheets that are handed out, and how far the filled ones agree.

A sheet shows passages in their context and none of their labels. Which passages are drawn, and what they are called,
hangs on the seed and on their own words alone, so packs that are added later change nothing about the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml

from svdocs.errors import UsageError
from svdocs.learning.agreement import LEAST_OVERLAP, kappa, overlap, same_due, same_quantity, share
from svdocs.learning.corpus import LabelledPassage, labelled_passages, read_packs
from svdocs.learning.labels import NOISE, Guide, accepted_codes, find_label_faults
from svdocs.statements.statement import Firmness, Per, StatementType, Unit

SHARE = 0.1
SHEET_PASSAGES = 140
ID_LETTERS = 10
BEFORE = 2
"""Passages before the one to be read that a sheet shows."""
UNMARKED = "unmarked"
ASKED = {
    StatementType.commitment: ("firmness", "quantity", "due", "place", "beneficiary", "themes", "toms"),
    StatementType.delivery: ("quantity", "place", "beneficiary", "themes", "toms"),
    StatementType.practice: ("themes",),
}
"""What a reader fills in for each type. The verdict is not asked for: it rests on other documents than the passage."""

_HEAD = """\
# Sheet {number} of {count}: a blind reading by the labelling guide. For each passage fill `statements`:
#   []  if it states nothing (noise); else one entry for each deliverable, such as
#   - {{type: commitment, firmness: firm, quantity: {{value: 5, unit: people, per: null}}, due: "2028-03", place: Swale,
#      beneficiary: residents, themes: {{nhs: tackling_economic_inequality, svm-2020: 2, svm-2025: 1, kcc: employer}},
#      toms: NT10}}
#   A delivery has no firmness and no due; a practice only themes. Codes may be a list, best first; null: no code fits.
# type: commitment, delivery, practice. firmness: {firmness}.
# unit: {units}.
# per: {per}, or null for a total. kcc: {kcc}, or null for environmental ones.
"""


@dataclass(frozen=True)
class Shown:
    """A passage of the corpus with its id on a sheet and what stands before and after it."""

    id: str
    row: LabelledPassage
    before: tuple[str, ...]
    after: str

    @property
    def stratum(self) -> tuple[str, str]:
        """Return the pack and what the passage is labelled, from each of which a share is drawn."""
        kinds = sorted(t.value for t in self.row.types)
        return self.row.source.pack, "+".join(kinds) if kinds else NOISE if self.row.labels else UNMARKED


def read_shown(corpus: Path) -> list[Shown]:
    """Return every passage of the packs under `corpus` with its id."""
    return show_passages([row for source in read_packs(corpus) for row in labelled_passages(source)])


def show_passages(rows: Sequence[LabelledPassage]) -> list[Shown]:
    """Return every passage with its id, in the corpus's order."""
    found = []
    for _, group in groupby(rows, key=lambda r: id(r.source)):
        document = list(group)
        seen: Counter[str] = Counter()
        for at, row in enumerate(document):
            text = row.passage.text
            seen[text] += 1
            words = "\n".join([row.source.pack, row.source.document.name, text, str(seen[text])])
            key = sha256(words.encode()).hexdigest()[:ID_LETTERS]
            near = [
                r.passage.text for r in document[max(0, at - BEFORE) : at] if r.passage.section == row.passage.section
            ]
            found.append(Shown(key, row, tuple(near), row.passage.following))
    return found


def draw_sample(passages: Sequence[Shown], seed: int, part: float = SHARE) -> list[Shown]:
    """Return the drawn passages in the corpus's order: the same share of each kind of label in each pack.

    Args:
        passages: of the whole corpus.
        seed: another one draws others.
        part: of each stratum; at least one passage is drawn from each.
    """
    strata: dict[tuple[str, str], list[Shown]] = {}
    for passage in passages:
        strata.setdefault(passage.stratum, []).append(passage)
    drawn = set()
    for rows in strata.values():
        rows.sort(key=lambda p: sha256(f"{seed}:{p.id}".encode()).hexdigest())
        drawn |= {p.id for p in rows[: max(1, int(len(rows) * part + 0.5))]}
    return [p for p in passages if p.id in drawn]


def write_sheets(sample: Sequence[Shown], folder: Path, passages: int = SHEET_PASSAGES) -> list[Path]:
    """Write the sample to sheets of about so many passages each, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    count = max(1, round(len(sample) / passages))
    cuts = [round(i * len(sample) / count) for i in range(count + 1)]
    paths = []
    for number, (start, end) in enumerate(pairwise(cuts), 1):
        path = folder / f"sheet-{number:02}.yaml"
        path.write_text(_write_sheet(sample[start:end], number, count), encoding="utf-8")
        paths.append(path)
    return paths


def _write_sheet(sample: Sequence[Shown], number: int, count: int) -> str:
    head = _HEAD.format(
        number=number,
        count=count,
        firmness=", ".join(Firmness),
        units=", ".join(Unit),
        per=", ".join(Per),
        kcc="employer, economy, community",
    )
    body = yaml.safe_dump(
        {"passages": [_entry(p) for p in sample]},
        allow_unicode=True,
        sort_keys=False,
        width=150,
        default_flow_style=False,
    )
    return head + body


def _entry(shown: Shown) -> dict[str, Any]:
    passage, source = shown.row.passage, shown.row.source
    context = {
        "document": f"{source.kind} of {source.supplier}" if source.supplier else source.kind,
        "headings": " > ".join(passage.section),
        "introduction": passage.introduction,
        "columns": " | ".join(passage.header),
        "before": " / ".join(shown.before),
    }
    return {
        "id": shown.id,
        **{k: v for k, v in context.items() if v},
        "PASSAGE": passage.text,
        **({"after": shown.after} if shown.after else {}),
        "statements": None,
    }


def read_sheet(path: Path, guide: Guide) -> dict[str, list[dict[str, Any]]]:
    """Return what a reader filled in, by the passages' ids; passages left empty are left out.

    Raises:
        UsageError: the sheet is not one, or says what the guide does not allow; the message names the passage.
    """
    try:
        sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = sheet["passages"]
        filled = {str(e["id"]): e["statements"] for e in entries if e["statements"] is not None}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a filled sheet ({error}); keep its form and fill only `statements`.") from error
    for key, statements in filled.items():
        if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
            raise UsageError(f"{path}: {key}: `statements` is not a list; write [] for none, or one entry for each.")
        for statement in statements:
            needed = ASKED.get(statement.get("type", ""), ())
            for fault in find_label_faults(statement, guide, needed=needed)[:1]:
                raise UsageError(f"{path}: {key}: {fault}; correct it there.")
    return filled


@dataclass
class Tally:
    """What two readers said of one field: pairs of the corpus's value and the second reader's."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return the number of pairs, the share that agree, and Cohen's kappa."""
        same = sum(a == b for a, b in self.pairs)
        return {"pairs": len(self.pairs), "agreement": share(same, len(self.pairs)), "kappa": kappa(self.pairs)}


@dataclass(frozen=True)
class Disagreement:
    """A field on which the two readings of a passage differ."""

    id: str
    pack: str
    text: str
    field: str
    corpus: str
    second: str


@dataclass(frozen=True)
class Reading:
    """How far a second reading agrees with the corpus.

    Attributes:
        passages: read by both.
        fields: figures by field.
        disagreements: in the corpus's order.
        unknown: ids on the sheets that the corpus no longer has.
    """

    passages: int
    fields: Mapping[str, Mapping[str, Any]]
    disagreements: Sequence[Disagreement]
    unknown: Sequence[str]


def compare_readings(passages: Iterable[Shown], filled: Mapping[str, Sequence[Mapping[str, Any]]]) -> Reading:
    """Return agreement and kappa by field between the corpus and the sheets.

    The type is compared for every passage; the other fields for statements of the same type in both readings, which
    are matched within a passage by what they have in common.
    """
    tallies: dict[str, Tally] = {}
    apart: list[Disagreement] = []
    known = {p.id: p for p in passages}
    for key, shown in known.items():
        if key not in filled:
            continue
        ours = [x for x in shown.row.labels if x["type"] != NOISE]
        for name, a, b in compare_passage(ours, filled[key]):
            tallies.setdefault(name, Tally()).pairs.append((a, b))
            if a != b:
                apart.append(Disagreement(key, shown.row.source.pack, shown.row.passage.text, name, a, b))
    read = sum(key in known for key in filled)
    order = sorted(tallies, key=lambda n: _FIELDS.index(n))
    return Reading(read, {n: tallies[n].figures() for n in order}, apart, sorted(set(filled) - set(known)))


def compare_passage(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, str]]:
    """Yield for each field that can be compared its name, the corpus's value and the second reader's, as text.

    Where the second reader's value counts as the same, it is given in the corpus's words.
    """
    yield "type", _types(ours), _types(theirs)
    if ours and theirs:
        yield "statements in the passage", str(len(ours)), str(len(theirs))
    for mine, yours in _match(ours, theirs):
        for name in ASKED[mine["type"]]:
            if name == "themes":
                for key in THEMES:
                    yield _codes(f"theme {key}", (mine["themes"] or {}).get(key), (yours["themes"] or {}).get(key))
            elif name == "toms":
                yield _codes("measure", mine["toms"], yours["toms"])
            else:
                yield from _COMPARE[name](mine, yours)


def _types(labels: Sequence[Mapping[str, Any]]) -> str:
    """Return the passage's type as training takes it: a commitment comes before a delivery before a practice."""
    return next((t.value for t in ASKED if any(x["type"] == t for x in labels)), NOISE)


def _match(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pair statements of one type, those that have most in common first."""
    pairs = [
        (_likeness(a, b), -i, -j) for i, a in enumerate(ours) for j, b in enumerate(theirs) if a["type"] == b["type"]
    ]
    left, right = set(range(len(ours))), set(range(len(theirs)))
    for _, i, j in sorted(pairs, reverse=True):
        if -i in left and -j in right:
            left.remove(-i)
            right.remove(-j)
            yield ours[-i], theirs[-j]


def _likeness(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    quantity = same_quantity(a.get("quantity"), b.get("quantity"))
    code = bool(set(accepted_codes(a.get("toms"))) & set(accepted_codes(b.get("toms"))))
    who = overlap(str(a.get("beneficiary")), str(b.get("beneficiary")))
    return 2 * quantity + code + who


def _codes(name: str, wanted: object, found: object) -> tuple[str, str, str]:
    best, said = accepted_codes(wanted), accepted_codes(found)
    same = said[0] in best or best[0] in said
    return name, _shown(best[0]), _shown(best[0] if same else said[0])


def _compare_listed(name: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[tuple[str, str, str]]]:
    def compare(mine: Mapping[str, Any], yours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        yield name, _shown(mine[name]), _shown(yours[name])

    return compare


def _compare_words(name: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[tuple[str, str, str]]]:
    def compare(mine: Mapping[str, Any], yours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        a, b = mine[name], yours[name]
        same = bool(a) and bool(b) and overlap(str(a), str(b)) >= LEAST_OVERLAP
        yield name, _shown(a), _shown(a if same else b)

    return compare


def _compare_due(mine: Mapping[str, Any], yours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    a, b = mine["due"], yours["due"]
    same = bool(a) and bool(b) and (same_due(str(a), str(b), str(b)) or same_due(str(b), str(a), str(a)))
    yield "due", _shown(a), _shown(a if same else b)


def _compare_quantity(mine: Mapping[str, Any], yours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    a, b = mine["quantity"] or {}, yours["quantity"] or {}
    shown = [f"{q['value']} {q.get('unit')}" if q.get("value") is not None else "none" for q in (a, b)]
    yield "quantity", shown[0], shown[0] if same_quantity(a, b) else shown[1]
    if a.get("value") is not None and same_quantity(a, b):
        yield "per", _shown(a.get("per")), _shown(b.get("per"))


def _shown(value: object) -> str:
    return "none" if value is None or value == "" else str(value)


THEMES = ("nhs", "svm-2020", "svm-2025", "kcc")
_COMPARE = {
    "firmness": _compare_listed("firmness"),
    "quantity": _compare_quantity,
    "due": _compare_due,
    "place": _compare_words("place"),
    "beneficiary": _compare_words("beneficiary"),
}
_FIELDS = (
    "type",
    "statements in the passage",
    "firmness",
    "quantity",
    "per",
    "due",
    "place",
    "beneficiary",
    *(f"theme {k}" for k in THEMES),
    "measure",
)
_FREE = frozenset({"quantity", "due", "place", "beneficiary"})
"""Fields without a list of values: chance agreement, and so kappa, means little for them."""


def reading_report(reading: Reading) -> str:
    """Return the figures as Markdown."""
    lines = [
        f"{reading.passages} passages read twice.",
        "",
        "| field | pairs | agreement | kappa |",
        "|---|---:|---:|---:|",
    ]
    for name, figures in reading.fields.items():
        found = "–" if name in _FREE or figures["kappa"] is None else f"{figures['kappa']:.2f}"
        lines.append(f"| {name} | {figures['pairs']} | {figures['agreement']:.3f} | {found} |")
    if reading.unknown:
        lines += ["", f"{len(reading.unknown)} passages of the sheets are no longer in the corpus and were left out."]
    return "\n".join(lines)
