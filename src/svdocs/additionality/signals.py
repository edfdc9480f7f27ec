"""What a commitment's own words give away: that it goes on, grows, or belongs to a group, the law or this contract.

The cues are patterns of ordinary bid English, grouped by what they say. None decides alone: `assess` weighs them
against what the baselines, the specification and the law say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Signal(StrEnum):
    """What a cue in the commitment's words points to."""

    continues = "continues"
    """It is said to go on as it is."""
    increases = "increases"
    """It is said to grow, or to be more than the present level."""
    new = "new"
    """It is said not to exist yet, or not elsewhere."""
    group = "group"
    """It belongs to a whole group, company or country."""
    contract = "contract"
    """It names this contract, its start, its lots or its workforce."""
    law = "law"
    """It names a law, a duty or an obligation."""
    beyond_law = "beyond_law"
    """It says that it goes further than the law."""
    specification = "specification"
    """It names the specification or what the buyer requires."""
    beyond_specification = "beyond_specification"
    """It says that it goes further than the specification."""
    vague = "vague"
    """It counts or names nothing that could be checked."""
    goodwill = "goodwill"
    """It is offered as a gift, an extra or social value, in so many words."""
    undecided = "undecided"
    """It is hoped, considered or explored."""


_ENTITY = (
    r"(?:group|company|business|firm|organi[sz]ation|charity|trust|estate|association|society|partnership|network|"
    r"uk|country|nation|world|sector|region|membership|portfolio|workforce)"
)
_PRESENT = r"(?:present|current|existing|usual|normal|standard|standing|today'?s|regular|ordinary)"

