"""Questions to bidders, their answers, and what these make of commitments, for programs."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.access import Right
from svdocs.records.clarification_tables import ClarificationLetter, ClarificationQuestion, VersionState
from svdocs.records.clarifications import Clarifications, VersionRecord
from svdocs.records.clarifying import Answer, Question, ask_about
from svdocs.records.letters import Letter, write_letter
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import DecisionBody, decision_body
from svdocs.web.here import AtHand, Here
from svdocs.web.rights import needs
from svdocs.web.saved_files import save_word, word_responses

router = api_router("clarifications")
_LETTERS = "/documents/{document_id}/clarifications"


class NewLetter(BaseModel):
    """A letter to write."""

    model_config = incoming(reply_by="2027-03-31")

    reply_by: date | None = None
    person: str = Field(default="", max_length=200, description="Who writes, where nobody signs in.")


class QuestionBody(BaseModel):
    """A numbered question about one statement."""

    number: int
    statement_id: str
    about: str = Field(description="What is open: a number, a date, a place, the verdict.")
    question: str
    quote: str
    place: str


class LetterBody(BaseModel):
    """A letter of questions about one document."""

    id: str
    document_id: str
    written_by: str
    written_at: datetime
    reply_by: date | None
    questions: list[QuestionBody]


class GivenAnswer(BaseModel):
    """What a bidder wrote to a question."""

    model_config = incoming(number=1, text="By March 2028.")

    number: int = Field(ge=1, le=100_000)
    text: str = Field(max_length=20_000)


class GivenAnswers(BaseModel):
    """The answers that came back to a letter."""

    model_config = incoming(answers=[{"number": 1, "text": "By March 2028."}], source_name="reply.docx")

    answers: list[GivenAnswer] = Field(min_length=1, max_length=5_000)
    source_name: str = Field(min_length=1, max_length=200, description="Of the file or message in which they came.")
    person: str = Field(default="", max_length=200, description="Who brings them in, where nobody signs in.")


class VersionBody(BaseModel):
    """A version of a commitment that answers propose, beside the one that stands."""

    id: str
    letter_id: str
    statement_id: str
    state: VersionState
    old: dict[str, Any]
    new: dict[str, Any]
    changes: dict[str, Any]
    decided_by: str | None
    because: str
    answers: list[dict[str, Any]]


class VersionDecision(BaseModel):
    """Why a proposed version is taken or declined."""

    model_config = incoming(because="The answer names the date.")

    because: str = Field(default="", max_length=5_000)
    person: str = Field(default="", max_length=200, description="Who decides, where nobody signs in.")


@router.get(_LETTERS, dependencies=[needs(Right.read)])
def list_letters(here: AtHand, document_id: str, asked: PageAsked) -> Page[LetterBody]:
    """Return the letters about a document, oldest first."""
    letters = Clarifications(here.store)
    return asked.page_of(
        letters.letters_of(document_id),
        lambda x: (x.written_at.isoformat(), x.id),
        lambda x: letter_body(x, letters.questions_of(x.id)),
    )


@router.post(_LETTERS, status_code=201, dependencies=[needs(Right.export)])
def write_questions(here: AtHand, document_id: str, new: NewLetter, response: Response) -> LetterBody:
    """Write a letter of the questions that the commitments of a bid leave open."""
    procurement_id = here.store.document(document_id).document.procurement_id
    lines = [x for x in here.store.export_statements(procurement_id) if x["document"]["id"] == document_id]
    questions = ask_about(lines)
    if not questions:
        raise Conflict("The commitments of this document leave nothing open, so no letter is needed.")
    letters = Clarifications(here.store)
    letter = letters.add_letter(document_id, questions, person=_person(here, new.person), reply_by=new.reply_by)
    response.headers["Location"] = f"/api/v1/documents/{document_id}/clarifications/{letter.id}"
    return letter_body(letter, letters.questions_of(letter.id))


@router.get(_LETTERS + "/{letter_id}", dependencies=[needs(Right.read)])
def show_letter(here: AtHand, document_id: str, letter_id: str) -> LetterBody:
    """Return one letter with its questions."""
    letter = _letter(here, document_id, letter_id)
    return letter_body(letter, Clarifications(here.store).questions_of(letter.id))


@router.get(
    _LETTERS + "/{letter_id}/letter.docx",
    dependencies=[needs(Right.export)],
    responses=word_responses("The letter as a Word file, with a field for each answer."),
    response_class=Response,
)
def download_letter(here: AtHand, document_id: str, letter_id: str) -> Response:
    """Return a letter as a Word file."""
    letter = _letter(here, document_id, letter_id)
    record = here.store.document(document_id)
    procurement = here.store.procurement(record.document.procurement_id)
    written = Letter(
        procurement.buyer or "The contracting authority", record.supplier or "the bidder", procurement.title,
        record.document.name, letter.written_at.astimezone(UTC).date(), letter.reply_by, letter.id,
    )  # fmt: skip
    questions = [
        Question(q.number, q.statement_id, q.gap, q.question, q.quote, q.place)
        for q in Clarifications(here.store).questions_of(letter.id)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letter.docx"
        write_letter(written, questions, path)
        data = path.read_bytes()
    return save_word("clarification.docx", data)


@router.post(_LETTERS + "/{letter_id}/answers", status_code=201, dependencies=[needs(Right.export)])
def take_answers(here: AtHand, document_id: str, letter_id: str, new: GivenAnswers) -> list[VersionBody]:
    """Keep the answers to a letter, and return the version of each commitment that they propose.

    Nothing else changes until a person takes a version. The same answers are taken once.
    """
    letter = _letter(here, document_id, letter_id)
    numbers = {q.number: q for q in Clarifications(here.store).questions_of(letter.id)}
    if unknown := sorted({a.number for a in new.answers} - numbers.keys()):
        raise UsageError(f"answers: the letter asked no question {unknown[0]}; is this the answer to another letter?")
    answers = [Answer(a.number, numbers[a.number].statement_id, numbers[a.number].gap, a.text) for a in new.answers]
    digest = hashlib.sha256(new.model_dump_json(include={"answers", "source_name"}).encode()).hexdigest()
    versions = Clarifications(here.store).take_answers(
        letter.id, answers, person=_person(here, new.person), source_name=new.source_name, source_sha256=digest
    )
    return [version_body(v) for v in versions]


@router.get("/documents/{document_id}/versions", dependencies=[needs(Right.read)])
def list_versions(
    here: AtHand, document_id: str, asked: PageAsked, state: VersionState | None = None
) -> Page[VersionBody]:
    """Return the versions that answers have proposed of a document's commitments, oldest first."""
    found = Clarifications(here.store).versions_of(document_id, state)
    return asked.page_of(found, lambda v: (v.version.proposed_at.isoformat(), v.version.id), version_body)


