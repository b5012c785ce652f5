"""The leak detector behind the service and REST, and in the remarks of a run."""

import io

import numpy as np
import pandas as pd
import pytest

from core.errors import NotFound, UserInputError
from core.leakage.findings import LeakReport
from core.types import LearningTask, RunStatus, Severity
from tests.rest import Api
from tests.stacks import Stack


def table(n: int = 400) -> str:
    rng = np.random.default_rng(2)
    is_gone = rng.random(n) < 0.4
    frame = pd.DataFrame(
        {
            "age": rng.integers(20, 80, n),
            "spent": rng.gamma(2, 40, n).round(2),
            "reason": np.where(is_gone, rng.choice(["price", "moved"], n), None),
            "gone": np.where(is_gone, "yes", "no"),
        }
    )
    return frame.to_csv(index=False)


def asked(stack: Stack, **facts: object) -> LeakReport:
    service = stack.wiring.services.leaks
    question = service.question(stack.ready(table()).id, "gone", **facts)  # type: ignore[arg-type]
    computation = stack.computations.wait(service.start(question).id, timeout_s=60)
    return service.result(computation)


def test_a_leak_is_found_and_gone_once_its_column_is_left_out(stack: Stack) -> None:
    assert [leak.columns for leak in asked(stack).leaks] == [("reason",)]
    assert asked(stack, exclude=["reason"]).leaks == ()


def test_the_same_question_is_answered_once(stack: Stack) -> None:
    service, dataset = stack.wiring.services.leaks, stack.ready(table())
    first, second = (service.start(service.question(dataset.id, "gone", exclude=names)) for names in (["age"], ["age"]))
    assert first.id == second.id


def test_a_run_has_what_was_found_among_its_remarks(stack: Stack) -> None:
    run = stack.finished(dataset_id=stack.ready(table()).id, target="gone")
    assert run.result is not None
    notices = {notice.code: notice for notice in run.result.notices}
    assert notices["revealing_values"].severity is Severity.SERIOUS
    assert notices["revealing_values"].column == "reason"


@pytest.mark.parametrize("bad", [{"target": "none"}, {"exclude": ["none"]}, {"split": {"scheme": "grouped"}}])
def test_what_does_not_fit_is_refused_by_name(stack: Stack, bad: dict[str, object]) -> None:
    dataset = stack.ready(table())
    facts = {"target": "gone", **bad}
    with pytest.raises(UserInputError):
        stack.wiring.services.leaks.question(dataset.id, **facts)  # type: ignore[arg-type]


def test_tasks_without_a_target_have_nothing_to_leak(stack: Stack) -> None:
    with pytest.raises(UserInputError, match="before a classification or a regression"):
        stack.wiring.services.leaks.question(stack.ready(table()).id, "gone", task=LearningTask.CLUSTERING)
    with pytest.raises(NotFound):
        stack.wiring.services.leaks.question("none", "gone")


def test_a_class_of_one_row_and_few_rows_are_said_and_not_fatal(stack: Stack) -> None:
    frame = pd.read_csv(io.StringIO(table(60)))
    frame.loc[0, "gone"] = "maybe"
    service = stack.wiring.services.leaks
    question = service.question(stack.ready(frame.to_csv(index=False)).id, "gone")
    report = service.result(stack.computations.wait(service.start(question).id, timeout_s=60))
    assert "The class 'maybe' has 1 row" in report.note
    assert "random split" in report.note


def test_rest_tells_leaks_and_folds(api: Api) -> None:
    dataset_id = api.upload(table()).json()["id"]
    api.wait_for_dataset(dataset_id)
    body = api.get(f"datasets/{dataset_id}/leaks", params={"target": "gone", "wait_s": 60}).json()
    assert body["result"]["leaks"][0]["columns"] == ["reason"]
    assert body["result"]["leaks"][0]["remedy"]["exclude"] == ["reason"]
    assert api.get(f"datasets/{dataset_id}/leaks", params={"target": "nothing"}).status_code == 400
    grouped = api.get(f"datasets/{dataset_id}/leaks", params={"target": "gone", "scheme": "grouped"})
    assert grouped.status_code == 400
    assert grouped.json()["field"] == "split.group"
    run = api.train(
        dataset_id=dataset_id,
        target="gone",
        model="logistic_regression",
        resampling={"kind": "kfold", "folds": 3},
    )
    assert run["status"] == RunStatus.FINISHED
    found = api.get(f"runs/{run['id']}/resampling").json()
    assert found["summary"] == run["result"]["resampling"]
    text = api.get(f"runs/{run['id']}/resampling", params={"format": "csv"}).text
    assert len(pd.read_csv(io.StringIO(text))) == 3
