from __future__ import annotations

from datetime import date

import pytest

from svdocs.errors import Conflict, NotFound, UsageError
from svdocs.records.library import as_document
from svdocs.records.store import Store


def test_an_entry_keeps_its_quantity_and_source(store: Store) -> None:
    entry = store.add_baseline("Acme", "Every year we take on twelve apprentices.", source="Report", person="Jo",
                               source_date=date(2026, 3, 31), period="2025/26", scope="company")  # fmt: skip
    assert (entry.quantity_value, entry.quantity_unit) == (12, "people")
    assert [e.id for e in store.baselines_of(entry.supplier_id)] == [entry.id]
    assert store.baselines_of(entry.supplier_id)[0].source_date == date(2026, 3, 31)


def test_a_retired_entry_stays_with_who_when_and_why(store: Store) -> None:
    entry = store.add_baseline("Acme", "We plant 200 trees a year.", source="Website", person="Jo")
    store.retire_baseline(entry.id, person="Sam", because="The page was taken down.")
    assert store.baselines_of() == []
    gone = store.baselines_of(with_retired=True)[0]
    assert (gone.retired_by, gone.retired_because) == ("Sam", "The page was taken down.")
    assert gone.retired_at is not None
    with pytest.raises(Conflict, match="retired already"):
        store.retire_baseline(entry.id, person="Sam", because="Again.")


def test_a_corrected_entry_takes_the_place_of_the_old_one(store: Store) -> None:
    old = store.add_baseline("Acme", "We plant 200 trees a year.", source="Website", person="Jo", period="2026")
    new = store.correct_baseline(old.id, "We plant 20 trees a year.", person="Sam", because="Misread.")
    assert (new.corrects, new.source, new.period, new.quantity_value) == (old.id, "Website", "2026", 20)
    assert [e.id for e in store.baselines_of()] == [new.id]


@pytest.mark.parametrize("missing", ["supplier", "text", "source", "person"])
def test_an_entry_needs_supplier_text_source_and_person(store: Store, missing: str) -> None:
    given = {"supplier": "Acme", "text": "We plant trees.", "source": "Website", "person": "Jo"} | {missing: " "}
    with pytest.raises(UsageError):
        store.add_baseline(given["supplier"], given["text"], source=given["source"], person=given["person"])


def test_to_retire_takes_a_known_entry_a_person_and_a_reason(store: Store) -> None:
    with pytest.raises(NotFound):
        store.retire_baseline("none", person="Sam", because="Old.")
    entry = store.add_baseline("Acme", "We plant 200 trees a year.", source="Website", person="Jo")
    with pytest.raises(UsageError):
        store.retire_baseline(entry.id, person="", because="Old.")


def test_the_library_is_a_baseline_document_with_sources_as_headings(store: Store) -> None:
    store.add_baseline("Acme", "We plant 200 trees a year.", source="Website", person="Jo", period="2026")
    store.add_baseline("Acme", "We give £500 a year.", source="Report", person="Jo", source_date=date(2025, 1, 2))
    document = as_document(store.baselines_of(), "Acme")
    assert document.kind == "baseline"
    assert [b.kind.value for b in document.blocks] == ["heading", "paragraph"] * 2
    assert "Website, 2026" in document.text
    assert document.sha256 == as_document(list(reversed(store.baselines_of())), "Acme").sha256
