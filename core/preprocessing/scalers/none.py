"""No scaling."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="none",
    label="None",
    rank=60,
    summary="Numbers keep their units. Trees do not mind.",
    text=lambda _: "",
    build=nothing,
)
