"""Questions about the table itself: how large it is, what its columns are, what is wrong with it."""

from core.questions.reading import Reading
from core.questions.vocabulary import MISSING

TOPIC_WORDS = {
    "size": "How many rows and columns there are",
    "columns": "The columns and what they hold",
    "missing": "Where values are missing",
    "problems": "What is wrong with the data",
    "overview": "What is in the data",
}
_COLUMN = frozenset({"column", "variable", "field", "feature", "attribute"})
_PROBLEMS = frozenset({"wrong", "problem", "issue", "quality", "suspicious", "dirty", "alert", "clean", "anomaly"})
_OVERVIEW = frozenset({"describe", "overview", "profile", "summarise", "summarize", "summary", "explain", "influence"})
_DRIVING = frozenset({"influence", "influences", "drive", "drives", "predict", "predicts", "explain", "explains"})
_THING = frozenset({"data", "dataset", "table", "file", "it"})


def read_profile(reading: Reading) -> str | None:
    """The topic that a question about the table itself asks for, or None."""
    topic = _topic(reading)
    if topic is not None:
        reading.use_words(
            _COLUMN | _PROBLEMS | _OVERVIEW | _DRIVING | _THING | MISSING | {"howmany", "value", "big", "large", "size"}
        )
        reading.use_words({"row", "record", "contain", "gap", "type"})
    return topic


def _topic(reading: Reading) -> str | None:
    if reading.filters or reading.free_values():
        return None
    has_column = bool(reading.free_columns())
    if reading.has(*_DRIVING) and len(reading.free_columns()) <= 1 and reading.has("what", "which"):
        return "overview"
    if has_column:
        return None
    return _topic_of_table(reading)


def _topic_of_table(reading: Reading) -> str | None:
    if reading.has("howmany") and reading.has("row", "record", *_COLUMN) and not reading.has(*MISSING):
        return "size"
    if reading.has("big", "large", "size") and reading.has(*_THING):
        return "size"
    if reading.has(*MISSING, "gap") and reading.has(*_COLUMN, *_THING, "value", "where"):
        return "missing"
    if reading.has(*_PROBLEMS):
        return "problems"
    if reading.has(*_COLUMN):
        return "columns"
    if reading.has(*_OVERVIEW) or (reading.has("what", "tell") and reading.has("data", "dataset", "table")):
        return "overview"
    return None
