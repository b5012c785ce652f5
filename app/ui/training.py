"""Parts of the Train page."""

from pprint import pformat

import streamlit as st

from app.services.catalog import ModelInfo
from app.services.configuring import StartRun
from app.ui import numbers
from app.ui.text import plain
from core.errors import WorkbenchError
from core.preprocessing.roles import assign_roles
from core.records import Dataset
from core.types import Column, LearningTask, Notice, Severity

COST_WORDS = {"light": "quick", "medium": "takes its time on large tables", "heavy": "slow on large tables"}


def target_summary(dataset: Dataset, column: Column, task: LearningTask) -> None:
    """What there is to predict, in one line."""
    n_known = (dataset.n_rows or 0) - column.n_missing
    if task is LearningTask.CLASSIFICATION:
        shares = ", ".join(f"{plain(top.value)} {top.count / max(n_known, 1):.1%}" for top in column.top_values[:4])
        text = f"{numbers.count(column.n_distinct, 'class', 'classes')}: {shares}"
    else:
        text = f"{plain(column.minimum)} to {plain(column.maximum)}, median {numbers.significant(column.median)}"
    if column.n_missing:
        text += f" · {numbers.count(column.n_missing, 'row')} without a target left out"
    st.markdown(f":gray[{text}]")


def role_notices(dataset: Dataset, target: str) -> tuple[Notice, ...]:
    """Which columns training uses, and why others are left out."""
    try:
        roles = assign_roles(dataset.columns, target=target, n_rows=dataset.n_rows or 0)
    except WorkbenchError as error:
        return (Notice(severity=Severity.SERIOUS, code=error.code, text=f"{error.message} {error.hint}"),)
    used = Notice(
        severity=Severity.INFO,
        code="used",
        text=", ".join(
            (
                numbers.count(len(roles.numeric), "number"),
                numbers.count(len(roles.categorical), "category", "categories"),
                numbers.count(len(roles.datetime), "date"),
                *([numbers.count(len(roles.text), "text")] if roles.text else []),
            )
        )
        + f": {', '.join(roles.used)}",
    )
    return (used, *(notice for notice in roles.excluded if notice.code != "target"))


def model_card(model: ModelInfo) -> None:
    """What a model is good for, with both explanations."""
    with st.container(border=True):
        st.markdown(f"**{model.label}** · {model.summary}")
        st.caption(f"{model.family} · {COST_WORDS[model.cost]} · {model.live}")
        kind = st.segmented_control(
            "Explanation",
            ["In the kitchen", "Technically", "Strengths and weaknesses"],
            key=f"train-explanation-{model.key}",
            label_visibility="collapsed",
        )
        if kind == "In the kitchen":
            st.write(model.kitchen)
        elif kind == "Technically":
            st.write(model.technical)
            st.caption(f"Source: {model.source}")
        elif kind == "Strengths and weaknesses":
            good, bad = st.columns(2)
            good.markdown("\n".join(f"- {text}" for text in model.strengths))
            bad.markdown("\n".join(f"- {text}" for text in model.weaknesses))


def request_code(request: StartRun, url: str) -> str:
    """Python that starts the same run over REST, with the standard library alone."""
    body = pformat(request.model_dump(mode="json", exclude={"name"}), sort_dicts=False)
    return f"""import json
import urllib.request

body = {body}
request = urllib.request.Request(
    "{url}/api/v1/runs",
    data=json.dumps(body).encode(),
    headers={{"Content-Type": "application/json"}},
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)["id"])
"""
