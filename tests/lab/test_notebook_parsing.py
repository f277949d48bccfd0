"""A long notebook is parsed in parts, and holds what it would hold parsed in one."""

import gc

import pytest
import rtoml
from handwritten_notebooks import notebooks
from hypothesis import given
from hypothesis import strategies as st
from sample_records import a_run

from fmnist_tui.lab.toml import parsing
from fmnist_tui.lab.toml.parsing import parsed
from fmnist_tui.lab.toml.reading import NotebookError, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record


@given(content=notebooks(), part=st.integers(1, 600))
def test_what_is_read_in_parts_is_what_is_read_in_one(content: bytes, part: int) -> None:
    text = content.decode("utf-8-sig")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "PART", part)

        assert parsed(text) == rtoml.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "[mine]\na = 1\n[[run]]\nb = 1\n[mine]\na = 2\n",
        "[[run]]\na = 1\n[[run]]\na = [\n[[run]]\n",
        "run = []\n[[run]]\na = 1\n",
        "[run]\na = 1\n[[run]]\na = 1\n",
        "[[run]]\na = 1\n[[run]]\na = 1\na = 2\n",
    ],
)
def test_what_is_no_toml_in_one_is_refused_in_parts(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(rtoml.TomlParsingError):
        rtoml.loads(text)
    monkeypatch.setattr(parsing, "PART", 1)

    with pytest.raises(NotebookError, match=r"^experiments\.toml"):
        read_text(text, "experiments.toml")


def test_the_line_of_what_is_wrong_is_counted_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "PART", 100)
    records = [record_text("run", run_record(a_run(f"r{number}"))) for number in range(20)]
    text = "".join(records).replace('id = "r17"', "id = r17")

    with pytest.raises(NotebookError, match=f"line {text[: text.index('id = r17')].count(chr(10)) + 1}: not TOML"):
        read_text(text, "experiments.toml")


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, collects: bool) -> None:
    monkeypatch.setattr(parsing, "PART", 1)
    (gc.enable if collects else gc.disable)()
    try:
        read_text("format = 1\n", "x")
        with pytest.raises(NotebookError):
            read_text("a = \n", "x")

        assert gc.isenabled() == collects
    finally:
        gc.enable()
