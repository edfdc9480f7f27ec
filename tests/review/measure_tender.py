"""Measures the tender check on the packs: ``python -m tests.review.measure_tender FOLDER``.

FOLDER holds one folder a pack, built by ``corpus/build.py``; prints the tables of docs/results/setup.md.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from svdocs.frameworks.set_up import Chosen, SetUp
from svdocs.review.tender_check import Checked, TenderCode, check_tender
from svdocs.text.read import read_file

LABELS = Path(__file__).with_name("tender_labels.toml")
NHS = {
    "c": "fighting_climate_change", "e": "tackling_economic_inequality", "q": "equal_opportunity", "w": "wellbeing",
}  # fmt: skip
SET_UP = SetUp(themes=tuple(Chosen("nhs", code) for code in NHS.values()))


def labels() -> dict[str, dict[str, Any]]:
    """Return what stands in each document, by its pack."""
    return tomllib.loads(LABELS.read_text(encoding="utf-8"))


def weighting_of(checked: Checked) -> str:
    """Return the weighting found in the form of the labels."""
    if checked.weighting is None:
        return ""
    percent, of_part = checked.weighting
    return f"{percent} of part" if of_part else str(percent)


def compare(checked: Checked, label: dict[str, Any]) -> Counter[str]:
    """Count what was found rightly, what was missed, and what was found and is not there."""
    count: Counter[str] = Counter()
    questions = [a for a in checked.asked if a.is_question]
    rows = [a for a in checked.asked if not a.is_question]
    count["questions right"] = min(len(questions), label["questions"])
    count["questions missed"] = max(0, label["questions"] - len(questions))
    count["questions too many"] = max(0, len(questions) - label["questions"])
    count["requirements right"] = min(len(rows), len(label["themes"]))
    count["requirements missed"] = max(0, len(label["themes"]) - len(rows))
    count["requirements too many"] = max(0, len(rows) - len(label["themes"]))
    if questions and label["questions"]:
        found = {a.value for a in questions[0].asks}
        count["asks right"] = sum((a in found) == (a in label["asks"]) for a in ("number", "date", "evidence"))
        count["asks wrong"] = 3 - count["asks right"]
    count["weighting right" if weighting_of(checked) == label["weighting"] else "weighting wrong"] = 1
    local = any(f.code is TenderCode.local_undefined for f in checked.findings)
    count["local right" if local == label["local_undefined"] else "local wrong"] = 1
    if len(rows) == len(label["themes"]):
        for row, fitting in zip(rows, label["themes"], strict=True):
            themes = {t.partition("/")[2] for t in row.themes if t.startswith("nhs/")}
            right = {NHS[letter] for letter in fitting}
            count["requirements with a fitting theme" if themes & right else "requirements without"] += 1
            count["themes fitting"] += len(themes & right)
            count["themes not fitting"] += len(themes - right)
    return count


def main() -> None:
    """Print a line a document and the sums."""
    folder, total = Path(sys.argv[1]), Counter[str]()
    for pack, label in labels().items():
        [file] = [
            f
            for f in (folder / pack).glob("*.docx")
            if f.stem.split("-")[0] in ("specification", "requirements", "notes")
        ]
        count = compare(check_tender(read_file(file), SET_UP), label)
        total += count
        print(pack, dict(+count))
    for name, n in sorted(total.items()):
        print(f"{name}: {n}")


if __name__ == "__main__":
    main()
