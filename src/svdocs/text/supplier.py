"""Who wrote a document: the supplier's name, proposed from where it stands and what is said of it.

A name is a run of capitalised words. What speaks for it: a label (`Supplier name: ...`), a running head, a title, how
it speaks of itself (`We are ...`, `... is a charity`), a legal form, and the file's name as a weak
witness. What speaks against it: that it stands where places, customers and public bodies stand. Where no name has
much for it, or two have the same, none is proposed: a wrong name costs more than none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from svdocs.text.document import Block, BlockKind, Document
from svdocs.text.kinds import plain_words

_BLOCKS_READ = 400
_LETTERS_A_BLOCK = 4_000
_LETTERS_READ = 150_000
_RUNNING_LINES = 20
_TITLE_BLOCKS = 2
_LAST_BLOCKS = 8
_OPENING_BLOCKS = 2
_LETTERS_BEFORE, _LETTERS_AFTER = 60, 200
_LONGEST_NAME = 90


class Sign(StrEnum):
    """A place or phrase in which a name stands, and which says something of whose it is."""

    labelled = "labelled"
    """After a label such as `Supplier name`."""
    signed = "signed"
    """After words such as `submitted by` or `for and on behalf of`."""
    speaks_of_itself = "speaks_of_itself"
    """`We are ...`, `about ...`, `... (the Trust)`, `staff at ...`."""
    described = "described"
    """`... is a charity`, `... was founded in 1951`, `... employs 140 people`."""
    stands_for_us = "stands_for_us"
    """`At ..., we`, `nobody at ...`."""
    running_first = "running_first"
    """Stands by itself at the beginning of a running head or foot."""
    running_whole = "running_whole"
    """Stands by itself further on in one."""
    running_part = "running_part"
    """Begins a line of a running head or foot."""
    title_whole = "title_whole"
    title_part = "title_part"
    opens = "opens"
    """The subject of a sentence with which the running text begins."""
    acts = "acts"
    """The subject of a sentence that says what an organisation does."""
    told = "told"
    """Stands in running text, and is no place by the word before it."""
    place = "place"
    """Stands in running text after a word such as `in` or `near`."""
    client = "client"
    """After a label such as `Client`, or after `for` or `behalf of` a customer."""


_POINTS: Mapping[Sign, tuple[float, float]] = {
    Sign.labelled: (9.0, 9.0),
    Sign.signed: (5.0, 5.0),
    Sign.stands_for_us: (5.0, 7.0),
    Sign.speaks_of_itself: (3.0, 7.0),
    Sign.described: (3.0, 5.0),
    Sign.running_first: (4.0, 4.0),
    Sign.running_whole: (3.0, 3.0),
    Sign.running_part: (2.5, 2.5),
    Sign.title_whole: (3.0, 3.0),
    Sign.title_part: (1.5, 1.5),
    Sign.opens: (3.0, 3.0),
    Sign.acts: (1.2, 5.0),
    Sign.told: (0.4, 2.0),
    Sign.place: (-0.7, -4.0),
    Sign.client: (-6.0, -8.0),
}
"""What a sign counts, the first time and each time after, and at most."""
_LEGAL_POINTS, _SOFT_POINTS, _FILE_POINTS = 3.0, 1.0, 3.0
_PUBLIC_POINTS = {"baseline": 0.0, "other": -2.0}
_PUBLIC_BIDS = -5.0
_HEADINGS_ONLY = frozenset(
    {Sign.running_first, Sign.running_whole, Sign.running_part, Sign.title_whole, Sign.title_part}
)
"""A name that stands under these alone may be a title."""
_TELLS_OF_CLIENTS = frozenset({Sign.title_whole, Sign.title_part, Sign.running_whole, Sign.described, Sign.opens})
"""In a case study these name the project or the client as often as the supplier."""
MOST_NAMES = 300
"""Names that are weighed against one another; the rest have least for them."""
LEAST_POINTS = 5.0
LEAST_LEAD = 0.25
"""Below these no name is proposed: the points of a name, and the part of them that the next must lack."""

_LEGAL = r"(?:Ltd|Limited|LTD|LIMITED|plc|PLC|Plc|LLP|CIC|CIO|C\.I\.C\.|Inc|GmbH|Cyf|Cyfyngedig)"
_SOFT = (
    r"(?:Group|Trust|Housing|Homes|Charity|Society|Partnership|Consortium|Co-operative|Cooperative|Foundation"
    r"|Association|Community Transport|Land Trust|University|College|Federation|Associates|Partners|Services|Solutions"
    r"|Enterprises|Holdings|Contractors|Construction|Council)"
)
_CAPITAL = r"(?:[A-Z]\.(?= ?[A-Z])|[^\W\d_a-zà-öø-ÿ][\w'’&®-]*)"
_JOIN = r"(?:and|of|for|the|&|y|of the|and the)"
_BRACKET = r"\((?:[A-Z][\w'&-]*(?: (?:and|&|of) [A-Z][\w'&-]*| [A-Z][\w'&-]*){0,3})\)"
_RUN = re.compile(rf"(?<![\w'’-]){_CAPITAL}(?:(?: {_JOIN})? (?:{_CAPITAL}|plc)| {_BRACKET}(?= {_LEGAL}\b)){{0,9}}")
_AFTER_LEGAL = re.compile(rf"(?<= ){_LEGAL}(?![\w&])\.?")
_ENDS_LEGAL = re.compile(rf"(?<=\w[ )]){_LEGAL}\.?\Z|(?<=\) ){_LEGAL}\.?\Z")
_ENDS_SOFT = re.compile(rf"(?<=\w ){_SOFT}\Z")
_PUBLIC = re.compile(
    r"\b(?:Council|Borough|NHS|Authority|Commissioner|Commission|Ministry|Department|Government|Constabulary|Police"
    r"|Procurement|Hospitals?|Learning Trust|Academy|Cabinet|Parliament)\b"
)
_ENDS_OTHERWISE = re.compile(
    r"\b(?:Policy|Policies|Plan|Plans|Report|Review|Strategy|Statement|Handbook|Study|Response|Submission|Form|Survey"
    r"|Questionnaire|Schedule|Template|Proposal|Programme|Project|Scheme|Framework|Contract|Act|Regulations|Charter"
    r"|Covenant|Code|Standard|Accounts|Bulletin|Summary|Introduction|Appendix|Value|Hub|Road|Street|Centre|School|Campus"
    r"|Library|Park|Estate|Bridge|Terraces|Director|Manager|Officer|Secretary|Executive|Award|Awards|Corp|Inclusion"
    r"|Living Wage Foundation|Living Wage Employer|Modern Slavery)\Z"
)
"""How titles, schemes, places and posts end; a name that has no legal form does not."""
_TRAILING = re.compile(r"(?:['’]s?|[ .&-]+| (?:and|of|for|the|y))+\Z")
_NOT_FIRST = re.compile(
    r"(?:The|At|In|From|By|For|Our|With|About|And|Of|This|Why|How|What|Lot|Question|Hello|Welcome|Case|Study|We|If|When"
    r"|On|To|As|But|A|An|All|No|It|Where|Who|Mrs|Mr|Ms|Dr|Sir|Dame|Since|Each|Every|There|Here|These|Those|That|Not"
    r"|Under|After|Before|During|Between|Supplier|Contractor|Bidder|Name|Both|Client|Customer|Everyone|Everybody|Nobody"
    r"|We're|We've|We'll|I'm|I've|It's|There's|That's|Here's|Let's|You're|They're|What's|Who's|Dear|Grandad|Dad|Mum|Yours|Signed|Is|Are|Do|Did|Does|Has|Have|Will|Can|Or|So|Then|Than|Through|Within|Without|Against|Back"
    r"|Working|Inside|Until|While|Because|Answer|Response|Tender|Bid|Of|Their|They|She|He|You|Your|I|My|Us|Never|Only"
    r"|Across|Also|Any|One|Two|Three|Ask|Thank|Thanks|Registered|Meet|News|Part|Section|Appendix|Annex)(?:\s+|\Z)"
)
_OF_DOCUMENTS = frozenset(
    """
    act annual answer appendix april august authority bid board borough britain british cabinet carbon care case ceo
    chair chief city co2 commercial commissioner community company confidence confidential contractor council county
    covid crp csr customer dbs december department director district draft duke edi edinburgh england english equality
    esg european ev evs executive extract extracts february financial foundation form friday fte gbp government great
    group handbook head hr invitation iso issue itt january jobcentre jobs july june kickstart kingdom kpi kpis lead
    leavers level living local lot lots manager march maths may method modern monday national nec net nhs november nvq
    october officer office online page part parliament people pilot place plan planet plus policy ppn president prince's
    procurement procurements project qs quality question questions rate real reduction ref report response responses
    responsible review saturday schedule school schools scotland section september service services sir skills slavery
    sme smes social spec specification state statement strategy study sunday supplier sustainability sv t-level team
    tender tenderer tenders thursday toms town tuesday tupe uk united university value vat vcse version volume wage
    wales wednesday year zero apprenticeship apprenticeships covenant armed forces employer confident considerate
    constructors scheme ecovadis cyber essentials investors mental health green environmental environment
    """.split()  # noqa: SIM905
)

_LABEL_NAME = re.compile(
    r"(?:^|[.\n|;] ?|\b\d+(?:\.\d+)* )(?:(?:full |legal |registered |trading )*name of (?:the |your )?(?:lead )?"
    r"(?:supplier|bidder|tenderer|applicant|organisation|company|contractor|provider)"
    r"|(?:lead |main |potential |full )?(?:supplier|bidder|tenderer|applicant|organisation|contractor|company|provider"
    r"|consultant)(?:['’]s)?(?: name)?|(?:trading|company|business|registered|legal) name|lead provider"
    r"|completed on behalf of)(?: \([^)]{1,60}\))?\s*[:|]\s*([^\n|;]{2,90})",
    re.IGNORECASE,
)
_LABEL_SIGNED = re.compile(
    r"(?:\b(?:submitted|prepared|tendered|presented|authored) by"
    r"|\b(?:for and )?on behalf of|\ba (?:tender|bid|proposal|response|submission|offer|quotation) (?:by|from))"
    r"(?: the (?:tenderer|bidder|supplier|organisation|company|board of))?\s*[:|]?\s+(?=[A-Z])",
    re.IGNORECASE,
)
_LABEL_CLIENT = re.compile(
    r"(?:^|[.\n|;] ?)(?:(?:the )?(?:client|customer|commissioner|buyer|authority|contracting authority|employer"
    r"|purchaser|landlord|funder|for|to|prepared for|submitted to|presented to|our client))\s*[:|]\s*\Z"
    r"|\b(?:prepared|submitted|tendered|presented) (?:for|to)\s\Z|\bDear\s\Z",
    re.IGNORECASE,
)
_US_BEFORE = re.compile(
    r"\b(?:[Hh]ere at|[Ww]orking (?:for|at)|[Ll]ife at|[Ss]ustainability at|[Tt]rading as"
    r"|(?:[Nn]obody|[Nn]o one|[Ee]veryone|[Ee]verybody|[Aa]ll of us|[Aa]ll) (?:here )?at)\s\Z"
)
_SELF_BEFORE = re.compile(
    r"\b(?:[Ww]e are|[Ww]e're|[Hh]ello from|[Ww]elcome to|[Aa]bout|[Hh]ow|[Ww]hy|[Ii]nside|[Jj]oin(?:ing)?"
    r"|(?:[Pp]eople|[Cc]olleagues|[Ss]taff|team) (?:at|from))\s(?:the )?\Z"
)
_AT_START = re.compile(r"(?:^|[.!?] )At (?:the )?\Z")
_DEFINED = re.compile(
    r"\s?\((?:the |our |\"|“|'|we\b|\"?us\b|registered (?:charity|company|in))|,? (?:trading as|\(?registered charity)"
)
_IS_FIRM = re.compile(
    r"\s(?:is|are|was|has been|exists|began|started|grew)\s(?:(?:one of|among)\s[^.]{0,40}|(?:an?|the|now|still|proudly"
    r"|wholly|founded|formed|set|started|established|incorporated|registered|owned|employee|created|built|in|as|to"
    r"|getting|giving|making|looking|building|a)\b)"
)
_FIRM_NOUN = re.compile(
    r"\b(?:company|charity|charitable|firm|contractor|business|provider|enterprise|partnership|co-?operative|mutual"
    r"|supplier|operator|consultancy|practice|subsidiary|division|manufacturer|builder|trust|agency|organisation"
    r"|association|society|spin-out|housing association|arm of|plc|founded|formed|incorporated|established|listed"
    r"|employee-owned|family-run|vendor|haulier|caterer|landlord|studio|bureau)\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\s(?:runs?|serves?|employs?|owns?|operates?|supplies|provides?|maintains?|manages?|delivers?|builds?|looks after"
    r"|guards?|makes?|cleans?|supports?|believes?|publishes|pays|pledges|undertakes?|commits?|will|shall|has|have|gives?"
    r"|holds?|was|is|belongs|works|started|began|took|gave|spent|closed|acknowledges|agrees|offers?|proposes|does|hands?"
    r"|cleansed|recruits?|hires?|buys?|answers?|sees?|wants?|sells?|feels?|felt|took on|reported|opened|won)\b"
)
_ITS_YEARS = re.compile(
    r"\s(?:began|started|grew|opened|was (?:founded|formed|set up|started|established|incorporated|created|born))\b"
    r"[^.]{0,60}\b(?:19|20)\d\d\b"
)
_ITS_SIZE = re.compile(
    r"\s(?:owns|employs|runs|serves|operates|supplies|looks after|manages|maintains|guards|cleans|supports|belongs to"
    r"|builds)\b[^.]{0,50}?(?<![\w.])(?:[\d£][\d.,]*|two|three|four|five"
    r"|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty\b)"
)
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?;:|,”\"] |^The |[.!?] The )\Z")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|of|across|around|to|between|through|round|outside|via|under|with|for|into|over|on"
    r"|beyond|towards|north|south|east|west|against)\s(?:the\s)?\Z",
    re.IGNORECASE,
)
_PERSON_BEFORE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Prof|Professor|Councillor|Cllr|founder|manager|director|chair|named|called),?\s\Z",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"\s*(?:\||:|;|[\t\n]| [-–—/+] |,|(?<!\b[A-Z])\. |\s\(|\)|\bfor\b(?= [A-Z]))\s*")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in which a name may stand, with its place."""

    text: str
    running: bool = False
    title: bool = False
    heading: bool = False
    opening: bool = False


