"""A made county: 60 contracts over three financial years, with promises, deliveries, case studies, badges and gaps.

It is made from a fixed seed, so that every figure of a report about it is the same each time; ids too. Rows go straight
into the tables, in one transaction, without an audit trail: it is for looking at reports and for their tests, and
`svdocs fsck` is right to complain of it. `python -m tests.reports.county FOLDER` makes one to look at:
`SVDOCS_DATA=FOLDER svdocs report statement 2029-30`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session

from svdocs.additionality.verdict import Category
from svdocs.delivery.earned import earned_in
from svdocs.delivery.years import add_months, contract_years, days_of, share_out
from svdocs.frameworks.local import KENT, LocalDefinition, LocalTest
from svdocs.frameworks.rules import Buyer, ContractKind
from svdocs.frameworks.set_up import Chosen, JustifiedException, Route, SetUp
from svdocs.records.contracts import Contracts
from svdocs.records.delivery_tables import (
    Badge,
    BadgeLevel,
    BadgeState,
    CaseStudy,
    CommitmentEvent,
    CommitmentState,
    Contract,
    ContractCommitment,
    ContractEvidence,
    ContractMilestone,
    DeliveryMatch,
    MatchState,
    PlaceKind,
    Reading,
)
from svdocs.records.set_up_tables import SetUpVersion
from svdocs.records.spend import NewLine, NewSpendFile, Spend
from svdocs.records.store import Store, open_store
from svdocs.records.tables import (
    Document,
    DocumentKind,
    DocumentState,
    KeptFile,
    Procurement,
    Run,
    RunState,
    Supplier,
)
from svdocs.settings import read_settings
from svdocs.statements.statement import Per, Unit
from tests.reports.county_values import value_and_measure

BUYER = "Kent County Council"
YEARS = ("2027-28", "2028-29", "2029-30")
CONTRACTS = 60
UNAWARDED = 8
"""Procurements without a contract, most of which have no social value."""
AS_OF = date(2030, 5, 31)
SEED = 45918
DEPARTMENTS = (
    "Adult Social Care", "Children and Education", "Environment and Waste", "Highways and Transport", "Property",
    "Corporate Services",
)  # fmt: skip
WHAT = {
    "Adult Social Care": ("Home care", "Supported living", "Day opportunities", "Reablement", "Carers' support"),
    "Children and Education": ("School meals", "Home to school transport", "Youth services", "Early help"),
    "Environment and Waste": ("Recycling centres", "Street trees", "Household waste haulage", "Country parks"),
    "Highways and Transport": ("Highway maintenance", "Street lighting", "Traffic signals", "Winter service"),
    "Property": ("School building works", "Cleaning of offices", "Heating upkeep", "Security of buildings"),
    "Corporate Services": ("Interpreting", "Office supplies", "Recruitment", "Legal advice", "Printing"),
}
AREAS = ("East Kent", "West Kent", "North Kent", "Mid Kent", "All Kent")
SUPPLIERS = (
    "Alder & Reeve Ltd", "Bluebell Care CIC", "Chalk Down Builders Ltd", "Darent Highways plc", "Eastry Homes Ltd",
    "Fairlead Transport Ltd", "Garden Gate Foods Ltd", "Hop Field Cleaning Ltd", "Isle Coast Services Ltd",
    "Jutland Legal LLP", "Kestrel Security Ltd", "Lathe & Loom Co-operative", "Medway Bridge Engineering Ltd",
    "North Downs Trees Ltd", "Oast House Support CIC", "Pilgrim Way Trust", "Quayside Print Ltd", "Romney Heating Ltd",
    "Stour Valley Youth", "Tideway Waste plc", "Upnor Interpreters Ltd", "Vale Community Transport CIC",
    "Weald Works Ltd", "Yalding Facilities Ltd",
)  # fmt: skip
DISTRICTS = {
    "Ashford": "E07000105", "Canterbury": "E07000106", "Dartford": "E07000107", "Dover": "E07000108",
    "Gravesham": "E07000109", "Maidstone": "E07000110", "Sevenoaks": "E07000111", "Folkestone and Hythe": "E07000112",
    "Swale": "E07000113", "Thanet": "E07000114", "Tonbridge and Malling": "E07000115", "Tunbridge Wells": "E07000116",
}  # fmt: skip
NEED = ("Thanet", "Thanet", "Swale", "Swale", "Dover", "Folkestone and Hythe", "Gravesham", *DISTRICTS)
"""Districts as often as suppliers name them: the neediest more."""


@dataclass(frozen=True)
class Kind:
    """A kind of promise: its words with {n} and {place}, what it counts, and how large it is a year."""

    promised: str
    delivered: str
    unit: Unit | None
    least: int
    most: int
    theme: str
    measure: str | None
    per: Per | None = None
    beneficiary: str = ""
    open_framework: str = "kcc"


KINDS = (
    Kind("We will create {n} jobs for people living in {place} who have been out of work for a year.",
         "{n} people from {place} who had been out of work for over a year started jobs.", Unit.people, 2, 14,
         "employer", "NT3", beneficiary="long-term unemployed people"),
    Kind("We will provide {n} weeks of apprenticeship in {place}.",
         "Apprentices in {place} completed {n} weeks.", Unit.weeks, 52, 208, "employer", "NT10",
         beneficiary="apprentices"),
    Kind("We will offer {n} paid work placements to young people in {place} in total.",
         "{n} young people in {place} finished a paid placement.", Unit.people, 3, 18, "employer", "NT13",
         beneficiary="young people"),
    Kind("Our staff will give {n} hours a year of time in schools and colleges in {place}.",
         "Staff spent {n} hours in schools and colleges in {place}.", Unit.hours, 20, 120, "employer", "NT8", Per.year,
         "pupils and students"),
    Kind("We will spend £{n} a year with suppliers in {place}.",
         "£{n} was paid to suppliers with premises in {place}.", Unit.gbp, 15_000, 240_000, "economy", "NT18",
         Per.year, "local firms"),
    Kind("We will spend £{n} with voluntary bodies and social enterprises.",
         "£{n} was paid to voluntary bodies and social enterprises.", Unit.gbp, 5_000, 60_000, "economy", "NT14",
         beneficiary="voluntary bodies"),
    Kind("We will give {n} hours of expert advice to small firms and voluntary bodies in {place}.",
         "{n} hours of advice were given to small firms and voluntary bodies in {place}.", Unit.hours, 16, 90,
         "economy", "NT15", beneficiary="small firms"),
    Kind("Our staff will volunteer {n} hours a year for community groups in {place}.",
         "Staff volunteered {n} hours for community groups in {place}.", Unit.hours, 40, 260, "community", "NT17",
         Per.year, "community groups"),
    Kind("We will run {n} sessions on health and isolation for older people in {place}.",
         "{n} sessions were held for older people in {place}.", Unit.sessions, 6, 40, "community", None,
         beneficiary="older people"),
    Kind("We will give equipment worth £{n} to community groups in {place}.",
         "Equipment worth £{n} went to community groups in {place}.", Unit.gbp, 2_000, 24_000, "community", "NT16",
         beneficiary="community groups"),
    Kind("We will plant {n} trees in {place}.", "{n} trees were planted in {place}.", Unit.trees, 50, 400, "", None),
    Kind("We will name a social value champion for the contract.", "A champion was named, and met the council monthly.",
         None, 0, 0, "community", None),
)  # fmt: skip
FATES = (
    *(["in_full"] * 52), *(["exceeded"] * 13), *(["partly"] * 16), *(["missed"] * 9), *(["waiting"] * 6),
    *(["silent"] * 4),
)  # fmt: skip
"""What becomes of a hundred parts that fall due."""
RELIABLE = ("in_full", "in_full", "in_full", "in_full", "exceeded")
"""What becomes of those of suppliers that keep everything."""


@dataclass
class Maker:
    """Makes the rows of the county from one stream of chance."""

    chance: Random
    rows: list[Any]
    suppliers: dict[str, Supplier]

    def id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def add(self, row: Any) -> Any:
        self.rows.append(row)
        return row


def make_county(store: Store) -> None:
    """Put the made county into an empty database."""
    maker = Maker(Random(SEED), [], {})
    for name in SUPPLIERS:
        maker.suppliers[name] = maker.add(Supplier(id=maker.id(), name=name))
    for n in range(CONTRACTS):
        _make_contract(maker, n)
    for n in range(UNAWARDED):
        _make_unawarded(maker, n)
    with store.writing() as session:
        _write(session, maker.rows)
    with store.writing() as session:
        session.add_all(_badges(store, maker))
        session.add_all(value_and_measure(maker.rows, AS_OF, SEED))
    for year in YEARS:
        Spend(store).import_file(_spend(maker, year), person="Finance Person")


def _write(session: Session, rows: Sequence[Any]) -> None:
    """Write rows table by table, those that others name first; of a promise that stands for another the other first."""
    order = (Supplier, Procurement, SetUpVersion, KeptFile, Document, Run, Contract, ContractCommitment,
             ContractMilestone, CommitmentEvent, CaseStudy, DeliveryMatch, ContractEvidence)  # fmt: skip
    for table in order:
        session.add_all([r for r in rows if type(r) is table])
        session.flush()


def _make_contract(maker: Maker, n: int) -> None:
    chance = maker.chance
    department = DEPARTMENTS[n % len(DEPARTMENTS)]
    what = f"{chance.choice(WHAT[department])}, {chance.choice(AREAS)}"
    starts = add_months(date(2027, 4, 1), chance.choice((0, 0, 0, 3, 6, 9, 12, 12, 15, 18, 21, 24, 24, 27)))
    months = chance.choice((9, 12, 24, 24, 36, 36, 48, 60))
    ends = add_months(starts, months) - timedelta(days=1)
    value = Decimal(chance.choice((38, 64, 95, 140, 210, 380, 620, 950, 1_800, 3_200, 5_600, 8_900, 14_200))) * 1000
    value += Decimal(chance.randrange(0, 9_999))
    procurement = _procurement(maker, what, department, value, starts, ends, _weighting(n, value))
    supplier = maker.suppliers[SUPPLIERS[(n * 7 + n // 24) % len(SUPPLIERS)]]
    contract = maker.add(Contract(
        id=maker.id(), procurement_id=procurement.id, supplier_id=supplier.id,
        reference=f"KCC-{starts.year}-{n + 1:03}", title=what, value_gbp=value,
        starts=starts, ends=ends, department=department,
        manager=("A. Miller", "B. Osei", "C. Hart", "D. Novak", "E. Shaw")[n % 5],
        social_value_mandatory=value >= 207_720, added_by="Lead Person", added_at=_at(starts),
    ))  # fmt: skip
    kinds = chance.sample(KINDS, chance.choice((3, 4, 5, 5, 6, 7)))
    if n in (17, 44):  # two small contracts promise nothing that anybody accepted
        kinds = []
    studies = _studies(maker, contract, n)
    told: dict[int, list[tuple[Kind, str, str, str]]] = {}
    for number, kind in enumerate(kinds, start=1):
        _make_promise(maker, contract, number, kind, studies, told, silent=n % 13 == 5)
    for year, study in studies.items():
        _write_study(study, told.get(year, []))


def _weighting(n: int, value: Decimal) -> Decimal:
    if n % 11 == 4:
        return Decimal(5)
    if n % 17 == 9 and value < 207_720:
        return Decimal(0)
    return Decimal((10, 10, 15, 20)[n % 4])


def _procurement(maker: Maker, title: str, department: str, value: Decimal, starts: date, ends: date,
                 weighting: Decimal | None) -> Procurement:  # fmt: skip
    commenced = starts - timedelta(days=210)
    procurement: Procurement = maker.add(Procurement(
        id=maker.id(), title=title, buyer=BUYER, value_gbp=value, starts=starts, ends=ends, added_at=_at(commenced),
    ))  # fmt: skip
    exception = None
    n = len(maker.rows)
    if weighting is not None and weighting < 10 and n % 3:
        approved = n % 3 == 1
        exception = JustifiedException(
            "A specialist market of two bidders, both very small." if n % 2 else
            "Call-off under a framework that fixes the award criteria.",
            *(("R. Chen", "Chief Procurement Officer", commenced) if approved else ()),
        )  # fmt: skip
    themes = () if not weighting else (Chosen("kcc", "employer"), Chosen("kcc", "community"))
    set_up = SetUp(
        buyer=BUYER, buyer_kind=Buyer.kent_county_council, department=department,
        contract_kind=ContractKind.works if "works" in title else ContractKind.supplies_and_services, value_gbp=value,
        starts=starts, ends=ends, commenced=commenced, route=Route.open, category="care",
        frameworks=("kcc", "national-toms") if weighting else (), weighting_percent=weighting, themes=themes,
        exception=exception,
        local=LocalDefinition("Kent", "2026", (KENT,), (LocalTest.delivery_place, LocalTest.residence)),
    )  # fmt: skip
    maker.add(SetUpVersion(id=maker.id(), procurement_id=procurement.id, version=1, content=set_up.as_json(),
                           set_by="Lead Person", set_at=_at(commenced)))  # fmt: skip
    return procurement


def _make_unawarded(maker: Maker, n: int) -> None:
    department = DEPARTMENTS[(n * 5 + 1) % len(DEPARTMENTS)]
    title = f"{WHAT[department][n % len(WHAT[department])]}, renewal"
    starts = date(2030, 4, 1) - timedelta(days=97 * n)
    value = Decimal((28_000, 240_000, 410_000, 95_000, 1_200_000, 19_500, 330_000, 76_000)[n])
    weighting = (Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(5), None, Decimal(10), Decimal(0))[n]
    _procurement(maker, title, department, value, starts, add_months(starts, 24), weighting)


def _studies(maker: Maker, contract: Contract, n: int) -> dict[int, CaseStudy]:
    """Make the case studies that came: of most contract years that have ended, and of none for every ninth contract."""
    found = {}
    for year, (_, last) in enumerate(contract_years(contract.starts, contract.ends), start=1):
        if last >= AS_OF or n % 9 == 7 or maker.chance.random() < 0.13:
            continue
        name = f"case-study-{contract.reference}-{year}.docx"
        sha = hashlib.sha256(name.encode()).hexdigest()
        maker.add(KeptFile(sha256=sha, size=20_000, kept_at=_at(last)))
        document = maker.add(Document(
            id=maker.id(), procurement_id=contract.procurement_id, supplier_id=contract.supplier_id, sha256=sha,
            name=name, kind=DocumentKind.case_study, state=DocumentState.done, added_at=_at(last + timedelta(days=20)),
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ))  # fmt: skip
        run = maker.add(Run(id=maker.id(), document_id=document.id, state=RunState.published, pipeline_version="1",
                            record_sha256=sha, made_at=_at(last), published_at=_at(last)))  # fmt: skip
        consents = maker.chance.random() >= 0.15
        found[year] = maker.add(CaseStudy(
            id=maker.id(), contract_id=contract.id, document_id=document.id, run_id=run.id, year=year,
            reading=Reading.template, title=f"Social value case study: {contract.title}",
            publish_text="Yes" if consents else "No, please do not.", may_publish=consents,
            taken_by=contract.manager, taken_at=_at(last + timedelta(days=21)),
        ))  # fmt: skip
    return found


def _make_promise(maker: Maker, contract: Contract, number: int, kind: Kind, studies: dict[int, CaseStudy],
                  told: dict[int, list[tuple[Kind, str, str, str]]], *, silent: bool) -> None:  # fmt: skip
    chance = maker.chance
    place = chance.choice(NEED)
    years = max(1, round((contract.ends - contract.starts).days / 365))
    size = float(chance.randint(kind.least, kind.most)) if kind.unit else None
    if kind.unit is Unit.gbp and size is not None:
        size = float(round(size, -3))
    value = size * years if size is not None and kind.per is None else size
    shown = "" if value is None else f"{value:,.0f}"
    text = kind.promised.format(n=shown, place=place)
    commitment = maker.add(ContractCommitment(
        id=maker.id(), contract_id=contract.id, number=number, text=text, source="bid.pdf, page 7",
        quantity_value=value, quantity_unit=kind.unit, quantity_per=kind.per, place_text=place,
        place_code=DISTRICTS[place], beneficiary_text=kind.beneficiary or None,
        measure_framework="national-toms" if kind.measure else None, measure_code=kind.measure,
        themes={"kcc": [kind.theme] if kind.theme else []},
        category=Category.defined if number <= 3 else Category.additional, evidence_asked="A dated record.",
        added_at=_at(contract.starts),
    ))  # fmt: skip
    fates = []
    for part in share_out(contract.starts, contract.ends, value=value, unit=kind.unit, per=kind.per, due_on=None):
        milestone = maker.add(ContractMilestone(
            id=maker.id(), contract_id=contract.id, commitment_id=commitment.id, year=part.year, starts=part.starts,
            ends=part.ends, quantity=part.quantity,
        ))  # fmt: skip
        if part.ends < AS_OF:
            fate = "silent" if silent else chance.choice(RELIABLE if contract.title[0] in "HS" else FATES)
            fates.append(fate)
            _deliver(maker, contract, commitment, milestone, kind, place, fate, studies.get(part.year), told)
    if fates and contract.ends < AS_OF and not {"waiting", "silent"} & set(fates):
        _judge(maker, contract, commitment, None, fates, contract.ends)


def _deliver(maker: Maker, contract: Contract, commitment: ContractCommitment, milestone: ContractMilestone,
             kind: Kind, place: str, fate: str, study: CaseStudy | None,
             told: dict[int, list[tuple[Kind, str, str, str]]]) -> None:  # fmt: skip
    if fate == "silent":
        return
    share = {"in_full": 1.0, "exceeded": 1.15 + 0.05 * maker.chance.randint(0, 6), "missed": 0.0,
             "partly": 0.35 + 0.1 * maker.chance.randint(0, 5), "waiting": 0.9}[fate]  # fmt: skip
    quantity = None if milestone.quantity is None else float(round(milestone.quantity * share))
    if fate == "exceeded" and quantity is not None:
        quantity = max(quantity, float(int(milestone.quantity or 0) + 1))
    if fate == "in_full":
        quantity = milestone.quantity
    day = milestone.ends + timedelta(days=25)
    if fate != "missed":
        words = kind.delivered.format(n="" if quantity is None else f"{quantity:,.0f}", place=place)
        kept_home = maker.chance.random() < 0.55
        maker.add(DeliveryMatch(
            id=maker.id(), contract_id=contract.id, commitment_id=commitment.id,
            case_study_id=study.id if study else None, text=words, quantity=quantity, unit=kind.unit,
            state=MatchState.proposed if fate == "waiting" else MatchState.confirmed, score=0.99 if study else None,
            source=f"case study, year {milestone.year}", place_text=place, place_code=DISTRICTS[place],
            place_kind=PlaceKind.residence if kept_home and kind.unit is Unit.people else PlaceKind.delivery,
            beneficiary_text=kind.beneficiary or None, delivered_from=milestone.starts, delivered_to=milestone.ends,
            milestone_id=milestone.id, decided_by=None if fate == "waiting" else contract.manager,
            decided_at=None if fate == "waiting" else _at(day), added_at=_at(day),
        ))  # fmt: skip
        told.setdefault(milestone.year, []).append((kind, commitment.text, words, place))
        _event(maker, contract, commitment, milestone.id, CommitmentState.evidence_submitted, day, "")
        if study is None:
            _evidence(maker, contract, commitment, day)
    _judge(maker, contract, commitment, milestone, [fate], day)


def _evidence(maker: Maker, contract: Contract, commitment: ContractCommitment, day: date) -> None:
    name = f"evidence-{contract.reference}-{commitment.number}.pdf"
    sha = hashlib.sha256(f"{name}{day}".encode()).hexdigest()
    maker.add(KeptFile(sha256=sha, size=9_000, kept_at=_at(day)))
    document = maker.add(Document(
        id=maker.id(), procurement_id=contract.procurement_id, supplier_id=contract.supplier_id, sha256=sha, name=name,
        kind=DocumentKind.other, state=DocumentState.done, media_type="application/pdf", added_at=_at(day),
    ))  # fmt: skip
    maker.add(ContractEvidence(id=maker.id(), contract_id=contract.id, commitment_id=commitment.id,
                               document_id=document.id, sent_by="Supplier", sent_at=_at(day)))  # fmt: skip


def _judge(maker: Maker, contract: Contract, commitment: ContractCommitment, milestone: ContractMilestone | None,
           fates: Sequence[str], day: date) -> None:  # fmt: skip
    """Add the event by which a part, or the promise as a whole, was judged."""
    states = {"in_full": CommitmentState.verified, "exceeded": CommitmentState.exceeded,
              "partly": CommitmentState.partly_delivered, "missed": CommitmentState.missed}  # fmt: skip
    if set(fates) == {"missed"}:
        state = CommitmentState.missed
    elif {"missed", "partly"} & set(fates):
        state = CommitmentState.partly_delivered
    elif "exceeded" in fates:
        state = CommitmentState.exceeded
    else:
        state = states.get(fates[0], CommitmentState.evidence_submitted)
    if state is CommitmentState.evidence_submitted:
        return
    because = "Nothing was sent." if state is CommitmentState.missed else "Held against the evidence."
    _event(maker, contract, commitment, milestone.id if milestone else None, state, day + timedelta(days=5), because)


def _event(maker: Maker, contract: Contract, commitment: ContractCommitment, milestone_id: str | None,
           state: CommitmentState, day: date, because: str) -> None:  # fmt: skip
    maker.add(CommitmentEvent(contract_id=contract.id, commitment_id=commitment.id, milestone_id=milestone_id,
                              state=state, person=contract.manager, because=because, at=_at(day)))  # fmt: skip


def _write_study(study: CaseStudy, told: Sequence[tuple[Kind, str, str, str]]) -> None:
    best = told[:3]
    study.committed = " ".join(promised for _, promised, _, _ in best) or "See the contract's schedule."
    study.delivered = " ".join(delivered for _, _, delivered, _ in best)
    helped = sorted({kind.beneficiary for kind, *_ in best if kind.beneficiary})
    study.benefited = f"Those who gained were {' and '.join(helped)}." if helped else ""
    places = sorted({place for *_, place in best})
    study.felt = f"In {' and '.join(places)}." if places else ""


def _badges(store: Store, maker: Maker) -> list[Badge]:
    """Issue a badge to each contract that has earned one, as its manager would; leave every eighth proposed."""
    contracts = Contracts(store)
    records = contracts.contracts()
    schedules = contracts.schedules([r.id for r in records])
    made = []
    for year in YEARS:
        for record in records:
            earned = earned_in(record.contract, schedules[record.id], year)
            if earned.level is None:
                continue
            issued = len(made) % 8 != 3
            day = days_of(year)[1] + timedelta(days=40)
            made.append(Badge(
                id=maker.id(), contract_id=record.id, financial_year=year, level=BadgeLevel(earned.level),
                state=BadgeState.issued if issued else BadgeState.proposed, grounds=earned.grounds(),
                proposed_at=_at(day), decided_by=record.contract.manager if issued else None,
                decided_at=_at(day + timedelta(days=3)) if issued else None,
            ))  # fmt: skip
    return made


def _spend(maker: Maker, year: str) -> NewSpendFile:
    """Make a year's file of payments: to the suppliers of contracts and to others, of which not all is known."""
    chance = maker.chance
    others = [f"{name} {what}" for name in ("Ash", "Beech", "Cedar", "Elm", "Hazel", "Larch", "Oak", "Rowan", "Yew")
              for what in ("Training Ltd", "Repairs Ltd", "Hospice Trust", "Consulting LLP", "Foods plc")]  # fmt: skip
    lines = []
    for row in range(2, 402):
        name = chance.choice((*SUPPLIERS, *others))
        facts = {} if name.startswith("Yew") else _supplier_facts(name)
        amount = Decimal(chance.randrange(20_000, 9_000_000)) / 100
        lines.append(NewLine(row, (name, str(amount)), name, amount, days_of(year)[0] + timedelta(days=row % 360),
                             facts=facts))  # fmt: skip
    sha = hashlib.sha256(year.encode()).hexdigest()
    return NewSpendFile(year, f"payments-{year}.csv", sha, {}, ("Supplier", "Amount"), tuple(lines))


def _supplier_facts(name: str) -> dict[str, str]:
    number = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    social = any(word in name for word in ("CIC", "Trust", "Co-operative", "Youth"))
    large = "plc" in name
    return {
        "head_office": ("ME14 1XQ", "CT9 1RT", "TN23 1PL", "EC2V 7HH", "M1 1AD", "CT1 2JR")[number % 6],
        "branches": ("none", "ME14 1XQ")[number % 2],
        "staff": str(4_000 if large else 8 + number % 190),
        "turnover": str(900_000_000 if large else 400_000 + number % 9_000_000),
        "balance": str(400_000_000 if large else 200_000 + number % 4_000_000),
        "form": "charity" if "Trust" in name else "CIC" if social else "company",
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def main(folder: Path) -> int:
    """Make the county in a folder that holds no records yet."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = read_settings({"SVDOCS_DATA": str(folder)})
    with open_store(settings.database_url) as store:
        if store.procurements():
            print(f"{folder} holds records already; name an empty folder.", file=sys.stderr)
            return 2
        make_county(store)
    print(f"{CONTRACTS} contracts in {folder}. SVDOCS_DATA={folder} svdocs report statement {YEARS[-1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
