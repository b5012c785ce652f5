"""What the three correlation tests share."""

from core.statistics import checks, pictures
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.params import TwoNumberParams
from core.statistics.result import Assumption, Effect, Picture, Power, ResultTable, Statistic, TestResult
from core.statistics.samples import Pairs
from core.statistics.script import script
from core.statistics.spec import Fit, Goal, StatisticalTestSpec
from core.statistics.summary import summarise
from core.statistics.wording import chance, ends_text, number
from core.types import Notice
from core.wording import short


def relation_fit(rank: int, reason: str) -> tuple[Fit, ...]:
    """Two columns of numbers."""
    return (Fit(goal=Goal.RELATION, numbers=(2, 2), rank=rank, reason=reason, roles={"x": "number", "y": "number 2"}),)


def conclude_correlation(
    spec: StatisticalTestSpec,
    frame: Frame,
    params: TwoNumberParams,
    found: Pairs,
    *,
    function: str,
    statistics: tuple[Statistic, ...],
    p_value: float,
    effect: Effect,
    power: Power,
    assumptions: tuple[Assumption, ...],
    picture: Picture,
    variant: str = "",
    more: str = "",
    degrees_of_freedom: tuple[Statistic, ...] = (),
    tables: tuple[ResultTable, ...] = (),
    notices: tuple[Notice, ...] = (),
) -> TestResult:
    """The result of a correlation test; ``more`` goes into the sentence, ``function`` is SciPy's."""
    value = effect.value or 0.0
    direction = ("hardly " if effect.word == "negligible" else "") + ("rises" if value > 0 else "falls")
    word = f" ({effect.word} relation)" if effect.word != "negligible" else ""
    sentence = (
        f"In these rows {short(params.y)} {direction} as {short(params.x)} rises{word}: {effect.name} {number(value)}, "
        f"{ends_text(params.alpha, effect.low, effect.high)}{more}. {chance(p_value, params.alpha)} "
        "It does not say which one causes the other, if any."
    )
    return conclude(
        spec,
        frame,
        sentence=sentence,
        variant=variant,
        statistics=statistics,
        degrees_of_freedom=degrees_of_freedom,
        p_value=p_value,
        alternative=params.alternative,
        alpha=params.alpha,
        effect=effect,
        power=power,
        n_used=len(found.x),
        n_missing=found.n_missing,
        groups=summarise((params.x, params.y), (found.x, found.y), params.alpha),
        tables=tables,
        assumptions=(checks.independence(), *assumptions),
        pictures=(picture,),
        notices=notices,
        code=script(
            frame, spec.label, [params.x, params.y],
            f"table = table.dropna(subset={[params.x, params.y]!r})\n"
            f"x, y = table[{params.x!r}].to_numpy(float), table[{params.y!r}].to_numpy(float)\n"
            f"answer = {function}\nprint('correlation', answer.statistic)\nprint('p', answer.pvalue)",
        ),
    )  # fmt: skip


def plain_scatter(params: TwoNumberParams, found: Pairs) -> Picture:
    """The points with their line."""
    return pictures.scatter(params.x, params.y, found.x, found.y)
