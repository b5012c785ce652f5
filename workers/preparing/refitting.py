"""The pipeline of a run that is over, unfitted: for curves that learn anew."""

from typing import Any

from core.errors import UserInputError
from core.params import validate_params
from core.records import Dataset, Run
from core.types import SUPERVISED
from models.registry import MODELS
from workers.preparing.featuring import new_pipeline, plan_of, with_labels


def pipeline_of(dataset: Dataset, run: Run, params: dict[str, Any], *, n_jobs: int) -> Any:
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
    return new_pipeline(plan, spec.build(checked, config.task, config.seed, n_jobs))
