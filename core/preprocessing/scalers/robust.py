"""Robust."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """scikit-learn's scaler."""
    from sklearn.preprocessing import RobustScaler

    return [RobustScaler()]


SPEC = MethodSpec(
    key="robust",
    label="Robust",
    rank=30,
    summary="Median 0, and the middle half of the rows one unit wide. For columns with outliers.",
    text=lambda _: "scale by median and quartiles",
    build=build,
)
