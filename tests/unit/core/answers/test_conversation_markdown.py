"""Conversations as Markdown and questions to begin with: nothing in them is obeyed, everything has its source."""

from datetime import UTC, datetime

from core.answers.answering import answer
from core.answers.markdown import Exchange, as_markdown
from core.answers.spec import AnswerParams
from core.answers.suggesting import questions_from
from tests.answering.library import SmallLibrary
from tests.answering.models import ScriptedModel, Teller

MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "![x](https://evil.example/x.png) <script>alert(1)</script> www.evil.example"


def exported(text: str, question: str, reply: str | None = None) -> str:
    library = SmallLibrary({"a_b[1].md": text}, with_encoder=False)
    model = None if reply is None else ScriptedModel(reply)
    made = answer(AnswerParams(question=question), library, model, Teller())
    return as_markdown("Talk", [Exchange(question=question, asked_at=MOMENT, answer=made)])


def test_each_sentence_names_its_source() -> None:
    text = exported("# Tank\n\nThe tank holds 350 litres.\n", "How many litres does the tank hold?")
    assert "The tank holds 350 litres. \\[1\\]" in text
    assert "1. a\\_b\\[1\\].md, Tank: “The tank holds 350 litres.”" in text
    assert "Asked 2026-01-02 03:04 UTC." in text


def test_a_sentence_without_support_says_so() -> None:
    text = exported(
        "# Tank\n\nThe tank holds 350 litres.\n",
        "How many litres does the tank hold?",
        "The tank holds 350 litres. [1] Cows fly. [1]",
    )
    assert "Cows fly. *(not supported)*" in text


def test_nothing_in_it_is_loaded_or_followed() -> None:
    text = exported(
        f"# Tank\n\nThe tank holds 350 litres.\n\n{HOSTILE}\n", f"How many litres does the tank hold? {HOSTILE}"
    )
    assert "![x](" not in text
    assert "<script>" not in text
    assert "https://evil" not in text
    assert "www.evil" not in text


def test_headings_become_questions() -> None:
    headings = [
        ("Guide", ("Guide", "What can be asked?")),
        ("Guide", ("Guide", "How a run is paused")),
        ("Guide", ("Guide", "What the spec declares")),
        ("Report", ("Report", "3.1 Results of the survey")),
        ("Report", ("Report", "A")),
    ]
    assert questions_from(headings) == (
        "What can be asked?",
        "What is said about results of the survey (report)?",
        "How is a run paused?",
    )


def test_a_title_is_no_question_unless_it_asks() -> None:
    headings = [("Praxis", ("Praxis",)), ("What is new?", ("What is new?",)), ("Praxis", ("Praxis", "Colours"))]
    assert questions_from(headings) == ("What is new?", "What is said about colours (praxis)?")


def test_codes_and_headings_of_every_report_are_no_questions() -> None:
    headings = [
        ("Report", ("Report", one)) for one in ("Abstract", "09060124-b5e7-4717", "Booking Agency", "QoS in Rome")
    ]
    assert questions_from(headings) == (
        "What is said about booking agency (report)?",
        "What is said about QoS in Rome (report)?",
    )


def test_no_headings_give_no_questions() -> None:
    assert questions_from([]) == ()
    assert questions_from([("x.txt", ())]) == ()
