"""Gaussian naive Bayes."""

from typing import Annotated

from pydantic import Field

from core.params import Params
from core.types import LearningTask
from models.live.learning_curve import LearningCurveTrainer
from models.spec import Cost, Estimator, ModelSpec


class GaussianNBParams(Params):
    """Hyper-parameters of Gaussian naive Bayes."""

    var_smoothing: Annotated[
        float,
        Field(
            ge=1e-12,
            le=1,
            title="Smoothing",
            description="Widens every bell curve by this share of the largest variance. Raise it when the model is too "
            "sure of itself.",
            json_schema_extra={"front": True, "log": True},
        ),
    ] = 1e-9


def build(params: GaussianNBParams, task: LearningTask, random_state: int, n_jobs: int) -> Estimator:
    """An unfitted classifier; means and variances are sums without randomness."""
    del task, random_state, n_jobs
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(var_smoothing=params.var_smoothing)


SPEC = ModelSpec(
    key="gaussian_nb",
    label="Gaussian naive Bayes",
    family="Bayes",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    params=GaussianNBParams,
    build=build,
    trainer=LearningCurveTrainer,
    live="A learning curve: each point has counted more training rows; the last one has counted all of them.",
    cost=Cost.LIGHT,
    needs_scaling=False,
    summary="A bell curve for each column and class: instant, and a good first guess with very few rows.",
    technical="Bayes' rule with one simplification: within a class the columns are taken as independent and normal. So "
    "training is a mean and a variance for each column and class, in one pass, and a prediction multiplies the "
    "densities with the share of the class. The assumption is nearly always wrong, and the classes often right all the "
    "same; the probabilities are pushed towards 0 and 1, since related columns are counted as separate evidence.",
    kitchen="The new cook knows of each dish only how sour, salty and hot it usually is, and how much that varies. He "
    "tastes, judges each of the three by itself and multiplies. That lemon and sourness are the same clue told twice "
    "does not occur to him, so he is often right and always too sure.",
    strengths=(
        "Trains in one pass, at any number of rows",
        "Works with very few rows",
        "Indifferent to the scale of columns",
    ),
    weaknesses=(
        "Far too sure of itself when columns are related",
        "Poor for columns that are not bell-shaped, such as yes-or-no columns",
        "Sees no interplay of columns",
    ),
    source="Zhang 2004, The optimality of naive Bayes, FLAIRS; Hand and Yu 2001, Idiot's Bayes - not so stupid after "
    "all?, doi:10.1111/j.1751-5823.2001.tb00465.x",
)
