"""Similar rows."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The mean of the nearest rows."""
    from core.preprocessing.transformers.imputing import NeighbourImputer

    return [NeighbourImputer(seed=setting.purpose.seed)]


SPEC = MethodSpec(
    key="knn",
    label="Similar rows",
    rank=50,
    summary="The mean of the five rows that are nearest by the other numbers. Slow on large tables; neighbours come "
    "from "
    "at most 2,000 training rows.",
    text=lambda _: "fill gaps from the five most similar rows",
    build=build,
)
