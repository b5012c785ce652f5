"""The answer to a statement: its rows, a chart of them, files."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.text import plain
from core.ids import clean_name
from core.records import Computation
from core.sql.types import QueryResult

_ROW_PX, _MOST_PX = 35, 440


def frame_of(result: QueryResult) -> pd.DataFrame:
    """The rows of the answer that came with it."""
    names = [column.name for column in result.columns]
    return pd.DataFrame([list(row) for row in result.rows], columns=pd.Index(names))


def show_rows(result: QueryResult, *, key: str) -> None:
    """The rows as a table, with how many there are."""
    if not result.n_rows:
        st.info("No row fits.", icon=":material/filter_alt_off:")
        return
    n_shown = len(result.rows)
    st.dataframe(
        frame_of(result),
        hide_index=True,
        height=min(38 + _ROW_PX * n_shown, _MOST_PX),
        key=key,
        alt=f"{n_shown} rows of the answer",
    )
    for notice in result.notices:
        st.caption(plain(notice.text))


def size_words(result: QueryResult) -> str:
    """How much of the answer is where, and how long it took."""
    words = [numbers.count(result.n_rows, "row"), numbers.count(len(result.columns), "column")]
    if result.is_cut:
        words[0] = f"the first {words[0]} of more"
    if len(result.rows) < result.n_rows:
        words.append(f"the first {numbers.count(len(result.rows))} are shown")
    return " · ".join([*words, numbers.duration(result.duration_s)])


def show_files(computation: Computation, result: QueryResult, *, name: str, key: str) -> None:
    """All kept rows as CSV and Parquet."""
    stem = clean_name(name, max_length=60) or "query"
    st.download_button(
        "CSV",
        data=lambda: as_csv(computation, result.parquet_sha256),
        file_name=f"{stem}.csv",
        mime="text/csv",
        icon=":material/csv:",
        key=f"{key}-csv",
        on_click="ignore",
    )
    st.download_button(
        "Parquet",
        data=lambda: services().computations.file(computation, result.parquet_sha256).read_bytes(),
        file_name=f"{stem}.parquet",
        mime="application/vnd.apache.parquet",
        icon=":material/table_view:",
        key=f"{key}-parquet",
        on_click="ignore",
    )
    st.caption(f"All {numbers.count(result.n_rows, 'row')} that were kept.")


def as_csv(computation: Computation, sha256: str) -> bytes:
    """The kept rows as CSV in UTF-8."""
    import pyarrow.parquet as pq

    text = io.StringIO()
    writer = csv.writer(text)
    with pq.ParquetFile(services().computations.file(computation, sha256)) as parquet:
        writer.writerow(parquet.schema_arrow.names)
        for batch in parquet.iter_batches(batch_size=10_000):
            columns: Sequence[list[Any]] = [column.to_pylist() for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()
