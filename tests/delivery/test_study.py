"""What a case study says whether it may be published: by its field, by its heading, and never by silence."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document

from svdocs.delivery.study import Study, consent_in, read_study
from svdocs.delivery.template import fill_template
from svdocs.records.contracts import Contracts
from svdocs.records.store import open_store
from svdocs.text.docx_controls import controls_in
from svdocs.text.read import read_document
from tests.delivery.round_trip import add_contract
from tests.delivery.ways import filled, flattened


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('records') / 'svdocs.db'}") as store:
        contract, contracts = add_contract(store), Contracts(store)
        return fill_template(contracts.contract(contract.id), contracts.schedule_of(contract.id), 1)


def study_of(data: bytes) -> Study:
    return read_study(read_document(data, "study.docx"), controls_in(data))


@pytest.mark.parametrize("saved", [bytes, flattened], ids=["with its fields", "without its fields"])
@pytest.mark.parametrize(
    ("may_publish", "leave_out", "said", "consents"),
    [
        ("Yes", "", "Yes", True),
        ("No, thank you", "", "No, thank you", False),
        ("Yes", "The name of the school", "Yes The name of the school", None),
        ("", "", "", None),
    ],
)
def test_the_answer_in_the_template_is_read_however_it_was_saved(
    template: bytes, saved: Callable[[bytes], bytes], may_publish: str, leave_out: str, said: str,
    consents: bool | None,
) -> None:  # fmt: skip
    study = study_of(saved(filled(template, may_publish=may_publish, leave_out=leave_out)))
    assert (" ".join(study.publish.split()), consent_in(study.publish)) == (said, consents)
    assert not {"publish"} & study.parts.keys()


@pytest.mark.parametrize(
    ("heading", "answer", "consents"),
    [
        ("May we tell others", "Yes please", True),
        ("Permission to publish", "No.", False),
        ("Our team", "Yes, we had a good year.", None),
    ],
)
def test_only_the_question_itself_gives_consent(heading: str, answer: str, consents: bool | None) -> None:
    document = Document()
    document.add_heading("What was delivered", 1)
    document.add_paragraph("We planted 40 trees in Swale.")
    document.add_heading(heading, 1)
    document.add_paragraph(answer)
    out = BytesIO()
    document.save(out)
    assert consent_in(study_of(out.getvalue()).publish) is consents


@pytest.mark.parametrize(
    ("answer", "consents"),
    [
        ("YES", True),
        ("Yes, of course you may publish this study.", True),
        ("We agree.", True),
        ("Yes. But not before June", None),
        ("Yes, we do not mind, but ask the school", None),
        ("No problem", None),
        ("Not sure", None),
        ("no", False),
        ("", None),
    ],
)
def test_a_yes_with_a_condition_is_left_to_a_person(answer: str, consents: bool | None) -> None:
    assert consent_in(answer) is consents
