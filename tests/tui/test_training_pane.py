"""The training pane, fed a script of what trainings tell; it never trains."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fake_trainer import ONE_EPOCH, RUNNING
from lab_screen import screen_text, shows, until
from rich.text import Text
from sample_records import RUN, a_run
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from fmnist_tui.engine.parallel.queue import ActiveRun, Refused
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Curves, Metrics, Run
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.training import pane as training_pane
from fmnist_tui.tui.training.charts import accuracy_series, loss_series
from fmnist_tui.tui.training.log_lines import ending, epoch_line
from fmnist_tui.tui.training.messages import JobSkipped, QueueEnded, RunEnded
from fmnist_tui.tui.training.pane import TrainingPane

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


@pytest.fixture(autouse=True)
def apart(folder: Path) -> None:
    """Let no pane find, or write, the notebook of this repository."""


class PaneAlone(App[None]):
    """The pane with the whole screen for itself."""

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield TrainingPane(Path.cwd() / "experiments.toml", "training", Background(lambda lane, error: None))

    @property
    def pane(self) -> TrainingPane:
        """The pane."""
        return self.query_one(TrainingPane)


@asynccontextmanager
async def watched(*, columns: int = 80, rows: int = 30) -> AsyncIterator[tuple[Pilot[None], TrainingPane]]:
    """Show the pane alone, a training just begun."""
    app = PaneAlone()
    async with app.run_test(size=(columns, rows), notifications=True) as pilot:
        begin(app.pane)
        await pilot.pause()
        yield pilot, app.pane


def begin(pane: TrainingPane, job: Job = JOB, run_id: str = "r0") -> None:
    """Begin a job of the pane's queue, as the training thread does."""
    queue = pane.runner.queue
    queue.add([replace(job, resumes=run_id)])
    queue.begin(Phase.COMPILING)
    pane.refresh_progress()


def find(pane: TrainingPane, run_id: str = "r0") -> ActiveRun:
    training = pane.activity.find(run_id)
    assert training is not None
    return training


def tell(pane: TrainingPane, progress: Progress, run_id: str = "r0") -> None:
    """Let a training of the pane have new progress, and the pane look at it."""
    find(pane, run_id).progress = progress
    pane.refresh_progress()


def end(pane: TrainingPane, run: Run, problem: str | None = None) -> None:
    """End the training of a run, as the training thread does."""
    pane.runner.queue.end(find(pane, run.id))
    pane.post_message(RunEnded(run, problem))


async def test_what_is_trained_is_named_with_its_seed_and_place() -> None:
    async with watched() as (pilot, pane):
        assert "64 units · seed 3 · fashion-mnist" in screen_text(pilot)

        end(pane, a_run())
        begin(pane, replace(JOB, seed=4), "r1")
        await shows(pilot, "2 of 2 · 64 units · seed 4 · fashion-mnist")


@pytest.mark.parametrize("phase", Phase)
async def test_what_a_training_does_is_said_in_words(phase: Phase) -> None:
    async with watched() as (pilot, pane):
        tell(pane, after(1, RUNNING, phase))

        await shows(pilot, f"{phase} · 64 units · seed 3")
        assert pane.summary.startswith(("…", "▶", "‖", "■"))


async def test_the_learning_rate_stands_beside_what_is_trained() -> None:
    async with watched() as (pilot, pane):
        tell(pane, replace(after(1, RUNNING), learning_rate=0.001))

        await shows(pilot, "▶ training · 64 units · seed 3 · learning rate 0.001\\s")


async def test_a_line_of_the_log_is_shown_without_the_screen_being_laid_out_anew() -> None:
    async with watched(rows=40) as (pilot, pane):
        log, layouts = pane.focus_target, list[int]()
        pane.screen.screen_layout_refresh_signal.subscribe(
            pane, lambda _: layouts.append(len(log.lines)), immediate=True
        )
        pane.refresh(layout=True)
        await pilot.pause()
        assert layouts == [1]

        for number in range(log.size.height + 3):
            log.add(Text(f"line {number}"))
            await pilot.pause()
        assert layouts == [1]
        assert f"line {number}" in screen_text(pilot)
        assert log.vertical_scrollbar.window_virtual_size == len(log.lines)


