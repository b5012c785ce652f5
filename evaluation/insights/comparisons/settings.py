"""Which settings matter, over all runs on the same rows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from core.insights.said_numbers import numbers_said
from core.insights.spec import Finding, TestEvidence
from core.records import Run
from core.statistics.ledger import benjamini_hochberg
from core.wording import short
from evaluation.insights import picturing, requests
from evaluation.insights.comparison_evidence import ComparisonEvidence, score_of
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

FEWEST_RUNS = 8
FEWEST_OF_VALUE = 2
MOST_VALUES = 6
N_SHUFFLES = 2_000
LEVEL = 0.05
LEAST_SHARE = 0.3


def look(evidence: ComparisonEvidence) -> Iterator[Finding]:
    """The setting that goes along with most of the differences, tested by shuffling scores between runs."""
    runs, values = _scored(evidence)
    if len(runs) < FEWEST_RUNS or float(np.ptp(values)) == 0:
        return
    tested = []
    for name, groups in _settings(runs).items():
        codes = np.array([groups.index(value) for value in _column(runs, name)])
        share = _share(values, codes)
        tested.append((name, groups, codes, share, _p_value(values, codes, share)))
    if not tested:
        return
    q_values = benjamini_hochberg([each[4] for each in tested])
    found = [(one, q) for one, q in zip(tested, q_values, strict=True) if q < LEVEL and one[3] >= LEAST_SHARE]
    if not found:
        return
    (name, groups, codes, share, p_value), q = max(found, key=lambda pair: pair[0][3])
    means = [float(values[codes == code].mean()) for code in range(len(groups))]
    order = sorted(range(len(groups)), key=lambda code: -evidence.sign * means[code])
    said = Said()
    label = evidence.metric.label
    statement = (
        f"Over {said.count('runs', len(runs), 'run')} on these rows, '{_title(name)}' goes along with "
        f"{said.share('share', share)} of the differences in {label}: {said.score('best', means[order[0]])} on average "
        f"with {short(str(groups[order[0]]), 30)}, {said.score('worst', means[order[-1]])} with "
        f"{short(str(groups[order[-1]]), 30)}."
    )
    for place, one in enumerate(numbers_said(f"{groups[order[0]]} {groups[order[-1]]}"), start=1):
        said.numbers[f"value_{place}"] = one.value
    yield Finding(
        kind=SPEC.key,
        family="pattern",
        subject=(name,),
        title=f"'{_title(name)}' matters most",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name=f"Permutation test, false discoveries controlled over {len(tested)} settings",
                p_value=p_value,
                q_value=q,
                effect_name="share of the differences",
                effect=share,
                n=len(runs),
            ),
        ),
        sureness="moderate",
        interest=0.55,
        picture=picturing.bars(
            [short(str(groups[code]), 24) for code in order], [means[code] for code in order], x_title=f"Mean {label}"
        ),
        table={
            _title(name): [str(groups[code]) for code in order],
            f"mean {label}": [means[code] for code in order],
            "runs": [int((codes == code).sum()) for code in order],
        },
        advice="Runs were not drawn at random: a setting may stand for others that changed with it.",
        actions=(requests.open_page("compare", "See what differs", runs=",".join(run.id for run in runs[:20])),),
    )


def _scored(evidence: ComparisonEvidence) -> tuple[list[Run], npt.NDArray[np.float64]]:
    """Every run on the dataset that saw the same rows, with its score."""
    first, key = evidence.runs[0], evidence.metric.key
    runs = [
        run
        for run in evidence.workspace.runs_on(first.dataset_id)
        if run.result is not None
        and run.provenance.split_sha256 == first.provenance.split_sha256
        and run.config.target == first.config.target
        and any(score.metric == key for score in run.result.scores)
    ]
    return runs, np.array([score_of(run, key).value for run in runs])


def _flat(run: Run) -> dict[str, str]:
    config = run.config
    flat = {"model": config.model}
    flat |= {f"{config.model}: {name}": repr(value) for name, value in config.params.items()}
    flat |= {f"preprocessing: {name}": repr(value) for name, value in config.preprocessing.items()}
    return {name: value.strip("'") for name, value in flat.items()}


def _column(runs: Sequence[Run], name: str) -> list[str]:
    return [_flat(run).get(name, "another model") for run in runs]


def _settings(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Settings with a few values, each in some runs."""
    seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    flats = [_flat(run) for run in runs]
    for name in dict.fromkeys(name for flat in flats for name in flat):
        for flat in flats:
            seen[name][flat.get(name, "another model")] += 1
    return {
        name: list(counts)
        for name, counts in seen.items()
        if 2 <= len(counts) <= MOST_VALUES and sorted(counts.values())[-2] >= FEWEST_OF_VALUE
    }


def _share(values: npt.NDArray[np.float64], codes: npt.NDArray[np.intp]) -> float:
    """Eta squared: the part of the variance between the groups."""
    counts = np.bincount(codes)
    means = np.bincount(codes, values) / np.maximum(counts, 1)
    between = float(np.sum(counts * (means - values.mean()) ** 2))
    return between / float(np.sum((values - values.mean()) ** 2))


def _p_value(values: npt.NDArray[np.float64], codes: npt.NDArray[np.intp], share: float) -> float:
    generator = np.random.default_rng(0)
    above = sum(_share(generator.permutation(values), codes) >= share - 1e-12 for _ in range(N_SHUFFLES))
    return (above + 1) / (N_SHUFFLES + 1)


def _title(name: str) -> str:
    return short(name.rpartition(": ")[2].replace("_", " "), 40)


SPEC = Finder(
    key="settings",
    label="Which settings matter",
    look=look,
    meaning="How much of the differences between runs on the same rows goes along with each setting.",
)
