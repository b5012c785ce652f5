"""One tree of a model as a picture and as rules."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.charts.drawing import safe
from core.errors import UserInputError
from core.wording import counted, short
from evaluation.explaining.answer import Cell, Explanation, drawing, rounded, words
from evaluation.explaining.columns import ColumnMap
from evaluation.explaining.conditions import Condition, condition
from evaluation.explaining.ensembles import find_ensemble
from evaluation.explaining.subject import Subject
from evaluation.explaining.trees import Ensemble, Tree

MOST_RULES = 200
LEVEL_HEIGHT, END_HEIGHT = 104, 58
"""Pixels: of a level of a tree that stands, of an end of one that lies."""
MOST_UPRIGHT = 8
"""A tree with more ends lies on its side: a page can be longer than it is wide."""
MOST_HEIGHT = 4_000


class TreeDrawing(Explanation):
    """A tree, down to some depth."""

    rules: str
    """The questions as indented text."""
    number: int
    """Of the tree in its model, from 1."""
    n_trees: int
    n_nodes: int
    n_leaves: int
    depth: int


@dataclass(frozen=True, kw_only=True)
class _Node:
    place: int
    depth: int
    parent: int
    is_left: bool
    x: float
    is_leaf: bool
    is_cut: bool


def draw_tree(subject: Subject, columns: ColumnMap, *, number: int, class_code: int, max_depth: int) -> TreeDrawing:
    """Tree ``number`` of the model.

    Args:
        subject: Whose estimator is made of trees.
        columns: For questions in raw units.
        number: From 1.
        class_code: The class whose share or score colours the nodes.
        max_depth: Levels of questions that are shown.

    Raises:
        UserInputError: The model is not made of trees, or has fewer.
    """
    ensemble = find_ensemble(subject.estimator)
    if ensemble is None:
        raise UserInputError(
            "This model is not made of trees that can be drawn.",
            hint="Draw the tree of a decision tree, a forest or a boosting.",
        )
    if number > len(ensemble.trees):
        raise UserInputError(
            f"The model has {counted(len(ensemble.trees), 'tree')}, so there is no tree {number:,}.",
            hint=f"Choose a number from 1 to {len(ensemble.trees):,}.",
            field="params.number",
        )
    tree = ensemble.trees[number - 1]
    depths = _depths(tree)
    shown = _layout(tree, depths, max_depth)
    asked = {node.place: condition(tree, node.place, columns) for node in shown if not (node.is_leaf or node.is_cut)}
    said = _Sayer(subject, ensemble, tree, class_code)
    of = "The tree" if len(ensemble.trees) == 1 else f"Tree {number:,} of {len(ensemble.trees):,}"
    root = asked.get(0)
    return TreeDrawing(
        sentence=f"{of} has {counted(tree.n_leaves, 'leaf', 'leaves')} and a depth of {int(depths.max())}"
        + (f"; its first question is {root.text!r}." if root else "."),
        remarks=_remarks(ensemble, asked, int(depths.max()), max_depth, said.meaning),
        drawings=(_picture(shown, asked, said, of),),
        rules=_rules(shown, asked, said),
        number=number,
        n_trees=len(ensemble.trees),
        n_nodes=len(tree.left),
        n_leaves=tree.n_leaves,
        depth=int(depths.max()),
    )


class _Sayer:
    """What a node answers, in words and as a number for its colour."""

    def __init__(self, subject: Subject, ensemble: Ensemble, tree: Tree, class_code: int) -> None:
        self._labels = subject.labels
        self._codes = [code for code, _, _ in ensemble.outputs_of]
        self._tree = tree
        self._is_shares = ensemble.unit == "probability"
        self._answers = tree.means / ensemble.tree_weight
        output, sign, code = _owner(ensemble, tree, class_code)
        self._values = sign * self._answers[:, output]
        if self._is_shares:
            self.meaning = "Nodes show the likeliest class of their training rows, and its share."
        elif ensemble.outputs_of:
            self.meaning = f"Nodes show what the tree adds to the {ensemble.unit} of {self._labels[code]!r}; the sum "
            self.meaning += "over all trees decides."
        elif ensemble.tree_weight == 1.0 and len(ensemble.trees) > 1:
            self.meaning = "Nodes show what the tree adds to the prediction; the sum over all trees decides."
        else:
            self.meaning = f"Nodes show the mean {short(subject.target, 40)} of their training rows."

    def words(self, node: int) -> str:
        """The answer of a node."""
        if not self._is_shares:
            return words(float(self._values[node]))
        shares = self._answers[node]
        best = int(np.argmax(shares))
        return f"{short(self._labels[self._codes[best]], 16)} {100 * shares[best]:.0f} %"

    def number(self, node: int) -> float:
        """Where the answer lies between the lowest and the highest of all nodes, in [0, 1]."""
        if self._is_shares:
            return float(np.clip(self._values[node], 0, 1))
        low, high = float(self._values.min()), float(self._values.max())
        return 0.5 if low == high else (float(self._values[node]) - low) / (high - low)

    def table(self, node: int) -> dict[str, Cell]:
        """The answer as numbers."""
        if not self._is_shares:
            return {"answer": rounded(float(self._values[node]))}
        shares = self._answers[node]
        return {
            f"share of {self._labels[code]}": rounded(float(share))
            for code, share in zip(self._codes, shares, strict=True)
        }

    def rows_words(self, node: int) -> str:
        """How many training rows came by; XGBoost tells only what they weighed in its sums."""
        number = words(self.rows(node))
        return f"weight {number}" if self._tree.is_strict else f"{number} {'row' if number == '1' else 'rows'}"

    def rows(self, node: int) -> float:
        """Training rows, or their weight, that came by."""
        return float(self._tree.cover[node])


def _owner(ensemble: Ensemble, tree: Tree, class_code: int) -> tuple[int, float, int]:
    """Output, sign and class that a tree speaks of: the class that was asked about unless it has none of its own."""
    by_code = {code: (output, sign, code) for code, output, sign in ensemble.outputs_of}
    found = by_code.get(class_code, (0, 1.0, class_code))
    owned = np.flatnonzero(np.abs(tree.value).sum(axis=0) > 0)
    if len(owned) == 1 and owned[0] != found[0]:  # a boosting has a tree for each class in turn
        return next((each for each in by_code.values() if each[0] == owned[0]), (int(owned[0]), 1.0, class_code))
    return found


def _depths(tree: Tree) -> Any:
    depths = np.zeros(len(tree.left), dtype=np.int64)
    for node in np.flatnonzero(tree.left >= 0):  # preorder: a parent before its children
        depths[tree.left[node]] = depths[tree.right[node]] = depths[node] + 1
    return depths


def _layout(tree: Tree, depths: Any, max_depth: int) -> list[_Node]:
    """Nodes down to ``max_depth`` in preorder; those without shown children side by side, parents in their middle."""
    parents = {0: (-1, True)}
    for parent in np.flatnonzero((tree.left >= 0) & (depths < max_depth)):
        parents[int(tree.left[parent])] = (int(parent), True)
        parents[int(tree.right[parent])] = (int(parent), False)
    shown = sorted(parents)
    x: dict[int, float] = {}
    free = 0.0
    for node in shown:
        if tree.left[node] < 0 or depths[node] >= max_depth:
            x[node] = free
            free += 1.0
    for node in reversed(shown):
        if node not in x:
            x[node] = (x[int(tree.left[node])] + x[int(tree.right[node])]) / 2
    return [
        _Node(
            place=node,
            depth=int(depths[node]),
            parent=parents[node][0],
            is_left=parents[node][1],
            x=x[node],
            is_leaf=bool(tree.left[node] < 0),
            is_cut=bool(tree.left[node] >= 0 and depths[node] >= max_depth),
        )
        for node in shown
    ]


def _picture(shown: list[_Node], asked: dict[int, Condition], said: _Sayer, of: str) -> Any:
    by_place = {node.place: node for node in shown}
    n_ends = sum(node.is_leaf or node.is_cut for node in shown)
    n_levels = 1 + max(node.depth for node in shown)
    is_upright = n_ends <= MOST_UPRIGHT
    at = {node.place: (node.x, -float(node.depth)) if is_upright else (float(node.depth), -node.x) for node in shown}
    edges: dict[str, list[float | None]] = {"x": [], "y": []}
    annotations = []
    for node in shown:
        if node.parent >= 0:
            parent = by_place[node.parent]
            for number, name in enumerate(("x", "y")):
                edges[name] += [at[parent.place][number], at[node.place][number], None]
            if parent.depth == 0:
                annotations.append(_answer_word(at[parent.place], at[node.place], is_yes=node.is_left))
        annotations.append(_box(node, at[node.place], asked, said))
    across, along = [-0.7, max(0.7, n_ends - 0.3)], [-0.5, n_levels - 0.5]
    table = [_row(node, asked, said) for node in shown]
    return drawing(
        "tree",
        title=f"{of}: questions and answers",
        explanation=f"Each box asks; the {'left' if is_upright else 'upper'} branch is yes, the other one no. The line "
        "below the question is what the training rows that came there say, and how many they are. Drag to zoom, "
        "double-click to see all.",
        alt=f"{of} in {n_levels} levels with {n_ends} ends. " + _alt(shown, asked, said),
        table=table,
        data=[
            {
                "type": "scatter",
                "mode": "lines",
                "x": edges["x"],
                "y": edges["y"],
                "line": {"width": 1.5, "color": "#8b98a1"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [at[node.place][0] for node in shown],
                "y": [at[node.place][1] for node in shown],
                "marker": {"size": 22, "color": [_colour(said.number(node.place)) for node in shown]},
                "customdata": [safe(_hover(node, asked, said)) for node in shown],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        ],
        layout={
            "height": max(260, LEVEL_HEIGHT * n_levels + 70)
            if is_upright
            else min(MOST_HEIGHT, END_HEIGHT * n_ends + 60),
            "xaxis": {
                "visible": False,
                "range": across if is_upright else along,
                "fixedrange": False,
                "title": {"text": ""},
            },
            "yaxis": {
                "visible": False,
                "range": [-along[1] - 0.1, 0.6] if is_upright else [-across[1], 0.7],
                "fixedrange": False,
                "title": {"text": ""},
            },
            "dragmode": "zoom",
            "annotations": annotations,
        },
    )


def _box(node: _Node, at: tuple[float, float], asked: dict[int, Condition], said: _Sayer) -> dict[str, Any]:
    lines = [said.words(node.place), f"{said.rows_words(node.place)}"]
    if node.place in asked:
        lines = [asked[node.place].text + "?", *lines]
    elif node.is_cut:
        lines.append("…")
    share = said.number(node.place)
    return {
        "x": at[0],
        "y": at[1],
        "text": "\n".join(lines),
        "showarrow": False,
        "align": "center",
        "font": {"size": 11, "color": "#16232b"},
        "bgcolor": _colour(share),
        "bordercolor": "#66757f",
        "borderwidth": 1 if node.place in asked else 2,
        "borderpad": 4,
    }


def _answer_word(parent: tuple[float, float], child: tuple[float, float], *, is_yes: bool) -> dict[str, Any]:
    return {
        "x": (parent[0] + child[0]) / 2,
        "y": (parent[1] + child[1]) / 2,
        "text": "yes" if is_yes else "no",
        "showarrow": False,
        "font": {"size": 11},
        "xshift": -14 if is_yes else 14,
    }


def _colour(share: float) -> str:
    """From pale blue over white-grey to pale orange; dark text reads on all of them."""
    low, middle, high = (168, 214, 225), (232, 236, 238), (246, 200, 160)
    start, end, at = (low, middle, share * 2) if share < 0.5 else (middle, high, share * 2 - 1)
    mixed = [round(a + (b - a) * at) for a, b in zip(start, end, strict=True)]
    return f"rgb({mixed[0]}, {mixed[1]}, {mixed[2]})"


def _hover(node: _Node, asked: dict[int, Condition], said: _Sayer) -> str:
    question = f"{asked[node.place].text}? " if node.place in asked else ""
    return f"{question}{said.words(node.place)}, {said.rows_words(node.place)}"


def _row(node: _Node, asked: dict[int, Condition], said: _Sayer) -> dict[str, Cell]:
    question = asked.get(node.place)
    return {
        "node": node.place,
        "parent": None if node.parent < 0 else node.parent,
        "branch": "" if node.parent < 0 else ("yes" if node.is_left else "no"),
        "depth": node.depth,
        "question": question.text if question else "",
        "column": question.column if question else "",
        "threshold": None if question is None or question.threshold is None else str(question.threshold),
        "rows": rounded(said.rows(node.place)),
        **said.table(node.place),
    }


def _alt(shown: list[_Node], asked: dict[int, Condition], said: _Sayer) -> str:
    top = [
        f"Level {node.depth}: {asked[node.place].text}? ({said.words(node.place)})."
        for node in shown
        if node.place in asked and node.depth <= 1
    ]
    return " ".join(top)


def _rules(shown: list[_Node], asked: dict[int, Condition], said: _Sayer) -> str:
    """Indented text: one line for each branch."""
    lines = []
    for node in shown:
        if node.parent >= 0:
            question = asked[node.parent]
            lines.append(f"{'    ' * (node.depth - 1)}if {question.text if node.is_left else question.opposite}:")
        if node.place not in asked:
            indent = "    " * node.depth
            more = " (more questions follow)" if node.is_cut else ""
            lines.append(f"{indent}{said.words(node.place)}, {said.rows_words(node.place)}{more}")
        if len(lines) >= MOST_RULES:
            lines.append("…")
            break
    return "\n".join(lines)


def _remarks(
    ensemble: Ensemble, asked: dict[int, Condition], depth: int, max_depth: int, meaning: str
) -> tuple[str, ...]:
    remarks = [meaning]
    if depth > max_depth:
        remarks.append(f"Shown down to depth {max_depth}; the tree goes down to {depth}.")
    if any(not question.is_raw for question in asked.values()):
        remarks.append("Questions about a feature that several raw columns make up are in the units of that feature.")
    if len(ensemble.trees) > 1:
        remarks.append("One tree of many: the model's answer is that of all of them together.")
    return tuple(remarks)
