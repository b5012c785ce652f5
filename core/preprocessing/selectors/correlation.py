"""Not twins."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The selection."""
    from core.preprocessing.transformers.selecting import DistinctFeatures

    return [DistinctFeatures(setting.params.most_correlated)]


SPEC = MethodSpec(
    key="correlation",
    label="Not twins",
    rank=30,
    summary="Of features that tell the same (correlation above the limit), keeps the first.",
    text=lambda setting: f"of features that correlate above {setting.params.most_correlated:g}, keep the first",
    build=build,
    n_features=lambda n_features, _setting: n_features,
)
