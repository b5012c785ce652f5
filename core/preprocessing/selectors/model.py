"""Most used by trees."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The selection."""
    from core.preprocessing.transformers.selecting import UsefulFeatures

    return [UsefulFeatures(setting.params.keep_features, setting.purpose.is_classification, setting.purpose.seed)]


SPEC = MethodSpec(
    key="model",
    label="Most used by trees",
    rank=50,
    summary="Keeps the features that a forest of random trees uses most, judged together (on at most 10,000 "
    "training rows).",
    text=lambda setting: f"keep the {setting.params.keep_features} features that a forest of trees uses most",
    build=build,
    n_features=lambda n_features, setting: min(n_features, setting.params.keep_features),
)
