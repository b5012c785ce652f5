"""Numbers in an order."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """scikit-learn's encoder, by the order that was given or that of the alphabet."""
    from sklearn.preprocessing import OrdinalEncoder

    from core.preprocessing.transformers.frames import MISSING

    if setting.order:
        order = [name for name in dict.fromkeys(setting.order) if name != MISSING]
        return [
            OrdinalEncoder(categories=[order] * setting.n_columns, handle_unknown="use_encoded_value", unknown_value=-1)
        ]
    return [
        OrdinalEncoder(
            max_categories=setting.params.max_categories, handle_unknown="use_encoded_value", unknown_value=-1
        )
    ]


SPEC = MethodSpec(
    key="ordinal",
    label="Ordinal",
    rank=20,
    summary="One number for each category, in an order: for sizes and grades. Without an order of yours it is that "
    "of the "
    "alphabet. Categories that training did not see become -1.",
    text=lambda setting: "number in the given order" if setting.order else "number in alphabetical order",
    build=build,
    gives_numbers=True,
)
