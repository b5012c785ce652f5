"""Columns out of Parquet: their kinds, their order, and samples of long tables."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.statistics.frame import read_columns, sample_rows


def written(folder: Path, **columns: object) -> Path:
    path = folder / "table.parquet"
    pd.DataFrame(columns).to_parquet(path, index=False, row_group_size=40)
    return path


def test_labels_stand_in_the_order_of_their_values(tmp_path: Path) -> None:
    path = written(tmp_path, whole=[10, 2, 9, 2], yes=[True, False, True, True], text=["b", None, "B", "a"])
    frame = read_columns(path, dict.fromkeys(("whole", "yes", "text"), False), most_rows=100)
    assert {name: list(frame.data[name].cat.categories) for name in frame.data} == {
        "whole": ["2", "9", "10"],
        "yes": ["false", "true"],
        "text": ["B", "a", "b"],
    }
    assert frame.data["text"].isna().tolist() == [False, True, False, False]
    assert frame.data["whole"].tolist() == ["10", "2", "9", "2"]


def test_numbers_are_floats_and_gaps_are_nan(tmp_path: Path) -> None:
    path = written(tmp_path, n=pd.array([1, None, 3], dtype="Int64"))
    values = read_columns(path, {"n": True}, most_rows=100).data["n"].to_numpy()
    np.testing.assert_array_equal(values, [1.0, np.nan, 3.0])


def test_a_name_with_a_dot_is_one_column(tmp_path: Path) -> None:
    path = written(tmp_path, **{"a": [1.0], "a.b": [2.0], "a.b.c": [3.0]})
    frame = read_columns(path, {"a.b": True}, most_rows=100)
    assert frame.data.to_dict("list") == {"a.b": [2.0]}


def test_a_sample_is_the_same_every_time_and_crosses_row_groups(tmp_path: Path) -> None:
    path = written(tmp_path, n=np.arange(200.0), kind=[f"k{i % 3}" for i in range(200)])
    frame = read_columns(path, {"n": True, "kind": False}, most_rows=90)
    rows = sample_rows(200, 90)
    assert rows is not None
    np.testing.assert_array_equal(frame.data["n"].to_numpy(), rows)
    assert frame.data["kind"].tolist() == [f"k{i % 3}" for i in rows]
    assert (frame.n_rows, frame.is_sample, len(set(rows))) == (200, True, 90)


def test_a_table_that_fits_is_read_whole(tmp_path: Path) -> None:
    frame = read_columns(written(tmp_path, n=np.arange(200.0)), {"n": True}, most_rows=200)
    assert (len(frame.data), frame.is_sample) == (200, False)
