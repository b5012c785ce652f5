"""Power."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(_setting: Setting) -> list[Transformer]:
    """Yeo-Johnson on numbers of moderate size, so that no power of them overflows."""
    from sklearn.preprocessing import PowerTransformer, StandardScaler

    return [StandardScaler(), PowerTransformer()]


SPEC = MethodSpec(
    key="power",
    label="Power",
    rank=50,
    summary="Bends skewed columns into a bell (Yeo-Johnson), then mean 0 and deviation 1.",
    text=lambda _: "bend into a bell, then scale",
    build=build,
)
