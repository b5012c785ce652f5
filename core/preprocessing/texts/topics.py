"""Directions of words that occur together."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The weights of words, summed up in a few directions."""
    from core.preprocessing.transformers.texts import TextColumns

    return [TextColumns(setting.params.text_words, setting.params.text_topics, setting.purpose.seed)]


SPEC = MethodSpec(
    key="topics",
    label="Topics",
    rank=20,
    summary="Weights of words (TF-IDF), then summed up in a few directions of words that occur together (truncated "
    "SVD): "
    "far fewer features, harder to read.",
    text=lambda setting: (
        f"{setting.params.text_topics} topics from the {setting.params.text_words} most frequent words"
    ),
    build=build,
    n_features=lambda _n_distinct, setting: setting.params.text_topics,
)
