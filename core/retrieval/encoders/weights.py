"""Tensors of a safetensors file as views of the file: what is not changed is shared by every process that reads it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Unavailable

Weights = dict[str, npt.NDArray[Any]]
"""Read-only arrays by the tensor's name."""

_DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
_LONGEST_HEADER_BYTES = 10_000_000
_HINT = "Install the requirements again: .venv/bin/pip install --force-reinstall --requirement requirements.txt"


def read_weights(path: Path, *, sha256: str) -> Weights:
    """Every tensor of the file, mapped into memory.

    Args:
        path: A file in the safetensors format: the length of a JSON header in 8 bytes, the header, the numbers.
        sha256: Of the whole file.

    Raises:
        Unavailable: It cannot be read, or is another file than expected.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        content = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise Unavailable(f"The embedding model cannot be read: {type(error).__name__}.", hint=_HINT) from error
    if found != sha256:
        raise Unavailable("The weights of the embedding model are not those of all-MiniLM-L6-v2.", hint=_HINT)
    return _views(content)


def _views(content: npt.NDArray[np.uint8]) -> Weights:
    header_bytes = int.from_bytes(content[:8].tobytes(), "little")
    assert header_bytes <= _LONGEST_HEADER_BYTES, "the hash says which file this is"
    header: dict[str, Any] = json.loads(content[8 : 8 + header_bytes].tobytes())
    header.pop("__metadata__", None)
    data = content[8 + header_bytes :]
    return {
        name: data[facts["data_offsets"][0] : facts["data_offsets"][1]]
        .view(_DTYPES[facts["dtype"]])
        .reshape(facts["shape"])
        for name, facts in header.items()
    }
