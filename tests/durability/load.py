# ruff: noqa: E501 -- sentences read better unbroken
"""What the service bears: `python -m tests.durability.load`, part of `make bench`. Writes docs/results/load.md.

Uploads as on the day of a deadline, while a worker reads; and panels of people who read, decide and export.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from svdocs.records.keep import sync_file
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document
from svdocs.text.exchange import document_to_json
from tests.durability.client import BOUNDARY, Ledger, faults_of, opened, prepare
from tests.durability.server import running
from tests.records.values import commitment, extraction_record

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "results" / "load.md"
MIB = 2**20
PACE = 300
"""Uploads a minute that the service must take, each in at most 3 s."""


@dataclass
class Times:
    """How long requests took, in seconds, and those that went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Return the time under which `share` of the requests stayed, in seconds."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))] if self.seconds else 0


async def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Return the status and body of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        for at in range(0, len(body), 256 * 1024):
            writer.write(body[at : at + 256 * 1024])
            await writer.drain()
        head, _, content = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), content
    finally:
        writer.close()


async def burst(port: int, procurement: str, files: int, size: int, clients: int, ledger: Ledger,
                a_minute: float = 0) -> Times:  # fmt: skip
    """Send `files` files of `size` bytes from `clients` senders, and return how long each took.

    Args:
        a_minute: how many are begun a minute; 0 for as many as are answered.
    """
    times, left, begun = Times(), iter(range(files)), time.perf_counter()
    filling = os.urandom(size)
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()

    async def sender() -> None:
        for n in left:
            if a_minute:
                await asyncio.sleep(max(0, begun + n * 60 / a_minute - time.perf_counter()))
            content = n.to_bytes(8, "big") + filling[8:]
            body = head + content + f"\r\n--{BOUNDARY}--\r\n".encode()
            start = time.perf_counter()
            status, answer = await ask(
                port, "POST", f"/api/v1/procurements/{procurement}/documents", body,
                Content_Type=f"multipart/form-data; boundary={BOUNDARY}", Idempotency_Key=f"b{n}",
            )  # fmt: skip
            times.seconds.append(time.perf_counter() - start)
            if status == 201:
                ledger.note(f"b{n}", content, json.loads(answer))
            else:
                times.errors.append(f"{status}: {answer[:200]!r}")

    await asyncio.gather(*(sender() for _ in range(clients)))
    return times


def fill(data: Path, documents: int, statements: int) -> list[str]:
    """Write documents with a text and statements into the records, and return the statements' ids."""
    with opened(data) as store:
        procurement = store.procurements()[0].id
        for n in range(documents):
            words = [f"We will take on {i} apprentices in year {n}." for i in range(statements)]
            builder = TextBuilder()
            for sentence in words:
                builder.add(BlockKind.paragraph, sentence)
            sha256 = hashlib.sha256(f"{n}".encode()).hexdigest()
            text = Document(f"{n}.docx", sha256, "x", builder.text, tuple(builder.blocks), reader="made/1")
            (data / "files" / sha256[:2]).mkdir(parents=True, exist_ok=True)
            (data / "files" / sha256[:2] / sha256).write_bytes(f"{n}".encode())
            document = store.add_document(procurement, name=f"{n}.docx", kind="bid", supplier=f"S{n % 20}",
                                          sha256=sha256, media_type="x", size=1)  # fmt: skip
            store.keep_text(document.id, text.reader, document_to_json(text))
            store.publish_run(document.id, extraction_record(*(commitment(s) for s in words), sha256=sha256), 1)
        return [s.id for d in store.documents_of(procurement) for s in store.statements_of(d.id)]


async def panels(port: int, data: Path, statements: list[str], people: int, seconds: float,
                 think: tuple[float, float]) -> tuple[Times, Times]:  # fmt: skip
    """Let people read and decide for a time, and return how long reads and writes took.

    Of their requests 70 in 100 are pages and evidence, 20 decisions, 5 lists and 5 exports.
    """
    reads, writes = Times(), Times()
    with opened(data) as store:
        procurement = store.procurements()[0].id
        documents = [d.id for d in store.documents_of(procurement)]
    end = time.monotonic() + seconds

    async def person(n: int) -> None:
        rng = random.Random(n)
        await asyncio.sleep(rng.uniform(0, think[1]))
        while time.monotonic() < end:
            share, body, method = rng.random(), b"", "GET"
            if share < 0.35:
                path = f"/documents/{rng.choice(documents)}"
            elif share < 0.70:
                path = f"/statements/{rng.choice(statements)}"
            elif share < 0.90:
                path, method = f"/api/v1/statements/{rng.choice(statements)}/decisions", "POST"
                body = json.dumps({"action": "accept", "person": f"Evaluator {n}", "reason": "seen"}).encode()
            elif share < 0.95:
                path = rng.choice(("/", f"/procurements/{procurement}"))
            else:
                path = f"/api/v1/documents/{rng.choice(documents)}/statements"
            start = time.perf_counter()
            status, answer = await ask(port, method, path, body, Content_Type="application/json")
            times = writes if body else reads
            times.seconds.append(time.perf_counter() - start)
            if status not in (200, 201):
                times.errors.append(f"{method} {path}: {status}: {answer[:200]!r}")
            await asyncio.sleep(rng.uniform(*think))

    await asyncio.gather(*(person(n) for n in range(people)))
    return reads, writes


