"""The mean of the target."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """Means of the target, for training rows from other folds."""
    from core.preprocessing.transformers.categories import TargetMeans

    purpose = setting.purpose
    kind = "continuous"
    if purpose.is_classification:
        kind = "multiclass" if purpose.n_classes > 2 else "binary"
    labels = purpose.labels if kind == "multiclass" else ()
    return [TargetMeans(kind, labels, purpose.seed)]


def _n_features(_n_distinct: int, setting: Setting) -> int:
    purpose = setting.purpose
    return purpose.n_classes if purpose.is_classification and purpose.n_classes > 2 else 1


SPEC = MethodSpec(
    key="target",
    label="Target",
    rank=40,
    summary="The mean of the target in each category, drawn towards the mean of all where rows are few: for columns "
    "with "
    "many categories. Training rows get the means of other folds, so that none sees its own target.",
    text=lambda _: "the mean of the target in each category, from other folds",
    build=build,
    n_features=_n_features,
    gives_numbers=True,
)
