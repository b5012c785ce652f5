"""Comparison of runs: who is better, how sure that is, and who cannot be ranked at all."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UserInputError
from core.ids import utc_now
from core.records import MetricInfo, Run
from core.types import UNLABELLED, Direction, Score, Split, Value
from evaluation.comparison import paired_difference
from evaluation.registry import METRICS, primary_metric
from models.registry import MODELS
from storage.storage import Storage

MAX_RUNS = 20
ONE_LOOK_S = 600
"""Test comparisons of a run within this time count as one look."""


class RankedRun(Value):
    """One run in the ranking."""

    rank: int
    run_id: str
    name: str
    model: str
    score: Score
    test_looks: int
    """How often the test scores of this run were compared before."""
    difference: float | None
    """To the first, in the metric's unit; positive means better than the first, None for the first itself."""
    difference_low: float | None
    difference_high: float | None
    p_value: float | None
    """Two-sided paired bootstrap against the first."""
    is_distinguishable: bool
    """Whether the 95 % interval of the difference to the first leaves out 0; True for the first."""


class UnrankedRun(Value):
    """One run that the ranking leaves out, and why."""

    run_id: str
    name: str
    model: str
    reason: str


class ConfigDifference(Value):
    """One setting that is not the same in all runs."""

    setting: str
    values: dict[str, Any]
    """By run id; None where a run does not have the setting."""


class Comparison(Value):
    """The answer to a comparison."""

    metric: MetricInfo
    split: Split
    ranking: tuple[RankedRun, ...]
    not_ranked: tuple[UnrankedRun, ...]
    config_diff: tuple[ConfigDifference, ...]
    metrics: tuple[MetricInfo, ...]
    """Those that could be chosen instead."""
    n_samples: int
    sentence: str
    """The result in words."""


