"""What a person sees, as pictures; after a wanted change: `pytest tests/tui/test_snapshots.py --snapshot-update`."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lab_screen import LabPilot, MakeLab, shows
from sample_records import PLAN, RUN, a_plan, a_run
from textual.widgets import Input

from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.tui.app import LabApp

SnapCompare = Callable[..., bool]
"""Compares a picture of an app with the one that is kept."""

NARROW, WIDE = (80, 24), (120, 40)

SIX_EPOCHS = Curves(
    accuracy=(0.7213, 0.8065, 0.8251, 0.8342, 0.8419, 0.8477),
    loss=(0.8354, 0.5571, 0.5024, 0.4763, 0.4552, 0.4398),
    val_accuracy=(0.7871, 0.8163, 0.8298, 0.8331, 0.8402, 0.8397),
    val_loss=(0.6093, 0.5302, 0.4956, 0.4811, 0.4688, 0.4651),
)
FIRST_EPOCH = tuple(
    Point(done / 10, accuracy, loss)
    for done, accuracy, loss in zip(
        range(1, 10),
        (0.31, 0.45, 0.53, 0.58, 0.62, 0.65, 0.68, 0.70, 0.71),
        (2.01, 1.62, 1.38, 1.22, 1.11, 1.03, 0.96, 0.91, 0.87),
        strict=True,
    )
)
SEVENTH_EPOCH = Progress(Phase.TRAINING, 10, SIX_EPOCHS, (Point(6.4, 0.8521, 0.4312),), 41_234.0, 12.0)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_the_editor(lab: MakeLab, snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """A network that cannot be built, its reason under its layer."""

    async def edit(pilot: LabPilot) -> None:
        await shows(pilot, "ready")
        await pilot.press("A")
        pilot.app.screen.query_one(Input).value = "conv32x3-pool2-flatten-128:tanh-drop0.3"
        await pilot.press("enter", "end", "a", "c")
        await shows(pilot, "cannot be trained yet")

    assert snap_compare(lab(), terminal_size=size, run_before=edit)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_a_training_in_its_seventh_epoch(lab: MakeLab, snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    app = lab()

    assert snap_compare(app, terminal_size=size, run_before=follow(app))


def follow(app: LabApp) -> Callable[[LabPilot], Awaitable[None]]:
    """Return what feeds the training pane a script, as a training would."""

    async def feed(pilot: LabPilot) -> None:
        await shows(pilot, "ready")
        pane = app.main.training
        queue = pane.runner.queue
        queue.add([Job("64 units", RUN.recipe, 3, resumes="r0")])
        training = queue.begin(Phase.COMPILING)
        assert training is not None
        await pilot.press("tab")
        for progress in (Progress(Phase.TRAINING, 10, Curves(), FIRST_EPOCH), SEVENTH_EPOCH):
            training.progress = progress
            pane.refresh_progress()
            await pilot.pause()
        await shows(pilot, "epoch   6")

    return feed


def test_the_history(lab: MakeLab, notebook: NotebookFile, snap_compare: SnapCompare) -> None:
    """Plans, repeats, a run that was stopped, one of an older recipe, one on synthetic garments, a hostile name."""
    notebook.append_experiments((PLAN, a_plan("128 units", repeats=1), a_plan("never trained", repeats=5)))
    for seed, accuracy in enumerate((0.8746, 0.8712)):
        notebook.append_run(a_run(f"r{seed}", seed=seed, test=Metrics(accuracy, 0.35)))
    notebook.append_run(a_run("r2", seed=2, status="stopped", reason="stopped by hand in epoch 1 of 2"))
    notebook.append_run(a_run("r3", recipe=RUN.recipe.on("synthetic")))
    notebook.append_run(a_run("r4", experiment="[@click=app.quit]x[/]\x1b[31m"))

    async def look(pilot: LabPilot) -> None:
        await shows(pilot, "ready")
        await pilot.press("tab", "tab", "j")
        await shows(pilot, "C clue: (?!what the results say)")

    assert snap_compare(lab(), terminal_size=NARROW, run_before=look)


def test_a_notebook_that_cannot_be_read(lab: MakeLab, notebook: NotebookFile, snap_compare: SnapCompare) -> None:
    notebook.path.write_text('format = 1\n\n[[run]\nid = "r"\n', encoding="utf-8")

    async def wait(pilot: LabPilot) -> None:
        await shows(pilot, "line 3.*ready")

    assert snap_compare(lab(), terminal_size=NARROW, run_before=wait)


def test_the_pictures_tell_nothing_of_the_machine_that_drew_them() -> None:
    pictures = [*(Path(__file__).parent / "__snapshots__").rglob("*.svg")]

    assert len(pictures) >= 6
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert text.startswith("<svg")
        assert not re.search(r"/(tmp|home|root|Users|work)\b|\d{4}-\d\d-\d\d|\d\d:\d\d", text)
