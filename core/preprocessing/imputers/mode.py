"""Most frequent."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """One value for each column."""
    from sklearn.impute import SimpleImputer

    # A column that is empty in the training rows stays, as zeros: its rows may bring values later.
    return [SimpleImputer(strategy="most_frequent", keep_empty_features=True)]


SPEC = MethodSpec(
    key="mode",
    label="Most frequent",
    rank=30,
    summary="The value that occurs most often: for numbers that stand for kinds, such as a number of doors.",
    text=lambda _: "fill gaps with the most frequent value",
    build=build,
)
