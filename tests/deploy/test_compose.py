"""The compose file and the Containerfile: what is reached from outside, what holds secrets, and that names agree."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from svdocs.cli.main import COMMANDS
from svdocs.settings import read_settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy"
FILE: dict[str, Any] = yaml.safe_load((FOLDER / "compose/compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
CONTAINERFILE = (FOLDER / "Containerfile").read_text()
OWN = [name for name, s in SERVICES.items() if s["image"] == "svdocs"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, s in SERVICES.items() if "ports" in s] == ["proxy"]
    for name, service in SERVICES.items():
        reached = [n for n in service["networks"] if not (FILE["networks"][n] or {}).get("internal")]
        assert reached == (["outside"] if name == "proxy" else []), name


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_read_only_and_without_powers(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]
    assert not service.get("privileged")
    assert name == "proxy" or service["user"] not in ("root", "0", "0:0")


def test_secrets_come_in_files_and_stand_nowhere_else() -> None:
    for service in SERVICES.values():
        for variable, value in service["environment"].items():
            if re.search("PASSWORD|SECRET|TOKEN|DATABASE_URL", variable):
                assert variable.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
    ignored = (FOLDER / "compose/.gitignore").read_text().split()
    assert {str(Path(s["file"]).parent) for s in FILE["secrets"].values()} == {"secrets"}
    assert {"secrets/", "tls/"} <= set(ignored)


def test_the_service_believes_the_proxy_and_nobody_else() -> None:
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    assert SERVICES["web"]["environment"]["SVDOCS_PROXIES"] == address
    assert ip_address(address) in ip_network(FILE["networks"]["front"]["ipam"]["config"][0]["subnet"])


def test_what_is_waited_for_has_a_health_check() -> None:
    for service in SERVICES.values():
        for name, how in (service.get("depends_on") or {}).items():
            assert how["condition"] == "service_healthy"
            assert SERVICES[name]["healthcheck"]["test"]
    assert "/health/ready" in SERVICES["web"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", OWN)
def test_each_container_runs_a_command_that_there_is(name: str) -> None:
    assert SERVICES[name]["command"][0] in COMMANDS


@pytest.mark.parametrize("name", OWN)
def test_the_settings_of_each_container_can_be_read(name: str, tmp_path: Path) -> None:
    secrets = {"database_url": "postgresql://svdocs:secret@database/svdocs", "metrics_token": "t" * 64}
    for secret, value in secrets.items():
        (tmp_path / secret).write_text(f"{value}\n")
    environment = {
        variable: value.replace("/run/secrets", str(tmp_path)) if variable.endswith("_FILE") else value
        for variable, value in SERVICES[name]["environment"].items()
    }
    environment["SVDOCS_PUBLIC_URL"] = "https://svdocs.council.example"
    settings = read_settings(environment | dict(re.findall(r"(SVDOCS_\w+)=(\S+)", CONTAINERFILE)))
    assert settings.database_url == secrets["database_url"]
    assert settings.metrics_token == secrets["metrics_token"]
    assert settings.logs_json
    assert settings.data_folder == Path("/data")


def test_every_place_that_is_written_is_a_volume_that_belongs_to_the_service() -> None:
    volumes = {v.split(":")[1] for name in OWN for v in SERVICES[name]["volumes"]}
    [made] = re.findall(r"install -d -o svdocs -g svdocs -m 0750 (.*)", CONTAINERFILE)
    assert volumes == set(made.split())
    for name in OWN:
        assert SERVICES[name]["user"] == "10001:10001"
    assert "--uid 10001" in CONTAINERFILE


def test_the_image_is_built_from_pinned_packages_and_runs_as_nobody_special() -> None:
    assert "--require-hashes -r constraints-run.txt" in CONTAINERFILE
    assert re.findall(r"^FROM (\S+)", CONTAINERFILE, re.M) == ["python:3.11-slim"] * 2
    assert CONTAINERFILE.index("USER svdocs") > CONTAINERFILE.rindex("RUN")
    root = FOLDER.parent
    for words in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.M):
        assert all((root / word).exists() for word in words.split())
