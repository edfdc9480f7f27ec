from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

import svdocs
from svdocs.pipeline import Extraction, as_record, extract
from svdocs.statements.models import model_hashes
from svdocs.text.document import BlockKind, Document, Flag, Page, Problem
from svdocs.text.read import read_document
from tests.documents import Piece, document_of, pieces, write_docx
from tests.record_schema import check_record

HEADING, ITEM, ROW = BlockKind.heading, BlockKind.list_item, BlockKind.table_row
BID = document_of(
    (HEADING, "Social value offer"),
    "Alder Lighting Ltd was founded in 1990. We will recruit five apprentices from Ashford by March 2028.",
    "In addition we will:",
    (ITEM, "plant 400 trees in Thanet and give £4,000 a year to food banks"),
    (ITEM, "pay everyone on the contract the Real Living Wage"),
    (ROW, ("Volunteering", "200 hours a year", "December 2027")),
    (HEADING, "What we delivered"),
    "Last year we took on eight work placements at our Dover depot and planted 300 trees.",
    (HEADING, "How we work today"),
    "Every member of staff already has two paid volunteering days each year.",
    "What social value will you offer?",
)
SPECIFICATION = document_of("The Contractor shall offer apprenticeships to residents of the county.", name="spec.docx")
BASELINE = document_of("All our staff are paid the Real Living Wage.", name="baseline.docx")


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return as_record(extract(BID, [SPECIFICATION], [BASELINE]))


def texts(record: dict[str, Any], kind: str) -> set[str]:
    return {s["text"] for s in record[kind]}


def test_promises_results_and_habits_are_told_apart(record: dict[str, Any]) -> None:
    assert "plant 400 trees in Thanet and give £4,000 a year to food banks" in texts(record, "commitments")
    assert any(t.startswith("We will recruit five apprentices") for t in texts(record, "commitments"))
    assert any(t.startswith("Last year we took on") for t in texts(record, "deliveries"))
    assert any(t.startswith("Every member of staff") for t in texts(record, "practices"))
    everything = texts(record, "commitments") | texts(record, "deliveries") | texts(record, "practices")
    assert not everything & {"What social value will you offer?", "Alder Lighting Ltd was founded in 1990."}


def test_a_commitment_has_its_details_and_a_verdict_with_reasons(record: dict[str, Any]) -> None:
    (found,) = (c for c in record["commitments"] if "apprentices" in c["text"])
    assert (found["quantity"]["value"], found["quantity"]["unit"], found["due"]["date"]) == (5, "people", "2028-03")
    assert found["place"]["text"] == "Ashford"
    assert found["location"]["section"] == ["Social value offer"]
    assert found["additionality"]["reasons"]


def test_the_record_keeps_to_its_schema_and_to_the_text(record: dict[str, Any]) -> None:
    check_record(record, BID)
    assert record["pipeline"] == {"version": svdocs.__version__, "models": model_hashes()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces)
