"""Runs every fuzz target for some minutes: `python -m tests.fuzz.soak [--minutes N]`.

What a target finds is left in var/fuzz/ and makes the status other than 0; mend it and add it to the bad inputs. Does
nothing where atheris is not installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

ROOT = Path(__file__).resolve().parents[2]
FINDINGS = ROOT / "var" / "fuzz"


def run_target(name: str, seconds: int) -> int:
    """Run one target and return its exit status."""
    FINDINGS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for i, data in enumerate(seeds(name)):
            Path(corpus, str(i)).write_bytes(data)
        command = [
            sys.executable, "-m", "tests.fuzz.targets", name, f"-max_total_time={seconds}", "-rss_limit_mb=2048",
            "-timeout=60", "-max_len=20000", f"-artifact_prefix={FINDINGS}/{name}-", "-print_final_stats=1", corpus,
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = [x for x in done.stderr.splitlines() if "number_of_executed_units" in x or "ERROR" in x or "Exception" in x]
    print(f"{name}: status {done.returncode}; " + "; ".join(told[-4:]), flush=True)
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-25:]))
    return done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--target", choices=[*TARGETS])
    arguments = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; nothing was fuzzed. Install the extra “fuzz”.")
        return 0
    names = [arguments.target] if arguments.target else list(TARGETS)
    return max(run_target(name, round(60 * arguments.minutes)) for name in names)


if __name__ == "__main__":
    sys.exit(main())
