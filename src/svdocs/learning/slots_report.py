"""How often quantity, due date, place and beneficiary come out as the labelled packs have them, with every error.

Run as ``python -m svdocs.learning.slots_report corpus [--errors SLOT] [--held-out]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svdocs.learning import agreement
from svdocs.learning.corpus import PackDocument, read_pack
from svdocs.statements.beneficiaries import find_beneficiary
from svdocs.statements.dates import find_due
from svdocs.statements.places import find_place
from svdocs.statements.quantities import choose_quantity
from svdocs.statements.split import split_deliverables
from svdocs.statements.statement import Beneficiary, Due, Place, Quantity
from svdocs.text.document import BlockKind, Span

HELD_OUT = frozenset({"web-carbon", "devices", "professional"})
"""Packs at which nobody looks while the rules are written."""
SLOTS = ("quantity", "due", "place", "beneficiary")


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A passage as it stands, with the labels that rest on it in the order of their marks."""

    pack: str
    text: str
    labels: tuple[dict[str, Any], ...]
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One slot of one labelled statement: what was wanted, what was found, and whether it counts as right."""

    pack: str
    slot: str
    text: str
    wanted: str
    found: str
    right: bool


def labelled_texts(source: PackDocument) -> Iterator[LabelledText]:
    """Yield the document's passages that state commitments or deliveries, each once with all its labels."""
    by_span: dict[Span, list[dict[str, Any]]] = {}
    for key, span in source.marks.items():
        label = source.labels.get(key, {})
        if label.get("type") in ("commitment", "delivery"):
            by_span.setdefault(span, []).append(label)
    for span, labels in by_span.items():
        block = source.document.block_at(span.start)
        text = source.document.quote(span)
        if block is not None and block.kind is BlockKind.table_row and block.span == span:
            cells = tuple(source.document.quote(c.span) for c in block.cells)
            header = tuple(" ".join(c.header) for c in block.cells)
            yield LabelledText(source.pack, text, tuple(labels), header, cells)
        else:
            yield LabelledText(source.pack, text, tuple(labels))


def judge(sample: LabelledText) -> Iterator[Outcome]:
    """Yield an outcome a slot and label of the passage; several labels are met by its deliverables in order."""
    focuses = split_deliverables(sample.text, header=sample.header, cells=sample.cells)
    found: list[Quantity | None] = [
        choose_quantity(sample.text, f, header=sample.header, cells=sample.cells) for f in focuses
    ]
    due = find_due(sample.text, header=sample.header, cells=sample.cells)
    place = find_place(sample.text, header=sample.header, cells=sample.cells)
    beneficiary = find_beneficiary(sample.text, header=sample.header, cells=sample.cells)
    for i, label in enumerate(sample.labels):
        quantity = _take(found, label, last=i == len(sample.labels) - 1)
        q = label.get("quantity") or {}
        wanted = "-" if q.get("value") is None else f"{q['value']} {q.get('unit')}"
        shown = "-" if quantity is None else f"{quantity.value:g} {quantity.unit.value} [{quantity.text}]"
        yield Outcome(sample.pack, "quantity", sample.text, wanted, shown, same_quantity(label, quantity))
        if label["type"] == "commitment" and label.get("due") is not None:
            yield Outcome(
                sample.pack, "due", sample.text, str(label["due"]), _shown(due), same_due(str(label["due"]), due)
            )
        named: tuple[tuple[str, Place | Beneficiary | None], ...] = (("place", place), ("beneficiary", beneficiary))
        for name, thing in named:
            if label.get(name):
                shown_thing = thing.text if thing else "-"
                right = agreement.overlap(str(label[name]), thing.text if thing else "") >= agreement.LEAST_OVERLAP
                yield Outcome(sample.pack, name, sample.text, str(label[name]), shown_thing, right)
    if len(focuses) != len(sample.labels):
        yield Outcome(sample.pack, "split", sample.text, str(len(sample.labels)), " // ".join(focuses), False)
    else:
        yield Outcome(sample.pack, "split", sample.text, str(len(sample.labels)), "", True)
    absent: tuple[tuple[str, Due | Place | Beneficiary | None], ...]
    absent = (("due", due), ("place", place), ("beneficiary", beneficiary))
    for slot, value in absent:
        relevant = slot != "due" or any(label["type"] == "commitment" for label in sample.labels)
        if relevant and not any(label.get(slot) for label in sample.labels):
            yield Outcome(sample.pack, f"no {slot}", sample.text, "-", value.text if value else "-", value is None)


def same_quantity(label: dict[str, Any], found: Quantity | None) -> bool:
    """Say whether value and unit are those of the label; no value is met by no quantity."""
    shown = None if found is None else {"value": found.value, "unit": found.unit}
    return agreement.same_quantity(label.get("quantity"), shown)


def same_due(wanted: str, found: Due | None) -> bool:
    """Say whether the date begins as the label's does, or the words are mostly the label's."""
    return found is not None and agreement.same_due(wanted, found.date, found.text)


def _shown(due: Due | None) -> str:
    return "-" if due is None else f"{due.date} [{due.text}]"


def _take(found: list[Quantity | None], label: dict[str, Any], *, last: bool) -> Quantity | None:
    """Return the quantity of `found` that is the label's, or else its first, and take it out while others remain."""
    i = next((i for i, q in enumerate(found) if same_quantity(label, q)), 0)
    return found[i] if last or len(found) == 1 else found.pop(i)


def main() -> None:
    """Print the figures by pack, and the errors of one slot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--errors", default="")
    parser.add_argument("--pack", default="")
    parser.add_argument("--held-out", action="store_true", help="show the errors of the held-out packs as well")
    args = parser.parse_args()
    outcomes: list[Outcome] = []
    for path in sorted(args.corpus.glob("*/pack.yaml")):
        if args.pack and path.parent.name != args.pack:
            continue
        for source in read_pack(path):
            for sample in labelled_texts(source):
                outcomes.extend(judge(sample))
    slots = sorted({o.slot for o in outcomes}, key=lambda s: (s not in SLOTS, s))
    packs = sorted({o.pack for o in outcomes}, key=lambda p: (p in HELD_OUT, p))
    print(f"{'pack':20}" + "".join(f"{s:>15}" for s in slots))
    groups = [(p, {p}) for p in packs]
    groups += [
        ("bid packs, seen", {p for p in packs if not p.startswith("web") and p not in HELD_OUT}),
        ("web packs, seen", {p for p in packs if p.startswith("web") and p not in HELD_OUT}),
        ("held out", {p for p in packs if p in HELD_OUT}),
    ]
    for name, members in groups:
        cells = []
        for slot in slots:
            of = [o.right for o in outcomes if o.slot == slot and o.pack in members]
            cells.append(f"{sum(of) / len(of):8.3f} ({len(of):3})" if of else "-")
        print(f"{name:20}" + "".join(f"{c:>15}" for c in cells))
    for o in outcomes:
        if o.slot == args.errors and not o.right and (args.held_out or o.pack not in HELD_OUT):
            print(f"{o.pack}: want {o.wanted} | got {o.found} | {o.text}")


if __name__ == "__main__":
    main()
