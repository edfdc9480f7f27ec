# ruff: noqa: E501 -- sentences read better unbroken
"""A document comes back from JSON as it was, and what is no document is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Box, Document, Flag, Page, Problem, Span
from svdocs.text.exchange import document_from_json, document_to_json

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=15)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents as readers make them, through the builder."""
    builder = TextBuilder()
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(list(BlockKind)))
        if draw(st.booleans()):
            block = builder.add_row(
                draw(st.lists(words, min_size=1, max_size=4)),
                headers=draw(st.lists(st.lists(words, max_size=2).map(tuple), max_size=3)),
                references=draw(st.lists(st.none() | words, max_size=3)),
                kind=kind,
                tracked=draw(st.booleans()),
                page=draw(st.none() | st.integers(1, 9)),
            )
        else:
            block = builder.add(
                kind, draw(words), level=draw(st.none() | st.integers(1, 9)), label=draw(st.none() | words)
            )
        boxes = draw(st.lists(st.builds(Box, numbers, numbers, numbers, numbers), max_size=2))
        length = block.span.end - block.span.start
        builder.place_word(block, 0, length, draw(st.integers(1, 5)), boxes, draw(st.none() | st.floats(0, 1)))
    return Document(
        name=draw(words),
        sha256=draw(words),
        media_type=draw(words),
        text=builder.text,
        blocks=tuple(builder.blocks),
        words=tuple(builder.words),
        pages=tuple(draw(st.lists(st.builds(Page, st.integers(1, 9), numbers, numbers, st.just(90), st.booleans()), max_size=2))),
        problems=tuple(draw(st.lists(st.builds(Problem, words, words, st.none() | st.integers(1, 9)), max_size=2))),
        flags=tuple(draw(st.lists(st.builds(Flag, words, words, st.none(), words), max_size=2))),
        reader=draw(words),
        kind=draw(words),
        kind_confidence=draw(st.floats(0, 1)),
        supplier=draw(st.none() | words),
        facts=draw(st.dictionaries(words, st.integers(-(2**53), 2**53), max_size=3)),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_document_comes_back_as_it_was(document: Document) -> None:
    data = document_to_json(document)
    assert document_from_json(data) == document
    assert document_to_json(document_from_json(data)) == data


def test_half_a_character_pair_becomes_one_sign_so_that_places_hold() -> None:
    builder = TextBuilder()
    builder.add(BlockKind.paragraph, "a\ud800b")
    back = document_from_json(document_to_json(Document("n", "s", "m", builder.text, tuple(builder.blocks))))
    assert back.text == "a?b"
    assert back.blocks[0].span == Span(0, 3)


def good() -> dict[str, object]:
    builder = TextBuilder()
    builder.add_row(["one", "two"])
    block = builder.add(BlockKind.paragraph, "three")
    builder.place_word(block, 0, 5, 1, [Box(1.0, 2.0, 3.0, 4.0)])
    document = Document(
        "n", "s", "m", builder.text, tuple(builder.blocks), tuple(builder.words), (Page(1, 595.0, 842.0),)
    )
    fields: dict[str, object] = json.loads(document_to_json(document))
    return fields


def changed(*path: str | int, to: object) -> bytes:
    fields: object = good()
    at = fields
    for step in path[:-1]:
        at = at[step]  # type: ignore[index]
    at[path[-1]] = to  # type: ignore[index]
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        changed("format", to="svdocs.document/2"),
        changed("extra", to=1),
        changed("text", to=None),
        changed("text", to="short"),
        changed("blocks", 0, "number", to=5),
        changed("blocks", 0, "number", to="0"),
        changed("blocks", 0, "kind", to="spell"),
        changed("blocks", 0, "span", to=[0, 99]),
        changed("blocks", 0, "span", to=[5, 2]),
        changed("blocks", 0, "span", to=[-1, 2]),
        changed("blocks", 1, "span", to=[0, 5]),
        changed("blocks", 0, "span", to=[0, 1, 2]),
        changed("blocks", 0, "cells", 0, "span", to=[4, 99]),
        changed("blocks", 0, "cells", 0, "more", to=1),
        changed("words", 0, "span", to=[0, 999]),
        changed("words", 0, "page", to=0),
        changed("words", 0, "boxes", to=[[1.0, 2.0, 3.0]]),
        changed("words", 0, "boxes", to=[[1.0, 2.0, 3.0, 1e999]]),
        changed("pages", 0, "width", to=1e999),
        changed("facts", to={"a": 1.5}),
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        document_from_json(data)


def test_the_good_one_that_was_changed_is_good() -> None:
    assert document_from_json(json.dumps(good()).encode()).text == "one | two\nthree"
