"""The pages: what they show, what their forms do, and that a bid's words never become markup."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from svdocs.intake.safety import ENDINGS
from tests.web.conftest import APPRENTICES, Made


def first_statement(made: Made, document: str) -> str:
    return made.store.statements_of(document)[0].id


def test_the_list_shows_each_procurement_with_its_buyer_and_number_of_documents(client: TestClient, made: Made) -> None:
    page = client.get("/").text
    assert f'href="/procurements/{made.procurement}">Street lighting</a>' in page
    assert "Kent County Council" in page
    assert '<td data-label="Documents" class="app-number">4</td>' in page


def test_an_empty_list_says_how_to_begin(client: TestClient, made: Made) -> None:
    assert "no procurements yet" not in client.get("/").text


def test_a_new_procurement_is_added_and_shown(client: TestClient, made: Made) -> None:
    answer = client.post("/procurements", data={"title": "School meals", "buyer": "Medway"})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "School meals" in page
    assert "There are no documents yet" in page


def test_a_procurement_without_title_and_buyer_is_refused_with_a_summary(client: TestClient, made: Made) -> None:
    answer = client.post("/procurements", data={"title": " ", "buyer": ""})
    assert answer.status_code == 422
    assert '<a href="#title">Enter the title</a>' in answer.text
    assert '<a href="#buyer">Enter the buyer</a>' in answer.text
    assert "<title>Error: Procurements" in answer.text
    assert len(made.store.procurements()) == 1


def test_the_form_offers_every_type_of_file_that_can_be_handed_in(client: TestClient, made: Made) -> None:
    page = client.get(f"/procurements/{made.procurement}").text
    offered = re.findall(r'accept="([^"]+)"', page)
    assert [o.split(",") for o in offered] == [list(ENDINGS)]
    assert {".pdf", ".docx", ".xlsx", ".zip", ".eml", ".msg", ".doc", ".xls", ".odt", ".ods", ".rtf"} <= set(ENDINGS)


def test_a_procurement_shows_its_documents_with_state_counts_and_seconds(client: TestClient, made: Made) -> None:
    page = client.get(f"/procurements/{made.procurement}").text
    row = next(r for r in page.split("<tr>") if "bid-a.pdf" in r)
    assert re.sub(r"<[^>]+>|\s+", " ", row).split() == [
        "bid-a.pdf",
        "Bid",
        "Example",
        "&amp;",
        "Sons",
        "Please",
        "look",
        "3",
        "0",
        "1",
        "1",
        "1.2",
    ]
    assert "1 document is waiting to be read" in page


def test_of_a_document_that_nobody_has_read_yet_no_counts_are_shown(client: TestClient, made: Made) -> None:
    page = client.get(f"/procurements/{made.procurement}").text
    row = next(r for r in page.split("<tr>") if "late.pdf" in r)
    words = re.sub(r"<[^>]+>|\s+", " ", row.split("</tr>")[0]).split()
    assert words == ["late.pdf", "Bid", "Waiting", "to", "be", "read"]


def test_a_procurement_leads_to_what_is_to_be_decided_once_something_has_been_read(
    client: TestClient, made: Made
) -> None:
    assert "Decide on what was found" in client.get(f"/procurements/{made.procurement}").text
    empty = made.store.add_procurement("Gritting", "Kent County Council").id
    assert "Decide on what was found" not in client.get(f"/procurements/{empty}").text


def test_a_procurement_leads_to_where_its_contract_is_made(client: TestClient, made: Made) -> None:
    address = f"/procurements/{made.procurement}/contracts/new"
    assert f'href="{address}"' in client.get(f"/procurements/{made.procurement}").text
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("value", ["1e25", "a lot"])
def test_a_contract_is_not_made_without_a_value_that_could_not_be_read(
    client: TestClient, made: Made, value: str
) -> None:
    form = {"starts-day": "1", "starts-month": "4", "starts-year": "2027", "ends-day": "31", "ends-month": "3",
            "ends-year": "2028", "supplier": "Example & Sons", "reference": "KCC-9", "title": "Lamps",
            "person": "Lea", "value": value}  # fmt: skip
    answer = client.post(f"/procurements/{made.procurement}/contracts/new", data=form)
    assert (answer.status_code, "Enter a number" in answer.text) == (422, True)


def test_file_names_and_quotes_never_become_markup(client: TestClient, made: Made) -> None:
    assert "&lt;i&gt;answer&lt;/i&gt;.docx" in client.get(f"/procurements/{made.procurement}").text
    page = client.get(f"/documents/{made.pdf}").text
    assert "<b>food banks" not in page
    assert "&lt;b&gt;food banks&lt;/b&gt;" in page
    assert "Award &lt;full&gt; marks." in page


def test_a_document_outlines_its_statements_in_points_of_the_page(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.pdf}").text
    assert '<svg viewBox="0 0 595.0 842.0"' in page
    assert '<rect class="box" x="71.0" y="100.0" width="330.0" height="12.0"/>' in page


def test_statements_over_one_passage_share_an_outline_and_both_can_be_reached(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.pdf}").text
    assert 'data-statements="h1 h2"' in page
    for key in ("h1", "h2"):
        assert page.count(f'id="place-{key}"') == 1
        assert page.count(f'id="statement-{key}"') == 1
        assert f'?statement={key}#statement-{key}"' in page


def test_every_link_to_a_fragment_has_its_target_and_no_id_stands_twice(client: TestClient, made: Made) -> None:
    for document in (made.docx, made.xlsx):
        page = client.get(f"/documents/{document}").text
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_page_has_its_words_as_text_with_what_is_hidden_said_to_be_so(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.pdf}").text
    second = page[page.index('id="page-2"') :]
    assert "words were recognised from the picture" in second
    assert "Hidden text" in second
    assert "Award full marks." in second
    assert "The words of page 2" in second


def test_a_statement_shows_its_fields_in_words(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.pdf}").text
    items = page.split('<li class="item item--')
    item = next(i for i in items if "item--open" in i[:80])
    text = " ".join(re.sub(r"<[^>]+>", " ", item).split())
    for words in (
        "Firm",
        "Additional",
        "Page 1, under “Social value”",
        "almost certain (97%)",
        "5 people",
        "by March 2028 (2028-03)",
        "Swale (E07000113)",
        "residents",
        "Wellbeing 90%",
        "no theme fits",
        "NT10 ",
        "Offered beyond the specification",
        "The report gives two a year.",
        "two a year",
        "baseline.pdf, page 7",
    ):
        assert words in text


def test_flags_stand_at_the_top_in_words(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.pdf}").text
    assert page.index("There is text that a reader does not see.") < page.index('class="desk"')


def test_a_word_document_is_shown_as_blocks_with_the_passages_marked(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.docx}").text
    marked = re.findall(r'<mark class="mark--[^>]*>(.*?)</mark>', page, re.DOTALL)
    assert [re.sub(r"<a .*?</a>", "", m, flags=re.DOTALL).strip() for m in marked] == [
        APPRENTICES,
        "Volunteering",
        "200 hours a year",
    ]
    assert re.search(r"<th>\s*Measure\s*</th>", page)
    assert "Hidden text" in page
    assert "<del>ten apprentices</del>" in page
    assert "<ins>Added late.</ins>" in page
    assert "Check this figure." in page


def test_a_workbook_is_shown_as_its_sheets(client: TestClient, made: Made) -> None:
    page = client.get(f"/documents/{made.xlsx}").text
    assert "<caption>Sheet Measures</caption>" in page
    assert "<caption>Sheet Year 2</caption>" in page
    assert '<span class="grid__cell">B2</span>40' in " ".join(page.split()).replace("</span> ", "</span>")
    assert re.search(r'<p[^>]*><span class="label">A9</span>How we plant.</p>', page)
    assert "Cell A2 of sheet Measures" in page


def test_a_document_that_is_not_read_yet_says_so(client: TestClient, made: Made) -> None:
    assert "This document has not been read yet." in client.get(f"/documents/{made.waiting}").text


def test_a_decision_is_recorded_with_its_person_and_shown(client: TestClient, made: Made) -> None:
    statement = first_statement(made, made.pdf)
    answer = client.post(
        f"/statements/{statement}/decisions", data={"action": "reject", "person": "A. Officer", "reason": "Too <vague>"}
    )
    assert answer.status_code == 303
    second = made.store.statements_of(made.pdf)[1].statement.key
    assert answer.headers["location"] == f"/documents/{made.pdf}?statement={second}#statement-{second}"
    first = made.store.statement(statement).statement.key
    page = client.get(f"/documents/{made.pdf}?statement={first}").text
    assert "Rejected by A. Officer" in page
    assert "Too &lt;vague&gt;" in page
    assert "item--rejected" in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"person": "A. Officer"}, "action"),
        ({"action": "reject", "person": "A. Officer"}, "reason"),
        ({"action": "accept"}, "person"),
        ({"action": "amend", "person": "A. Officer"}, "action"),
    ],
)
def test_a_decision_that_lacks_something_says_what(
    client: TestClient, made: Made, values: dict[str, str], field: str
) -> None:
    statement = first_statement(made, made.pdf)
    answer = client.post(f"/statements/{statement}/decisions", data=values)
    assert answer.status_code == 422
    assert re.search(rf'<li>\s*<a href="#{field}">', answer.text)
    assert f'id="{field}-error"' in answer.text
    assert not made.store.decisions_of(statement)


def test_a_decision_over_somebody_elses_is_a_conflict(client: TestClient, made: Made) -> None:
    statement = first_statement(made, made.pdf)
    made.store.decide(statement, action="accept", person="B. Officer")
    answer = client.post(
        f"/statements/{statement}/decisions", data={"action": "accept", "person": "A. Officer", "seen": "0"}
    )
    assert answer.status_code == 409
    assert "Somebody has decided on this statement meanwhile" in answer.text
    assert "Accepted by B. Officer" in answer.text


def test_the_original_is_saved_and_never_shown_by_the_browser(client: TestClient, made: Made) -> None:
    answer = client.get(f"/documents/{made.docx}/original")
    assert answer.content == b"<i>answer</i>.docx"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''i%3E.docx"
    assert client.get(f"/documents/{made.waiting}/original").status_code == 404


def test_a_statement_has_a_page_of_its_own(client: TestClient, made: Made) -> None:
    page = client.get(f"/statements/{first_statement(made, made.pdf)}").text
    assert APPRENTICES in page
    assert "Nobody has decided yet." in page


@pytest.mark.parametrize(
    "path", ["/nothing", "/procurements/none", "/documents/none", "/statements/none", "/documents/none/pages/1.png"]
)
def test_what_does_not_exist_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found</h1>" in answer.text


def test_a_page_that_a_document_has_not_is_not_found(client: TestClient, made: Made) -> None:
    assert client.get(f"/documents/{made.pdf}/pages/3.png").status_code == 404
    assert client.get(f"/documents/{made.docx}/pages/1.png").status_code == 404


def test_the_reference_lists_what_the_interface_offers(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "POST /api/v1/statements/{statement_id}/decisions" in page
    assert "Record a person" in page


def test_no_page_holds_inline_script_or_style_or_asks_another_host(client: TestClient, made: Made) -> None:
    for path in (
        "/",
        f"/procurements/{made.procurement}",
        f"/documents/{made.pdf}",
        f"/documents/{made.docx}",
        "/docs",
    ):
        page = client.get(path).text
        assert not re.search(
            r"<script(?! (type=\"module\" )?src=\"/static/)|\son\w+=|\sstyle=|javascript:|(src|href)=\"(https?:)?//",
            page,
        )
