"""Trains the model that says where a sentence goes on to another statement: `joints-1`.

The packs tell how many statements a passage makes, not where the second begins. So of each passage with several the
likeliest joint is taken for the place, and what is likeliest is learnt again from that, a few times over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.errors import UsageError
from svdocs.learning.corpus import LabelledPassage
from svdocs.statements.encoder import Encoder
from svdocs.statements.joints import LIKELY, describe_joint, joints_of
from svdocs.statements.models import Floats
from svdocs.statements.split import split_deliverables

STRENGTH = 3.0
ROUNDS = 4
FOLDS = 8
LIMITS = "Learnt from a few hundred sentences of packs that the encoder, trained on the others for this, had not read."


@dataclass(frozen=True)
class Joints:
    """Every joint of the passages that numbers do not cut.

    Attributes:
        features: shape (joints, features).
        passage: to which passage each joint belongs.
        several: whether each passage makes several statements.
        packs: each passage's pack.
        names: of the features.
    """

    features: Floats
    passage: NDArray[np.int64]
    several: NDArray[np.bool_]
    packs: Sequence[str]
    names: Sequence[str]


def train_joints(rows: Sequence[LabelledPassage], encoder: Encoder, folder: Path) -> dict[str, Any]:
    """Train on the labelled passages into `folder`; return the figures on packs held out.

    Args:
        rows: labelled passages in their context.
        encoder: its word on either side of a joint is what is learnt from; it must not have been trained on them.
        folder: the model's.

    Raises:
        UsageError: no passage makes several statements.
    """
    joints = collect_joints(rows, encoder)
    if not joints.several.any():
        raise UsageError("No passage of the packs makes several statements; add some, marked [[1,2: ...]].")
    figures = _figures(joints, held_out(joints))
    model = _fit(joints, np.ones(len(joints.passage), bool))
    weights = {name: round(float(w), 5) for name, w in zip(joints.names, model.coef_[0], strict=True)}
    text = json.dumps({"weights": weights, "intercept": round(float(model.intercept_[0]), 5)}, indent=1) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.json").write_text(text, encoding="utf-8")
    card = {
        "task": "where a sentence without two numbers goes on to another statement",
        "trained_on": {"packs": sorted(set(joints.packs)), "passages": len(joints.packs)},
        "held_out_writers": figures,
        "limits": LIMITS,
        "files": {"weights.json": sha256(text.encode()).hexdigest()},
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return figures


def collect_joints(rows: Sequence[LabelledPassage], encoder: Encoder) -> Joints:
    """Return the joints of the passages that state something, and that neither cells nor numbers cut."""
    chosen = [r for r in rows if r.stated and not r.passage.cells and len(split_deliverables(r.passage.text)) == 1]
    readings = encoder.read([r.passage for r in chosen])
    features: list[dict[str, float]] = []
    passage: list[int] = []
    for i, (row, reading) in enumerate(zip(chosen, readings, strict=True)):
        for joint in joints_of(row.passage.text):
            features.append(describe_joint(row.passage.text, joint, reading))
            passage.append(i)
    names = tuple(features[0])
    return Joints(
        np.array([[f[n] for n in names] for f in features], np.float32),
        np.array(passage),
        np.array([r.stated > 1 for r in chosen]),
        [r.source.pack for r in chosen],
        names,
    )


def held_out(joints: Joints) -> Floats:
    """Return the probability of each joint by a model that had not seen its pack."""
    from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

    found = np.zeros(len(joints.passage), np.float32)
    groups = np.array(joints.packs)[joints.passage]
    folds = min(FOLDS, len(set(groups)))
    for train, test in GroupKFold(folds).split(joints.features, groups=groups):
        learnt = np.zeros(len(groups), bool)
        learnt[train] = True
        found[test] = _fit(joints, learnt).predict_proba(joints.features[test])[:, 1]
    return found


def _fit(joints: Joints, learnt: NDArray[np.bool_]) -> Any:
    """Return the model learnt from some of the joints; the same joints always give the same model."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    features, passage = joints.features[learnt], joints.passage[learnt]
    begins = joints.several[passage]
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    for _ in range(ROUNDS):
        model.fit(features, begins)
        begins = _likeliest(model.predict_proba(features)[:, 1], passage, joints.several)
    return model


def _likeliest(chances: Floats, passage: NDArray[np.int64], several: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether each joint is the likeliest of a passage that makes several statements."""
    best: dict[int, int] = {}
    for i, owner in enumerate(passage):
        if several[owner] and (owner not in best or chances[i] > chances[best[owner]]):
            best[int(owner)] = i
    out = np.zeros(len(passage), bool)
    out[list(best.values())] = True
    return out


def _figures(joints: Joints, chances: Floats) -> dict[str, Any]:
    """Return how many passages with several statements are cut, and how many others, by kind of pack."""
    top = np.zeros(len(joints.several), np.float32)
    np.maximum.at(top, joints.passage, chances)
    web = np.array([p.startswith("web-") for p in joints.packs])
    return {
        part: {
            "passages": int(keep.sum()),
            "with_several": int(joints.several[keep].sum()),
            "cut_rightly": int((top >= LIKELY)[keep & joints.several].sum()),
            "cut_wrongly": int((top >= LIKELY)[keep & ~joints.several].sum()),
        }
        for part, keep in {"packs of bids": ~web, "packs in the registers of the world": web}.items()
    }
