import subprocess
import sys
import time

import pytest

SVDOCS = [sys.executable, "-m", "svdocs"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SVDOCS, *words], capture_output=True, text=True, timeout=120)


def test_help_names_every_command() -> None:
    from svdocs.cli.main import COMMANDS

    shown = run("--help").stdout
    assert [c for c in COMMANDS if c not in shown] == []


def test_help_of_every_command_can_be_asked_for() -> None:
    from svdocs.cli.main import COMMANDS

    assert {name: run(name, "--help").returncode for name in COMMANDS} == dict.fromkeys(COMMANDS, 0)


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    heavy = ["spacy", "sklearn", "onnxruntime", "numpy", "sqlmodel", "fastapi", "typer"]
    code = f"import sys, svdocs.cli.main; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["bogus"], 2, "there is no such command"),
        (["extrac"], 2, "did you mean extract?"),
        (["extract"], 2, "paths"),
        (["extract", "/no/such/file.pdf"], 2, "there is no such file"),
        (["extract", "--workers", "none", "x.pdf"], 2, "workers"),
        (["evaluate", "/no/such/folder"], 2, "folder"),
    ],
)
def test_wrong_usage_ends_with_status_two_and_one_plain_sentence(words: list[str], status: int, said: str) -> None:
    done = run(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_version_is_the_package_version() -> None:
    import svdocs

    assert run("--version").stdout.strip() == f"svdocs {svdocs.__version__}"


def test_help_comes_before_a_person_wonders() -> None:
    # Far above the usual tenth of a second: it fails only if something heavy is imported.
    start = time.perf_counter()
    run("--help")
    assert time.perf_counter() - start < 5
