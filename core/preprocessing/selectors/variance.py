"""Varying."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """The selection."""
    from core.preprocessing.transformers.selecting import VaryingFeatures

    return [VaryingFeatures()]


SPEC = MethodSpec(
    key="variance",
    label="Varying",
    rank=20,
    summary="Drops features that have the same value in 99.5 % of the training rows or more.",
    text=lambda _: "drop features that hardly vary",
    build=build,
    n_features=lambda n_features, _setting: n_features,
)
