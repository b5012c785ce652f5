"""The texts of documents as the web process reads them: the short ones are kept at hand for whoever leafs through."""

import json
import threading
from collections import OrderedDict

from core.documents.leaves import Leaves
from core.documents.spec import ParsedDocument
from storage.artifacts import ArtifactStore

KEPT = 4
"""Documents at hand."""
MOST_KEPT_CHARACTERS = 3_000_000
"""A longer one is read anew for each page that somebody opens."""
_TEXT = '{"text":'
"""How a stored document begins; its text can be read without what follows."""


class StoredTexts:
    """Texts by the hash of the stored document; safe for several threads."""

    def __init__(self, artifacts: ArtifactStore) -> None:
        self._artifacts = artifacts
        self._kept: OrderedDict[str, Leaves] = OrderedDict()
        self._lock = threading.Lock()

    def text(self, sha256: str) -> str:
        """The whole text. Raises NotFound, Unavailable."""
        content = self._artifacts.load_bytes(sha256).decode()
        assert content.startswith(_TEXT), "documents are stored with their text in front"
        text, _ = json.JSONDecoder().raw_decode(content, len(_TEXT))
        return str(text)

    def leaves(self, sha256: str, *, n_characters: int) -> Leaves:
        """The text in pages. Raises NotFound, Unavailable."""
        with self._lock:  # one at a time: a long document takes a few hundred megabytes while it is read
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
            leaves = Leaves(ParsedDocument.model_validate_json(self._artifacts.load_bytes(sha256)))
            if n_characters <= MOST_KEPT_CHARACTERS:
                self._kept[sha256] = leaves
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return leaves