def sync_p50(folder: Path, times: int = 50) -> float:
    """Return the median time that this disk takes to sync 64 KiB, in milliseconds."""
    taken = []
    with (folder / "sync").open("wb") as file:
        for _ in range(times):
            file.write(os.urandom(65_536))
            file.flush()
            start = time.perf_counter()
            sync_file(file.fileno())
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def _read_for_ever(sample: str) -> None:
    """Read and extract one document again and again, as a worker does."""
    from svdocs.jobs.work import extract_record, read_stored

    while True:
        extract_record(read_stored(Path(sample), Path(sample).name, None), (), ())


@contextlib.contextmanager
def busy_worker() -> Iterator[None]:
    """Keep a worker busy beside the service for the length of the block."""
    sample = next(iter(sorted((ROOT / "samples").rglob("*.pdf"))))
    worker = multiprocessing.get_context("spawn").Process(target=_read_for_ever, args=(str(sample),))
    worker.start()
    try:
        yield
    finally:
        worker.kill()
        worker.join()


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the panels")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "burst"
        procurement, ledger = prepare(data), Ledger()
        sync = sync_p50(data)
        with running(data) as (port, process), busy_worker():
            start = time.perf_counter()
            up = asyncio.run(burst(port, procurement, asked.files, 5 * MIB, 50, ledger))
            minutes = (time.perf_counter() - start) / 60
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
        lost = faults_of(data, ledger, list(ledger.acknowledged))
        data = Path(folder) / "paced"
        procurement, paced_ledger = prepare(data), Ledger()
        with running(data) as (port, _), busy_worker():
            paced = asyncio.run(burst(port, procurement, asked.files, 5 * MIB, 50, paced_ledger, a_minute=PACE))
        lost += faults_of(data, paced_ledger, list(paced_ledger.acknowledged))
        data = Path(folder) / "panels"
        prepare(data)
        statements = fill(data, 40, 60)
        with running(data) as (port, _):
            reads, writes = asyncio.run(panels(port, data, statements, 100, asked.minutes * 60, (5.0, 15.0)))
    lines = [
        "# Load",
        "",
        "Made by `python -m tests.durability.load` (part of `make bench`), with a client of its own that keeps a ledger.",
        f"Two cores, shared with the client, the busy worker and other work (load average {load:.1f} at the start);",
        f"median sync of 64 KiB {sync:.1f} ms.",
        "",
        "| what | figure | wanted |",
        "|---|---:|---:|",
        f"| uploads of 5 MiB acknowledged a minute, 50 senders without a pause, a worker reading and extracting | {len(ledger.acknowledged) / minutes:.0f} | at least 300 |",
        f"| their time, p50 / p99, s: the 50 begin together, and each waits for the other 49 | {up.quantile(0.5):.2f} / {up.quantile(0.99):.2f} | p99 at most 3 |",
        f"| the time of {PACE} uploads begun a minute, p50 / p99, s | {paced.quantile(0.5):.2f} / {paced.quantile(0.99):.2f} | p99 at most 3 |",
        f"| refused or failed, lost or changed, of {len(up.seconds) + len(paced.seconds)} | {len(up.errors) + len(paced.errors)}, {len(lost)} | 0, 0 |",
        f"| peak memory of the service, MiB | {peak:.0f} | under 600 |",
        f"| 20 panels of 5 people, {asked.minutes:g} minutes, {len(reads.seconds)} reads: p50 / p95, ms | {reads.quantile(0.5) * 1000:.0f} / {reads.quantile(0.95) * 1000:.0f} | p95 at most 300 |",
        f"| {len(writes.seconds)} decisions: p50 / p95, ms | {writes.quantile(0.5) * 1000:.0f} / {writes.quantile(0.95) * 1000:.0f} | p95 at most 500 |",
        f"| errors among them | {len(reads.errors) + len(writes.errors)} | 0 |",
        "",
        "The panels' procurement holds 40 documents of 60 statements. Of 100 requests 35 are a document's page, 35 a",
        "statement's with its evidence, 20 a decision, 5 a list and 5 an export of a document's statements; think time 5 to 15 s.",
        "",
    ]  # fmt: skip
    asked.out.write_text("\n".join(lines))
    print(
        "\n".join(lines), *up.errors[:3], *paced.errors[:3], *lost[:3], *reads.errors[:3], *writes.errors[:3], sep="\n"
    )


if __name__ == "__main__":
    main()
