"""What several commands ask of their arguments and of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

from svdocs.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from svdocs.records.store import Store
    from svdocs.records.tables import Procurement
    from svdocs.settings import Settings

WORKERS_HELP = "Worker processes; the number of cores if not given."


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


@contextmanager
def opened_records() -> Iterator[tuple[Store, Settings]]:
    """Give the records that the settings name, and the settings; closed afterwards.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    from svdocs.records.store import open_store
    from svdocs.settings import read_settings

    settings = read_settings()
    with open_store(settings.database_url) as store:
        yield store, settings


@contextmanager
def shown_records() -> Iterator[Store]:
    """Give the records as they may be shown: whole, save the bids of sealed procurements; closed afterwards.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    from svdocs.records.access import AT_THIS_MACHINE

    with opened_records() as (store, _):
        yield store.seen_by(AT_THIS_MACHINE)


def procurement_named(store: Store, title_or_id: str) -> Procurement:
    """Return the procurement of this title or id.

    Raises:
        NotFound: there is none.
    """
    by_title = store.procurement_titled(title_or_id)
    return by_title or store.procurement(title_or_id)
