"""Finds where a sentence goes on from one statement to another without giving two numbers.

"We will lend our vans to the food bank at weekends, and pay for a driver's first aid course" promises two things, and
"Thirty of the vans run on batteries already; sixty will by next Christmas" tells a result and makes a promise. Each
place where a sentence may go on (a semicolon, a comma, "and") is described by what the encoder's tokens say of the
text on either side, and by its words; a small logistic regression says how likely a new statement begins there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from svdocs.settings import models_folder
from svdocs.statements.cues import begins_with_verb
from svdocs.statements.encoder import TYPES, Reading, columns_of, sigmoid
from svdocs.statements.models import Floats, read_card

MODEL = "joints-1"
LIKELY = 0.5
"""From this probability on a sentence is cut: on packs held out half of such cuts are right in bids, nine of ten in the
registers of the world."""
FEWEST_WORDS = 2
MOST_WORDS = 20
"""Longer parts count as long as this."""

_JOINT = re.compile(
    r"; (?:and |but )?|, (?:and|but|while|plus) (?:then |also |to )?|,? and (?:then |also |to )?|, "
    r"|,? (?:while|plus|with|as well as) "
)
_NUMBER = re.compile(
    r"\b(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|hundred|half|quarter)\b)",
    re.IGNORECASE,
)
_HANGS_ON = re.compile(
    r"(?:which|who|whose|where|when|so that|because|including|such as|from|for|in|at|by|on|of|with|if|as|than"
    r"|whether)\b"
    r"|(?:\w+ )?(?:more|fewer|less|up|down|\w+ (?:earlier|later|sooner)) (?:than|from|on)\b",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"(?:by|in|over|on|at|from|during|within|after|before|as|for|to|with|although|though|while|if|when|where|once"
    r"|subject|provided|under|through|throughout|across|since|until|because|given|having|using|based)\b"
    r"[^,;]*$",
    re.IGNORECASE,
)
"""What stands before a comma that only leads up to the clause: "Over the first two years, we will ..."."""
_REFERS_BACK = re.compile(r"(?:\S+ ){0,3}?(?:it|them|this|these|its|their|so|there)\b", re.IGNORECASE)
_NEW_SUBJECT = re.compile(r"(?:we|our|every|each|all|the|a|an|another|some|no)\b|\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where a sentence may go on to another statement: `start` to `stop` hold the words that join."""

    start: int
    stop: int
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a passage that states one thing.

    Attributes:
        start, stop: in the passage's text.
        scores: the encoder's, before any calibration, shape (columns of `HEADS`,).
    """

    start: int
    stop: int
    scores: Floats


@dataclass(frozen=True, slots=True)
class JointModel:
    """Weights by the name of the feature, and the intercept."""

    weights: Mapping[str, float]
    intercept: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return how likely another statement begins at the joint that has these features."""
        score = self.intercept + sum(self.weights[name] * value for name, value in features.items())
        return float(sigmoid(np.array(score, np.float32)))


def joints_of(text: str) -> list[Joint]:
    """Return the places where the sentence may go on to another statement, in order.

    >>> [j.words for j in joints_of("We will lend our vans at weekends, and pay for two courses; the hall is free.")]
    [', and', ';']
    """
    return [
        Joint(m.start(), m.end(), m[0].strip())
        for m in _JOINT.finditer(text)
        if min(len(text[: m.start()].split()), len(text[m.end() :].split())) >= FEWEST_WORDS
    ]


def describe_joint(text: str, joint: Joint, reading: Reading) -> dict[str, float]:
    """Return the features of a joint by name, each about from 0 to 1."""
    left, right = text[: joint.start], text[joint.stop :]
    before, after = _types(reading, 0, joint.start), _types(reading, joint.stop, len(text))
    commitment, delivery, practice = (TYPES.index(t) for t in ("commitment", "delivery", "practice"))
    lengths = [min(len(part.split()), MOST_WORDS) / MOST_WORDS for part in (left, right)]
    words = joint.words
    features = {
        "several": reading.several,
        "several_and_both_state": reading.several * before.max() * after.max(),
        "both_state": before.max() * after.max(),
        "then_commitment": after[commitment],
        "then_delivery": after[delivery],
        "then_practice": after[practice],
        "other_type": before.argmax() != after.argmax(),
        "delivery_then_commitment": before[delivery] * after[commitment],
        "practice_then_commitment": before[practice] * after[commitment],
        "commitment_then_delivery": before[commitment] * after[delivery],
        "types_apart": np.abs(before - after).sum(),
        "semicolon": ";" in words,
        "comma_and": "and" in words and "," in words,
        "and": words == "and",
        "comma": words == ",",
        "while": "while" in words,
        "with": "with" in words,
        "length_before": lengths[0],
        "length_after": lengths[1],
        "shorter_length": min(lengths),
        "both_numbers": bool(_NUMBER.search(left) and _NUMBER.search(right)),
        "hangs_on": bool(_HANGS_ON.match(right)),
        "leads_in": bool(words in (",", ", and") and _LEADS_IN.match(left)),
        "refers_back": bool(_REFERS_BACK.match(right)),
        "new_subject": bool(_NEW_SUBJECT.match(right)),
        "begins_with_verb": begins_with_verb(right),
        "commas": text.count(",") / 5,
    }
    return {name: float(value) for name, value in features.items()}


def _types(reading: Reading, start: int, stop: int) -> Floats:
    return sigmoid(reading.scores_between(start, stop)[columns_of("type")])


def cut_at_joints(text: str, reading: Reading) -> list[Stretch]:
    """Return the stretches of a sentence that state one thing each, in order; the whole where it states one.

    Args:
        text: the passage's.
        reading: what the encoder makes of it.

    Raises:
        ModelMismatch: the model is missing or is not the one that its card names.
    """
    model = load_joints()
    cuts = [j for j in joints_of(text) if model.probability(describe_joint(text, j, reading)) >= LIKELY]
    starts, stops = [0, *(j.stop for j in cuts)], [*(j.start for j in cuts), len(text)]
    return [Stretch(a, b, reading.scores_between(a, b)) for a, b in zip(starts, stops, strict=True)]


@lru_cache(maxsize=1)
def load_joints() -> JointModel:
    """Return the shipped model.

    Raises:
        ModelMismatch: it is missing or is not the one that its card names.
    """
    folder = models_folder() / MODEL
    read_card(folder, "weights.json")
    told = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    return JointModel(told["weights"], told["intercept"])
