"""The reader of the notebook: what it has Python spare from its search for garbage."""

import pytest
from sample_records import a_run
from textual.message import Message

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui import notebook_reader
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.notebook_reader import NotebookRead, NotebookReader


def raise_error(lane: Lane, error: Exception) -> None:
    raise error


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tell each sparing; one run is many."""
    told: list[str] = []
    monkeypatch.setattr(notebook_reader, "MANY_RUNS", 0)
    monkeypatch.setattr(notebook_reader, "freeze_gc", lambda: told.append("spared"))
    return told


def test_many_runs_are_spared_when_they_are_read_anew_and_not_when_one_is_added(
    notebook: NotebookFile, spared: list[str]
) -> None:
    posted: list[Message] = []
    reader = NotebookReader(NotebookFile(notebook.path), None, posted.append, Background(raise_error))
    notebook.append_run(a_run("r0"))

    reader.read("fashion-mnist")
    assert spared == ["spared"]
    reader.read("fashion-mnist")
    assert spared == ["spared"]

    notebook.append_run(a_run("r1", seed=1))
    reader.read("fashion-mnist")
    assert spared == ["spared"]

    notebook.edit_run("r1", {"note": "seen"})
    reader.read("fashion-mnist")
    assert spared == ["spared", "spared"]
    assert [len(each.notebook.runs) for each in posted if isinstance(each, NotebookRead)] == [1, 1, 2, 2]


def test_few_runs_are_not_spared(notebook: NotebookFile, spared: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_reader, "MANY_RUNS", 1)
    notebook.append_run(a_run("r0"))

    NotebookReader(notebook, None, lambda message: None, Background(raise_error)).read("fashion-mnist")

    assert spared == []
