"""Whom and what a promise reaches beyond what is done already, and what it refers to by a word or a number."""

from __future__ import annotations

import re

_OUTSIDERS = (
    re.compile(r"\b(?:agency|agencies|temps?|temporary|casual|bank staff|zero[- ]hours)\b", re.I),
    re.compile(
        r"\b(?:sub-?contract\w*|labour-only|self-employed|freelance\w*|supply[- ]chain|"
        r"suppliers?['’]s? (?:own )?\w+)\b",
        re.I,
    ),
    re.compile(r"\bvolunteers\b", re.I),
)
"""Those who work for a supplier and are not employed by it."""

_OWN_PEOPLE = re.compile(
    r"\b(?:payroll|employees?|employed|staff|colleagues|team members|workforce|our (?:own )?(?:people|cleaners|"
    r"drivers|carers|crews|engineers|operatives))\b",
    re.I,
)
_LEFT_OUT = re.compile(
    r"\b(?:not|cannot|can['’]t|n['’]t|never|except|excluding|excludes?|only|neither|nor|whatever|apart from|yet|"
    r"outside|gap)\b",
    re.I,
)


def reaches_further(promise: str, practice: str) -> bool:
    """Say whether a promise covers people beside the supplier's own whom a practice leaves out.

    >>> reaches_further("Agency drivers too will get the Real Living Wage.", "Our staff get the Real Living Wage.")
    True
    >>> reaches_further("All staff will get the Real Living Wage.", "Our staff get the Real Living Wage.")
    False
    """
    for outsiders in _OUTSIDERS:
        if not outsiders.search(promise):
            continue
        if outsiders.search(practice):
            if _LEFT_OUT.search(practice):
                return True
        elif _OWN_PEOPLE.search(practice):
            return True
    return False


_BUILDS = re.compile(
    r"\b(?:on top of|over and above|beyond|in addition to|besides|alongside|doubl(?:e|es|ed|ing)|trebl(?:e|es|ed|ing)|"
    r"increas(?:e|es|ing)|rais(?:e|es|ing)|adds? to|more than) (?:all )?(?:that|those|these|this|it|them)\b"
    r"(?! (?:contract|framework|service|lot|scheme|project|site|requirement|specification))|"
    r"^(?:that|this|it|these|those|the (?:number|figure|total))(?: \w+)? (?:will |shall )?(?:rises?|rise to|grows?|"
    r"doubles?|becomes?|goes up|increases?)\b",
    re.I,
)


def builds_on_before(text: str) -> bool:
    """Say whether a sentence offers more than what the sentence before it tells of.

    >>> builds_on_before("On top of those we will open a Sunday line."), builds_on_before("We will open a line.")
    (True, False)
    """
    return bool(_BUILDS.search(text))


_LABEL = re.compile(r"^\W*(?P<label>[A-Z]{1,3} ?\d{1,2}(?:\.\d{1,2})?|\d{1,2}\.\d{1,2})\b")
_CITED = re.compile(
    r"(?<=[ (])(?P<letters>[A-Z]{1,3} ?\d{1,2}(?:\.\d{1,2})?)\b(?!:)|"
    r"\b(?:section|clause|para(?:graph)?|requirement|specification|item)s? (?P<digits>\d{1,2}\.\d{1,2})\b"
)


def label_of(text: str) -> str | None:
    """Return the label that a requirement begins with, or None.

    >>> label_of("R3 Everyone shall be paid the Real Living Wage."), label_of("3.2 | Waste shall be sorted.")
    ('R3', '3.2')
    """
    m = _LABEL.match(text)
    return m["label"].replace(" ", "") if m else None


def labels_cited(text: str) -> frozenset[str]:
    """Return the labels that a promise refers to; its own, at its head, is none of them.

    >>> sorted(labels_cited("C4: Vans will be electric, as R2 and section 3.4 require."))
    ['3.4', 'R2']
    """
    return frozenset((m["letters"] or m["digits"]).replace(" ", "") for m in _CITED.finditer(text))
