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
| SVDOCS_OIDC_ISSUER, SVDOCS_OIDC_CLIENT_ID, SVDOCS_OIDC_CLIENT_SECRET | sign-in by OpenID Connect there | none |
| SVDOCS_WEBHOOK_HOSTS | hosts of the own network that webhooks may be sent to, with commas between | none |
| SVDOCS_REQUESTS_PER_MINUTE | of one account or key | 3000 |
| SVDOCS_UPLOADS_PER_MINUTE | of one account or key | 600 |
| SVDOCS_METRICS_TOKEN | who sends it as a bearer token reads `/metrics`; without it only this machine may | none |
| SVDOCS_LOG | `json` writes a JSON line for each request and event; `plain` only warnings, in words | plain |
| SVDOCS_PROFILE | the buyer's policy on additionality: a name, or a TOML file | none |

What is a secret may stand in a file whose path the same name with `_FILE` at its end gives: SVDOCS_DATABASE_URL_FILE,
SVDOCS_OIDC_CLIENT_SECRET_FILE, SVDOCS_METRICS_TOKEN_FILE.
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
LEAST_TOKEN_LETTERS = 24
SECRETS = ("SVDOCS_DATABASE_URL", "SVDOCS_OIDC_CLIENT_SECRET", "SVDOCS_METRICS_TOKEN")
"""Settings that may also stand in a file, named by the same name with `_FILE` at its end."""


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
    webhook_hosts: tuple[str, ...] = ()
    """Hosts of the authority's own network that webhooks may be sent to; others have to be public."""
    requests_per_minute: int = 3_000
    uploads_per_minute: int = 600
    metrics_token: str = field(default="", repr=False)
    """Who sends it may read the metrics; empty where only this machine may."""
    logs_json: bool = False
    """Whether the log is JSON lines."""
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
    env |= _secrets_in_files(env)
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
        webhook_hosts=tuple(h.strip().lower() for h in env.get("SVDOCS_WEBHOOK_HOSTS", "").split(",") if h.strip()),
        requests_per_minute=_whole(env, "SVDOCS_REQUESTS_PER_MINUTE", 3_000, 1_000_000),
        uploads_per_minute=_whole(env, "SVDOCS_UPLOADS_PER_MINUTE", 600, 1_000_000),
        audit_key_file=_file(env, "SVDOCS_AUDIT_KEY"),
        audit_anchor_file=_file(env, "SVDOCS_AUDIT_ANCHOR"),
        metrics_token=_token(env),
        logs_json=_choice(env, "SVDOCS_LOG", ("plain", "json")) == "json",
        spare_bytes=_whole(env, "SVDOCS_SPARE_MIB", SPARE_MIB, 2**30, least=0) * 2**20,
    )


def _secrets_in_files(env: dict[str, str]) -> dict[str, str]:
    """Return the settings whose value stands in a file, as where secrets are mounted into a container."""
    found = {}
    for name in SECRETS:
        if path := env.get(f"{name}_FILE"):
            if name in env:
                raise ConfigurationError(f"{name} and {name}_FILE are both set; unset one of them.")
            try:
                found[name] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigurationError(f"{name}_FILE: {path} cannot be read; check path and rights.") from error
            if not found[name]:
                raise ConfigurationError(f"{name}_FILE: {path} is empty; put the value into it.")
    return found


def _token(env: dict[str, str]) -> str:
    token = env.get("SVDOCS_METRICS_TOKEN", "")
    if token and (len(token) < LEAST_TOKEN_LETTERS or not token.isascii() or not token.isprintable()):
        raise ConfigurationError(
            f"SVDOCS_METRICS_TOKEN has fewer than {LEAST_TOKEN_LETTERS} letters, or others than ASCII; "
            "make one with `openssl rand -hex 32`."
        )
    return token


def _choice(env: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, choices[0])
    if value not in choices:
        raise ConfigurationError(f"{name}: {value!r} is none of {', '.join(choices)}; set it to one, or unset it.")
    return value


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


def word_templates_folder() -> Path:
    """Return the folder of the shipped Word templates: inside an installed package, or beside `src` in a checkout."""
    inside = PACKAGE_FOLDER / "word_templates"
    return inside if inside.is_dir() else PACKAGE_FOLDER.parent.parent / "templates"


def wants_traceback() -> bool:
    """Say whether a maintainer asked to see where the program fails."""
    return os.environ.get("SVDOCS_TRACEBACK") == "1"
