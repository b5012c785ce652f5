"""The graph of all-MiniLM-L6-v2 in the cache folder: made once from the weights, mapped by every process after that."""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from core.retrieval.encoders.bert_graph import TensorFile, build_graph, inline
from core.retrieval.encoders.identity import MINILM_SHA256
from core.retrieval.encoders.weights import Weights

if TYPE_CHECKING:
    import onnxruntime

logger = logging.getLogger(__name__)

GRAPH_VERSION = 1
"""To be raised whenever the graph that is built changes."""

_GRAPH, _TENSORS = "graph.onnx", "tensors.bin"
_N_LAYERS = 6
_N_HEADS = 12


def open_session(weights: Weights, cache_folder: Path) -> "onnxruntime.InferenceSession":
    """The model, ready to run in this process and in those that it forks.

    Where the cache folder cannot be written the graph is built in memory: as fast, but each process then holds the
    weights for itself.
    """
    try:
        source: str | bytes = str(_cached_graph(weights, cache_folder))
    except OSError as error:
        logger.warning(
            "%s cannot be written (%s), so every worker holds the embedding model in its own memory. Give this user "
            "write access to it, or free some space.",
            cache_folder,
            error.strerror or type(error).__name__,
        )
        model = build_graph(weights, n_layers=_N_LAYERS, n_heads=_N_HEADS, keep=inline)
        source = model.SerializeToString()
    return _session(source)


def _cached_graph(weights: Weights, cache_folder: Path) -> Path:
    folder = cache_folder / "encoders" / f"all-MiniLM-L6-v2-{MINILM_SHA256[:12]}-{GRAPH_VERSION}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
        try:
            _write(weights, temporary)
            _move(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return folder / _GRAPH


def _write(weights: Weights, folder: Path) -> None:
    with TensorFile(folder / _TENSORS) as tensors:
        model = build_graph(weights, n_layers=_N_LAYERS, n_heads=_N_HEADS, keep=tensors.keep)
    (folder / _GRAPH).write_bytes(model.SerializeToString())
    folder.chmod(0o755)
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _move(temporary: Path, folder: Path) -> None:
    try:
        temporary.rename(folder)
    except OSError:
        if not folder.exists():  # otherwise another process was faster, with the same content
            raise


def _session(source: str | bytes) -> "onnxruntime.InferenceSession":
    """Without any thread of its own, and with the weights where they lie.

    Packed copies of the weights would make a short text 2 ms faster and every worker 45 MB larger; the arena would
    keep the memory of the largest batch.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.disable_prepacking", "1")
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # every batch has another shape
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
