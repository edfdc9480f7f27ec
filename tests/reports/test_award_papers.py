"""Letters and papers of an award: what stands in them, what must not, and that each figure leads to its passage."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document as read_docx
from hypothesis import given
from hypothesis import strategies as st

from svdocs.errors import Conflict
from svdocs.records.store import open_store
from svdocs.reports.award_ai import tool_values, use_values, write_tool, write_use
from svdocs.reports.award_indicators import indicator_values, write_indicators
from svdocs.reports.award_moderation import report_moderation, write_moderation
from svdocs.reports.award_schedule import schedule_values, write_schedule
from svdocs.reports.award_summary import Summary, summarise, write_summary
from svdocs.reports.paper import fill_paper
from svdocs.reports.withheld import LEFT_OUT, RUN, foreign_to, strings_in
from tests.panel.worked import SUPPLIERS, Worked
from tests.reports.award_case import ALDER, BIRCH, CEDAR, OFFERS, REASONS

TODAY = date(2027, 1, 12)
OWN_WORDS = {ALDER: ("Alder", "Sheppey", "Minster", "Swale"), BIRCH: ("Birch", "Thanet", "Ramsgate"),
             CEDAR: ("Cedar", "Dover", "Deal")}  # fmt: skip


def letter(made: Worked, supplier: str) -> Summary:
    lead = made.caller("lead")
    return summarise(made.seen("lead"), made.procurement, made.suppliers[supplier], lead, written=TODAY)


def words_in(data: bytes) -> str:
    """All text of a Word file: body, tables, header, footer, properties."""
    with ZipFile(BytesIO(data)) as package:
        parts = [package.read(n).decode() for n in package.namelist() if n.endswith(".xml") and n != "word/styles.xml"]
    return "\n".join(re.sub(r"<[^>]+>", "", part.replace("</w:p>", "\n")) for part in parts)


@pytest.fixture(scope="module")
def letters(awarded: Worked) -> dict[str, str]:
    return {s: words_in(write_summary(letter(awarded, s))).replace("&amp;", "&") for s in SUPPLIERS}


def test_each_letter_tells_the_reader_its_scores_with_reason_passage_and_page(letters: dict[str, str]) -> None:
    for supplier, text in letters.items():
        assert REASONS[supplier] in text
        assert f"“{OFFERS[supplier][0].text}” ({supplier}.pdf, page 2)" in text
        assert f"1 High Street, {supplier}" in text
        assert "Mark 4 of 5, Good" in text or supplier == CEDAR
    assert "most advantageous tender: the contract is to be awarded to you" in letters[BIRCH]
    assert "Your tender has 80 of 100 points, and the most advantageous tender 90.67." in letters[ALDER]


def test_no_string_of_one_bidder_stands_in_anothers_letter(letters: dict[str, str]) -> None:
    for reader, text in letters.items():
        for other in set(SUPPLIERS) - {reader}:
            allowed = ("Birch",) if other == BIRCH else ()  # the law asks for the winner's name and scores
            assert [w for w in OWN_WORDS[other] if w in text and w not in allowed] == []
            for offer in OFFERS[other]:
                words = offer.text.rstrip(".").split()
                runs = {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
                own = " ".join(o.text for o in OFFERS[reader])
                assert [r for r in runs if r in text and r not in own] == []


def test_the_winners_letter_tells_of_nobody_else_and_the_others_of_the_winners_scores_alone(
    letters: dict[str, str],
) -> None:
    assert letters[BIRCH].count("most advantageous tender") == 1
    for loser in (ALDER, CEDAR):
        assert BIRCH in letters[loser]
        assert REASONS[BIRCH] in letters[loser]
        assert f"{BIRCH}.pdf" not in letters[loser]


def test_no_letter_names_an_evaluator_or_holds_an_individual_mark(letters: dict[str, str]) -> None:
    for text in letters.values():
        for who in ("eve", "finn", "gita", "hugh", "iris"):
            assert not re.search(rf"\b{who}\b", text)
            assert f"({who})" not in text


def test_the_papers_of_the_contract_tell_of_the_winner_alone(awarded: Worked) -> None:
    lead, store = awarded.caller("lead"), awarded.seen("lead")
    values = schedule_values(store, awarded.procurement, lead, written=TODAY)
    [part] = values["parts"]
    assert [x["quantity"] for x in part["commitments"]] == ["8 people", "100 hours"]
    indicators = indicator_values(store, awarded.procurement, lead, written=TODAY)
    assert len(indicators["indicators"]) == 2 + 3
    assert all(i["numerator"] and i["denominator"] and i["told"] for i in indicators["indicators"])
    titles = " ".join(i["title"] for i in indicators["indicators"])
    for share in ("apprenticeships", "Kent postcode", "30 days"):
        assert share in titles
    text = words_in(write_schedule(values)) + words_in(write_indicators(indicators))
    assert not [w for s in (ALDER, CEDAR) for w in OWN_WORDS[s] if w in text]


def test_the_schedule_waits_until_somebody_says_when_the_contract_runs(awarded: Worked, tmp_path: Path) -> None:
    with sqlite3.connect(awarded.store.engine.url.database or "") as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "svdocs.db"),))
    connection.close()
    with sqlite3.connect(tmp_path / "svdocs.db") as connection:
        connection.execute("UPDATE procurement SET starts = NULL")
    connection.close()
    with open_store(f"sqlite:///{tmp_path / 'svdocs.db'}") as store:
        made = dataclasses.replace(awarded, store=store)
        with pytest.raises(Conflict, match="when the contract runs"):
            schedule_values(made.seen("lead"), made.procurement, made.caller("lead"), written=TODAY)


def papers(made: Worked) -> Mapping[str, bytes]:
    lead, store, key = made.caller("lead"), made.seen("lead"), made.procurement
    return {
        "summary": write_summary(letter(made, ALDER)),
        "moderation": write_moderation(report_moderation(store, key, lead)),
        "tool": write_tool(tool_values(store, key, lead, written=TODAY)),
        "use": write_use(use_values(store, key, lead, written=TODAY)),
    }


def test_papers_are_accessible_word_files_with_nothing_left_of_the_template(awarded: Worked) -> None:
    for name, data in papers(awarded).items():
        document = read_docx(BytesIO(data))
        properties = document.core_properties
        assert properties.title
        assert (properties.language, properties.author) == ("en-GB", "Kent County Council"), name
        assert any(p.style.name == "Heading 1" for p in document.paragraphs if p.style)
        for table in document.tables:
            first = table.rows[0]._tr
            assert first.xpath("./w:trPr/w:tblHeader"), name
            assert table._tbl.tblPr.xpath("./w:tblCaption/@w:val")
        text = words_in(data)
        assert "{{" not in text
        assert "{%" not in text


def test_the_moderation_report_holds_every_mark_and_what_was_agreed(awarded: Worked) -> None:
    values = report_moderation(awarded.seen("chair"), awarded.procurement, awarded.caller("chair"))
    assert len(values["scores"]) == 6
    assert all(len(s["marks"]) == 5 for s in values["scores"])
    assert [t["points"] for t in values["totals"]] == ["90.67", "80", "75"]
    assert BIRCH in values["decision"]


def test_the_record_of_use_counts_what_people_decided(awarded: Worked) -> None:
    said = {r["asked"]: r["answer"] for s in
            use_values(awarded.seen("lead"), awarded.procurement, awarded.caller("lead"), written=TODAY)["sections"]
            for r in s["rows"]}  # fmt: skip
    assert said["Of these accepted"] == "7"
    assert said["Marks that people submitted"] == "30"
    assert said["Who decided"] == "lead"


# What of others is left out


def test_a_reason_that_names_or_quotes_another_bid_is_cleared_and_the_gap_is_shown() -> None:
    texts = {"a": [OFFERS[ALDER][1].text], "b": [OFFERS[BIRCH][1].text, "Ref KX-2291"]}
    foreign = foreign_to(texts, {"a": [ALDER], "b": [BIRCH, "birch bid.pdf"]}, "a", ["Method"])
    said = f"Better than {BIRCH} and birch, which says “100 hours to Ramsgate Youth Club” (birch bid.pdf, KX-2291)."
    clear = foreign.leave_out(said)
    assert clear == (f"Better than another bidder and another bidder, which says “{LEFT_OUT}” "
                     f"(another bidder, {LEFT_OUT}).")  # fmt: skip
    assert foreign.stand_in(clear) == []
    assert foreign.stand_in(said)


WORDS = st.lists(
    st.sampled_from(["we", "plant", "forty", "trees", "in", "Deal", "give", "hours", "to", "KX2291", "M20"]),
    max_size=14,
)


@given(WORDS, WORDS, WORDS, WORDS)
def test_whatever_is_written_nothing_of_others_is_left_and_own_words_stay(
    own: list[str], other: list[str], reason: list[str], told: list[str]
) -> None:
    foreign = foreign_to({"a": [" ".join(own)], "b": [" ".join(other)]}, {"a": ["A Ltd"], "b": ["Oak Ltd"]}, "a",
                         [" ".join(told)])  # fmt: skip
    clear = foreign.leave_out(f"{' '.join(reason)} Oak Ltd")
    assert foreign.stand_in(clear) == []
    assert foreign.leave_out(" ".join(own)) == " ".join(own)


def test_what_is_written_in_a_reason_is_text_and_never_template_or_markup() -> None:
    values: dict[str, Any] = {"buyer": "B", "intro": "{{ 7 * 7 }} <w:p/> \x00 {% raw %}", "sections": []}
    text = words_in(fill_paper("award_ai_use.docx", values, title="T", author="B"))
    assert "{{ 7 * 7 }} &lt;w:p/&gt;" in text
    assert list(strings_in({"a": ["x", ("y",)]})) == ["x", "y"]
