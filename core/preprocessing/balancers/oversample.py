"""Repeat rare rows."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="oversample",
    label="Repeat rare rows",
    rank=30,
    summary="Rows of rare classes come several times, until every class has as many as the largest.",
    text=lambda _: "repeat rows of rare classes",
    build=nothing,
    needs_classes=True,
)
