"""Text from people on its way into Markdown and figures."""

import doctest

import pytest

from app.ui import text
from app.ui.text import WORD_JOINER, plain, plain_in_figure


def test_the_examples_in_the_docstrings_hold() -> None:
    failed, attempted = doctest.testmod(text)
    assert (failed, attempted > 0) == (0, True)


@pytest.mark.parametrize(
    ("given", "escaped"),
    [
        ("plain words, 12", "plain words, 12"),
        ("<script>alert(1)</script>", r"\<script\>alert\(1\)\</script\>"),
        ("![x](y)", r"\!\[x\]\(y\)"),
        ("$x$ and $$y$$", r"\$x\$ and \$\$y\$\$"),
        (":red[x] :material/home:", r"\:red\[x\] \:material/home\:"),
        ("# 1. **b** _i_ `c` ~s~ ==m== |", r"\# 1\. \*\*b\*\* \_i\_ \`c\` \~s\~ \=\=m\=\= \|"),
        ("a\\b", r"a\\b"),
        ("one\n\n- two\tthree", r"one \- two three"),
        ("", ""),
    ],
)
def test_what_markdown_would_obey_is_escaped(given: str, escaped: str) -> None:
    assert plain(given) == escaped


@pytest.mark.parametrize("given", ["http://a.b/c", "HTTPS://A.B", "www.a.b", "WWW.A.B", "me@a.b", "x:www.a.b"])
def test_a_bare_address_is_broken_without_a_visible_trace(given: str) -> None:
    shown = plain(given).replace("\\", "")
    assert WORD_JOINER in shown
    assert shown.replace(WORD_JOINER, "") == given


def test_words_that_only_resemble_addresses_stay_whole() -> None:
    assert WORD_JOINER not in plain("wwwave, http: and //, 10:30")


@pytest.mark.parametrize("value", [7, 0.5, None, ["a"]])
def test_anything_can_be_shown(value: object) -> None:
    assert plain(value).replace("\\", "") == str(value)


def test_a_name_in_a_figure_cannot_be_a_tag() -> None:
    assert plain_in_figure("<b>R&amp;D</b>") == "&lt;b&gt;R&amp;amp;D&lt;/b&gt;"
