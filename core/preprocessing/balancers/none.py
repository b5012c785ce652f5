"""Rows as they are."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="none",
    label="As they are",
    rank=10,
    summary="Classes count by their rows.",
    text=lambda _: "",
    build=nothing,
)
