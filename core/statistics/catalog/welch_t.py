"""Welch's t-test of two groups."""

from core.statistics.frame import Frame
from core.statistics.params import TwoGroupParams
from core.statistics.result import TestResult
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.two_means import run_two_means, two_means_fit


def run(frame: Frame, params: TwoGroupParams) -> TestResult:
    """Compare two means without pooling the spreads."""
    return run_two_means(SPEC, frame, params, equal_var=False)


SPEC = StatisticalTestSpec(
    key="welch_t",
    label="Welch t-test",
    group=QuestionGroup.MEANS,
    params=TwoGroupParams,
    run=run,
    needs="A column of numbers and a column with two groups.",
    null_hypothesis="Both groups have the same mean.",
    plain="Are the averages of two groups further apart than chance alone would put them? The groups may spread "
    "differently and have different sizes.",
    technical="The difference of the means over the root of the sum of both squared standard errors follows a t "
    "distribution whose degrees of freedom come from the Welch-Satterthwaite formula.",
    use_when=("Two separate groups, one number each row", "Always rather than Student's test, unless you know better"),
    avoid_when=("Rows come in pairs", "Few rows and a very skewed distribution"),
    alternative="mann_whitney",
    fits=two_means_fit(90, "It compares two averages and does not ask for equal spread."),
    traits=frozenset({Trait.NORMAL}),
    source="Welch 1947, doi:10.1093/biomet/34.1-2.28",
    most_rows=5_000_000,
)
