"""Standard."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """scikit-learn's scaler."""
    from sklearn.preprocessing import StandardScaler

    return [StandardScaler()]


SPEC = MethodSpec(
    key="standard",
    label="Standard",
    rank=10,
    summary="Mean 0 and deviation 1. What most models expect.",
    text=lambda _: "scale to mean 0, deviation 1",
    build=build,
)
