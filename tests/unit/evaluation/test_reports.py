"""Reports of runs: complete, honest about the test rows, and obeyed by nothing that reads them."""

import json
from typing import Any

import pytest

from core.records import ChosenThreshold, Run, RunArtifacts, RunResult
from core.resampling import MetricSummary, ResamplingSummary
from core.types import Notice, RunStatus, Score, Severity, Split
from evaluation.reports.content import RunReport, listed_scores, make_report
from evaluation.reports.markdown import markdown_report
from evaluation.reports.page import html_report
from tests.factories import make_dataset, make_run

HOSTILE = "<script>alert(1)</script> [x](http://evil.example) | `y` </style>"
FIGURE = {
    "key": "roc",
    "split": "test",
    "title": "ROC curve",
    "explanation": "How to read it.",
    "alt": f"Area of {HOSTILE}",
    "table": [{"class": HOSTILE, "threshold": 0.5}],
    "figure": {
        "data": [{"type": "scatter", "x": [0, 1], "y": [0, 1], "name": HOSTILE}],
        "layout": {"title": {"text": "ROC"}, "xaxis": {"title": {"text": "x"}}, "yaxis": {"title": {"text": "y"}}},
    },
}


def make_score(metric: str, split: Split, value: float = 0.8, baseline: float = 0.5) -> Score:
    return Score(
        metric=metric, split=split, value=value, low=value - 0.05, high=value + 0.05, baseline=baseline, n_samples=100
    )


def make_finished(**changes: Any) -> Run:
    scores = [make_score(m, s) for s in (Split.VALIDATION, Split.TEST) for m in ("accuracy", "f1", "log_loss", "loss")]
    result = RunResult(
        scores=tuple(scores),
        primary_metric="f1",
        final_step=10,
        labels=("no", HOSTILE),
        n_samples={Split.TRAIN: 400, Split.VALIDATION: 100, Split.TEST: 100},
        notices=(Notice(severity=Severity.WARNING, code="x", text=f"Odd: {HOSTILE}"),),
        duration_s=1.0,
        **changes,
    )
    return make_run(name=f"Run {HOSTILE}", status=RunStatus.FINISHED, result=result, artifacts=RunArtifacts())


def report_of(run: Run, script: str = "print('```')\n") -> RunReport:
    return make_report(run, make_dataset(name=HOSTILE), figures=[FIGURE], script=script)


def test_the_deciding_score_comes_first_and_the_loss_stands_under_its_usual_name() -> None:
    assert [each.metric for each in listed_scores(make_finished())] == ["f1", "accuracy", "log_loss"]


def test_a_page_shows_hostile_texts_and_obeys_none() -> None:
    page = html_report(report_of(make_finished()))
    assert "<script>alert" not in page
    words = page.split("<script>")[0]
    assert words.count("</style>") == 1
    assert page.count("</script>") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    figures = json.loads(page.split("const figures=")[1].split(";figures.forEach")[0])
    assert figures[0]["data"][0]["name"].startswith("&lt;script&gt;")


def test_markdown_keeps_hostile_texts_as_text() -> None:
    text = markdown_report(report_of(make_finished()))
    words = text.split("````python")[0]
    assert "[x](http" not in words
    assert "<script>" not in words.replace("\\<", "")
    assert "http://evil" not in words
    rows = [line for line in words.splitlines() if line.startswith("| F1")]
    assert len(rows) == 1
    assert rows[0].count("|") == 6


def test_the_script_cannot_end_its_own_fence() -> None:
    text = markdown_report(report_of(make_finished()))
    assert text.rstrip().endswith("````")
    assert "````python\nprint('```')\n````" in text


def test_json_holds_everything_and_reads_back() -> None:
    report = report_of(make_finished())
    assert RunReport.model_validate_json(report.model_dump_json()) == report
    assert report.configuration["split.validation"] == "0.15"
    assert report.origin["content (SHA-256)"] == "5a" * 32


@pytest.mark.parametrize(("looks", "said"), [(0, "not looked at since"), (1, "1 more time"), (3, "3 more times")])
def test_looks_at_the_test_rows_are_told(looks: int, said: str) -> None:
    run = make_finished().model_copy(update={"test_looks": looks})
    assert said in markdown_report(report_of(run))
    assert said in html_report(report_of(run))


def test_threshold_and_cross_validation_are_told_where_there_are_any() -> None:
    values = {"true_positive": 0.0, "false_positive": -1.0, "false_negative": -5.0, "true_negative": 0.0}
    threshold = ChosenThreshold(threshold=0.25, values=values, counts=dict.fromkeys(values, 7))
    folds = ResamplingSummary(
        kind="kfold",
        folds=5,
        repeats=1,
        n_planned=5,
        n_done=5,
        n_failed=0,
        is_stopped=False,
        metrics=(MetricSummary(metric="f1", mean=0.75, std=0.02, low=0.7, high=0.8, baseline=0.5),),
    )
    report = report_of(make_finished(threshold=threshold, resampling=folds))
    for text in (markdown_report(report), html_report(report)):
        assert "above a probability of 0.25" in text
        assert "over 5 folds" in text
    assert "above a probability" not in markdown_report(report_of(make_finished()))


def test_a_model_that_beats_no_dummy_is_called_so() -> None:
    run = make_finished()
    assert "so the model is better than that" in report_of(run).summary
    assert run.result is not None
    worse = tuple(score.model_copy(update={"baseline": 0.9}) for score in run.result.scores)
    beaten = run.model_copy(update={"result": run.result.model_copy(update={"scores": worse})})
    assert "so the model is not better than that" in report_of(beaten).summary
