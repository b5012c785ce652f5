"""What the language model port keeps: its uses in the database, its answers as files in the home folder."""

import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from core.ids import new_id
from core.knowledge import LanguageModelUse
from core.llm.spec import Completion, Spent
from storage.storage import Storage

MOST_ANSWERS = 2_000
MOST_BYTES = 50_000_000
KEPT_FOR_S = 30 * 86_400
"""Since an answer was last asked for."""


class StoredUsageBook:
    """``UsageBook`` in the database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def spent(self, who: str, since: datetime) -> Spent:
        """See ``UsageBook.spent``."""
        with self._storage.read() as unit:
            return unit.language_model_uses.spent(since, who=who)

    def add(self, use: LanguageModelUse) -> None:
        """See ``UsageBook.add``."""
        with self._storage.write() as unit:
            unit.language_model_uses.add(use)


class AnswerFiles:
    """``AnswerCache`` in a folder, one file an answer. Those that were not asked for the longest go first.

    Any number of processes may use one folder: files appear whole and at once, and one that is gone is only asked anew.
    """

    def __init__(self, folder: Path, *, most_answers: int = MOST_ANSWERS, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_answers = most_answers
        self._most_bytes = most_bytes

    @classmethod
    def in_home(cls, home: Path) -> "AnswerFiles":
        """The cache of the instance with this home folder."""
        return cls(home.resolve() / "cache" / "language_model")

    def find(self, key: str) -> Completion | None:
        """See ``AnswerCache.find``."""
        path = self._folder / f"{key}.json"
        try:
            found = Completion.model_validate_json(path.read_bytes())
            os.utime(path)
        except (OSError, ValidationError):
            return None
        return found

    def keep(self, key: str, completion: Completion) -> None:
        """See ``AnswerCache.keep``."""
        content = completion.model_dump_json().encode("utf-8", errors="replace")
        if len(content) > self._most_bytes:
            return
        with suppress(OSError):  # a full or read-only disk costs the next request, nothing else
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f"{new_id()}.part"
            try:
                draft.write_bytes(content)
                draft.replace(self._folder / f"{key}.json")
            finally:
                draft.unlink(missing_ok=True)
            self._make_room()

    def _make_room(self) -> None:
        now = time.time()
        n_kept = size = 0
        for path, age, bytes_ in sorted(self._files(now), key=lambda file: file[1]):
            n_kept, size = n_kept + 1, size + bytes_
            if n_kept > self._most_answers or size > self._most_bytes or age > KEPT_FOR_S:
                path.unlink(missing_ok=True)

    def _files(self, now: float) -> list[tuple[Path, float, int]]:
        """Each file with its age in seconds and its size."""
        found = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another process has made room
                facts = path.stat()
                found.append((path, now - facts.st_mtime, facts.st_size))
        return found
