"""Writes a sentence encoder as an ONNX file that multiplies in whole numbers: a third of the time and of the room.

Weights take seven bits a number: with eight, processors without special instructions for it would overflow and answer
otherwise than those that have them. Activations are rounded anew for each text, so one text is read at a time, and
its answer depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svdocs.statements.models import Floats

WIDTH, ATTENTION_HEADS = 384, 12
MOST = 63
EPSILON = 1e-12
OPSET, IR_VERSION = 17, 9
"""Of the widest use; the operations beside them are onnxruntime's own."""
_OWN = "com.microsoft"

Weights = Mapping[str, Any]


def write_graph(path: Path, bottom: Weights, layers: Sequence[Weights], heads: Floats | None = None) -> None:
    """Write the encoder; it takes `input_ids` and `token_type_ids`, shape (1, tokens).

    It gives `shares`, shape (1, tokens, columns of `heads`), or without heads `last_hidden_state`, shape
    (1, tokens, 384).

    Args:
        path: the file.
        bottom: `word`, `place`, `side`, `norm`, `shift`.
        layers: from the lowest up; matrices `query`, `key`, `value`, `joined`, `wide`, `narrow` with their biases
            and the norms.
        heads: shape (384, columns).
    """
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph()
    x = graph.embed(bottom)
    for number, layer in enumerate(layers):
        x = graph.layer(x, layer, f"layer{number}")
    name = "last_hidden_state" if heads is None else "shares"
    graph.add("Identity", [x], name) if heads is None else graph.add("MatMul", [x, graph.floats("heads", heads)], name)
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, [1, "tokens"]) for n in ("input_ids", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", None])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.tensors),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_OWN, 1)],
    )
    model.ir_version = IR_VERSION
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


class _Graph:
    """Collects the nodes and the weights; each method returns the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def put(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def floats(self, name: str, value: Any) -> str:
        return self.put(name, np.asarray(value, np.float32))

    def add(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def embed(self, bottom: Weights) -> str:
        whole, scale = in_whole_numbers(np.asarray(bottom["word"], np.float32), 127)
        rows = self.add("Gather", [self.put("word", whole), "input_ids"], "word_rows")
        words = self.add("Cast", [rows], "word_floats", to=1)
        words = self.add("Mul", [words, self.put("word_scale", scale)], "words")
        shape = self.add("Shape", ["input_ids"], "shape")
        length = self.add("Slice", [shape, self.put("one", np.array([1])), self.put("two", np.array([2]))], "length")
        first = [self.put("zero", np.array([0])), length, "zero"]
        places = self.add("Slice", [self.floats("place", bottom["place"]), *first], "places")
        sides = self.add("Gather", [self.floats("side", bottom["side"]), "token_type_ids"], "sides")
        summed = self.add("Add", [self.add("Add", [words, places], "placed"), sides], "embedded")
        norm = [self.floats("norm", bottom["norm"]), self.floats("shift", bottom["shift"])]
        return self.add("LayerNormalization", [summed, *norm], "bottom", axis=-1, epsilon=EPSILON)

    def layer(self, x: str, p: Weights, name: str) -> str:
        parts = ("query", "key", "value")
        matrix = np.concatenate([np.asarray(p[part]) for part in parts], axis=1)
        bias = np.concatenate([np.asarray(p[f"{part}_bias"]) for part in parts])
        asked = self.times(x, matrix, bias, f"{name}_asked")
        cut = [f"{name}_{part}" for part in parts]
        from onnx import helper

        self.put(f"{name}_widths", np.array([WIDTH] * 3))
        self.nodes.append(helper.make_node("Split", [asked, f"{name}_widths"], cut, axis=-1))
        seen = self.add("MultiHeadAttention", cut, f"{name}_seen", _OWN, num_heads=ATTENTION_HEADS)
        joined = self.times(seen, p["joined"], p["joined_bias"], f"{name}_joined")
        x = self.sum_normed(x, joined, p["first_norm"], p["first_shift"], f"{name}_middle")
        wide = self.add("Gelu", [self.times(x, p["wide"], p["wide_bias"], f"{name}_wide")], f"{name}_bent", _OWN)
        narrow = self.times(wide, p["narrow"], p["narrow_bias"], f"{name}_narrow")
        return self.sum_normed(x, narrow, p["last_norm"], p["last_shift"], f"{name}_out")

    def times(self, x: str, matrix: Any, bias: Any, name: str) -> str:
        whole, scale = in_whole_numbers(np.asarray(matrix, np.float32), MOST)
        weights = [
            self.put(f"{name}_whole", whole),
            self.put(f"{name}_scale", scale[0]),
            self.put(f"{name}_zero", np.zeros(whole.shape[1], np.int8)),
            self.floats(f"{name}_bias", bias),
        ]
        return self.add("DynamicQuantizeMatMul", [x, *weights], name, _OWN)

    def sum_normed(self, x: str, y: str, norm: Any, shift: Any, name: str) -> str:
        # Two operations: the one that does both at once is five times as slow on a processor.
        weights = [self.floats(f"{name}_norm", norm), self.floats(f"{name}_shift", shift)]
        summed = self.add("Add", [x, y], f"{name}_sum")
        return self.add("LayerNormalization", [summed, *weights], name, axis=-1, epsilon=EPSILON)


def in_whole_numbers(matrix: Floats, most: int) -> tuple[NDArray[np.int8], Floats]:
    """Return the matrix in whole numbers from -`most` to `most`, and what each column has to be multiplied by.

    >>> whole, scale = in_whole_numbers(np.array([[1.0], [-0.5]], np.float32), 100)
    >>> whole.tolist(), scale.round(3).tolist()
    ([[100], [-50]], [[0.009999999776482582]])
    """
    scale = np.maximum(np.abs(matrix).max(axis=0, keepdims=True) / most, 1e-12).astype(np.float32)
    return np.clip(np.round(matrix / scale), -most, most).astype(np.int8), scale
