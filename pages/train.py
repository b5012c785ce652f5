"""Train: dataset, target, model, settings, start."""

from typing import Any

import streamlit as st

from app.bootstrap import services, wiring
from app.services.catalog import list_models
from app.services.configuring import StartRun
from app.services.datasets import suggest_task
from app.ui import forms, numbers, places
from app.ui.guard import guard, show_not_here
from app.ui.panels import code_expander, dataset_picker
from app.ui.text import plain
from app.ui.training import model_card, request_code, role_notices, target_summary
from app.ui.words import TASK, show_notices
from core.preprocessing.params import PreprocessingParams
from core.types import LearningTask, SplitParams
from models.registry import MODELS

st.title("Train")
st.markdown("Choose what to predict and a model, then watch it learn.")

with guard():
    datasets = services().datasets.list_ready()
if not datasets:
    st.info("Training needs a dataset that has been read.", icon=":material/lightbulb:")
    st.page_link(places.DATASETS, label="Bring one, or take a sample", icon=":material/table:")
    st.stop()

wanted_id = st.query_params.get("dataset")
if wanted_id and wanted_id not in {dataset.id for dataset in datasets}:
    with guard():
        older = services().datasets.find_ready(wanted_id)
    datasets = (*datasets, older) if older else datasets
if wanted_id not in {dataset.id for dataset in datasets}:
    show_not_here(
        "a dataset that cannot be trained on:",
        [wanted_id] if wanted_id else [],
        hint="It does not exist, or has not been read. Another one is chosen below.",
    )

# 1 Dataset, 2 target --------------------------------------------------------------------------------------------
left, right = st.columns(2)
with left:
    dataset_id = dataset_picker(datasets, selected=wanted_id, key="train-dataset_id", label="1 · Dataset")
with guard():
    dataset = services().datasets.get(dataset_id)
columns = [column.name for column in dataset.columns]
wanted = st.query_params.get("target")
with right:
    target = st.selectbox(
        "2 · Target: the column to predict",
        columns,
        index=columns.index(wanted) if wanted in columns else len(columns) - 1,
        key=f"train-target-{dataset_id}",
    )
st.query_params["dataset"], st.query_params["target"] = dataset_id, target

with guard():
    suggested = suggest_task(dataset, target)
target_column = next(column for column in dataset.columns if column.name == target)
tasks = list(LearningTask) if target_column.type.is_numeric else [LearningTask.CLASSIFICATION]
task_column, columns_column = st.columns(2, vertical_alignment="bottom")
with task_column:
    task = st.segmented_control(
        "Kind of question",
        tasks,
        default=suggested,
        required=True,
        format_func=TASK.__getitem__,
        key=f"train-task-{dataset_id}-{target}",
        help="Praxis suggests one from the target's type and number of values.",
    )
with columns_column.popover("Which columns are used", icon=":material/view_column:"):
    show_notices(role_notices(dataset, target), title="remarks")
target_summary(dataset, target_column, task)

# 3 Model --------------------------------------------------------------------------------------------------------
models = {model.key: model for model in list_models() if task in model.tasks}
model_key = st.segmented_control(
    "3 · Model",
    list(models),
    default="random_forest" if "random_forest" in models else next(iter(models)),
    required=True,
    format_func=lambda key: models[key].label,
    key=f"train-model-{task}",
)
model_card(models[model_key])

# 4 Settings -----------------------------------------------------------------------------------------------------
params_model = MODELS[model_key].params
with st.form("train-settings", border=False):
    st.markdown("4 · Settings")
    front, others = forms.front_fields(params_model), forms.other_fields(params_model)
    params: dict[str, Any] = {}
    for column, name in zip(st.columns(max(len(front), 2)), front, strict=False):
        with column:
            params |= forms.params_fields(params_model, [name], key=f"train-{model_key}")
    all_settings, preprocessing_settings, split_settings = st.columns(3)
    with all_settings.expander("All settings", icon=":material/tune:"):
        params |= forms.params_fields(params_model, others, key=f"train-{model_key}")
        if not others:
            st.caption("This model has no other settings.")
    with preprocessing_settings.expander("Preprocessing", icon=":material/cleaning_services:"):
        preprocessing = forms.params_fields(
            PreprocessingParams,
            list(PreprocessingParams.model_fields),
            key=f"train-preprocessing-{dataset_id}-{target}",
            options={"exclude": [name for name in columns if name != target]},
        )
    with split_settings.expander("Split and seed", icon=":material/splitscreen:"):
        split = forms.params_fields(SplitParams, ["validation", "test"], key="train-split")
        if task is LearningTask.CLASSIFICATION:
            split |= forms.params_fields(SplitParams, ["scheme"], key="train-split")
        seed = st.number_input(
            "Seed", 0, 2**32 - 1, 7, key="train-seed", help="The same seed gives the same split and the same result."
        )
        st.caption("The test part is scored once, at the end; nothing is chosen by it.")
    submitted = st.form_submit_button("Start run", type="primary", icon=":material/play_arrow:")

request = StartRun(
    dataset_id=dataset_id,
    target=target,
    model=model_key,
    params=params,
    task=task,
    preprocessing=preprocessing,
    split=split,
    seed=int(seed),
)
if submitted:
    with guard():
        run = services().runs.start(request)
    st.switch_page(places.RUNS, query_params={"run": run.id})

st.caption(
    f"{plain(models[model_key].label)} on {numbers.count(dataset.n_rows, 'row')}. "
    "The run goes on when you close this page."
)
code_expander(request_code(request, wiring().settings.browser_url), note="The same call as the button makes.")
