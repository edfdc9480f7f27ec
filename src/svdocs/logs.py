"""The log as JSON lines, for whoever runs svdocs: what was asked for, how it ended, how long it took, and what failed.

A line never holds the text of a bid, a file's name, a query, a mark or a secret. So a line says only what the caller
names on purpose, and of an exception its types and where in the program it arose: the words of an exception may quote
what it met.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request under way; each line written meanwhile carries it."""

FOREIGN = "a message of a library, whose words are left out"
WITH_HANDLERS_OF_THEIR_OWN = ("dbos",)
"""Libraries that would write to standard error in a form of their own; they leave a logger alone that has a handler."""
_OWN = "svdocs"
_FIELDS = "fields"
_PACKAGES = Path(__file__).resolve().parent.parent


class JsonLines(logging.Formatter):
    """Writes each record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time, level, logger and message; then the fields, the request and the failure, if any."""
        is_own = record.name == _OWN or record.name.startswith(f"{_OWN}.")
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if is_own else FOREIGN,
        }
        if not is_own:
            line["where"] = f"{record.module}:{record.lineno}"
        if asked := request_id.get():
            line["request"] = asked
        line |= getattr(record, _FIELDS, {})
        if record.exc_info and record.exc_info[1]:
            line |= describe_failure(record.exc_info[1])
        return json.dumps(line, default=str)


def describe_failure(error: BaseException) -> dict[str, Any]:
    """Return the types of an error and of those that led to it, and where the first arose; none of their words.

    >>> try:
    ...     int("we promise ten jobs")
    ... except ValueError as error:
    ...     described = describe_failure(error)
    >>> described["error"], "promise" in str(described)
    (['ValueError'], False)
    """
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    frames = traceback.extract_tb(chain[-1].__traceback__)
    return {
        "error": [type(e).__name__ for e in chain],
        "trace": [f"{_shortened(f.filename)}:{f.lineno} {f.name}" for f in frames],
    }


def _shortened(path: str) -> str:
    found = Path(path)
    return str(found.relative_to(_PACKAGES)) if found.is_relative_to(_PACKAGES) else "/".join(found.parts[-3:])


def fields(**named: Any) -> dict[str, dict[str, Any]]:
    """Return what `log.info(..., extra=fields(status=200))` puts on the line beside the message.

    >>> fields(status=200)
    {'fields': {'status': 200}}
    """
    return {_FIELDS: named}


def write_json_lines() -> None:
    """Have everything that this process logs written to standard error as JSON lines, our own from `info` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OWN).setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name in WITH_HANDLERS_OF_THEIR_OWN:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [logging.NullHandler()], True
