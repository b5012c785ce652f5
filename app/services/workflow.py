"""The six steps of every training, with one run's own numbers: what happens in each, technically and in the kitchen."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from core.records import Run, RunFacts
from core.types import LearningTask, RunStatus, Split
from core.wording import counted, joined
from models.registry import MODELS

State = Literal["done", "now", "paused", "failed", "waiting"]

STAGES = MappingProxyType(
    {
        "read": ("Reading the data",),
        "split": ("Splitting",),
        "preprocess": ("Preprocessing",),
        "train": ("Training", "Paused"),
        "score": ("Scoring",),
        "save": ("Saving",),
    }
)
"""What a worker calls the step that it is in."""

TITLES = MappingProxyType(
    {
        "read": "Read",
        "split": "Split",
        "preprocess": "Preprocess",
        "train": "Train",
        "score": "Score",
        "save": "Save",
    }
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a run."""

    key: str
    title: str
    state: State
    technical: str
    kitchen: str

    def to_json(self) -> dict[str, Any]:
        """The step as a live view takes it."""
        return {
            "key": self.key,
            "title": self.title,
            "state": self.state,
            "technical": self.technical,
            "kitchen": self.kitchen,
        }


def workflow(run: Run) -> tuple[Step, ...]:
    """The steps of ``run`` in order, the present one marked."""
    present = _present(run)
    texts = _texts(run)
    return tuple(
        Step(
            key=key,
            title=title,
            state=_state(run, index, present),
            technical=texts[key][0],
            kitchen=texts[key][1],
        )
        for index, (key, title) in enumerate(TITLES.items())
    )


def _present(run: Run) -> int:
    """Position of the step that the run is in, or was in when it ended; -1 before the first."""
    for index, stages in enumerate(STAGES.values()):
        if run.progress.stage in stages:
            return index
    if run.status in (RunStatus.FINISHED, RunStatus.STOPPED) and run.result is not None:
        return len(STAGES)
    if run.status is RunStatus.QUEUED or run.started_at is None:
        return -1
    # A stage of its own name, such as that of a task without a target: it lies before, in or after the training.
    order = list(STAGES)
    if run.progress.fraction >= 1:
        return order.index("score")
    return order.index("train" if run.progress.facts else "preprocess")


def _state(run: Run, index: int, present: int) -> State:
    if index != present:
        return "done" if index < present else "waiting"
    if run.status in (RunStatus.FAILED, RunStatus.LOST):
        return "failed"
    if run.status in (RunStatus.PAUSED, RunStatus.QUEUED):
        return "paused"
    return "now" if run.status is RunStatus.RUNNING else "done"


def _texts(run: Run) -> dict[str, tuple[str, str]]:
    """What happens in each step, technically and in the kitchen."""
    spec, facts, task = MODELS[run.config.model], run.progress.facts, run.config.task
    has_target = task in (LearningTask.CLASSIFICATION, LearningTask.REGRESSION)
    return {
        "read": _reading(facts, has_target=has_target),
        "split": _splitting(facts),
        "preprocess": _preprocessing(facts),
        "train": (f"{spec.label} learns from the training rows. {spec.live}", "Cook and taste, again and again."),
        "score": (
            "The finished model answers for rows it has not learned from. Test rows are scored now, this once, each "
            "score with its interval.",
            "The guest, who has not been in the kitchen, tastes the sealed plate. Once.",
        ),
        "save": (
            "Model, row numbers, predictions, figures and the script that repeats it are stored, each with its hash.",
            "Write the recipe down, so that anybody can cook it again.",
        ),
    }


def _reading(facts: RunFacts | None, *, has_target: bool) -> tuple[str, str]:
    if facts is None:
        return "Takes the columns it needs from the stored table.", "Fetch the ingredients."
    known = " with a known answer" if has_target else ""
    rows = counted(sum(facts.n_samples.values()), f"row{known}", f"rows{known}")
    columns = counted(facts.n_columns, "column")
    return f"{rows}, {columns} to learn from.", f"Fetch the ingredients: {rows}, {columns} each."


def _splitting(facts: RunFacts | None) -> tuple[str, str]:
    kitchen = "Set plates aside: one to taste while cooking, one sealed for the guest."
    if facts is None:
        return "Divides the rows into those to learn from, to choose by, and to judge by.", kitchen
    parts = [f"{facts.n_samples[split]:,} {split.value}" for split in Split if facts.n_samples.get(split)]
    locked = " Test rows stay locked until the end." if facts.n_samples.get(Split.TEST) else ""
    return f"{joined(parts)} rows.{locked}", kitchen


def _preprocessing(facts: RunFacts | None) -> tuple[str, str]:
    if facts is None:
        return "Turns columns into numbers, by rules learned from training rows alone.", "Wash, peel and chop."
    features = counted(facts.n_features, "feature")
    rows = counted(facts.n_samples.get(Split.TRAIN, 0), "training row")
    return (
        f"{counted(facts.n_columns, 'column')} became {features}, by rules learned from {rows} alone.",
        f"Wash, peel and chop: {features} are ready for the pan.",
    )
