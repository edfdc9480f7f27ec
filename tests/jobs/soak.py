"""The long proof of the workers: ``python -m tests.jobs.soak``; prints a table for the results.

Each step is a place of `launcher.PLACES`, at which a worker is killed as by `kill -9`, TIMES times on SQLite, and
another takes over; `--places W1 W2` takes some of them. RACES times two holders of one job publish at once. While JOBS
jobs are done by two workers,
PostgreSQL is stopped as by a crash and started again, three times.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time

from svdocs.errors import Conflict
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.jobs import Jobs
from svdocs.records.store import Store, open_store
from svdocs.records.tables import LIVE_JOBS, JobState
from svdocs.settings import Settings, read_settings
from tests.jobs.launcher import PLACES, Hired
from tests.jobs.test_worker import add
from tests.postgresql import NoPostgresql, Server, running_server
from tests.records.values import commitment, extraction_record

WAIT_SECONDS = 1800
TEXT = "We will plant trees.\nWe will sweep weekly."


def main() -> None:
    """Run what is asked for, and print what was seen; a number of 0 leaves a part out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="kills at each place")
    parser.add_argument("--places", nargs="*", default=list(PLACES), choices=list(PLACES))
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=500, help="done while PostgreSQL crashes")
    asked = parser.parse_args()
    times, races, jobs = asked.times, asked.races, asked.jobs
    print("| what | times | broken | seconds | load |\n|---|---:|---:|---:|---:|")
    for place, step in ((p, PLACES[p]) for p in asked.places if times):
        _tell(f"worker killed at {place}, {step}", times, lambda place=place: kill(place, times))  # type: ignore[misc]
    if races:
        _tell("two holders publish one job, SQLite", races, lambda: _in_folder(lambda s, t: race(t, s, races)))
    if not races and not jobs:
        return
    try:
        with running_server(is_durable=True) as server:
            if races:
                raced = server.clone()
                _tell("two holders publish one job, PostgreSQL", races,
                      lambda: _in_folder(lambda s, t: race(t, s, races), raced))  # fmt: skip
            if jobs:
                url = server.clone()
                _tell("PostgreSQL crashes 3 times, jobs done meanwhile", jobs,
                      lambda: _in_folder(lambda s, t: restart(server, t, s, jobs), url))  # fmt: skip
    except NoPostgresql as reason:
        print(f"| PostgreSQL | 0 | {reason} | |")


def kill(place: str, times: int) -> int:
    """Return how often something was broken after a worker was killed at the place and another took over."""
    return sum(_in_folder(lambda settings, store: _kill_once(place, settings, store)) for _ in range(times))


def _kill_once(place: str, settings: Settings, store: Store) -> int:
    document = add(store, settings, TEXT)
    first = Hired(settings.data_folder, settings.database_url, place)
    died = first.exit_code(WAIT_SECONDS) == -9
    seen = store.document(document).commitments
    second = Hired(settings.data_folder, settings.database_url)
    _wait(store)
    second.kill()
    ended = [j.state for j in Jobs(store).jobs_of()] == [JobState.done]
    whole = len(store.statements_of(document)) == 2 and len(store.runs_of(document)) == 1
    return 0 if died and seen in (0, 2) and ended and whole and _is_whole(store, settings) else 1


def race(store: Store, settings: Settings, times: int) -> int:
    """Return how often two holders of one job, the first of whom was taken for dead, published other than one run."""
    jobs, broken = Jobs(store), 0
    for n in range(times):
        document = add(store, settings, f"We will {n}.")
        [job] = jobs.jobs_of(document_id=document)
        claims = [jobs.claim(job.id, "w1", seconds=-1), jobs.claim(job.id, "w2")]
        start = threading.Barrier(2)

        def publish(i: int) -> None:
            start.wait()  # noqa: B023, the threads end before the next round
            try:
                store.publish_run(document, extraction_record(commitment(str(i))), 1, claim=claims[i])  # noqa: B023
            except Conflict:
                return

        threads = [threading.Thread(target=publish, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [s.statement.text for s in store.statements_of(document)]
        broken += (found, len(store.runs_of(document))) != (["1"], 1)
    return broken + (not _is_whole(store, settings))


def restart(server: Server, store: Store, settings: Settings, count: int) -> int:
    """Return how many jobs did not end with one run while PostgreSQL crashed three times."""
    documents = [add(store, settings, f"We will {n}.") for n in range(count)]
    crew = [Hired(settings.data_folder, settings.database_url) for _ in range(2)]
    for third in range(1, 4):
        _wait(store, left=count - count * third // 4)
        server.stop("immediate")
        time.sleep(1)
        server.start()
    _wait(store)
    for worker in crew:
        worker.kill()
    states = {j.document_id: j.state for j in Jobs(store).jobs_of(limit=count)}
    broken = sum(states[d] is not JobState.done or len(store.runs_of(d)) != 1 for d in documents)
    return broken + (not _is_whole(store, settings))


def _wait(store: Store, left: int = 0) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while len(Jobs(store).jobs_of(states=LIVE_JOBS)) > left:
        if time.monotonic() > end:
            return
        time.sleep(0.1)


def _in_folder(work: object, url: str = "") -> int:
    with tempfile.TemporaryDirectory(prefix="svdocs-soak-") as folder:
        told = {"SVDOCS_DATA": folder, "SVDOCS_DATABASE_URL": url, "SVDOCS_WORKERS": "1"}
        os.environ["SVDOCS_DATA"] = folder  # where the workers too find the keys of the audit trail
        settings = read_settings(told)
        with open_store(settings.database_url) as store:
            result: int = work(settings, store)  # type: ignore[operator]
    return result


def _is_whole(store: Store, settings: Settings) -> bool:
    return all(c.outcome is not Outcome.broken for c in check_records(store, settings.files_folder, strict=True))


def _tell(what: str, times: int, work: object) -> None:
    start = time.monotonic()
    broken: int = work()  # type: ignore[operator]
    seconds, load = time.monotonic() - start, os.getloadavg()[1]
    print(f"| {what} | {times} | {broken} | {seconds:.0f} | {load:.0f} |", flush=True)


if __name__ == "__main__":
    main()
