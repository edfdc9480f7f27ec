"""All tables of the database, whichever module declares them: whoever works on the whole of it asks here.

A module with tables of its own is named below, or backups do not count its rows and exports leave them out.
"""

from __future__ import annotations

from svdocs.records.clarification_tables import ClarificationLetter
from svdocs.records.delivery_tables import Contract
from svdocs.records.lot_tables import Lot
from svdocs.records.panel_tables import Panel
from svdocs.records.people_tables import Person
from svdocs.records.request_tables import AnsweredRequest
from svdocs.records.retention_tables import Purge
from svdocs.records.review_tables import SavedView
from svdocs.records.set_up_tables import SetUpVersion
from svdocs.records.spend_tables import SpendFile
from svdocs.records.tables import Table
from svdocs.records.value_tables import ValuingMethod
from svdocs.records.webhook_tables import Webhook

ONE_OF_EACH = (
    Table, Person, ClarificationLetter, Purge, Panel, Contract, SetUpVersion, AnsweredRequest, Lot, Webhook, SavedView,
    SpendFile,
    ValuingMethod,
)  # fmt: skip
"""One class of each module with tables; to import it is to have them all in the metadata."""
METADATA = Table.metadata
