"""Median."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """One value for each column."""
    from sklearn.impute import SimpleImputer

    # A column that is empty in the training rows stays, as zeros: its rows may bring values later.
    return [SimpleImputer(strategy="median", keep_empty_features=True)]


SPEC = MethodSpec(
    key="median",
    label="Median",
    rank=10,
    summary="The middle value of the column. Extreme values do not move it.",
    text=lambda _: "fill gaps with the median",
    build=build,
)