@router.post(
    "/documents/{document_id}/versions/{version_id}/taking", status_code=201, dependencies=[needs(Right.decide)]
)
def take_version(here: AtHand, document_id: str, version_id: str, new: VersionDecision) -> DecisionBody:
    """Take a proposed version: a decision sets its changes on the commitment."""
    _version(here, document_id, version_id)
    letters = Clarifications(here.store)
    return decision_body(letters.take_version(version_id, person=_person(here, new.person), because=new.because))


@router.post("/documents/{document_id}/versions/{version_id}/declining", dependencies=[needs(Right.decide)])
def decline_version(here: AtHand, document_id: str, version_id: str, new: VersionDecision) -> VersionBody:
    """Decline a proposed version: the commitment stays as it is, and the answers stay in the records."""
    _version(here, document_id, version_id)
    Clarifications(here.store).decline_version(version_id, person=_person(here, new.person), because=new.because)
    return version_body(_version(here, document_id, version_id))


def letter_body(letter: ClarificationLetter, questions: list[ClarificationQuestion]) -> LetterBody:
    """Return a letter as the interface gives it."""
    return LetterBody(
        id=letter.id, document_id=letter.document_id, written_by=letter.written_by, written_at=letter.written_at,
        reply_by=letter.reply_by,
        questions=[
            QuestionBody(number=q.number, statement_id=q.statement_id, about=q.gap, question=q.question,
                         quote=q.quote, place=q.place)
            for q in questions
        ],
    )  # fmt: skip


def version_body(record: VersionRecord) -> VersionBody:
    """Return a proposed version as the interface gives it."""
    return VersionBody(**record.as_json())


def _person(here: Here, said: str) -> str:
    return here.visitor.name or said


def _letter(here: Here, document_id: str, letter_id: str) -> ClarificationLetter:
    found = next((x for x in Clarifications(here.store).letters_of(document_id) if x.id == letter_id), None)
    if found is None:
        raise NotFound(f"There is no letter with the id {letter_id!r} about this document; list them.")
    return found


def _version(here: Here, document_id: str, version_id: str) -> VersionRecord:
    found = next((v for v in Clarifications(here.store).versions_of(document_id) if v.version.id == version_id), None)
    if found is None:
        raise NotFound(f"There is no proposed version with the id {version_id!r} of this document; list them.")
    return found
