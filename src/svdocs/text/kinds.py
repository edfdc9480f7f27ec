"""What kind of document this is and who wrote it, proposed from its words; a person may say otherwise.

The kinds differ in how they speak. A specification tells a supplier what it shall do, a bid says what we will do, a case
study what we did on one contract, a baseline what we do anyway, year in, year out. Titles and headings say it outright
now and then; the file's name is a weak witness.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from svdocs.text.document import Block, BlockKind, Document

KINDS = ("bid", "case_study", "specification", "baseline", "other")
_LETTERS_READ = 60_000
_TITLE_BLOCKS = 6
_FEWEST_WORDS = 40

_NAME = {
    "bid": r"\bbid\b|\btender response\b|\bresponse\b|\bsubmission\b|\bquote\b|\bmethod statement\b|\boffer\b|\btoms?\b|\bcalculator\b|\bdelivery plan\b",
    "case_study": r"\bcase\b|\bcase ?stud(?:y|ies)\b|\breference\b",
    "specification": r"\bspec(?:ification)?\b|\bitt\b|\binvitation\b|\btender documents?\b|\brequirements?\b|\bquestions?\b",
    "baseline": r"\bbaseline\b|\bbl\b|\bpolic(?:y|ies)\b|\breport\b|\bhandbook\b|\bannual\b|\breview\b|\bwebsite\b|\bcrp\b|\bcarbon\b|\bcsr\b|\besg\b|\bstandard\b",
}
_TITLE = {
    "bid": (
        r"\bour (?:answer|response|offer|bid|commitments? for)\b|\b(?:tender|social value|supplier|quality) (?:response|submission|answer|offer)s?\b"
        r"|\bmethod statement|\bresponse (?:to|form|template)\b|\bresponses? to\b|\bquestion \w+\s*:|\bq(?:uestion)?\s?\d+[.:)]|\bwhat we(?:'ll| will) do\b|\bsv\d+\b"
        r"|\bcommercial in confidence\b|\blots? \d|\bif you (?:pick|choose|appoint) us\b|\bsocial value (?:delivery )?plan\b|\bquote\b|\bpledge form\b|\bwhy us\b"
        r"|\btender (?:for|ref)\b|\btendr\b|\bbidder\b|\btenderer\b|\bclarification\b|\bour proposals?\b|\bsocial value statement\b"
    ),
    "case_study": (
        r"\bcase stud(?:y|ies)\b|\breference project\b|\bwhat (?:was|we) (?:delivered|achieved|committed)\b|\bwho benefited\b|\boutcomes? (?:reported|achieved)\b"
        r"|\blessons\b|\bwhat (?:came of it|happened|we did|we learned|we(?:'d| would) do differently)\b|\bimpact report\b|\blearnings\b"
        r"|\b(?:19|20)\d\d\s*(?:to|[-–])\s*(?:20)?\d\d\b|\boutturn\b|\bcontract closed?\b|\bsituation\b|\bjob story\b|\bwhere the impact\b"
        r"|\bcommunity benefits report\b|\bpilot\b|\bwhat contractors delivered\b"
    ),
    "specification": (
        r"\bspecification\b|\binvitation to tender\b|\bitt\b(?! response)|\bservice requirements?\b|\bthe (?:requirement|service|contract)\b"
        r"|\bquality score\b|\bweighting\b|\bevaluation (?:criteria|method)|\baward criteria\b|\bmust (?:do|include)\b|\bscope\b|\bsocial value questions?\b"
        r"|\bdefined requirements\b|\ball lots\b|\binstructions to (?:bidders|tenderers)\b|\bterms of reference\b|\bstatement of requirements?\b"
    ),
    "baseline": (
        r"\bannual (?:report|review|statement|account|impact report)\b|\bpolic(?:y|ies)\b|\bhandbook\b|\bhow we (?:work|run|do)\b|\b(?:responsible business|sustainability|esg|csr|people)\b"
        r".{0,30}\b(?:report|review|statement|policy)\b|\bcode of conduct\b|\bcarbon reduction plan\b|\bslavery\b|\bpay gap\b|\bwhat we (?:already )?do\b|\bstandard operations\b"
        r"|\bstanding operations\b|\bcompany profile\b|\bwho we are\b|\bour people\b|\bstaff book\b|\babout (?:us|the company|this report)\b|\bcovenant\b|\beveryday work\b|\byear book\b"
        r"|\bas a matter of course\b|\btravel plan\b|\bsustainability at\b|\bchair's statement\b|\bnet zero strategy\b|\bstrategic report\b|\bplan\b(?=.*\bour\b)|\bour policy\b"
    ),
}  # fmt: skip
_SPEECH = {
    "bid": (
        r"\b(?:we|i)(?:'ll| will| shall| (?:commit|pledge|undertake|promise|guarantee|offer|propose)\b)|\bwill (?:be|have|take|hire|give|pay|run|host|spend|buy)\b"
        r"|\bby (?:the )?(?:end of )?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december) 20[23]\d|year \w+|contract)"
        r"|\b(?:your|the) (?:residents|borough|patients|estate|tenants|contract)\b|\bfrom (?:contract )?(?:start|day one)\b|\bof the contract\b"
    ),
    "case_study": (
        r"\b(?:we|they) (?:had )?(?:\w+ed|took|gave|won|met|ran|found|put|made|bought|kept|paid|built|spent|went|held|brought)\b|\b(?:was|were|had been) \w+(?:ed|en|nt|ht|ld|de)\b"
        r"|\bthe (?:client|customer|contract|project) (?:was|had|ran|asked|wanted|needed|called)\b|\bagainst (?:a|the) (?:target|promise|commitment)\b|\bby the (?:end|close) of the contract\b"
        r"|\bthe contract (?:was|ran|asked|had|called|paid)\b"
    ),
    "specification": (
        r"\b(?:the )?(?:supplier|contractor|provider|operator|bidder|tenderer|applicant)s? (?:shall|must|should|is required|are required|may not|will be (?:asked|required|expected))\b"
        r"|\b(?:bids?|tenders?|responses?) (?:shall|must|will be (?:scored|marked|evaluated))\b|\bshall be\b|\b(?:marks|weighting|evaluators?|scored)\b|\bper cent of the (?:score|marks)\b"
        r"|\b(?:the|this) (?:council|trust|authority|commissioner|buyer|hub|partners|borough) (?:will|is|requires|expects|uses|has|does|wishes|seeks)\b|\bbidders\b"
    ),
    "baseline": (
        r"\b(?:every|each|all) (?:new |of our |member of )?(?:staff|employees?|colleagues?|year|month|week|site|depot|member|starter|office|home)s?\b|\b(?:already|always|as standard|since 20\d\d|since 19\d\d)\b"
        r"|\bturnover\b|\bheadcount\b|\bin (?:the year|20\d\d/\d\d|fy ?\d\d)\b|\bgroup\b|\bthe (?:board|company)\b|\bapplies to\b|\bthis (?:policy|report|statement|plan)\b|\bwe (?:pay|give|run|employ|publish|buy|recycle|have|are|offer)\b"
        r"|\bby 20[3-5]\d\b|\bscope [123]\b|\blast year\b"
    ),
}  # fmt: skip
_NAME_WEIGHT = 1.6
_TITLE_WEIGHT = 1.3
_SPEECH_WEIGHT = 1.0
_PRIOR = {"bid": 0.0, "case_study": -0.2, "specification": -0.2, "baseline": 0.1}
_USUAL = {"bid": 9.0, "case_study": 14.0, "specification": 5.0, "baseline": 12.0}
"""How often the words of a kind stand in a thousand words of such a document, roughly."""


def propose_kind(document: Document) -> tuple[str, float]:
    """Return the kind of document, one of `KINDS`, and how sure that is, 0 to 1.

    `other` is proposed for a document with too few words to tell, or in which no kind is heard.
    """
    text = _plain(" ".join(document.quote(b.span) for b in document.body()))[:_LETTERS_READ].casefold()
    words = len(text.split())
    if words < _FEWEST_WORDS and document.name == "":
        return "other", 0.5
    scores = _score_kinds(document, text, max(words, 200))
    if max(scores.values()) - _PRIOR[max(scores, key=lambda k: scores[k])] < 0.5:
        return "other", 0.4
    total = sum(math.exp(s) for s in scores.values())
    best = max(scores, key=lambda k: scores[k])
    return best, round(math.exp(scores[best]) / total, 3)


def _score_kinds(document: Document, text: str, words: int) -> dict[str, float]:
    name = re.sub(r"[^a-z0-9]+", " ", document.name.rpartition(".")[0].rpartition("/")[2].casefold())
    titles, headings = _titles(document)
    scores = {}
    for kind in _SPEECH:
        in_name = bool(re.search(_NAME[kind], name))
        in_title = min(len(re.findall(_TITLE[kind], titles)), 3)
        in_headings = min(len(re.findall(_TITLE[kind], headings)), 4)
        density = len(re.findall(_SPEECH[kind], text)) * 1000 / words
        scores[kind] = (
            _PRIOR[kind]
            + _NAME_WEIGHT * in_name
            + _TITLE_WEIGHT * (in_title**0.5 + 0.4 * in_headings**0.5)
            + _SPEECH_WEIGHT * min(density / _USUAL[kind], 3.0)
        )
    return scores


def _titles(document: Document) -> tuple[str, str]:
    """Return the words of the title page and running heads, and of the other headings."""
    headings = [_plain(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.heading]
    running = {_plain(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.furniture}
    first = "\n".join([*headings[:1], *sorted(running)])[:2_000]
    return first.casefold(), "\n".join(headings[1:60]).casefold()


# ---------------------------------------------------------------- the supplier

_WORD = r"(?:[A-Z][\w'’&.-]*|[A-Z]{2,}|&)"
_FORMS = (
    r"Ltd|Limited|plc|PLC|LLP|LP|CIC|C\.I\.C\.|CIO|Inc|Co-operative|Cooperative|Charity|Foundation|Association|Consortium|Partnership"
    r"|Community Land Trust|Community Transport|Housing|Homes|Group|Trust|Society|University|College|SE|Enterprises|Services|Solutions"
)
_ORGANISATION = re.compile(
    rf"\b{_WORD}(?: (?:(?:and|of|for|the|&) )?{_WORD}){{0,6}}? (?:{_FORMS})\b(?: (?:Ltd|Limited|plc|PLC|LLP|CIC|Trust|Group)\b)*(?: \((?:UK|[A-Z]\w+)\))?"
)
_BUYER = re.compile(
    r"\b(?:Council|Borough|NHS|Authority|Commissioner|Ministry|Department|Government|Combined|Police|Fire|Procurement|Board|Integrated Care"
    r"|Hospitals?|Learning Trust|Academy|Academies)\b"
)
_PUBLIC_BODY = re.compile(
    rf"\b(?:(?:London|Royal) Borough of {_WORD}(?: (?:and |& )?{_WORD})*|City of {_WORD} Council"
    rf"|(?:{_WORD} (?:(?:and|of|&) )?){{1,6}}(?:Council|Authority|Hub|Combined Authority|NHS Foundation Trust|NHS Trust|Trust|Commissioner|Board|Homes|University|College|Academies|Service|Partnership)"
    rf"(?: for {_WORD}(?: (?:and |& )?(?:the )?{_WORD})*)?)\b"
)
_SAID = re.compile(
    r"\b(?:(?:name of )?(?:supplier|bidder|tenderer|applicant|organisation|organization|company|contractor|provider)(?: name)?|lead provider|submitted by|prepared by|on behalf of)"
    r"\s*[:|]\s*([^\n|;]{3,80})",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:The|At|In|From|By|For|Our|With|About|And|Of|This|Why|How|What|Lot|Question|Hello|Welcome|Case|Study)\b\s*",
    re.IGNORECASE,
)
_SOFT_FORM = re.compile(
    r"(?:Housing|Homes|Group|Services|Solutions|Society|Partnership|Foundation|Association|SE|Trust|University|College)\Z"
)


def propose_supplier(document: Document) -> tuple[str | None, float]:
    """Return the name of the organisation that wrote the document, or None, and how sure that is, 0 to 1.

    For a specification that is the buyer.
    """
    is_specification = document.kind == "specification" or propose_kind(document)[0] == "specification"
    said = _said_name(document)
    if said is not None:
        return said, 0.9
    votes: Counter[str] = Counter()
    for weight, text in _places(document):
        for name in _organisations(text, is_specification):
            votes[name] += weight
    if not votes:
        return None, 0.0
    merged = _merge_short_forms(votes)
    if not is_specification:
        for name in list(merged):
            if _BUYER.search(name):
                merged[name] = merged[name] // 4
    best, weight = min(merged.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    return best, round(min(0.95, weight / (sum(merged.values()) + 2)), 3)


def _places(document: Document) -> Iterable[tuple[int, str]]:
    """Yield the places where a document names its author, each with its weight."""
    running = {_plain(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.furniture}
    for text in sorted(running)[:20]:
        yield 8, text
    body: list[Block] = list(document.body())
    for i, block in enumerate(body[:400]):
        text = _plain(document.quote(block.span))[:4_000]
        if block.kind is BlockKind.heading:
            yield (6 if i < _TITLE_BLOCKS else 2), text
        else:
            yield (3 if i < _TITLE_BLOCKS else 1), text


def _organisations(text: str, is_specification: bool) -> list[str]:
    found = [m.group(0) for m in _ORGANISATION.finditer(text)]
    if is_specification:
        found += [m.group(0) for m in _PUBLIC_BODY.finditer(text)]
    names = []
    for name in found:
        shorter = _LEADING.sub("", name).strip(" ,.&-")
        if len(shorter.split()) > 1 and len(shorter) <= 80:
            names.append(shorter)
    return names


def _merge_short_forms(votes: Counter[str]) -> dict[str, int]:
    """Return the votes with those of a name's beginning given to the whole name."""
    merged = dict(votes)
    for short in sorted(votes, key=len):
        longer = [n for n in merged if n != short and n.startswith(short + " ")]
        if longer and short in merged:
            merged[max(longer, key=lambda n: (merged[n], n))] += merged.pop(short)
    for name in merged:
        if _SOFT_FORM.search(name):
            merged[name] = (merged[name] + 1) // 2
    return merged


def _said_name(document: Document) -> str | None:
    """Return the name that follows a label such as `Supplier name:`, or None."""
    for block in list(document.body())[:60]:
        found = _SAID.search(_plain(document.quote(block.span)))
        if found:
            name = re.split(r"\. |, | \(|  ", found.group(1))[0].strip(" .")
            if name[:1].isupper() and 1 < len(name.split()) <= 8:
                return name
    return None


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
