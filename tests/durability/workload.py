"""Brings in small files one after another, by the product's own steps, and writes down each that is acknowledged.

Run by `power_cut` under the recorder: ``python -m tests.durability.workload DATA PROCUREMENT UPLOADS HOW``. HOW is how
the product does it, or a negative control: a step left out, so that the proof can be seen to fail.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from svdocs.records import keep
from svdocs.records.receiving import IfThere, NewDocument
from svdocs.records.store import open_store
from svdocs.settings import read_settings

ACKS = "acknowledged"
HOW = ("as it is", "synchronous=OFF", "files not synced", "folders not synced")


def main(data: Path, procurement: str, uploads: int, how: str) -> None:
    """Bring in `uploads` files."""
    _leave_out(how)
    settings = read_settings({"SVDOCS_DATA": str(data)})
    acks = os.open(data / ACKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    rng = random.Random(uploads)
    with open_store(settings.database_url) as store:
        for n in range(uploads):
            with keep.Spool(settings.files_folder) as spool:
                for _ in range(3):
                    spool.write(rng.randbytes(rng.randint(1, 3_000)))
                with spool.placed(store.is_recorded) as kept:
                    given = NewDocument(procurement, f"{n}.pdf", None, f"S{n}", kept.sha256, "", kept.size)
                    document = store.receive_document(given, if_there=IfThere.ask).document
            os.write(acks, f"{kept.sha256} {document.id}\n".encode())


def _leave_out(how: str) -> None:
    if how == "synchronous=OFF":

        @event.listens_for(Engine, "begin")  # before the product's own begins the transaction
        def _(connection: Any) -> None:
            connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")

    elif how == "files not synced":
        keep.sync_file = lambda handle: None
    elif how == "folders not synced":
        real = os.fsync
        keep.os.fsync = lambda handle: None if Path(f"/proc/self/fd/{handle}").is_dir() else real(handle)  # type: ignore[attr-defined]
        keep.sync_folder = lambda folder: None


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
