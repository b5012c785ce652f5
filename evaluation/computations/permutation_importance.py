"""How much worse a run scores when a column, a group of columns or a feature is shuffled."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from evaluation.explaining.asking import (
    MAPPED,
    RunQuestion,
    chosen_metric,
    n_threads_for,
    open_columns,
    open_subject,
)
from evaluation.explaining.importance_answer import PermutationImportances, importance_answer

if TYPE_CHECKING:
    from evaluation.explaining.columns import ColumnMap
    from evaluation.explaining.permuting import Group
    from evaluation.explaining.subject import Subject

MOST_ASKED = 1_500_000
"""Rows that the model is asked about in all, at most: fewer rows, and fewer repeats, when there are many columns."""
FEWEST_ROWS = 300


class PermutationImportanceParams(RunQuestion):
    """What is shuffled, how often, on which rows."""

    of: Annotated[
        Literal["columns", "features"],
        Field(title="Shuffle", description="Raw columns, or the features that preprocessing makes of them."),
    ] = "columns"
    together: Annotated[
        bool,
        Field(
            title="Correlated columns together",
            description="Columns that go closely together are shuffled as one: each alone looks less important than it "
            "is, because the model still has the other. Raw columns only.",
        ),
    ] = False
    threshold: Annotated[
        float, Field(ge=0.3, le=1.0, title="Closely together from", description="Absolute rank correlation.")
    ] = 0.7
    metric: Annotated[
        str | None, Field(max_length=64, title="Score", description="Empty takes the run's main score.")
    ] = None
    n_repeats: Annotated[int, Field(ge=2, le=30, title="Repeats", description="Shufflings of each column.")] = 5
    part: Annotated[
        Literal["validation", "train"],
        Field(title="Rows", description="Training rows show what the model leans on, also where it learned by heart."),
    ] = "validation"
    n_rows: Annotated[int, Field(ge=20, le=50_000, title="Most rows")] = 5_000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, title="Seed")] = 0


def run(params: PermutationImportanceParams, workspace: Workspace) -> PermutationImportances:
    """The importance of every column or feature, with intervals.

    Raises:
        UserInputError: The run is neither a classification nor a regression, or the score does not suit it.
    """
    from evaluation.explaining.correlated import strong_pairs
    from evaluation.explaining.permuting import permutation_importances
    from evaluation.explaining.sampling import sample_places

    whole = open_subject(params.run_id, workspace, part=params.part, what="Permutation importance")
    columns = open_columns(whole, workspace)
    n_groups = len(whole.columns) if params.of == "columns" else len(whole.features)
    affordable = max(FEWEST_ROWS, MOST_ASKED // (n_groups * params.n_repeats))
    n_rows = min(params.n_rows, affordable)
    subject = whole.part(sample_places(whole.y, n_rows, task=whole.task, seed=params.seed))
    metric = chosen_metric(params.metric, subject)
    groups = _groups(params, subject, columns)
    found = permutation_importances(
        subject,
        columns,
        groups,
        metric=metric,
        of_features=params.of == "features",
        n_repeats=params.n_repeats,
        seed=params.seed,
        n_threads=n_threads_for(subject),
        on_fraction=lambda part: workspace.report(MAPPED + (1 - MAPPED) * part, "Shuffling"),
    )
    return importance_answer(
        found,
        metric=metric,
        score=_score(subject, metric),
        n_rows=len(subject.y),
        n_available=len(whole.y),
        part=params.part,
        pairs=strong_pairs(columns, subject.X, least=params.threshold) if params.of == "columns" else [],
        is_grouped=params.together and params.of == "columns",
    )


def _score(subject: "Subject", metric: object) -> float:
    import numpy as np

    from evaluation.spec import MetricSpec

    assert isinstance(metric, MetricSpec)
    said = subject.predictions(subject.outputs(subject.X))
    return float(metric.score(said, np.ones((1, len(subject.y))))[0])


def _groups(params: PermutationImportanceParams, subject: "Subject", columns: "ColumnMap") -> "list[Group]":
    from evaluation.explaining.correlated import correlated_groups

    if params.of == "features":
        return [(name, (name,)) for name in subject.features]
    if not params.together:
        return [(name, (name,)) for name in subject.columns]
    groups = correlated_groups(columns, subject.X, least=params.threshold)
    return [
        (" + ".join(group) if len(group) <= 3 else f"{group[0]} + {len(group) - 1} more", group) for group in groups
    ]


SPEC = ComputationSpec(
    key="permutation_importance",
    label="Permutation importance",
    params=PermutationImportanceParams,
    result=PermutationImportances,
    run=run,
    datasets=lambda _: (),
    runs=lambda params: (params.run_id,),
    timeout_s=900,
)
