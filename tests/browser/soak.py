"""Every browser test over PostgreSQL: `python -m tests.browser.soak`, part of `make soak`.

Writes docs/results/browser.md. In the tests themselves most journeys are made on SQLite, and some on both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "results" / "browser.md"


def run(report: Path) -> int:
    """Run the browser tests over PostgreSQL, and return the exit status."""
    environment = os.environ | {"SVDOCS_TEST_BROWSER_ON": "postgresql", "SVDOCS_TEST_NEEDS_POSTGRESQL": "1"}
    command = [sys.executable, "-m", "pytest", "tests/browser", "-n", "2", f"--junit-xml={report}"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def page_of(report: Path) -> str:
    """Return the page of results for what pytest reported."""
    ends: dict[str, Counter[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        module = case.get("classname", "").rpartition(".")[2].removeprefix("test_").replace("_", " ")
        [end] = [e for e in ("failure", "error", "skipped") if case.find(e) is not None][:1] or ["passed"]
        ends.setdefault(module, Counter())[end] += 1
    rows = [f"| {m} | {e['passed']} | {e['failure'] + e['error']} | {e['skipped']} |" for m, e in sorted(ends.items())]
    of_all = sum(ends.values(), Counter[str]())
    return "\n".join([
        "# The pages in a browser, over PostgreSQL",
        "",
        f"Made by `python -m tests.browser.soak` on {datetime.now(UTC):%-d %B %Y}: every test of `tests/browser`, each",
        "journey from set-up to export among them, with its records in PostgreSQL and Debian's Chromium before it.",
        "",
        "| tests of | passed | failed | skipped |",
        "|---|---:|---:|---:|",
        *rows,
        f"| **all** | {of_all['passed']} | {of_all['failure'] + of_all['error']} | {of_all['skipped']} |",
    ]) + "\n"  # fmt: skip


def main() -> int:
    """Run the tests, write the page, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        status = run(report)
        RESULT.write_text(page_of(report))
    print(RESULT.read_text())
    return status


if __name__ == "__main__":
    sys.exit(main())
