"""Invent rows between."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="smote",
    label="Invent rows between",
    rank=50,
    summary="New rows of rare classes between neighbours of the same class (SMOTE). Invented rows are no observations.",
    text=lambda _: "invent rows of rare classes between neighbours",
    build=nothing,
    needs_classes=True,
)
