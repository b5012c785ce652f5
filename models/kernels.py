"""How support vector machines measure that two rows are alike."""

from typing import Annotated, Any, Literal

from pydantic import Field

CACHE_MB = 200
"""Memory for parts of the kernel matrix."""

Kernel = Annotated[
    Literal["rbf", "linear", "poly", "sigmoid"],
    Field(
        title="Kernel",
        description="Shape of the border. RBF: any smooth curve. Linear: straight. Poly: curves of a fixed degree. "
        "Sigmoid: rarely better, kept for comparison.",
        json_schema_extra={"front": True},
    ),
]
AutomaticReach = Annotated[
    bool,
    Field(
        title="Choose the reach",
        description="Sets gamma to 1 / (number of columns x their variance), a sound start for scaled columns.",
    ),
]
Gamma = Annotated[
    float,
    Field(
        ge=1e-4,
        le=10,
        title="Gamma",
        description="When it is not chosen: small values let each row speak far around it and give smooth borders, "
        "large ones close by only, so that borders follow single rows. Of no meaning for the linear kernel.",
        json_schema_extra={"log": True},
    ),
]
Degree = Annotated[
    int, Field(ge=2, le=6, title="Degree", description="Of the polynomial kernel: how often its curves may bend.")
]


def kernel_params(kernel: str, *, automatic: bool, gamma: float, degree: int) -> dict[str, Any]:
    """The arguments of scikit-learn's machines; a polynomial of scaled columns also gets its lower powers."""
    return {
        "kernel": kernel,
        "gamma": "scale" if automatic else gamma,
        "degree": degree,
        "coef0": 1.0 if kernel == "poly" else 0.0,
        "cache_size": CACHE_MB,
    }
