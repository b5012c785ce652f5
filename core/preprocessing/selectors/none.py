"""Every feature is kept."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="none",
    label="All",
    rank=10,
    summary="Every feature is kept.",
    text=lambda _: "",
    build=nothing,
    n_features=lambda n_features, _setting: n_features,
)
