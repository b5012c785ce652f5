"""Multi-layer perceptron."""

from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.types import SUPERVISED, LearningTask
from models.live.epochs import EpochTrainer
from models.spec import Cost, Estimator, ModelSpec

LAYERS = {"small": (32,), "medium": (64, 32), "large": (128, 64, 32)}
AUTO_BATCH = 200


class MLPParams(Params):
    """Hyper-parameters of a multi-layer perceptron."""

    layers: Annotated[
        Literal["small", "medium", "large"],
        Field(
            title="Size",
            description="Neurons in each hidden layer. Small: 32. Medium: 64 and 32. Large: 128, 64 and 32.",
            json_schema_extra={"front": True},
        ),
    ] = "medium"
    epochs: Annotated[
        int,
        Field(
            ge=10,
            le=500,
            title="Epochs",
            description="How often each training row is seen.",
            json_schema_extra={"front": True},
        ),
    ] = 50
    learning_rate: Annotated[
        float,
        Field(
            ge=0.0001,
            le=0.1,
            title="Learning rate",
            description="Length of each step. Too long and the loss jumps about, too short and it hardly moves.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 0.001
    batch_size: Annotated[
        int,
        Field(ge=8, le=1024, title="Batch", description="Rows behind each step. Small batches are noisier and slower."),
    ] = AUTO_BATCH
    alpha: Annotated[
        float,
        Field(
            ge=1e-6,
            le=10,
            title="L2 penalty",
            description="Pulls the weights towards zero against overfitting.",
            json_schema_extra={"log": True},
        ),
    ] = 1e-4
    activation: Annotated[
        Literal["relu", "tanh"],
        Field(title="Activation", description="The bend in each neuron. ReLU is fast, tanh smoother."),
    ] = "relu"
    early_stopping: Annotated[
        bool,
        Field(
            title="Stop early",
            description="Ends when the validation loss has not fallen for a while, and goes back to the best weights.",
        ),
    ] = False
    patience: Annotated[
        int,
        Field(ge=2, le=100, title="Patience", description="Epochs without a lower validation loss before it stops."),
    ] = 10


def build(params: MLPParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted perceptron; for a regression inside a scaling of the target, which it needs to learn at all."""
    del n_jobs
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    kind = MLPRegressor if task is LearningTask.REGRESSION else MLPClassifier
    network = kind(
        hidden_layer_sizes=LAYERS[params.layers],
        activation=params.activation,
        alpha=params.alpha,
        # The library's "auto" is the same number, without a warning when there are fewer rows than that.
        batch_size="auto" if params.batch_size == AUTO_BATCH else params.batch_size,
        learning_rate_init=params.learning_rate,
        max_iter=params.epochs,
        early_stopping=params.early_stopping,
        # All epochs are run unless early stopping is asked for.
        n_iter_no_change=params.patience if params.early_stopping else params.epochs,
        tol=0.0,
        random_state=random_state,
    )
    if task is LearningTask.REGRESSION:
        return TransformedTargetRegressor(regressor=network, transformer=StandardScaler())
    return network


SPEC = ModelSpec(
    key="mlp",
    label="Neural network (MLP)",
    family="Neural",
    tasks=SUPERVISED,
    params=MLPParams,
    build=build,
    trainer=EpochTrainer,
    live="Each point is one epoch: every training row has been seen once more.",
    cost=Cost.HEAVY,
    needs_scaling=True,
    summary="Layers of small units that learn their own features: flexible, and the place to see how networks learn.",
    technical="Each layer multiplies its input by a weight matrix, adds an offset and bends the result (ReLU or tanh); "
    "the last one gives class probabilities by softmax, or one number. Backpropagation yields the gradient of the loss "
    "for a batch of rows, and Adam turns it into a step of its own length for each weight. One pass over all rows in "
    "random order is an epoch. The loss is not convex, so the seed of the first weights matters.",
    kitchen="A brigade of cooks stands in rows. The first row chops and mixes what comes in, the next mixes their "
    "mixtures, and the chef at the end serves. Each plate that comes back is traced to everybody who touched it, and "
    "each changes a little what he takes from whom. After many evenings the brigade has invented sauces nobody taught "
    "it.",
    strengths=(
        "Learns curves and interplay of columns",
        "Improves with more rows",
        "Every epoch can be watched",
    ),
    weaknesses=(
        "Needs scaled columns and some care with the learning rate",
        "Often no better than boosting on tables",
        "Hard to explain",
    ),
    source="Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0; Adam: Kingma and Ba 2015, arXiv:1412.6980",
)
