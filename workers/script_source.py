"""Parts of a script that stands alone: our own modules as they are, imports, and expressions that build estimators."""

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

OURS = ("app", "core", "evaluation", "models", "storage", "workers")
GIVEN = frozenset({"core.errors", "core.types"})
"""Modules of which the script has a few lines of its own."""
NUMBERS = frozenset({"inf", "nan"})
"""Names that the representation of an estimator may hold."""


def source_modules(names: Iterable[str]) -> list[str]:
    """Names of our modules that ``names`` need, themselves included; each stands after those that it imports."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in found or name in GIVEN:
            return
        for imported in _imported_modules(name):
            visit(imported)
        found[name] = None

    for name in names:
        visit(name)
    return list(found)


def module_body(name: str, title: str) -> str:
    """What stands in one of our modules below its imports."""
    source = inspect.getsource(importlib.import_module(name))
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    last_line = max((node.end_lineno or 0 for node in imports), default=0)
    return f"\n# {title} {'-' * (100 - len(title))}\n" + "\n".join(source.splitlines()[last_line:])


def module_title(name: str) -> str:
    """The first line of a module's docstring."""
    return inspect.getdoc(importlib.import_module(name)).splitlines()[0].rstrip(".")  # type: ignore[union-attr]


def library_imports(modules: Iterable[str]) -> set[tuple[str, str, str]]:
    """What our ``modules`` import from elsewhere, as ``(module, name, alias)``; the name is empty for ``import x``."""
    found: set[tuple[str, str, str]] = set()
    for module in modules:
        for node in _top_imports(module):
            if isinstance(node, ast.Import):
                found |= {(alias.name, "", alias.asname or "") for alias in node.names}
            elif node.module and node.module.split(".")[0] not in OURS and node.module != "__future__":
                found |= {(node.module, alias.name, alias.asname or "") for alias in node.names}
    return found


def estimator_imports(estimators: Iterable[Any]) -> set[tuple[str, str, str]]:
    """What expressions for ``estimators`` need from libraries."""
    found: set[tuple[str, str, str]] = set()
    for estimator in estimators:
        for kind in _kinds(estimator):
            if kind.__module__.split(".")[0] not in OURS:
                found.add((_public_module(kind), kind.__name__, ""))
        found |= {("math", name, "") for name in NUMBERS & _names(estimator_code(estimator))}
    if any(name == "IterativeImputer" for _, name, _ in found):
        found.add(("sklearn.experimental", "enable_iterative_imputer", ""))
    return found


def own_modules(estimators: Iterable[Any]) -> list[str]:
    """Our modules that hold classes of ``estimators``."""
    names = {kind.__module__ for estimator in estimators for kind in _kinds(estimator)}
    return sorted(name for name in names if name.split(".")[0] in OURS)


def import_lines(imports: Iterable[tuple[str, str, str]]) -> list[str]:
    """The lines of an import block: the standard library, then the others."""
    import sys

    grouped: dict[tuple[str, bool], set[str]] = {}
    for module, name, alias in imports:
        grouped.setdefault((module, bool(name)), set()).add(f"{name or module}{f' as {alias}' if alias else ''}")
    standard: list[str] = []
    others: list[str] = []
    for (module, is_from), names in sorted(grouped.items()):
        lines = [f"from {module} import {', '.join(sorted(names))}"] if is_from else [f"import {n}" for n in names]
        (standard if module.split(".")[0] in sys.stdlib_module_names else others).extend(sorted(lines))
    return [*standard, "", *others]


def estimator_code(estimator: Any) -> str:
    """An expression that builds ``estimator``: scikit-learn's own representation, with lists of any length in full."""
    from sklearn.utils._pprint import _EstimatorPrettyPrinter

    printer = _EstimatorPrettyPrinter(compact=True, indent=1, indent_at_name=True, n_max_elements_to_show=None)
    code = str(printer.pformat(estimator))
    for value in estimator.get_params(deep=False).values():
        if type(value).__module__.startswith("sklearn.gaussian_process."):  # its representation rounds
            code = code.replace(repr(value), kernel_code(value))
    return code


def kernel_code(kernel: Any) -> str:
    """An expression that builds a kernel of a Gaussian process to the last digit."""
    params = kernel.get_params(deep=False)
    if set(params) == {"k1", "k2"}:
        sign = {"Sum": "+", "Product": "*"}[type(kernel).__name__]
        return f"({kernel_code(params['k1'])} {sign} {kernel_code(params['k2'])})"
    return f"{type(kernel).__name__}({', '.join(f'{name}={value!r}' for name, value in params.items())})"


def _kinds(estimator: Any) -> set[type]:
    """The classes of ``estimator`` and of every estimator inside it."""
    values = [estimator, *estimator.get_params(deep=True).values()]
    return {type(value) for value in values if hasattr(value, "get_params") or _is_splitter(value)} - {type}


def _is_splitter(value: Any) -> bool:
    """Whether it divides rows into folds: it has no ``get_params``, but is built by an expression all the same."""
    return type(value).__module__.startswith("sklearn.model_selection.")


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _top_imports(module: str) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.parse(inspect.getsource(importlib.import_module(module))).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def _imported_modules(module: str) -> list[str]:
    """Our modules that ``module`` imports names from."""
    return [
        node.module
        for node in _top_imports(module)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS
    ]


def _public_module(kind: type) -> str:
    """``sklearn.ensemble`` for ``sklearn.ensemble._forest``: the public package that holds the class."""
    return kind.__module__.split("._", 1)[0]
