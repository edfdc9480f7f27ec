"""The sample procurement keeps the labelling rules, and its documents say what its labels quote."""

import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
GOLD: dict[str, Any] = json.loads((SAMPLES / "gold.json").read_text(encoding="utf-8"))
DOCUMENTS: list[dict[str, Any]] = GOLD["documents"]
FILES = [document["file"] for document in DOCUMENTS]
ALLOWED = {
    "firmness": {"firm", "conditional", "aspirational"},
    "additionality": {"additional", "standard_operations", "statutory_duty", "contract_requirement", "unclear"},
    "category": {"defined", "additional"},
}
UNITS = {
    *("people", "fte", "hours", "days", "weeks", "gbp", "percent", "tco2e", "kg", "tonnes", "miles", "km", "trees"),
    *("events", "schools", "organisations", "devices", "vehicles", "meals", "sessions", "items"),
}
PERIODS = {"year", "month", "week", "contract", "employee", None}
THEMES: dict[str, set[Any]] = {
    "nhs": {"fighting_climate_change", "tackling_economic_inequality", "equal_opportunity", "wellbeing", None},
    "svm-2020": {1, 2, 3, 4, 5},
    "svm-2025": {1, 2, 3, 4, 5, 6, 7, 8, None},
    "kcc": {"employer", "economy", "community", None},
}


def labels_of(document: dict[str, Any], *types: str) -> list[dict[str, Any]]:
    return [s for s in document["statements"] if s["type"] in types]


def ids(labels: list[dict[str, Any]]) -> list[str]:
    return [label["id"] for label in labels]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def squeeze(text: str) -> str:
    """The text without white space and cell borders, as line breaks and columns fall where they like."""
    return re.sub(r"[\s|]+", "", text)


def read_docx(path: Path) -> str:
    """Every run of the body and of the footnotes, text boxes and table cells included."""
    document = docx.Document(str(path))
    text = "".join(node.text or "" for node in document.element.iter() if node.tag.endswith("}t"))
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/footnotes")]
    notes = [re.sub(r"<[^>]+>", "", part.blob.decode("utf-8")) for part in parts]
    return text + " ".join(notes)


def read_xlsx(path: Path) -> str:
    """Every cell as a person sees it: a whole number without a decimal point."""
    cells = [
        str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    return " ".join(cells)


def read_pdf(path: Path, furniture: tuple[str, ...] = ()) -> str:
    """The text layer, with the running heads and page numbers that interrupt sentences taken out."""
    with pypdfium2.PdfDocument(path) as pdf:
        pages = [squeeze(page.get_textpage().get_text_range()) for page in pdf]
    for line in furniture:
        pages = [page.replace(squeeze(line), "") for page in pages]
    return "".join(page.replace(f"Page{number}", "") for number, page in enumerate(pages, 1))


@cache
def pack() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((SAMPLES / "pack.yaml").read_text(encoding="utf-8"))
    return content


@cache
def read_text(file: str) -> str:
    path = SAMPLES / file
    if path.suffix == ".docx":
        return squeeze(read_docx(path))
    if path.suffix == ".xlsx":
        return squeeze(read_xlsx(path))
    source = next(d for d in pack()["documents"] if d["file"] == file)
    return read_pdf(path, tuple(source[key] for key in ("header", "footer") if key in source))


def is_scan(document: dict[str, Any]) -> bool:
    return document.get("layout") == "scan"


def test_the_builder_makes_these_labels_and_files_of_the_pack(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "corpus" / "build.py"), str(SAMPLES), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    assert json.loads((tmp_path / "gold.json").read_text(encoding="utf-8")) == GOLD
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "gold.json"}


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if not is_scan(d)], ids=lambda d: d["file"])
def test_every_labelled_passage_stands_in_its_document(document: dict[str, Any]) -> None:
    text = read_text(document["file"])
    assert ids([s for s in document["statements"] if squeeze(s["quote"]) not in text]) == []


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if is_scan(d)], ids=lambda d: d["file"])
def test_a_scan_has_no_text_layer(document: dict[str, Any]) -> None:
    assert read_pdf(SAMPLES / document["file"]) == ""


