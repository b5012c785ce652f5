"""Weights of words."""

from core.preprocessing.spec import MethodSpec, Setting, Transformer


def build(setting: Setting) -> list[Transformer]:
    """The weights of the most frequent words."""
    from core.preprocessing.transformers.texts import TextColumns

    return [TextColumns(setting.params.text_words)]


SPEC = MethodSpec(
    key="tfidf",
    label="Words",
    rank=10,
    summary="A feature for each of the most frequent words: how often it occurs in a text, less for words that occur "
    "everywhere (TF-IDF).",
    text=lambda setting: f"weights of the {setting.params.text_words} most frequent words",
    build=build,
    n_features=lambda _n_distinct, setting: setting.params.text_words,
)
