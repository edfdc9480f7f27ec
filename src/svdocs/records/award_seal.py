"""Who reads what bids are taken to be worth and to whom a lot goes, as conditions that `seen` puts on every query.

Evaluators do not: what a formula makes of quantities is nothing for those who mark the words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from svdocs.records.access import Caller, Right
from svdocs.records.held import holds, table_behind
from svdocs.records.panel_seal import is_closed_to, is_open
from svdocs.records.value_tables import (
    AwardDecision,
    BidderFact,
    DeliverabilityRuling,
    FixedValue,
    ProxySetRecord,
    ValueChoice,
    ValuingMethod,
)

_OF_A_BIDDER = (BidderFact, DeliverabilityRuling, FixedValue, ValueChoice)
_OF_THE_PROCUREMENT = (ProxySetRecord, ValuingMethod)


def narrow_award(entity: type[Any], caller: Caller) -> ColumnElement[bool] | None:
    """Return when a row of a table of valuing or award may be seen; None for every other table."""
    if entity not in (*_OF_A_BIDDER, *_OF_THE_PROCUREMENT, AwardDecision):
        return None
    columns = table_behind(entity).c
    sees = holds(Right.see_award, columns.procurement_id, caller)
    if entity in _OF_THE_PROCUREMENT:
        return sees
    opened = is_open(columns.procurement_id)
    if entity is AwardDecision:
        return and_(opened, or_(sees, holds(Right.export, columns.procurement_id, caller)))
    return and_(opened, sees, not_(is_closed_to(columns.procurement_id, columns.supplier_id, caller)))
