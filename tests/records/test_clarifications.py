from __future__ import annotations

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.clarification_tables import ClarificationLetter, VersionState
from svdocs.records.clarifications import Clarifications
from svdocs.records.clarifying import Answer, Question
from svdocs.records.store import Store
from svdocs.records.tables import Document, EventKind
from tests.records.values import commitment, extraction_record

SHA = "b" * 64
VAGUE = {"quantity": None, "due": None, "place": None}


@pytest.fixture
def statement(store: Store, bid: Document) -> str:
    """A commitment without number, date and place."""
    store.publish_run(bid.id, extraction_record(commitment("We will help people into work.", **VAGUE)), 0.1)
    return store.statements_of(bid.id)[0].statement.id


def ask(store: Store, bid: Document, statement: str) -> tuple[Clarifications, ClarificationLetter]:
    letters = Clarifications(store)
    asked = [
        Question(n, statement, gap, f"What is the {gap}?", "We will help people into work.", "page 1")
        for n, gap in enumerate(("number", "date", "owner"), 1)
    ]
    return letters, letters.add_letter(bid.id, asked, person="Jo")


def answer(letters: Clarifications, letter: ClarificationLetter, sha: str = SHA, **given: str) -> str:
    """Bring in answers by gap, and return the id of the one version that they propose."""
    numbers = {"number": 1, "date": 2, "owner": 3}
    answers = [Answer(numbers[gap], "", gap, text) for gap, text in given.items()]
    (kept,) = letters.take_answers(letter.id, answers, person="Sam", source_name="back.docx", source_sha256=sha)
    return kept.version.id


def test_answers_stand_with_their_questions_and_change_nothing(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    answer(letters, letter, number="12 people", date="By March 2028")
    (kept,) = letters.versions_of(bid.id)
    assert [(q.number, q.gap, a.text, a.source_name) for q, a in kept.answers] == [
        (1, "number", "12 people", "back.docx"),
        (2, "date", "By March 2028", "back.docx"),
    ]
    assert kept.version.state is VersionState.proposed
    assert (kept.version.old["quantity"], kept.version.new["quantity"]["value"]) == (None, 12)
    assert store.statement(statement).as_decided()["quantity"] is None
    assert [x.id for x in letters.letters_of(bid.id)] == [letter.id]


def test_a_person_takes_a_version_and_the_commitment_stands_with_its_changes(
    store: Store, bid: Document, statement: str
) -> None:
    letters, letter = ask(store, bid, statement)
    decision = letters.take_version(answer(letters, letter, number="12 people"), person="Ann", because="Clear.")
    assert (decision.action, decision.person, decision.reason) == ("amend", "Ann", "Clear.")
    assert store.statement(statement).as_decided()["quantity"]["value"] == 12
    (kept,) = letters.versions_of(bid.id, VersionState.taken)
    assert (kept.version.decided_by, kept.version.decision_id) == ("Ann", decision.id)
    assert kept.version.old["quantity"] is None


def test_what_a_person_had_set_before_stays(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    version = answer(letters, letter, number="12 people")
    store.decide(statement, action="amend", person="Jo", changes={"firmness": "conditional"})
    letters.take_version(version, person="Ann")
    standing = store.statement(statement).as_decided()
    assert (standing["firmness"], standing["quantity"]["value"]) == ("conditional", 12)


def test_an_answer_that_sets_no_field_is_taken_as_it_is(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    assert letters.take_version(answer(letters, letter, owner="The site manager"), person="Ann").action == "accept"
    assert "The site manager." in letters.versions_of(bid.id)[0].version.new["text"]


def test_a_declined_version_leaves_the_commitment_and_keeps_the_answers(
    store: Store, bid: Document, statement: str
) -> None:
    letters, letter = ask(store, bid, statement)
    version = answer(letters, letter, number="12 people")
    with pytest.raises(UsageError, match="say why"):
        letters.decline_version(version, person="Ann", because=" ")
    letters.decline_version(version, person="Ann", because="It changes the offer.")
    assert store.statement(statement).decision is None
    (kept,) = letters.versions_of(bid.id)
    assert (kept.version.state, kept.version.because, len(kept.answers)) == ("declined", "It changes the offer.", 1)
    with pytest.raises(Conflict, match="declined already, by Ann"):
        letters.take_version(version, person="Ann")


def test_a_later_answer_takes_the_place_of_one_that_nobody_decided_on(
    store: Store, bid: Document, statement: str
) -> None:
    letters, letter = ask(store, bid, statement)
    first = answer(letters, letter, number="12 people")
    second = answer(letters, letter, "c" * 64, number="14 people")
    with pytest.raises(Conflict, match="later answer"):
        letters.take_version(first, person="Ann")
    letters.take_version(second, person="Ann")
    assert store.statement(statement).as_decided()["quantity"]["value"] == 14


def test_one_file_is_taken_once(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    answer(letters, letter, number="12 people")
    with pytest.raises(Conflict, match="taken already"):
        answer(letters, letter, number="12 people")


def test_answers_find_the_commitment_again_after_the_bid_was_read_anew(
    store: Store, bid: Document, statement: str
) -> None:
    letters, letter = ask(store, bid, statement)
    store.publish_run(
        bid.id, extraction_record(commitment("We will help people into work.", **VAGUE), version="9"), 0.1
    )
    newer = store.statements_of(bid.id)[0].statement.id
    assert newer != statement
    letters.take_version(answer(letters, letter, number="12 people"), person="Ann")
    assert store.statement(newer).as_decided()["quantity"]["value"] == 12


def test_a_passage_that_is_gone_is_told_of(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    store.publish_run(bid.id, extraction_record(commitment("Forty trees will be planted in May."), version="9"), 0.1)
    with pytest.raises(Conflict, match="no longer a statement"):
        answer(letters, letter, number="12 people")


def test_what_happens_to_a_letter_stands_in_the_log(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    letters.decline_version(answer(letters, letter, number="12 people"), person="Ann", because="No.")
    kinds = [e.kind for e in store.events(document_id=bid.id)]
    wanted = [EventKind.clarification_asked, EventKind.clarification_answered, EventKind.version_declined]
    assert [k for k in kinds if k in wanted] == wanted


def test_a_letter_takes_a_person_and_answers_to_what_it_asked(store: Store, bid: Document, statement: str) -> None:
    letters, letter = ask(store, bid, statement)
    with pytest.raises(UsageError, match="at least one question"):
        letters.add_letter(bid.id, [], person="Jo")
    with pytest.raises(UsageError, match="no question 9"):
        letters.take_answers(letter.id, [Answer(9, "", "date", "Soon")], person="Sam", source_name="x",
                             source_sha256=SHA)  # fmt: skip
    with pytest.raises(UsageError, match="give a name"):
        letters.take_answers(letter.id, [], person=" ", source_name="x", source_sha256=SHA)
    with pytest.raises(NotFound):
        letters.questions_of("none")
    assert [q.number for q in letters.questions_of(letter.id)] == [1, 2, 3]
