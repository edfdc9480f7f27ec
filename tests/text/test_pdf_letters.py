"""Letters drawn as others than they are stored as are set apart; odd but honest fonts are not."""

import pypdfium2
import pytest

from svdocs.text.document import BlockKind
from svdocs.text.pdf import read_pdf
from svdocs.text.pdf_actions import find_actions
from svdocs.text.pdf_letters import LEAST_SAMPLED, Shape, misfits
from tests.bad_inputs.pdf_files import parts, pdf, with_streamed_places
from tests.hidden_text.tricks import VISIBLE, lying, stored_by

HONEST: list[Shape] = [("a", 0.5, 0.0), ("b", 0.72, 0.0), ("p", 0.5, 0.2), ("e", 0.51, 0.01)] * 10


def test_honest_shapes_fit() -> None:
    assert not misfits(HONEST)


@pytest.mark.parametrize(
    "shapes",
    [
        [("a", 0.5, 0.0), ("b", 0.5, 0.0)] * 20,
        [("a", 0.5, 0.0), ("p", 0.5, 0.0)] * 20,
        [("a", 0.5, 0.0)] * 20 + [("o", 0.5, 0.2)] * 10,
        [("a", 0.5, 0.0)] * 20 + [("o", 0.72, 0.0)] * 10,
    ],
)
def test_shapes_of_other_letters_do_not_fit(shapes: list[Shape]) -> None:
    assert misfits(shapes)


def test_too_few_letters_tell_nothing() -> None:
    assert not misfits([("b", 0.1, 0.0)] * (LEAST_SAMPLED - 1))
    assert not misfits([("b", 0.1, 0.0)] * 100)


def test_lying_letters_are_set_apart_and_the_honest_text_beside_them_is_kept() -> None:
    reading = read_pdf(lying(1.0))
    kinds = {reading.text[b.span.start : b.span.end]: b.kind for b in reading.blocks}
    assert kinds[stored_by(1.0)] is BlockKind.hidden
    assert kinds[VISIBLE[0]] is not BlockKind.hidden
    assert [f.message for f in reading.flags] == [
        "Page 1: text of 11 words is drawn as other letters than it is stored as. It is kept, and left out of what is "
        "found."
    ]


@pytest.mark.parametrize(
    ("catalog", "code"),
    [
        (b"/OpenAction << /S /JavaScript /JS (x) >>", "script"),
        (b"/OpenAction << /S /Launch /F (x) >>", "starts_program"),
        (b"/PageMode /UseNone", None),
    ],
)
@pytest.mark.parametrize("make", [pdf, with_streamed_places])
def test_what_a_file_would_do_is_flagged_also_from_packed_objects(
    catalog: bytes, code: str | None, make: object
) -> None:

    data = make(parts(catalog=catalog))  # type: ignore[operator]
    found = [f.code for f in find_actions(pypdfium2.PdfDocument(data), data)]
    assert found == ([code] if code else [])
