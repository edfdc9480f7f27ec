"""One check of a document of the tender, from the kept text to the records."""

from __future__ import annotations

from svdocs.errors import Conflict
from svdocs.records.set_ups import SetUps
from svdocs.records.store import Store
from svdocs.records.tender_checks import TenderChecks
from svdocs.review.tender_check import EDITION, Checked, check_tender
from svdocs.text.exchange import document_from_json


def run_check(store: Store, procurement_id: str, document_id: str, person: str) -> Checked:
    """Return what a check of a kept document finds, kept in the records.

    Raises:
        Conflict: the document has not been read yet.
    """
    data = store.text_of(document_id)
    if data is None:
        raise Conflict("This document has not been read yet; wait a moment and check it again.")
    record = SetUps(store).current(procurement_id)
    checked = check_tender(document_from_json(data), record.set_up)
    TenderChecks(store).keep(
        document_id, checked.as_json(), edition=EDITION, set_up_version=record.version, person=person
    )
    return checked
