from __future__ import annotations

import pickle
import re

import pytest

from svdocs import errors
from svdocs.errors import CannotRead, SvdocsError, UsageError


def subclasses(kind: type[SvdocsError]) -> list[type[SvdocsError]]:
    return [kind, *(s for child in kind.__subclasses__() for s in subclasses(child) if s.__module__ == errors.__name__)]


EVERY = pytest.mark.parametrize("kind", subclasses(SvdocsError), ids=lambda k: k.__name__)


@EVERY
def test_an_error_has_a_code_an_exit_status_and_an_http_status(kind: type[SvdocsError]) -> None:
    assert re.fullmatch(r"[a-z_]+", kind.code)
    assert kind.exit_status in (1, 2)
    assert 400 <= kind.http_status < 600


@EVERY
def test_an_error_comes_back_whole_from_a_worker_process(kind: type[SvdocsError]) -> None:
    back = pickle.loads(pickle.dumps(kind("bid.pdf: too large; split it.")))
    assert (type(back), str(back)) == (kind, "bid.pdf: too large; split it.")


def test_codes_tell_errors_apart() -> None:
    codes = [k.code for k in subclasses(SvdocsError)]
    assert len(set(codes)) == len(codes)


def test_the_tree_at_the_top_of_the_file_names_every_error() -> None:
    assert [k.__name__ for k in subclasses(SvdocsError) if k.__name__ not in (errors.__doc__ or "")] == []


def test_what_the_person_did_wrong_ends_with_two_and_what_svdocs_did_with_one() -> None:
    assert UsageError.exit_status == 2
    assert {k.exit_status for k in subclasses(CannotRead)} == {2}
    assert SvdocsError.exit_status == 1
