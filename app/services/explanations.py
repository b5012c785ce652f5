"""Explanations of runs: what can be asked, what suits a run, and asking it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService
from app.services.runs import RunService
from core.errors import Conflict, NotFound, UserInputError
from core.params import validate_params
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.planning import make_plan
from core.preprocessing.spec import Purpose
from core.records import Computation, Dataset, Run
from core.types import SUPERVISED, Value
from evaluation.computing import COMPUTATIONS
from evaluation.explaining.refitting import spread_values
from models.registry import MODELS

N_VALUES = 7
TREES, LINEAR = frozenset({"Trees"}), frozenset({"Linear", "Discriminant", "Support vectors"})


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One explanation."""

    key: str
    label: str
    summary: str
    suits: Callable[[Run], bool] = lambda _: True
    """Whether a run of this model can have it, as far as its family tells."""


KINDS = (
    Kind(
        key="permutation_importance",
        label="Importance",
        summary="How much worse the score gets when a column is shuffled.",
    ),
    Kind(key="shap_values", label="SHAP", summary="What each column adds to the prediction of each row."),
    Kind(
        key="partial_dependence",
        label="Dependence",
        summary="How the prediction moves with one column, or with two.",
    ),
    Kind(key="decision_boundary", label="Boundary", summary="What the model says over the plane of two columns."),
    Kind(
        key="tree_drawing",
        label="Tree",
        summary="One tree as a picture and as rules.",
        suits=lambda run: MODELS[run.config.model].family in TREES,
    ),
    Kind(
        key="coefficients",
        label="Coefficients",
        summary="The weights of a linear model, and what they mean in the units of the table.",
        suits=lambda run: MODELS[run.config.model].family in LINEAR,
    ),
    Kind(
        key="learning_curve",
        label="Learning curve",
        summary="Whether more rows would help.",
        suits=lambda run: not MODELS[run.config.model].combines_runs,
    ),
    Kind(
        key="validation_curve",
        label="Validation curve",
        summary="How the score moves with one parameter.",
        suits=lambda run: not MODELS[run.config.model].combines_runs and bool(varied_parameters(run)),
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}


class ExplanationInfo(Value):
    """One explanation as the API shows it."""

    kind: str
    label: str
    summary: str
    suits: bool
    """Whether this run can have it, as far as the family of its model tells."""
    params: dict[str, Any]
    """JSON schema, without the run."""


class VariedParameter(Value):
    """A parameter of a model that a validation curve can vary."""

    name: str
    label: str
    values: tuple[float | bool | str, ...]
    """What is tried unless other values are asked for."""
    present: float | bool | str | None
    is_log: bool


class ExplanationService:
    """What can be asked of the model of a run."""

    def __init__(self, *, runs: RunService, datasets: DatasetService, computations: ComputationService) -> None:
        self._runs = runs
        self._datasets = datasets
        self._computations = computations

    def kinds(self, run_id: str) -> tuple[ExplanationInfo, ...]:
        """Every explanation, and whether it suits the run. Raises NotFound."""
        run = self._runs.get(run_id)
        return tuple(
            ExplanationInfo(
                kind=kind.key,
                label=kind.label,
                summary=kind.summary,
                suits=run.config.task in SUPERVISED and kind.suits(run),
                params=_schema(kind.key),
            )
            for kind in KINDS
        )

    def params(self, run_id: str, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        """Parameters of the computation that explains: checked, values of a validation curve filled in.

        Raises:
            NotFound: No such run or explanation.
            Conflict: The run has no model.
            UserInputError: A parameter does not fit, or names no column or class of the run.
        """
        if kind not in BY_KEY:
            raise NotFound(f"Unknown explanation {kind!r}.", hint=f"Known: {', '.join(BY_KEY)}.")
        run = self._runs.get(run_id)
        if run.result is None or run.artifacts.model is None:
            raise Conflict(
                f"Run {run.name!r} has no model to explain: it is {run.status.value}.", hint="Wait for its end."
            )
        if run.config.task not in SUPERVISED:
            raise UserInputError(
                f"Explanations need a classification or a regression; this run is a "
                f"{run.config.task.value.replace('_', ' ')}.",
                hint="Choose another run.",
            )
        values = {**params, "run_id": run_id}
        if kind == "validation_curve":
            values = _with_values(run, values)
        return validate_params(COMPUTATIONS[kind].params, values).model_dump(mode="json")

    def start(
        self, run_id: str, kind: str, params: dict[str, Any], *, idempotency_key: str | None = None
    ) -> Computation:
        """Ask for an explanation. Raises like ``params``."""
        return self._computations.start(kind, self.params(run_id, kind, params), idempotency_key=idempotency_key)

    def columns(self, run: Run) -> tuple[str, ...]:
        """The raw columns that the run learns from. Raises NotFound: its dataset is gone."""
        dataset: Dataset = self._datasets.get(run.dataset_id)
        config = run.config
        excluded = [config.split.group] if config.split.scheme == "grouped" and config.split.group else []
        labels = run.result.labels if run.result else ()
        plan = make_plan(
            dataset.columns,
            target=config.target,
            n_rows=dataset.n_rows or 0,
            params=PreprocessingParams.model_validate(config.preprocessing),
            purpose=Purpose(
                task=config.task,
                n_classes=len(labels),
                labels=labels,
                seed=config.seed,
                model=MODELS[config.model],
            ),
            exclude=excluded,
        )
        return tuple(plan.used)


def varied_parameters(run: Run) -> tuple[VariedParameter, ...]:
    """The parameters of a run's model that a curve can run over: those with bounds, and choices among a few."""
    spec = MODELS[run.config.model]
    schema = spec.params.model_json_schema().get("properties", {})
    found = []
    for name, facts in schema.items():
        present = run.config.params.get(name)
        values, is_log = _values(facts, present)
        if len(values) >= 2:
            found.append(
                VariedParameter(
                    name=name,
                    label=facts.get("title", name),
                    values=values,
                    present=present if isinstance(present, int | float | str | bool) else None,
                    is_log=is_log,
                )
            )
    return tuple(found)


def _values(facts: dict[str, Any], present: Any) -> tuple[tuple[float | bool | str, ...], bool]:
    """Values between the bounds of a field, the present one among them; whether they lie at equal ratios."""
    if "enum" in facts and all(isinstance(value, str) for value in facts["enum"]):
        return tuple(facts["enum"]), False
    if facts.get("type") == "boolean":
        return (False, True), False
    low, high = facts.get("minimum", facts.get("exclusiveMinimum")), facts.get("maximum", facts.get("exclusiveMaximum"))
    if facts.get("type") not in {"integer", "number"} or low is None or high is None:
        return (), False
    is_integer = facts["type"] == "integer"
    is_log = bool(facts.get("log")) or (low > 0 and high / low >= 50)
    if "exclusiveMinimum" in facts:
        low = low + (1 if is_integer else (high - low) * 1e-3)
    if "exclusiveMaximum" in facts:
        high = high - (1 if is_integer else (high - low) * 1e-3)
    if is_log and low <= 0:
        low = high * 1e-6
    values: set[float] = set(spread_values(low, high, N_VALUES, is_integer=is_integer, is_log=is_log))
    if isinstance(present, int | float) and not isinstance(present, bool):
        values.add(present)
    return tuple(sorted(values)), is_log


def _with_values(run: Run, values: dict[str, Any]) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in varied_parameters(run)}
    chosen = known.get(str(values.get("parameter")))
    if chosen is None:
        raise UserInputError(
            f"No curve can run over a parameter {values.get('parameter')!r} of this model.",
            hint=f"It can over: {', '.join(known)}." if known else "This model has none.",
            field="parameter",
        )
    return {"label": chosen.label, "values": chosen.values, "is_log": chosen.is_log} | values


def _schema(kind: str) -> dict[str, Any]:
    schema = COMPUTATIONS[kind].params.model_json_schema()
    schema.get("properties", {}).pop("run_id", None)
    if "required" in schema:
        left_out = {"run_id", "values"} if kind == "validation_curve" else {"run_id"}
        schema["required"] = [name for name in schema["required"] if name not in left_out]
    return schema
