"""Commands called in this process, in a folder of their own, with a trainer that costs no time."""

import sys
from pathlib import Path

import pytest
from command_line import Call, Outcome, move_into
from quick_trainer import QuickTrainer, quick_load

from fmnist_tui.cli import main
from fmnist_tui.engine.dataset import sources
from fmnist_tui.lab.notebook.file import NotebookFile


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, made the current one; its neighbour is the home."""
    return move_into(tmp_path, monkeypatch)


@pytest.fixture
def notebook(folder: Path) -> NotebookFile:
    """The notebook that commands take there; the file is not there yet."""
    return NotebookFile(folder / "experiments.toml")


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> QuickTrainer:
    """The trainer in the engine's place, on four black images; `auto` finds the synthetic garments."""
    quick = QuickTrainer()
    quick.install(monkeypatch)
    monkeypatch.setattr(sources, "load", quick_load)
    return quick


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process, with the words that would follow the program's name."""

    def call_here(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["fmnist-tui", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, written.out, written.err)

    return call_here