async def test_the_log_has_a_line_an_epoch_however_often_and_seldom_it_is_told() -> None:
    async with watched() as (pilot, pane):
        for epochs in (0, 1, 1, 1, 4, 4, 10):
            tell(pane, after(epochs, RUNNING))
        await pilot.pause()

        logged = [line.text.split()[:2] for line in pane.focus_target.lines]
        assert logged == [["64", "units"], *(["epoch", str(epoch)] for epoch in range(1, 11))]


async def test_the_curves_grow_within_the_epoch() -> None:
    async with watched() as (pilot, pane):
        tell(pane, after(0, (Point(0.1, 0.2, 2.2),)))
        await pilot.pause()
        begun = screen_text(pilot)
        tell(pane, after(0, (Point(0.1, 0.2, 2.2), Point(0.9, 0.7, 0.9))))
        await pilot.pause()

        assert "train" in begun
        assert braille(screen_text(pilot)) > braille(begun)


def braille(text: str) -> int:
    """Return how many characters of a text are pieces of a curve."""
    return sum("\u2801" <= each <= "\u28ff" for each in text)


async def test_pictures_with_figures_that_are_not_finite_are_survived() -> None:
    broken = Curves((0.1, 0.1), (float("inf"), float("nan")), (float("nan"),) * 2, (float("nan"),) * 2)
    async with watched() as (pilot, pane):
        tell(pane, Progress(Phase.TRAINING, 10, broken, (Point(2.5, 0.1, float("nan")),)))

        await shows(pilot, "loss nan")
        assert "epoch   2   loss nan" in screen_text(pilot)


async def test_the_log_follows_its_tail_unless_a_person_scrolled_up() -> None:
    async with watched(rows=24) as (pilot, pane):
        tell(pane, after(9))
        await pilot.pause()
        assert "epoch   9" in screen_text(pilot)

        pane.focus_target.scroll_home(animate=False)
        await pilot.pause()
        tell(pane, after(10))
        await pilot.pause()
        assert "epoch  10" not in screen_text(pilot)
        assert "epoch   1 " in screen_text(pilot)

        pane.focus_target.focus()
        await pilot.press("end")
        await shows(pilot, "epoch  10")


async def test_a_finished_run_is_told_whole_even_if_its_last_picture_was_missed() -> None:
    async with watched() as (pilot, pane):
        tell(pane, Progress(Phase.TRAINING, 2, ONE_EPOCH))
        end(pane, a_run())
        pane.post_message(QueueEnded())
        await shows(pilot, "finished: 64 units · seed 3 · test accuracy 0.8510 · t trains again")

        assert "epoch   2   loss 0.4500  acc 0.8500   val loss 0.4000  acc 0.8600" in screen_text(pilot)
        assert "finished · test accuracy 0.8510, loss 0.4120 · 64, 50,890 parameters · 7 s" in screen_text(pilot)
        assert pane.summary == "finished: 64 units · seed 3 · test accuracy 0.8510 · t trains again"


async def test_a_failure_is_told_with_its_reason_even_where_the_pane_is_a_line() -> None:
    async with watched() as (pilot, pane):
        end(pane, a_run(status="failed", reason="the loss became nan in epoch 1", test=None))
        pane.post_message(QueueEnded())
        await pilot.pause()

        assert pane.summary == "failed: 64 units · seed 3 · the loss became nan in epoch 1 · t trains again"


async def test_the_keys_that_steer_stand_in_the_border_while_there_is_something_to_steer() -> None:
    async with watched() as (pilot, pane):
        training = find(pane)
        tell(pane, after(1, RUNNING))
        assert pane.border_subtitle == "p pauses · s stops"

        training.control.pause()
        tell(pane, after(1, RUNNING, Phase.PAUSED))
        assert pane.border_subtitle == "p resumes · s stops"

        training.control.stop_at_epoch_end()
        tell(pane, after(1, RUNNING, Phase.STOPPING))
        assert pane.border_subtitle == "s stops"

        end(pane, a_run())
        pane.post_message(QueueEnded())
        await pilot.pause()
        assert pane.border_subtitle == ""


