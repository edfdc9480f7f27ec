"""What the pages take from npm packages: each file the pinned one, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from svdocs.web.render import WEB_FOLDER

STATIC = WEB_FOLDER / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
SERVED = sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg"})


@pytest.mark.parametrize(("name", "sha512"), [pair for package in MANIFEST for pair in package["files"].items()])
def test_each_file_is_the_one_that_was_built(name: str, sha512: str) -> None:
    assert hashlib.sha512((VENDOR / name).read_bytes()).hexdigest() == sha512


def test_each_package_comes_with_its_licence_and_nothing_else_is_there() -> None:
    names = {name for package in MANIFEST for name in package["files"]}
    licences = {f"{package['name'].removesuffix('.org')}.LICENCE.txt" for package in MANIFEST}
    assert {p.name for p in VENDOR.iterdir()} == names | licences | {"manifest.json"}


def test_the_manifest_is_what_the_script_pins() -> None:
    script = (Path(__file__).parent.parent.parent / "scripts" / "web_assets.py").read_text()
    for package in MANIFEST:
        assert f'"{package["version"]}"' in script
        assert f'"{package["integrity"]}"' in script


def test_the_macros_were_made_for_this_version_of_the_style_sheet() -> None:
    assert '--govuk-frontend-version:"6.3.0"' in (VENDOR / "govuk-frontend.css").read_text()


@pytest.mark.parametrize("path", SERVED, ids=lambda p: p.name)
def test_no_file_is_fetched_from_elsewhere_nor_shows_what_is_the_governments(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z0-9-]+(\.[a-z0-9-]+)+/", text), "a host"
    assert not re.search(r"cdn|unpkg|jsdelivr|googleapis|npmjs", text, re.IGNORECASE)
    assert not re.search(r"GDS Transport|@font-face|crest|crown\b", text.replace("No crown", ""), re.IGNORECASE)
    assert "sourceMappingURL" not in text
