# ruff: noqa: E501 -- sentences read better unbroken
"""The kind of a document is proposed from how it speaks."""

import pytest

from svdocs.intake.safety import XLSX
from svdocs.text.document import Document
from svdocs.text.kinds import KINDS, propose_kind
from svdocs.text.read import read_document
from tests.text.word_files import paragraph, part, styled, word_file


def document(title: str, *texts: str, name: str = "file.docx", head: str = "") -> Document:
    body = styled("H1", title) + "".join(paragraph(t) for t in texts)
    return read_document(word_file(body, parts={"header1": part("hdr", paragraph(head))} if head else None), name)


SPECIFICATION = document(
    "Invitation to tender: grounds maintenance",
    "The Supplier shall cut the grass every two weeks. The Contractor must report each month. Bids will be scored on price "
    "and quality. Bidders must answer question SV1. The weighting of social value is 15% of the marks.",
)
BID = document(
    "Our answer on social value",
    "We will recruit five apprentices from Swale by March 2028. We will give 200 hours to schools in your borough. "
    "By the end of year 2 we will have planted 400 trees. We commit to paying every invoice of the contract in 14 days.",
)
CASE = document(
    "Case study: street lighting for a northern city, 2020 to 2024",
    "The client wanted new lamps and local jobs. We recruited eleven people and trained four apprentices. The contract was "
    "worth £8m. By the end of the contract 92 tonnes had been recycled. Two of the apprentices were hired by the client.",
)
BASELINE = document(
    "How we work: responsible business report 2026",
    "Every member of staff has two paid volunteering days each year. Turnover was £12m in the year. All employees already "
    "receive the Real Living Wage. The company publishes its carbon footprint. This policy applies to all sites.",
)


@pytest.mark.parametrize(
    ("given", "kind"),
    [(SPECIFICATION, "specification"), (BID, "bid"), (CASE, "case_study"), (BASELINE, "baseline")],
)
def test_the_kind_is_heard_from_the_words(given: Document, kind: str) -> None:
    proposed, confidence = propose_kind(given)
    assert proposed == kind
    assert confidence > 0.5


def test_words_that_say_nothing_are_of_no_kind() -> None:
    assert propose_kind(document("Menu", "Soup and bread, tea and cake."))[0] == "other"
    assert propose_kind(Document("", "", ""))[0] == "other"


def test_the_name_of_the_file_is_a_weak_witness() -> None:
    short = document("Response", "Text.", name="bid.docx")
    assert propose_kind(short)[0] == "bid"
    assert propose_kind(document("Response", "Text.", name="x.docx"))[1] <= propose_kind(short)[1]
    assert {propose_kind(d)[0] for d in (SPECIFICATION, BID, CASE, BASELINE)} < set(KINDS)


def test_a_proposal_is_never_as_sure_as_a_person() -> None:
    assert all(propose_kind(d)[1] < 1 for d in (SPECIFICATION, BID, CASE, BASELINE))


def test_a_workbook_without_sentences_is_taken_for_a_calculator() -> None:
    sheet = Document("calculator.xlsx", "", XLSX, "Measure | Unit | Target", reader="xlsx/1")
    assert propose_kind(sheet)[0] == "bid"