def test_whatever_the_text_the_record_keeps_to_its_schema_and_to_the_text(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    check_record(as_record(extract(document, [SPECIFICATION], [BASELINE])), document)


@pytest.mark.parametrize(
    "text",
    [
        f"We will recruit {'9' * 400} apprentices from Kent by 2028.",
        f"We will recruit {'9' * 5000} apprentices from Kent by 2028.",
        "We will give £1e999 to charity by 31 February 2028.",
        "We will plant 0 trees and -5 trees and ½ a tree and ²³ trees by year ١٢.",
        f"We will {'plant trees and ' * 500}mow lawns.",
        "We will give 10% of 5% to \u202eKent\u202c by Q9 2028.",
    ],
    ids=["a long number", "a longer number", "an exponent", "odd numbers", "a long sentence", "odd letters"],
)
def test_odd_promises_give_a_record_all_the_same(text: str) -> None:
    document = document_of((HEADING, "Social value offer"), text, (ROW, ("Apprentices", text)))
    check_record(as_record(extract(document)), document)


def test_the_same_bytes_give_the_same_record_to_the_byte(tmp_path: Path) -> None:
    path = write_docx(
        tmp_path / "bid.docx", "# Offer", "We will plant 400 trees in Deal. We will hire five people by 2028."
    )
    data = path.read_bytes()
    first, second = (json.dumps(as_record(extract(read_document(data, "bid.docx"), [SPECIFICATION]))) for _ in range(2))
    assert first == second
    assert json.loads(first)["commitments"]


def test_ids_depend_on_the_bytes_and_not_on_the_name(record: dict[str, Any]) -> None:
    def ids(document: Document) -> list[str]:
        return [c["id"] for c in as_record(extract(document))["commitments"]]

    before = ids(BID)
    assert before == [c["id"] for c in record["commitments"]]
    assert ids(replace(BID, name="renamed.docx")) == before
    assert not set(ids(replace(BID, sha256="1" * 64))) & set(before)


def test_the_same_sentence_said_twice_has_two_ids() -> None:
    document = document_of("We will take on four apprentices from Deal.", "We will take on four apprentices from Deal.")
    checked = check_record(as_record(extract(document)), document)
    assert len(checked.commitments) == 2


def test_two_statements_of_one_passage_that_say_the_same_have_two_ids() -> None:
    found = extract(BID)
    doubled = replace(
        found,
        statements=found.statements * 2,
        codings=found.codings * 2,
        assessments=found.assessments * 2,
        carriers=found.carriers * 2,
    )
    ids = [c["id"] for c in as_record(doubled)["commitments"]]
    half = len(ids) // 2
    assert half > 1
    assert ids[half:] == [f"{i}-2" for i in ids[:half]]


def test_hidden_text_is_never_in_a_statement() -> None:
    offer = "We will plant 400 trees in Deal by March 2028 and hire five apprentices."
    for kind in (BlockKind.paragraph, BlockKind.hidden):
        document = document_of((HEADING, "Social value offer"), (kind, offer), "We will give £4,000 to schools.")
        assert (offer in texts(as_record(extract(document)), "commitments")) == (kind is BlockKind.paragraph)


def test_a_document_that_could_not_be_read_has_a_record_with_its_problems_and_empty_lists() -> None:
    document = Document(
        "locked.pdf", "a" * 64, "application/pdf", problems=(Problem("encrypted", "It asks for a password.", 1),)
    )
    record = as_record(extract(document))
    check_record(record, document)
    assert record["document"]["problems"] == [{"code": "encrypted", "message": "It asks for a password.", "page": 1}]
    assert [record[k] for k in ("commitments", "deliveries", "practices")] == [[], [], []]
    assert record["document"]["pages"] is None


def test_pages_flags_and_recognised_pages_are_told() -> None:
    document = replace(
        BID, pages=(Page(1, 595, 842), Page(2, 595, 842, ocr=True)), flags=(Flag("hidden_text", "White.", 2, "x"),)
    )
    described = as_record(Extraction(document))["document"]
    assert (described["pages"], described["ocr_pages"]) == (2, [2])
    assert described["flags"] == [{"code": "hidden_text", "message": "White.", "page": 2, "text": "x"}]


def test_a_whole_number_is_written_without_a_decimal_point(record: dict[str, Any]) -> None:
    values = [c["quantity"]["value"] for c in record["commitments"] if c["quantity"]]
    assert values
    assert all(isinstance(v, int) for v in values)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "svdocs.extraction/2"),
        (("extra",), 1),
        (("commitments", 0, "firmness"), "solid"),
        (("commitments", 0, "confidence"), 1.2),
        (("commitments", 0, "span"), [0, 3]),
        (("commitments", 0, "text"), "We will do something else."),
        (("commitments", 0, "quantity", "unit"), "persons"),
        (("commitments", 0, "due", "date"), "March 2028"),
        (("commitments", 0, "themes", "kcc"), [{"code": "climate", "score": 0.5}]),
        (("commitments", 0, "additionality", "reasons"), []),
        (("commitments", 1, "id"), None),
    ],
    ids=str,
)
def test_the_schema_catches_a_record_that_breaks_it(
    record: dict[str, Any], path: tuple[Any, ...], value: object
) -> None:
    broken: Any = json.loads(json.dumps(record))
    at = broken
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = broken["commitments"][0]["id"] if path[-1] == "id" else value
    with pytest.raises((ValidationError, AssertionError)):
        check_record(broken, BID)
