"""Texts are left out."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="leave_out",
    label="Leave out",
    rank=30,
    summary="Texts are not learned from.",
    text=lambda _: "leave out",
    build=nothing,
    n_features=lambda _n_distinct, _setting: 0,
)
