"""A recipe as a Python script that needs pandas alone."""

import inspect
import re
from collections.abc import Sequence
from types import FunctionType

from core.expressions import portable
from core.params import validate_params
from core.recipes.changes import TableColumn, columns_after
from core.recipes.recipe import RecipeStep, dataset_ids

_HEAD = '''"""{title}

Usage: python {name}.py table.parquet{others} fixed.parquet
"""

{imports}

np.seterr(all="ignore")  # a division by zero gives a missing value, without a warning

'''
_FILES = """
*paths, result = sys.argv[1:]
table = pd.read_parquet(paths[0], dtype_backend="numpy_nullable")
"""


def make_script(steps: Sequence[RecipeStep], columns: Sequence[TableColumn], *, title: str) -> str:
    """The script that does to a Parquet file of these columns what the steps do.

    Args:
        steps: Each with what it has learned; those that are off are left out.
        columns: Of the table before the first step.
        title: What the script says of itself; data, so it is written as a comment without quotes.

    Raises:
        UserInputError: A step does not fit the columns it meets.
    """
    lines: list[str] = []
    on = [step for step in steps if step.is_on]
    for number, step in enumerate(on, start=1):
        spec, params = step.spec, step.checked()
        learned = validate_params(spec.learned, step.learned or {}, field="learned")
        lines += ["", f"# {number}. {_one_line(spec.title(params))}", *spec.pandas(params, learned, columns)]
        columns = columns_after(spec.change(params, learned, columns), columns)
    others = dataset_ids(on)
    body = "\n".join(lines)
    opened = _FILES + (_others_line(others) if others else "")
    shown = "".join(f" other{number}.parquet" for number in range(1, len(others) + 1))
    helpers = _helpers(body)
    head = _HEAD.format(
        title=_one_line(title).replace("\\", "/").replace('"', "'"),
        name="fix",
        others=shown,
        imports=_imports(helpers),
    )
    end = '\n\ntable.to_parquet(result, index=False)\nprint(f"{len(table)} rows, {table.shape[1]} columns: {result}")\n'
    return f"{head}{helpers}{opened}{body}{end}"


def _others_line(ids: Sequence[str]) -> str:
    return f"others = dict(zip({list(ids)!r}, paths[1:], strict=True))\n"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))


def _imports(helpers: str) -> str:
    modules = [name for name in ("hashlib", "re", "sys") if name == "sys" or f"{name}." in helpers]
    lines = [f"import {name}" for name in modules]
    if "Any" in helpers:
        lines.append("from typing import Any")
    return "\n".join((*lines, "", "import numpy as np", "import pandas as pd"))


def _helpers(body: str) -> str:
    """The source of the portable functions that ``body`` calls, and of those that these call."""
    functions = {name: one for name, one in vars(portable).items() if isinstance(one, FunctionType)}
    sources = {name: _source(one) for name, one in functions.items() if one.__module__ == portable.__name__}
    used = _called(body, sources)
    while more := {name for one in used for name in _called(sources[one], sources)} - used:
        used |= more
    return "".join(f"\n{source}\n" for name, source in sources.items() if name in used)


def _called(text: str, sources: dict[str, str]) -> set[str]:
    return {name for name in sources if re.search(rf"(?<![\w.]){name}\(", text)}


def _source(function: FunctionType) -> str:
    return re.sub(r"  # type: ignore\[.*?\]", "", inspect.getsource(function))
