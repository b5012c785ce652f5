"""What a page shows, as text."""

from streamlit.testing.v1 import AppTest

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
