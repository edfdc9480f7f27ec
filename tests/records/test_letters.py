from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from svdocs.errors import UsageError
from svdocs.records.clarifying import Answer, ask_about, propose_versions
from svdocs.records.letters import Letter, read_answers, write_letter

LETTER = Letter("Ambleford Council", "Acme Ltd", "Grounds maintenance", "bid.docx", date(2027, 1, 4), date(2027, 1, 18))


def line(text: str, **fields: Any) -> dict[str, Any]:
    """Return a commitment as the records export it."""
    return {"statement_id": "s1", "type": "commitment", "status": "proposed", "text": text, "focus": text,
            "confidence": 0.9, "firmness": "firm", "location": {"page": 4, "section": ["Offer"]},
            "additionality": {"verdict": "unclear", "confidence": 0.7, "reasons": []}} | fields  # fmt: skip


VAGUE = line("We will help local people into work.")


def fill(path: Path, answers: dict[int, str]) -> None:
    """Write answers into the fields of a letter, as a bidder does."""
    document = Document(str(path))
    for field in document.element.body.iter(qn("w:sdt")):
        number = int(field.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).split(":")[1])
        if number in answers:
            next(field.iter(qn("w:t"))).text = answers[number]
    document.save(str(path))


def test_a_vague_promise_gives_numbered_questions_with_its_passage_and_page() -> None:
    asked = ask_about([VAGUE])
    assert [q.number for q in asked] == list(range(1, len(asked) + 1))
    assert {"number", "date", "place", "beneficiary", "owner", "evidence"} <= {q.gap for q in asked}
    assert all(q.quote == VAGUE["text"] and q.place == "page 4" and "?" in q.question for q in asked)


@pytest.mark.parametrize("changes", [{"status": "rejected"}, {"type": "delivery"}])
def test_nothing_is_asked_about_what_is_no_standing_commitment(changes: dict[str, str]) -> None:
    assert ask_about([VAGUE | changes]) == []


def test_the_letter_has_real_headings_a_numbered_list_and_a_language(tmp_path: Path) -> None:
    path, asked = tmp_path / "letter.docx", ask_about([VAGUE])
    write_letter(LETTER, asked, path)
    document = Document(str(path))
    styles = [p.style.name for p in document.paragraphs if p.style]
    assert styles.count("List Number") == len(asked)
    assert {"Heading 1", "Heading 2", "Title"} <= set(styles)
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "en-GB"
    assert any(VAGUE["text"] in p.text for p in document.paragraphs)


def test_an_answer_comes_back_to_its_question_and_makes_a_version_beside_the_old_one(tmp_path: Path) -> None:
    path, asked = tmp_path / "letter.docx", ask_about([VAGUE])
    write_letter(LETTER, asked, path)
    number = {q.gap: q.number for q in asked}
    fill(path, {number["number"]: "12 people", number["date"]: "By March 2028", number["place"]: "Ambleford"})
    answers = read_answers(path)
    assert {(a.gap, a.text) for a in answers} == {
        ("number", "12 people"), ("date", "By March 2028"), ("place", "Ambleford")
    }  # fmt: skip
    version = propose_versions([VAGUE], answers)[0]
    assert version["state"] == "proposed"
    assert version["old"]["quantity"] is None
    assert version["new"]["quantity"]["value"] == 12
    assert version["new"]["due"]["date"] == "2028-03"
    assert version["new"]["place"]["text"] == "Ambleford"
    assert set(version["changes"]) == {"quantity", "due", "place"}


def test_fields_left_as_they_are_give_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    write_letter(LETTER, ask_about([VAGUE]), path)
    assert read_answers(path) == []


def test_an_answer_to_a_statement_of_another_bid_is_left_out() -> None:
    assert propose_versions([VAGUE], [Answer(1, "other", "number", "12 people")]) == []


def test_what_is_no_letter_of_ours_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.docx"
    Document().save(str(other))
    with pytest.raises(UsageError, match="no answer fields"):
        read_answers(other)
    other.write_text("no document")
    with pytest.raises(UsageError, match="cannot be opened"):
        read_answers(other)