_CUES: dict[Signal, tuple[str, ...]] = {
    Signal.continues: (
        r"already(?! (?:said|agreed|signed|asked|offered|found|spoken|met|in talks))",
        r"continu(?:e|es|ing|ed)\b(?! professional)",
        r"carr(?:y|ies|ied|ying) on",
        r"keep(?:s|ing)?(?: on| up)?(?: \w+)? (?:\w+ing|up)\b",
        r"keep(?:s)? (?:the|our|its|their|this|that|paying|giving|doing)",
        r"(?<!k will )(?<!\d will )go(?:es|ing)? on (?:\w+ing|sharing|as|for)|will go on(?=[.;,]|$)",
        r"(?:run|be run|happen|return|come round|take place|be (?:held|there|back)) again",
        r"(?:no|any|nor) more than (?:now|today|at present|(?:we|they|it) (?:do|does|are|is|have|has))",
        r"(?:,|;|and|nor) (?:and |it |we |they |nor |never )?(?:won['’]t|will not|never will|shall not)(?=[.;,]|$)",
        r"still (?:be|get|have(?! to)|pay|give|run|offer|receive|gets|has|runs|gives|pays|goes|stands|apply|applies)",
        r"remains?|remaining",
        r"maintain(?:s|ed|ing)? (?:our|its|their|these|existing|current|present|this level|the (?:current|present|"
        r"existing|same|\w+ (?:we|that we)))|be maintained",
        r"stay(?:s|ing)?(?![- ](?:in touch|on site|at home|with|warm|safe|well|connected|independent|overnight|under|"
        r"below|and|over|longer|until|for|in (?:their|your|his|her)))",
        r"for years|year in,? year out|each year as|as our \w+ (?:\w+ )?(?:have|has|do|does)",
        r"(?:here|there) too|apply (?:here|there)|as on (?:every|all|any|our) other|(?:just|"
        r"equally) (?:as )?true (?:of|for)|will be true",
        r"(?:that|which) (?:we|they|he|she|our \w+) (?:now |today |already )?(?!do not|don['’]t|have not|never)\w+"
        r"(?: (?!not)\w+)? (?:now|today|"
        r"at present|elsewhere|everywhere)",
        r"(?:now|today) and (?:it |they |we )?(?:will|shall)|(?:nobody|no one|none|everyone|everybody) (?:is|"
        r"does|has) (?:today|now)",
        r"(?:as|like) (?:our )?colleagues (?:elsewhere|everywhere|in)|(?:the )?same (?:\w+ )?(?:as|"
        r"for the same|to|policy|rule|package)",
        r"existing (?:\w+,? ){1,5}(?:package|scheme|benefits|programme|policy)|once again|do(?:es|ing)? the same\b",
        r"as (?:now|usual|ever|always|before|standard|it always|we always|at present|today)",
        r"as (?:it|we|they|he|she|is|has|have)\b[^,.;]{0,24}\b(?:now|always|today|everywhere|elsewhere|custom|"
        r"long|done|been)",
        r"same (?:as|way|again|perks|terms|offer)",
        r"(?:always|long) (?:has|have|had|been|done|did|paid|will)",
        r"(?:have|has) (?:always|long)",
        r"since (?:19|20)\d\d",
        rf"(?:our|its|the|an?|under|to) {_PRESENT} (?:(?!at )\w+ )?(?:polic(?:y|ies)|practice|programme|scheme|"
        rf"arrangements?|offer|share|"
        r"level(?! \d)|rate|procedure|benefits?|process|commitment|partnership)",
        r"in line with (?:our|its|company|group) (?:\w+ )?(?:polic(?:y|ies)|practice|standards?)",
        r"(?:is|are|as) (?:our|the|its) (?:custom|practice|policy|habit|norm|rule|way)",
        r"as (?:in )?every (?:year|contract|autumn|spring|summer|winter)",
        r"just as (?:we|it|they)",
        r"(?:every|all|each) (?:\w+ ){0,3}(?:already|currently)",
        r"(?:we|they|she|he|it) (?:do|does|did|has|have|offer|run|pay)s? (?:(?!not )\w+ )?(?:now|today|already|"
        r"everywhere)",
        r"(?<!not )currently(?! (?:no|not|none))|at the moment(?!,? (?:\w+ ){0,2}(?:no|not|none|nobody|nothing)"
        r"\b)|nowadays",
        r"like (?:we )?always|as (?:it|they|we) always|the rule here|likewise|is custom(?:ary)?|as a matter of course|"
        r"business as usual|standard practice|usual practice",
        r"business as usual|once again|as part of our (?:normal|standard|usual)",
        r"(?:not|n['’]t) (?:stopping|going to change|changing)|no change|unchanged|never (?:changes|stops)",
        r"(?:roll(?:ed|s)? out|extend(?:ed|s)?|deployed|appl(?:y|ies)|open|available) (?:to|for|across) (?:all|"
        r"every|everyone|everybody)",
        r"like (?:everybody|everyone|anybody) else|(?:as|than) (?:for|with|to) (?:all|everybody|everyone|any|"
        r"the) (?:\w+ )?(?:other|else)",
        r"the way (?:we|they|it|things)",
    ),
    Signal.increases: (
        r"on top of|over and above|in addition to|additional(?:ly)? to|additional|extra|besides (?:the|our|what)",
        rf"(?:above|beyond|more than|exceeds?|exceeding|against|versus|instead of|compared (?:with|to)|up from|"
        rf"from|than) "
        rf"(?:what )?(?:our|its|the|his|her|their|that)? ?(?:\w+ )?(?:{_PRESENT}|norm|intake|allowance|we do|"
        rf"we have|we give|now)",
        r"(?:up|rise|rises|rising|rose|risen|raised?|going|goes|go|grow|grows|growing|increased?|moves?|"
        r"lift(?:ed|s)?|taken?|takes) "
        r"(?:up )?from\b",
        r"(?:goes?|going|push(?:es|ed)?|br(?:ing|ought)s?|takes?) (?:\w+ ){0,3}up to",
        r"instead of|rather than the|against the|versus|as against",
        r"(?:double|doubl(?:es|ed|ing)|treble|triple|twice (?:the|our|as|what))",
        r"increas(?:e|es|ed|ing)|uplift|extend(?:s|ed)? to|further\b|one more|more than (?:now|today|at present|we)",
        r"(?!(?:on|for|about|of|to|any|no|nor|with|by|from|in|at|and|or|has|have) )\b(?:\w+) more (?:than|starts?|"
        r"people|places?|posts?|jobs?|apprentices?)",
        r"as things stand|(?:\w+|the \w+) (?:that )?we (?:do|have|give|manage|run) (?:now|today)[;,] (?!and)",
        r"make (?:that|it) (?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d+)|pay for an? (?:second|"
        r"third|fourth|further|extra)",
        r"we go further|go(?:es)? (?:further|beyond)|step up",
    ),
    Signal.new: (
        r"new(?:ly)?|net[- ]new|brand[- ]new",
        r"first[- ]time|for the first time|never (?:before|done|had)|first of its kind",
        r"(?:only|solely|specially|specifically|expressly|just|exclusively) (?:\w+ )?(?:for|because of|"
        r"on) (?:this|the) "
        r"(?:contract|service|work|framework|project|bid)",
        r"because of this (?:contract|work|award)|this contract alone|nowhere else|no other|"
        r"not (?:\w+ ){0,3}elsewhere|neither of which",
        r"(?:have|has|do|does|did|had)(?: not|n['’]?t) (?:\w+ ){0,4}(?:yet|elsewhere|anywhere|before|now|today|"
        r"at present|currently|until)",
        r"(?:none|nobody|no one|nothing|no \w+) (?:\w+ ){0,4}(?:now|today|at present|elsewhere|yet)|"
        r"there is (?:\w+ )?no such|(?:do|does) not now|at (?:the moment|present),? (?:there is |"
        r"we have )?(?:no|none|nothing)",
        r"(?:that|which) (?:we|no)\b[^.;]{0,40}\b(?:yet|elsewhere|before|anywhere|else)",
        r"what['’]?s new|set up|launch(?:es|ed)?|establish(?:es|ed)?|creat(?:e|es|ed|ing)|introduc(?:e|es|ed|"
        r"ing)|will start",
        r"if we win|should we win|winning|on award|if (?:awarded|appointed|successful)",
        r"ring[- ]?fenced?|dedicated",
    ),
    Signal.group: (
        r"group(?:['’]s(?! weekly| room)|[- ]wide)|group (?:companies|total|target|level|figure|entit\w+|"
        r"intake|internal|modern|charit\w+|policy)|by (?:the|our) group",
        r"(?:the|our|its|across|whole) (?:(?!youth|support|community|friends|action|carers|user|focus|working|"
        r"age|steering|residents|women|men|local|small|peer|art|play)"
        r"[\w-]+ )?group (?:will|has|shall|endeavours|intends|is|plans|also|aims|commits|have|of (?:companies|"
        r"practices|\w+ practices)|to)",
        r"(?!youth|support|community|friends|action|carers|user|focus|age|steering|women|local|art|play|a |"
        r"this )[a-z]+ group (?:will|shall|has|intends|internal|aims)|group (?:target|carbon)",
        r"parent(?: compan\w+|['’]s|,| in\b| institution| body| organisation)",
        r"nation(?:ally|wide|al (?:target|total|programme|intake|covenant))|worldwide|globally?|"
        r"internationally|europe|across britain",
        rf"(?:across|throughout) (?:the|our|its|all (?:of )?(?:our|its|the)?|every|both) ?(?:whole |entire |"
        rf"wider )?(?:[\w-]+ )?{_ENTITY}\b",
        r"(?:by|for|of|in) (?:the|our|its) (?:whole |entire |wider )?(?:group|company|firm['’]s|business|uk|"
        r"country|nation|world)\b|the firm['’]s",
        r"(?:alliance|consortium|movement|network|federation|association|union|partnership)[^.;]{0,20} "
        r"(?:of|to) which we (?:are|belong)|of which we (?:are|form) (?:an? |one |part)|"
        r"members (?:between them|together)",
        r"(?:all|across|over) (?:of )?(?:our |its |their )?(?:[\w&-]+ )?(?:contracts|jobs|projects|accounts|clients|"
        r"customers|sites|schemes)(?:,| taken| put)? (?:together|combined|as one)|(?:all|our other|all other) group "
        r"(?:contracts|jobs|projects|accounts|sites)|group (?:ledger|plan|strategy|pledge)",
        r"as a (?:business|company|group|firm) we|(?:to|of) which we belong|our people by|wherever (?:the work|they)",
        r"(?:compan(?:y|ies)|firm|business|organi[sz]ation|corporate|enterprise|charity|estate|trust)[- ]wide",
        rf"(?:whole|entire) (?:\w+ )?{_ENTITY}",
        rf"as a (?:whole\b|{_ENTITY}(?=,|;|\.|$))",
        r"across (?:all|everything|its|our) (?:\w+ ){0,3}(?:partnerships|offices|sites|practices|branches|"
        r"campuses|contracts|plants|depots|"
        r"regions|divisions|operations|stores|services|we do)",
        r"all (?:our|its|the|of our|of its|\d+|\w+teen|ten|eleven|twelve|seven|eight|nine|six|five|"
        r"regional) (?:of (?:our|its) )?(?:offices|sites|branches|campuses|regions|plants|divisions|directors|"
        r"regional managers)",
        r"(?:charitable |corporate |company )?foundation(?! degree| year| apprentice| stage| course)",
        r"our (?:members|federation|footprint|turnover|profits?|revenue)|(?:company|group)['’]s (?:profits?|"
        r"revenue|turnover)",
        r"uk footprint|throughout the uk|in the uk|across the uk|across (?:england|scotland|wales|the north|"
        r"the south)",
        r"wherever (?:the work|we|they)|here and elsewhere|every(?:where)? (?:else )?we (?:work|operate)",
        r"science[- ]based target|net zero by 20\d\d",
        r"(?:company|corporate|global|worldwide|organi[sz]ational|enterprise|OKRs?)(?: \w+)? (?:target|goal|aim|"
        r"ambition|"
        r"pledge|policy|commitment|strategy|plan|revenue|turnover|emissions|headcount)",
        r"group (?:emissions|fleet|carbon|revenue|turnover|profits?|workforce|headcount|apprentices?|suppliers)",
        r"(?:any|of any|of our|of its|of the|of all) (?:\w+ )?(?:surplus|profits?)|surplus (?:that )?(?:the|we)|"
        r"of (?:\w+ )?(?:revenue|turnover|profits?|sales)|"
        r"(?:federation|body|association|alliance|movement) (?:of|to) which|sister (?:brands|companies|firms|"
        r"businesses)",
        r"throughout (?:wales|scotland|england|ireland|britain|great britain|the (?:uk|country|north|south))",
    ),
    Signal.contract: (
        r"(?:this|the|our|per|each|every|whole) (?:contract|framework|commission|concession|call[- ]off|"
        r"tender)(?:['’]s)?",
        r"contract(?:ual)? (?:start|year|term|staff|workforce|team|period|colleagues|employees|award|life|"
        r"value|spend|manager)",
        r"lots? (?:\d|[a-e]\b|one|two|three)|if we win|on award|mobili[sz]ation|go[- ]live|commencement|"
        r"service start|day (?:one|1)\b",
        r"(?:on|for|of|during|under) (?:this|the) (?:job|scheme|project|service|works?|programme|site|patch)",
        r"year (?:one|two|three|four|five|\d)\b|yr \d|month \d+|m\d{1,2}\b|contract",
        r"transfer(?:s|red|ring)?|tupe['’]?d?",
        r"(?:your|the (?:council|authority|trust|commissioner|partners|buyer|client)['’]?s?) (?:\w+ )?"
        r"(?:residents|tenants|area|schools|patients|staff|communities|sites|buildings|district|county|city|"
        r"borough|wards?)",
    ),
    Signal.law: (
        r"(?:by|the|in|our|planning|with|to|as a matter of|employment) law",
        r"legal(?:ly)?|statut(?:e|es|ory)|legislation|lawful(?:ly)?",
        r"acts? (?:19|20)\d\d|(?:\w+ )act\b(?! as| on| with| for)|(?:that|the|this) act\b",
        r"regulations?|the regs|directive|rules (?:demand|apply|require)|licensing rules",
        r"oblig(?:es?|ed|ations?|atory)|as (?:we|it|they|\w+) (?:now |all )?must\b|(?:we )?have to\b|leav(?:es|"
        r"ing) us no choice",
        r"as (?:\w+ ){1,4}(?:demands?|provides?|requires?|implies|prescribes)",
        r"required (?:of|by)|as required|mandat(?:ed|ory)|duty|section \d+ of the [\w ]{0,40}act|"
        r"s\.? ?\d{2,3}\b|tupe|statutory minimum",
    ),
    Signal.beyond_law: (
        r"(?:beyond|above|over|better than|more than|past|further than|exceed\w*|ahead of|well over) (?:\w+ ){0,4}"
        r"(?:law|legal|statut\w+|duty|minimum|requirement|regulations?|obligation|compliance)",
        r"whatever (?:tupe|the law)|(?:law|act|regulations?) do(?:es)? not (?:require|ask|oblige|demand)|"
        r"not (?:legally )?(?:obliged|required)",
        r"(?:far|much|well|too|so|we are|we['’]re) (?:smaller|small)\b|need(?:n['’]t| not) (?:publish|"
        r"report|do|comply)",
        r"voluntar(?:y|ily)|although (?:we are|it is) (?:not|exempt)|below the threshold|too small to",
    ),
    Signal.specification: (
        r"specification|schedule \d|annex \w\b|service requirement|as (?:you|the buyer|the council|"
        r"the authority) (?:ask|require|specif)\w*",
        r"(?:that |which )?(?:section|clause|paragraph|requirement) \d+(?:\.\d+)? (?:calls|asks|requires)",
    ),
    Signal.beyond_specification: (
        r"(?:specification|section \d\S*|annex \w|brief|tender) (?:does|do)(?: not|"
        r"n['’]t) (?:\w+ ){0,3}(?:call|ask|require|need|mention)",
        r"(?:beyond|above|over and above|more than|ahead of|further than|exceed\w*|on top of|outside|"
        r"in addition to) (?:[\w%£,.-]+ ){0,6}"
        r"(?:specification|section \d|specified|requirements?|required|capital works|annex|you ask|brief|"
        r"service levels?)",
        r"not (?:asked for|required|called for|part of the (?:service|specification|price))",
    ),
    Signal.vague: (
        r"good causes?|a number of|various|numerous|several|thousands of|hundreds of|dozens of|lots of|"
        r"plenty of|some of",
        r"where (?:we can|appropriate)|as and when|in (?:due course|time)|from time to time|regularly|"
        r"over time|decades to come|if the \w+ ever",
        r"whatever is left|left over|or two\b|something like|(?:the )?(?:local )?communit(?:y|ies) will|"
        r"more (?:in|to|for) (?:the )?communit",
        r"play our part|make a difference|do our bit|give back",
    ),
    Signal.goodwill: (
        r"gift|social value (?:offer|commitment|pledge|win)|(?:our|as an?) (?:\w+ ){0,2}(?:pledge|extra|"
        r"special touch)|bonus|added value|"
        r"free of charge|at no (?:extra )?c(?:ost|harge)",
    ),
    Signal.undecided: (
        r"hop(?:e|es|ing)|aim(?:s|ing)?|aspir\w+|explor\w+|consider\w*|look(?:s|ing)? (?:to|into|at)|"
        r"would (?:like|love|hope)|['’]d (?:like|love|hope)",
        r"intend\w*|plan(?:s|ned)? to|ambition|endeavour|seek\w*|minded|expects?|where possible|feasibility",
    ),
}

