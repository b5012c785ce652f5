"""From 0 to 1."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """scikit-learn's scaler."""
    from sklearn.preprocessing import MinMaxScaler

    return [MinMaxScaler()]


SPEC = MethodSpec(
    key="minmax",
    label="From 0 to 1",
    rank=20,
    summary="The smallest training value becomes 0, the largest 1. One outlier squeezes all the others.",
    text=lambda _: "scale to 0 to 1",
    build=build,
)