async def test_a_run_that_is_not_in_the_notebook_is_said_so() -> None:
    async with watched(columns=120) as (pilot, pane):
        end(pane, a_run(), "experiments.toml: cannot be written: [bold]No space[/bold]")

        await shows(pilot, r"not in the notebook: experiments\.toml: cannot be written: \[bold\]No space\[/bold\]")


async def test_a_name_that_would_act_is_shown_as_its_characters() -> None:
    async with watched() as (pilot, pane):
        hostile = replace(JOB, experiment="[@click=app.quit]x[/]\x1b[2J")
        end(pane, a_run())
        begin(pane, hostile, "r1")
        await pilot.pause()
        tell(pane, after(1), "r1")

        await shows(pilot, r"▶ training · 2 of 2 · \[@click=app\.quit\]x\[/\]\\x1b\[2J · seed 3")


async def test_before_the_first_training_nothing_is_drawn_and_nothing_breaks() -> None:
    app = PaneAlone()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.refresh_progress()
        app.pane.post_message(QueueEnded())
        await pilot.pause()

        assert screen_text(pilot).count("no data yet") == 2
        assert "epoch" not in screen_text(pilot)


async def test_of_several_at_work_one_is_shown_until_a_person_wants_the_next() -> None:
    async with watched(rows=40) as (pilot, pane):
        begin(pane, replace(JOB, seed=4), "r1")
        await pilot.pause()
        tell(pane, after(2))
        tell(pane, after(5), "r1")
        await shows(pilot, "2 running\\s")
        assert "▶ training · 1 of 2 · 64 units · seed 3" in screen_text(pilot)
        assert re.search(r"64 units · seed 3 .* 20%  ◂ shown", screen_text(pilot))
        assert re.search(r"64 units · seed 4 .* 50%\s", screen_text(pilot))

        pane.focus_target.focus()
        await pilot.press("w")
        await shows(pilot, "▶ training · 2 of 2 · 64 units · seed 4")
        assert "epoch   5" in screen_text(pilot)

        await pilot.press("W")
        await shows(pilot, "▶ training · 1 of 2 · 64 units · seed 3")


async def test_when_the_one_that_is_shown_ends_another_that_is_at_work_takes_its_place() -> None:
    async with watched() as (pilot, pane):
        begin(pane, replace(JOB, seed=4), "r1")
        await pilot.pause()
        tell(pane, after(3), "r1")
        end(pane, a_run())

        await shows(pilot, "▶ training · 2 of 2 · 64 units · seed 4")


async def test_what_ends_behind_the_one_that_is_shown_is_told_by_its_name() -> None:
    async with watched(columns=120) as (pilot, pane):
        begin(pane, replace(JOB, seed=4), "r1")
        await pilot.pause()
        end(pane, a_run("r1", seed=4))

        await shows(pilot, "2 of 2 · 64 units · seed 4: finished · test accuracy")
        assert "seed 3" in screen_text(pilot)


async def test_a_training_that_never_took_a_step_is_said_not_to_be_recorded() -> None:
    async with watched(columns=120, rows=40) as (pilot, pane):
        pane.runner.queue.end(find(pane))
        pane.post_message(JobSkipped(Refused(JOB, "stopped by hand before the first epoch; not recorded")))

        await shows(pilot, "skipped: 64 units · seed 3 · stopped by hand before the first epoch; not recorded")


async def test_what_was_left_out_is_said_with_why() -> None:
    async with watched(columns=120) as (pilot, pane):
        pane.post_message(JobSkipped(Refused(JOB, "it was trained meanwhile")))

        await shows(pilot, "skipped: 64 units · seed 3: it was trained meanwhile")


async def test_how_many_are_trained_at_once_doubles_up_to_the_cores_and_halves_down_to_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training_pane, "usable_cores", lambda: 6)
    async with watched() as (pilot, pane):
        pane.focus_target.focus()
        numbers = []
        for key in ("plus", "plus", "plus", "plus", "minus", "minus", "minus"):
            await pilot.press(key)
            numbers.append(pane.runner.queue.parallelism.at_once)

        assert numbers == [2, 4, 6, 6, 3, 1, 1]


async def test_losing_room_does_not_make_the_log_forget_its_tail() -> None:
    async with watched(rows=40) as (pilot, pane):
        tell(pane, after(9))
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        tell(pane, after(10))

        await shows(pilot, "epoch  10")


