"""Case studies and evidence of contracts, and the deliveries in them: a machine proposes, a contract manager decides.

Beside the store, in the same database; each public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from svdocs.errors import Conflict, UsageError
from svdocs.records.contract_changes import set_in
from svdocs.records.contracts import check_quantity, move_in, open_contract
from svdocs.records.delivery_tables import (
    CaseStudy,
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
from svdocs.records.people import Clock
from svdocs.records.schedules import promise_in
from svdocs.records.steps import folded, row_of, tell
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind, Procurement
from svdocs.statements.statement import Unit


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery and the promise that it is for; see `DeliveryMatch` for the fields."""

    commitment_id: str
    text: str
    source: str = ""
    statement_id: str | None = None
    page: int | None = None
    block: int | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()
    quantity: float | None = None
    unit: Unit | None = None
    place_text: str | None = None
    place_code: str | None = None
    place_kind: PlaceKind = PlaceKind.delivery
    beneficiary_text: str | None = None
    delivered_from: date | None = None
    delivered_to: date | None = None
    milestone_id: str | None = None


@dataclass(frozen=True, slots=True)
class StudyRead:
    """What was read of a case study; see `CaseStudy` for the fields."""

    contract_id: str
    document_id: str
    run_id: str
    year: int
    reading: Reading
    title: str = ""
    committed: str = ""
    delivered: str = ""
    benefited: str = ""
    felt: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()
    publish_text: str = ""
    may_publish: bool | None = None


