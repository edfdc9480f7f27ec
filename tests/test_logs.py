"""The log's lines: what they say, and that they quote nothing."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from svdocs import logs
from svdocs.logs import JsonLines, describe_failure, fields, request_id, write_json_lines

SECRET = "we promise ten jobs"


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Put the process's loggers back as they were."""
    names = ("", "svdocs", *logs.WITH_HANDLERS_OF_THEIR_OWN)
    before = [(n, logging.getLogger(n).handlers, logging.getLogger(n).level, logging.getLogger(n).propagate)
              for n in names]  # fmt: skip
    yield
    for name, handlers, level, propagate in before:
        logger = logging.getLogger(name)
        logger.handlers, logger.level, logger.propagate = handlers, level, propagate
    logging.captureWarnings(False)


def line_of(name: str, message: str, **more: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, (), None)
    record.__dict__.update(more)
    line: dict[str, object] = json.loads(JsonLines().format(record))
    return line


def test_a_line_says_when_what_and_the_fields_that_were_named() -> None:
    line = line_of("svdocs.web", "request", **fields(status=200, route="/"))
    assert line["at"].endswith("+00:00")  # type: ignore[attr-defined]
    assert (line["level"], line["logger"], line["message"]) == ("info", "svdocs.web", "request")
    assert (line["status"], line["route"]) == (200, "/")


def test_a_line_carries_the_request_under_way() -> None:
    token = request_id.set("abc")
    assert line_of("svdocs", "x")["request"] == "abc"
    request_id.reset(token)
    assert "request" not in line_of("svdocs", "x")


def test_a_library_s_words_are_left_out() -> None:
    line = line_of("uvicorn.error", f"cannot parse {SECRET}")
    assert SECRET not in str(line)
    assert line["where"] == "test_logs:1"


def test_of_a_failure_there_are_types_and_places_and_no_words() -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(f"cannot use {SECRET}") from error
    except RuntimeError as error:
        told = describe_failure(error)
        line = line_of("svdocs", "failed", exc_info=(type(error), error, error.__traceback__))
    assert told["error"] == ["RuntimeError", "ValueError"]
    assert told["trace"][-1].endswith("test_of_a_failure_there_are_types_and_places_and_no_words")
    assert SECRET not in json.dumps(told) + json.dumps(line)


def test_a_failure_that_leads_to_itself_is_told_once() -> None:
    error = ValueError()
    error.__cause__ = error
    assert describe_failure(error)["error"] == ["ValueError"]


def test_everything_the_process_logs_becomes_json_lines(own_logging: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    write_json_lines()
    logging.getLogger("svdocs.web").info("request", extra=fields(status=200))
    logging.getLogger("dbos").error("something with %s", SECRET)
    logging.getLogger("somebody.else").info("not worth a line")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["logger"], line["message"]) for line in lines] == [("svdocs.web", "request"), ("dbos", logs.FOREIGN)]
