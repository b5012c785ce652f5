"""What nobody needs any more: scratch folders of killed jobs, and uploads that were never imported."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from core.ids import utc_now
from storage.unused import remove_unused
from workers.context import WorkerContext

SCRATCH_KEPT_FOR = timedelta(days=2)
"""Longer than any job may take by default: what is older belongs to a job that was killed."""
UPLOADS_KEPT_FOR = timedelta(hours=26)
"""Longer than an upload can be imported, so that none is removed while a dataset is made of it."""

FOUND_KEPT_FOR = timedelta(days=1)
FOUND = ("search", "answer", "draft_questions")
"""Computations whose results hold text of documents, which may be removed; a conversation keeps its own answers, and
pictures of pages go with their document."""

USES_KEPT_FOR = timedelta(days=400)
"""Single uses of the language model: more than a year of them can be looked at."""


def tidy(context: WorkerContext, *, now: datetime | None = None) -> None:
    """Remove what is left over. Any number of processes may do so at once.

    Raises:
        Unavailable: The database does not answer.
    """
    now = now or utc_now()
    home = context.settings.home.resolve()
    for folder in (home / "tmp", home / "uploads"):
        _remove_old(folder, now - SCRATCH_KEPT_FOR)
    with context.storage.write() as unit:
        unit.language_model_uses.remove_before(now - USES_KEPT_FOR)
        removed = unit.staged_uploads.remove_before(now - UPLOADS_KEPT_FOR)
        results = unit.computations.remove_before(now - FOUND_KEPT_FOR, kinds=FOUND)
    remove_unused(context.storage, [*results, *(upload.sha256 for upload in removed)])


def _remove_old(folder: Path, before: datetime) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.stat().st_mtime >= before.timestamp():
                continue
        except FileNotFoundError:
            continue  # its job has just ended
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
