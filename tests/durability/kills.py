"""Kills of the server: at a named step, and at any moment under load."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

from tests.durability.client import Ledger, faults_of, opened, prepare, send, spooled
from tests.durability.server import COMMITTED, running

HALF = 1_300_000
"""Bytes of an upload that comes in more than one piece."""


def kill_at(point: str, data: Path, seed: int = 0) -> list[str]:
    """Return what is wrong after a server that died at `point` was started again and the upload was repeated."""
    procurement, ledger, content = prepare(data), Ledger(), random.Random(seed).randbytes(HALF)
    with running(data, point, skip=1) as (port, process):
        before = send(port, procurement, "first", b"%PDF first", ledger)
        answer = send(port, procurement, "second", content, ledger)
        process.join(20)
        faults = [] if process.exitcode == -9 and answer is None else [f"the server did not die at {point}"]
        if before is None or before.status != 201:
            faults.append(f"the upload before was answered with {before}")
    faults += faults_of(data, ledger)
    with opened(data) as store:
        there = [d.id for d in store.documents_of() if d.document.name == "second.pdf"]
    if len(there) != (point in COMMITTED):
        faults.append(f"{len(there)} documents of the upload after the kill")
    with running(data) as (port, _):
        answer = send(port, procurement, "second", content, ledger)
        if answer is None or answer.status != (200 if there else 201) or (there and answer.body["id"] != there[0]):
            faults.append(f"the repeated upload was answered with {answer}")
        if spooled(data):
            faults.append("the spool was not swept")
    return faults + faults_of(data, ledger, ["first", "second"])


def kill_at_random(times: int, data: Path, seed: int, senders: int = 8) -> tuple[list[str], int]:
    """Kill the server `times` times while `senders` send, and return what is wrong and how many were acknowledged.

    What was not acknowledged is sent again with the same key to the next server, until the last has answered for all.
    """
    procurement, ledger, rng = prepare(data), Ledger(), random.Random(seed)
    sent: dict[str, bytes] = {}
    lock = threading.Lock()

    def upload_until(stop: threading.Event, port: int, sender: int) -> None:
        again = [k for k in sent if k.startswith(f"{sender}-") and k not in ledger.acknowledged]
        while not stop.is_set():
            with lock:
                key = again.pop() if again else f"{sender}-{len(sent)}"
                content = sent.setdefault(key, rng.randbytes(rng.choice((200, 5_000, 70_000, 1_200_000))))
            if send(port, procurement, key, content, ledger) is None:
                return

    faults: list[str] = []
    for _ in range(times):
        with running(data) as (port, process):
            stop = threading.Event()
            threads = [threading.Thread(target=upload_until, args=(stop, port, n)) for n in range(senders)]
            for thread in threads:
                thread.start()
            goal = len(ledger.acknowledged) + rng.randint(1, 20)
            while len(ledger.acknowledged) < goal and any(t.is_alive() for t in threads):
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.05))  # so that the kill falls at any moment of the next upload
            process.kill()
            stop.set()
            for thread in threads:
                thread.join()
    with running(data) as (port, _):
        for key, content in sent.items():
            if key not in ledger.acknowledged and send(port, procurement, key, content, ledger) is None:
                faults.append(f"{key}: never answered")
    return faults + faults_of(data, ledger, list(sent)), len(ledger.acknowledged)
