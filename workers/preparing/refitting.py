"""The pipeline of a run that is over, unfitted: for curves that learn anew."""

from typing import Any

import numpy.typing as npt

from core.errors import UserInputError
from core.params import validate_params
from core.records import Dataset, Run
from core.types import SUPERVISED
from models.registry import MODELS
from workers.preparing.featuring import new_pipeline, plan_of, tell_categories, with_labels


class Refit:
    """An unfitted pipeline that learns as a run does: codes of categories are taken as such."""

    def __init__(self, pipeline: Any, *, takes_categories: bool) -> None:
        self._pipeline = pipeline
        self._takes_categories = takes_categories

    def fit(self, rows: Any, y: npt.NDArray[Any]) -> Any:
        """The fitted steps, from raw rows to predictions, as a plain ``Pipeline`` like that of a finished run."""
        from sklearn.pipeline import Pipeline

        if self._takes_categories:
            tell_categories(self._pipeline, rows, y)
        return Pipeline(self._pipeline.fit(rows, y).steps)


def pipeline_of(dataset: Dataset, run: Run, params: dict[str, Any], *, n_jobs: int) -> Refit:
    """An unfitted pipeline as that of ``run``, with other parameters of its model.

    Raises:
        UserInputError: A parameter does not fit, or the run cannot learn anew from rows alone.
    """
    spec, config = MODELS[run.config.model], run.config
    checked = validate_params(spec.params, params)
    if config.task not in SUPERVISED:
        raise UserInputError(
            f"{spec.label} has no target to be scored against, so it cannot learn anew here.",
            hint="Choose another run.",
        )
    if spec.combines_runs:
        raise UserInputError(
            "A combination of runs is not trained anew here, since its members would be as well.",
            hint="Ask for the curve of one of its members.",
        )
    # A group is known by its name only while it is trained on; new rows come with new groups.
    excluded = [config.split.group] if config.split.scheme == "grouped" and config.split.group else []
    plan = with_labels(plan_of(dataset, config, exclude=excluded), run.result.labels if run.result else ())
    pipeline = new_pipeline(plan, spec.build(checked, config.task, config.seed, n_jobs))
    return Refit(pipeline, takes_categories=spec.handles_categories)
