"""The name of an index: equal keys, equal passages and vectors."""

import hashlib
import json
from typing import Protocol

from core.knowledge import ChunkingParams

RULES = 1
"""Grows when passages are cut or embedded otherwise: then unchanged files are to be indexed anew."""


class Versioned(Protocol):
    """What decides how bytes are read: a document format, or the way archives are unpacked."""

    @property
    def key(self) -> str:
        """Stable name."""
        ...

    @property
    def version(self) -> int:
        """Grows when the same bytes are read otherwise."""
        ...


def index_key(
    sha256: str, *, file_name: str, document_format: Versioned, chunking: ChunkingParams, embedding_model: str
) -> str:
    """Hash of everything that the passages of a document and their vectors follow from.

    Args:
        sha256: Of the bytes.
        file_name: Decides on the format where the bytes leave it open.
        document_format: What it is read as.
        chunking: How it is cut.
        embedding_model: Name and revision of the model of the vectors.
    """
    ending = file_name.rpartition(".")[2].lower()
    read_as = [document_format.key, document_format.version]
    parts = [RULES, sha256, ending, read_as, chunking.model_dump(mode="json"), embedding_model]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
