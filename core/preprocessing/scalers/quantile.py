"""Quantiles."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """Ranks in the shape of a bell."""
    from core.preprocessing.transformers.scaling import RankScaler

    return [RankScaler(setting.purpose.seed)]


SPEC = MethodSpec(
    key="quantile",
    label="Quantiles",
    rank=40,
    summary="Each value becomes its rank, shaped like a bell. Outliers and odd shapes vanish, and so do distances.",
    text=lambda _: "spread ranks like a bell",
    build=build,
)
