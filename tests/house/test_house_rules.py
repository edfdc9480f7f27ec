"""Rules that prose alone would not hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def sources() -> list[Path]:
    return sorted((ROOT / "src").rglob("*.py"))


# Written in pieces, so that this file does not break its own rule.
INDEX_HOSTS = re.compile(
    "|".join([r"pypi\." + "org", "files\\.python" + "hosted", r"registry\." + "npmjs", r"deb\." + r"debian\.org"])
)


def test_no_file_names_a_package_index() -> None:
    named = [
        p.relative_to(ROOT).as_posix()
        for p in tracked_files()
        if p.suffix not in {".pdf", ".png", ".docx", ".xlsx", ".npz"}
        and INDEX_HOSTS.search(p.read_text("utf-8", "ignore"))
    ]
    assert named == []


UNSAFE = re.compile(
    r"\b(?:pickle|cPickle|joblib|cloudpickle|shelve|dill)\b|\byaml\.load\(|(?<![\w.])(?:eval|exec)\(|allow_pickle=True"
)


def test_no_source_loads_code_from_data() -> None:
    found = [
        f"{p.relative_to(ROOT)}: {m.group()}"
        for p in sources()
        for line in p.read_text().splitlines()
        if not line.lstrip().startswith("#") and (m := UNSAFE.search(line)) and "no pickled" not in line
    ]
    assert found == []


HEAVY_ROOMS = {
    "pypdfium2": {"text"},
    "pdfplumber": {"text"},
    "onnxruntime": {"statements"},
    "tokenizers": {"statements"},
    "sklearn": {"learning"},
    "sqlmodel": {"records"},
    "sqlalchemy": {"records"},
    "alembic": {"records"},
    "openpyxl": {"records"},
    "fastapi": {"web"},
    "jinja2": {"web", "cli", "reports"},
    "uvicorn": {"web", "cli"},
    "yaml": {"learning"},
}


@pytest.mark.parametrize(("library", "rooms"), HEAVY_ROOMS.items())
def test_each_heavy_library_lives_in_its_room(library: str, rooms: set[str]) -> None:
    pattern = re.compile(rf"^\s*(?:from|import) {library}\b", re.M)
    users = {p.relative_to(ROOT / "src" / "svdocs").parts[0] for p in sources() if pattern.search(p.read_text())}
    assert users <= rooms


def test_only_settings_reads_the_environment() -> None:
    readers = {p.name for p in sources() if re.search(r"\bos\.(?:environ|getenv)\b", p.read_text())}
    assert readers <= {"settings.py"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_layers_hold(checkout: Path) -> None:
    done = lint_imports(checkout)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("text/sentences.py", "svdocs.statements.find"),
        ("statements/passages.py", "svdocs.records.store"),
        ("records/store.py", "svdocs.web.app"),
    ],
)
def test_the_layers_break_when_a_lower_room_imports_a_higher_one(checkout: Path, lower: str, higher: str) -> None:
    source = checkout / "src" / "svdocs" / lower
    source.write_text(source.read_text() + f"\nimport {higher}\n")
    done = lint_imports(checkout)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