_COMPILED = {s: re.compile(r"(?<![\w-])(?:" + "|".join(p) + r")(?!\w)", re.I) for s, p in _CUES.items()}


@dataclass(frozen=True, slots=True)
class Cue:
    """Words in a commitment that point somewhere: `text` as written."""

    signal: Signal
    text: str


@lru_cache(maxsize=20_000)
def find_cues(text: str) -> tuple[Cue, ...]:
    """Return the first cue of each kind in `text`.

    >>> [c.signal.value + ": " + c.text for c in find_cues("We will continue to pay small firms early.")]
    ['continues: continue']
    """
    found = ((s, next((m for m in p.finditer(text) if not _is_set_off(s, m)), None)) for s, p in _COMPILED.items())
    return tuple(Cue(s, m.group()) for s, m in found if m is not None)


_BESIDE = re.compile(
    r"\b(?:above|beyond|than|on top of|besides|in addition to|not (?:just|only)|rather than|outside|separate from)"
    r"(?: (?:in|at|of|by))?(?: the| our| its| their)?(?: [\w'’-]+)? $",
    re.I,
)
_SHARED_OUT = re.compile(
    r" (?:[\w-]+ ){0,2}?(?:from|on|of|under|for|in) (?:this|the|your|each) (?:lot|contract|framework|service|scheme|"
    r"concession|project)\b",
    re.I,
)
_OF_OTHERS = re.compile(r"^(?:['’]s)? (?:colleges?|schools?|academ\w+|hospitals?|libraries|students|pupils)\b", re.I)


def _is_set_off(signal: Signal, match: re.Match[str]) -> bool:
    """Say whether words about a whole group are only what the promise goes beyond, or give this contract's share."""
    if signal is not Signal.group:
        return False
    before, after = match.string[: match.start()], match.string[match.end() :]
    return bool(_BESIDE.search(before) or _SHARED_OUT.match(after) or _OF_OTHERS.match(after))
