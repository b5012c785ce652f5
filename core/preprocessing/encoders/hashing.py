"""Hashes."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """A fixed number of features, whatever the number of categories."""
    from core.preprocessing.transformers.categories import HashedColumns

    return [HashedColumns(setting.params.hash_features)]


SPEC = MethodSpec(
    key="hashing",
    label="Hashing",
    rank=50,
    summary="Throws categories into a fixed number of features by a hash. Nothing has to be remembered, but "
    "categories "
    "that fall together cannot be told apart, and features have no meaning of their own.",
    text=lambda setting: f"hash into {setting.params.hash_features} features",
    build=build,
    n_features=lambda _n_distinct, setting: setting.params.hash_features,
)
