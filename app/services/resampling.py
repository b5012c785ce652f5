"""Cross-validations of runs, and their folds as files."""

import csv
import io

from core.errors import NotFound
from core.resampling import FoldScores, Resampling
from storage.storage import Storage


class ResamplingService:
    """What cross-validations have left."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def get(self, run_id: str) -> Resampling:
        """The cross-validation of a run, with all its folds.

        Raises:
            NotFound: There is no such run, or it was not cross-validated.
        """
        with self._storage.read() as unit:
            run = unit.runs.get(run_id)
        if run.artifacts.resampling is None:
            raise NotFound(
                f"Run {run.name!r} has no cross-validation.",
                hint="It is made at the end of a run that asked for one: choose folds before it starts.",
            )
        return Resampling.model_validate_json(self._storage.artifacts.load_bytes(run.artifacts.resampling))

    def csv(self, run_id: str) -> str:
        """One line for each fold: where it stands, its sizes, every score and the dummy's. Raises like ``get``."""
        return folds_csv(self.get(run_id).folds)


def folds_csv(folds: tuple[FoldScores, ...]) -> str:
    """The folds as CSV, in their order; a failed fold has empty scores and its reason."""
    metrics = sorted({metric for fold in folds for metric in fold.scores})
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    facts = ["repeat", "fold", "n_train", "n_validation"]
    writer.writerow([*facts, *metrics, *(f"baseline_{metric}" for metric in metrics), "inner_score", "error"])
    for fold in folds:
        writer.writerow(
            [
                fold.repeat + 1,
                fold.fold + 1,
                fold.n_train,
                fold.n_validation,
                *(fold.scores.get(metric, "") for metric in metrics),
                *(fold.baseline.get(metric, "") for metric in metrics),
                "" if fold.inner_score is None else fold.inner_score,
                fold.error,
            ]
        )
    return out.getvalue()
