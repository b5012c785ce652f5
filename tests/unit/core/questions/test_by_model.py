"""Questions read by a language model: typed calls that are checked, and rules when it fails."""

from pathlib import Path
from typing import Any

import pytest

from core.computing.catalog.question import run
from core.llm.client import LanguageModel
from core.questions.types import Interpretation, QuestionParams
from tests.chatservers import SILENCE, call, calls, run_chat_server
from tests.questions.tables import make_table
from tests.workspaces import LocalWorkspace, TableFile, store_frame


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableFile:
    return store_frame(make_table("titanic"), tmp_path_factory.mktemp("titanic"), name="Titanic")


class Asking:
    """Asks the question computation with a model that gives these replies."""

    def __init__(self, folder: Path, table: TableFile) -> None:
        self.workspace = LocalWorkspace(folder, {"titanic": table})
        self.requests: list[dict[str, Any]] = []

    def __call__(self, *replies: object, question: str = "average fare by class") -> Interpretation:
        with run_chat_server(*replies) as server:
            self.workspace.language_model = model_at(server.url)
            params = QuestionParams(dataset_id="titanic", question=question, table_name="titanic", model="tiny")
            answer = run(params, self.workspace)
            self.requests = server.requests
        return answer


@pytest.fixture
def asking(tmp_path: Path, table: TableFile) -> Asking:
    return Asking(tmp_path, table)


def model_at(url: str) -> LanguageModel:
    """The model of a server; nobody pauses between tries."""
    environment = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-very-secret"}
    return LanguageModel("tiny", environment=environment, pause=lambda _: None)


def test_a_statement_of_the_model_becomes_a_plan(asking: Asking) -> None:
    sql = "SELECT Pclass, avg(Fare) FROM titanic GROUP BY 1"
    answer = asking(call("query", sql=sql, explanation="Mean fare\nby class"))
    assert answer.by == "tiny"
    assert answer.plan is not None
    assert (answer.plan.kind, answer.plan.sql, answer.plan.words) == ("query", sql, "Mean fare by class")
    assert answer.plan.params["tables"] == [{"name": "titanic", "dataset_id": "titanic"}]
    assert answer.alternatives[0].sql is not None  # what the rules made of it


def test_the_model_sees_columns_and_questions_but_no_rows(asking: Asking) -> None:
    asking(call("profile", topic="size"))
    sent = str(asking.requests[0]["messages"])
    assert "Pclass" in sent
    assert "average fare by class" in sent
    assert "Alder, Ada" not in sent.replace('"smallest": "Alder, Ada 1"', "")
    assert "sk-very-secret" not in sent


def test_charts_and_tests_are_checked_against_their_registries(asking: Asking) -> None:
    women = {"column": "Sex", "operator": "is", "value": "female"}
    chart = asking(call("chart", chart="histogram", params={"x": "Age", "color": "Sex", "filters": [women]})).plan
    assert chart is not None
    assert chart.params["chart"] == "histogram"
    assert [found.column for found in chart.filters] == ["Sex"]
    test = asking(call("statistical_test", test="welch_t", params={"measure": "Fare", "group": "Survived"})).plan
    assert test is not None
    assert (test.computation, test.params["test"]) == ("statistical_test", "welch_t")


def test_a_call_that_does_not_fit_is_sent_back_once_with_the_reason(asking: Asking) -> None:
    good = "SELECT count(*) FROM titanic"
    answer = asking(
        call("query", sql="SELECT count(*) FROM titanc", explanation=""), call("query", sql=good, explanation="Rows")
    )
    assert answer.plan is not None
    assert answer.plan.sql == good
    assert "There is no table 'titanc'" in str(asking.requests[1]["messages"][-1]["content"])


@pytest.mark.parametrize(
    "reply",
    [
        call("query", sql="SELECT * FROM read_text('/etc/passwd')", explanation="Secrets"),
        call("query", sql="DROP TABLE titanic", explanation=""),
        call("chart", chart="histogram", params={"x": "Nothing"}),
        call("chart", chart="no_such_chart", params={}),
        call("statistical_test", test="welch_t", params={"measure": "Nothing", "group": "Survived"}),
        call("query", command="rm -rf /"),
        call("shell", command="ls"),
        calls(("query", "not json")),
        calls(("query", "[" * 5_000)),
        calls(),
        "this is no JSON",
        {"choices": []},
        {"error": "overloaded"},
        401,
        500,
    ],
    ids=range(15),
)
def test_whatever_else_the_model_says_the_rules_answer_and_say_so(asking: Asking, reply: object) -> None:
    answer = asking(reply)
    assert answer.by == "rules"
    assert answer.plan is not None
    assert answer.plan.sql is not None
    assert "avg(Fare)" in answer.plan.sql
    assert answer.notices[0].endswith("The question was read by rules instead.")
    assert "sk-very-secret" not in answer.model_dump_json()


def test_a_silent_model_does_not_keep_anybody_waiting(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.computing.catalog.question.MODEL_TIME_S", 0.2)
    assert asking(SILENCE).by == "rules"


def test_no_server_at_all_is_a_notice(asking: Asking) -> None:
    asking.workspace.language_model = model_at("http://127.0.0.1:9/v1")
    params = QuestionParams(dataset_id="titanic", question="average fare", table_name="titanic", model="tiny")
    assert run(params, asking.workspace).notices == (
        "The language model did not answer (no connection). The question was read by rules instead.",
    )


def test_a_worker_without_a_model_says_so(asking: Asking) -> None:
    params = QuestionParams(dataset_id="titanic", question="average fare", table_name="titanic", model="tiny")
    answer = run(params, asking.workspace)
    assert answer.by == "rules"
    assert "PRAXIS_LLM_MODEL is not set there" in answer.notices[0]


def test_a_model_that_finds_no_answer_says_why_in_its_own_words(asking: Asking) -> None:
    answer = asking(call("cannot_answer", reason="No column holds the weather."), question="weather tomorrow")
    assert answer.plan is None
    assert answer.problem == "The language model finds no answer in this table: No column holds the weather."


def test_a_model_can_be_made_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    LanguageModel("tiny").close()
