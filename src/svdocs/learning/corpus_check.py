"""Checks the labelled packs: labels by the guide, marks, near duplicates; and counts what they hold and lack."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from svdocs.errors import UsageError
from svdocs.learning.corpus import LabelledPassage, PackDocument, labelled_passages, load_yaml, read_packs
from svdocs.learning.labels import NOISE, Guide, accepted_codes, find_label_faults, read_guide
from svdocs.statements.statement import StatementType

NEAR = 0.7
"""Two passages are near duplicates if they share more than this of the shorter one's runs of four words."""
RUN = 4
VOICES = "voices.yaml"
VARIOUS = "various"
"""How the supplier of a document by many hands begins."""
REGISTERS = {"specification": "specification", "bid": "bid", "baseline": "company report", "case_study": "case study"}
NOT_TOLD = "not told"
ASKED = {"labelled passages": 6000, "voices": 40, "sectors": 25, "measures": 55}
SHOWN = 100

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a passage, in which trade, and in what kind of text."""

    name: str
    sector: str
    register: str


@dataclass(frozen=True, slots=True)
class Twins:
    """Two labelled passages that say nearly the same; `shared` is 1 for the very same words."""

    first: LabelledPassage
    second: LabelledPassage
    shared: float

    @property
    def allowed(self) -> bool:
        """Say whether they are one supplier's promise, repeated within a pack as in its calculator."""
        a, b = self.first, self.second
        return (
            a.source.pack == b.source.pack
            and a.source.supplier == b.source.supplier
            and not a.source.supplier.lower().startswith(VARIOUS)
            and StatementType.commitment in a.types & b.types
        )


@dataclass(frozen=True)
class CorpusReport:
    """What a check found.

    Attributes:
        faults: in words, each with its place; a sound corpus has none.
        notes: what is no fault but should be seen.
        repeats: the near duplicates that are allowed.
        counts: by what is counted, from most to least.
        totals: of what is asked for.
    """

    faults: tuple[str, ...]
    notes: tuple[str, ...]
    repeats: tuple[Twins, ...]
    counts: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int]


def check_corpus(corpus: Path) -> CorpusReport:
    """Return faults and counts of the packs under `corpus`.

    Raises:
        UsageError: there are no packs, or a file cannot be read as one; the message names the place.
    """
    sources = read_packs(corpus)
    if not sources:
        raise UsageError(f"{corpus}: no pack.yaml beneath it; name the folder that holds the labelled packs.")
    guide, voices = read_guide(), read_voices(corpus / VOICES)
    rows = [row for source in sources for row in labelled_passages(source)]
    labelled = [row for row in rows if row.labels]
    twins = find_twins(labelled)
    faults = [fault for source in sources for fault in _document_faults(source, guide)]
    faults += [_lost(source, key) for source, key in _labels_without_passage(sources, labelled)]
    faults += [describe_twins(t) for t in twins if not t.allowed]
    counts = _count(labelled, voices, guide)
    positives = sum(bool(row.types) for row in labelled)
    totals = {
        "labelled passages": len(labelled),
        "voices": len(counts["voice"]),
        "sectors": len([s for s in counts["sector"] if s != NOT_TOLD]),
        "measures": len(counts["measure"]),
        "measures of the catalogue": len(guide.measures),
        "passages with a statement": positives,
        "hard negatives": len(labelled) - positives,
        "passages without a mark": len(rows) - len(labelled),
    }
    repeats = tuple(t for t in twins if t.allowed)
    return CorpusReport(tuple(faults), tuple(_notes(counts, guide, totals)), repeats, counts, totals)


