"""Columns of text in plain words."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from core.preprocessing.transformers.frames import FrameTransformer


class TextColumns(FrameTransformer):
    """The weight of frequent words in each text: how often a word occurs in it, less for words that occur everywhere.

    With ``n_topics``, words that occur together are summed up in that many directions. A column without a word that
    two training rows share gives no feature.
    """

    def __init__(self, max_words: int = 300, n_topics: int = 0, seed: int = 0) -> None:
        self.max_words = max_words
        self.n_topics = n_topics
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the words."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **_: Any) -> npt.NDArray[np.float64]:
        """Learn the words and give the features of the same rows, reading each text once."""
        super().fit(X, y)
        self.words_: list[Any] = []
        self.topics_: list[Any] = []
        return _beside([self._learn(_texts(X.iloc[:, position])) for position in range(X.shape[1])], len(X))

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The features as an array of shape (n_samples, n_features)."""
        found = []
        for position, (words, topics) in enumerate(zip(self.words_, self.topics_, strict=True)):
            if words is not None:
                weights = words.transform(_texts(X.iloc[:, position]))
                found.append(weights.toarray() if topics is None else topics.transform(weights))
        return _beside(found, len(X))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with the word, or with ``_topic1`` and so on."""
        del input_features
        names: list[str] = []
        for name, words, topics in zip(self.feature_names_in_, self.words_, self.topics_, strict=True):
            if topics is not None:
                names.extend(f"{name}_topic{number + 1}" for number in range(topics.n_components))
            elif words is not None:
                names.extend(f"{name}_{word}" for word in words.get_feature_names_out())
        return np.asarray(names, dtype=object)

    def _learn(self, texts: list[str]) -> npt.NDArray[np.float64]:
        words = TfidfVectorizer(max_features=self.max_words, min_df=2, strip_accents="unicode", sublinear_tf=True)
        try:
            weights = words.fit_transform(texts)
        except ValueError:  # no word is in two texts
            self.words_.append(None)
            self.topics_.append(None)
            return np.empty((len(texts), 0))
        self.words_.append(words)
        n_topics = min(self.n_topics, weights.shape[1] - 1)
        self.topics_.append(TruncatedSVD(n_topics, random_state=self.seed) if n_topics > 0 else None)
        if n_topics <= 0:
            return weights.toarray()  # type: ignore[no-any-return]  # the library has no types
        return self.topics_[-1].fit_transform(weights)  # type: ignore[no-any-return]  # the library has no types


def _texts(column: "pd.Series[Any]") -> list[str]:
    """The cells as text; a missing one is an empty text."""
    return ["" if is_missing else str(value) for value, is_missing in zip(column, column.isna(), strict=True)]


def _beside(blocks: list[npt.NDArray[np.float64]], n_rows: int) -> npt.NDArray[np.float64]:
    return np.hstack(blocks) if blocks else np.empty((n_rows, 0))
