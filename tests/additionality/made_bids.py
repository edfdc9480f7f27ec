"""Makes bids with planted repeats, so that what is found can be held against what was planted. All is invented."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from svdocs.additionality.reuse import Promise

_VERBS = (
    "create",
    "fund",
    "offer",
    "provide",
    "set up",
    "deliver",
    "host",
    "sponsor",
    "organise",
    "arrange",
    "open",
    "pay for",
)
_THINGS = (
    ("new jobs for care leavers", "people"), ("apprenticeships in joinery", "people"),
    ("work placements of two weeks", "people"),
    ("hours of volunteering", "hours"), ("trees along the old canal", "trees"),
    ("laptops for school leavers", "devices"),
    ("cookery classes for new parents", "sessions"), ("guaranteed interviews for veterans", "people"),
    ("weeks of bookkeeping courses", "weeks"), ("meals for the night shelter", "meals"),
    ("pounds for the food pantry", "gbp"),
    ("swift boxes under the eaves", "items"), ("mentoring sessions for start-ups", "sessions"),
    ("days of digging on the allotments", "days"), ("bicycles repaired for commuters", "items"),
    ("careers talks in sixth forms", "events"), ("tonnes of carbon saved on deliveries", "tco2e"),
)  # fmt: skip
_ENDINGS = (
    "and our site manager will report on it each quarter", "with the college and the jobcentre as partners",
    "chosen together with the residents' panel", "as agreed with the parish council", "led by a named coordinator",
    "reviewed with you at every contract meeting", "beginning with the two neediest wards", "through a local charity",
    "open to everyone within five miles", "shown on a public board at the depot", "with travel costs repaid",
    "held in the evening so that workers can come", "run by our own trained staff", "shared out by a jury of tenants",
)  # fmt: skip
_OPENINGS = (
    "From the first day", "Before the second winter", "For the people of the estate", "Because of this award",
    "Beyond what we do elsewhere", "With our subcontractors", "As soon as the depot opens", "In every lot",
    "At our own cost", "Together with the market traders", "On top of our usual work", "For those furthest from work",
)  # fmt: skip
_WARDS = (
    "Holm",
    "Easter",
    "Nether",
    "Upper",
    "Kirk",
    "Stan",
    "Brad",
    "Long",
    "Wood",
    "Marsh",
    "Ash",
    "Thorn",
    "Fen",
    "Cold",
)
_TOWNS = (
    "ley",
    "ton",
    "ford",
    "wick",
    "by",
    "combe",
    "field",
    "hurst",
    "mere",
    "bourne",
    "stead",
    "gate",
    "well",
    "holt",
)
_BOILERPLATE = (
    "Our people are the heart of all that we do and {n} of them will lend a hand to neighbours in need every "
    "single season",
    "Working hand in glove with community partners we will unlock lasting opportunity for {n} individuals "
    "furthest from work",
    "A golden thread of kindness runs through our delivery model and {n} households will feel the warmth of it",
    "We pledge to leave a legacy of pride, purpose and prosperity by touching {n} lives across the whole locality",
)  # fmt: skip


@dataclass(frozen=True)
class MadeBids:
    """Promises with what was planted among them: ids of each repeat, and of each shared wording."""

    promises: list[Promise]
    sold_twice: list[frozenset[str]]
    shared: list[frozenset[str]]


def make_bids(bids: int, suppliers: int, seed: int = 7, per_bid: int = 10, repeats: float = 0.15) -> MadeBids:
    """Return the promises of so many bids, in `repeats` of which a promise of an earlier bid is sold again.

    A repeat keeps quantity, place and time; half are word for word, half are reworded at the end. Decoys keep the
    wording with another quantity, place or year, and are no repeats. One bid in twenty has a writer's boilerplate.
    """
    random, promises = Random(seed), []
    sold: dict[str, set[str]] = {}
    boiler: dict[int, set[str]] = {}
    earlier: dict[int, list[Promise]] = {}
    for b in range(bids):
        who = b % suppliers
        name, bid = f"Supplier {who:04}", f"bid-{b:06}"
        start = len(promises)
        for i in range(per_bid):
            promises.append(_invent(random, f"{b}-{i}", name, bid))
        mine = earlier.setdefault(who, [])
        if mine and random.random() < repeats:
            first = random.choice(mine)
            again = _again(random, first, f"{b}-r", bid)
            promises.append(again)
            sold.setdefault(first.key, {first.key}).add(again.key)
        if mine and random.random() < repeats:
            promises.append(_decoy(random, random.choice(mine), f"{b}-d", bid))
        if random.random() < 0.05:
            which, key = random.randrange(len(_BOILERPLATE)), f"{b}-b"
            text = f"{_BOILERPLATE[which].format(n=random.randint(11, 9999))}."
            promises.append(Promise(key, text, name, bid, f"p{b}"))
            boiler.setdefault(which, set()).add(key)
        mine.extend(p for p in promises[start:] if p.key.startswith(f"{b}-") and p.key[-1].isdigit())
    return MadeBids(promises, [frozenset(x) for x in sold.values()], [frozenset(x) for x in boiler.values()])


def _invent(random: Random, key: str, supplier: str, bid: str) -> Promise:
    thing, unit = random.choice(_THINGS)
    value, year, place = (
        random.randint(2, 400),
        random.randint(2027, 2033),
        random.choice(_WARDS) + random.choice(_TOWNS),
    )
    endings = " and ".join(random.sample(_ENDINGS, 2))
    partners = " and ".join(f"{random.choice(_WARDS)}{random.choice(_TOWNS)} trust" for _ in range(2))
    begun = f"{random.choice(_OPENINGS)} we will {random.choice(_VERBS)}"
    text = f"{begun} {value} {thing} in {place} by {year}, {endings}, beside {partners}."
    return Promise(key, text, supplier, bid, f"p-{bid}", float(value), unit, None, place, str(year))


def _again(random: Random, first: Promise, key: str, bid: str) -> Promise:
    text = first.text
    if random.random() < 0.5:
        text = f"{text.split(',')[0]}, {random.choice(_ENDINGS)}."
    return _changed(first, key, bid, text)


def _decoy(random: Random, first: Promise, key: str, bid: str) -> Promise:
    value = float((first.value or 0) + random.randint(1, 50))
    return _changed(first, key, bid, first.text.replace(f"{first.value:g}", f"{value:g}", 1), value)


def _changed(first: Promise, key: str, bid: str, text: str, value: float | None = None) -> Promise:
    return Promise(
        key, text, first.supplier, bid, f"p-{bid}", value or first.value, first.unit, None, first.place, first.due
    )