def read_voices(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return for each pack its suppliers, files and headings with sector and register; nothing without the file.

    Raises:
        UsageError: the file cannot be used.
    """
    if not path.is_file():
        return {}
    told = load_yaml(path)
    for pack, names in told.items():
        for name, entry in names.items():
            if not isinstance(entry, list) or not 1 <= len(entry) <= 2 or not all(isinstance(x, str) for x in entry):
                raise UsageError(f"{path}: {pack}: {name}: write [sector] or [sector, register].")
    return told  # type: ignore[no-any-return]


def voice_of(row: LabelledPassage, voices: Mapping[str, Mapping[str, Sequence[str]]]) -> Voice:
    """Return who speaks: the supplier, or in a document by various hands the heading, or else the document."""
    source, told = row.source, voices.get(row.source.pack, {})
    heading = row.passage.section[0] if row.passage.section else ""
    by_many = source.supplier.lower().startswith(VARIOUS)
    name = source.supplier
    if by_many:
        name = heading if heading in told else source.document.name
    entry = next((told[x] for x in (heading, source.document.name, source.supplier) if x in told), ())
    register = entry[1] if len(entry) > 1 else REGISTERS.get(source.kind, source.kind)
    return Voice(f"{source.pack}: {name}", entry[0] if entry else NOT_TOLD, register)


def find_twins(rows: Sequence[LabelledPassage]) -> list[Twins]:
    """Return the exact and near duplicates among the passages, those most alike first.

    An index from each run of four words to the passages that hold it keeps this quick: only passages that share a run
    are compared. Passages too short to have a run are duplicates only if they are the very same.
    """
    words = [tuple(_WORD.findall(row.passage.text.lower().replace(",", ""))) for row in rows]
    runs = [{w[i : i + RUN] for i in range(len(w) - RUN + 1)} or {w} for w in words]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, held in enumerate(runs):
        for run in held:
            holders[run].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        shared.update(combinations(numbers, 2))
    found = [
        Twins(rows[a], rows[b], 1.0 if words[a] == words[b] else count / min(len(runs[a]), len(runs[b])))
        for (a, b), count in shared.items()
        if words[a] == words[b] or count > NEAR * min(len(runs[a]), len(runs[b]))
    ]
    return sorted(found, key=lambda t: (-t.shared, _place(t.first), _place(t.second)))


def describe_twins(twins: Twins) -> str:
    """Return near duplicates in words, with their places."""
    degree = "the same as" if twins.shared == 1 else f"{twins.shared:.0%} of its runs of words shared with"
    return (
        f'{_place(twins.first)}: "{_cut(twins.first.passage.text)}" is {degree} {_place(twins.second)}: '
        f'"{_cut(twins.second.passage.text)}"; reword one.'
    )


def _document_faults(source: PackDocument, guide: Guide) -> Iterator[str]:
    place = f"{source.pack}/{source.document.name}"
    for key, label in source.labels.items():
        yield from (f"{place} {key}: {fault}." for fault in find_label_faults(label, guide))
        if key not in source.marks:
            yield f"{place} {key}: a label without a mark; mark its passage as [[{key}: ...]], or take the label out."
    for key in source.marks:
        if key not in source.labels:
            yield f"{place} {key}: a mark without a label; add it under gold, or take the mark out."
    for key in source.repeated:
        yield f"{place} {key}: marks two passages; give one of them an id of its own."


def _labels_without_passage(
    sources: Iterable[PackDocument], labelled: Iterable[LabelledPassage]
) -> Iterator[tuple[PackDocument, str]]:
    """Yield the marks that fall into no passage, as in a heading, so that nothing would be learnt from them."""
    read: dict[int, set[str]] = defaultdict(set)
    for row in labelled:
        read[id(row.source)] |= {str(x["id"]) for x in row.labels}
    for source in sources:
        unread = {b.span for b in source.document.blocks} - {b.span for b in source.document.body()}
        for key, span in source.marks.items():
            hidden = any(b.start <= span.start and span.end <= b.end for b in unread)
            if key in source.labels and key not in read[id(source)] and not hidden:
                yield source, key


def _lost(source: PackDocument, key: str) -> str:
    return f"{source.pack}/{source.document.name} {key}: its mark lies in no passage; mark a sentence, item or row."


def _count(
    labelled: Sequence[LabelledPassage],
    voices: Mapping[str, Mapping[str, Sequence[str]]],
    guide: Guide,
) -> dict[str, dict[str, int]]:
    always = ("voice", "sector", "measure")
    found: dict[str, Counter[str]] = defaultdict(Counter, {name: Counter() for name in always})
    for row in labelled:
        voice = voice_of(row, voices)
        found["voice"][voice.name] += 1
        found["sector"][voice.sector] += 1
        found["register"][voice.register] += 1
        found["kind of document"][row.source.kind] += 1
        for label in row.labels:
            found["label"][str(label.get("type"))] += 1
            for name in ("firmness", "additionality"):
                if name in label:
                    found[name][str(label[name])] += 1
            if label.get("type") == NOISE:
                found["noise, why"][str(label.get("why"))] += 1
                continue
            for key in guide.themes:
                first = accepted_codes((label.get("themes") or {}).get(key))[:1]
                found[f"theme {key}"].update(str(c) if c else "none fits" for c in first)
            codes = accepted_codes(label.get("toms"))
            found["measure"].update(c for c in codes if c)
    return {name: dict(counted.most_common()) for name, counted in sorted(found.items())}


def _notes(counts: Mapping[str, Mapping[str, int]], guide: Guide, totals: Mapping[str, int]) -> Iterator[str]:
    for name, least in ASKED.items():
        if totals[name] < least:
            yield f"{totals[name]:,} {name}, of {least:,} asked for."
    if totals["hard negatives"] < totals["passages with a statement"]:
        missing = totals["passages with a statement"] - totals["hard negatives"]
        yield f"{missing:,} more hard negatives (marked noise) would be as many as the passages with a statement."
    for key, codes in guide.themes.items():
        unseen = [c for c in codes if c not in counts.get(f"theme {key}", {})]
        if unseen:
            yield f"No statement has theme {key} {', '.join(unseen)}."
    if NOT_TOLD in counts["sector"]:
        yield f"The sector of {counts['sector'][NOT_TOLD]:,} passages is not told; add their voices to {VOICES}."
    unseen = [c for c in guide.measures if c not in counts["measure"]]
    if unseen:
        yield f"No statement has measure {', '.join(unseen)}."


def corpus_report(report: CorpusReport) -> str:
    """Return counts, notes and faults as text."""
    lines = [f"{name}: {count:,}" for name, count in report.totals.items()]
    lines.append(f"promises repeated within a bid: {len(report.repeats):,}")
    for name, counted in report.counts.items():
        lines += ["", f"By {name} ({len(counted)})"]
        shown = list(counted.items())[:SHOWN]
        lines += [f"  {count:6,}  {value}" for value, count in shown]
        if len(counted) > SHOWN:
            lines.append(f"          and {len(counted) - SHOWN} more")
    lines += ["", "Notes", *(f"  {n}" for n in report.notes or ["none"])]
    lines += ["", f"Faults: {len(report.faults)}", *(f"  {f}" for f in report.faults)]
    return "\n".join(lines)


def _place(row: LabelledPassage) -> str:
    ids = ",".join(str(x["id"]) for x in row.labels)
    return f"{row.source.pack}/{row.source.document.name} {ids}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
