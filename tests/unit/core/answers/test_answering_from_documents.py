"""Answers without a language model, and the way from a question to its checked sentences."""

import json
from typing import Any

import pytest

from core.answers.answering import answer
from core.answers.grounded import BUDGET_CHARACTERS, claims_of, prompt_for
from core.answers.question import QuestionKind, checked_question, kind_of
from core.answers.spec import Answer, AnswerParams, Support
from core.answers.units import units_of
from core.errors import UserInputError
from core.llm.errors import ModelNotReached
from tests.answering.library import ROOT, SmallLibrary, handbook
from tests.answering.models import ScriptedModel, Teller

GUIDE = """# Guide

The tank holds 350 litres of water. It was built in 1987 because the old one leaked. The lid is made of steel.

## Cleaning

Do this once a year:

1. Close valve A.
2. Open the drain. Wait until the tank is empty.
3. Brush the walls.

The pump is started with this command:

```
pumpctl start --tank main
```

## Limits

| part | limit |
| --- | --- |
| temperature | 60 degrees |
| pressure | 3 bar |
"""


@pytest.fixture(scope="module")
def guide() -> SmallLibrary:
    return SmallLibrary({"guide.md": GUIDE})


def ask(library: SmallLibrary, question: str, **params: Any) -> Answer:
    return answer(AnswerParams(question=question, **params), library, None, Teller())


def test_a_number_that_was_asked_for_comes_first(guide: SmallLibrary) -> None:
    made = ask(guide, "How much water does the tank hold?")
    assert made.sentences[0].text == "The tank holds 350 litres of water."
    assert (made.refused, made.mode, made.sentences[0].support) == (False, "extractive", Support.SUPPORTED)


def test_steps_come_whole_and_in_order(guide: SmallLibrary) -> None:
    made = ask(guide, "How do I clean the tank and brush the walls?")
    texts = [one.text for one in made.sentences]
    first = texts.index("1. Close valve A.")
    assert texts[first - 1 : first + 3] == [
        "Do this once a year:",
        "1. Close valve A.",
        "2. Open the drain. Wait until the tank is empty.",
        "3. Brush the walls.",
    ]


def test_code_comes_whole_with_the_sentence_before_it(guide: SmallLibrary) -> None:
    made = ask(guide, "Which command starts the pump?")
    kinds = {one.kind: one.text for one in made.sentences}
    assert kinds["code"] == "pumpctl start --tank main"
    assert kinds["sentence"] == "The pump is started with this command:"


def test_a_row_of_a_table_comes_with_its_header(guide: SmallLibrary) -> None:
    made = ask(guide, "What is the limit of the pressure?")
    table = next(one for one in made.sentences if one.kind == "table")
    assert table.text.splitlines()[0] == "| part | limit |"
    assert "| pressure | 3 bar |" in table.text


def test_a_sentence_that_leans_on_the_one_before_brings_it(guide: SmallLibrary) -> None:
    made = ask(guide, "When was it built, and why: did the old one leak?")
    assert [one.text for one in made.sentences][:2] == [
        "The tank holds 350 litres of water.",
        "It was built in 1987 because the old one leaked.",
    ]


def test_nothing_relevant_is_refused_with_the_nearest_passages(guide: SmallLibrary) -> None:
    made = ask(guide, "Who composed the Goldberg Variations?")
    assert (made.refused, made.sentences) == (True, ())
    assert 1 <= len(made.passages) <= 3


def test_no_sentence_is_said_twice() -> None:
    library = SmallLibrary({"a.md": GUIDE, "b.md": GUIDE, "c.md": GUIDE})
    texts = [one.text for one in ask(library, "How much water does the tank hold?").sentences]
    assert len(texts) == len(set(texts))


def test_a_line_that_points_to_a_source_is_no_answer() -> None:
    text = "# Forest\n\nSource: Miller 1990, The random forest.\n\nA random forest is the vote of many trees.\n"
    made = ask(SmallLibrary({"forest.md": text}), "What is a random forest?")
    assert [one.text for one in made.sentences] == ["A random forest is the vote of many trees."]


def test_an_empty_library_says_what_to_do() -> None:
    made = ask(SmallLibrary({}), "What is a run?")
    assert made.refused
    assert made.notices == ("There is no collection yet. Add documents under Files.",)


def test_other_scripts_are_answered_by_their_words() -> None:
    library = SmallLibrary({"zh.md": "# 水箱\n\n水箱可以装三百五十升水。盖子是钢做的。\n"}, with_encoder=False)
    assert ask(library, "水箱可以装多少水？").sentences[0].text == "水箱可以装三百五十升水。"


