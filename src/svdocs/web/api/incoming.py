"""What comes in as a body: its fields and no others, with an example."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict


def incoming(**example: Any) -> ConfigDict:
    """Return the configuration of a body that comes in: a field that it does not have is refused, not passed over."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
