"""What kind of document this is, proposed from its words; a person may say otherwise.

The kinds differ in how they speak. A specification tells a supplier what it shall do, a bid says what we will do, a
case study what we did on one contract, a baseline what we do anyway, year in, year out. Titles and headings say it
outright now and then; the file's name is a weak witness.
"""

from __future__ import annotations

import math
import re

from svdocs.intake.safety import XLSX
from svdocs.text.document import BlockKind, Document

KINDS = ("bid", "case_study", "specification", "baseline", "other")
_LETTERS_READ = 60_000
_FEWEST_WORDS = 40

_NAME = {
    "bid": (
        r"\bbid\b|\btender response\b|\bresponse\b|\bsubmission\b|\bquote\b|\bmethod statement\b|\boffer\b"
        r"|\btoms?\b|\bcalculator\b|\bdelivery plan\b"
    ),
    "case_study": (r"\bcase\b|\bcase ?stud(?:y|ies)\b|\breference\b"),
    "specification": (
        r"\bspec(?:ification)?\b|\bitt\b|\binvitation\b|\btender documents?\b|\brequirements?\b|\bquestions?\b"
    ),
    "baseline": (
        r"\bbaseline\b|\bbl\b|\bpolic(?:y|ies)\b|\breport\b|\bhandbook\b|\bannual\b|\breview\b|\bwebsite\b"
        r"|\bcrp\b|\bcarbon\b|\bcsr\b|\besg\b|\bstandard\b"
    ),
}
_TITLE = {
    "bid": (
        r"\bour (?:answer|response|offer|bid|commitments? for)\b"
        r"|\b(?:tender|social value|supplier|quality) (?:response|submission|answer|offer)s?\b"
        r"|\bmethod statement|\bresponse (?:to|form|template)\b|\bresponses? to\b|\bquestion \w+\s*:"
        r"|\bq(?:uestion)?\s?\d+[.:)]|\bwhat we(?:'ll"
        r"| will) do\b|\bsv\d+\b|\bcommercial in confidence\b|\blots? \d|\bif you (?:pick|choose"
        r"|appoint) us\b|\bsocial value (?:delivery )?plan\b|\bquote\b|\bpledge form\b|\bwhy us\b|\btender (?:for"
        r"|ref)\b|\btendr\b|\bbidder\b|\btenderer\b|\bclarification\b|\bour proposals?\b|\bsocial value statement\b"
        r"|\bsocial value offers?\b|\bmenu of offers\b"
    ),
    "case_study": (
        r"\bcase stud(?:y|ies)\b|\breference project\b|\bwhat (?:was|we) (?:delivered|achieved|committed)\b"
        r"|\bwho benefited\b|\boutcomes? (?:reported|achieved)\b|\blessons\b"
        r"|\bwhat (?:came of it|happened|we did|we learned|we(?:'d| would) do differently)\b|\bimpact report\b"
        r"|\blearnings\b|\b(?:19|20)\d\d\s*(?:to|[-–])\s*(?:20)?\d\d\b|\boutturn\b|\bcontract closed?\b"
        r"|\bsituation\b|\bjob story\b|\bwhere the impact\b|\bcommunity benefits report\b|\bpilot\b"
        r"|\bwhat contractors delivered\b|\bstory so far\b|\bproject stor(?:y|ies)\b"
    ),
    "specification": (
        r"\bspecification\b|\binvitation to tender\b|\bitt\b(?! response)|\bservice requirements?\b"
        r"|\bthe (?:requirement|service|contract)\b|\bquality score\b|\bweighting\b"
        r"|\bevaluation (?:criteria|method)|\baward criteria\b|\bmust (?:do|include)\b|\bscope\b"
        r"|\bsocial value questions?\b|\bdefined requirements\b|\ball lots\b"
        r"|\binstructions to (?:bidders|tenderers)\b|\bterms of reference\b|\bstatement of requirements?\b"
    ),
    "baseline": (
        r"\bannual (?:report|review|statement|account|impact report)\b|\bpolic(?:y|ies)\b|\bhandbook\b"
        r"|\bhow we (?:work|run|do)\b"
        r"|\b(?:responsible business|sustainability|esg|csr|people)\b.{0,30}\b(?:report|review|statement|policy)\b"
        r"|\bcode of conduct\b|\bcarbon reduction plan\b|\bslavery\b|\bpay gap\b|\bwhat we (?:already )?do\b"
        r"|\bstandard operations\b|\bstanding operations\b|\bcompany profile\b|\bwho we are\b|\bour people\b"
        r"|\bstaff book\b|\babout (?:us|the company|this report)\b|\bcovenant\b|\beveryday work\b"
        r"|\byear book\b|\bas a matter of course\b|\btravel plan\b|\bsustainability at\b|\bchair's statement\b"
        r"|\bnet zero strategy\b|\bstrategic report\b|\bplan\b(?=.*\bour\b)|\bour policy\b|\bcorporate plan\b"
    ),
}
_SPEECH = {
    "bid": (
        r"\b(?:we|i)(?:'ll| will| shall| (?:commit|pledge|undertake|promise|guarantee|offer|propose)\b)"
        r"|\bwill (?:be|have|take|hire|give|pay|run|host|spend|buy)\b"
        r"|\bby (?:the )?(?:end of )?(?:(?:january|february|march|april|may|june|july|august|september|october"
        r"|november|december) 20[23]\d|year \w+|contract)"
        r"|\b(?:your|the) (?:residents|borough|patients|estate|tenants|contract)\b"
        r"|\bfrom (?:contract )?(?:start|day one)\b|\bof the contract\b"
    ),
    "case_study": (
        r"\b(?:we|they) (?:had )?(?:\w+ed|took|gave|won|met|ran|found|put|made|bought|kept|paid|built|spent|went"
        r"|held|brought)\b"
        r"|\b(?:was|were|had been) \w+(?:ed|en|nt|ht|ld|de)\b"
        r"|\bthe (?:client|customer|contract|project) (?:was|had|ran|asked|wanted|needed|called)\b"
        r"|\bagainst (?:a|the) (?:target|promise|commitment)\b|\bby the (?:end|close) of the contract\b"
        r"|\bthe contract (?:was|ran|asked|had|called|paid)\b"
    ),
    "specification": (
        r"\b(?:the )?(?:supplier|contractor|provider|operator|bidder|tenderer|applicant)s? (?:shall|must|should"
        r"|is required|are required|may not|will be (?:asked|required|expected))\b"
        r"|\b(?:bids?|tenders?|responses?) (?:shall|must|will be (?:scored|marked|evaluated))\b|\bshall be\b"
        r"|\b(?:marks|weighting|evaluators?|scored)\b|\bper cent of the (?:score|marks)\b"
        r"|\b(?:the|this) (?:council|trust|authority|commissioner|buyer|hub|partners|borough) (?:will|is|requires"
        r"|expects|uses|has|does|wishes|seeks)\b"
        r"|\bbidders\b"
    ),
    "baseline": (
        r"\b(?:every|each|all) (?:new |of our |member of )?(?:staff|employees?|colleagues?|year|month|week|site"
        r"|depot|member|starter|office|home)s?\b"
        r"|\b(?:already|always|as standard|since 20\d\d|since 19\d\d)\b|\bturnover\b|\bheadcount\b"
        r"|\bin (?:the year|20\d\d/\d\d|fy ?\d\d)\b|\bgroup\b|\bthe (?:board|company)\b|\bapplies to\b"
        r"|\bthis (?:policy|report|statement|plan)\b"
        r"|\bwe (?:pay|give|run|employ|publish|buy|recycle|have|are|offer)\b|\bby 20[3-5]\d\b|\bscope [123]\b"
        r"|\blast year\b"
    ),
}
_NAME_WEIGHT = 1.6
_TITLE_WEIGHT = 1.3
_SPEECH_WEIGHT = 1.0
_PRIOR = {"bid": 0.0, "case_study": -0.2, "specification": -0.2, "baseline": 0.1}
_USUAL = {"bid": 9.0, "case_study": 14.0, "specification": 5.0, "baseline": 12.0}
"""How often the words of a kind stand in a thousand words of such a document, roughly."""


