"""Files that nothing names any more."""

import logging
from collections.abc import Iterable

from core.errors import WorkbenchError
from storage.storage import Storage

logger = logging.getLogger(__name__)


def remove_unused(storage: Storage, hashes: Iterable[str | None]) -> None:
    """Delete those of the files that no document, no dataset and no upload has; what cannot be deleted now stays.

    It happens inside a writing transaction, so that on SQLite nobody adds the same bytes meanwhile; whoever adds a
    file looks afterwards whether it is still there.
    """
    for sha256 in {each for each in hashes if each}:
        try:
            with storage.write() as unit:
                if not (
                    unit.documents.is_original(sha256)
                    or unit.datasets.is_original(sha256)
                    or unit.staged_uploads.is_staged(sha256)
                ):
                    storage.artifacts.delete(sha256)
        except WorkbenchError as error:
            logger.warning("the file %s stays: %s", sha256[:12], error.message)
