"""Extremely randomised trees."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.growing import GrowingTrainer
from models.spec import Cost, Estimator, ModelSpec

MAX_FEATURES: dict[str, str | float] = {"sqrt": "sqrt", "third": 1 / 3, "all": 1.0}


class ExtraTreesParams(Params):
    """Hyper-parameters of extremely randomised trees."""

    n_estimators: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Trees",
            description="More trees make the vote steadier and never overfit, but cost time and memory.",
            json_schema_extra={"front": True},
        ),
    ] = 200
    max_depth: Annotated[
        int,
        Field(
            ge=3,
            le=50,
            title="Depth",
            description="Questions in a row that a tree may ask. Random questions need more of them.",
            json_schema_extra={"front": True},
        ),
    ] = 25
    min_samples_leaf: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Rows in a leaf",
            description="The least number of training rows behind each answer. Raise it for noisy data.",
            json_schema_extra={"front": True},
        ),
    ] = 2
    max_features: Annotated[
        Literal["sqrt", "third", "all"],
        Field(
            title="Columns tried at each split",
            description="More columns find better questions, fewer make the trees more different from each other.",
        ),
    ] = "third"
    bootstrap: Annotated[
        bool,
        Field(
            title="Draw rows for each tree",
            description="Each tree sees a random draw of the rows. Off, all trees see all rows and only their "
            "questions differ.",
        ),
    ] = False
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Has no meaning for a regression.",
        ),
    ] = False


def build(params: ExtraTreesParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted ensemble that grows ``n_jobs`` trees side by side."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    facts = {
        **params.model_dump(exclude={"max_features", "balance_classes"}),
        "max_features": MAX_FEATURES[params.max_features],
        "random_state": random_state,
        "n_jobs": n_jobs,
    }
    if task is LearningTask.REGRESSION:
        return ExtraTreesRegressor(**facts)
    return ExtraTreesClassifier(**facts, class_weight="balanced" if params.balance_classes else None)


SPEC = ModelSpec(
    key="extra_trees",
    label="Extra trees",
    family="Trees",
    tasks=SUPERVISED,
    params=ExtraTreesParams,
    build=build,
    trainer=GrowingTrainer,
    live="Each point is the vote of all trees grown so far.",
    cost=Cost.MEDIUM,
    needs_scaling=False,
    handles_missing=True,
    summary="A forest whose trees split at random places: quicker to grow than a random forest, and often as good.",
    technical="As in a random forest, each split looks at a random subset of the features. But for each of them only "
    "one threshold is drawn at random, and the best of these random questions is taken. By default every tree learns "
    "from all rows. The trees differ even more than those of a random forest, so their average has less variance; "
    "single trees are a little worse, and since no threshold is searched, they grow faster.",
    kitchen="Two hundred cooks taste the stew, and none of them searches long for the right question: each asks a few "
    "that come to mind, keeps the best and moves on. Single verdicts are rough. The show of hands is remarkably good, "
    "and it is over before the soup is cold.",
    strengths=(
        "Quick to grow, and all cores help",
        "Smooth answers with little variance",
        "Indifferent to the scale of columns",
    ),
    weaknesses=(
        "Columns that say nothing hurt it more than a random forest",
        "Large in memory with many deep trees",
        "Cannot predict beyond the range of targets it has seen",
    ),
    source="Geurts, Ernst and Wehenkel 2006, Extremely randomized trees, doi:10.1007/s10994-006-6226-1",
)
