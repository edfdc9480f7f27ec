from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from svdocs.statements.find import find_statements
from svdocs.statements.passages import passages_of
from svdocs.statements.statement import Firmness, Statement, StatementType, Unit
from svdocs.text.document import BlockKind, Document
from tests.documents import Piece, document_of, pieces

OFFER = document_of(
    (BlockKind.heading, "Our social value offer"),
    "We will take on four apprentices and provide ten work placements in Thanet by March 2028.",
    "We will give £4,000 a year to food banks in Dover.",
    (BlockKind.heading, "What we delivered on our last contract"),
    "Eight people from Dover began work placements in 2024, and six of them moved into jobs.",
    (BlockKind.heading, "How we work today"),
    "Every member of staff already has two paid volunteering days each year.",
)


def of_type(kind: StatementType) -> list[Statement]:
    return [s for s in find_statements(OFFER) if s.type is kind]


def test_a_passage_with_two_promises_gives_two_commitments_with_their_own_numbers() -> None:
    first, second, _ = of_type(StatementType.commitment)
    assert first.passage == second.passage
    assert first.focus != second.focus
    assert [(s.quantity.value, s.quantity.unit) for s in (first, second) if s.quantity] == [
        (4, Unit.people),
        (10, Unit.people),
    ]
    assert {s.due.date for s in (first, second) if s.due} == {"2028-03"}
    assert {s.place.text for s in (first, second) if s.place} == {"Thanet"}


def test_a_commitment_has_a_firmness_and_the_other_types_have_none() -> None:
    assert {s.firmness for s in of_type(StatementType.commitment)} == {Firmness.firm}
    others = [*of_type(StatementType.delivery), *of_type(StatementType.practice)]
    assert others
    assert {(s.firmness, s.firmness_confidence, s.due) for s in others} == {(None, None, None)}


def test_a_delivery_has_its_details_and_a_practice_only_its_words() -> None:
    delivery, *_ = of_type(StatementType.delivery)
    assert delivery.quantity is not None
    assert delivery.quantity.value == 8
    (practice,) = of_type(StatementType.practice)
    assert (practice.quantity, practice.place, practice.beneficiary) == (None, None, None)
    assert practice.focus == practice.passage.text


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pieces)
def test_statements_rest_on_passages_in_reading_order_and_cite_their_details(given_pieces: list[Piece]) -> None:
    document = document_of(*given_pieces)
    passages, found = passages_of(document), find_statements(document)
    order = [passages.index(s.passage) for s in found]
    assert order == sorted(order)
    for s in found:
        assert s.type is not StatementType.none
        for slot in (s.quantity, s.due, s.place, s.beneficiary):
            assert slot is None or s.passage.text[slot.span.start : slot.span.end] == slot.text


def test_a_document_without_text_states_nothing() -> None:
    assert find_statements(Document("a.pdf", "", "")) == []


def test_a_result_and_a_promise_counted_in_one_sentence_are_of_two_types() -> None:
    text = "Nine of our vans have been electric since spring 2025, and we will buy a further fifteen by 2029."
    found = find_statements(document_of(text))
    assert [s.type.value for s in found][-1] == "commitment"
    assert found[-1].quantity is not None
    assert found[-1].quantity.value == 15
