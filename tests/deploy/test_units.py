"""The systemd units: that systemd understands them, and that they shut the service in as far as readers allow."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from svdocs.cli.main import COMMANDS

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
PROGRAM = "/opt/svdocs/.venv/bin/svdocs"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 35
"""Of 100, as systemd-analyze counts."""


def read(unit: Path) -> configparser.ConfigParser:
    """The unit; of a setting that stands twice only the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit.read_text())
    return parser


@pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze")
def test_systemd_understands_every_unit_and_finds_them_shut_in(tmp_path: Path) -> None:
    # The program is installed on no machine that tests run on: each unit is tried with one that is.
    copies = []
    for unit in [*SERVICES, *TIMERS]:
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
        copies.append(str(copy))
    assert ANALYZE is not None
    found = subprocess.run([ANALYZE, "verify", *copies], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")
    for unit in (c for c in copies if c.endswith(".service")):
        told = subprocess.run(
            [ANALYZE, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout[-200:]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda u: u.name)
def test_a_unit_runs_a_command_that_there_is_and_is_hardened(unit: Path) -> None:
    service = read(unit)["Service"]
    for command in re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.M):
        program, word = command.split()[:2]
        assert program == PROGRAM
        assert word in COMMANDS
    for name, value in {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "ProtectHome": "yes",
                        "CapabilityBoundingSet": "", "User": "svdocs", "UMask": "0027"}.items():  # fmt: skip
        assert service[name] == value
    # What would keep bubblewrap from making its namespaces and mounts.
    for name in ("RestrictNamespaces", "PrivateUsers", "ProtectKernelTunables", "ProtectKernelLogs", "ProtectProc",
                 "ProcSubset", "MemoryDenyWriteExecute"):  # fmt: skip
        assert name not in service
    assert "@mount" in unit.read_text()


@pytest.mark.parametrize("timer", TIMERS, ids=lambda t: t.name)
def test_a_timer_has_its_service_and_catches_up(timer: Path) -> None:
    assert timer.with_suffix(".service") in SERVICES
    assert read(timer)["Timer"]["Persistent"] == "true"


def test_the_folder_for_backups_is_the_one_that_the_unit_may_write() -> None:
    service = read(FOLDER / "svdocs-backup.service")["Service"]
    assert service["ExecStart"].endswith(f"backup {service['ReadWritePaths']}")
