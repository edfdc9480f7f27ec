from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from svdocs.errors import Conflict
from svdocs.frameworks.local import LocalDefinition, LocalTest
from svdocs.frameworks.set_up import Chosen, SetUp
from svdocs.records.fsck import Outcome, check_records
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store, open_store
from svdocs.records.tender_checks import TenderChecks
from svdocs.review.run_check import run_check
from svdocs.review.tender_check import Checked, TenderCode, TenderFinding, check_tender
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document
from svdocs.text.exchange import document_to_json
from svdocs.text.read import read_file
from tests.review.measure_tender import compare

KENT = SetUp(
    weighting_percent=Decimal(15),
    themes=(Chosen("kcc", "employer"), Chosen("kcc", "community")),
    local=LocalDefinition("Kent", "2026", ("E10000016",), (LocalTest.residence,)),
)
HEADING = "3. Social value (weighting 15%)"
QUESTION = "Describe the social value that you will bring to Kent, with numbers, dates and how you will report on it."
JOBS = "SV1 Jobs and apprenticeships for people who live in Kent"
HOURS = "SV2 Staff volunteering and gifts for community groups in Kent"
SPEND = "SV3 Spend with small firms and social enterprises, paid promptly"


def tender(*asked: str, heading: str = HEADING, question: str = QUESTION) -> Document:
    text = TextBuilder()
    text.add(BlockKind.heading, "1. Service requirements", level=1, page=1)
    text.add(BlockKind.paragraph, "The Contractor shall cut every verge three times a year.", page=1)
    text.add(BlockKind.heading, heading, level=1, page=2)
    text.add(BlockKind.paragraph, question, page=2)
    for item in asked:
        text.add(BlockKind.list_item, item, page=2)
    return Document("itt.pdf", "0" * 64, "application/pdf", text.text, tuple(text.blocks), tuple(text.words))


def of(checked: Checked, code: TenderCode) -> list[TenderFinding]:
    return [f for f in checked.findings if f.code is code]


def test_a_clear_tender_gives_no_finding_and_shows_what_it_asks_for() -> None:
    checked = check_tender(tender(JOBS, HOURS), KENT)
    assert checked.findings == ()
    assert [a.is_question for a in checked.asked] == [True, False, False]
    assert checked.weighting == (Decimal(15), False)


def test_a_chosen_theme_that_nothing_asks_for_is_named() -> None:
    [found] = of(check_tender(tender(JOBS), KENT), TenderCode.theme_without_question)
    assert "Community" in found.message


def test_what_is_asked_for_and_was_not_chosen_is_cited_with_its_page() -> None:
    [found] = of(check_tender(tender(JOBS, HOURS, SPEND), KENT), TenderCode.theme_not_chosen)
    assert found.cited is not None
    assert (found.cited.text, found.cited.page, found.cited.section) == (SPEND, 2, (HEADING,))


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Describe the social value that you will bring to Kent.", "a number, a date or evidence or reporting"),
        ("Describe the social value that you will bring, with numbers and dates.", "evidence or reporting"),
        ("What social value will you bring, by when, and how will you measure it?", "a number"),
    ],
)
def test_a_question_whose_answer_cannot_be_checked_says_what_is_missing(question: str, missing: str) -> None:
    [found] = of(check_tender(tender(JOBS, HOURS, question=question), KENT), TenderCode.cannot_be_checked)
    assert f"does not ask for {missing}." in found.message
    assert found.cited is not None
    assert found.cited.text == question


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("3. Social value", TenderCode.weighting_missing),
        ("3. Social value (weighting 5%)", TenderCode.weighting_low),
        ("3. Social value (weighting 20%)", TenderCode.weighting_differs),
        ("3. Social value (15% of the quality score)", TenderCode.weighting_of_part),
        ("3. Social value: 15 marks in the hundred", None),
    ],
)
def test_the_weighting_is_held_against_the_least_and_the_set_up(heading: str, code: TenderCode | None) -> None:
    checked = check_tender(tender(JOBS, HOURS, heading=heading), KENT)
    assert {f.code for f in checked.findings if f.code.value.startswith("weighting")} >= ({code} if code else set())
    assert code is not None or checked.findings == ()


@pytest.mark.parametrize(
    ("more", "undefined"),
    [
        ("SV3 Jobs for local people", True),
        ("“Local” means living in Kent.", False),
        ("SV3 Jobs for young people", False),
    ],
)
def test_local_needs_a_definition_in_the_document_itself(more: str, undefined: bool) -> None:
    found = of(check_tender(tender(JOBS, HOURS, more), KENT), TenderCode.local_undefined)
    assert bool(found) is undefined
    assert not found or "The set-up defines it" in found[0].message


def test_many_requirements_are_warned_of_at_the_first_beyond_six() -> None:
    items = [f"SV{n} Staff volunteering for community groups of kind {n}" for n in range(1, 9)]
    [found] = of(check_tender(tender(*items), KENT), TenderCode.many_priorities)
    assert found.cited is not None
    assert found.cited.text == items[6]


def test_a_document_without_a_question_says_so_and_service_questions_are_left_alone() -> None:
    text = TextBuilder()
    text.add(BlockKind.heading, "2. Method", level=1)
    text.add(BlockKind.paragraph, "Describe how you will cut verges safely.")
    document = Document("q.docx", "0" * 64, "x", text.text, tuple(text.blocks), tuple(text.words))
    checked = check_tender(document, replace(KENT, themes=()))
    assert [f.code for f in checked.findings] == [TenderCode.no_question, TenderCode.weighting_missing]
    assert checked.asked == ()


def test_the_specification_of_the_samples_is_read_as_a_person_reads_it() -> None:
    labels = tomllib.loads(Path(__file__).with_name("tender_labels.toml").read_text(encoding="utf-8"))
    checked = check_tender(read_file(Path("samples/specification.docx")), KENT)
    count = compare(checked, labels["samples"])
    assert count["requirements with a fitting theme"] == 4
    assert (count["questions right"], count["weighting right"], count["local right"]) == (1, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'svdocs.db'}")


def test_a_check_is_kept_with_the_set_up_that_it_was_held_against(store: Store, tmp_path: Path) -> None:
    procurement = store.add_procurement("Verges", "Kent").id
    SetUps(store).save(procurement, KENT, person="Ada")
    document = store.add_document(procurement, name="itt.pdf", kind="specification", supplier=None, sha256="a" * 64,
                                  media_type="application/pdf", size=3)  # fmt: skip
    with pytest.raises(Conflict, match="not been read"):
        run_check(store, procurement, document.id, "Ada")
    store.keep_text(document.id, "r", document_to_json(tender(JOBS)))
    run_check(store, procurement, document.id, "Ada")
    [kept] = TenderChecks(store).of_procurement(procurement)
    assert (kept.set_up_version, kept.made_by, kept.document_id) == (1, "Ada", document.id)
    assert kept.content["findings"][0]["code"] == "theme_without_question"
    broken = [c for c in check_records(store, tmp_path, strict=False) if c.outcome is Outcome.broken]
    assert [f for c in broken for f in c.found if "audit" in f] == []
    store.close()
