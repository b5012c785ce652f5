"""Why things fail and what cures it: one entry for each error code that a person can meet while training.

The message of an error names the case; what stands here holds for all cases of its kind. The page, REST and
``docs/user/errors.md`` all say it in these words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DOCS_PAGE = "docs/user/errors.md"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One kind of failure."""

    code: str
    title: str
    """A few words, and the heading of its section in the docs."""
    cause: str
    """Where it comes from, in two or three sentences."""
    cure: str
    """What to do, the surest first."""

    @property
    def docs(self) -> str:
        """Where the docs speak of it, as a path with an anchor."""
        return f"{DOCS_PAGE}#{self.title.lower().replace(' ', '-')}"


_ALL = (
    Failure(
        code="constant_target",
        title="Constant target",
        cause="Learning means to find out what goes with which answer. When every row has the same answer, nothing "
        "goes with anything, and always giving that answer is already perfect.",
        cure="Choose another target. If the column should vary, look at the import: a filter may have left one kind "
        "of rows.",
    ),
    Failure(
        code="empty_target",
        title="Empty target",
        cause="A model learns from rows of which the answer is known. Rows without one are left out, and here none "
        "is left.",
        cure="Choose another target, or bring rows with answers. A column that looks filled may hold spaces or a "
        "word for nothing: the overview of the dataset shows what was read.",
    ),
    Failure(
        code="one_class",
        title="One class in a part",
        cause="The rows were divided so that one part holds a single class. That happens when a class has very few "
        "rows, or when the rows are divided by groups or by time and one group or one stretch holds only one class.",
        cure="Choose the stratified split, which keeps the shares of the classes in every part. Join rare classes, "
        "or bring more rows of them.",
    ),
    Failure(
        code="too_many_classes",
        title="Too many classes",
        cause="With hundreds of classes most have a handful of rows, which is too little to learn them from or to "
        "judge them by. Usually the column is a quantity, free text or an identifier.",
        cure="Take it as a regression if it is a quantity, join classes with a recipe, or choose another target.",
    ),
    Failure(
        code="too_few_rows",
        title="Too few rows",
        cause="The rows are divided into train, validation and test, or into folds, and each part needs enough of "
        "them; some methods need a least number of rows, or of rows of each class.",
        cure="Bring more rows, join rare classes, ask for fewer folds, or choose a simpler model.",
    ),
    Failure(
        code="infinite_values",
        title="Infinite values",
        cause="A number divided by zero, or one too large to store, becomes infinite. Sums and means with it are "
        "infinite or undefined, so nothing can be learned from it. In columns to learn from, Praxis treats it as "
        "missing; in the target it cannot.",
        cure="Remove or replace those rows with a recipe. Look for the division that made them.",
    ),
    Failure(
        code="unsuitable_data",
        title="Unsuitable data",
        cause="The table can be read, but it does not have what this training needs.",
        cure="The message names the column or the number of rows. Change the target, the columns or the division.",
    ),
    Failure(
        code="training_diverged",
        title="Training diverged",
        cause="The loss grew until it was no finite number any more. Each step was so long that it led further away "
        "from the goal; columns of very different size make that likelier.",
        cure="Lower the learning rate to a tenth, and have the numbers scaled.",
    ),
    Failure(
        code="numerical_failure",
        title="Numerical failure",
        cause="The equations of the method have no single solution, or rounding errors grew too large. Columns that "
        "repeat each other, columns without spread and numbers of very different size do that.",
        cure="Have the numbers scaled, leave out columns that repeat each other, or raise the penalty of the model.",
    ),
    Failure(
        code="out_of_memory",
        title="Out of memory",
        cause="The table after preprocessing, or the model, needs more memory than the machine has. Each category "
        "that stays apart is a column of its own; kernels and Gaussian processes need a number for each pair of rows.",
        cure="Let fewer categories stay apart, use fewer rows, or take a smaller or another model.",
    ),
    Failure(
        code="process_ended",
        title="Process ended by the system",
        cause="The process that trained was ended from outside, without a chance to say anything. Nearly always the "
        "machine ran out of memory and its kernel ended the largest process.",
        cure="Use fewer rows, fewer categories or a smaller model; give the machine or the container more memory.",
    ),
    Failure(
        code="worker_lost",
        title="Worker lost",
        cause="The worker of the run stopped answering, several times. It was ended, its machine went down, or "
        "memory ran out.",
        cure="Look whether workers run (Monitoring). Then take the run up again, or train a smaller model.",
    ),
    Failure(
        code="timeout",
        title="Time limit",
        cause="The work took longer than a job may, so it was ended to let others have their turn.",
        cure="Use fewer rows or fewer steps, choose a quicker model, or raise the limit in the configuration.",
    ),
    Failure(
        code="missing_library",
        title="Missing library",
        cause="The model comes from a library that is not installed where the worker runs.",
        cure="Install the library there and restart the worker, or choose another model.",
    ),
    Failure(
        code="not_found",
        title="Not found",
        cause="What the run needs is not there: its dataset was deleted, or a stored file is missing.",
        cure="Bring the dataset again and start a new run on it.",
    ),
    Failure(
        code="unexpected",
        title="Unexpected error",
        cause="Something went wrong that nobody foresaw. It is a fault of Praxis, or of a library with these settings.",
        cure="Try other settings. The reference in the message finds the details in the worker's log; report them.",
    ),
)

FAILURES: Mapping[str, Failure] = MappingProxyType({failure.code: failure for failure in _ALL})


def failure_of(code: str) -> Failure | None:
    """What is known of an error code; None for codes that need no explanation."""
    return FAILURES.get(code)
