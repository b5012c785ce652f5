"""What nobody needs any more: scratch folders of killed jobs, and uploads that were never imported."""

import logging
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from core.errors import WorkbenchError
from core.ids import utc_now
from workers.context import WorkerContext

logger = logging.getLogger(__name__)

SCRATCH_KEPT_FOR = timedelta(days=2)
"""Longer than any job may take by default: what is older belongs to a job that was killed."""
UPLOADS_KEPT_FOR = timedelta(hours=26)
"""Longer than an upload can be imported, so that none is removed while a dataset is made of it."""


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
        removed = unit.staged_uploads.remove_before(now - UPLOADS_KEPT_FOR)
        unneeded = {upload.sha256 for upload in removed if not unit.datasets.is_original(upload.sha256)}
        unneeded -= {sha256 for sha256 in unneeded if unit.staged_uploads.is_staged(sha256)}
    for sha256 in unneeded:
        try:
            context.storage.artifacts.delete(sha256)
        except WorkbenchError as error:
            logger.warning("the upload %s stays: %s", sha256[:12], error.message)


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
