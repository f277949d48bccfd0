"""Whatever a notebook's text holds, Markdown shows its characters and does nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from strategies import hostile_text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.report.result_tables import LONGEST, escape, table

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

markdown_like = st.text(st.sampled_from("ab1.)( \t\n\\`*_{}[]<>#+-=!|~^$&;:/@\"'"), max_size=40)
texts = st.one_of(hostile_text(), markdown_like, st.text(max_size=30))


def shown(tokens: list[Token]) -> str:
    """The characters that inline tokens show, or an error where any of them does more than show."""
    assert {token.type for token in tokens} <= {"text", "text_special"}
    return "".join(token.content for token in tokens)


def expected(text: str) -> str:
    return visible(" ".join(text.split()), LONGEST)


@given(texts)
def test_a_paragraph_shows_the_text_and_nothing_else(text: str) -> None:
    tokens = MARKDOWN.parse(escape(text))

    if not expected(text):
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1].children or []) == expected(text)


@given(texts, texts)
def test_a_table_keeps_its_cells_apart(left: str, right: str) -> None:
    tokens = MARKDOWN.parse(table(("a", "b"), [(escape(left), escape(right))], right=[1]))

    cells = [tokens[place + 1] for place, token in enumerate(tokens) if token.type == "td_open"]
    assert [shown(cell.children or []) for cell in cells] == [expected(left), expected(right)]


@given(texts)
def test_a_heading_and_the_words_for_a_picture_show_the_text(text: str) -> None:
    heading = MARKDOWN.parse(f"### {escape(text)}")
    picture = (MARKDOWN.parse(f"![{escape(text)}](a.png)")[1].children or [])[0]

    assert shown(heading[1].children or []) == expected(text)
    assert picture.type == "image"
    assert shown(picture.children or []) == expected(text)


@given(texts)
def test_nothing_is_left_that_acts_on_a_terminal(text: str) -> None:
    assert not ACTING.search(escape(text))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("one layer of 64", "one layer of 64"),
        ("64-32-16, the report's ideal", "64-32-16, the report's ideal"),
        ("3.11.9", "3.11.9"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("a|b", r"a\|b"),
        ("leaky_relu", r"leaky\_relu"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("AT&amp;T", "AT&amp;amp;T"),
        ("[click](x)", r"\[click\](x)"),
        ("two\r\n\tlines", "two lines"),
        ("\x1b[31mred", r"\\x1b\[31mred"),
        ("safe\u202eelif", r"safe\\u202eelif"),
        ("https://example.org and WWW.example.org", r"https\:\/\/example.org and WWW\.example.org"),
    ],
)
def test_plain_words_stay_readable_in_the_file_too(text: str, escaped: str) -> None:
    assert escape(text) == escaped
