"""Mean."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """One value for each column."""
    from sklearn.impute import SimpleImputer

    # A column that is empty in the training rows stays, as zeros: its rows may bring values later.
    return [SimpleImputer(strategy="mean", keep_empty_features=True)]


SPEC = MethodSpec(
    key="mean",
    label="Mean",
    rank=20,
    summary="The average of the column. A few extreme values can pull it far away.",
    text=lambda _: "fill gaps with the mean",
    build=build,
)
