"""Drop frequent rows."""

from core.preprocessing.spec import MethodSpec, nothing

SPEC = MethodSpec(
    key="undersample",
    label="Drop frequent rows",
    rank=40,
    summary="Rows of frequent classes are left out, until every class has as many as the rarest. Fast, but it "
    "throws data away.",
    text=lambda _: "leave out rows of frequent classes",
    build=nothing,
    needs_classes=True,
)
