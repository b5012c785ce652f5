"""A constant."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The same number in each column."""
    from sklearn.impute import SimpleImputer

    return [SimpleImputer(strategy="constant", fill_value=_value(setting), keep_empty_features=True)]


def _value(setting: Setting) -> float:
    return float(setting.params.impute_constant if setting.fill is None else setting.fill)


SPEC = MethodSpec(
    key="constant",
    label="Constant",
    rank=40,
    summary="A number that you give: 0 where missing means none.",
    text=lambda setting: f"fill gaps with {_value(setting):g}",
    build=build,
)
