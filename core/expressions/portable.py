"""Functions that exported scripts carry with them, so that they run without Praxis.

Their source is copied into a script when it uses them: each stands alone but for ``np``, ``pd`` and the others here.
This module is imported only where a script is made.
"""

import hashlib
import re
from typing import Any

import numpy as np
import pandas as pd


def full(table: pd.DataFrame, value: Any, dtype: str) -> pd.Series:
    """One value in every row."""
    return pd.Series([value] * len(table), index=table.index, dtype=dtype)


def finite(numbers: pd.Series) -> pd.Series:
    """Numbers that are not finite become missing."""
    return numbers.where(np.isfinite(numbers.to_numpy("float64", na_value=np.nan)))


def known(answer: pd.Series, *inputs: Any) -> pd.Series:
    """An answer about missing values is missing."""
    answer = answer.astype("boolean")
    for one in inputs:
        if isinstance(one, pd.Series):
            answer = answer.mask(one.isna())
    return answer


def choose(condition: pd.Series, yes: pd.Series, no: pd.Series) -> pd.Series:
    """The one value where the condition holds, else the other."""
    return yes.where(condition.fillna(False).astype(bool), no)


def first_known(*values: pd.Series) -> pd.Series:
    """The first value of a row that is not missing."""
    result = values[0]
    for other in values[1:]:
        result = result.where(result.notna(), other)
    return result


def smallest(*values: pd.Series) -> pd.Series:
    """The smallest value of a row; missing ones are passed over."""
    result = values[0]
    for other in values[1:]:
        is_smaller = (result <= other).fillna(False).astype(bool)
        result = result.where(is_smaller | other.isna(), other)
    return result


def largest(*values: pd.Series) -> pd.Series:
    """The largest value of a row; missing ones are passed over."""
    result = values[0]
    for other in values[1:]:
        is_larger = (result >= other).fillna(False).astype(bool)
        result = result.where(is_larger | other.isna(), other)
    return result


def round_half_away(numbers: pd.Series, factor: float) -> pd.Series:
    """Rounded to 1 / factor; halves go away from zero."""
    half = (numbers < 0).fillna(False).map({True: -0.5, False: 0.5}).astype("Float64")
    return np.trunc(numbers * factor + half) / factor  # type: ignore[no-any-return]  # numpy keeps the column


def days_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Days from one date to another."""
    return (end - start).dt.total_seconds().astype("Float64") / 86400


def plain_texts(texts: pd.Series, pattern: str, cut: dict[str, str]) -> list[str | None]:
    """Texts that the pattern matches, with some signs replaced; others are missing."""
    fits = re.compile(pattern, re.ASCII).fullmatch
    plain: list[str | None] = []
    for text in texts:
        if pd.isna(text) or not fits(text):
            plain.append(None)
            continue
        for old, new in cut.items():
            text = text.replace(old, new)
        plain.append(text)
    return plain


def to_numbers(texts: pd.Series, pattern: str, cut: dict[str, str]) -> pd.Series:
    """Texts as numbers; what the pattern does not match is missing."""
    values = [None if text is None else float(text) for text in plain_texts(texts, pattern, cut)]
    return finite(pd.Series(values, index=texts.index, dtype="Float64"))


def to_whole(texts: pd.Series, pattern: str, cut: dict[str, str]) -> pd.Series:
    """Texts as whole numbers; what the pattern does not match is missing."""
    values = [None if text is None else int(text.split(".")[0]) for text in plain_texts(texts, pattern, cut)]
    return pd.Series(values, index=texts.index, dtype="Int64")


def whole(numbers: pd.Series) -> pd.Series:
    """Numbers rounded to whole ones, halves away from zero; those beyond 64 bits are missing."""
    values = numbers.to_numpy("float64", na_value=np.nan)
    half = np.where(np.abs(values) < 2**52, np.where(values < 0, -0.5, 0.5), 0.0)
    rounded = np.trunc(values + half)
    fits = np.abs(values) < 9e18
    return pd.Series(np.where(fits, rounded, 0.0).astype("int64"), index=numbers.index).astype("Int64").where(fits)


def microseconds_to_dates(numbers: pd.Series) -> pd.Series:
    """Microseconds since 1970 as dates."""
    values = numbers.to_numpy("int64", na_value=0).astype("datetime64[us]")
    return pd.Series(values, index=numbers.index).where(numbers.notna())


def random_keys(n_rows: int, seed: int) -> list[str]:
    """A key for each row that puts them in a random order, always the same for one seed."""
    return [hashlib.md5(f"{seed}:{row}".encode(), usedforsecurity=False).hexdigest() for row in range(n_rows)]
