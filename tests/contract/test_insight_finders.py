"""What holds of every finder of insights, whatever it looks at."""

import pytest

from core.types import LearningTask
from evaluation.insights.registry import OF_COMPARISONS, OF_MODELS, OF_RUNS, OF_WORKSPACES

EVERY = {**OF_RUNS, **OF_COMPARISONS, **OF_MODELS, **OF_WORKSPACES}


def test_a_kind_of_card_belongs_to_one_finder() -> None:
    assert len(EVERY) == len(OF_RUNS) + len(OF_COMPARISONS) + len(OF_MODELS) + len(OF_WORKSPACES)


@pytest.mark.parametrize("key", sorted(EVERY))
def test_a_finder_says_what_it_looks_for(key: str) -> None:
    finder = EVERY[key]
    assert finder.key == key == finder.look.__module__.rpartition(".")[2]
    assert finder.label[:1].isupper()
    assert not finder.label.endswith(".")
    assert finder.meaning.endswith(".")
    assert finder.tasks <= set(LearningTask)
    assert finder.look.__doc__
