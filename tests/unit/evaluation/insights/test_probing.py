"""The two models that insights try on a dataset."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.computing.spec import TableFile
from core.types import LearningTask
from evaluation.insights.probing import probe
from tests.factories import make_column, make_dataset


@pytest.mark.parametrize("task", [LearningTask.CLASSIFICATION, LearningTask.REGRESSION])
def test_numbers_whose_squares_are_no_numbers_count_as_missing(tmp_path: Path, task: LearningTask) -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal(300)
    y = x > 0 if task is LearningTask.CLASSIFICATION else x
    huge = np.where(generator.random(300) < 0.3, 1e308, x)
    path = tmp_path / "table.parquet"
    pd.DataFrame({"x": x, "huge": huge, "y": y}).to_parquet(path)
    columns = tuple(make_column(name) for name in ("x", "huge", "y"))
    table = TableFile(dataset=make_dataset(columns=columns, n_rows=300), path=path)
    found = probe(table, target="y", task=task, report=lambda *_: None)
    assert found is not None
    assert np.isfinite([found.linear.score, found.boosting.score]).all()
