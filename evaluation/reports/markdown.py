"""A report as Markdown: reads in any editor, and keeps what people wrote as text."""

import re

from core.wording import counted
from evaluation.reports.content import RunReport, number, with_interval

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_ADDRESS_START = re.compile(r"(://|\bwww(?=\.)|@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
"""Takes no room: an address with one in it stays text instead of becoming a link."""


def markdown_report(report: RunReport) -> str:
    """The report without its pictures, whose numbers are in the JSON and the HTML."""
    lines = [
        f"# {_plain(report.title)}",
        "",
        f"Written by Praxis on {report.written_at:%Y-%m-%d %H:%M} UTC.",
        "",
        _plain(report.summary),
        "",
        "## Scores",
        "",
        "95 % bootstrap intervals in brackets. The baseline is a dummy that looks at no column.",
        "",
        *_table(
            ("Metric", "Better is", "Validation", "Test", "Baseline (test)"),
            [
                (
                    each.label,
                    each.direction.value,
                    with_interval(each.validation),
                    with_interval(each.test),
                    number(each.test.baseline),
                )
                for each in report.scores
            ],
        ),
        "",
        looks_sentence(report),
        *_folds(report),
        *_threshold(report),
        "",
        "## Figures",
        "",
        *(f"- {_plain(figure['title'])}, {figure['split']} rows: {_plain(figure['alt'])}" for figure in report.figures),
        "",
        "## Remarks",
        "",
        *([f"- {_plain(each.text)} ({each.severity})" for each in report.remarks] or ["Nothing was noticed."]),
        "",
        "## Configuration",
        "",
        *_table(("Setting", "Value"), list(report.configuration.items())),
        "",
        "## Origin",
        "",
        *_table(("What", "Value"), list(report.origin.items())),
        "",
        "## How to repeat it",
        "",
        REPEATING,
        *_script(report.script),
        "",
    ]
    return "\n".join(lines)


REPEATING = (
    "Train again on the dataset with the content hash above, with the same settings and seed: the same split, model "
    "and scores come out. The script below does it without Praxis."
)


def looks_sentence(report: RunReport) -> str:
    """How often the test rows were looked at."""
    if not report.test_looks:
        return "The test rows were scored once, when the training was over, and not looked at since."
    return (
        f"The test rows were looked at {counted(report.test_looks, 'more time', 'more times')} since the training was "
        "over; each look makes them a little less of a test."
    )


def folds_sentence(report: RunReport) -> str:
    """What a cross-validation found, with the deciding score first; empty when there was none."""
    found = report.resampling
    if found is None or not found.metrics:
        return ""
    primary = report.scores[0].metric
    best = next((each for each in found.metrics if each.metric == primary), found.metrics[0])
    ends = "" if best.low is None or best.high is None else f" ({number(best.low)} to {number(best.high)})"
    return (
        f"Cross-validation on the train and validation rows: {best.metric} {number(best.mean)}{ends} on average over "
        f"{counted(found.n_done, 'fold')}, with a deviation of {number(best.std)} between them."
    )


def _folds(report: RunReport) -> list[str]:
    said = folds_sentence(report)
    return ["", _plain(said)] if said else []


def _threshold(report: RunReport) -> list[str]:
    chosen = report.threshold
    if chosen is None:
        return []
    values = ", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in chosen.values.items())
    counts = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in chosen.counts.items())
    return [
        "",
        "## Threshold",
        "",
        f"Rows are to be called {_plain(report.labels[-1])} above a probability of {chosen.threshold:.3g}, chosen on "
        f"validation rows with these values of outcomes: {values}. There it gives: {counts}. The scores above are "
        "those of 0.5.",
    ]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [head, *rows]
    text = ["| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines]
    return [text[0], "|" + " --- |" * len(head), *text[1:]]


def _script(script: str) -> list[str]:
    if not script:
        return []
    longest = max((len(run) for run in re.findall(r"`+", script)), default=0)
    fence = "`" * max(3, longest + 1)
    return ["", f"{fence}python", script.rstrip("\n"), fence]


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _ADDRESS_START.sub(rf"\1{_WORD_JOINER}", " ".join(text.split())))
