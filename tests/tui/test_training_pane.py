"""The training pane, fed a script of what trainings tell; it never trains."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from lab_screen import screen_text, shows
from quick_trainer import ONE_EPOCH, RUNNING
from samples import RUN, a_run
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from fmnist_tui.engine.progress import Phase, Point, Progress
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Curves
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.training.curves import accuracy_series, loss_series
from fmnist_tui.tui.training.messages import JobStarted, QueueEnded, RunEnded
from fmnist_tui.tui.training.pane import TrainingPane, ending, epoch_line

JOB = Job("64 units", RUN.recipe, 3)

TEN = Curves(
    accuracy=(0.72, 0.80, 0.83, 0.84, 0.85, 0.86, 0.865, 0.87, 0.875, 0.88),
    loss=(0.8, 0.6, 0.52, 0.48, 0.45, 0.42, 0.4, 0.39, 0.37, 0.36),
    val_accuracy=(0.76, 0.81, 0.82, 0.83, 0.835, 0.84, 0.84, 0.845, 0.845, 0.85),
    val_loss=(0.65, 0.55, 0.5, 0.48, 0.46, 0.45, 0.44, 0.43, 0.43, 0.42),
)


def after(epochs: int, points: Sequence[Point] = (), phase: Phase = Phase.TRAINING) -> Progress:
    """Return the picture after so many of ten epochs."""
    curves = Curves(*(getattr(TEN, name)[:epochs] for name in ("accuracy", "loss", "val_accuracy", "val_loss")))
    return Progress(phase, 10, curves, tuple(points))


class PaneAlone(App[None]):
    """The pane with the whole screen for itself."""

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield TrainingPane(Path("experiments.toml"), id="training")

    @property
    def pane(self) -> TrainingPane:
        """The pane."""
        return self.query_one(TrainingPane)


@asynccontextmanager
async def watched(*, columns: int = 80, rows: int = 30) -> AsyncIterator[tuple[Pilot[None], TrainingPane]]:
    """Show the pane alone, a training just begun."""
    app = PaneAlone()
    async with app.run_test(size=(columns, rows), notifications=True) as pilot:
        app.pane.post_message(JobStarted(JOB, 1, 1))
        await pilot.pause()
        yield pilot, app.pane


async def test_what_is_trained_is_named_with_its_seed_and_place() -> None:
    async with watched() as (pilot, pane):
        assert "64 units · seed 3 · fashion-mnist" in screen_text(pilot)

        pane.post_message(JobStarted(replace(JOB, seed=4), 2, 3))
        await shows(pilot, "2 of 3 · 64 units · seed 4 · fashion-mnist")


@pytest.mark.parametrize("phase", Phase)
async def test_what_a_training_does_is_said_in_words(phase: Phase) -> None:
    async with watched() as (pilot, pane):
        pane.show_progress(after(1, RUNNING, phase))

        await shows(pilot, f"{phase} · 64 units · seed 3")
        assert pane.summary.startswith(("…", "▶", "‖", "■"))


async def test_the_log_has_a_line_an_epoch_however_often_and_seldom_it_is_told() -> None:
    async with watched() as (pilot, pane):
        for epochs in (0, 1, 1, 1, 4, 4, 10):
            pane.show_progress(after(epochs, RUNNING))
        await pilot.pause()

        logged = [line.text.split()[:2] for line in pane.entrance.lines]
        assert logged == [["64", "units"], *(["epoch", str(epoch)] for epoch in range(1, 11))]


async def test_the_curves_grow_within_the_epoch() -> None:
    async with watched() as (pilot, pane):
        pane.show_progress(after(0, (Point(0.1, 0.2, 2.2),)))
        await pilot.pause()
        begun = screen_text(pilot)
        pane.show_progress(after(0, (Point(0.1, 0.2, 2.2), Point(0.9, 0.7, 0.9))))
        await pilot.pause(Chart.redraw_seconds)

        assert "train" in begun
        assert braille(screen_text(pilot)) > braille(begun)


def braille(text: str) -> int:
    """Return how many characters of a text are pieces of a curve."""
    return sum("\u2801" <= each <= "\u28ff" for each in text)


async def test_pictures_with_figures_that_are_not_finite_are_survived() -> None:
    broken = Curves((0.1, 0.1), (float("inf"), float("nan")), (float("nan"),) * 2, (float("nan"),) * 2)
    async with watched() as (pilot, pane):
        pane.show_progress(Progress(Phase.TRAINING, 10, broken, (Point(2.5, 0.1, float("nan")),)))

        await shows(pilot, "loss nan")
        assert "epoch   2   loss nan" in screen_text(pilot)


async def test_the_log_follows_its_tail_unless_a_person_scrolled_up() -> None:
    async with watched(rows=24) as (pilot, pane):
        pane.show_progress(after(9))
        await pilot.pause()
        assert "epoch   9" in screen_text(pilot)

        pane.entrance.scroll_home(animate=False)
        await pilot.pause()
        pane.show_progress(after(10))
        await pilot.pause()
        assert "epoch  10" not in screen_text(pilot)
        assert "epoch   1 " in screen_text(pilot)

        pane.entrance.focus()
        await pilot.press("end")
        await shows(pilot, "epoch  10")


async def test_a_finished_run_is_told_whole_even_if_its_last_picture_was_missed() -> None:
    async with watched() as (pilot, pane):
        pane.show_progress(Progress(Phase.TRAINING, 2, ONE_EPOCH))
        pane.post_message(RunEnded(a_run()))
        pane.post_message(QueueEnded())
        await shows(pilot, "ended: 64 units · seed 3 · t trains again")

        assert "epoch   2   loss 0.4500  acc 0.8500   val loss 0.4000  acc 0.8600" in screen_text(pilot)
        assert "finished · test accuracy 0.8510, loss 0.4120 · 64, 50,890 parameters · 7 s" in screen_text(pilot)
        assert pane.summary == "ended: 64 units · seed 3 · t trains again"


async def test_a_run_that_is_not_in_the_notebook_is_said_so() -> None:
    async with watched(columns=120) as (pilot, pane):
        pane.post_message(RunEnded(a_run(), "experiments.toml: cannot be written: [bold]No space[/bold]"))

        await shows(pilot, r"not in the notebook: experiments\.toml: cannot be written: \[bold\]No space\[/bold\]")


async def test_a_name_that_would_act_is_shown_as_its_characters() -> None:
    async with watched() as (pilot, pane):
        pane.post_message(JobStarted(replace(JOB, experiment="[@click=app.quit]x[/]\x1b[2J"), 1, 1))
        await pilot.pause()
        pane.show_progress(after(1))

        await shows(pilot, r"▶ training · \[@click=app\.quit\]x\[/\]\\x1b\[2J · seed 3")


async def test_before_the_first_training_nothing_is_drawn_and_nothing_breaks() -> None:
    app = PaneAlone()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show_progress(after(3))
        app.pane.post_message(QueueEnded())
        await pilot.pause()

        assert screen_text(pilot).count("no data yet") == 2
        assert "epoch" not in screen_text(pilot)


def test_an_epoch_s_line_leaves_out_a_validation_that_there_is_not() -> None:
    assert epoch_line(RUN.curves, 1) == "epoch   2   loss 0.4500  acc 0.8500   val loss 0.4000  acc 0.8600"
    assert epoch_line(Curves((0.8,), (0.6,)), 0) == "epoch   1   loss 0.6000  acc 0.8000"


def test_an_ending_tells_status_figures_and_why() -> None:
    stopped = a_run(status="stopped", reason="stopped by hand in epoch 2 of 2")
    failed = a_run(status="failed", reason="the loss became nan", test=None)

    assert ending(stopped) == (
        "stopped: stopped by hand in epoch 2 of 2 · test accuracy 0.8510, loss 0.4120 · 64, 50,890 parameters · 7 s"
    )
    assert ending(failed) == "failed: the loss became nan · 64, 50,890 parameters · 7 s"


def test_training_is_drawn_from_the_first_steps_and_validation_at_the_ends_of_epochs() -> None:
    first = (Point(0.1, 0.2, 2.2), Point(0.5, 0.6, 1.0))

    train, val = accuracy_series(after(0, first), first)
    assert (train.x, train.y) == ((0.1, 0.5), (0.2, 0.6))
    assert (val.x, val.y) == ((), ())

    train, val = loss_series(after(2, (Point(2.2, 0.8, 0.5), Point(2.4, 0.81, 0.51))), first)
    assert (train.x, train.y) == ((0.1, 0.5, 1.0, 2.0, 2.4), (2.2, 1.0, 0.8, 0.6, 0.51))
    assert (val.x, val.y) == ((1.0, 2.0), (0.65, 0.55))
