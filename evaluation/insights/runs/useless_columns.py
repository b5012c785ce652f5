"""Columns that the model does as well without."""

from collections.abc import Iterator

from core.insights.spec import Action, Finding, TestEvidence
from core.records import Change
from core.wording import joined, short
from evaluation.insights import picturing, requests
from evaluation.insights.run_evidence import RunEvidence
from evaluation.insights.saying import Said
from evaluation.insights.spec import Finder

NEXT_TO_NOTHING = 0.01
"""Upper end of an importance, as a share of the largest, below which a column is next to useless."""
FEWEST = 2
MOST_NAMED = 5


def look(evidence: RunEvidence) -> Iterator[Finding]:
    """A finding when several columns are surely of no use to a model that uses others."""
    found = evidence.importances
    if found is None or not found.means or found.lows[0] <= 0:
        return
    top = found.means[0]
    useless = [
        place for place, high in enumerate(found.highs) if high <= NEXT_TO_NOTHING * top and found.means[place] < top
    ]
    columns = [name for place in useless for name in found.members[place]]
    n_columns = sum(len(members) for members in found.members)
    if len(columns) < FEWEST or len(columns) == n_columns:
        return
    said = Said()
    named = joined([f"'{short(name)}'" for name in columns[:MOST_NAMED]])
    more = "and others" if len(columns) > MOST_NAMED else ""
    statement = (
        f"Shuffling any of {said.count('useless', len(columns), 'column')} of "
        f"{said.whole('columns', n_columns)} costs at most {said.share('share', NEXT_TO_NOTHING)} of what the first, "
        f"'{short(found.names[0])}', costs: {' '.join(filter(None, (named, more)))}."
    )
    worst = max(useless, key=lambda place: found.highs[place])
    shown = [0, *useless[:6]]
    yield Finding(
        kind=SPEC.key,
        family="next_step",
        subject=("columns",),
        title="Columns it does without",
        statement=statement,
        numbers=said.numbers,
        tests=(
            TestEvidence(
                name="Permutation importance, correlated columns together",
                effect_name="largest of these",
                effect=found.means[worst],
                interval=(found.lows[worst], found.highs[worst]),
                n=found.n_rows,
            ),
        ),
        sureness="moderate",
        interest=0.4,
        picture=picturing.intervals(
            [short(found.names[place], 24) for place in shown],
            [found.means[place] for place in shown],
            [found.lows[place] for place in shown],
            [found.highs[place] for place in shown],
            x_title=f"Loss of {evidence.metric.label} when shuffled",
            line_at=0.0,
        ),
        table={
            "column": list(found.names),
            "importance": list(found.means),
            "low": list(found.lows),
            "high": list(found.highs),
        },
        advice="Fewer columns are easier to collect and to explain. Train once without them before you believe it.",
        actions=_actions(evidence, columns),
    )


def _actions(evidence: RunEvidence, columns: list[str]) -> tuple[Action, ...]:
    see = requests.open_run(evidence.run.id, "See the importances", "explanations")
    present = list(evidence.run.config.preprocessing.get("exclude", ()))
    change = Change(label="Train without them", preprocessing={"exclude": [*present, *columns]})
    if not evidence.is_new(change):
        return (see,)
    return requests.start(change.label, requests.changed_request(evidence.run, change)), see


SPEC = Finder(
    key="useless_columns",
    label="Columns of no use",
    look=look,
    meaning="Columns whose shuffling costs next to nothing, correlated ones shuffled together so that none hides "
    "behind another.",
    is_costly=True,
)
