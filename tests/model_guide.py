"""The tables and sections of docs/user/models.md, made from the registry."""

from typing import Any

from core.types import SUPERVISED
from models.registry import MODELS
from models.spec import Cost, ModelSpec

COSTS = {
    Cost.LIGHT: "seconds",
    Cost.MEDIUM: "minutes on large tables",
    Cost.HEAVY: "long on large tables",
}


def _models() -> list[ModelSpec]:
    return sorted(
        (spec for spec in MODELS.values() if spec.tasks & SUPERVISED), key=lambda spec: (spec.family, spec.label)
    )


def overview() -> str:
    """One Markdown row a model that learns from a target."""
    rows = [
        f"| [{spec.label}](#{anchor(spec)}) | `{spec.key}` | {_tasks(spec)} | {COSTS[spec.cost]} | "
        f"{'' if spec.max_rows is None else f'{spec.max_rows:,}'} | {_takes(spec)} |"
        for spec in _models()
    ]
    return "\n".join(["| model | key | for | time | most rows | takes by itself |", "|---|---|---|---|---|---|", *rows])


def sections() -> str:
    """One section a model: what it is, how it learns in two tellings, and its settings."""
    return "\n\n".join(_section(spec) for spec in _models())


def anchor(spec: ModelSpec) -> str:
    """The address of the model's section within its page."""
    kept = "".join(mark for mark in spec.label.lower() if mark.isalnum() or mark in " -")
    return kept.replace(" ", "-")


def _section(spec: ModelSpec) -> str:
    return "\n\n".join(
        [
            f"### {spec.label}",
            spec.summary,
            f"**How it learns.** {spec.technical}",
            f"**From the kitchen.** {spec.kitchen}",
            f"**Its curve.** {spec.live}",
            "\n".join(["Good:", "", *(f"- {text}." for text in spec.strengths)]),
            "\n".join(["Mind:", "", *(f"- {text}." for text in spec.weaknesses)]),
            _settings(spec),
            f"Source: {spec.source}.",
        ]
    )


def _settings(spec: ModelSpec) -> str:
    fields = spec.params.model_json_schema()["properties"]
    rows = [
        f"| `{name}`{' (front)' if field.get('front') else ''} | {_default(field)} | {_range(field)} | "
        f"{_cell(field.get('description', ''))} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| setting | default | range | meaning |", "|---|---|---|---|", *rows])


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        return ""
    value = field["default"]
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else f"{_cell(str(value))}"


def _range(field: dict[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(str(value) for value in field["enum"])
    low, high = (field.get(name, field.get(other)) for name, other in _BOUNDS)
    return "" if low is None or high is None else f"{low:g} to {high:g}"


_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


def _tasks(spec: ModelSpec) -> str:
    return "both" if spec.tasks >= SUPERVISED else ", ".join(sorted(task.value for task in spec.tasks))


def _takes(spec: ModelSpec) -> str:
    taken = [
        (spec.handles_missing, "missing numbers"),
        (spec.handles_categories, "categories"),
        (spec.uses_gpu, "a GPU"),
        (not spec.needs_scaling, "any scale"),
    ]
    return ", ".join(text for is_so, text in taken if is_so)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
