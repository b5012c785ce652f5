"""Which model to begin with, what score to expect, and how long it will take."""

from collections.abc import Iterator
from typing import Any

from core.insights.spec import Finding, TestEvidence
from core.types import Direction, LearningTask
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.probing import Probe, Probes
from evaluation.insights.recommend_evidence import RecommendEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

LINEAR = {LearningTask.CLASSIFICATION: "logistic_regression", LearningTask.REGRESSION: "ridge"}
BOOSTING = "hist_gradient_boosting"
FEW_ROWS = 300
"""Below it boosted trees have little to divide."""


def look(evidence: RecommendEvidence) -> Iterator[Finding]:
    """One recommendation for the target, with its reasons."""
    probes = evidence.probes
    if probes is None:
        return
    gain = probes.boosting_gain
    takes_boosting = gain.is_distinguishable and gain.difference > 0
    model = BOOSTING if takes_boosting else LINEAR[evidence.task]
    if model not in evidence.models:
        return
    chosen = probes.boosting if takes_boosting else probes.linear
    said = Said()
    yield Finding(
        kind=SPEC.key,
        family="model",
        subject=(str(evidence.target), model),
        title=f"Begin with {_inside(evidence.models[model].label)}",
        statement=_statement(said, probes, chosen, str(evidence.target), takes_boosting=takes_boosting),
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Paired bootstrap over rows held out in five folds",
                p_value=gain.p_value,
                effect_name=f"{probes.metric.label}, boosted trees better than a straight line by",
                effect=gain.difference,
                interval=(gain.low, gain.high),
                n=probes.n_rows,
            ),
        ),
        sureness="strong" if takes_boosting and gain.p_value < 0.01 else "moderate",
        interest=0.7,
        picture=_picture(probes),
        table=_table(probes),
        advice=_advice(probes, takes_boosting=takes_boosting),
        actions=_actions(evidence, model),
    )


def _statement(said: Said, probes: Probes, chosen: Probe, target: str, *, takes_boosting: bool) -> str:
    label = probes.metric.label
    expected = (
        f"For '{short(target)}' expect {label} of about {said.score('score', chosen.score)} (95 % interval "
        f"{said.score('low', chosen.low)} to {said.score('high', chosen.high)}; a dummy has "
        f"{said.score('baseline', probes.baseline)})"
    )
    said.numbers["level"] = 0.95
    rows = said.count("rows", probes.n_rows, "row")
    gap = said.score("gain", abs(probes.boosting_gain.difference))
    if takes_boosting:
        return f"{expected}. On {rows} boosted trees were {gap} better than a straight line: the relation bends."
    if probes.boosting_gain.is_distinguishable:
        return f"{expected}. On {rows} a straight line was {gap} better than boosted trees."
    return f"{expected}. On {rows} boosted trees and a straight line cannot be told apart: the simpler one will do."


def _advice(probes: Probes, *, takes_boosting: bool) -> str:
    reasons = []
    if takes_boosting:
        reasons.append("Boosted trees need no scaling and take missing values as they are.")
    else:
        reasons.append("A linear model is quick, and its weights can be read.")
    if probes.n_known < FEW_ROWS:
        reasons.append("There are few rows, so use cross-validation and do not trust small differences.")
    if probes.class_shares and probes.class_shares[-1] < 0.1:
        reasons.append("One class is rare: watch F1 and recall, not accuracy.")
    if len(probes.roles.categorical) > len(probes.roles.numeric):
        reasons.append("Most columns are categories.")
    if probes.roles.text:
        reasons.append("Columns of free text were left out of the probe; a run can use them.")
    return " ".join(reasons)


def _actions(evidence: RecommendEvidence, model: str) -> tuple[Any, ...]:
    request = evidence.request(model)
    query = {"dataset": evidence.table.dataset.id, "target": str(evidence.target), "model": model}
    form = requests.open_page("train", "Choose settings first", **query)
    if requests.is_known({**request, "split": {"scheme": _scheme(evidence)}}, evidence.runs, evidence.models):
        return (form,)
    return requests.start(f"Train {_inside(evidence.models[model].label)}", request), form


def _scheme(evidence: RecommendEvidence) -> str:
    return "random" if evidence.task is LearningTask.REGRESSION else "stratified"


def _picture(probes: Probes) -> dict[str, Any]:
    both = (probes.boosting, probes.linear)
    is_higher = probes.metric.direction is Direction.HIGHER
    return picturing.intervals(
        ["Boosted trees", "Straight line"],
        [one.score for one in both],
        [one.low for one in both],
        [one.high for one in both],
        x_title=f"{probes.metric.label}, {'higher' if is_higher else 'lower'} is better (dotted: dummy)",
        line_at=probes.baseline,
    )


def _table(probes: Probes) -> dict[str, list[Any]]:
    both = (probes.boosting, probes.linear)
    return {
        "model": ["boosted trees", "straight line", "dummy"],
        probes.metric.label: [*(one.score for one in both), probes.baseline],
        "low": [*(one.low for one in both), None],
        "high": [*(one.high for one in both), None],
        "seconds of a fit": [*(round(one.fit_s, 3) for one in both), None],
    }


def _inside(label: str) -> str:
    """A model's label inside a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


SPEC = Finder(
    key="model_choice",
    label="A model to begin with",
    look=look,
    meaning="Five-fold probes of a linear model and of boosted trees on a sample of the rows say whether the relation "
    "bends, and what score to expect.",
    is_costly=True,
)