@pytest.mark.parametrize("field", ALLOWED)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_a_commitment_keeps_to_the_allowed_values(document: dict[str, Any], field: str) -> None:
    assert ids([s for s in labels_of(document, "commitment") if s[field] not in ALLOWED[field]]) == []


@pytest.mark.parametrize("framework", THEMES)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_themes_are_codes_of_their_framework(document: dict[str, Any], framework: str) -> None:
    labels = labels_of(document, "commitment", "delivery", "practice")
    assert ids([s for s in labels if not set(as_list(s["themes"][framework])) <= THEMES[framework]]) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_a_quantity_has_a_known_unit_and_period(document: dict[str, Any]) -> None:
    labels = labels_of(document, "commitment", "delivery")
    assert ids([s for s in labels if (s["quantity"]["unit"] in UNITS) != (s["quantity"]["value"] is not None)]) == []
    assert ids([s for s in labels if s["quantity"]["per"] not in PERIODS]) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_a_measure_has_the_form_of_a_code(document: dict[str, Any]) -> None:
    codes = [(s["id"], code) for s in labels_of(document, "commitment", "delivery") for code in as_list(s["toms"])]
    assert [(i, code) for i, code in codes if code is not None and not re.fullmatch(r"NT\d+[a-d]?", code)] == []


@pytest.mark.parametrize("field", ["place", "beneficiary"])
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_places_and_beneficiaries_are_words_of_the_passage(document: dict[str, Any], field: str) -> None:
    labels = [s for s in labels_of(document, "commitment", "delivery") if s[field]]
    assert ids([s for s in labels if squeeze(s[field]).lower() not in squeeze(s["quote"]).lower()]) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_evidence_quotes_its_document(document: dict[str, Any]) -> None:
    cited = [(s["id"], s["evidence"]) for s in labels_of(document, "commitment") if "evidence" in s]
    assert [i for i, evidence in cited if squeeze(evidence["quote"]) not in read_text(evidence["document"])] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d["file"])
def test_a_verdict_that_rests_on_another_passage_cites_it(document: dict[str, Any]) -> None:
    by_file = {d["file"]: d for d in DOCUMENTS}
    for label in labels_of(document, "commitment"):
        if label["additionality"] == "standard_operations":
            assert by_file[label["evidence"]["document"]]["supplier"] == document["supplier"], label["id"]
        if label["additionality"] == "contract_requirement":
            assert by_file[label["evidence"]["document"]]["kind"] == "specification", label["id"]


@pytest.mark.parametrize("field", ALLOWED)
def test_the_sample_shows_every_firmness_verdict_and_category(field: str) -> None:
    assert {s[field] for d in DOCUMENTS for s in labels_of(d, "commitment")} == ALLOWED[field]


def test_the_hidden_text_is_noise_and_its_document_expects_the_flag() -> None:
    hidden = [d["file"] for d in pack()["documents"] if any("hidden" in block for block in d["blocks"])]
    flagged = [d["file"] for d in DOCUMENTS if "hidden_text" in d.get("expect_flags", [])]
    whys = [d["file"] for d in DOCUMENTS for s in d["statements"] if s.get("why") == "hidden_text"]
    assert hidden == flagged == whys == ["bid-ardenholm.pdf"]


def test_the_procurement_file_lists_the_documents_of_the_pack() -> None:
    procurement = tomllib.loads((SAMPLES / "procurement.toml").read_text(encoding="utf-8"))
    listed = [(d["file"], d["kind"], d["supplier"]) for d in procurement["documents"]]
    assert listed == [(d["file"], d["kind"], d["supplier"]) for d in DOCUMENTS]
    contract = GOLD["contract"]
    assert (procurement["title"], procurement["value_gbp"]) == (contract["title"], contract["value_gbp"])
    starts, ends = (date.fromisoformat(contract[field]) for field in ("starts", "ends"))
    assert (procurement["buyer"], procurement["starts"], procurement["ends"]) == (GOLD["buyer"], starts, ends)


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 2_000_000
