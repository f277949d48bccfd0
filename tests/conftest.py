"""What holds for every test, and the folder, notebook and trainer that those of the upper floors share."""

from pathlib import Path

import pytest
from command_line import move_into
from fake_trainer import QuickTrainer, quick_load
from hypothesis import settings

from fmnist_tui.lab.notebook.file import NotebookFile

# How long an example takes says more about the machine than about the program.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person kill more processes than there is time for every day."""
    parser.addoption("--kills", type=int, default=50, help="how many processes tests/engine/test_kills.py kills")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, made the current one; its neighbour is the home."""
    return move_into(tmp_path, monkeypatch)


@pytest.fixture
def notebook(folder: Path) -> NotebookFile:
    """The notebook that the program takes there; the file is not there yet."""
    return NotebookFile(folder / "experiments.toml")


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> QuickTrainer:
    """The trainer in the engine's place, on four black images; `auto` finds the synthetic garments."""
    quick = QuickTrainer()
    quick.install(monkeypatch)
    monkeypatch.setattr("fmnist_tui.engine.dataset.sources.load", quick_load)
    return quick
