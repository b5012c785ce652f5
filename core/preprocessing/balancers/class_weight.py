"""Weights."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="class_weight",
    label="Weights",
    rank=20,
    summary="Rows of rare classes count for more, so that every class weighs the same. For models that take weights "
    "of classes.",
    text=lambda _: "let every class weigh the same",
    build=nothing,
    needs_classes=True,
)
