"""What kind of document this is and who wrote it, proposed from its words; a person may say otherwise.

The kinds differ in how they speak. A specification tells a supplier what it shall do, a bid says what we will do, a
case study what we did on one contract, a baseline what we do anyway, year in, year out. Titles and headings say it
outright now and then; the file's name is a weak witness.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from svdocs.text.document import BlockKind, Document

KINDS = ("bid", "case_study", "specification", "baseline", "other")
_LETTERS_READ = 60_000
_TITLE_BLOCKS = 6
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
    ),
    "case_study": (
        r"\bcase stud(?:y|ies)\b|\breference project\b|\bwhat (?:was|we) (?:delivered|achieved|committed)\b"
        r"|\bwho benefited\b|\boutcomes? (?:reported|achieved)\b|\blessons\b"
        r"|\bwhat (?:came of it|happened|we did|we learned|we(?:'d| would) do differently)\b|\bimpact report\b"
        r"|\blearnings\b|\b(?:19|20)\d\d\s*(?:to|[-–])\s*(?:20)?\d\d\b|\boutturn\b|\bcontract closed?\b"
        r"|\bsituation\b|\bjob story\b|\bwhere the impact\b|\bcommunity benefits report\b|\bpilot\b"
        r"|\bwhat contractors delivered\b"
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
        r"|\bnet zero strategy\b|\bstrategic report\b|\bplan\b(?=.*\bour\b)|\bour policy\b"
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

_FORM = r"(?:Ltd|Limited|plc|PLC|LLP|CIC|CIO|Inc|Consortium|Land Trust|Community Transport|Co-operative|Cooperative)"
_SOFT = (
    r"(?:Group|Trust|Housing|Homes|Charity|Society|Partnership|Council|Authority|Commissioner|Hub|University|College"
    r"|Federation)"
)
_CAPITAL = r"(?:[A-Z][\w'&-]*|[A-Z]\.)"
_NAME_RUN = re.compile(rf"(?<![\w'-]){_CAPITAL}(?:(?: (?:and|of|for|the|&|y|and the|of the))? {_CAPITAL}){{0,8}}")
_ENDS_IN_FORM = re.compile(rf"\b{_FORM}\Z")
_ENDS_SOFT = re.compile(rf"\b{_SOFT}\Z")
_PUBLIC = re.compile(
    r"\b(?:Council|Borough|NHS|Authority|Commissioner|Ministry|Department|Government|Constabulary"
    r"|Procurement Hub|Hospitals?|Learning Trust|Academy)\b"
)
_SUBJECT_VERB = re.compile(
    r"\s(?:is|are|was|were|has|have|runs?|serves?|employs?|owns?|operates?|supplies|provides?|maintains?|began"
    r"|started|will|pays?|believes?|exists?|guards?|makes?|builds?|works?|wants?|invites?|requires?|buys?"
    r"|acknowledges?|signed|gave|spent|took|publishes|cleansed)\b"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|of|across|around|to|between|through|round|outside|by|with|for|and|the|our|via"
    r"|under)\s\Z",
    re.IGNORECASE,
)
_SELF_BEFORE = re.compile(r"\b(?:At|We are|We're|Here at|for and on behalf of|on behalf of|Submitted by|About)\s\Z")
_NOT_FIRST = re.compile(
    r"(?:The|At|In|From|By|For|Our|With|About|And|Of|This|Why|How|What|Lot|Question|Hello|Welcome|Case|Study|We"
    r"|If|When|On|To|As|But|A|An|All|No|It|Where|Who|Mrs|Mr|Ms|Dr|Since|Each|Every|There|Here|These|Those|That"
    r"|Not|Under|After|Before|During|Between|Supplier|Contractor|Bidder|Name|Both|Our)\s+"
)
_SAID = re.compile(
    r"(?:^|[.\n|] ?)(?:name of (?:the )?(?:supplier|bidder|tenderer|applicant|organisation)|supplier(?: name)?"
    r"|bidder(?: name)?|tenderer(?: name)?|applicant(?: name)?|organisation(?: name)?|contractor(?: name)?"
    r"|company(?: name)?|lead provider|submitted by|prepared by|tendered by)\s*[:|]\s*([^\n|;]{3,80})",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"\s*(?:\||:|;| [-–—] |,|\(|\)|\n|\. )\s*")
_WORDS_OF_DOCUMENTS = frozenset(
    """
    act annual answer appendix april august bid board britain british carbon care case ceo chair chief co2
    commercial company confidence confidential contractor covid csr dbs december director draft duke edi edinburgh
    england english equality esg european ev evs executive extract extracts february form friday fte gbp great group
    handbook head hr invitation iso issue itt january jobcentre jobs july june kickstart kingdom kpi leavers level
    living lot lots manager march maths may method modern monday nec net november nvq october officer page part
    people place plan planet plus policy ppn prince's qs question questions real reduction ref report response
    responses review saturday schedule scotland section september skills slavery sme smes social specification
    statement study sunday supplier sv t-level team tender tenders thursday toms tuesday tupe uk united value vat
    vcse version volume wage wales wednesday year zero
    """.split()  # noqa: SIM905
)


_RUNNING, _TITLE_LINE, _HEADING_LINE = 8.0, 6.0, 1.5
_NOT_TOLD = (_RUNNING, _TITLE_LINE, _HEADING_LINE)
"""Words that stand in headings and running heads alone are a title, unless they end in a legal form."""
LEAST_CONFIDENCE = 0.4
"""Below this no name is proposed: a wrong name costs more than none."""


def propose_supplier(document: Document) -> tuple[str | None, float]:
    """Return the name of the organisation that wrote the document, or None, and how sure that is, 0 to 1.

    For a specification that is the buyer. A name is known by where it stands (running heads, titles), by what it does
    (it is the subject of sentences, rarely a place), and by its legal form.
    """
    said = _said_name(document)
    if said is not None:
        return said, 0.9
    buyer = document.kind == "specification"
    lines = list(_lines(document))
    ordinary = _ordinary_words(lines)
    votes: defaultdict[str, float] = defaultdict(float)
    told: Counter[str] = Counter()
    for weight, text in lines:
        for name, points in _names_in(text, weight, ordinary):
            votes[name] += points
            told[name] += weight not in _NOT_TOLD
    merged = _merge_forms({n: v for n, v in votes.items() if v > 0 and (told[n] or _has_form(n))}, buyer)
    if not merged:
        return None, 0.0
    ranked = sorted(merged.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    best, points = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = round(min(0.95, (points - second / 2) / (points + 6)), 3)
    return (best, confidence) if confidence >= LEAST_CONFIDENCE else (None, 0.0)


def _lines(document: Document) -> Iterable[tuple[float, str]]:
    """Yield the lines in which a document names its author, each with the weight of its place."""
    running = {_plain(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.furniture}
    for text in sorted(running)[:20]:
        yield _RUNNING, text
    for i, block in enumerate(list(document.body())[:400]):
        text = _plain(document.quote(block.span))[:4_000]
        if block.kind is BlockKind.heading:
            yield (_TITLE_LINE if i < 2 else _HEADING_LINE), text
        else:
            yield (2.0 if i < _TITLE_BLOCKS else 1.0), text


def _ordinary_words(lines: Iterable[tuple[float, str]]) -> frozenset[str]:
    """Return the words that stand in small letters somewhere: no names, unless joined to one."""
    return frozenset(w for _, text in lines for w in re.findall(r"(?<![\w'])[a-z][\w'-]+", text)) | _WORDS_OF_DOCUMENTS


def _names_in(text: str, weight: float, ordinary: frozenset[str]) -> Iterable[tuple[str, float]]:
    """Yield the names in a line with the points that their places earn."""
    segments = {s for s in _SEGMENTS.split(text) if s}
    for found in _NAME_RUN.finditer(text):
        name = found.group(0)
        while first := _NOT_FIRST.match(name + " "):
            name = name[first.end() :]
        name = re.sub(r"(?:'s?|[ .&-]+| (?:and|of|for|the))+\Z", "", name).strip()
        if not _is_name(name, ordinary):
            continue
        before = text[: found.start() + found.group(0).find(name)]
        after = text[found.start() + found.group(0).find(name) + len(name) :]
        points = 0.3
        if name in segments and weight >= 6:
            points += weight
        elif weight >= 6:
            points += weight / 3
        if (
            " " in name
            and _SUBJECT_VERB.match(after)
            and (not before or before[-2:] in (". ", "! ", "? ", "; ", ": ") or before.endswith("The "))
        ):
            points += 2.0 * max(weight, 1.0)
        if _SELF_BEFORE.search(before):
            points += 4.0 * max(weight, 1.0)
        elif _PLACE_BEFORE.search(before):
            points -= 0.6
        if _ENDS_IN_FORM.search(name):
            points += 1.5
        yield name, points


def _is_name(name: str, ordinary: frozenset[str]) -> bool:
    words = [w for w in name.split() if w not in ("and", "of", "for", "the", "&")]
    if not words or len(name) > 90 or len(name) < 3:
        return False
    return any(
        len(w) > 2 and w.casefold().removesuffix("'s") not in ordinary and re.search(r"[a-z]", w) for w in words
    ) or (bool(_ENDS_IN_FORM.search(name) or _ENDS_SOFT.search(name)) and len(words) > 1)


def _has_form(name: str) -> bool:
    return bool(_ENDS_IN_FORM.search(name))


def _merge_forms(votes: dict[str, float], buyer: bool) -> dict[str, float]:
    """Return the votes with the short forms of a name given to the name in full."""
    merged = dict(votes)
    for short in sorted(votes, key=lambda n: (len(n), n)):
        longer = [
            n for n in merged if n != short and n.startswith(short + " ") and (_ENDS_IN_FORM.search(n) or votes[n] >= 3)
        ]
        if longer:
            full = max(longer, key=lambda n: (bool(_ENDS_IN_FORM.search(n)), merged[n], n))
            merged[full] += merged.pop(short)
    for name in merged:
        if _ENDS_IN_FORM.search(name):
            merged[name] += 3
        if _PUBLIC.search(name):
            merged[name] *= 2.0 if buyer else 0.4
    return merged


def _said_name(document: Document) -> str | None:
    """Return the name that follows a label such as `Supplier name:`, or None."""
    for block in list(document.body())[:60]:
        found = _SAID.search(_plain(document.quote(block.span)))
        if found:
            name = re.split(r"\. |, | \(|  ", found.group(1))[0].strip(" .")
            if name[:1].isupper() and 1 < len(name.split()) <= 8 and not re.search(r"\b(?:will|shall|must|to)\b", name):
                return name
    return None


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
