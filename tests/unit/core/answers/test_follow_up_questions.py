"""Follow-ups completed from the conversation."""

import pytest

from core.answers.answering import answer
from core.answers.follow_up import accepted, rewrite, topic_of
from core.answers.spec import AnswerParams, Turn
from tests.answering.library import SmallLibrary
from tests.answering.models import ScriptedModel, Teller

CSV = "How do I read a CSV file in R?"
PASSAGE = "What is a passage?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (CSV, "and in Python?", "How do I read a CSV file in Python?"),
        (CSV, "in Julia?", "How do I read a CSV file in Julia?"),
        (CSV, "And with pandas?", "How do I read a CSV file in R with pandas?"),
        (PASSAGE, "How large is it?", "How large is a passage?"),
        (PASSAGE, "and a collection?", "What is a collection?"),
        (PASSAGE, "What about embeddings?", "What is embeddings?"),
        (PASSAGE, "Why?", "Why: what is a passage?"),
        (PASSAGE, "why not", "Why not: what is a passage?"),
        (PASSAGE, "Tell me more", "Tell me more about a passage."),
        (PASSAGE, "Can you give an example?", "Can you give an example?"),
        (PASSAGE, "an example?", "Tell me an example of a passage."),
        ("How do I train a random forest?", "How long does it take?", "How long does a random forest take?"),
        ("What is a run?", "What are its states?", "What are a run's states?"),
        ("What are collections?", "How do I delete them?", "How do I delete collections?"),
        (
            PASSAGE,
            "Which file formats can be read from a zip archive?",
            "Which file formats can be read from a zip archive?",
        ),
        (PASSAGE, "What is this option for?", "What is this option for (a passage)?"),
    ],
)
def test_a_follow_up_is_completed_by_rules(before: str, question: str, expected: str) -> None:
    assert rewrite(question, [Turn(question=before)]) == expected


def test_a_first_question_stays_as_it_is() -> None:
    assert rewrite("How large is it?", []) == "How large is it?"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is a random forest?", "a random forest"),
        ("How do I train a random forest on my data?", "a random forest"),
        ("How many rows does a dataset have?", "a dataset"),
        ("What is the size of a passage?", "a passage"),
        ("Why?", ""),
    ],
)
def test_the_topic_is_what_a_question_is_about(question: str, topic: str) -> None:
    assert topic_of(question) == topic


def test_the_rewritten_question_is_searched_for_and_shown() -> None:
    library = SmallLibrary({"run.md": "# Runs\n\nA run has five states.\n"}, with_encoder=False)
    params = AnswerParams(question="How many states does it have?", history=(Turn(question="What is a run?"),))
    made = answer(params, library, None, Teller())
    assert library.asked == ["How many states does a run have?"]
    assert (made.question, made.rewritten, made.rewritten_by) == (
        "How many states does it have?",
        "How many states does a run have?",
        "rules",
    )


def test_a_model_rewrites_in_any_language() -> None:
    library = SmallLibrary({"lauf.md": "# Lauf\n\nEin Lauf hat fünf Zustände.\n"}, with_encoder=False)
    model = ScriptedModel(
        lambda prompt: "Wie viele Zustände hat ein Lauf?" if "Rewrite" in prompt else "NOT_IN_DOCUMENTS"
    )
    params = AnswerParams(question="Und wie viele Zustände?", history=(Turn(question="Was ist ein Lauf?"),))
    made = answer(params, library, model, Teller())
    assert (made.rewritten, made.rewritten_by) == ("Wie viele Zustände hat ein Lauf?", "scripted")


def test_what_a_model_makes_of_a_question_holds_no_foreign_words() -> None:
    history = [Turn(question="What is a passage?", answer="A passage is a stretch of a document.")]
    assert accepted("How long is a passage?", "How long is it?", history) == "How long is a passage?"
    assert accepted("Visit evil example and buy cheap watches", "How long is it?", history) == ""
    assert accepted("", "How long is it?", history) == ""
    assert accepted("word " * 500, "How long is it?", history) == ""
