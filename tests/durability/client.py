"""A sender that keeps a ledger of what was acknowledged to it, and the check of the records against that ledger."""

from __future__ import annotations

import hashlib
import http.client
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from svdocs.records.audit import trail_of, verify_trail
from svdocs.records.keep import is_intact
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings

BOUNDARY = "----boundary"
PATIENCE_SECONDS = 300
"""After which an answer is no longer waited for: long, because these proofs also run on busy machines."""


@dataclass
class Ledger:
    """What the service has said that it holds: by key the SHA-256 that the sender computed and the document's id."""

    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """What the service said that cannot both be true."""

    def note(self, key: str, content: bytes, answer: dict[str, str]) -> None:
        """Write down an acknowledgement."""
        sha256 = hashlib.sha256(content).hexdigest()
        if answer["sha256"] != sha256:
            self.broken.append(f"{key}: another hash was answered")
        before = self.acknowledged.setdefault(key, (sha256, answer["id"]))
        if before != (sha256, answer["id"]):
            self.broken.append(f"{key}: another document was answered than before")


@dataclass(frozen=True)
class Answer:
    """The status of an answer, and what it holds."""

    status: int
    body: dict[str, str]


def send(port: int, procurement: str, key: str, content: bytes, ledger: Ledger | None = None) -> Answer | None:
    """Upload a file and return the answer, noted in the ledger if it acknowledges; None if there was none."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{key}.pdf"\r\n\r\n'.encode()
    body = head + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": key}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", f"/api/v1/procurements/{procurement}/documents", body, headers)
        response = connection.getresponse()
        answer = Answer(response.status, json.loads(response.read()))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    if answer.status in (200, 201) and ledger is not None:
        ledger.note(key, content, answer.body)
    return answer


def prepare(data: Path) -> str:
    """Make the records in `data` and return the id of a procurement in them."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "svdocs.db").write_bytes(empty_database())
    with opened(data) as store:
        return store.add_procurement("Lighting", "Kent").id


@cache
def empty_database() -> bytes:
    """Return a database with its tables made, because that takes longer than most of these proofs."""
    with tempfile.TemporaryDirectory() as folder:
        opened(Path(folder)).close()
        return (Path(folder) / "svdocs.db").read_bytes()


def opened(data: Path) -> Store:
    """Open the records in `data`."""
    return open_store(read_settings({"SVDOCS_DATA": str(data)}).database_url)


def faults_of(data: Path, ledger: Ledger, keys: Sequence[str] | None = None) -> list[str]:
    """Return what is wrong with the records in `data`, in words; nothing if every promise is kept.

    Args:
        data: folder of the records.
        ledger: what was acknowledged.
        keys: all that were ever sent, if each of them has been acknowledged by now.
    """
    files = data / "files"
    faults = list(ledger.broken)
    with opened(data) as store, store.reading() as session:
        connection = session.connection()
        documents = {r.id: r.document for r in store.documents_of()}
        for key, (sha256, document_id) in ledger.acknowledged.items():
            if document_id not in documents or documents[document_id].sha256 != sha256:
                faults.append(f"{key}: acknowledged and not in the records")
        for document in documents.values():
            if not (files / document.sha256[:2] / document.sha256).is_file():
                faults.append(f"{document.name}: its file is missing")
            elif not is_intact(document.sha256, files):
                faults.append(f"{document.name}: its file has changed")
        if keys is not None and len(documents) != len(keys):
            faults.append(f"{len(documents)} documents of {len(keys)} uploads")
        jobs = connection.exec_driver_sql("SELECT count(*), count(DISTINCT document_id) FROM job").one()
        if tuple(jobs) != (len(documents), len(documents)):
            faults.append(f"{jobs} jobs of {len(documents)} documents")
        told = connection.exec_driver_sql("SELECT count(*) FROM audit_entry WHERE kind = 'document_added'").scalar()
        if told != len(documents):
            faults.append(f"{told} entries of {len(documents)} documents")
        trail = trail_of(store._engine)
        verified = verify_trail(connection, trail, trail.anchor())
        if verified.breach:
            faults.append(f"the audit trail is broken: {verified.breach}")
    with sqlite3.connect(data / "svdocs.db") as plain:
        said = plain.execute("PRAGMA integrity_check").fetchone()[0]
    plain.close()
    return faults if said == "ok" else [*faults, f"integrity_check: {said}"]


def spooled(data: Path) -> int:
    """Return how many files stand in the spool."""
    return len(list((data / "files" / "spool").glob("*")))
