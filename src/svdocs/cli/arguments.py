"""What several commands ask of their arguments and of the machine."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec

from svdocs.errors import ConfigurationError, UsageError


def day_of(text: str | None) -> date | None:
    """Return the day that an argument names, or None if it is not given.

    Raises:
        UsageError: it is no day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text}: not a day; write it as 2027-03-31.") from None


def need_packages(doing: str, *names: str) -> None:
    """Check that packages are there which running does not need.

    Args:
        doing: what needs them, as a sentence begins.
        names: of the modules.

    Raises:
        ConfigurationError: one is missing.
    """
    if any(find_spec(name) is None for name in names):
        raise ConfigurationError(f"{doing} needs packages that running does not; install svdocs[train].")
