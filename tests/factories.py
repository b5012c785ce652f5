"""Records that state only what a test cares about."""

from typing import Any

import numpy as np
import pandas as pd

from core.ids import new_id
from core.records import Dataset, Provenance, Run, RunConfig
from core.types import Column, ColumnType, DatasetStatus, LearningTask, MetricPoint, Split, SplitParams

SHA256 = "5a" * 32


def make_column(name: str = "height", type: ColumnType = ColumnType.NUMBER, **changes: Any) -> Column:
    """A column of 100 rows that varies."""
    facts = {"n_missing": 0, "n_distinct": 90, "is_constant": False, "is_identifier": False}
    return Column(name=name, type=type, **{**facts, **changes})


def make_dataset(**changes: Any) -> Dataset:
    """A dataset that is ready, with one numeric column and a target of two classes."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "name": "Plants",
        "status": DatasetStatus.READY,
        "file_name": "plants.csv",
        "size_bytes": 1_234,
        "original_sha256": SHA256,
        "content_sha256": SHA256,
        "format": "csv",
        "n_rows": 100,
        "columns": (make_column(), make_column("species", ColumnType.STRING, n_distinct=2)),
    }
    return Dataset(**{**facts, **changes})


def make_config(**changes: Any) -> RunConfig:
    """A logistic regression of ``species`` with nothing unusual about it."""
    facts: dict[str, Any] = {
        "target": "species",
        "task": LearningTask.CLASSIFICATION,
        "model": "logistic_regression",
        "params": {},
        "preprocessing": {},
        "split": SplitParams(),
        "seed": 7,
    }
    return RunConfig(**{**facts, **changes})


def make_run(dataset: Dataset | None = None, **changes: Any) -> Run:
    """A run that waits for a worker. Its dataset must be stored before it is."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "name": "Logistic regression on Plants",
        "dataset_id": dataset.id if dataset else new_id(),
        "config": make_config(),
        "provenance": Provenance(dataset_sha256=SHA256, code_version="0.1.0"),
    }
    return Run(**{**facts, **changes})


def make_point(step: int = 1, *, name: str = "loss", split: Split = Split.TRAIN, value: float = 0.5) -> MetricPoint:
    """One point of a curve."""
    return MetricPoint(step=step, name=name, split=split, value=value)


def make_csv(n_rows: int = 600, *, seed: int = 0) -> str:
    """A table of every kind of column with two planted targets: ``kind`` (three classes) and ``weight`` (a number)."""
    rng = np.random.default_rng(seed)
    height, width = rng.normal(170, 10, n_rows), rng.normal(60, 5, n_rows)
    colour = rng.choice(["red", "green", "blue"], n_rows)
    days = rng.integers(0, 1_000, n_rows)
    weight = 0.5 * height - 0.8 * width + 10.0 * (colour == "red") + 0.01 * days + rng.normal(0, 2, n_rows)
    kind = np.digitize(weight + rng.normal(0, 2, n_rows), np.quantile(weight, [0.4, 0.8]))
    frame = pd.DataFrame(
        {
            "height": np.where(rng.random(n_rows) < 0.05, np.nan, height.round(2)),
            "width": width.round(2),
            "colour": np.where(rng.random(n_rows) < 0.05, None, colour),
            "planted": pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D"),
            "is_native": rng.random(n_rows) < 0.5,
            "weight": weight.round(3),
            "kind": np.array(["small", "medium", "large"])[kind],
        }
    )
    text: str = frame.to_csv(index=False)
    return text
