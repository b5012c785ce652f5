"""Codes."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer

MOST_CODES = 254
"""Histogram gradient boosting tells at most 255 categories apart."""


def build(setting: Setting) -> list[Transformer]:
    """scikit-learn's encoder; beyond ``MOST_CODES``, the rarer categories share one code."""
    from sklearn.preprocessing import OrdinalEncoder

    unknown = float("nan") if setting.purpose.model.handles_missing else -1
    return [OrdinalEncoder(max_categories=MOST_CODES, handle_unknown="use_encoded_value", unknown_value=unknown)]


SPEC = MethodSpec(
    key="label",
    label="Codes",
    rank=30,
    summary="One code for each category, never scaled. Models that know categories split them as such; to others "
    "the code "
    "is a number, which suits trees only.",
    text=lambda setting: (
        "a code for each category, which the model splits as such"
        if setting.purpose.model.handles_categories
        else "a code for each category"
    ),
    build=build,
    gives_codes=True,
)
