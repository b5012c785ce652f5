"""Passages on their way into the index, on the disk: a long document is never held in memory as passages."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.knowledge import Passage


class PassageSpool:
    """Passages with their terms in a file of a job's private folder, one on each line; read as often as needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.n_passages = 0

    def fill(self, passages: Iterable[tuple[Passage, str]]) -> None:
        """Write ``passages`` in place of what is there."""
        self.n_passages = 0
        with self._path.open("w", encoding="utf-8") as file:
            for passage, terms in passages:
                file.write(json.dumps([passage.model_dump(mode="json"), terms]) + "\n")
                self.n_passages += 1

    def __iter__(self) -> Iterator[tuple[Passage, str]]:
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                values, terms = json.loads(line)
                yield Passage.model_validate(values), terms
