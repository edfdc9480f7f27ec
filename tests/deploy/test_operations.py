"""The operations guide and the alerts: commands that there are, drills that work, metrics and sections that exist."""

from __future__ import annotations

import io
import re
import shlex
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from svdocs.cli.main import COMMANDS, main
from svdocs.records.audit import AuditFiles
from svdocs.records.keep import keep_file
from svdocs.records.store import open_store
from svdocs.records.upkeep import Task, note_task
from svdocs.web.app import create_app
from tests.records.values import commitment, extraction_record
from tests.web.conftest import Made

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operations.md"
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy/prometheus/svdocs.rules.yml").read_text())["groups"][0][
    "rules"
]
CARRIED_OUT = "<!-- carried out by the tests -->\n"
BLOCK = re.compile(rf"({re.escape(CARRIED_OUT)})?```(?:console|sh|bash)?\n(.*?)```", re.S)


def lines_of(path: Path, *, carried_out: bool = False) -> list[str]:
    """The lines of the fenced blocks, those over several lines joined, comments left out."""
    blocks = [block for mark, block in BLOCK.findall(path.read_text()) if mark or not carried_out]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip()]


def commands_of(path: Path) -> Iterator[list[str]]:
    """The words of each `svdocs` command of a page: in its blocks, and in its text where it is whole."""
    inline = re.findall(r"`(svdocs [^`]+)`", re.sub(r"```.*?```", "", path.read_text(), flags=re.S))
    for line in [*lines_of(path), *inline]:
        found = re.fullmatch(r"(?:\w+=\S+ )*(?:docker compose run --rm web|svdocs) ([a-z].*)", line.split(" > ")[0])
        if found and "[" not in line and "|" not in line and "…" not in line:
            yield shlex.split(found[1])


def check(words: list[str]) -> None:
    """Read a command as the program does, and run nothing."""
    module, attribute, _ = COMMANDS[words[0]]
    target = getattr(import_module(module), attribute)
    app = typer.Typer(add_completion=False)
    for name, function in target.items() if isinstance(target, dict) else [(None, target)]:
        app.command(name)(function)
    command, rest = typer.main.get_command(app), words[1:]
    if isinstance(target, dict) and len(target) > 1:
        assert rest[0] in target, words
        command, rest = command.commands[rest[0]], rest[1:]  # type: ignore[attr-defined]
    command.make_context(words[0], list(rest))


PAGES = [
    GUIDE,
    *(ROOT / "docs" / name for name in ("records-and-audit.md", "archives.md", "jobs.md")),
    ROOT / "README.md",
]
MENTIONED = {"people disable", "keys revoke"}
"""Commands named in passing, without what they need; as are all of one word."""


@pytest.mark.parametrize(
    "words",
    [pytest.param(w, id=f"{p.stem}: {' '.join(w)}"[:80]) for p in PAGES for w in commands_of(p)],
)
def test_each_command_of_the_guides_is_one_that_the_program_reads(words: list[str]) -> None:
    assert words[0] in COMMANDS
    if len(words) > 1 and " ".join(words) not in MENTIONED:
        check(words)


def test_a_command_that_there_is_not_would_be_found() -> None:
    with pytest.raises((KeyError, AssertionError)):
        check(["audit", "verfy"])
    with pytest.raises(Exception, match=r"(?i)no such option"):
        check(["backup", "/x", "--with-keys"])
    assert len(list(commands_of(GUIDE))) > 30


def write_records(folder: Path) -> None:
    """A procurement with one document, read and decided on."""
    with open_store(
        f"sqlite:///{folder / 'svdocs.db'}", AuditFiles(folder / "audit.key", folder / "audit.anchor")
    ) as store:
        kept = keep_file(io.BytesIO(b"a bid"), folder / "files")
        document = store.add_document(
            store.add_procurement("Street lighting", "Kent").id,
            name="bid.pdf", kind="bid", supplier="Example Ltd", sha256=kept.sha256, media_type="x", size=kept.size,
        )  # fmt: skip
        store.publish_run(document.id, extraction_record(commitment("We will plant trees."), sha256=kept.sha256), 1)
        store.decide(store.statements_of(document.id)[0].id, action="accept", person="Ada", reason="seen")


def test_the_drills_work_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_records(tmp_path)
    places = {"/var/backups/svdocs": "backup", "/srv/drill": "drill", "/safe/audit.key": "audit.key"}
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: PTH123, SIM115
    lines = [
        "svdocs people add lead@council.example --name Lead --without-password",
        *lines_of(GUIDE, carried_out=True),
    ]
    assert sum(line.startswith("svdocs backup") for line in lines) == 1
    for line in lines:
        for place, own in places.items():
            line = line.replace(place, str(tmp_path / own))
        words = shlex.split(line)
        settings = {"SVDOCS_DATA": str(tmp_path)} | dict(w.split("=", 1) for w in words if re.match(r"SVDOCS_\w+=", w))
        words = [w for w in words if not re.match(r"SVDOCS_\w+=", w)]
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        if words[0] == "svdocs":
            with pytest.raises(SystemExit) as stopped:
                main(words[1:])
            assert stopped.value.code == 0, (line, capsys.readouterr())
        elif words[0] == "install":
            Path(words[-1]).mkdir(mode=0o700)
        else:
            assert words[0] == "cp"
            shutil.copy(words[1], words[2])
    told = capsys.readouterr().out
    assert told.count("The records are whole") >= 3
    assert "Street lighting" in told


def metrics(made: Made) -> set[str]:
    for task in Task:
        note_task(made.settings.data_folder, task, well=True)
    with TestClient(
        create_app(made.store, made.settings), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)
    ) as client:
        client.get("/health/live")
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {sample.name for family in families for sample in family.samples}


def test_each_alert_asks_for_metrics_and_labels_that_there_are(made: Made) -> None:
    there = metrics(made)
    for rule in RULES:
        asked = set(re.findall(r"\b(svdocs_\w+|up)\b(?!\")", rule["expr"]))
        assert asked, rule["alert"]
        assert asked - there <= {"up"}, rule["alert"]
    assert set(re.findall(r"`(svdocs_[a-z_]+)", GUIDE.read_text())) - there == set()


def test_each_alert_names_a_section_of_the_guide() -> None:
    sections = {
        re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-")
        for h in re.findall(r"^#+ (.*)$", GUIDE.read_text(), re.M)
    }
    for rule in RULES:
        page, _, section = rule["annotations"]["runbook"].partition("#")
        assert (ROOT / page) == GUIDE
        assert section in sections, section
        assert rule["labels"]["severity"] in ("page", "ticket")
    for link in re.findall(r"\]\(#([\w-]+)\)", GUIDE.read_text()):
        assert link in sections, link


def test_every_file_that_the_guide_names_is_there() -> None:
    for path in re.findall(r"(?<![\w/])(?:deploy|scripts|docs)/[\w./@*-]+\w", GUIDE.read_text()):
        assert list(ROOT.glob(path)), path
    for link in re.findall(r"\]\(([\w/.-]+)\)", GUIDE.read_text()):
        assert (GUIDE.parent / link).exists(), link