def propose_supplier(document: Document) -> tuple[str | None, float]:
    """Return the name of the supplier that wrote the document, or None, and how sure that is, 0 to 1.

    A specification is its buyer's, so none is proposed for it.
    """
    if document.kind == "specification":
        return None, 0.0
    lines = list(_lines(document))
    ordinary = _ordinary_words(lines)
    signs = _signs(lines, ordinary)
    points = {name: _weigh(name, found, document, ordinary) for name, found in signs.items()}
    families = _families(points, signs)
    if not families:
        return None, 0.0
    ranked = sorted(families.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    best, most = ranked[0]
    lead = most - (ranked[1][1] if len(ranked) > 1 else 0.0)
    if most < LEAST_POINTS or lead < LEAST_LEAD * most:
        return None, 0.0
    return best, round(min(0.99, 0.5 + 0.03 * min(most, 10.0) + 0.02 * min(lead, 10.0)), 3)


def _lines(document: Document) -> Iterable[_Line]:
    """Yield the lines in which a document may name its author, and those at its end, where letters are signed."""
    running = dict.fromkeys(
        plain_words(document.quote(b.span)) for b in document.blocks if b.kind is BlockKind.furniture
    )
    for text in list(running)[:_RUNNING_LINES]:
        yield _Line(text[:_LETTERS_A_BLOCK], running=True)
    body = list(document.body())
    chosen: list[Block] = body[:_BLOCKS_READ] + body[max(_BLOCKS_READ, len(body) - _LAST_BLOCKS) :]
    told = read = 0
    for i, block in enumerate(chosen):
        text = plain_words(document.quote(block.span))[:_LETTERS_A_BLOCK]
        read += len(text)
        if read > _LETTERS_READ and i < len(chosen) - _LAST_BLOCKS:
            continue
        heading = block.kind is BlockKind.heading
        title = i < _TITLE_BLOCKS and (heading or len(text) < 120)
        told += block.kind is BlockKind.paragraph and len(text) > 60
        opening = block.kind is BlockKind.paragraph and told <= _OPENING_BLOCKS
        yield _Line(text, title=title, heading=heading, opening=opening)


def _signs(lines: list[_Line], ordinary: frozenset[str]) -> dict[str, Counter[Sign]]:
    """Return the names in the lines, each with the signs under which it stands and how often."""
    signs: defaultdict[str, Counter[Sign]] = defaultdict(Counter)
    for line in lines:
        for name, sign in _labelled_names(line.text):
            if _is_name(name, ordinary) or (sign is Sign.labelled and name.istitle()):
                signs[name][sign] += 1
        segments = {s.strip(" .") for s in _SEGMENT.split(line.text) if s}
        for name, before, after in _names_in(line.text):
            if not _is_name(name, ordinary):
                continue
            for sign in _signs_of(line, name, before, after, segments):
                signs[name][sign] += 1
    return dict(signs)


def _ordinary_words(lines: Iterable[_Line]) -> frozenset[str]:
    """Return the words that stand in small letters somewhere: no names, unless joined to one."""
    return frozenset(w for line in lines for w in re.findall(r"(?<![\w'])[a-z][\w'-]+", line.text)) | _OF_DOCUMENTS


def _names_in(text: str) -> Iterable[tuple[str, str, str]]:
    """Yield the runs of capitalised words in a line, each with what stands before and after it.

    >>> [name for name, _, _ in _names_in("Ostler & Vane Ltd and Pell Ltd work for Kent.")]
    ['Ostler & Vane Ltd', 'Pell Ltd', 'Kent']
    """
    for found in _RUN.finditer(text):
        start = found.start()
        for piece in _cut_at_forms(found.group(0)):
            at = text.index(piece, start)
            start = at + len(piece)
            name = piece
            while first := _NOT_FIRST.match(name):
                name = name[first.end() :]
            at += len(piece) - len(name)
            name = _TRAILING.sub("", name)
            if name:
                end = at + len(name)
                yield name, text[max(at - _LETTERS_BEFORE, 0) : at], text[end : end + _LETTERS_AFTER]


def _cut_at_forms(run: str) -> list[str]:
    """Return a run of capitalised words cut behind each legal form, since no name goes on after it."""
    pieces, at = [], 0
    for form in _AFTER_LEGAL.finditer(run):
        pieces.append(run[at : form.end()])
        at = form.end()
    pieces.append(run[at:])
    return [stripped for piece in pieces if (stripped := re.sub(r"\A(?: |and |of |for |the |& )+", "", piece))]


def _is_name(name: str, ordinary: frozenset[str]) -> bool:
    """Say whether the run holds a word that is no ordinary one, or ends as organisations do."""
    words = [w for w in name.split() if w not in ("and", "of", "for", "the", "&")]
    if not words or not 3 <= len(name) <= _LONGEST_NAME or _ENDS_OTHERWISE.search(name):
        return False
    if any(_is_own_word(w, ordinary) for w in words):
        return True
    return len(words) > 1 and bool(_ENDS_LEGAL.search(name) or (_ENDS_SOFT.search(name) and len(words) > 2))


def _is_own_word(word: str, ordinary: frozenset[str]) -> bool:
    plain = re.sub(r"['’]s?\Z|[®.()]", "", word)
    if len(plain) < 3 or re.fullmatch(_LEGAL, plain) or re.fullmatch(_SOFT, plain):
        return False
    small = plain.casefold()
    return small not in ordinary and small.removesuffix("s") not in ordinary and re.search(r"[a-z]", plain) is not None


def _labelled_names(text: str) -> Iterable[tuple[str, Sign]]:
    """Yield the names that stand after a label that says whose they are."""
    for found in _LABEL_NAME.finditer(text):
        if name := _name_after_label(found.group(1)):
            yield name, Sign.labelled
    for found in _LABEL_SIGNED.finditer(text):
        run = next(iter(_names_in(text[found.end() :])), None)
        if run and not run[1].strip():
            yield run[0], Sign.signed


def _name_after_label(value: str) -> str | None:
    """Return the name with which the value of a label begins, or None.

    >>> _name_after_label("Tolland Keyes Facilities plc. Publication date: 14 July 2025.")
    'Tolland Keyes Facilities plc'
    >>> _name_after_label("to complete shaded boxes only"), _name_after_label("Yes")
    (None, None)
    """
    name = re.split(r"\. |, (?=[a-z\d])| \((?=registered|company|the|charity|sole)|  ", value)[0].strip(" .*_")
    words = name.split()
    small = [w for w in words if w[:1].islower() and not re.fullmatch(rf"{_JOIN}|plc|with|in|on", w)]
    if not name[:1].isupper() or not 1 <= len(words) <= 9 or small:
        return None
    if re.fullmatch(
        r"(?:Yes|No|None|N/?A|TBC|Name|Response|Answer|Date|Address|Value|Score|Details?|Please .*|Insert .*|Enter .*"
        r"|Signature|Position|Title|Commitment|Input|Notes?|Type|Reference|Contact.*|Registration.*)",
        name,
        re.IGNORECASE,
    ):
        return None
    return name


def _signs_of(line: _Line, name: str, before: str, after: str, segments: set[str]) -> Iterable[Sign]:
    """Yield the signs under which a name stands in a line."""
    whole = name in segments
    if _LABEL_CLIENT.search(before):
        yield Sign.client
        return
    if line.running:
        first = not before.strip()
        yield (
            Sign.running_first
            if whole and first
            else Sign.running_whole
            if whole
            else Sign.running_part
            if first
            else Sign.told
        )
    elif line.title:
        yield Sign.title_whole if whole else Sign.title_part
    if not before and line.opening and _ACTS.match(after):
        yield Sign.opens
    if _US_BEFORE.search(before) or (_AT_START.search(before) and re.match(r",? (?:we|our)\b", after)):
        yield Sign.stands_for_us
    elif _SELF_BEFORE.search(before) or _DEFINED.match(after):
        yield Sign.speaks_of_itself
    elif _is_described(before, after):
        yield Sign.described
    elif _PERSON_BEFORE.search(before) or (
        _PLACE_BEFORE.search(before) and not line.running and not _AT_START.search(before)
    ):
        yield Sign.place
    elif not line.heading and not line.running:
        starts = not before or _STARTS_SENTENCE.search(before)
        yield Sign.acts if _AT_START.search(before) or (starts and _ACTS.match(after)) else Sign.told


def _is_described(before: str, after: str) -> bool:
    starts = not before or _STARTS_SENTENCE.search(before)
    if starts and (_ITS_YEARS.match(after) or _ITS_SIZE.match(after)):
        return True
    sentence = after.partition(". ")[0][:160]
    return bool(starts and _IS_FIRM.match(after) and _FIRM_NOUN.search(sentence))


def _weigh(name: str, signs: Counter[Sign], document: Document, ordinary: frozenset[str]) -> float:
    """Return how much speaks for a name, all signs taken together."""
    points = 0.0
    for sign, times in signs.items():
        each, most = _POINTS[sign]
        if document.kind == "case_study" and sign in _TELLS_OF_CLIENTS:
            continue
        points += max(each * times, most) if each < 0 else min(each * times, most)
    has_form = bool(_ENDS_LEGAL.search(name) or _ENDS_SOFT.search(name))
    if _ENDS_LEGAL.search(name):
        points += _LEGAL_POINTS
    elif _ENDS_SOFT.search(name):
        points += _SOFT_POINTS
    if _PUBLIC.search(name) and not (signs[Sign.labelled] or signs[Sign.speaks_of_itself] or signs[Sign.described]):
        points += _PUBLIC_POINTS.get(document.kind, _PUBLIC_BIDS)
    in_file = _file_points(name, document.name, ordinary)
    if not (has_form or signs.keys() - _HEADINGS_ONLY or (in_file and (" " in name or signs[Sign.running_first]))):
        return 0.0
    return points + in_file


def _file_points(name: str, file: str, ordinary: frozenset[str] = _OF_DOCUMENTS) -> float:
    """Return what the file's name says: that a word of the name, and no ordinary one, stands in it.

    >>> _file_points("Tarnholt Group plc", "bids/bid-tarnholt.docx"), _file_points("Hull", "bid-tarnholt.docx")
    (3.0, 0.0)
    >>> _file_points("Carbon Report", "carbon-report.pdf", frozenset({"carbon", "report"}))
    0.0
    """
    words = set(re.findall(r"[^\W\d_]{3,}", file.rpartition("/")[2].rpartition(".")[0].casefold()))
    own = {w.casefold() for w in re.findall(r"[^\W\d_]{3,}", name) if _is_own_word(w, ordinary)}
    return _FILE_POINTS if words & own else 0.0


def _families(points: Mapping[str, float], signs: Mapping[str, Counter[Sign]]) -> dict[str, float]:
    """Return the points of names with what speaks for their short forms: one entry for all forms of a name.

    The form in full is that with a legal form, or that which stands alone in a running head or after a label.
    """
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    points = dict(ranked[:MOST_NAMES])
    left = dict(points)
    for short in sorted(points, key=lambda n: (len(n), n)):
        full = [n for n in left if n != short and _is_longer_form(n, short, signs)]
        if short in left and full:
            best = max(full, key=lambda n: (bool(_ENDS_LEGAL.search(n)), left[n], -len(n), n))
            left[best] += max(left.pop(short), 0.0)
    return left


def _is_longer_form(name: str, short: str, signs: Mapping[str, Counter[Sign]]) -> bool:
    if not name.startswith(short + " "):
        return False
    found = signs[name]
    return bool(
        _ENDS_LEGAL.search(name)
        or found[Sign.labelled]
        or found[Sign.running_first]
        or found[Sign.running_whole]
        or found[Sign.title_whole]
        or found[Sign.speaks_of_itself]
        or (_ENDS_SOFT.search(name) and found.total() >= signs[short].total())
    )
