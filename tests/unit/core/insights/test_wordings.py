"""Wordings of a language model: what passes says the same, and nothing else does."""

import pytest

from core.errors import Unavailable
from core.insights.said_numbers import is_known, numbers_said, plain_numbers
from core.insights.spec import Finding
from core.insights.wording import Wording, Wordings, refusal, worded
from core.llm.client import LanguageModel
from tests.llm_server import run_llm_server, says, says_json

COLUMNS = ("age", "income", "city_2", "churned")


def make_finding(**changes: object) -> Finding:
    facts: dict[str, object] = {
        "kind": "group_means",
        "family": "pattern",
        "subject": ("income", "city_2"),
        "title": "'income' differs by 'city_2'",
        "statement": "The mean of 'income' is 52,300 in 'Oslo' and 41,050 in 'Bergen', 27.4 % higher, over 1,204 rows.",
        "numbers": {"oslo": 52_300.0, "bergen": 41_050.0, "gain": 27.4, "rows": 1_204.0},
        "sureness": "strong",
        "interest": 0.6,
        "advice": "Look at both.",
    }
    return Finding.model_validate({**facts, **changes})


@pytest.mark.parametrize(
    "text",
    [
        "'income' is 27.4 % higher in 'Oslo' than in 'Bergen' (52,300 and 41,050, from 1,204 rows).",
        "In Oslo the mean of income is about 52,000, and higher than the 41,000 of Bergen.",
        "Mean income by city_2: Oslo 52.3k, Bergen 41,050; 27 percent higher.",
        "Over 1,204 rows, income is higher in Oslo by 0.274 of Bergen's.",
        "Income is higher in Oslo.",
    ],
)
def test_words_that_say_the_same_pass(text: str) -> None:
    assert refusal(text, make_finding(), columns=COLUMNS) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mean income is 53,300 in Oslo.", "53,300"),
        ("Mean income is 27.4 higher in Oslo.", "27.4"),
        ("Mean income is 0.274 % higher in Oslo.", "0.274 %"),
        ("Mean income is 2,740 % higher in Oslo.", "2,740 %"),
        ("Income in Oslo is higher by half.", "half"),
        ("Income in Oslo is twice as high, so higher.", "twice"),
        ("Income is higher in three cities.", "three"),
        ("Income is higher by twenty-eight percent.", "twenty"),
        ("Income is higher in Oslo over 1,204 days.", "days"),
        ("Income is 27 % lower in Oslo.", "lower"),
        ("Income is not higher in Oslo.", "says yes where"),
        ("Living in Oslo leads to a higher income.", "leads to"),
        ("Income is higher because of Oslo.", "because"),
        ("Oslo drives the higher income.", "drives"),
        ("Income is higher in Oslo, as is age.", "'age'"),
        ("Income is higher in 'Trondheim'.", "Trondheim"),
        ("Income is higher in group3.", "group3"),
        ("Income is higher in Oslo, see [here](http://evil.example).", "it holds"),
        ("Income is higher in Oslo. " * 40, "too long"),
        ("   ", "empty"),
    ],
)
def test_words_that_say_something_else_are_refused(text: str, why: str) -> None:
    assert why in refusal(text, make_finding(), columns=COLUMNS)


def test_digits_in_names_are_no_numbers_and_rounding_keeps_two_digits() -> None:
    assert [said.value for said in numbers_said("F1 of v2 is 0.81 in 'city_2'")][:1] == [0.81]
    evidence = {"share": 0.0049, "many": 123_456.0, "negative": -0.31}
    known = [
        is_known(numbers_said(text)[0], evidence) for text in ("0.5 %", "0.00", "123,000", "100,000", "-0.31", "0.31")
    ]
    assert known == [True, False, True, False, True, True]


def test_percentages_are_recognised_by_the_statement() -> None:
    assert plain_numbers({"a": 12.0, "b": 12.5}, "12 rows, 12.5 % of them") == {"a": 12.0, "b": 0.125}


class Model:
    """A language model that says what a test gives it."""

    model = "said"

    def __init__(self, answer: Wordings | Unavailable) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask_for(self, schema: object, messages: list[dict[str, str]], **_: object) -> Wordings:
        assert schema is Wordings
        self.asked.append(messages[-1]["content"])
        if isinstance(self.answer, Unavailable):
            raise self.answer
        return self.answer


def test_what_passes_is_used_and_what_does_not_leaves_our_words() -> None:
    first, second = make_finding(interest=0.62), make_finding(interest=0.58, subject=("income",))
    model = Model(
        Wordings(
            items=[
                Wording(number=2, text="Income is higher in Oslo, by 27 %."),
                Wording(number=1, text="Income is 99 % higher in Oslo."),
                Wording(number=9, text="There is no such finding."),
            ]
        )
    )
    found, note = worded([first, second], model, columns=COLUMNS)  # type: ignore[arg-type]  # the part of the port that is used
    assert [(one.subject, one.wording != "") for one in found] == [(("income",), True), (("income", "city_2"), False)]
    assert [one.interest for one in found] == [0.62, 0.58]
    assert "1 of 2" in note


def test_ranking_by_the_model_never_lifts_a_dull_finding_over_an_interesting_one() -> None:
    findings = [make_finding(interest=0.9), make_finding(interest=0.3, subject=("age",))]
    model = Model(Wordings(items=[Wording(number=2, text="x"), Wording(number=1, text="y")]))
    found, _ = worded(findings, model)  # type: ignore[arg-type]  # the part of the port that is used
    assert [one.interest for one in found] == [0.9, 0.3]
    assert found[0].subject == ("income", "city_2")


def test_without_an_answer_every_statement_stays() -> None:
    finding = make_finding()
    found, note = worded([finding], Model(Unavailable("It is away.")))  # type: ignore[arg-type]  # the part of the port that is used
    assert found == (finding,)
    assert "It is away." in note
    assert worded([finding], None) == ((finding,), "")


def test_a_real_endpoint_words_what_the_evidence_holds_and_nothing_else() -> None:
    finding = make_finding()
    honest = {"number": 1, "text": "Over 1,204 rows income is higher in Oslo, by 27 %."}
    lie = {"number": 1, "text": "Over 1,204 rows income is higher in Oslo, by 30 %."}
    with run_llm_server(says_json(items=[honest]), says_json(items=[lie]), says("I would rather chat.")) as server:
        model = LanguageModel("tiny", environment={"OPENAI_BASE_URL": server.url}, pause=lambda _: None)
        try:
            found = [worded([finding], model, columns=COLUMNS) for _ in range(3)]
        finally:
            model.close()
    assert [one[0].wording for (one, _) in found] == [honest["text"], "", ""]
    assert "worded 0 of 1" in found[1][1]
    assert "our own" in found[2][1]
    assert "1,204 rows" in str(server.requests[0])
