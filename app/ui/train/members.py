"""Which finished runs are combined, and how much say each has: the settings of voting and stacking."""

from typing import Any

import streamlit as st

from app.bootstrap import services, wiring
from app.services.catalog import ModelInfo, get_model
from app.services.configuring import StartRun
from app.services.members import fitting_members
from app.ui import forms, numbers, places
from app.ui.guard import guard
from app.ui.panels import code_expander
from app.ui.train.prefill import proposed
from app.ui.train.subject import Subject
from app.ui.training import request_code
from core.members import FEWEST_MEMBERS
from core.records import Run
from core.types import Direction, Split
from evaluation.registry import METRICS
from models.registry import MODELS

MOST_PROPOSED = 3
OWN_FIELDS = frozenset({"runs", "weights"})
"""Fields of the parameters that are drawn here; the others are like those of any model."""


def combine_and_start(subject: Subject, model: ModelInfo) -> None:
    """Runs to combine, their weights, the other settings, and the button that starts the run and opens it."""
    with guard():
        possible = services().runs.possible_members(subject.dataset, target=subject.target, task=subject.task)
    if len(possible) < FEWEST_MEMBERS:
        st.info(
            f"{model.label} combines finished runs on this dataset and target: there "
            f"{'is one' if possible else 'are none'} yet, and at least {FEWEST_MEMBERS} are needed. "
            "Choose another model above and train it first.",
            icon=":material/group:",
        )
        return
    chosen = _choose(possible, key=f"train-members-{subject.key}-{subject.task}")
    params: dict[str, Any] = {"runs": [run.id for run in chosen]}
    params_model = MODELS[model.key].params
    others = [name for name in params_model.model_fields if name not in OWN_FIELDS]
    with st.form("train-combination", border=False):
        st.markdown("5 · Settings")
        if "weights" in params_model.model_fields:
            params["weights"] = _weights(chosen)
        if others:
            for column, name in zip(st.columns(len(others)), others, strict=True):
                with column:
                    params |= forms.params_fields(
                        params_model, [name], key=f"train-{model.key}", values=proposed("params")
                    )
        submitted = st.form_submit_button(
            "Start run", type="primary", icon=":material/play_arrow:", disabled=len(chosen) < FEWEST_MEMBERS
        )
    if len(chosen) < FEWEST_MEMBERS:
        st.caption(f"Choose at least {FEWEST_MEMBERS} runs.")
        return
    request = StartRun(
        dataset_id=subject.dataset.id, target=subject.target, model=model.key, params=params, task=subject.task
    )
    if submitted:
        with guard():
            run = services().runs.start(request)
        st.switch_page(places.RUNS, query_params={"run": run.id})
    st.caption(f"Rows are divided as in these runs: {_division(chosen[0])}.")
    code_expander(request_code(request, wiring().settings.browser_url), note="The same call as the button makes.")


def _choose(possible: tuple[Run, ...], *, key: str) -> tuple[Run, ...]:
    by_id = {run.id: run for run in possible}
    given = [each for each in proposed("params").get("runs") or () if each in by_id]
    st.session_state.setdefault(key, given or [run.id for run in _proposal(possible)])
    kept = [each for each in st.session_state[key] if each in by_id]
    fitting = fitting_members(by_id[kept[0]], possible) if kept else possible
    st.session_state[key] = [each for each in kept if by_id[each] in fitting]
    ids = st.multiselect(
        "4 · Runs to combine",
        [run.id for run in fitting],
        format_func=lambda each: _label(by_id[each]),
        key=key,
        help="Finished runs on the same dataset version, target, split and seed. Runs of different kinds gain most.",
    )
    if n_hidden := len(possible) - len(fitting):
        st.caption(f"{numbers.count(n_hidden, 'run')} of another split or seed not shown; clear the field to see all.")
    return tuple(by_id[each] for each in ids)


def _proposal(possible: tuple[Run, ...]) -> list[Run]:
    """The best run of each model among those that fit the newest one, at most a handful, by validation."""
    fitting = fitting_members(possible[0], possible)
    best: dict[str, Run] = {}
    for run in sorted(fitting, key=_rank):
        best.setdefault(run.config.model, run)
    found = list(best.values())[:MOST_PROPOSED]
    return found if len(found) >= FEWEST_MEMBERS else []


def _rank(run: Run) -> float:
    """Lower is better, whichever way the metric goes; runs without a score come last."""
    score = _score(run)
    if score is None:
        return float("inf")
    return -score[1] if METRICS[score[0]].direction is Direction.HIGHER else score[1]


def _score(run: Run) -> tuple[str, float] | None:
    result = run.result
    if result is None:
        return None
    return next(
        (
            (each.metric, each.value)
            for each in result.scores
            if each.split is Split.VALIDATION and each.metric == result.primary_metric
        ),
        None,
    )


def _label(run: Run) -> str:
    model = get_model(run.config.model).label
    # A name that nobody has given says what the page says already.
    name = "" if run.name.startswith(f"{model} on ") else f"{run.name}: "
    score = _score(run)
    judged = f", {METRICS[score[0]].label} {numbers.significant(score[1])}" if score else ""
    return f"{name}{model}{judged} ({run.id[-4:]})"


def _weights(chosen: tuple[Run, ...]) -> list[float]:
    if not chosen:
        return []
    given = list(proposed("params").get("weights") or ())
    columns = st.columns(min(len(chosen), 4))
    found = []
    for number, run in enumerate(chosen):
        with columns[number % len(columns)]:
            found.append(
                st.number_input(
                    f"Weight of {get_model(run.config.model).label}",
                    0.01,
                    100.0,
                    float(given[number]) if len(given) == len(chosen) else 1.0,
                    key=f"train-weight-{run.id}",
                    help="How much say it has. Twice the weight counts like two runs that say the same.",
                )
            )
    return found


def _division(run: Run) -> str:
    split = run.config.split
    parts = f"{numbers.percent(split.validation)} validation, {numbers.percent(split.test)} test"
    return f"{split.scheme.replace('_', ' ')}, {parts}, seed {run.config.seed}"
