"""The page of a profile: complete, quiet, and safe whatever the data says."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.profiling.facts import Profile
from core.profiling.html_report import profile_html
from tests.profiling import profile_of

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> \" onload='x' & http://evil.example"


class Tags(HTMLParser):
    """Every tag and attribute of a page, and whether each one is closed."""

    VOID = frozenset({"meta", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    rng = np.random.default_rng(40)
    frame = pd.DataFrame(
        {
            HOSTILE: rng.normal(size=300),
            "text": [HOSTILE, "b", f"{HOSTILE} "] * 100,
            "day": pd.date_range("2024-01-01", periods=300),
            "gap": np.where(rng.random(300) < 0.3, np.nan, 1.5 + rng.random(300)),
            "none": pd.Series([None] * 300, dtype=object),
            "answer": rng.choice(["yes", "no"], 300),
        }
    )
    made = profile_of(frame, tmp_path_factory.mktemp("report"), target="answer")
    return made.model_copy(update={"name": HOSTILE})


def test_the_page_holds_no_script_and_no_address(profile: Profile) -> None:
    page = profile_html(profile)
    tags = Tags(page)
    assert tags.open == []
    assert tags.names <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "small", "b", "div", "section",
        "table", "tr", "th", "td", "svg", "rect", "text",
    }  # fmt: skip
    assert not {name for name in tags.attributes if name.startswith("on") or name in {"src", "href", "xlink:href"}}
    assert re.findall(r"url\(|@import", page) == []
    assert "default-src 'none'" in page


def test_the_page_says_everything_of_the_profile(profile: Profile) -> None:
    text = "".join(Tags(profile_html(profile)).text)
    assert HOSTILE in text
    for alert in profile.alerts:
        assert alert.sentence in text
        assert alert.why in text
    for column in profile.facts.columns:
        assert column.name in text
    assert "Every figure of a column comes from all 300 rows." in text


def test_the_json_of_a_profile_reads_back_as_the_same(profile: Profile) -> None:
    assert Profile.model_validate_json(profile.model_dump_json()) == profile


def test_a_profile_without_columns_to_draw_is_a_page(tmp_path: Path) -> None:
    made = profile_of(pd.DataFrame({"none": pd.Series([None, None], dtype=object)}), tmp_path)
    assert Tags(profile_html(made)).open == []
