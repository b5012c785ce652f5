"""What is to be learned: dataset, goal, and the columns that the goal needs."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.services.configuring import MAX_CLASSES
from app.services.datasets import suggest_task
from app.ui import forms, places
from app.ui.guard import guard, show_not_here
from app.ui.panels import dataset_picker
from app.ui.train.goals import GOALS, goal_of, possible_goals, time_columns, value_columns
from app.ui.train.prefill import proposed
from app.ui.training import role_notices, target_summary
from app.ui.words import TASK, show_notices
from core.records import Dataset
from core.types import SUPERVISED, ColumnType, LearningTask, SeriesParams

NO_REFERENCE = ""
NAMING = frozenset({ColumnType.STRING, ColumnType.BOOLEAN, ColumnType.INTEGER})
"""Types of columns that name groups."""


@dataclass(frozen=True)
class Subject:
    """What a run will learn from and for."""

    dataset: Dataset
    target: str
    """Empty where nothing is predicted and no reference was chosen."""
    task: LearningTask
    series: dict[str, Any] = field(default_factory=dict)
    """The ``series`` part of the request; empty unless the task is forecasting."""

    @property
    def key(self) -> str:
        """Prefix of the keys of widgets that forget their state when the subject changes."""
        return f"{self.dataset.id}-{self.target}"


def choose_subject() -> Subject:
    """Dataset, goal and columns; without any dataset, a sentence on where to get one ends the page."""
    dataset_column, second = st.columns(2)
    with dataset_column:
        dataset = _choose_dataset()
    goal = _choose_goal(dataset)
    with second:
        if goal == "forecast":
            subject = _series(dataset)
        elif goal == "predict":
            subject = _supervised(dataset)
        else:
            subject = _unlabelled(dataset, GOALS[goal].tasks[0])
    st.query_params["dataset"], st.query_params["target"] = dataset.id, subject.target
    if goal == "predict":
        return Subject(dataset, subject.target, _choose_task(dataset, subject.target))
    st.query_params["task"] = subject.task
    if goal == "forecast":
        return Subject(dataset, subject.target, subject.task, _horizon(subject))
    with st.popover("Which columns are used", icon=":material/view_column:"):
        show_notices(role_notices(dataset, subject.target), title="remarks")
    return subject


def _choose_dataset() -> Dataset:
    with guard():
        datasets = services().datasets.list_ready()
    if not datasets:
        st.info("Training needs a dataset that has been read.", icon=":material/lightbulb:")
        st.page_link(places.DATASETS, label="Bring one, or take a sample", icon=":material/table:")
        st.stop()
    wanted = st.query_params.get("dataset")
    if wanted and wanted not in {dataset.id for dataset in datasets}:
        with guard():
            older = services().datasets.find_ready(wanted)
        datasets = (*datasets, older) if older else datasets
    if wanted not in {dataset.id for dataset in datasets}:
        show_not_here(
            "a dataset that cannot be trained on:",
            [wanted] if wanted else [],
            hint="It does not exist, or has not been read. Another one is chosen below.",
        )
    dataset_id = dataset_picker(datasets, selected=wanted, key="train-dataset_id", label="1 · Dataset")
    with guard():
        return services().datasets.get(dataset_id)


def _choose_goal(dataset: Dataset) -> str:
    """What to find out, of what the columns allow, with a sentence on it."""
    goals = possible_goals(dataset)
    wanted = goal_of(st.query_params.get("task", ""))
    goal: str = st.segmented_control(
        "What to find out",
        goals,
        default=wanted if wanted in goals else goals[0],
        required=True,
        format_func=lambda key: f"{GOALS[key].icon} {GOALS[key].label}",
        key=f"train-goal-{dataset.id}",
    )
    st.caption(GOALS[goal].sentence)
    return goal


def _supervised(dataset: Dataset) -> Subject:
    columns = [column.name for column in dataset.columns]
    wanted = st.query_params.get("target")
    target = st.selectbox(
        "2 · Target: the column to predict",
        columns,
        index=columns.index(wanted) if wanted in columns else len(columns) - 1,
        key=f"train-target-{dataset.id}",
    )
    return Subject(dataset, target, LearningTask.CLASSIFICATION)


def _unlabelled(dataset: Dataset, task: LearningTask) -> Subject:
    is_clustering = task is LearningTask.CLUSTERING
    most = MAX_CLASSES if is_clustering else 2
    able = [
        column.name
        for column in dataset.columns
        if 2 <= column.n_distinct <= most and column.type in NAMING and not column.is_constant
    ]
    options = [NO_REFERENCE, *able]
    # What was a target a moment ago is no reference unless a person says so.
    wanted = st.query_params.get("target") if st.query_params.get("task") == task else NO_REFERENCE
    target = st.selectbox(
        f"2 · Reference, if there is one: {'known groups' if is_clustering else 'known odd rows'}",
        options,
        index=options.index(wanted) if wanted in options else 0,
        format_func=lambda name: name or "None: nothing is known",
        key=f"train-reference-{dataset.id}-{task}",
        help="It is never learned from; it only judges what was found. Of two values, the rarer one counts as odd.",
    )
    return Subject(dataset, target, task)


def _series(dataset: Dataset) -> Subject:
    columns = value_columns(dataset)
    wanted = st.query_params.get("target")
    target = st.selectbox(
        "2 · Value: the column to forecast",
        columns,
        index=columns.index(wanted) if wanted in columns else len(columns) - 1,
        key=f"train-value-{dataset.id}",
    )
    return Subject(dataset, target, LearningTask.FORECASTING)


def _horizon(subject: Subject) -> dict[str, Any]:
    """Time column, horizon and season of a forecast."""
    given = proposed("series") or {}
    times = time_columns(subject.dataset, subject.target)
    first, second, third = st.columns(3)
    with first:
        time = st.selectbox(
            "Time column",
            times,
            index=times.index(given["time"]) if given.get("time") in times else 0,
            key=f"train-time-{subject.key}",
            help="Dates or numbers that put the rows in order. Rows of one moment are averaged.",
        )
    series: dict[str, Any] = {"time": time}
    for column, name in ((second, "horizon"), (third, "season")):
        with column:
            series |= forms.params_fields(SeriesParams, [name], key="train-series", values=given)
    return series


def _choose_task(dataset: Dataset, target: str) -> LearningTask:
    with guard():
        suggested = suggest_task(dataset, target)
    column = next(column for column in dataset.columns if column.name == target)
    able = sorted(SUPERVISED) if column.type.is_numeric else [LearningTask.CLASSIFICATION]
    task_column, columns_column = st.columns(2, vertical_alignment="bottom")
    with task_column:
        task: LearningTask = st.segmented_control(
            "Kind of question",
            able,
            default=suggested,
            required=True,
            format_func=TASK.__getitem__,
            wrap=True,
            key=f"train-task-{dataset.id}-{target}",
            help="Praxis suggests one from the target's type and number of values.",
        )
    with columns_column.popover("Which columns are used", icon=":material/view_column:"):
        show_notices(role_notices(dataset, target), title="remarks")
    target_summary(dataset, column, task)
    st.query_params["task"] = task
    return task
