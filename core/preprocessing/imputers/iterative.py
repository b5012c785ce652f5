"""Predicted from the other columns."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer

MOST_COLUMNS = 10


def build(setting: Setting) -> list[Transformer]:
    """A linear regression of each column on the others, repeated until it settles."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # it is found only after this import
    from sklearn.impute import IterativeImputer

    return [
        IterativeImputer(
            n_nearest_features=MOST_COLUMNS, keep_empty_features=True, tol=0.01, random_state=setting.purpose.seed
        )
    ]


SPEC = MethodSpec(
    key="iterative",
    label="Predicted",
    rank=60,
    summary="A small regression for each column with gaps predicts them from the other numbers, round after round. "
    "Good "
    "when columns hang together; slow when there are many.",
    text=lambda _: "predict gaps from the other numbers",
    build=build,
)
