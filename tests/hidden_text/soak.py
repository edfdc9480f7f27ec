# ruff: noqa: E501 -- tables of cases and sentences read better unbroken
"""Plays every trick and shows every clean look-alike: `python -m tests.hidden_text.soak`.

The figures go to docs/results/hidden-text.md; ends with a status other than 0 if they fall short of what is asked.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tests.hidden_text.judging import faults_of, misleading_flags
from tests.hidden_text.look_alikes import all_look_alikes
from tests.hidden_text.tricks import MUST_BE_FOUND, all_tricks

RESULT = Path(__file__).resolve().parents[2] / "docs" / "results" / "hidden-text.md"
LEAST_FOUND = 0.98
MOST_FALSE = 0.01


def main() -> int:
    played: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    missed = []
    for trick in all_tricks():
        key = (trick.name, trick.form)
        played[key] += 1
        faults = faults_of(trick)
        found[key] += not faults
        if faults:
            missed.append(f"{trick.form}, {trick.name}, strength {trick.strength}: {'; '.join(faults)}")
    clean: Counter[tuple[str, str]] = Counter()
    false = []
    for one in all_look_alikes():
        clean[one.kind, one.form] += 1
        codes = misleading_flags(one.make(), one.file_name)
        if codes:
            false.append(f"{one.form}, {one.kind} {one.number}: {', '.join(codes)}")
    share, false_share = found.total() / played.total(), len(false) / clean.total()
    must = all(found[k] == played[k] for k in played if k[0] in MUST_BE_FOUND)
    names = list(dict.fromkeys(name for name, _ in played))
    forms = ("PDF", "DOCX", "XLSX")
    lines = [
        "# Hidden and misleading text",
        "",
        "Made by `python -m tests.hidden_text.soak`. A trick counts as found if a flag of the right kind tells at least 90 % of",
        "its words and none of them stands in body text; tricks played on letters stay in the text and count by their flag.",
        "“–” is where the format has no such trick.",
        "",
        f"{found.total()} of {played.total()} found ({share:.1%}; asked {LEAST_FOUND:.0%}); white, invisible mode and off the page "
        + ("all found" if must else "NOT all found")
        + f". {len(false)} of {clean.total()} clean files flagged ({false_share:.1%}; at most {MOST_FALSE:.0%}).",
        "",
        "| trick | " + " | ".join(forms) + " |",
        "|---|" + "---|" * len(forms),
        *(
            f"| {name} | "
            + " | ".join(f"{found[name, f]} of {played[name, f]}" if played[name, f] else "–" for f in forms)
            + " |"
            for name in names
        ),
        "",
        "| clean files | format | number |",
        "|---|---|---:|",
        *(f"| {kind} | {form} | {n} |" for (kind, form), n in clean.items()),
        "",
        "## Missed",
        "",
        *([f"- {m}" for m in missed] or ["None."]),
        "",
        "## Flagged though clean",
        "",
        *([f"- {m}" for m in false] or ["None."]),
    ]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[7:10]), *missed, *false, sep="\n")
    return 0 if must and share >= LEAST_FOUND and false_share <= MOST_FALSE else 1


if __name__ == "__main__":
    sys.exit(main())
