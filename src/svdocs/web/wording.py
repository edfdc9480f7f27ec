"""The words in which the pages say what the records hold as codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from svdocs.clock import in_uk_words
from svdocs.frameworks.applying import spelt
from svdocs.frameworks.load import load_frameworks
from svdocs.records.tables import Job

LABELS = {
    "commitment": "Commitment",
    "delivery": "Delivery",
    "practice": "Practice",
    "firm": "Firm",
    "conditional": "Conditional",
    "aspirational": "Aspirational",
    "defined": "Asked for in the specification",
    "offered": "Offered beyond the specification",
    "additional": "Additional",
    "standard_operations": "Standard operations",
    "statutory_duty": "Statutory duty",
    "contract_requirement": "Contract requirement",
    "unclear": "Unclear",
    "lead": "Lead",
    "chair": "Chair",
    "evaluator": "Evaluator",
    "observer": "Observer",
    "contract_manager": "Contract manager",
    "records_officer": "Records officer",
    "bid": "Bid",
    "case_study": "Case study",
    "specification": "Specification",
    "baseline": "Baseline",
    "other": "Other",
    "waiting": "Waiting to be read",
    "done": "Read",
    "done_with_flags": "Please look",
    "needs_person": "Needs a person",
    "queued": "Waiting",
    "running": "Being read",
    "cancelled": "Called off",
    "proposed": "Proposed",
    "accept": "Accepted",
    "amend": "Amended",
    "reject": "Rejected",
    "accepted": "Accepted",
    "amended": "Amended",
    "rejected": "Rejected",
    "unsure": "Not sure",
    "split_up": "Split",
    "merge": "Merged",
    "undo": "Taken back",
    "superseded": "Replaced",
    "mandatory": "Mandatory",
    "encouraged": "Encouraged",
    "voluntary": "Voluntary",
    "committed": "Committed",
    "in_progress": "In progress",
    "evidence_submitted": "Evidence submitted",
    "verified": "Verified",
    "partly_delivered": "Partly delivered",
    "missed": "Missed",
    "varied": "Varied",
    "exceeded": "Exceeded",
    "confirmed": "Confirmed",
    "refused": "Refused",
    "template": "The council's template",
    "headings": "Headings",
    "free_form": "Running text",
    "gold": "Gold",
    "platinum": "Platinum",
    "issued": "Issued",
    "revoked": "Taken back",
    "withdrawn": "Withdrawn",
    "promise_due": "Due soon",
    "promise_overdue": "Overdue",
    "case_study_due": "Case study due soon",
    "case_study_overdue": "Case study overdue",
    "evidence_waiting": "Evidence to look at",
}

COLOURS = {
    "firm": "green",
    "conditional": "yellow",
    "aspirational": "grey",
    "additional": "green",
    "standard_operations": "yellow",
    "statutory_duty": "yellow",
    "contract_requirement": "yellow",
    "unclear": "grey",
    "waiting": "grey",
    "done": "green",
    "done_with_flags": "yellow",
    "needs_person": "red",
    "queued": "grey",
    "running": "blue",
    "cancelled": "grey",
    "proposed": "grey",
    "accept": "green",
    "accepted": "green",
    "amend": "blue",
    "amended": "blue",
    "reject": "red",
    "rejected": "red",
    "unsure": "yellow",
    "split_up": "blue",
    "merge": "blue",
    "undo": "grey",
    "superseded": "grey",
    "mandatory": "red",
    "encouraged": "yellow",
    "voluntary": "grey",
    "committed": "grey",
    "in_progress": "blue",
    "evidence_submitted": "yellow",
    "verified": "green",
    "partly_delivered": "orange",
    "missed": "red",
    "varied": "purple",
    "exceeded": "turquoise",
    "confirmed": "green",
    "refused": "red",
    "gold": "yellow",
    "platinum": "grey",
    "issued": "green",
    "revoked": "red",
    "withdrawn": "grey",
    "promise_due": "yellow",
    "promise_overdue": "red",
    "case_study_due": "yellow",
    "case_study_overdue": "red",
    "evidence_waiting": "blue",
}

FRAMEWORKS = {
    "nhs": "NHS",
    "svm-2020": "PPN 06/20",
    "svm-2025": "PPN 002",
    "svm-2027": "PPN 026",
    "kcc": "Kent County Council",
    "national-toms": "National TOMs",
}


def label(code: object) -> str:
    """Return the words for a code of the records.

    >>> label("standard_operations"), label("something_new"), label(None)
    ('Standard operations', 'Something new', '')
    """
    text = "" if code is None else str(getattr(code, "value", code))
    return LABELS.get(text) or text.replace("_", " ").capitalize()


def choices(codes: Iterable[object]) -> list[tuple[str, str]]:
    """Return codes with their words, as a form offers them.

    >>> choices(["bid", "case_study"])
    [('bid', 'Bid'), ('case_study', 'Case study')]
    """
    return [(str(getattr(c, "value", c)), label(c)) for c in codes]


def colour(code: object) -> str:
    """Return the colour of a code's tag; the tag's words say the same, so that nothing hangs on the colour."""
    return COLOURS.get(str(getattr(code, "value", code)), "blue")


def theme_label(framework: str, code: object) -> str:
    """Return a theme in the catalogue's words, with its number where it has one; its code where no words are known.

    >>> theme_label("svm-2020", 4), theme_label("nhs", "wellbeing"), theme_label("ours", "a1")
    ('4 Equal opportunity', 'Wellbeing', 'a1')
    """
    known = load_frameworks().get(framework)
    theme = known.theme(str(code)) if known else None
    if theme is None:
        return str(code)
    return f"{theme.code} {theme.label}" if theme.code.isdecimal() else theme.label


def measure_label(framework: str, code: object) -> str:
    """Return a measure's code with the catalogue's words for it, where there are any.

    >>> measure_label("national-toms", "NT1"), measure_label("national-toms", "XX")
    ('NT1 Residents in new jobs on the contract', 'XX')
    """
    known = load_frameworks().get(framework)
    measure = known.measure(str(code)) if known else None
    return f"{code} {measure.label}" if measure else str(code)


def framework_label(framework: str) -> str:
    """Return a framework's short name.

    >>> framework_label("svm-2025"), framework_label("ours")
    ('PPN 002', 'ours')
    """
    known = load_frameworks().get(framework)
    return FRAMEWORKS.get(framework) or (known.title if known else framework)


def percent(share: float | None) -> str:
    """Return a probability as a percentage, never as a certainty that it is not.

    >>> percent(0.876), percent(0.9999), percent(0.0), percent(None)
    ('88%', '99%', '1%', '')
    """
    return "" if share is None else f"{min(max(round(share * 100), 1), 99)}%"


LIKELIHOODS = (
    (0.95, "almost certain"),
    (0.775, "highly likely"),
    (0.525, "likely"),
    (0.375, "a realistic possibility"),
    (0.225, "unlikely"),
    (0.075, "highly unlikely"),
    (0.0, "a remote chance"),
)
"""Words for probabilities, after the yardstick by which UK assessments word theirs; its gaps are closed half way."""


def likelihood(share: float | None) -> str:
    """Return a probability in words.

    >>> likelihood(0.97), likelihood(0.6), likelihood(0.3), likelihood(None)
    ('almost certain', 'likely', 'unlikely', '')
    """
    return "" if share is None else next(words for least, words in LIKELIHOODS if share >= least)


def plain_number(value: float | None) -> str:
    """Return a number as a field of a form shows it.

    >>> plain_number(5.0), plain_number(2.5), plain_number(None)
    ('5', '2.5', '')
    """
    return "" if value is None else f"{value:.10g}"


def when(moment: datetime | None) -> str:
    """Return a time as people write it, by the clock in the United Kingdom; nothing for none.

    >>> when(datetime.fromisoformat("2026-03-09T14:05Z")), when(None)
    ('9 March 2026 at 2:05pm GMT', '')
    """
    return "" if moment is None else in_uk_words(moment)


def day(date_: date | None) -> str:
    """Return a day as people write it.

    >>> day(date(2027, 4, 1)), day(None)
    ('1 April 2027', '')
    """
    return "" if date_ is None else spelt(date_)


def progress_of(job: Job) -> str:
    """Return in a few words how far a job is, such as "reading, page 3 of 12"; empty where nothing is being done.

    >>> progress_of(Job(document_id="d", step="reading", page=3, pages=12)), progress_of(Job(document_id="d"))
    ('reading, page 3 of 12', '')
    """
    return f"{job.step}, page {job.page} of {job.pages}" if job.page else job.step
