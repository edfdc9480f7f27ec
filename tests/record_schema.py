"""The extraction record, `svdocs.extraction/1`, as a strict schema, and laws that hold between its fields.

A field that is missing, unknown, of another type or outside its allowed values is an error. `check_record` is for any
test that makes a record; given the document, it also holds every claim against the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from svdocs.statements.passages import fold
from svdocs.text.document import Document, Span

Probability = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Page = Annotated[int, Field(ge=1)] | None
Text = Annotated[str, StringConstraints(min_length=1)]
Offset = Annotated[int, Field(ge=0)]
Pair = tuple[Offset, Offset]
Sha256 = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]

THEMES = {
    "nhs": {"fighting_climate_change", "tackling_economic_inequality", "equal_opportunity", "wellbeing"},
    "svm-2020": set("12345"),
    "svm-2025": set("12345678"),
    "kcc": {"employer", "economy", "community"},
}


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Problem(Strict):
    code: Text
    message: Text
    page: Page


class Flag(Problem):
    text: str


class Described(Strict):
    name: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
    media_type: Text
    kind: Literal["bid", "case_study", "specification", "baseline", "other"]
    kind_confidence: Probability
    supplier: Text | None
    pages: Annotated[int, Field(ge=1)] | None
    ocr_pages: list[Annotated[int, Field(ge=1)]]
    reader: str
    problems: list[Problem]
    flags: list[Flag]


class Pipeline(Strict):
    version: Text
    models: dict[str, Sha256]


class Location(Strict):
    page: Page
    boxes: list[tuple[Number, Number, Number, Number]]
    box_pages: list[Annotated[int, Field(ge=1)]]
    section: list[str]
    block: Offset | None
    cell: str | None


class Code(Strict):
    code: Text
    score: Probability


class Measure(Code):
    framework: Text


class Quantity(Strict):
    value: Number
    max: Number | None
    unit: Literal["people", "fte", "hours", "days", "weeks", "gbp", "percent", "tco2e", "kg", "tonnes", "miles", "km",
                  "trees", "events", "schools", "organisations", "devices", "vehicles", "meals", "sessions",
                  "items"]  # fmt: skip
    per: Literal["year", "month", "week", "contract", "employee"] | None
    text: Text
    span: Pair


class Due(Strict):
    date: IsoDate | None
    text: Text
    span: Pair


class Place(Strict):
    text: Text
    code: Text | None
    span: Pair


class Beneficiary(Strict):
    text: Text


class Carrier(Strict):
    words: Text
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    why: Text | None


class Explanation(Strict):
    type: list[Carrier]
    firmness: list[Carrier]


class Practice(Strict):
    id: Text
    text: Text
    focus: Text
    span: Pair
    location: Location
    confidence: Probability
    carried_by: list[Text]
    explanation: Explanation
    themes: dict[str, list[Code]]


class Delivery(Practice):
    quantity: Quantity | None
    place: Place | None
    beneficiary: Beneficiary | None
    measures: list[Measure]


class Evidence(Strict):
    document: Text
    page: Page
    block: Offset | None
    text: Text


class Reason(Strict):
    code: Text
    text: Text
    evidence: Evidence | None


class Degree(Strict):
    baseline: float | int | None
    increment: float | int
    unit: Text | None
    per: Text | None
    stated: bool
    evidence: Evidence | None


class Adjusted(Strict):
    set: Text
    kind: Text
    unadjusted: float
    share: Probability
    adjusted: float
    source: Text


class Additionality(Strict):
    verdict: Literal["additional", "standard_operations", "statutory_duty", "contract_requirement", "unclear"]
    confidence: Probability
    degree: Degree | None
    adjusted: Adjusted | None
    reasons: Annotated[list[Reason], Field(min_length=1)]


class Commitment(Delivery):
    firmness: Literal["firm", "conditional", "aspirational"]
    firmness_confidence: Probability
    due: Due | None
    category: Literal["defined", "additional"]
    category_confidence: Probability
    additionality: Additionality


class Record(Strict):
    schema_: Literal["svdocs.extraction/1"] = Field(alias="schema")
    document: Described
    pipeline: Pipeline
    commitments: list[Commitment]
    deliveries: list[Delivery]
    practices: list[Practice]


def check_record(record: dict[str, Any], document: Document | None = None) -> Record:
    """Return the record as checked values; `document` is the text it was made from.

    Raises:
        pydantic.ValidationError, AssertionError, ValueError: the record breaks the contract.
    """
    checked = Record.model_validate_json(json.dumps(record, allow_nan=False))
    statements = [*checked.commitments, *checked.deliveries, *checked.practices]
    assert len({s.id for s in statements}) == len(statements), "an id stands twice"
    for kind in (checked.commitments, checked.deliveries, checked.practices):
        starts = [s.span[0] for s in kind]
        assert starts == sorted(starts), "out of reading order"
    for statement in statements:
        _check_statement(statement)
        if document is not None:
            _check_against(statement, document)
    return checked


def _check_statement(s: Practice) -> None:
    assert len(s.location.boxes) == len(s.location.box_pages)
    assert all(x0 <= x1 and top <= bottom for x0, top, x1, bottom in s.location.boxes)
    assert set(s.themes) >= set(THEMES)
    for framework, codes in s.themes.items():
        assert {c.code for c in codes} <= THEMES.get(framework, {c.code for c in codes}), framework
    for codes in (*s.themes.values(), list(s.measures) if isinstance(s, Delivery) else []):
        scores = [c.score for c in codes]
        assert scores == sorted(scores, reverse=True), "not best first"
        assert len({c.code for c in codes}) == len(codes), "a code stands twice"
    for span, quoted in _quoted(s):
        assert s.text[span[0] : span[1]] == quoted, f"{quoted!r} does not stand at {span} of {s.text!r}"
    for words in s.carried_by:
        assert words.lower() in s.text.lower()
    for carriers in (s.explanation.type, s.explanation.firmness):
        assert [c.weight for c in carriers] == sorted((c.weight for c in carriers), reverse=True)
    assert isinstance(s, Commitment) or not s.explanation.firmness


def _quoted(s: Practice) -> Iterator[tuple[Pair, str]]:
    """Yield the slots that cite their characters in the passage."""
    slots = [s.quantity, s.place, s.due if isinstance(s, Commitment) else None] if isinstance(s, Delivery) else []
    for slot in slots:
        if slot is not None:
            yield slot.span, slot.text


def _check_against(s: Practice, document: Document) -> None:
    span = Span(*s.span)
    assert s.text == fold(document.quote(span)), "the passage is not the text at its span"
    assert s.location.block is not None
    assert document.blocks[s.location.block].span.contains(span)
    # The part that states a deliverable may leave words out, but brings none of its own.
    assert set(re.findall(r"\w+", s.focus)) <= set(re.findall(r"\w+", s.text)), f"{s.focus!r} says more than {s.text!r}"