def test_a_handbook_question_that_was_not_tuned_on_is_answered_or_refused_rightly() -> None:
    """A part of the held-out half; ``core.answers.relevance`` says what the whole of it gives."""
    lines = (ROOT / "tests" / "answering" / "handbook_held_out.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines][::5]
    wrong = [one["question"] for one in asked if ask(handbook(), one["question"]).refused == ("says" in one)]
    assert len(wrong) <= 2, wrong


class TestByModel:
    """What becomes of a model's words."""

    def test_marks_become_citations_and_the_text_is_said_as_it_comes(self, guide: SmallLibrary) -> None:
        teller = Teller()
        model = ScriptedModel("The tank holds 350 litres of water [1]. The lid is made of **steel**. [1]")
        made = answer(AnswerParams(question="What is known of the tank?"), guide, model, teller)
        assert (made.mode, made.model) == ("model", "scripted")
        assert [one.text for one in made.sentences] == [
            "The tank holds 350 litres of water.",
            "The lid is made of steel.",
        ]
        assert all(one.support is Support.SUPPORTED and one.citations for one in made.sentences)
        assert "".join(teller.said).count("350 litres") == 1

    def test_its_refusal_is_a_refusal_and_is_not_said(self, guide: SmallLibrary) -> None:
        teller = Teller()
        made = answer(
            AnswerParams(question="Who built the tank?"), guide, ScriptedModel("NOT_IN_DOCUMENTS", piece=3), teller
        )
        assert (made.refused, made.sentences, teller.said) == (True, (), [])

    def test_when_it_does_not_answer_the_documents_do(self, guide: SmallLibrary) -> None:
        class Silent(ScriptedModel):
            def stream(self, *_: Any, **__: Any) -> Any:
                raise ModelNotReached("no connection")

        made = answer(AnswerParams(question="How much water does the tank hold?"), guide, Silent(""), Teller())
        assert made.mode == "extractive"
        assert made.sentences[0].text == "The tank holds 350 litres of water."
        assert "The answer was taken from the documents instead." in made.notices[0]

    def test_it_is_not_asked_when_a_person_does_not_want_it(self, guide: SmallLibrary) -> None:
        model = ScriptedModel("x")
        answer(AnswerParams(question="How much water does the tank hold?", use_model=False), guide, model, Teller())
        assert model.prompts == []

    def test_passages_beyond_the_budget_are_cut(self, guide: SmallLibrary) -> None:
        made = ask(guide, "How much water does the tank hold?")
        long = made.passages[0].model_copy(
            update={
                "hit": made.passages[0].hit.model_copy(
                    update={"passage": made.passages[0].hit.passage.model_copy(update={"text": "word " * 10_000})}
                )
            }
        )
        prompt = prompt_for("What?", [long, long])
        assert len(prompt.messages[1]["content"]) < BUDGET_CHARACTERS + 2_000
        assert (prompt.numbers, prompt.n_cut) == ((1,), 2)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("One. [1] Two [2][3].", [("One.", (1,)), ("Two.", (2, 3))]),
            ("- First [1]\n- Second [1, 2]", [("- First", (1,)), ("- Second", (1, 2))]),
            ("No mark at all.", [("No mark at all.", ())]),
            ("# Heading\nText. [4]", [("Heading Text.", (4,))]),
        ],
    )
    def test_its_text_is_read_into_sentences_with_numbers(self, text: str, expected: list[tuple[str, Any]]) -> None:
        assert [(claim.text, claim.claimed) for claim in claims_of(text)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 100_000, "The question has 100,000 characters; 8,000 are possible."),
        ("", "There is no question."),
        ("  \n\t ", "There is no question."),
        ("?!... --", "The question holds no word, only signs."),
    ],
)
def test_what_is_no_question_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(UserInputError) as caught:
        checked_question(text)
    assert (caught.value.message, caught.value.field) == (message, "question")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many rows fit?", QuestionKind.HOW_MANY),
        ("How do I start it?", QuestionKind.HOW_TO),
        ("What is a fold?", QuestionKind.DEFINITION),
        ("When was it built?", QuestionKind.WHEN),
        ("Why is it refused?", QuestionKind.WHY),
        ("Which formats are read?", QuestionKind.LIST),
        ("Wer hat das gebaut?", QuestionKind.WHO),
    ],
)
def test_the_kind_of_a_question_is_seen(question: str, kind: QuestionKind) -> None:
    assert kind_of(question) is kind


def test_a_passage_falls_into_sentences_items_code_and_rows() -> None:
    units = units_of(GUIDE.split("## Cleaning")[1])
    assert [unit.kind for unit in units][:6] == ["sentence", "item", "item", "item", "sentence", "code"]
    assert all(GUIDE.split("## Cleaning")[1][unit.start : unit.end].strip() for unit in units)


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    texts = [unit.text for unit in units_of("It costs 3.5 euros, e.g. Monday. See Fig. 3 there. Done!")]
    assert texts == ["It costs 3.5 euros, e.g. Monday.", "See Fig. 3 there.", "Done!"]
