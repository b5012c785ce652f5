"""One feature for each category."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """scikit-learn's encoder, with rare categories together."""
    from sklearn.preprocessing import OneHotEncoder

    params = setting.params
    return [
        OneHotEncoder(
            max_categories=params.max_categories,
            min_frequency=params.rare_share or None,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
        )
    ]


def _text(setting: Setting) -> str:
    rare = f" with at least {setting.params.rare_share:.1%} of the rows" if setting.params.rare_share else ""
    return f"a feature for each category{rare}, {setting.params.max_categories} at most"


SPEC = MethodSpec(
    key="onehot",
    label="One-hot",
    rank=10,
    summary="A feature for each category, 1 in its rows. The most frequent ones stay apart, the rest share one.",
    text=_text,
    build=build,
    n_features=lambda n_distinct, setting: min(n_distinct + 1, setting.params.max_categories),
)
