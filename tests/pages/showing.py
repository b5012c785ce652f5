"""What a page shows, as text."""

from streamlit.testing.v1 import AppTest

from core.records import Dataset, Run
from core.types import ColumnType
from tests.factories import make_column, make_dataset
from tests.stacks import Stack

OURS = "Something went wrong on our side"


def sentences(page: AppTest) -> list[str]:
    """Titles, texts, notices and errors from top to bottom, without Markdown's escapes."""
    kinds = (page.title, page.subheader, page.markdown, page.caption, page.info, page.warning, page.error, page.success)
    return [unescaped(element.value) for elements in kinds for element in elements]


def text(page: AppTest) -> str:
    """``sentences`` as one."""
    return "\n".join(sentences(page))


def unescaped(markdown: str) -> str:
    """Markdown as a reader sees its words."""
    return markdown.replace("\\", "").replace("\u2060", "").replace("\u202f", " ")


def assert_well(page: AppTest) -> None:
    """Neither a traceback nor an error of ours."""
    assert [element.value for element in page.exception] == []
    assert [element.value for element in page.error if OURS in element.value] == []


def add_dataset(stack: Stack) -> Dataset:
    """A table that is ready, with a numeric and a categorical column that can both be predicted."""
    columns = (
        make_column("height"),
        make_column("weight"),
        make_column("species", ColumnType.STRING, n_distinct=3),
    )
    dataset = make_dataset(columns=columns)
    with stack.storage.write() as unit:
        unit.datasets.add(dataset)
    return dataset


def runs_of(stack: Stack) -> tuple[Run, ...]:
    """The runs of the first page."""
    return tuple(stack.runs.list_page().items)
