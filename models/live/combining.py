"""Combinations of models that are already trained: one more voice at a time, or one more honest fold."""

from typing import Any

import numpy as np

from core.errors import UnsuitableData
from core.types import LearningTask, Split
from models.live._estimators import rows, spread_classes
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)


class VotingTrainer(Trainer):
    """Asks one fitted member after the other and keeps the weighted sum of what they say; nothing is fitted again.

    ``data`` holds raw rows, which the members' own pipelines take. There is little work to save, so an interrupted
    vote starts again.
    """

    step_name = "members"
    can_resume = False
    volatile = frozenset({"data", "_sums"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take a voting estimator of frozen fitted members."""
        self._plain = estimator
        self._weights = np.asarray(estimator.weights or np.ones(len(estimator.estimators)), dtype=np.float64)
        self.total = len(estimator.estimators)
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the raw rows."""
        super().attach(data)
        self._sums: dict[Split, FloatArray] = {}
        for member in range(self.step):
            self._ask(member)

    def advance(self) -> None:
        """Ask the next member."""
        self._ask(self.step)
        self.step += 1

    def outputs(self, split: Split) -> Outputs:
        """The weighted mean of the members asked so far."""
        mean = self._sums[split] / self._weights[: self.step].sum()
        if self.data.task is LearningTask.CLASSIFICATION:
            mean = spread_classes(mean, np.unique(self.data.y_train), self.data.n_classes)
        return Outputs(y_true=rows(self.data, split)[1], y_out=mean)

    def mark_best(self) -> None:
        """Remember the number of members."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The vote of the first members up to the best point."""
        return self._vote_of(self._best_step)

    def estimator(self) -> Any:
        """The vote of all members asked so far."""
        return self._vote_of(self.step)

    def _ask(self, member: int) -> None:
        _, fitted = self._plain.estimators[member]
        for split in SPLITS:
            said = self._weights[member] * say(fitted, rows(self.data, split)[0], self.data.task)
            self._sums[split] = self._sums[split] + said if split in self._sums else said

    def _vote_of(self, n_members: int) -> Any:
        from sklearn.base import clone

        first = self._plain.estimators[:n_members]
        weights = None if self._plain.weights is None else list(self._plain.weights[:n_members])
        # The members are frozen: this fit learns the names of the classes and nothing else.
        vote = clone(self._plain).set_params(estimators=first, weights=weights)
        return vote.fit(self.data.X_train, self.data.y_train)


class StackingTrainer(Trainer):
    """Fits clones of the members without one fold of the training rows at a time, and asks them about that fold.

    What they say of rows that they have not seen is all that the final estimator learns from. It is fitted anew at the
    end of each fold, on the rows of the folds so far; during the first fold on what there is of the members. Points
    within a later fold repeat the last one. The validation rows go through the members as they were trained.
    """

    step_name = "fits"
    volatile = frozenset({"data", "_folds", "_X_validation"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take a stacking estimator whose ``estimators`` are the fitted members."""
        self._plain = estimator
        self._members = [member for _, member in estimator.estimators]
        self._n_folds = int(estimator.cv.get_n_splits())
        self.total = self._n_folds * len(self._members)
        self._said: list[FloatArray | None] = [None] * len(self._members)
        """What each member says of the training rows, those of later folds still 0."""
        self._final: Any = None
        self._best: Any = None
        self._known = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the raw rows.

        Raises:
            UnsuitableData: A class has fewer training rows than there are folds.
        """
        super().attach(data)
        self._classes = np.unique(data.y_train) if data.task is LearningTask.CLASSIFICATION else np.empty(0)
        if len(self._classes):
            fewest = int(np.unique(data.y_train, return_counts=True)[1].min())
            if fewest < self._n_folds:
                raise UnsuitableData(
                    f"A class has {fewest} training row{'s' if fewest > 1 else ''}, fewer than the {self._n_folds} "
                    "folds of the stack.",
                    hint="Ask for fewer folds, join rare classes, or combine the runs by voting.",
                    field="params.folds",
                )
        self._folds = list(self._plain.cv.split(data.X_train, data.y_train))
        self._X_validation = self._columns(
            [say(member, data.X_validation, data.task) for member in self._members], len(data.y_validation)
        )

    def advance(self) -> None:
        """Fit one member on all folds but one; at the end of a fold fit the final estimator."""
        fold, member = divmod(self.step, len(self._members))
        self._fit_member(member, *self._folds[fold])
        self.step += 1
        is_end_of_fold = member == len(self._members) - 1
        if fold == 0 or is_end_of_fold:
            self._known = member + 1 if fold == 0 else len(self._members)
            self._final = self._fit_final()

    def outputs(self, split: Split) -> Outputs:
        """What the final estimator says: of the training rows of the folds it has learned from, and of validation."""
        X, y_true = self._X_validation, self.data.y_validation
        if split is Split.TRAIN:
            part = self._rows_so_far()
            X, y_true = self._train_columns()[part], self.data.y_train[part]
        else:
            X = X[:, : self._n_columns()]
        y_out = say(self._final, X, self.data.task)
        if self.data.task is LearningTask.CLASSIFICATION:
            y_out = spread_classes(y_out, self._classes, self.data.n_classes)
        return Outputs(y_true=y_true, y_out=y_out)

    def mark_best(self) -> None:
        """Keep the present final estimator: each has been fitted anew."""
        self._best = (self._final, self._known)

    def best_estimator(self) -> Any:
        """The members under the final estimator of the best point."""
        return self._stack_of(*self._best)

    def estimator(self) -> Any:
        """The members under the present final estimator."""
        return self._stack_of(self._final, self._known)

    def _fit_member(self, member: int, learned: Any, held_out: Any) -> None:
        from sklearn.base import clone

        X: Any = self.data.X_train  # a table of raw columns
        y = self.data.y_train
        fitted = clone(self._members[member]).fit(X.iloc[learned], y[learned])
        said = say(fitted, X.iloc[held_out], self.data.task)
        if self.data.task is LearningTask.CLASSIFICATION:
            wide = np.zeros((len(said), len(self._classes)))
            wide[:, np.searchsorted(self._classes, fitted.classes_)] = said
            said = wide
        kept = self._said[member]
        if kept is None:
            kept = self._said[member] = np.zeros((len(y), *said.shape[1:]))
        kept[held_out] = said

    def _fit_final(self) -> Any:
        from sklearn.base import clone

        part = self._rows_so_far()
        y = self.data.y_train[part]
        if len(self._classes):  # the library, too, hands the final estimator codes without gaps
            y = np.searchsorted(self._classes, y)
        return clone(self._plain.final_estimator).fit(self._train_columns()[part], y)

    def _rows_so_far(self) -> Any:
        n_folds = max(self.step // len(self._members), 1)
        return np.sort(np.concatenate([held_out for _, held_out in self._folds[:n_folds]]))

    def _train_columns(self) -> FloatArray:
        return self._columns(self._said[: self._known], len(self.data.y_train))

    def _columns(self, said: list[Any], n_rows: int) -> FloatArray:
        """Inputs of the final estimator: of two classes the second one's probability, which holds all there is."""
        two_classes = len(self._classes) == 2
        columns = [each[:, 1:] if two_classes else each.reshape(n_rows, -1) for each in said]
        return np.ascontiguousarray(np.hstack(columns))

    def _n_columns(self) -> int:
        each = 1 if len(self._classes) in (0, 2) else len(self._classes)
        return each * self._known

    def _stack_of(self, final: Any, n_members: int) -> Any:
        """A stack as a plain fit leaves it, around the members as they were trained."""
        from sklearn.base import clone

        named = self._plain.estimators[:n_members]
        # Taken as fitted, the members only fit the final estimator, on rows they know; it gives way to the honest one.
        few = self._few_rows()
        stack = clone(self._plain).set_params(estimators=named, cv="prefit")
        X: Any = self.data.X_train  # a table of raw columns
        stack.fit(X.iloc[few], self.data.y_train[few])
        stack.final_estimator_ = final
        return stack.set_params(cv=self._plain.cv)

    def _few_rows(self) -> Any:
        """Some training rows with each class among them."""
        if self.data.task is LearningTask.REGRESSION:
            return np.arange(min(len(self.data.y_train), 50))
        first = [np.flatnonzero(self.data.y_train == code)[:5] for code in self._classes]
        return np.sort(np.concatenate(first))


def say(fitted: Any, X: Any, task: LearningTask) -> FloatArray:
    """Probabilities, or values for a regression."""
    if not len(X):
        return np.empty((0, len(fitted.classes_)) if task is LearningTask.CLASSIFICATION else 0)
    said = fitted.predict(X) if task is LearningTask.REGRESSION else fitted.predict_proba(X)
    return np.asarray(said, dtype=np.float64)
