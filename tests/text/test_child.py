"""The reading process speaks its three kinds of line and nothing else, whatever it is given."""

import json
import subprocess
import sys

import pytest

from svdocs.text.exchange import document_from_json
from svdocs.text.read import read_document
from tests.text.word_files import paragraph, word_file


def answer(data: bytes, *arguments: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-I", "-m", "svdocs.text.child", *arguments], input=data, capture_output=True, check=True
    )
    return done.stdout


def test_a_document_follows_its_length() -> None:
    data = word_file(paragraph("We will plant trees."))
    head, _, body = answer(data, "bid.docx").partition(b"\n")
    assert json.loads(head) == {"result": len(body)}
    assert document_from_json(body) == read_document(data, "bid.docx")


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "damaged"), (b"{\\rtf1}", "unsupported"), (b"PK\x03\x04 no more", "damaged")]
)
def test_an_error_is_a_code_with_what_was_seen(data: bytes, code: str) -> None:
    told = json.loads(answer(data))
    assert told["error"] == code
    assert ";" not in told["detail"]
