"""Most informative."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The selection."""
    from core.preprocessing.transformers.selecting import InformativeFeatures

    return [InformativeFeatures(setting.params.keep_features, setting.purpose.is_classification, setting.purpose.seed)]


SPEC = MethodSpec(
    key="mutual_information",
    label="Most informative",
    rank=40,
    summary="Keeps the features that tell most about the target, each judged alone (mutual information, on at most "
    "10,000 training rows).",
    text=lambda setting: f"keep the {setting.params.keep_features} features that tell most about the target",
    build=build,
    n_features=lambda n_features, setting: min(n_features, setting.params.keep_features),
)
