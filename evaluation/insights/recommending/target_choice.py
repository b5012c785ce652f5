"""Which column to predict."""

from collections.abc import Iterator

from core.insights.spec import Finding
from core.wording import joined, short
from evaluation.insights import requests
from evaluation.insights.recommend_evidence import RecommendEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder


def look(evidence: RecommendEvidence) -> Iterator[Finding]:
    """A finding while nobody has chosen a target: neither now, nor by a run."""
    guesses = evidence.guesses
    if evidence.asked_target is not None or not guesses or guesses[0].points >= 10:
        return
    first = guesses[0]
    said = Said()
    others = [f"'{short(guess.column)}'" for guess in guesses[1:4]]
    statement = f"'{short(first.column)}' looks like what one would predict: {joined(first.reasons)}."
    if others:
        statement += f" Other columns that could be: {joined(others)}."
    dataset = evidence.table.dataset
    yield Finding(
        kind=SPEC.key,
        family="model",
        subject=(first.column,),
        title="A column to predict",
        statement=statement,
        numbers=said.numbers,
        sureness="weak",
        interest=0.35,
        table={
            "column": [guess.column for guess in guesses],
            "task": [guess.task.value for guess in guesses],
            "reasons": [", ".join(guess.reasons) for guess in guesses],
        },
        advice="Choose by what you want to know before it happens: a target is worth predicting when it is unknown "
        "at the time of the decision.",
        actions=tuple(
            requests.open_page("train", f"Predict {short(guess.column, 24)}", dataset=dataset.id, target=guess.column)
            for guess in guesses[:2]
        ),
    )


SPEC = Finder(
    key="target_choice",
    label="A target to predict",
    look=look,
    meaning="A column whose name, values and place look like an outcome. Nobody but you can know what is worth "
    "predicting.",
)
