"""All papers of an award by their names, as pages and interface give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from svdocs.records.access import Caller
from svdocs.records.store import Store
from svdocs.reports.award_ai import tool_values, use_values, write_tool, write_use
from svdocs.reports.award_indicators import indicator_values, write_indicators
from svdocs.reports.award_moderation import report_moderation, write_moderation
from svdocs.reports.award_schedule import schedule_values, write_schedule
from svdocs.reports.award_summary import summarise, write_summary


class Paper(StrEnum):
    """The papers of an award that are written for the authority."""

    moderation = "moderation"
    tool = "algorithmic-tool"
    use = "ai-use"


class ContractPaper(StrEnum):
    """The papers of an award that go with the contract: with nothing of marks, so its manager reads them too."""

    schedule = "schedule"
    indicators = "indicators"


@dataclass(frozen=True, slots=True)
class Written:
    """A paper as a file."""

    name: str
    data: bytes


def write_paper(store: Store, procurement_id: str, caller: Caller, paper: Paper, *, lot: str, day: date) -> Written:
    """Return a paper for the authority.

    Raises:
        NotFound: there is no such procurement or panel.
        NotAllowed: the caller does not belong to the panel.
        Conflict: the record is not complete, or a part is closed to the caller.
    """
    if paper is Paper.moderation:
        data = write_moderation(report_moderation(store, procurement_id, caller, lot=lot))
    elif paper is Paper.tool:
        data = write_tool(tool_values(store, procurement_id, caller, written=day))
    else:
        data = write_use(use_values(store, procurement_id, caller, written=day))
    return Written(f"{paper.value}.docx", data)


def write_contract_paper(store: Store, procurement_id: str, caller: Caller, paper: ContractPaper, *, lot: str,
                         day: date) -> Written:  # fmt: skip
    """Return a paper that goes with the contract.

    Raises:
        NotFound: there is no such procurement.
        Conflict: nothing is awarded yet, or nobody has said when the contract runs.
    """
    if paper is ContractPaper.schedule:
        data = write_schedule(schedule_values(store, procurement_id, caller, lot=lot, written=day))
    else:
        data = write_indicators(indicator_values(store, procurement_id, caller, lot=lot, written=day))
    return Written(f"{paper.value}.docx", data)


def write_letter(store: Store, procurement_id: str, supplier_id: str, caller: Caller, *, lot: str,
                 day: date) -> Written:  # fmt: skip
    """Return the assessment summary of one bidder.

    Raises:
        NotFound: there is no such procurement, or the supplier made no bid for the lot.
        NotAllowed: the caller does not belong to the panel.
        Conflict: nothing is awarded yet, or a part of the record is closed to the caller.
    """
    summary = summarise(store, procurement_id, supplier_id, caller, lot=lot, written=day)
    return Written("assessment-summary.docx", write_summary(summary))
