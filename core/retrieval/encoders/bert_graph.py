"""A BERT sentence encoder as an ONNX graph, from its weights: no other framework is needed to make or to run it.

The graph uses the fused operators of onnxruntime (domain ``com.microsoft``), which do a layer in six nodes. B is the
number of texts, S the longest one in tokens, H the width of the model.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from core.retrieval.encoders.weights import Weights

if TYPE_CHECKING:
    import onnx

FUSED = "com.microsoft"
EMBEDDINGS = "embeddings.word_embeddings.weight"
"""The one tensor that is an input: half of the weights, of which a text needs a few rows; they stay in their file."""

_OPSET = 17
_FUSED_OPSET = 1
_IR_VERSION = 9
_EPSILON = 1e-12
"""Of the layer normalisations, as the model was trained."""
_SMALLEST_IN_FILE_BYTES = 1_024
_ALIGNMENT_BYTES = 4_096


Keep = Callable[[str, npt.NDArray[Any]], "onnx.TensorProto"]
"""Puts the values of a named tensor where the graph finds them."""


def build_graph(weights: Weights, *, n_layers: int, n_heads: int, keep: Keep) -> "onnx.ModelProto":
    """Token ids in, unit vectors out.

    Inputs ``input_ids`` and ``mask`` (1 for tokens, 0 for padding at the end), int32 of shape (B, S), and the tensor
    ``EMBEDDINGS`` itself; output ``vectors``, float32 of shape (B, H): the mean over a text's tokens, scaled to
    length 1.

    Args:
        weights: Named as in the checkpoints of Hugging Face's ``BertModel``.
        n_layers: Number of layers.
        n_heads: Heads of attention in each.
        keep: ``inline``, or the ``keep`` of a ``TensorFile``.

    Source:
        Devlin et al., NAACL 2019 (arXiv:1810.04805); the pooling is that of Reimers & Gurevych, EMNLP 2019
        (arXiv:1908.10084), sec. 3.
    """
    builder = _Builder(weights, keep)
    hidden = builder.embed()
    for layer in range(n_layers):
        hidden = builder.layer(hidden, f"encoder.layer.{layer}", n_heads=n_heads)
    builder.pool(hidden)
    return builder.model()


def inline(name: str, values: npt.NDArray[Any]) -> "onnx.TensorProto":
    """A tensor inside the graph itself."""
    from onnx import numpy_helper

    return numpy_helper.from_array(np.ascontiguousarray(values), name)


class TensorFile:
    """Tensors in a file beside the graph: onnxruntime maps it, so processes that have the graph open share it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._location = path.name

    def keep(self, name: str, values: npt.NDArray[Any]) -> "onnx.TensorProto":
        """A tensor of the graph whose numbers are in the file; small ones stay in the graph."""
        import onnx

        if values.nbytes < _SMALLEST_IN_FILE_BYTES:
            return inline(name, values)
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT_BYTES))
        tensor = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=values.shape)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        facts = {"location": self._location, "offset": self._file.tell(), "length": values.nbytes}
        for key, value in facts.items():
            tensor.external_data.add(key=key, value=str(value))
        self._file.write(np.ascontiguousarray(values, dtype="<f4").data)
        return tensor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class _Builder:
    """Nodes and tensors so far; methods return the name of their output."""

    def __init__(self, weights: Weights, keep: Keep) -> None:
        self._weights = weights
        self._keep = keep
        self._nodes: list[Any] = []
        self._tensors: list[Any] = []

    def embed(self) -> str:
        """Sum of the embeddings of word, place and (always the first) segment, normalised: (B, S, H)."""
        weights = self._weights
        segment = weights["embeddings.token_type_embeddings.weight"][0]
        places = weights["embeddings.position_embeddings.weight"] + segment
        inputs = ["input_ids", "", EMBEDDINGS, self._tensor("places", places), ""]
        inputs += self._norm("embeddings.LayerNorm")
        return self._node("EmbedLayerNormalization", inputs, "embedded", n_outputs=2, epsilon=_EPSILON)

    def layer(self, hidden: str, name: str, *, n_heads: int) -> str:
        """Attention and feed-forward, each added to its input and normalised: (B, S, H)."""
        heads = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        joint = np.concatenate([self._weights[f"{head}.weight"].T for head in heads], axis=1)  # (H, 3 H)
        bias = np.concatenate([self._weights[f"{head}.bias"] for head in heads])
        inputs = [hidden, self._tensor(f"{name}.qkv", joint), self._tensor(f"{name}.qkv.bias", bias), "mask"]
        attended = self._node("Attention", inputs, f"{name}.attended", num_heads=n_heads)
        hidden = self._add_and_norm(attended, hidden, f"{name}.attention.output")
        wide = self._product(hidden, f"{name}.intermediate.dense")
        inputs = [wide, self._tensor(f"{name}.intermediate.dense.bias")]
        wide = self._node("BiasGelu", inputs, f"{name}.wide")
        return self._add_and_norm(wide, hidden, f"{name}.output")

    def pool(self, hidden: str) -> None:
        """Sum over tokens, scaled to length 1, which is the mean scaled to length 1: (B, H)."""
        middle = self._tensor("middle", np.array([1], dtype=np.int64))
        weight = self._node("Cast", ["mask"], "weight", domain="", to=1)  # 1 is float32
        weight = self._node("Unsqueeze", [weight, middle], "weight_row", domain="")  # (B, 1, S)
        pooled = self._node("MatMul", [weight, hidden], "sums", domain="")  # (B, 1, H)
        pooled = self._node("Squeeze", [pooled, middle], "sum", domain="")
        self._node("LpNormalization", [pooled], "vectors", domain="", axis=-1, p=2)

    def model(self) -> "onnx.ModelProto":
        """Everything so far as a model."""
        from onnx import TensorProto, helper

        n_words, width = self._weights[EMBEDDINGS].shape
        shape = ["texts", "tokens"]
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("input_ids", "mask")]
        inputs.append(helper.make_tensor_value_info(EMBEDDINGS, TensorProto.FLOAT, [n_words, width]))
        outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", width])]
        graph = helper.make_graph(self._nodes, "sentence_encoder", inputs, outputs, self._tensors)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(FUSED, _FUSED_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="praxis")

    def _add_and_norm(self, inner: str, skip: str, name: str) -> str:
        product = self._product(inner, f"{name}.dense")
        inputs = [product, skip, *self._norm(f"{name}.LayerNorm"), self._tensor(f"{name}.dense.bias")]
        return self._node("SkipLayerNormalization", inputs, f"{name}.normed", epsilon=_EPSILON)

    def _product(self, hidden: str, name: str) -> str:
        weight = self._tensor(f"{name}.weight", self._weights[f"{name}.weight"].T)
        return self._node("MatMul", [hidden, weight], f"{name}.product", domain="")

    def _norm(self, name: str) -> list[str]:
        return [self._tensor(f"{name}.weight"), self._tensor(f"{name}.bias")]

    def _tensor(self, name: str, values: Any = None) -> str:
        self._tensors.append(self._keep(name, self._weights[name] if values is None else values))
        return name

    def _node(
        self, kind: str, inputs: list[str], output: str, *, domain: str = FUSED, n_outputs: int = 1, **attributes: Any
    ) -> str:
        from onnx import helper

        outputs = [output, *(f"{output}.{number}" for number in range(1, n_outputs))]
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return output
