"""Gaps stay."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="keep",
    label="Keep them",
    rank=70,
    summary="For models that take missing values themselves, such as histogram gradient boosting.",
    text=lambda _: "leave gaps to the model",
    build=nothing,
    leaves_missing=True,
)
