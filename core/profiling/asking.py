"""What may be asked of a profile."""

import difflib

from core.errors import UserInputError
from core.records import Dataset


def require_column(dataset: Dataset, name: str | None) -> None:
    """Refuse a target that the dataset does not have.

    Raises:
        UserInputError: With the closest names.
    """
    names = [column.name for column in dataset.columns]
    if name is None or name in names:
        return
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"Columns: {', '.join(names[:20])}."
    raise UserInputError(f"{dataset.name!r} has no column {name!r}.", hint=hint, field="target")