class ComparisonService:
    """Ranks runs that may be ranked."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def compare(
        self, run_ids: Sequence[str], *, metric: str | None = None, split: Split = Split.VALIDATION
    ) -> Comparison:
        """Rank runs on the same rows by one metric, with paired bootstrap intervals.

        Only runs with the same dataset version, target, task, split and seed as most of the chosen ones are ranked;
        the others are listed with the reason. Needs at least one finished run.

        Raises:
            UserInputError: No runs, too many, one twice, none finished, or a metric that does not fit the task.
            NotFound: A run or the metric does not exist.
        """
        if not run_ids or len(run_ids) > MAX_RUNS:
            raise UserInputError(
                f"{len(run_ids)} runs were chosen.", hint=f"Choose 1 to {MAX_RUNS} runs.", field="run_ids"
            )
        if len(set(run_ids)) < len(run_ids):
            raise UserInputError("A run is listed twice.", hint="Name each run once.", field="run_ids")
        if split is Split.TRAIN:
            raise UserInputError(
                "Scores on training rows say how well a model remembers.",
                hint="Choose validation, or test for a last look.",
                field="split",
            )
        with self._storage.read() as unit:
            runs = unit.runs.list_by_ids(run_ids)
        comparable, not_ranked = _divide(runs)
        task = comparable[0].config.task
        metric = metric or primary_metric(task).key
        spec = METRICS[metric]
        able = _shared_metrics(comparable)
        if metric not in able:
            reason = "is not a score of all these runs" if task in spec.tasks else f"does not fit {task.value}"
            raise UserInputError(f"{spec.label} {reason}.", hint=f"Choose one of {', '.join(able)}.", field="metric")
        if split is Split.TEST:
            self._note_test_look(comparable)
        ranking = self._rank(comparable, metric=metric, split=split, direction=spec.direction)
        return Comparison(
            metric=_info(metric),
            split=split,
            ranking=ranking,
            not_ranked=not_ranked,
            config_diff=_config_diff(runs),
            metrics=tuple(_info(key) for key in able),
            n_samples=ranking[0].score.n_samples,
            sentence=_sentence(ranking, spec.label, split),
        )

    def choices(self, run_ids: Sequence[str]) -> tuple[MetricInfo, ...]:
        """The metrics that ``compare`` can rank these runs by, the usual one first. Raises like ``compare``."""
        with self._storage.read() as unit:
            comparable, _ = _divide(unit.runs.list_by_ids(run_ids))
        task = comparable[0].config.task
        usual = primary_metric(task).key
        return tuple(_info(key) for key in sorted(_shared_metrics(comparable), key=lambda key: key != usual))

    def _note_test_look(self, runs: Sequence[Run]) -> None:
        since = utc_now() - timedelta(seconds=ONE_LOOK_S)
        with self._storage.write() as unit:
            unit.runs.note_test_look([run.id for run in runs], unless_since=since)

    def _rank(self, runs: Sequence[Run], *, metric: str, split: Split, direction: Direction) -> tuple[RankedRun, ...]:
        sign = 1.0 if direction is Direction.HIGHER else -1.0
        scored = sorted(((_score_of(run, metric, split), run) for run in runs), key=lambda pair: -sign * pair[0].value)
        first_replicates = self._replicates(scored[0][1], metric, split)
        ranking = []
        for rank, (score, run) in enumerate(scored, start=1):
            test = (
                paired_difference(self._replicates(run, metric, split), first_replicates, direction)
                if rank > 1
                else None
            )
            ranking.append(
                RankedRun(
                    rank=rank,
                    run_id=run.id,
                    name=run.name,
                    model=run.config.model,
                    score=score,
                    test_looks=run.test_looks,
                    difference=None if test is None else sign * (score.value - scored[0][0].value),
                    difference_low=None if test is None else test.low,
                    difference_high=None if test is None else test.high,
                    p_value=None if test is None else test.p_value,
                    is_distinguishable=test is None or test.is_distinguishable,
                )
            )
        return tuple(ranking)

    def _replicates(self, run: Run, metric: str, split: Split) -> npt.NDArray[np.float64]:
        assert run.artifacts.evaluation is not None, "finished runs have an evaluation"
        content = self._storage.artifacts.load_bytes(run.artifacts.evaluation)
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            replicates: npt.NDArray[np.float64] = arrays[f"{split.value}/replicates/{metric}"]
            return replicates


def _divide(runs: Sequence[Run]) -> tuple[list[Run], tuple[UnrankedRun, ...]]:
    """The largest comparable group (the earliest named one among equals), and the rest with reasons."""
    finished = [run for run in runs if run.result is not None]
    if not finished:
        raise UserInputError(
            "None of these runs has a result yet.", hint="Wait until one has finished.", field="run_ids"
        )
    groups: dict[tuple[Any, ...], list[Run]] = {}
    for run in finished:
        groups.setdefault(_conditions(run), []).append(run)
    chosen = max(groups.values(), key=len)
    not_ranked = tuple(
        UnrankedRun(run_id=run.id, name=run.name, model=run.config.model, reason=_reason(run, chosen[0]))
        for run in runs
        if run not in chosen
    )
    return chosen, not_ranked


def _shared_metrics(runs: Sequence[Run]) -> tuple[str, ...]:
    """Metrics that every one of ``runs`` was scored by, in key order: some are not defined for all predictions."""
    scored = [{score.metric for score in run.result.scores} for run in runs if run.result is not None]
    return tuple(sorted(set.intersection(*scored) & set(METRICS)))


_OTHERS = ("another series or horizon", "other preprocessing, so other distances", "another seed", "another split")


def _conditions(run: Run) -> tuple[Any, ...]:
    config, origin = run.config, run.provenance
    # Clusters and oddities are judged by distances between features, which other preprocessing changes.
    measured = config.preprocessing if config.task in UNLABELLED else None
    same_data = (origin.dataset_sha256, config.target, config.task)
    return (*same_data, repr(config.series), repr(measured), config.seed, origin.split_sha256)


def _reason(run: Run, reference: Run) -> str:
    if run.result is None:
        return f"no result: {run.status.value}"
    names = ("another dataset version", "another target", "another task", *_OTHERS)
    pairs = zip(names, _conditions(run), _conditions(reference), strict=True)
    differing = [name for name, mine, theirs in pairs if mine != theirs]
    # Another dataset, target or seed makes another split as well; that goes without saying.
    return ", ".join(differing[:-1] if len(differing) > 1 and differing[-1] == names[-1] else differing)


def _score_of(run: Run, metric: str, split: Split) -> Score:
    assert run.result is not None
    return next(score for score in run.result.scores if score.metric == metric and score.split is split)


def _info(metric: str) -> MetricInfo:
    spec = METRICS[metric]
    return MetricInfo(key=spec.key, label=spec.label, direction=spec.direction, explanation=spec.explanation)


def _config_diff(runs: Sequence[Run]) -> tuple[ConfigDifference, ...]:
    flat = {run.id: _flatten(run) for run in runs}
    differences = []
    for name in dict.fromkeys(name for values in flat.values() for name in values):
        values = {run_id: settings.get(name) for run_id, settings in flat.items()}
        if len({repr(value) for value in values.values()}) > 1:
            differences.append(ConfigDifference(setting=name, values=values))
    return tuple(differences)


def _flatten(run: Run) -> dict[str, Any]:
    config = run.config.model_dump(mode="json")
    flat: dict[str, Any] = {"dataset version": run.provenance.dataset_sha256[:12]}
    for key in ("target", "task", "model", "seed"):
        flat[key] = config[key]
    for group in ("params", "preprocessing", "split"):
        flat |= {f"{group}.{name}": value for name, value in config[group].items()}
    flat["model"] = MODELS[config["model"]].label
    return flat


def _sentence(ranking: Sequence[RankedRun], label: str, split: Split) -> str:
    best = ranking[0]
    if len(ranking) == 1:
        return f"{best.name} is the only run that can be ranked."
    ties = [run.name for run in ranking[1:] if not run.is_distinguishable]
    lead = f"{best.name} has the best {label} on the {split.value} rows"
    if not ties:
        return f"{lead}, and the difference to each other run is clear."
    return f"{lead}, but with {best.score.n_samples:,} rows it cannot be told apart from {' or '.join(ties)}."
