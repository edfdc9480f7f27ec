"""The words by which a person tells a promise from a result, a habit or talk: named patterns over a passage.

Each cue is a question about the passage that can be answered by its own words or by what stands around it. The
classifier weighs them; the words that matched are shown to the reader as the explanation of a label.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from svdocs.statements.statement import Passage
from svdocs.text.document import BlockKind

_BASE_VERBS = (
    "accept|achieve|add|adopt|advertise|allow|allocate|appoint|arrange|ask|attend|audit|award|back|bring|build|buy|carry|"
    "channel|collect|commission|commit|complete|contribute|convert|cover|create|cut|deliver|develop|direct|divert|donate|"
    "double|draw|employ|enable|encourage|engage|enrol|ensure|establish|expand|extend|fill|fit|fund|generate|give|grant|"
    "grow|guarantee|help|hire|hold|host|increase|install|introduce|invest|invite|issue|join|keep|launch|lead|lend|"
    "maintain|make|match|mentor|move|obtain|offer|offset|open|operate|organise|partner|pass|pay|pilot|place|plant|"
    "prepare|procure|promote|protect|provide|publish|purchase|put|raise|reach|recruit|recycle|reduce|refurbish|release|"
    "remove|repair|replace|reserve|retain|retrofit|reuse|review|ring-fence|run|save|secure|sell|send|serve|set|share|"
    "source|spend|sponsor|start|supply|support|sustain|switch|take|teach|train|transfer|turn|upgrade|use|visit|volunteer|"
    "waive|welcome|work"
)
_PAST_VERBS = (
    "achieved|added|awarded|became|began|benefited|bought|brought|built|came|collected|completed|contributed|created|cut|"
    "delivered|diverted|donated|earned|employed|engaged|enrolled|fell|finished|found|funded|gained|gave|given|grew|handed|"
    "held|helped|hired|hosted|installed|invested|joined|kept|led|launched|left|made|mentored|met|moved|opened|paid|passed|"
    "placed|planted|produced|progressed|provided|put|raised|ran|reached|received|recruited|recycled|reduced|refurbished|"
    "released|removed|repaired|reused|rose|saved|secured|sent|spent|started|stayed|supported|taken|taught|took|totalled|"
    "trained|turned|visited|volunteered|went|won|worked|gone|been|come"
)
_WE = r"(?:we|i|our (?:\w+ ){0,3}?\w+|the (?:company|firm|group|trust|team|business|partnership|consortium|college|university|charity)|[A-Z]\w+(?: [A-Z&]\w*){0,3})"

WORD_CUES: dict[str, str] = {
    "will": r"\b(?:will|shall|won't)\b|\b(?:we|they|it|you|he|she|there|who)['’]ll\b",
    "we_will": rf"\b{_WE}(?:['’]ll| (?:will|shall))\b",
    "will_be_done": r"\b(?:will|shall)(?: \w+){0,2} be \w+(?:ed|en|un|nt|id|ade|ut|pt|ld|ught)\b",
    "pledge": r"\b(?:commit(?:s|ted|ting|ment)?|pledg\w+|guarantee\w*|promis\w+|undertak\w+|our offer|is offered|are offered|bound by|"
    r"offer(?:s|ing)? (?:the|to|a|an|\d+)|dedicate|set aside|ring-?fenc\w+|reserv\w+|earmark\w*)\b",
    "target": r"\b(?:targets?|goals?|objectives?|milestones?|kpis?)\b",
    "hedge": r"\b(?:aim(?:s|ed|ing)?|aspir\w+|hop(?:e|es|ing)|seek(?:s|ing)?|explor\w+|endeavou?r\w*|where(?:ver)? (?:possible|practicable|"
    r"appropriate|feasible|we can)|consider(?:s|ing)?|would like|look(?:s|ing)? (?:to|into|at|forward)|intend\w*|intention|plan(?:s|ned|ning)? "
    r"(?:to|for|on)|expect\w*|ambition\w*|try|striv\w+|may|might|could|anticipat\w+|envisag\w+|ideally|wish(?:es)?|"
    r"feasib\w+|work(?:ing)? towards|best (?:efforts|endeavours)|keen|potential(?:ly)?|as many as|estimat\w+|forecast|project(?:ed|ion))\b",
    "condition": r"\b(?:subject to|provided (?:that|the|we|it)|providing|depend(?:s|ent|ing)? (?:on|upon)|if|unless|once|should (?:the|we|it|a)|assuming|"
    r"conditional|contingent|in the event|as long as|pending|when (?:planning|funding|the (?:council|client|grant))|where (?:the|a) "
    r"(?:council|client|landlord|school|authority|customer))\b",
    "already": r"\b(?:already|currently|at present|today|now|as standard|as usual|routinely|always|normally|usually|each (?:of our|year)|every (?:year|"
    r"member|employee|colleague|site|depot|new)|all (?:our |of our )?(?:staff|colleagues|employees|sites|depots|offices|suppliers)|for (?:over |more than )?"
    r"\w+ years|since (?:19|20)\d\d|is (?:in place|policy|our policy)|our policy|long-standing|ongoing|existing)\b",
    "continue": r"\b(?:continu\w+|maintain\w*|keep(?:s|ing)?|carry on|remain\w*|retain\w*|sustain\w*)\b",
    "past_verb": rf"\b(?:{_PAST_VERBS})\b|\b(?:was|were|had|did)\b",
    "has_done": r"\b(?:has|have|'ve|’ve) (?:\w+ly |also |already |now |since |so far )?(?:been |\w+ed\b|gone|made|given|taken|put|run|held|spent|brought|"
    r"built|won|led|kept|found|paid|sent|taught|grown|risen|fallen|become|come|cut|helped)",
    "past_time": r"\b(?:last (?:year|month|summer|winter|autumn|spring|financial)|in (?:19|20)\d\d(?:[/-]\d\d)?|to date|so far|over the (?:past|last)|"
    r"during (?:the (?:contract|project|year|period|build)|20\d\d)|by (?:the end of the|completion)|since|previous(?:ly)?|past|"
    r"(?:first|second|third|final) year|anniversary|to (?:31|30|28) \w+ 20\d\d)\b",
    "future_time": r"\b(?:by (?:the end of|(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"winter|christmas|easter|q[1-4]|year|month|20\d\d|\d))|from (?:day one|the first day|contract start|commencement|mobilisation|year|"
    r"january|april|september|20[23]\d)|within (?:\w+ )?(?:days|weeks|months|years)|year (?:one|two|three|four|five|\d)|over the (?:life|term|"
    r"contract|course|\w+ years)|(?:each|every|per|a) (?:contract )?year|throughout|before (?:the )?(?:end|contract)|"
    r"during (?:mobilisation|the (?:term|contract|life))|contract (?:term|year|period|total)|20(?:2[7-9]|[3-5]\d))\b",
    "extra": r"\b(?:additional(?:ly)?|extra|new(?:ly)?|more than|further|on top of|over and above|beyond|above|increase\w*|rais\w+|grow\w*|expand\w*|"
    r"doubl\w+|rise|up from|instead of)\b",
    "this_contract": r"\b(?:this (?:contract|project|scheme|framework|lot|service|award|commission)|the (?:contract|scheme|commission|works|lot|term)|"
    r"on (?:the )?contract|your (?:contract|borough|residents|council))\b",
    "number": r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|"
    r"ninety|hundred|thousand|dozen|half|third|quarter)\b",
    "money": r"[£€]\s?\d|\bgbp\b|\b\d+p\b",
    "percent": r"\d\s?%|\bper ?cent\b",
    "buyer_asks": r"\b(?:the (?:contractor|supplier|provider|tenderer|bidder|service provider|consultant|applicant|successful \w+)s? (?:shall|must|will|should|is|are)|"
    r"bidders?|tenderers?|applicants?|suppliers (?:shall|must|should|are (?:asked|expected|required))|please|you (?:should|must|may|will be)|"
    r"(?:council|authority|trust|client|buyer|commissioner)s? (?:asks?|requires?|wants?|expects?|is (?:buying|seeking)|seeks?|has asked|invites?)|"
    r"is required|are required|must)\b",
    "question": r"\?\s*$",
    "second_person": r"\b(?:you|your|yours)\b",
    "first_person": r"\b(?:we|our|us|ours|i|my)\b",
    "quotation": r"[\"“”‘]|\b(?:says?|said|told|recalls?|wrote|writes|explains?|commented)\b",
    "belief": r"\b(?:believ\w+|proud\w*|passionate|committed to (?:\w+ing|the|a|being|our)|values?|heart|culture|vision|mission|ethos|philosophy|matters?|"
    r"understand|recogni[sz]e|know|important|journey|dna|excellen\w+)\b",
    "method": r"\b(?:monitor\w*|report(?:s|ed|ing)?|track\w*|record(?:s|ed|ing)?|review\w*|measur\w+|evidence\w*|dashboard|meeting|minutes|log(?:ged|s)?|govern\w*|"
    r"responsib\w+|account(?:s|able)|manag(?:er|ers|ed|es|ing)|coordinat\w+|oversee\w*|steering|audit\w*|spreadsheet|register)\b",
    "accreditation": r"\b(?:iso \d+|accredit\w+|certif\w+|members? of|membership|awards?|shortlisted|kitemark|chartered|registered|holds?|ecovadis|signator\w+)\b",
    "description": r"\b(?:founded|established|employs?|headquarter\w*|based in|turnover|subsidiary|family(?:-| )(?:run|owned)|we are a|is a|are a|operates? (?:in|from|across)|"
    r"our team of|consists?|comprises?|located)\b",
    "law": r"\b(?:act (?:19|20)\d\d|regulations?|statutory|legislation|ppn|policy note|directive|law|duty)\b",
    "statistics": r"\b(?:residents|households|unemploy\w+|claimant|census|population|ward|national average|england|in the (?:borough|county|district|region|city)|"
    r"of (?:adults|children|people|residents|young people)|rate|average|survey)\b",
    "signpost": r"\b(?:section|appendix|annex|table|overleaf|below|following|figure|page|chapter|this (?:document|response|answer|section|report|statement|plan)|set out)\b",
    "core_service": r"\b(?:service levels?|slas?|response times?|help ?desk|call-?outs?|mobilis\w+|shifts?|rotas?|tupe|quality (?:plan|control|assurance)|health and safety|working days?|"
    r"maintenance|inspection\w*|deliver(?:y|ies) (?:time|slot|note|round)s?|complaints?|timetables?|rounds?|routes?|tickets?|defects?)\b",
    "programme": r"\b(?:programme|phas(?:e|es|ed|ing)|stages?|handover|riba|design(?:s|ed)?|drawings?|surveys?|commission(?:ed|ing)|excavat\w*|scaffold\w*|groundworks?|"
    r"install(?:ed|ation)|temporary works|traffic management|float|batch(?:es)?|migrat\w+|cut-?over|go-live|testing|software|platform|hosting|back-?ups?|set-?up|possession)\b",
    "role": r"\b(?:director|manager|co-?ordinator|engineer|supervisor|foreman|superintendent|lead|officer|surveyor|architect|planner|clerk of works|designer|team leader)\b",
    "negative": r"\b(?:not|no|never|none|nothing|neither|nor|without|cannot|unable|zero|nil|n/a)\b|n['’]t\b",
    "gift": r"\b(?:free(?: of charge)?|donat\w+|grants?|fund(?:s|ed|ing)?|bursar\w+|sponsor\w*|volunteer\w*|pro bono|in kind|gifts?|charit\w+)\b",
    "jobs": r"\b(?:apprentic\w+|jobs?|posts?|vacanc\w+|recruit\w*|placements?|trainees?|internships?|t[- ]levels?|employ\w*|work experience|nvqs?|qualification\w*)\b",
    "climate": r"\b(?:carbon|co2e?|emissions?|net zero|electric|recycl\w+|landfill|trees?|biodiversity|solar|renewable|plastic|peat|diesel|hvo|reus\w+)\b",
}

_SHAPES: dict[str, re.Pattern[str]] = {
    "starts_with_verb": re.compile(rf"^\W*(?:to )?(?:{_BASE_VERBS})\b", re.I),
    "starts_with_gerund": re.compile(r"^\W*[A-Za-z]{3,}ing\b"),
    "starts_with_we": re.compile(r"^\W*(?:we|our|i)\b", re.I),
    "starts_with_this": re.compile(r"^\W*(?:this|that|these|those|they|it|each|all|both|of these|the same)\b", re.I),
    "starts_with_number": re.compile(
        r"^\W*(?:£?\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a (?:further|total))\b)", re.I
    ),
    "present_habit": re.compile(
        rf"\b(?:we|everyone|everybody|staff|colleagues|employees|who|which|that|it|he|she|they)\b (?:\w+ly |also |each |all )?(?:{_BASE_VERBS})s?\b",
        re.I,
    ),
    "no_verb_end": re.compile(r"[.!?][\"'”’)\]]*$"),
}
_HEADING_CUES: dict[str, str] = {
    "heading_promise": r"\b(?:commit\w*|offer|pledge|promise|we will|will (?:do|deliver)|target|proposal|plan|sv ?\d|additional|social value|next|goals?|future)\b",
    "heading_past": r"\b(?:delivered|achiev\w+|results?|outcomes?|what happened|impact|did|case stud\w+|happened|benefited|report|highlights|year in)\b",
    "heading_now": r"\b(?:today|how we work|already|polic\w+|what we do|as a matter|our people|practice|standard|approach|who we are|about|culture)\b",
    "heading_method": r"\b(?:method\w*|monitor\w*|govern\w*|manage\w*|measur\w+|report\w*|deliver(?:y|ing) (?:team|plan)|assurance|introduction|background|about|context|lessons)\b",
    "header_target": r"\b(?:target|commitment|promise|pledge|offer|quantity|when|by when|total|year ?\d|value|units?|number)\b",
    "header_past": r"\b(?:actual|delivered|achieved|result|outcome|to date|20[12]\d)\b",
}

_KINDS = (BlockKind.list_item, BlockKind.table_row, BlockKind.text_box, BlockKind.footnote)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    # "i" and "us" as words need the text as written only where case tells; cues do not.
    return {name: re.compile(pattern, re.IGNORECASE if name != "we_will" else 0) for name, pattern in WORD_CUES.items()}


@lru_cache(maxsize=1)
def _heading_patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _HEADING_CUES.items()}


def words_of_cue(name: str, text: str) -> tuple[str, ...]:
    """Return the words of `text` that answer the cue, as written.

    >>> words_of_cue("hedge", "We aim to recruit two people where possible.")
    ('aim', 'where possible')
    """
    return tuple(m.group() for m in _patterns()[name].finditer(text))


def begins_with_verb(text: str) -> bool:
    """Say whether a text begins with what is to be done, as the items of a list of promises do.

    >>> begins_with_verb("Publish our pay gap"), begins_with_verb("Our pay gap")
    (True, False)
    """
    return _SHAPES["starts_with_verb"].search(text) is not None


def cue_values(passage: Passage) -> list[float]:
    """Return one number a cue, in the order of `cue_names()`: mostly 0 or 1."""
    text = passage.text
    words = [float(bool(p.search(text))) for p in _patterns().values()]
    shapes = [float(bool(p.search(text))) for p in _SHAPES.values()]
    heading, header = " ".join(passage.section[-2:]) + " " + passage.introduction, " ".join(passage.header)
    context = [
        float(bool(p.search(header if name.startswith("header") else heading)))
        for name, p in _heading_patterns().items()
    ]
    lean = [float(bool(_patterns()[name].search(passage.previous))) for name in _LEANS_ON]
    lead = [float(bool(_patterns()[name].search(passage.introduction))) for name in _LEANS_ON]
    return [*words, *shapes, *context, *lean, *lead, *[f(passage) for f in _MEASURES.values()]]


def cue_names() -> list[str]:
    """Return the cues' names in the order of `cue_values`."""
    return [
        *WORD_CUES,
        *_SHAPES,
        *_HEADING_CUES,
        *(f"previous_{n}" for n in _LEANS_ON),
        *(f"introduction_{n}" for n in _LEANS_ON),
        *_MEASURES,
    ]


_LEANS_ON = ("will", "pledge", "hedge", "past_verb", "has_done", "already", "buyer_asks", "first_person")
_MEASURES: dict[str, Callable[[Passage], float]] = {
    "words": lambda p: min(len(p.text.split()), 60) / 30,
    "short": lambda p: float(len(p.text.split()) < 6),
    "cells": lambda p: min(len(p.cells), 6) / 3,
    **{f"is_{k.value}": (lambda p, k=k: float(p.kind is k)) for k in _KINDS},  # type: ignore[misc]
}
