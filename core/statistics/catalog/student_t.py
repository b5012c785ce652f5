"""Student's t-test of two groups."""

from core.statistics.frame import Frame
from core.statistics.params import TwoGroupParams
from core.statistics.result import TestResult
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.two_means import run_two_means, two_means_fit


def run(frame: Frame, params: TwoGroupParams) -> TestResult:
    """Compare two means with one pooled spread."""
    return run_two_means(SPEC, frame, params, equal_var=True)


SPEC = StatisticalTestSpec(
    key="student_t",
    label="Two-sample t-test (Student)",
    group=QuestionGroup.MEANS,
    params=TwoGroupParams,
    run=run,
    needs="A column of numbers and a column with two groups.",
    null_hypothesis="Both groups have the same mean, given that they spread equally.",
    plain="Are the averages of two groups further apart than chance alone would put them, if both spread equally?",
    technical="The difference of the means over its standard error from the pooled variance follows a t distribution "
    "with n1 + n2 - 2 degrees of freedom.",
    use_when=("Two separate groups that are known to spread equally", "To repeat a textbook or an older analysis"),
    avoid_when=("The spreads differ, above all with unequal group sizes", "Rows come in pairs"),
    alternative="welch_t",
    fits=two_means_fit(70, "It compares two averages, if both groups spread equally."),
    traits=frozenset({Trait.NORMAL, Trait.EQUAL_SPREAD}),
    source="Student 1908, doi:10.1093/biomet/6.1.1",
    most_rows=5_000_000,
)
