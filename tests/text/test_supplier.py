# ruff: noqa: E501 -- sentences read better unbroken
"""The supplier is known by where a name stands and by what is said of it; where nothing is sure, none is named."""

import time
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Document
from svdocs.text.supplier import propose_supplier


def document(
    *texts: str, title: str = "Social value", head: str = "", name: str = "file.docx", kind: str = "bid"
) -> Document:
    builder = TextBuilder()
    if head:
        builder.add(BlockKind.furniture, head)
    builder.add(BlockKind.heading, title)
    for text in texts:
        builder.add(BlockKind.paragraph, text)
    return Document(name, "", "", builder.text, tuple(builder.blocks), kind=kind)


FILLER = (
    "The people of the town asked for work, for trees and for a place to meet; all of this will be there by the summer."
)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (document("Supplier name: Brightwater Facilities Ltd"), "Brightwater Facilities Ltd"),
        (document("Bidder: Weald Wheels Community Transport. Lot 2."), "Weald Wheels Community Transport"),
        (document("1.1 Full legal name of the tenderer (as registered) | R & J Tolley (Plant & Earthworks) Ltd"), "R & J Tolley (Plant & Earthworks) Ltd"),
        (document("Trading name | Second Bloom"), "Second Bloom"),
        (document(FILLER, "Signed for and on behalf of Harbour Row Facilities Ltd by J Smith, Director."), "Harbour Row Facilities Ltd"),
        (document("Brightwater is a family firm. Brightwater employs 40 people.", head="Brightwater Facilities Ltd | Confidential"), "Brightwater Facilities Ltd"),
        (document("At Larterby Family Travel, we train every driver.", "Larterby Family Travel runs 48 minibuses."), "Larterby Family Travel"),
        (document('Castlegate Property Services plc ("Castlegate") maintains homes.', "Castlegate will hire 12 people. Castlegate pays within 14 days."), "Castlegate Property Services plc"),
        (document("Pennard Water serves 1.3 million people in the valley and along the coast of the county.", FILLER), "Pennard Water"),
        (document("Tarnholt believes in buses.", "At the depot Tarnholt trains drivers.", name="bids/bid-tarnholt.docx"), "Tarnholt"),
        (document(FILLER, head="Quayhead Cleaners Co-operative | Lot 1"), "Quayhead Cleaners Co-operative"),
        (document("G. H. Pashley & Sons Ltd was founded in 1951.", head="G. H. Pashley & Sons Ltd"), "G. H. Pashley & Sons Ltd"),
        (document("Nobody at Nudgewell makes less than the living wage.", "Nudgewell began in 2018 above a shop."), "Nudgewell"),
    ],
)  # fmt: skip
def test_the_supplier_is_found_where_suppliers_are_named(given: Document, name: str) -> None:
    found, confidence = propose_supplier(given)
    assert found == name
    assert 0.5 < confidence < 1


@pytest.mark.parametrize(
    "given",
    [
        document("We plant trees in Kent and work with the Woodland Trust."),
        document("text in small letters only"),
        document("Supplier: to complete shaded boxes only", "Bidder: Yes", "Company: N/A", "Supplier | Response"),
        document("Client: Mercian Vale Housing", "Commissioner: Northmoor District Council", FILLER, title="Case study", kind="case_study"),
        document("Prepared for Aire Valley Schools Partnership.", FILLER),
        document("Dear Northmoor District Council, we will plant trees in Northmoor.", head="Northmoor District Council | Lot 2"),
        document(FILLER, title="Equality and Diversity Policy", head="Equality and Diversity Policy", name="diversity-policy.docx", kind="baseline"),
        document("Ashgrove Kitchens Ltd will hire four people.", "Merrow Engineers Ltd will hire four people."),
        document("We met Hester Quill and Dr Pell in Wolverhampton, and in Wolverhampton we stayed."),
    ],
)  # fmt: skip
def test_no_supplier_is_named_where_none_is_sure(given: Document) -> None:
    assert propose_supplier(given) == (None, 0.0)


def test_a_specification_has_no_supplier() -> None:
    given = document("Northmoor District Council is buying grounds maintenance.", "Supplier name: Greenways Ltd")
    assert propose_supplier(given)[0] == "Greenways Ltd"
    assert propose_supplier(replace(given, kind="specification")) == (None, 0.0)


def test_a_public_body_that_reports_on_itself_is_the_author() -> None:
    report = document(
        FILLER, title="Social value policy", head="Westmarch County Council | Social value policy", kind="baseline"
    )
    assert propose_supplier(report)[0] == "Westmarch County Council"


def test_a_document_of_nothing_but_names_is_done_in_a_moment() -> None:
    letters = [a + b + c for a in "ABCDEFGHIJ" for b in "abcdefghij" for c in "klmnopqrst"]
    texts = [". ".join(f"{one}{i}x Ltd" for one in letters[:400]) for i in ("a", "b", "c", "d", "e", "f", "g", "h")]
    start = time.process_time()
    assert propose_supplier(document(*texts, " ".join(letters), "(A " * 1_300, "A & " * 1_000, "At " * 1_300)) == (
        None,
        0.0,
    )
    assert time.process_time() - start < 5


@drawn(st.text(alphabet="AbC .,&|:()'dLt\n", max_size=200), st.sampled_from(["bid", "case_study", "baseline", "other"]))
def test_a_proposed_name_stands_in_the_document(text: str, kind: str) -> None:
    given = document(text or "x", kind=kind)
    name, confidence = propose_supplier(given)
    assert (name is None) == (confidence == 0)
    assert name is None or name in " ".join(given.text.split())