class CaseStudies:
    """The case studies and evidence of one database's contracts."""

    def __init__(self, store: Store, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._now = now

    def take(self, read: StudyRead, matches: Sequence[Delivered], *, person: str) -> CaseStudy:
        """Return the case study with the deliveries that are proposed for the contract's promises.

        Where the same document was taken before, what was proposed of it and not decided gives way; what somebody has
        decided stays. A promise for which something is proposed has evidence submitted from now on.

        Raises:
            UsageError: no person.
            NotFound: there is no such contract, document or promise.
            Conflict: the contract is closed, or the document is of another procurement.
        """
        if not person.strip():
            raise UsageError("A case study needs the person who brings it into the records; give a name.")
        with self._store.writing() as session:
            contract = open_contract(session, read.contract_id)
            document = row_of(session, Document, read.document_id)
            if document.procurement_id != contract.procurement_id:
                raise Conflict("The document belongs to another procurement than the contract.")
            study = _study_in(session, read, folded(person), self._now())
            decided = _clear_proposed(session, study.id)
            kept = [m for m in matches if (m.commitment_id, m.text) not in decided]
            for match in kept:
                self._propose(session, contract, match, study, folded(person))
            tell(session, EventKind.case_study_taken, study, within=document, person=study.taken_by,
                 details={"contract": contract.id, "year": study.year, "proposed": len(kept),
                          "may_publish": study.may_publish,
                          "findings": [f["code"] for f in study.findings]})  # fmt: skip
            return study

    def studies_of(self, contract_id: str) -> list[CaseStudy]:
        """Return the case studies of a contract, by contract year.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            return _studies(session, [contract_id])

    def studies(self, contract_ids: Sequence[str]) -> dict[str, list[CaseStudy]]:
        """Return the case studies of many contracts."""
        found: dict[str, list[CaseStudy]] = {contract_id: [] for contract_id in contract_ids}
        with self._store.reading() as session:
            for i in range(0, len(contract_ids), 500):
                for study in _studies(session, contract_ids[i : i + 500]):
                    found[study.contract_id].append(study)
        return found

    def study(self, study_id: str) -> CaseStudy:
        """Return one case study.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return row_of(session, CaseStudy, study_id)

    def say_publishing(self, study_id: str, *, may_publish: bool, person: str, because: str,
                       check: Callable[[CaseStudy], None] = lambda _: None) -> CaseStudy:  # fmt: skip
        """Return the case study, of which somebody says whether it may be published; the answer in it stays beside.

        Args:
            study_id: which.
            may_publish: whether it may be published.
            person: who says so.
            because: how that is known.
            check: of the study as it stands, before anything is changed.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such case study.
        """
        if not person.strip() or not because.strip():
            raise UsageError("To say whether a case study may be published, give who says so and how it is known.")
        with self._store.writing() as session:
            study = row_of(session, CaseStudy, study_id, lock=True)
            check(study)
            contract = row_of(session, Contract, study.contract_id)
            at = self._now()
            change = set_in(session, contract, study, {"may_publish": may_publish}, person=person, because=because,
                            at=at, case_study_id=study.id)  # fmt: skip
            if change is not None:
                study.publish_said_by, study.publish_said_at = change.person, at
            return study

    def matches_of(self, study_id: str) -> list[DeliveryMatch]:
        """Return what was proposed of a case study, in the document's order.

        Raises:
            NotFound: there is no such case study.
        """
        with self._store.reading() as session:
            row_of(session, CaseStudy, study_id)
            query = select(DeliveryMatch).where(DeliveryMatch.case_study_id == study_id)
            found = session.exec(query.order_by(col(DeliveryMatch.added_at), col(DeliveryMatch.id)))
            return sorted(found, key=lambda m: (m.block if m.block is not None else 1 << 30, m.page or 0))

    def match(self, match_id: str) -> DeliveryMatch:
        """Return one delivery that was proposed for a promise.

        Raises:
            NotFound: there is none of this id.
        """
        with self._store.reading() as session:
            return row_of(session, DeliveryMatch, match_id)

    def confirm(self, match_id: str, *, person: str, because: str = "", quantity: float | None = None,
                unit: Unit | None = None, milestone_id: str | None = None) -> DeliveryMatch:  # fmt: skip
        """Return the match, confirmed: from now on what it tells counts as delivered.

        Args:
            match_id: which.
            person: who confirms it.
            because: why, in the person's words.
            quantity: what was really delivered, where that is another number than proposed.
            unit: of the quantity; by default the one that was proposed, else the promise's own.
            milestone_id: the contract year for which it counts.

        Raises:
            UsageError: no person, or a year that the promise does not have.
            NotFound: there is no such match.
            Conflict: somebody has decided on it, or the contract is closed.
        """
        with self._store.writing() as session:
            match = self._undecided(session, match_id, person)
            if milestone_id is not None:
                _check_year(session, match.commitment_id, milestone_id)
                match.milestone_id = milestone_id
            check_quantity(quantity)
            if quantity is not None:
                own = row_of(session, ContractCommitment, match.commitment_id).quantity_unit
                match.quantity, match.unit = quantity, unit or match.unit or own
            self._decide(session, match, MatchState.confirmed, person, because)
            return match

    def refuse(self, match_id: str, *, person: str, because: str) -> DeliveryMatch:
        """Return the match, refused: the delivery is not for this promise, or does not count.

        Raises:
            UsageError: no person or reason.
            NotFound: there is no such match.
            Conflict: somebody has decided on it, or the contract is closed.
        """
        if not because.strip():
            raise UsageError("To refuse a delivery, say why; the supplier may ask.")
        with self._store.writing() as session:
            match = self._undecided(session, match_id, person)
            self._decide(session, match, MatchState.refused, person, because)
            return match

    def enter(self, delivered: Delivered, *, person: str, study_id: str | None = None,
              because: str = "") -> DeliveryMatch:  # fmt: skip
        """Return a delivery that a person found for a promise: confirmed, because a person enters it.

        Args:
            delivered: what was delivered, and for which promise.
            person: who enters it.
            study_id: the case study that tells of it, if one does.
            because: how the person knows.

        Raises:
            UsageError: no person or no words, or a quantity or year that cannot be used.
            NotFound: there is no such promise or case study.
            Conflict: the contract is closed, the promise was varied and has no such year any more, or the study is of
                another contract.
        """
        if not person.strip() or not delivered.text.strip():
            raise UsageError("A delivery needs its words and the person who enters it.")
        with self._store.writing() as session:
            commitment = row_of(session, ContractCommitment, delivered.commitment_id, lock=True)
            contract = open_contract(session, commitment.contract_id)
            study = row_of(session, CaseStudy, study_id) if study_id else None
            if study is not None and study.contract_id != contract.id:
                raise Conflict("The case study belongs to another contract.")
            promise = promise_in(session, commitment)
            own = {m.id for m in promise.standing}
            if promise.state is CommitmentState.varied and delivered.milestone_id not in own:
                raise Conflict("The promise was varied; enter the delivery for the one in its place.")
            if delivered.milestone_id is not None:
                _check_year(session, commitment.id, delivered.milestone_id)
            check_quantity(delivered.quantity)
            match = self._propose(session, contract, delivered, study, folded(person))
            self._decide(session, match, MatchState.confirmed, person, because)
            return match

    def send_evidence(self, contract_id: str, document_id: str, *, sender: str, commitment_id: str | None = None,
                      note: str = "", link_id: str | None = None) -> ContractEvidence:  # fmt: skip
        """Return the evidence: a document that was sent to show that something was delivered.

        The promise that it is for has evidence submitted from now on.

        Raises:
            NotFound: there is no such contract, document or promise.
            Conflict: the contract is closed.
        """
        with self._store.writing() as session:
            contract = open_contract(session, contract_id)
            document = row_of(session, Document, document_id)
            if document.procurement_id != contract.procurement_id:
                raise Conflict("The document belongs to another procurement than the contract.")
            if commitment_id is not None:
                commitment = row_of(session, ContractCommitment, commitment_id, lock=True)
                if commitment.contract_id != contract.id:
                    raise Conflict("The promise belongs to another contract.")
                _submit(session, contract, commitment, folded(sender), self._now())
            sent = ContractEvidence(contract_id=contract.id, commitment_id=commitment_id, document_id=document.id,
                                    note=note.strip(), sent_by=folded(sender), link_id=link_id,
                                    sent_at=self._now())  # fmt: skip
            session.add(sent)
            tell(session, EventKind.evidence_sent, sent, within=document, person=sent.sent_by,
                 details={"contract": contract.id, "commitment": commitment_id})  # fmt: skip
            return sent

    def evidence_of(self, contract_id: str) -> list[ContractEvidence]:
        """Return what was sent for a contract, oldest first.

        Raises:
            NotFound: there is no such contract.
        """
        with self._store.reading() as session:
            row_of(session, Contract, contract_id)
            query = select(ContractEvidence).where(ContractEvidence.contract_id == contract_id)
            return list(session.exec(query.order_by(col(ContractEvidence.sent_at), col(ContractEvidence.id))))

    def _propose(self, session: Session, contract: Contract, given: Delivered, study: CaseStudy | None,
                 person: str) -> DeliveryMatch:  # fmt: skip
        commitment = row_of(session, ContractCommitment, given.commitment_id, lock=True)
        if commitment.contract_id != contract.id:
            raise Conflict("The promise belongs to another contract.")
        match = DeliveryMatch(
            contract_id=contract.id, commitment_id=commitment.id, case_study_id=study.id if study else None,
            statement_id=given.statement_id, text=given.text.strip(), source=given.source, page=given.page,
            block=given.block, score=given.score, reasons=list(given.reasons), quantity=given.quantity, unit=given.unit,
            place_text=given.place_text, place_code=given.place_code, place_kind=given.place_kind,
            beneficiary_text=given.beneficiary_text, delivered_from=given.delivered_from,
            delivered_to=given.delivered_to, milestone_id=given.milestone_id, added_at=self._now(),
        )  # fmt: skip
        session.add(match)
        session.flush()
        _submit(session, contract, commitment, person, self._now())
        return match

    def _undecided(self, session: Session, match_id: str, person: str) -> DeliveryMatch:
        if not person.strip():
            raise UsageError("A decision needs the person who takes it; give a name.")
        match = row_of(session, DeliveryMatch, match_id, lock=True)
        open_contract(session, match.contract_id)
        if match.state is not MatchState.proposed:
            raise Conflict(f"The delivery was {match.state.value} already, by {match.decided_by}.")
        return match

    def _decide(self, session: Session, match: DeliveryMatch, state: MatchState, person: str, because: str) -> None:
        match.state, match.decided_by = state, folded(person)
        match.decided_at, match.because = self._now(), because.strip()
        contract = row_of(session, Contract, match.contract_id)
        tell(session, EventKind.match_decided, match, within=row_of(session, Procurement, contract.procurement_id),
             person=match.decided_by, code=state.value,
             details={"commitment": match.commitment_id, "by_hand": match.score is None})  # fmt: skip


def _study_in(session: Session, read: StudyRead, person: str, at: datetime) -> CaseStudy:
    query = select(CaseStudy).where(
        CaseStudy.contract_id == read.contract_id, CaseStudy.document_id == read.document_id
    )
    study = session.exec(query).first() or CaseStudy(
        contract_id=read.contract_id, document_id=read.document_id, run_id=read.run_id, year=read.year,
        reading=read.reading, taken_by=person, taken_at=at,
    )  # fmt: skip
    study.run_id, study.year, study.reading, study.title = read.run_id, read.year, read.reading, read.title
    study.committed, study.delivered = read.committed, read.delivered
    study.benefited, study.felt = read.benefited, read.felt
    study.findings, study.publish_text = [dict(f) for f in read.findings], read.publish_text
    if study.publish_said_by is None:  # what a person has said since stays
        study.may_publish = read.may_publish
    study.taken_by, study.taken_at = person, at
    session.add(study)
    session.flush()
    return study


def _clear_proposed(session: Session, study_id: str) -> set[tuple[str, str]]:
    """Take away what was proposed and not decided; return the promise and words of what was."""
    decided = set()
    for match in session.exec(select(DeliveryMatch).where(DeliveryMatch.case_study_id == study_id)):
        if match.state is MatchState.proposed:
            session.delete(match)
        else:
            decided.add((match.commitment_id, match.text))
    session.flush()
    return decided


def _studies(session: Session, contract_ids: Sequence[str]) -> list[CaseStudy]:
    query = select(CaseStudy).where(col(CaseStudy.contract_id).in_(contract_ids))
    return list(session.exec(query.order_by(col(CaseStudy.year), col(CaseStudy.taken_at))))


def _submit(session: Session, contract: Contract, commitment: ContractCommitment, person: str, at: datetime) -> None:
    """Have the promise say that evidence was submitted, unless it says so already or was varied."""
    if promise_in(session, commitment).state not in (CommitmentState.evidence_submitted, CommitmentState.varied):
        move_in(session, contract, commitment, CommitmentState.evidence_submitted, person=person, at=at)


def _check_year(session: Session, commitment_id: str, milestone_id: str) -> None:
    if row_of(session, ContractMilestone, milestone_id).commitment_id != commitment_id:
        raise UsageError("The promise has no such contract year; look at its schedule.")
