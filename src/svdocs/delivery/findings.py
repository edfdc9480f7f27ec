"""What a contract manager should look at in a case study: another contract, usual operations, a damaged form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from svdocs.additionality.likeness import content_words
from svdocs.delivery.study import Study, consent_in
from svdocs.records.delivery_tables import Reading
from svdocs.records.schedules import ContractRecord
from svdocs.records.store import Store
from svdocs.records.summaries import DocumentRecord, StatementRecord
from svdocs.records.tables import DocumentKind
from svdocs.statements.embed import load_embedder
from svdocs.text.document import BlockKind, Document

Finding = dict[str, Any]
AS_USUAL = re.compile(
    r"\b(?:as (?:we |it )?(?:always|usual|ever|before)|as (?:we do|is our (?:custom|practice))|"
    r"as in every (?:year|contract)|"
    r"every year since|since (?:19|20)\d\d|(?:group|company|firm)[- ]?wide|across (?:all our|the (?:whole )?group)|"
    r"in all our contracts|carried on|continued to|business as usual|long[- ]standing)\b",
    re.I,
)
"""Words by which a supplier says that it does something anyway."""
LIKE_A_PRACTICE = 0.72
"""Cosine from which a delivery is so like what the supplier does anyway that a person should look."""
_BUYER = re.compile(
    r"\b((?:[A-Z][\w'’&-]+|of|and|the|for|upon|on)(?:\s+(?:[A-Z][\w'’&-]+|of|and|the|for|upon|on)){0,7}?\s+"
    r"(?:Council|NHS (?:Foundation )?Trust|Borough|Combined Authority|Integrated Care Board))\b"
)
_FORM = frozenset({"limited", "ltd", "plc", "llp", "cic", "the", "and", "co", "company", "group", "uk"})


def find_oddities(
    store: Store,
    record: ContractRecord,
    document: DocumentRecord,
    text: Document,
    study: Study,
    controls: Mapping[str, str],
    statements: Sequence[StatementRecord],
) -> list[Finding]:
    """Return what a person should look at in a case study, with where it stands."""
    buyer = store.procurement(record.contract.procurement_id).buyer
    found = [*_other_contract(record, buyer, document, text, study), *_form_damaged(text, study, controls, document)]
    return found + _usual_operations(store, record, statements)


def _other_contract(
    record: ContractRecord, buyer: str, document: DocumentRecord, text: Document, study: Study
) -> list[Finding]:
    contract = record.contract
    found = []
    reference = study.fields.get("contract_reference", "")
    if reference and _folded(reference) != _folded(contract.reference):
        found.append(
            _finding("other_contract", f"The study names the contract {reference!r}; this is {contract.reference}.")
        )
    elif not reference and not _names(text.text, contract.reference) and not _names(text.text, buyer):
        others = [b for b in _buyers_in(text) if not _same_name(b, buyer)]
        if others:
            why = f"The study speaks of {others[0]} and never of {buyer}."
            found.append(_finding("other_contract", why, text=others[0]))
    title = study.fields.get("contract_title", "")
    if title and not content_words(title) & content_words(f"{contract.title} {record.procurement}"):
        found.append(_finding("other_contract", f"The study names the contract {title!r}; this is {contract.title}."))
    named = study.fields.get("supplier") or document.supplier or ""
    if named and not _same_name(named, record.supplier):
        found.append(
            _finding("other_supplier", f"The study names {named} as the supplier; here it is {record.supplier}.")
        )
    return found


def _form_damaged(text: Document, study: Study, controls: Mapping[str, str], document: DocumentRecord) -> list[Finding]:
    found = []
    tracked = [b for b in text.blocks if b.tracked or b.kind is BlockKind.deleted]
    if tracked:
        found.append(
            _finding("tracked_changes", "The file holds tracked changes that nobody has accepted; insertions are read, "
                     "deletions are not.", page=tracked[0].page)
        )  # fmt: skip
    if study.fields and not controls:
        found.append(
            _finding("form_flattened", "It is the council's template without its fields, as a PDF or another program "
                     "saves it; answers are told by the numbers of their rows.")
        )  # fmt: skip
    if study.reading is Reading.free_form:
        found.append(_finding("free_form", "It has none of the four headings, so nothing tells where answers belong."))
    if document.run and document.run.description.get("ocr_pages"):
        found.append(_finding("scanned", "It is a scan, read by machine; check numbers against the page."))
    for name, words in (("benefited", "who benefited"), ("felt", "where the impact was felt")):
        if study.reading is not Reading.free_form and not study.parts.get(name):
            found.append(_finding("part_missing", f"It does not say {words}."))
    if study.publish and consent_in(study.publish) is None:
        why = "Asked whether it may be published, the supplier answers neither a plain yes nor a plain no; say which."
        found.append(_finding("consent_unclear", why, text=study.publish))
    return found


def _usual_operations(store: Store, record: ContractRecord, statements: Sequence[StatementRecord]) -> list[Finding]:
    found = []
    practices = _practices(store, record)
    embedder = load_embedder() if practices and statements else None
    likeness = (
        embedder.embed([s.statement.text for s in statements]) @ embedder.embed([p for p, _ in practices]).T
        if embedder
        else None
    )
    for i, statement in enumerate(statements):
        row = statement.statement
        said = AS_USUAL.search(row.text)
        near = int(likeness[i].argmax()) if likeness is not None else -1
        if said:
            why = f"The supplier writes “{said[0]}”, so it may be what it does anyway."
        elif likeness is not None and float(likeness[i][near]) >= LIKE_A_PRACTICE:
            why = f"It is like what the supplier does anyway by {practices[near][1]}: “{practices[near][0][:160]}”"
        else:
            continue
        found.append(_finding("standard_operations", why, page=row.page, text=row.text) | {"statement": row.id})
    return found


def _practices(store: Store, record: ContractRecord) -> list[tuple[str, str]]:
    """Return what the supplier does anyway, with where it stands: its baselines here, and the library's entries."""
    found = [(e.text, e.source) for e in store.baselines_of(record.contract.supplier_id)]
    for document in store.documents_of(record.contract.procurement_id):
        if document.document.kind is DocumentKind.baseline and document.supplier == record.supplier:
            found += [
                (s.statement.text, document.document.name)
                for s in store.statements_of(document.id)
                if s.statement.type in ("practice", "delivery")
            ]
    return found


def _finding(code: str, message: str, *, page: int | None = None, text: str = "") -> Finding:
    return {"code": code, "message": message, "page": page, "text": text}


def _buyers_in(text: Document) -> list[str]:
    return list(dict.fromkeys(" ".join(m[1].split()) for m in _BUYER.finditer(text.text)))


def _folded(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())


def _names(text: str, words: str) -> bool:
    return bool(_folded(words)) and _folded(words) in _folded(text)


def _same_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for their legal form and case, or one holds the other's words."""
    a, b = (
        {w for w in re.findall(r"[a-z0-9]+", n.lower().replace("&", "and")) if w not in _FORM} for n in (one, other)
    )
    return bool(a and b) and (a <= b or b <= a)
