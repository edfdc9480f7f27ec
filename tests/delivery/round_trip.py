"""The round trip of the case study template in ten ways; `python -m tests.delivery.round_trip` prints the table."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from svdocs.delivery.award import in_years
from svdocs.delivery.take import take_study
from svdocs.delivery.template import fill_template
from svdocs.jobs.bring_in import bring_in
from svdocs.records.case_studies import CaseStudies
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import CaseStudy, Contract, DeliveryMatch
from svdocs.records.schedules import NewContract, Promise
from svdocs.records.store import Store, open_store
from svdocs.settings import read_settings
from svdocs.statements.statement import Unit
from tests.delivery.ways import PROMISES, WAYS, Way
from tests.records.values import Clock

STARTS, ENDS = date(2027, 4, 1), date(2029, 3, 31)
AT = datetime(2028, 4, 10, 9, tzinfo=UTC)
CONSENT = {True: "yes", False: "no", None: "not said"}


def add_contract(store: Store) -> Contract:
    """The contract of `ways.PROMISES`, of Example Ltd."""
    procurement = store.add_procurement("Street lighting", "Kent County Council", starts=STARTS, ends=ENDS)
    given = NewContract(procurement.id, "Example Ltd", "KCC-LIGHT-01", "Street lighting maintenance", STARTS, ENDS,
                        manager="Mo Manager", department="Highways")  # fmt: skip
    promises = [
        in_years(Promise(text, (), quantity_value=value, quantity_unit=Unit(unit)), STARTS, ENDS)
        for text, value, unit in PROMISES
    ]
    return Contracts(store, Clock(AT)).add(given, promises, person="Lea Lead")


@dataclass(frozen=True)
class Trip:
    """What came back of one way."""

    way: Way
    study: CaseStudy
    matches: list[DeliveryMatch]
    numbers: dict[str, int]
    """The number of each promise by its id."""

    @property
    def found(self) -> set[tuple[int, float | None]]:
        """Number of the promise and quantity of each match."""
        return {(self.numbers[m.commitment_id], m.quantity) for m in self.matches}

    @property
    def missed(self) -> set[int]:
        """Promises for which the study tells of a delivery and none was proposed."""
        return set(self.way.told) - {n for n, _ in self.found}

    @property
    def left_open(self) -> int:
        """Deliveries that stand in the findings as left open."""
        return sum(f["code"] == "left_open" for f in self.study.findings)

    @property
    def wrong(self) -> set[tuple[int, float | None]]:
        """Matches of a promise that the study does not tell of, or with another quantity than it tells."""
        right = {1: 4.0, 2: 134.0, 3: 400.0, 4: 96_500.0, 5: 0.0}
        told = self.way.told | ({5} if not self.way.unlike and len(self.way.told) == 4 else set())
        return {(n, q) for n, q in self.found if n not in told or (q is not None and q != right[n])}


@contextmanager
def a_store() -> Iterator[tuple[Store, Path]]:
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/svdocs.db") as store:
        yield store, Path(folder)


def go_round(store: Store, contract: Contract, folder: Path, way: Way) -> Trip:
    """Fill the template in one way, bring it in, read it and match it."""
    contracts = Contracts(store)
    record, schedule = contracts.contract(contract.id), contracts.schedule_of(contract.id)
    made = folder / "made"
    made.mkdir(exist_ok=True)
    path = way.make(fill_template(record, schedule, 1), made)
    document = read_in(store, contract.procurement_id, path, folder / "files")
    study = take_study(store, folder / "files", contract.id, document, person="Mo Manager", clock=Clock(AT))
    numbers = {s.id: s.commitment.number for s in schedule}
    return Trip(way, study, CaseStudies(store).matches_of(study.id), numbers)


def read_in(store: Store, procurement_id: str, path: Path, files: Path) -> str:
    """Bring a case study of Example Ltd into the records, read and extracted; return its id."""
    settings = replace(read_settings({}), data_folder=files.parent, workers=1)
    record = bring_in(path, store=store, settings=settings, procurement_id=procurement_id, kind="case_study",
                      supplier="Example Ltd")  # fmt: skip
    return record.id


def main() -> int:
    """Print a row for each way."""
    with a_store() as (store, folder):
        contract = add_contract(store)
        print("| way | read by | matched | left open | missed | wrong | published? | findings |")
        print("|---|---|---|---|---|---|---|---|")
        for way in WAYS:
            trip = go_round(store, contract, folder, way)
            codes = Counter(f["code"] for f in trip.study.findings if f["code"] != "left_open")
            matched = len({n for n, _ in trip.found} & set(way.told))
            odd = f"{sorted(trip.missed) or '–'} | {sorted(trip.wrong, key=str) or '–'}"
            print(f"| {way.name} | {trip.study.reading.value} | {matched} of {len(way.told)} | {trip.left_open} | "
                  f"{odd} | {CONSENT[trip.study.may_publish]} | {', '.join(codes) or '–'} |")  # fmt: skip
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
