"""The app in a folder of its own, with a trainer and images that cost no time."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fake_trainer import FakeTrainer
from lab_screen import MakeLab

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.dataset import DatasetChoice
from fmnist_tui.tui import app as app_module
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.training import pane as training_pane


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, notebook: NotebookFile, trainer: FakeTrainer) -> Iterator[MakeLab]:
    """Make the app, which looks for news more often than an eye needs.

    Its notebook is a relative path. A training that outlives its test must not record in what is then the current
    folder: that of this repository.
    """
    monkeypatch.setattr(app_module, "NOTEBOOK_SECONDS", 0.1)
    monkeypatch.setattr(training_pane, "PROGRESS_SECONDS", 0.05)
    monkeypatch.setattr(Chart, "redraw_seconds", 0.0)

    def make(dataset: DatasetChoice = "fashion-mnist") -> LabApp:
        app = LabApp(Path(notebook.path.name), dataset)
        made.append(app)
        return app

    made: list[LabApp] = []
    yield make
    for app in made:
        app.runner.drop_waiting()
        app.runner._notebook.record = lambda run: None  # type: ignore[method-assign]
    with suppress(UserError), notebook.locked():  # what is being recorded now is recorded here
        pass
