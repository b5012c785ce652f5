"""Decision tree."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.tree_walk import TreeWalkTrainer
from models.spec import Cost, Estimator, ModelSpec


class DecisionTreeParams(Params):
    """Hyper-parameters of a decision tree."""

    max_depth: Annotated[
        int,
        Field(
            ge=3,
            le=50,
            title="Depth",
            description="Questions in a row that the tree may ask. Shallow trees generalise and can be read, deep ones "
            "know the training rows by heart.",
            json_schema_extra={"front": True},
        ),
    ] = 8
    min_samples_leaf: Annotated[
        int,
        Field(
            ge=1,
            le=200,
            title="Rows in a leaf",
            description="Every answer rests on at least this many training rows. Raise it for noisy data.",
            json_schema_extra={"front": True},
        ),
    ] = 5
    min_samples_split: Annotated[
        int,
        Field(ge=2, le=500, title="Rows to split", description="A node with fewer training rows asks no more."),
    ] = 2
    criterion: Annotated[
        Literal["gini", "entropy"],
        Field(
            title="Purity of classes",
            description="How mixed a node is. Both give much the same trees. Has no meaning for a regression, which "
            "goes by the squared error.",
        ),
    ] = "gini"
    ccp_alpha: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Pruning",
            description="Cuts back branches whose gain for the whole tree is smaller than this. 0 cuts nothing; for a "
            "regression it is in squared units of the target.",
        ),
    ] = 0.0
    balance_classes: Annotated[
        bool,
        Field(
            title="Balance the classes",
            description="Gives rare classes as much say as frequent ones. Has no meaning for a regression.",
        ),
    ] = False


def build(params: DecisionTreeParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted tree; the seed only breaks ties between equally good questions."""
    del n_jobs
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    facts = {**params.model_dump(exclude={"criterion", "balance_classes"}), "random_state": random_state}
    if task is LearningTask.REGRESSION:
        return DecisionTreeRegressor(**facts)
    return DecisionTreeClassifier(
        **facts, criterion=params.criterion, class_weight="balanced" if params.balance_classes else None
    )


SPEC = ModelSpec(
    key="decision_tree",
    label="Decision tree",
    family="Trees",
    tasks=SUPERVISED,
    params=DecisionTreeParams,
    build=build,
    trainer=TreeWalkTrainer,
    live="Each point is the tree with more of its leaves, the most useful questions first.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    handles_missing=True,
    summary="A list of questions that leads to an answer: the one model that can be drawn on a page.",
    technical="Each question splits the rows at a threshold of one column, chosen so that the parts are as pure as "
    "possible: by Gini impurity or entropy for classes, by squared error for numbers. Splitting goes on in the parts "
    "until the depth is used up or the leaves get too small. A leaf answers with the class shares or the mean of its "
    "training rows. Missing numbers go to the side where they did better in training.",
    kitchen="The head waiter asks: fish or meat? White or red? Dry or sweet? Three answers later he names the wine, "
    "the one that guests with those answers liked before. Ask thirty questions, and he only remembers single guests.",
    strengths=(
        "Its answers can be followed by hand",
        "Indifferent to the scale of columns",
        "Takes missing numbers as they are",
    ),
    weaknesses=(
        "A few other rows can turn it upside down",
        "Rarely as accurate as many trees together",
        "Predicts in steps and never beyond the targets it has seen",
    ),
    source="Breiman, Friedman, Olshen and Stone 1984, doi:10.1201/9781315139470",
)
