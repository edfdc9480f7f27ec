"""What a case study says under the four headings, however it came back: by its controls, by its headings, or neither.

| how it comes back | read by | what is sure |
|---|---|---|
| the template, filled in a word processor | the tags of its content controls | which promise each answer is for |
| the same as PDF, as a scan, or saved without controls | its tables and headings | the number at the start of a row |
| headings in other words, or another order | headings that mean the same | which part is which |
| running text | nothing | deliveries are found as in any text |

Whether it may be published is read from the answer to the template's question alone, by its tag or under its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from svdocs.records.delivery_tables import Reading
from svdocs.text.document import Block, BlockKind, Document

PARTS: Mapping[str, re.Pattern[str]] = {
    "committed": re.compile(
        r"\b(?:committed|commitments?|promised?|what we said|pledg\w+|undertook|our offer|targets?)\b", re.I
    ),
    "delivered": re.compile(
        r"\b(?:delivered|delivery|what we did|achiev\w+|outcomes?|results?|progress|what happened|done)\b", re.I
    ),
    "benefited": re.compile(r"\b(?:benefit\w*|beneficiar\w+|who (?:it )?(?:helped|gained)|people helped)\b", re.I),
    "felt": re.compile(r"\b(?:where|felt|places?|locations?|geograph\w+|areas?)\b", re.I),
}
"""Words of a heading that mean one of Kent's four, in the order in which they are tried."""
PUBLISH = re.compile(
    r"\bmay (?:we tell others|(?:we|the council|the authority) (?:publish|tell))\b|"
    r"\b(?:consent|permission) (?:to publish|for publication)\b",
    re.I,
)
"""Words of the question whether the case study may be published."""
_YES = re.compile(r"(?:yes|we agree|agreed)\b(?P<rest>.*)")
_NO = re.compile(r"no\b(?! (?:objections?|problems?|issues?|restrictions?)\b)")
_PLAIN = frozenset({
    "yes", "please", "you", "the", "council", "authority", "may", "can", "do", "publish", "it", "this", "study", "case",
    "happily", "gladly", "of", "course", "certainly", "we", "are", "happy", "to", "agree", "that", "agreed", "with",
    "pleasure",
})  # fmt: skip
"""Words that a plain yes may be followed by; any other may be a condition."""
BESIDE = re.compile(r"\b(?:about the contract|because of this contract|may we tell|beyond the commitments)\b", re.I)
HINTS = frozenset({
    "the council's number for the contract", "the contract's title", "your organisation",
    "1, 2, 3 … counted from the contract's first day", "for example 1 april 2027 to 31 march 2028",
    "name and email address", "a number and what it counts", "what was done, with whom, and the evidence",
    "from … to …", "when", "yes or no, and anything to leave out", "yes or no",
    "anything to leave out, such as a name or a picture",
})  # fmt: skip
_HINT_STARTS = (
    "for example: 12 residents", "for example: people living in thanet", "for example: we take on two apprentices",
    "what you did because of this contract that was not promised", "these are your commitments as they stand",
    "for each commitment say how much", "say who gained by it", "say where the benefit fell",
    "say what happened because of this contract", "at least one case study is due", "the council publishes case",
)  # fmt: skip
_ASKED = "publish"
_ROW = re.compile(r"^\s*(?:(?i:no)\.?\s*)?(\d{1,3})(?:\s*[.):](?!\d)|\s*$|\s+(?=[A-Z“\"'|]))")
_FIELDS = {
    "contract reference": "contract_reference", "contract": "contract_title", "supplier": "supplier",
    "contract year": "contract_year", "period that this case study covers": "period",
    "who can we ask about it": "contact",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a study says was delivered for a promise, as told by the row's number; block and page where it stands."""

    number: int
    quantity: str = ""
    delivered: str = ""
    when: str = ""
    block: int | None = None
    page: int | None = None

    @property
    def text(self) -> str:
        """The answer in one line: how much, and what was done."""
        return ": ".join(x for x in (self.quantity, self.delivered) if x)


@dataclass(frozen=True, slots=True)
class Study:
    """What was read of a case study.

    Attributes:
        reading: how it was read.
        parts: the text under each of the four headings, by the names of `PARTS`; what is missing is not there.
        answers: those whose promise is told by a tag or a row's number.
        fields: what stands in the table about the contract, by the tags of the template.
        part_of: for each block the part in which it stands; blocks of no part are not there.
        publish: the answer to the question whether it may be published; empty where there is none.
    """

    reading: Reading
    parts: Mapping[str, str]
    answers: tuple[Answer, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    part_of: Mapping[int, str] = field(default_factory=dict)
    publish: str = ""


def read_study(document: Document, controls: Mapping[str, str]) -> Study:
    """Return what a case study says, by whichever way it can be read.

    Args:
        document: the text of the file.
        controls: of a Word file the texts of its tagged content controls; none of other files.
    """
    part_of = _parts_of_blocks(document)
    fields = _table_fields(document) | {t: v for t, v in controls.items() if t in _FIELDS.values() and v}
    parts = _texts(document, part_of)
    asked = parts.pop(_ASKED, "")
    publish = " ".join(controls.get(tag, "") for tag in ("may_publish", "leave_out")).strip() or asked
    tagged = tuple(_tagged_answers(document, controls))
    if any(t in controls for t in ("benefited", "felt")) or tagged:
        parts |= {name: controls[name] for name in ("benefited", "felt") if controls.get(name)}
        return Study(Reading.template, parts, tagged, fields, part_of, publish)
    rows = tuple(_numbered_rows(document, part_of))
    reading = Reading.headings if {"delivered"} <= parts.keys() and len(parts) >= 2 else Reading.free_form
    return Study(reading, parts, rows, fields, part_of, publish)


def consent_in(answer: str) -> bool | None:
    """Return whether a supplier's answer allows to publish a case study; None where it is no plain yes and no plain no.

    A yes with a condition is for a person to read.

    >>> consent_in("Yes, please do."), consent_in("No, please do not."), consent_in("")
    (True, False, None)
    >>> consent_in("Yes, but leave out the names"), consent_in("No objection"), consent_in("Ask our press office")
    (None, None, None)
    """
    words = " ".join(re.findall(r"[a-z]+", answer.lower()))
    yes = _YES.match(words)
    if yes is not None:
        return True if set(yes["rest"].split()) <= _PLAIN else None
    return False if _NO.match(words) else None


def is_guidance(text: str) -> bool:
    """Say whether a text is the template's own guidance and nothing that a supplier wrote."""
    folded = " ".join(text.split()).lower().replace("’", "'")
    return folded in HINTS or folded.startswith(_HINT_STARTS)


def _parts_of_blocks(document: Document) -> dict[int, str]:
    found: dict[int, str] = {}
    here = ""
    for block in document.blocks:
        text = document.quote(block.span)
        if _is_question(block, text):
            here = _ASKED
        elif _is_heading(document, block, text):
            here = _part_named(text) or ("" if BESIDE.search(text) or block.level in (1, None) else here)
        elif here:
            found[block.number] = here
    return found


def _is_question(block: Block, text: str) -> bool:
    """Say whether a block asks whether the case study may be published."""
    return block.kind in (BlockKind.heading, BlockKind.paragraph) and bool(
        len(text.split()) <= 10 and PUBLISH.search(text)
    )


def _is_heading(document: Document, block: Block, text: str) -> bool:
    if block.kind is BlockKind.heading:
        return True
    short = len(text.split()) <= 6 and not text.rstrip().endswith((".", ";", ","))
    return block.kind is BlockKind.paragraph and short and _part_named(text) is not None


def _part_named(heading: str) -> str | None:
    if BESIDE.search(heading):
        return None
    return next((name for name, words in PARTS.items() if words.search(heading)), None)


def _texts(document: Document, part_of: Mapping[int, str]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for block in document.body():
        if block.number in part_of and not block.header_row:
            text = document.quote(block.span).strip()
            if text and not is_guidance(text):
                texts.setdefault(part_of[block.number], []).append(text)
    return {name: "\n".join(lines) for name, lines in texts.items()}


def _table_fields(document: Document) -> dict[str, str]:
    fields = {}
    for block in document.blocks:
        if block.kind is BlockKind.table_row and len(block.cells) == 2:
            label, value = (" ".join(document.quote(c.span).split()) for c in block.cells)
            tag = _FIELDS.get(label.lower())
            if tag and value and not is_guidance(value):
                fields[tag] = value
    return fields


def _tagged_answers(document: Document, controls: Mapping[str, str]) -> Iterator[Answer]:
    numbers = sorted({int(t.rpartition(":")[2]) for t in controls if re.fullmatch(r"\w+:\d{1,4}", t)})
    rows = {a.number: a for a in _numbered_rows(document, _parts_of_blocks(document))}
    for number in numbers:
        quantity, delivered, when = (controls.get(f"{n}:{number}", "") for n in ("quantity", "delivered", "when"))
        if quantity or delivered:
            place = rows.get(number)
            yield Answer(
                number, quantity, delivered, when, place.block if place else None, place.page if place else None
            )


def _numbered_rows(document: Document, part_of: Mapping[int, str]) -> Iterator[Answer]:
    """Yield the answers of rows under "What was delivered" that begin with a promise's number, as the template's do."""
    for block in document.blocks:
        if block.kind is not BlockKind.table_row or block.header_row or part_of.get(block.number) != "delivered":
            continue
        cells = [" ".join(document.quote(c.span).split()) for c in block.cells]
        number = _number_of(cells[0]) if len(cells) >= 3 else None
        if number is None:
            continue
        quantity, delivered, when = ("" if is_guidance(c) else c for c in [*cells[1:4], "", ""][:3])
        if quantity or delivered:
            yield Answer(number, quantity, delivered, when, block.number, block.page)


def _number_of(cell: str) -> int | None:
    """Return the number of a promise with which a row's first cell begins; a scan may have lost gap or stop after it.

    >>> [_number_of(cell) for cell in ("1. We will plant trees", "2.We will plant trees", "No 3 We will plant trees")]
    [1, 2, 3]
    >>> [_number_of(cell) for cell in ("1.5 tonnes of carbon", "12 apprentices in Thanet")]
    [None, None]
    """
    found = _ROW.match(cell)
    return int(found[1]) if found else None
