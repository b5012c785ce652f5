"""What a finished run is worth, in numbers, figures and questions about it, to look at and to take away."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, Literal

import numpy as np

from app.services.comparison import ONE_LOOK_S
from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from app.services.runs import RunService
from core.errors import Conflict, NotFound, UserInputError
from core.exporting.cells import harmless
from core.ids import utc_now
from core.records import ChosenThreshold, Computation, Run
from core.types import LearningTask, RunStatus, Split
from evaluation.computations.threshold import OutcomeParams, ThresholdPoint
from evaluation.costs import OutcomeValues, outcomes_at
from evaluation.reports.content import ReportedScore, listed_scores, make_report
from evaluation.reports.markdown import markdown_report
from evaluation.reports.page import html_report
from evaluation.thresholds import threshold_counts
from storage.storage import Storage

OVER = (RunStatus.FINISHED, RunStatus.STOPPED)
HISTORY_PAGE = 10_000
ReportFormat = Literal["html", "md", "json"]
ABOUT_ROWS = frozenset({"confusion_rows", "slices", "fairness"})
"""Computations about the rows of one part, the test rows too."""


class EvaluationService:
    """What can be asked of a run that has a result."""

    def __init__(
        self, *, storage: Storage, runs: RunService, datasets: DatasetService, computations: ComputationService
    ) -> None:
        self._storage = storage
        self._runs = runs
        self._datasets = datasets
        self._computations = computations

    def scores(self, run_id: str) -> tuple[ReportedScore, ...]:
        """Every score with its interval and the dummy's, the deciding one first.

        Raises:
            NotFound: No such run.
            Conflict: It has no result.
        """
        return listed_scores(self._with_result(run_id))

    def scores_csv(self, run_id: str) -> str:
        """One line for each metric and part. Raises like ``scores``."""
        rows = [
            {
                "metric": each.metric,
                "split": score.split.value,
                "value": score.value,
                "low": score.low,
                "high": score.high,
                "baseline": score.baseline,
                "rows": score.n_samples,
                "better": each.direction.value,
            }
            for each in self.scores(run_id)
            for score in (each.validation, each.test)
        ]
        return table_csv(rows)

    def history_csv(self, run_id: str) -> Iterator[str]:
        """Every point of every curve, line by line in pieces. Raises NotFound before the first piece."""
        self._runs.get(run_id)
        return self._history(run_id)

    def figure(self, run_id: str, key: str, split: Split) -> dict[str, Any]:
        """One stored figure.

        Raises:
            NotFound: No such run, or it has no such figure of these rows.
        """
        figures = self._runs.figures(run_id)
        for figure in figures:
            if figure["key"] == key and figure["split"] == split.value:
                return figure
        known = sorted({figure["key"] for figure in figures})
        raise NotFound(
            f"The run has no figure {key!r} of its {split.value} rows.",
            hint=f"It has {', '.join(known)}." if known else "Figures are drawn when a run has finished.",
        )

    def start(self, kind: str, params: dict[str, Any], *, idempotency_key: str | None = None) -> Computation:
        """Ask something about a run: its thresholds, slices, groups or single rows. Test rows count as a look.

        Raises:
            NotFound: No such run.
            UserInputError: A parameter does not fit.
            Conflict: The run has no result.
        """
        self._with_result(str(params.get("run_id", "")))
        computation = self._computations.start(kind, params, idempotency_key=idempotency_key)
        self.note_look(computation.kind, computation.params)
        return computation

    def note_look(self, kind: str, params: dict[str, Any]) -> None:
        """Count a look at test rows, if these parameters ask for one."""
        if kind in ABOUT_ROWS and params.get("split") == Split.TEST.value:
            self._note_test_look(params["run_id"])

    def test_at_threshold(self, run_id: str, threshold: float, values: OutcomeParams) -> ThresholdPoint:
        """What a threshold that was chosen on validation rows does on the test rows; this counts as a look.

        Raises:
            NotFound: No such run.
            Conflict: It has no result.
            UserInputError: It is no classification of two classes, or the threshold is not within 0 and 1.
        """
        run = self._with_result(run_id)
        point = self._at_threshold(run, threshold, values, Split.TEST)
        self._note_test_look(run_id)
        return point

    def save_threshold(self, run_id: str, threshold: float, values: OutcomeParams) -> Run:
        """Keep a threshold with its run, in place of an earlier one. Raises like ``test_at_threshold``."""
        run = self._with_result(run_id)
        point = self._at_threshold(run, threshold, values, Split.VALIDATION)
        outcomes = values.model_dump()
        chosen = ChosenThreshold(
            threshold=threshold, values=outcomes, counts={name: getattr(point, name) for name in outcomes}
        )
        return self._store_threshold(run_id, chosen)

    def remove_threshold(self, run_id: str) -> Run:
        """Forget the threshold of a run; without one nothing changes. Raises NotFound, and Conflict."""
        self._with_result(run_id)
        return self._store_threshold(run_id, None)

    def report(self, run_id: str, kind: ReportFormat) -> str:
        """Configuration, origin, scores, figures, remarks and how to repeat the run, in one file.

        Raises like ``scores``.
        """
        run = self._with_result(run_id)
        report = make_report(
            run,
            self._datasets.get(run.dataset_id),
            figures=self._runs.figures(run_id),
            script=self._runs.script(run_id) if run.artifacts.script else "",
        )
        if kind == "html":
            return html_report(report)
        return markdown_report(report) if kind == "md" else report.model_dump_json(indent=2)

    def _with_result(self, run_id: str) -> Run:
        run = self._runs.get(run_id)
        if run.result is None:
            raise Conflict(
                f"Run {run.name!r} has no result: it is {run.status.value}.",
                hint="Choose a run that has finished, or wait for it.",
            )
        return run

    def _history(self, run_id: str) -> Iterator[str]:
        yield "seq,step,metric,split,value,wall_time\n"
        since = 0
        while rows := self._runs.metrics_since(run_id, since, limit=HISTORY_PAGE):
            since = rows[-1].seq
            yield "".join(
                f"{row.seq},{row.step},{row.name},{row.split.value},{row.value!r},{row.wall_time.isoformat()}\n"
                for row in rows
            )

    def _at_threshold(self, run: Run, threshold: float, values: OutcomeParams, split: Split) -> ThresholdPoint:
        assert run.result is not None
        if run.config.task is not LearningTask.CLASSIFICATION or len(run.result.labels) != 2:
            raise UserInputError(
                "A threshold needs a run whose target has two classes.", hint="Choose another run.", field="run_id"
            )
        if not 0 <= threshold <= 1:
            raise UserInputError(
                f"The threshold is {threshold:g}.", hint="Choose a probability within 0 and 1.", field="threshold"
            )
        assert run.artifacts.evaluation is not None, "finished runs have an evaluation"
        content = self._storage.artifacts.load_bytes(run.artifacts.evaluation)
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            y_true, y_out = arrays[f"{split.value}/y_true"], arrays[f"{split.value}/y_out"]
        counts = threshold_counts(y_out[:, 1], y_true == 1)
        return ThresholdPoint(**vars(outcomes_at(counts, threshold, OutcomeValues(**values.model_dump()))))

    def _store_threshold(self, run_id: str, chosen: ChosenThreshold | None) -> Run:
        with self._storage.write() as unit:
            run = unit.runs.get(run_id)
            assert run.result is not None
            return unit.runs.update(run_id, expect=OVER, result=run.result.model_copy(update={"threshold": chosen}))

    def _note_test_look(self, run_id: str) -> None:
        with self._storage.write() as unit:
            unit.runs.note_test_look([run_id], unless_since=utc_now() - timedelta(seconds=ONE_LOOK_S))


def table_csv(rows: Sequence[dict[str, Any]]) -> str:
    """A table as CSV. Texts that a spreadsheet would take for formulas get an apostrophe."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_cell(name) for name in rows[0]])
        writer.writerows([[_cell(value) for value in row.values()] for row in rows])
    return out.getvalue()


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def figure_json(figure: dict[str, Any]) -> str:
    """A figure with its words and its table as JSON."""
    return json.dumps(figure, ensure_ascii=False)
