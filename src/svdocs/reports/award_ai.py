"""Two records of what a machine did in a procurement: of the tool itself, and of its use here.

The first answers what the Algorithmic Transparency Recording Standard asks of a public body that uses such a tool; the
second tells what of svdocs was used in this procurement, and what people made of it. Counts come from the records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from svdocs import __version__
from svdocs.frameworks.applying import spelt
from svdocs.records.access import Caller
from svdocs.records.conflicts import Conflicts
from svdocs.records.moderating import Moderating
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord
from svdocs.records.tables import DocumentKind
from svdocs.reports.paper import fill_paper

TOOL, USE = "award_atrs.docx", "award_ai_use.docx"
TO_BE_SAID = "To be said by the authority."
Section = tuple[str, Sequence[tuple[str, str]]]


def tool_values(store: Store, procurement_id: str, caller: Caller, *, written: date) -> dict[str, Any]:
    """Return the record of the algorithmic tool; what svdocs cannot know is left for the authority to say.

    Raises:
        NotFound: there is no such procurement.
        Conflict: a part of the bids is closed to the caller.
    """
    Conflicts(store).check_sees_all(procurement_id, caller)
    procurement = store.procurement(procurement_id)
    versions, models = _versions(store.documents_of(procurement_id))
    sections: list[Section] = [
        (
            "Tier 1: in short",
            (
                ("Name of the tool", f"svdocs {__version__}"),
                (
                    "What it does",
                    "It reads suppliers' bids, finds each social value commitment with its place on the page, "
                    "suggests themes and measures, and shows what speaks for and against additionality.",
                ),
                ("Where more can be read", TO_BE_SAID),
                ("Contact", TO_BE_SAID),
            ),
        ),
        (
            "Tier 2: owner and responsibility",
            (
                ("Organisation", procurement.buyer),
                ("Senior responsible owner", TO_BE_SAID),
                ("External supplier", "None: open-source software that runs on the organisation's own machine."),
            ),
        ),
        (
            "Tier 2: description and rationale",
            (
                ("Scope", f"The procurement “{procurement.title}”."),
                ("Benefit", "Nothing that a bid promises is overlooked, and each judgement leads to its passage."),
                ("Alternatives considered", TO_BE_SAID),
            ),
        ),
        (
            "Tier 2: decision-making process",
            (
                (
                    "Part in the decision",
                    "It proposes what a passage is and how it is coded. It gives no mark, ranks no bid and "
                    "decides nothing.",
                ),
                (
                    "Human decisions",
                    "A person accepts, amends or rejects each proposal; evaluators mark alone; the panel agrees; "
                    "a person decides on the award.",
                ),
                (
                    "Review and appeal",
                    "Bidders are told the reasons with their passages; a challenge goes to the authority.",
                ),
            ),
        ),
        (
            "Tier 2: technical specification",
            (
                (
                    "Method",
                    "Rules and grammars for numbers, dates and places; logistic regression over word features and "
                    "sentence embeddings; a rule-based check of additionality.",
                ),
                ("Version of the pipeline", ", ".join(versions) or "nothing has been read yet"),
                ("Models", "; ".join(models) or "nothing has been read yet"),
                ("Where it runs", "On the organisation's machine, without calls to any other host."),
            ),
        ),
        (
            "Tier 2: data",
            (
                ("Data that it works on", "The documents that bidders handed in and the buyer's own documents."),
                ("Personal data", "Names that stand in bids; none is needed for what the tool does."),
                (
                    "Training data",
                    "Documents made for the purpose. Decisions of a procurement are learnt from only where it "
                    "consents: " + ("it does." if procurement.may_be_learnt_from else "it does not."),
                ),
            ),
        ),
        (
            "Tier 2: risks and mitigations",
            (
                (
                    "A commitment is missed",
                    "Evaluators read the bids themselves, and write down a first view before they see what "
                    "the tool found; anybody may add what it missed.",
                ),
                (
                    "A suggestion is followed unread",
                    "The order of first view and tool's summary stands in the audit trail; a share "
                    "of documents can be read twice, blind.",
                ),
                (
                    "A bid is written to mislead a machine",
                    "Hidden text is shown, and not counted; no text of a bid gives the tool an order.",
                ),
            ),
        ),
    ]
    return _values(procurement.buyer, written, sections,
                   "What the Algorithmic Transparency Recording Standard asks for, as far as svdocs can tell it. "
                   "Whether it has to be published is for the organisation to say.")  # fmt: skip


def use_values(store: Store, procurement_id: str, caller: Caller, *, written: date) -> dict[str, Any]:
    """Return the record of what was used of svdocs in a procurement, and what people made of it.

    Raises:
        NotFound: there is no such procurement.
        NotAllowed: the caller does not belong to the panel.
        Conflict: a part of the bids is closed to the caller.
    """
    Conflicts(store).check_sees_all(procurement_id, caller)
    procurement, documents = store.procurement(procurement_id), store.documents_of(procurement_id)
    statements = store.statements_in(procurement_id)
    versions, models = _versions(documents)
    bids = [d for d in documents if d.document.kind is DocumentKind.bid]
    decided = Counter(s.status.value for d in bids for s in statements.get(d.id, ()))
    by_hand = sum(s.made_by_hand is not None for d in bids for s in statements.get(d.id, ()))
    people = sorted({x.person for d in bids for s in statements.get(d.id, ()) for x in s.decisions})
    compared = Moderating(store).compare(procurement_id, caller)
    views = {(v.person, v.bid_id) for c in compared for v in c.first_views}
    marks = sum(len(m.marks) for c in compared for m in c.marked)
    sections: list[Section] = [
        (
            "What was used",
            (
                ("Tool", f"svdocs {__version__}, on the organisation's own machine"),
                ("Pipeline and models", "; ".join([*versions, *models]) or "nothing has been read yet"),
                ("For what", "To find and code commitments in bids, and to check them for additionality."),
                ("Not for", "Marks, weightings, the panel's agreement, the award: people gave and decided these."),
            ),
        ),
        (
            "What it proposed, and what people made of it",
            (
                ("Documents of bids that were read", f"{sum(d.run is not None for d in bids)} of {len(bids)}"),
                ("Statements in them", str(sum(decided.values()))),
                *((f"Of these {status.replace('_', ' ')}", str(n)) for status, n in sorted(decided.items())),
                ("Stated by a person by hand", str(by_hand)),
                ("Who decided", ", ".join(people) or "nobody yet"),
            ),
        ),
        (
            "How the panel worked",
            (
                ("Marks that people submitted", str(marks)),
                ("First views written before the tool's findings were shown", str(len(views))),
                ("Marks given or changed by the tool", "0: it has no way to give one"),
            ),
        ),
        (
            "What the organisation adds",
            (
                ("Other tools that used AI", TO_BE_SAID),
                ("What bidders said of their own use of AI (PPN 017)", TO_BE_SAID),
            ),
        ),
    ]
    return _values(procurement.buyer, written, sections,
                   f"What a machine did in the procurement “{procurement.title}”, from its records.")  # fmt: skip


def write_tool(values: Mapping[str, Any]) -> bytes:
    """Return the record of the tool as a Word file."""
    return fill_paper(TOOL, values, title="Record of an algorithmic tool", author=str(values["buyer"]))


def write_use(values: Mapping[str, Any]) -> bytes:
    """Return the record of the tool's use as a Word file."""
    return fill_paper(USE, values, title="Record of the use of AI", author=str(values["buyer"]))


def _values(buyer: str, written: date, sections: Sequence[Section], intro: str) -> dict[str, Any]:
    rows = [{"title": title, "rows": [{"asked": a, "answer": b} for a, b in pairs]} for title, pairs in sections]
    return {"buyer": buyer, "intro": f"{intro} Written on {spelt(written)}.", "sections": rows}


def _versions(documents: Sequence[DocumentRecord]) -> tuple[list[str], list[str]]:
    """Return the pipeline's versions that read the documents, and the models with their hashes."""
    runs = [d.run for d in documents if d.run is not None]
    models = {f"{name} {str(digest)[:19]}" for run in runs for name, digest in run.models.items()}
    return sorted({f"pipeline {run.pipeline_version}" for run in runs}), sorted(models)
