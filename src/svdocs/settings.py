"""The one reader of the environment, and where svdocs keeps its own files.

| variable | meaning | default |
|---|---|---|
| SVDOCS_DATA | folder for the database and the kept files | `var` beneath the working folder |
| SVDOCS_DATABASE_URL | address of the database, `sqlite:///…` or `postgresql://…` | an SQLite file in SVDOCS_DATA |
| SVDOCS_AUDIT_KEY | file of the audit trail's keys | `audit.key` beside an SQLite database, else in SVDOCS_DATA |
| SVDOCS_AUDIT_ANCHOR | file that remembers the audit trail's end, best on another disk | `audit.anchor` there |
| SVDOCS_FRAMEWORKS | keys of imported frameworks that the records use too, with commas between | none |
| SVDOCS_WORKERS | worker processes for a batch | the number of cores |
| SVDOCS_SPARE_MIB | uploads are refused rather than leave less than this free on the disk; 0 for no such guard | 256 |
| SVDOCS_TRACEBACK | 1 shows where the program failed, for a report | unset |
| SVDOCS_HOST, SVDOCS_PORT | where `svdocs serve` listens | 127.0.0.1, 8000 |
| SVDOCS_PUBLIC_URL | the https address under which people open the service, behind a proxy | none |
| SVDOCS_PROXIES | addresses of the proxies whose word about the sender is taken, with commas between | 127.0.0.1 |
| SVDOCS_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET | sign-in at this OpenID Connect provider | none |
| SVDOCS_REQUESTS_PER_MINUTE | of one account or key | 3000 |
| SVDOCS_UPLOADS_PER_MINUTE | of one account or key | 600 |
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from svdocs.errors import ConfigurationError

PACKAGE_FOLDER = Path(__file__).resolve().parent
MAX_WORKERS = 256
SPARE_MIB = 256


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Where people sign in by OpenID Connect, and as which client this service is known there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; read once at the edge and handed down."""

    data_folder: Path
    database_url: str
    workers: int
    host: str
    port: int
    frameworks: tuple[str, ...] = ()
    profile: str = ""
    """The buyer's policy on additionality, by which what is in the records is judged; empty for none."""
    public_url: str = ""
    """The https address under which people open the service, without a slash at its end; empty for none."""
    proxies: tuple[str, ...] = ("127.0.0.1",)
    """Addresses of the proxies whose word about the sender is taken."""
    oidc: IdentityProvider | None = None
    requests_per_minute: int = 3_000
    uploads_per_minute: int = 600
    spare_bytes: int = SPARE_MIB * 2**20
    """Of the disk of the kept files, which an upload must leave free so that the database can still be written."""

    audit_key_file: Path | None = None
    """File of the audit trail's keys, if it is set."""
    audit_anchor_file: Path | None = None
    """File that remembers the audit trail's end, if it is set."""

    @property
    def files_folder(self) -> Path:
        """Folder of the kept originals, each under its SHA-256."""
        return self.data_folder / "files"

    @property
    def decisions_folder(self) -> Path:
        """Folder of the packs made of people's decisions, kept apart from the shipped corpus."""
        return self.data_folder / "decisions"

    @property
    def frameworks_folder(self) -> Path:
        """Folder of the frameworks that the authority has imported, which may not be there yet."""
        return self.data_folder / "frameworks"

    @property
    def frameworks_folders(self) -> tuple[Path, ...]:
        """The folders of catalogue files beside the shipped ones: one for each imported framework that is used."""
        return tuple(self.frameworks_folder / key for key in self.frameworks)


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """Return the settings found in `environment` (default: the process's own); an empty value counts as unset.

    Raises:
        ConfigurationError: a value cannot be used; the message names the variable.
    """
    env = {name: value for name, value in (os.environ if environment is None else environment).items() if value}
    folder = _folder("SVDOCS_DATA", env.get("SVDOCS_DATA", "var"))
    return Settings(
        data_folder=folder,
        database_url=env.get("SVDOCS_DATABASE_URL", f"sqlite:///{folder / 'svdocs.db'}"),
        workers=_whole(env, "SVDOCS_WORKERS", os.cpu_count() or 1, MAX_WORKERS),
        host=env.get("SVDOCS_HOST", "127.0.0.1"),
        port=_whole(env, "SVDOCS_PORT", 8000, 65_535),
        frameworks=_keys(env.get("SVDOCS_FRAMEWORKS", "")),
        profile=env.get("SVDOCS_PROFILE", ""),
        public_url=_public_url(env),
        proxies=tuple(p.strip() for p in env.get("SVDOCS_PROXIES", "127.0.0.1").split(",") if p.strip()),
        oidc=_identity_provider(env),
        requests_per_minute=_whole(env, "SVDOCS_REQUESTS_PER_MINUTE", 3_000, 1_000_000),
        uploads_per_minute=_whole(env, "SVDOCS_UPLOADS_PER_MINUTE", 600, 1_000_000),
        audit_key_file=_file(env, "SVDOCS_AUDIT_KEY"),
        audit_anchor_file=_file(env, "SVDOCS_AUDIT_ANCHOR"),
        spare_bytes=_whole(env, "SVDOCS_SPARE_MIB", SPARE_MIB, 2**30, least=0) * 2**20,
    )


def _public_url(env: dict[str, str]) -> str:
    url = env.get("SVDOCS_PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.path or parts.query or parts.fragment):
        raise ConfigurationError(
            f"SVDOCS_PUBLIC_URL: {url!r} is no https address of a host; write it as https://svdocs.council.example."
        )
    return url


def _identity_provider(env: dict[str, str]) -> IdentityProvider | None:
    names = ("SVDOCS_OIDC_ISSUER", "SVDOCS_OIDC_CLIENT_ID", "SVDOCS_OIDC_CLIENT_SECRET")
    values = [env.get(name, "") for name in names]
    if not any(values):
        return None
    for name, value in zip(names, values, strict=True):
        if not value:
            raise ConfigurationError(f"{name} is not set; sign-in by OpenID Connect needs {', '.join(names)}.")
    issuer = values[0].rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ConfigurationError(f"SVDOCS_OIDC_ISSUER: {issuer!r} is no https address; take the provider's own.")
    return IdentityProvider(values[0], values[1], values[2])


def _file(env: dict[str, str], name: str) -> Path | None:
    return _folder(name, env[name]) if name in env else None


def _folder(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser().resolve()
    except RuntimeError:
        raise ConfigurationError(f"{name}: {value!r} names no user's folder; write the whole path.") from None


def _keys(value: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(k.strip() for k in value.split(",") if k.strip()))
    for key in keys:
        if not all(c.isalnum() or c == "-" for c in key):
            raise ConfigurationError(
                f"SVDOCS_FRAMEWORKS: {key!r} is no key of a framework; `svdocs frameworks list` shows the keys."
            )
    return keys


def _whole(env: dict[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    value = env.get(name)
    if value is None:
        return default
    if not value.isdecimal() or len(value) > len(str(most)) or not least <= int(value) <= most:
        raise ConfigurationError(
            f"{name}: {value!r} is no whole number from {least} to {most}; set it to one, or unset it."
        )
    return int(value)


def models_folder() -> Path:
    """Return the folder of the shipped models: inside an installed package, or beside `src` in a checkout."""
    inside = PACKAGE_FOLDER / "models"
    return inside if inside.is_dir() else PACKAGE_FOLDER.parent.parent / "models"


def wants_traceback() -> bool:
    """Say whether a maintainer asked to see where the program fails."""
    return os.environ.get("SVDOCS_TRACEBACK") == "1"