async def test_what_the_log_was_told_while_the_pane_was_a_line_is_whole_once_there_is_room() -> None:
    async with watched(rows=40) as (pilot, pane):
        pane.add_class("-shrunk")
        await pilot.pause()
        tell(pane, after(2))
        pane.remove_class("-shrunk")

        await shows(pilot, "epoch   1   loss 0.8000  acc 0.7200   val loss 0.6500  acc 0.7600")
        await shows(pilot, "epoch   2   loss 0.6000  acc 0.8000   val loss 0.5500  acc 0.8100")
        assert len(pane.focus_target.lines) == 3


async def test_a_line_that_is_too_long_for_less_room_is_wrapped_anew_and_back_again() -> None:
    async with watched(rows=40) as (pilot, pane):
        tell(pane, after(1))
        await pilot.pause()
        assert len(pane.focus_target.lines) == 2

        await pilot.resize_terminal(60, 40)
        await until(pilot, lambda: len(pane.focus_target.lines) == 3)

        await pilot.resize_terminal(80, 40)
        await until(pilot, lambda: len(pane.focus_target.lines) == 2)


def test_an_epoch_s_line_leaves_out_a_validation_that_there_is_not() -> None:
    assert epoch_line(RUN.curves, 1) == "epoch   2   loss 0.4500  acc 0.8500   val loss 0.4000  acc 0.8600"
    assert epoch_line(Curves((0.8,), (0.6,)), 0) == "epoch   1   loss 0.6000  acc 0.8000"


def test_an_ending_tells_status_figures_and_why() -> None:
    stopped = a_run(status="stopped", reason="stopped by hand in epoch 2 of 2")
    failed = a_run(status="failed", reason="the loss became nan", test=None)

    assert ending(stopped) == (
        "stopped by hand in epoch 2 of 2 · test accuracy 0.8510, loss 0.4120 · 64, 50,890 parameters · 7 s"
    )
    assert ending(failed) == "failed: the loss became nan · 64, 50,890 parameters · 7 s"


def test_an_ending_tells_an_early_stop_and_the_best_epoch_where_that_is_not_the_last() -> None:
    planned = replace(RUN.recipe, training=replace(RUN.recipe.training, epochs=60, patience=1))
    best = Curves(accuracy=(0.8, 0.85), loss=(0.6, 0.45), val_accuracy=(0.87, 0.86), val_loss=(0.3, 0.4))

    assert ending(a_run(recipe=planned, curves=best, best=Metrics(0.8435, 0.4482))) == (
        "finished early, after epoch 2 of 60 · test accuracy 0.8510, loss 0.4120 · best epoch 1: 0.8435"
        " · 64, 50,890 parameters · 7 s"
    )


@pytest.mark.parametrize("width", [76, 56])
def test_an_ending_leaves_out_what_matters_least_where_it_would_be_cut(width: int) -> None:
    curves = Curves(accuracy=(0.8, 0.85), loss=(0.6, 0.45), val_accuracy=(0.87, 0.86), val_loss=(0.3, 0.4))
    run = a_run(curves=curves, best=Metrics(0.8435, 0.4482))

    line = ending(run, width)

    assert len(line) <= width
    assert line.startswith("finished · test accuracy 0.8510, loss 0.4120")
    assert ("best epoch 1: 0.8435" in line) is (width == 76)


def test_training_is_drawn_from_the_first_steps_and_validation_at_the_ends_of_epochs() -> None:
    first = (Point(0.1, 0.2, 2.2), Point(0.5, 0.6, 1.0))

    train, val = accuracy_series(after(0, first), first)
    assert (train.x, train.y) == ((0.1, 0.5), (0.2, 0.6))
    assert (val.x, val.y) == ((), ())

    train, val = loss_series(after(2, (Point(2.2, 0.8, 0.5), Point(2.4, 0.81, 0.51))), first)
    assert (train.x, train.y) == ((0.1, 0.5, 1.0, 2.0, 2.4), (2.2, 1.0, 0.8, 0.6, 0.51))
    assert (val.x, val.y) == ((1.0, 2.0), (0.65, 0.55))
