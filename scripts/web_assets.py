"""Builds what the pages take from two npm packages into `src/svdocs/web/static/vendor`; needs npm, and only here.

The versions and the SHA-512 of each package are pinned below. What is built is committed, so that neither setting up
nor running needs node or a network; `tests/web/test_assets.py` holds each file to the hash in `manifest.json`.
The licensed typeface, the crown and the royal crest of GOV.UK are left out: svdocs is not a government service.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "src/svdocs/web/static/vendor"
FREE_TYPEFACES = 'Arial,"Liberation Sans",Helvetica,sans-serif'


@dataclass(frozen=True)
class Package:
    """One package at one version, and which of its files become which of ours."""

    name: str
    version: str
    integrity: str
    files: dict[str, str]
    licence: str


PACKAGES = (
    # The version that the macros of govuk-frontend-jinja 4.1.0 were made for.
    Package(
        "govuk-frontend",
        "6.3.0",
        "sha512-cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA==",
        {
            "package/dist/govuk/govuk-frontend.min.css": "govuk-frontend.css",
            "package/dist/govuk/govuk-frontend.min.js": "govuk-frontend.js",
        },
        "MIT",
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        {"package/dist/htmx.min.js": "htmx.js", "package/LICENSE": "htmx.LICENCE.txt"},
        "0BSD",
    ),
)


def fetch_package(package: Package, folder: Path) -> Path:
    """Return the package as npm gives it, once its SHA-512 is the pinned one."""
    wanted = f"{package.name}@{package.version}"
    run = subprocess.run(
        ["npm", "pack", wanted, "--silent", "--pack-destination", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    path = folder / run.stdout.split()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != package.integrity:
        sys.exit(f"{wanted}: the package is not the pinned one ({found}); look into why before you change the pin.")
    return path


def free_style_sheet(css: str) -> str:
    """Return GOV.UK's style sheet without its licensed typeface and its crest."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FREE_TYPEFACES)
    css = re.sub(r"\.govuk-footer__copyright-logo:before\{[^}]*\}", "", css)
    return re.sub(r"\.govuk-footer__crown\{[^}]*\}", "", css)


def build_file(name: str, data: bytes) -> bytes:
    """Return one file as it is committed: without a link to a source map that is not there."""
    text = data.decode("utf-8")
    text = re.sub(r"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$", "", text)
    if name.endswith(".css"):
        text = free_style_sheet(text)
    return text.rstrip().encode() + b"\n"


def build() -> None:
    """Write the files and their manifest."""
    manifest = []
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            files = {}
            with tarfile.open(fetch_package(package, Path(folder))) as archive:
                for inside, name in package.files.items():
                    member = archive.extractfile(inside)
                    assert member is not None
                    data = build_file(name, member.read())
                    (VENDOR / name).write_bytes(data)
                    files[name] = hashlib.sha512(data).hexdigest()
            pin = {"name": package.name, "version": package.version, "integrity": package.integrity}
            manifest.append(pin | {"licence": package.licence, "files": files})
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()
