from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from svdocs.records.ocds import release_package
from svdocs.records.store import Store
from tests.records.values import commitment, extraction_record


def package_of(store: Store, **named: Any) -> dict[str, Any]:
    return release_package([(p, store.documents_of(p.id)) for p in store.procurements()], **named)


def fill(store: Store) -> None:
    procurement = store.add_procurement(
        "Street\x07 lighting", "Kent", Decimal("8400000.50"), date(2027, 4, 1), date(2031, 3, 31)
    )
    for number, (kind, supplier) in enumerate(
        [("specification", None), ("bid", "Beta Ltd"), ("bid", "Beta Ltd"), ("baseline", "Gamma Ltd")]
    ):
        document = store.add_document(procurement.id, name=f"{kind}.pdf", kind=kind, supplier=supplier,
                                      sha256=str(number) * 64, media_type="application/pdf", size=1)  # fmt: skip
        store.publish_run(document.id, extraction_record(commitment()), 1)


def test_a_procurement_is_a_release_with_what_the_standard_has_fields_for(store: Store) -> None:
    fill(store)
    package = package_of(store, prefix="ocds-213czf")
    assert package.keys() == {"uri", "version", "publishedDate", "publisher", "releases"}
    [release] = package["releases"]
    assert release.keys() >= {"ocid", "id", "date", "tag", "initiationType"}, "what the schema requires"
    assert release["ocid"].startswith("ocds-213czf-")
    assert release["buyer"]["name"] == "Kent"
    assert [(p["name"], p["roles"]) for p in release["parties"]] == [("Kent", ["buyer"]), ("Beta Ltd", ["tenderer"])]
    tender = release["tender"]
    assert tender["title"] == "Street\N{REPLACEMENT CHARACTER} lighting"
    assert tender["value"] == {"amount": 8400000.5, "currency": "GBP"}
    assert tender["contractPeriod"] == {"startDate": "2027-04-01T00:00:00Z", "endDate": "2031-03-31T00:00:00Z"}
    assert tender["numberOfTenderers"] == 1
    assert [(d["title"], d["documentType"]) for d in tender["documents"]] == [
        ("specification.pdf", "technicalSpecifications")
    ]


def test_no_word_of_a_bid_is_in_a_package(store: Store) -> None:
    fill(store)
    written = json.dumps(package_of(store))
    assert "bid.pdf" not in written
    assert "Gamma" not in written
    assert commitment()["text"] not in written


def test_the_same_records_give_the_same_package_and_none_an_empty_one(store: Store) -> None:
    assert package_of(store)["releases"] == []
    fill(store)
    assert package_of(store) == package_of(store)