_WORKBOOK_WEIGHT = 1.0
"""Suppliers' calculators are workbooks; reports and policies hardly ever are."""
_SUREST = 0.99


def propose_kind(document: Document) -> tuple[str, float]:
    """Return the kind of document, one of `KINDS`, and how sure that is: 0 to 1, and never 1, which only people are.

    `other` is proposed for a document with too few words to tell, or in which no kind is heard.
    """
    text = plain_words(" ".join(document.quote(b.span) for b in document.body()))[:_LETTERS_READ].casefold()
    words = len(text.split())
    if words < _FEWEST_WORDS and document.name == "":
        return "other", 0.5
    scores = _score_kinds(document, text, max(words, 200))
    if max(scores.values()) - _PRIOR[max(scores, key=lambda k: scores[k])] < 0.5:
        return "other", 0.4
    total = sum(math.exp(s) for s in scores.values())
    best = max(scores, key=lambda k: scores[k])
    return best, round(min(math.exp(scores[best]) / total, _SUREST), 3)


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
            + _WORKBOOK_WEIGHT * (kind == "bid" and document.media_type == XLSX)
        )
    return scores


def _titles(document: Document) -> tuple[str, str]:
    """Return the words of the title page and running heads, and of the other headings."""
    headings = [plain_words(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.heading]
    running = {plain_words(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.furniture}
    first = "\n".join([*headings[:1], *sorted(running)])[:2_000]
    return first.casefold(), "\n".join(headings[1:60]).casefold()


def plain_words(text: str) -> str:
    """Return a text on one line, its apostrophes straight."""
    return " ".join(text.replace("’", "'").split())
