"""The app in a folder of its own, with a trainer and images that cost no time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_trainer import FakeTrainer
from lab_screen import MakeLab
from pilot_waits import use_pilot_waits
from quick_apps import draw_now, use_quick_apps
from textual.screen import Screen

from fmnist_tui.engine import memory
from fmnist_tui.engine.cores import Cores
from fmnist_tui.engine.parallel import limits
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.dataset import DatasetChoice
from fmnist_tui.tui import app as app_module
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.background import WRITING, Lane
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.training import pane as training_pane

WITH_THE_NOTEBOOK = sorted({Lane.READING, Lane.WATCHING, Lane.TRAINING, *WRITING})
"""What works with the notebook or its run folders."""


@pytest.fixture(autouse=True, scope="session")
def pilot_waits() -> Iterator[None]:
    """The pilot waits for messages, apps are quick, and charts do not wait for the next message."""
    with pytest.MonkeyPatch.context() as patch:
        use_pilot_waits(patch)
        use_quick_apps(patch)
        patch.setattr(Chart, "redraw_seconds", 0.0)
        yield


@pytest.fixture
def all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is drawn as often as in a terminal, for tests of how often that is."""
    monkeypatch.setattr(Screen, "_compositor_refresh", draw_now)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, notebook: NotebookFile, trainer: FakeTrainer) -> Iterator[MakeLab]:
    """Make the app, which looks for news more often than an eye needs.

    Its notebook is a relative path. What outlived its test would write in what is then the current folder: that of
    the next test, or of this repository.
    """
    monkeypatch.setattr(app_module, "NOTEBOOK_SECONDS", 0.1)
    monkeypatch.setattr(limits, "cores", lambda: Cores(2, 2))
    monkeypatch.setattr(memory, "most_workers", lambda: 1_000)
    monkeypatch.setattr(training_pane, "PROGRESS_SECONDS", 0.05)

    def make(dataset: DatasetChoice = "fashion-mnist", scheduler: str | None = None) -> LabApp:
        app = LabApp(Path(notebook.path.name), dataset, scheduler=scheduler)
        made.append(app)
        return app

    made: list[LabApp] = []
    yield make
    trainer.may_begin.set()
    trainer.may_end.set()
    for app in made:
        app.runner.drop_waiting()
        for training in app.runner.active:
            training.control.stop()  # one that is paused would wait for ever
        for lane in WITH_THE_NOTEBOOK:
            app.background.wait(lane)
