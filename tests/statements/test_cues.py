from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svdocs.statements.cues import WORD_CUES, cue_names, cue_values, words_of_cue
from svdocs.statements.statement import Passage
from svdocs.text.document import BlockKind, Span
from tests.documents import prose


def passage(text: str, kind: BlockKind = BlockKind.paragraph, **context: object) -> Passage:
    return Passage(Span(0, len(text)), text, 0, kind, **context)  # type: ignore[arg-type]


def cues(text: str, kind: BlockKind = BlockKind.paragraph, **context: object) -> set[str]:
    values = cue_values(passage(text, kind, **context))
    return {name for name, value in zip(cue_names(), values, strict=True) if value}


@given(prose, prose, st.sampled_from(BlockKind))
def test_every_cue_has_one_number_from_nought_to_two(text: str, before: str, kind: BlockKind) -> None:
    values = cue_values(passage(text, kind, previous=before, introduction=before, section=(before,), header=(text,)))
    assert len(values) == len(cue_names()) == len(set(cue_names()))
    assert all(0 <= v <= 2 for v in values)


@given(prose, st.sampled_from(sorted(WORD_CUES)))
def test_the_words_of_a_cue_stand_in_the_text_as_written(text: str, name: str) -> None:
    words = words_of_cue(name, text)
    assert all(w in text for w in words)
    assert bool(words) == (name in cues(text))


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("We will recruit five apprentices.", {"will", "we_will", "number", "jobs"}, {"hedge", "past_verb"}),
        ("Five people will be recruited.", {"will", "will_be_done", "starts_with_number"}, {"we_will", "first_person"}),
        ("We aim to plant trees where possible.", {"hedge", "climate"}, {"will", "number"}),
        ("We recruited 12 people last year.", {"past_verb", "past_time", "number"}, {"will", "future_time"}),
        ("We have planted 300 trees to date.", {"has_done", "past_time"}, {"will"}),
        ("We already pay the Real Living Wage.", {"already"}, {"will", "number"}),
        ("We will continue to give £4,000 a year.", {"continue", "money", "future_time"}, {"past_verb"}),
        ("Subject to planning consent, we will build it.", {"condition", "will"}, {"hedge"}),
        ("Bidders must describe their offer.", {"buyer_asks"}, {"first_person"}),
        ("What will you offer?", {"question", "second_person"}, {"first_person"}),
        ("Plant 40 trees", {"starts_with_verb", "short"}, {"starts_with_we", "no_verb_end"}),
        ("Planting 40 trees", {"starts_with_gerund"}, {"starts_with_verb"}),
        ("The Modern Slavery Act 2015 applies.", {"law"}, {"will"}),
        ("90% of waste is recycled.", {"percent"}, {"money"}),
    ],
)  # fmt: skip
def test_a_cue_answers_for_the_words_of_the_passage(text: str, present: set[str], absent: set[str]) -> None:
    found = cues(text)
    assert present <= found
    assert not absent & found


@pytest.mark.parametrize(
    ("context", "cue"),
    [
        ({"section": ("Our commitments",)}, "heading_promise"),
        ({"section": ("What we delivered",)}, "heading_past"),
        ({"section": ("How we work today",)}, "heading_now"),
        ({"section": ("Monitoring",)}, "heading_method"),
        ({"introduction": "Our offer to the town:"}, "heading_promise"),
        ({"header": ("Item", "Target")}, "header_target"),
        ({"header": ("Item", "Actual")}, "header_past"),
        ({"previous": "We will do more."}, "previous_will"),
        ({"introduction": "We will:"}, "introduction_will"),
    ],
)
def test_a_cue_answers_for_what_stands_around_the_passage(context: dict[str, object], cue: str) -> None:
    assert cue in cues("Trees", **context)
    assert cue not in cues("Trees")


def test_only_the_two_headings_next_above_count() -> None:
    assert "heading_promise" not in cues("Trees", section=("Our commitments", "Who", "Where"))


@pytest.mark.parametrize("kind", [BlockKind.list_item, BlockKind.table_row, BlockKind.text_box, BlockKind.footnote])
def test_the_kind_of_block_is_a_cue(kind: BlockKind) -> None:
    assert {c for c in cues("Trees", kind) if c.startswith("is_")} == {f"is_{kind.value}"}
