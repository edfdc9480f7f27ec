"""Second readings, for programs: drawing them, one's own answers, how far two agree, and what a third decides."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from svdocs.records.access import Right
from svdocs.records.review_tables import SecondReading
from svdocs.records.second_readings import SecondReadings, is_done
from svdocs.review.agreement import agreement_in, answer_of, differs_in
from svdocs.review.register import DEFAULT_FRAMEWORK
from svdocs.review.second_reading import check_answer, settle, take_agreed
from svdocs.web.api.incoming import incoming
from svdocs.web.api.paging import Page, PageAsked
from svdocs.web.api.route import api_router
from svdocs.web.api.shapes import DecisionBody, decision_body
from svdocs.web.here import AtHand
from svdocs.web.pages.second_readings import readers_in, reading_in
from svdocs.web.rights import needs

router = api_router("second readings")


class ReadingBody(BaseModel):
    """A document that two people read by themselves."""

    id: str
    document_id: str
    first: str
    second: str
    first_done_at: datetime | None
    second_done_at: datetime | None


class NewDraw(BaseModel):
    """A share of the bids to draw."""

    model_config = incoming(share=20, readers=["1f0c", "8a41"], seed="autumn")

    share: int = Field(ge=1, le=100, description="In percent, rounded up.")
    readers: list[str] = Field(min_length=2, max_length=50, description="Accounts of members who may decide.")
    seed: str = Field(default="", max_length=200, description="The same seed draws the same documents.")


class AnswerBody(BaseModel):
    """What a reader says of a statement."""

    type: str
    firmness: str = ""
    theme: str = ""
    measure: str = ""
    verdict: str = ""
    quantity: str = ""


class ToReadBody(BaseModel):
    """A statement to read, what the machine proposes, and one's own answer."""

    statement: str
    text: str
    page: int | None
    proposed: AnswerBody
    answer: AnswerBody | None


class NewAnswers(BaseModel):
    """Answers to keep; with `done` nothing can be changed any more."""

    model_config = incoming(answers={"3f0c": {"type": "commitment", "firmness": "firm"}}, done=False)

    answers: dict[str, AnswerBody] = Field(default_factory=dict)
    done: bool = False


class AgreementBody(BaseModel):
    """How far two readers agree on one field."""

    field: str
    statements: int
    agreed: int
    observed: float | None
    kappa: float | None = Field(description="Cohen's; null where both always said the same one thing.")


class DifferenceBody(BaseModel):
    """A statement on which two readers differ."""

    statement: str
    fields: list[str]
    first: dict[str, str]
    second: dict[str, str]
    decided: bool


class NewSettlement(BaseModel):
    """What a third person decides: as the first or the second reader says."""

    model_config = incoming(statement="3f0c", side="first", reason="The place is named on page 4.")

    statement: str
    side: Literal["first", "second"]
    reason: str = Field(default="", max_length=10_000)


BASE = "/procurements/{procurement_id}/second-readings"


@router.get(BASE, dependencies=[needs(Right.read)])
def list_second_readings(here: AtHand, procurement_id: str, asked: PageAsked) -> Page[ReadingBody]:
    """Return the documents that two people read."""
    found = SecondReadings(here.store, here.visitor.caller).readings_of(procurement_id)
    return asked.page_of(found, lambda r: (r.id,), _body)


@router.post(BASE, status_code=201, dependencies=[needs(Right.change)])
def draw_second_readings(here: AtHand, procurement_id: str, new: NewDraw) -> list[ReadingBody]:
    """Draw a share of the bids that nobody has decided on, and give each to two of the readers."""
    readers = [r for r in readers_in(here, procurement_id) if r.id in new.readers]
    readings = SecondReadings(here.store, here.visitor.caller)
    return [_body(r) for r in readings.draw(procurement_id, readers, share=new.share, seed=new.seed)]


@router.get(BASE + "/agreement", dependencies=[needs(Right.read)])
def show_agreement(here: AtHand, procurement_id: str) -> list[AgreementBody]:
    """Return how far readers agree, field by field, over all that two have finished."""
    found = agreement_in(SecondReadings(here.store, here.visitor.caller), procurement_id)
    return [AgreementBody(field=a.field, statements=a.statements, agreed=a.agreed, observed=a.observed, kappa=a.kappa)
            for a in found]  # fmt: skip


@router.get(BASE + "/{reading_id}/statements", dependencies=[needs(Right.read)])
def list_to_read(here: AtHand, procurement_id: str, reading_id: str, asked: PageAsked) -> Page[ToReadBody]:
    """Return the statements of a document that one reads oneself, with one's own answers."""
    reading_in(here, procurement_id, reading_id)
    found = list(enumerate(SecondReadings(here.store, here.visitor.caller).to_read(reading_id)))
    return asked.page_of(found, lambda f: (f[0], f[1][0].id), lambda f: ToReadBody(
        statement=f[1][0].id, text=f[1][0].statement.text, page=f[1][0].statement.page,
        proposed=AnswerBody(**answer_of(f[1][0], DEFAULT_FRAMEWORK)),
        answer=AnswerBody(**f[1][1]) if f[1][1] is not None else None,
    ))  # fmt: skip


@router.post(BASE + "/{reading_id}/answers", dependencies=[needs(Right.decide)])
def keep_answers(here: AtHand, procurement_id: str, reading_id: str, new: NewAnswers) -> ReadingBody:
    """Keep one's own answers. Once both readers are done, what both say alike is decided in their names."""
    reading_in(here, procurement_id, reading_id)
    readings = SecondReadings(here.store, here.visitor.caller)
    answers = {key: check_answer(a.model_dump()) for key, a in new.answers.items()}
    kept = readings.answer(reading_id, answers, done=new.done)
    if is_done(kept):
        take_agreed(here.store, readings, reading_id, DEFAULT_FRAMEWORK)
    return _body(kept)


@router.get(BASE + "/{reading_id}/differences", dependencies=[needs(Right.read)])
def list_reading_differences(
    here: AtHand, procurement_id: str, reading_id: str, asked: PageAsked
) -> Page[DifferenceBody]:
    """Return where two readers differ; nothing before both are done."""
    reading_in(here, procurement_id, reading_id)
    answered = SecondReadings(here.store, here.visitor.caller).answered(reading_id)
    found = list(enumerate(a for a in answered if differs_in(a)))
    return asked.page_of(found, lambda f: (f[0], f[1].record.id), lambda f: DifferenceBody(
        statement=f[1].record.id, fields=differs_in(f[1]), first=dict(f[1].first), second=dict(f[1].second),
        decided=f[1].record.decision is not None,
    ))  # fmt: skip


@router.post(BASE + "/{reading_id}/settlements", status_code=201, dependencies=[needs(Right.decide)])
def settle_difference(here: AtHand, procurement_id: str, reading_id: str, new: NewSettlement) -> DecisionBody:
    """Decide as a third person where two readers differ."""
    reading_in(here, procurement_id, reading_id)
    readings = SecondReadings(here.store, here.visitor.caller)
    return decision_body(settle(here.store, readings, reading_id, new.statement, side=new.side,
                                person=here.visitor.name, reason=new.reason, framework=DEFAULT_FRAMEWORK))  # fmt: skip


def _body(reading: SecondReading) -> ReadingBody:
    return ReadingBody(**{name: getattr(reading, name) for name in ReadingBody.model_fields})
