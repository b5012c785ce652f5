"""What is to be learned: dataset, target, kind of question."""

from dataclasses import dataclass

import streamlit as st

from app.bootstrap import services
from app.services.datasets import suggest_task
from app.ui import places
from app.ui.guard import guard, show_not_here
from app.ui.panels import dataset_picker
from app.ui.training import role_notices, target_summary
from app.ui.words import TASK, show_notices
from core.records import Dataset
from core.types import SUPERVISED, LearningTask


@dataclass(frozen=True)
class Subject:
    """What a run will learn from and for."""

    dataset: Dataset
    target: str
    task: LearningTask

    @property
    def key(self) -> str:
        """Prefix of the keys of widgets that forget their state when the subject changes."""
        return f"{self.dataset.id}-{self.target}"


def choose_subject() -> Subject:
    """Dataset, target and task; without any dataset, a sentence on where to get one ends the page."""
    dataset_column, target_column = st.columns(2)
    with dataset_column:
        dataset = _choose_dataset()
    columns = [column.name for column in dataset.columns]
    wanted = st.query_params.get("target")
    with target_column:
        target = st.selectbox(
            "2 · Target: the column to predict",
            columns,
            index=columns.index(wanted) if wanted in columns else len(columns) - 1,
            key=f"train-target-{dataset.id}",
        )
    st.query_params["dataset"], st.query_params["target"] = dataset.id, target
    return Subject(dataset, target, _choose_task(dataset, target))


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


def _choose_task(dataset: Dataset, target: str) -> LearningTask:
    with guard():
        suggested = suggest_task(dataset, target)
    column = next(column for column in dataset.columns if column.name == target)
    task_column, columns_column = st.columns(2, vertical_alignment="bottom")
    with task_column:
        task: LearningTask = st.segmented_control(
            "Kind of question",
            sorted(SUPERVISED) if column.type.is_numeric else [LearningTask.CLASSIFICATION],
            default=suggested,
            required=True,
            format_func=TASK.__getitem__,
            key=f"train-task-{dataset.id}-{target}",
            help="Praxis suggests one from the target's type and number of values.",
        )
    with columns_column.popover("Which columns are used", icon=":material/view_column:"):
        show_notices(role_notices(dataset, target), title="remarks")
    target_summary(dataset, column, task)
    return task
