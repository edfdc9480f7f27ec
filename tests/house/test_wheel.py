"""What is installed from the wheel works by itself: models, catalogues, templates, migrations and pages are inside."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from svdocs.web.render import static_address
from tests.record_schema import check_record

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("svdocs-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment outside the checkout with svdocs from the wheel, and what it needs from the running environment.

    A path file names the running environment's packages; path files in there, such as that of an editable svdocs, are
    not followed.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        str(wheel),
    ]
    done = subprocess.run(install, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "running.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "SVDOCS_WORKERS": "1"}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(folder / "venv" / "bin" / words[0]), *words[1:]]
    return subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=300)


def test_the_wheel_holds_every_file_of_the_package_and_every_model(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = [p.relative_to(ROOT / "src") for p in (ROOT / "src" / "svdocs").rglob("*")]
    wanted += [Path("svdocs") / p.relative_to(ROOT) for p in (ROOT / "models").rglob("*")]
    missing = [w.as_posix() for w in wanted if w.suffix and w.suffix != ".pyc" and w.as_posix() not in inside]
    assert missing == []
    assert [n for n in inside if n.startswith(("tests/", "corpus/", "samples/")) or ".pyc" in n] == []


def test_the_installed_svdocs_is_the_wheel_s(installed: Path) -> None:
    done = run(installed, "python", "-c", "import svdocs; print(svdocs.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed), done.stdout + done.stderr


def test_the_installed_svdocs_extracts_a_sample(installed: Path) -> None:
    done = run(installed, "svdocs", "extract", str(ROOT / "samples" / "bid-wickenden.docx"), "--strict")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    check_record(record)
    assert len(record["commitments"]) > 5
    assert all(c["themes"]["nhs"] for c in record["commitments"])


@pytest.fixture
def served(installed: Path) -> Iterator[str]:
    """The address of the installed svdocs, serving."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(installed / "venv" / "bin" / "svdocs"), "serve", "--port", str(port)]
    log = installed / "serve.log"
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=installed, env=environment(installed), stdout=stream, stderr=stream)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE_SECONDS:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{address} does not answer: {log.read_text()}")


def test_the_installed_svdocs_serves_its_pages_and_their_files(installed: Path, served: str) -> None:
    for path, kind in (
        ("/health", "application/json"),
        ("/", "text/html"),
        (f"{static_address()}/svdocs.css", "text/css"),
    ):
        with urllib.request.urlopen(served + path, timeout=30) as answer:
            assert (answer.status, answer.headers.get_content_type()) == (200, kind), path
            assert answer.read()
    assert (installed / "var" / "svdocs.db").is_file()
