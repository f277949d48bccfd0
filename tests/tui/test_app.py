"""Once round by the keyboard: train, watch, stop, find the result, leave."""

import asyncio
import time
from typing import Any

import pytest
from fake_trainer import FakeTrainer
from lab_screen import MOST_SECONDS, MakeLab, opened, screen_text, shows, until
from sample_records import a_plan
from textual.widget import Widget

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.dataset.files import DatasetError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.tui import loading
from fmnist_tui.tui.widgets.dialogs import QuestionDialog


@pytest.fixture
def held(trainer: FakeTrainer) -> FakeTrainer:
    """A trainer whose trainings go on until they are stopped, or until it lets them end."""
    trainer.may_end.clear()
    return trainer


async def test_an_empty_folder_opens_with_a_network_to_train_and_says_what_to_do(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    async with opened(lab(), columns=140, rows=40) as pilot:
        text = screen_text(pilot)

    assert "50,890 parameters" in text
    assert "ready" in text
    assert "nothing yet: press t to train this network" in text
    assert not notebook.path.exists()


async def test_a_training_ends_in_the_notebook_and_in_the_history(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    async with opened(lab(), columns=140, rows=40) as pilot:
        await pilot.press("t")
        await shows(pilot, "finished · test accuracy 0.8510, loss 0.4120")

        assert "epoch   2   loss 0.4500  acc 0.8500   val loss 0.4000  acc 0.8600" in screen_text(pilot)
        assert "1 experiment · 1 run" in screen_text(pilot)
        assert ".8510" in screen_text(pilot)

    (run,) = notebook.read().runs
    assert (run.experiment, run.seed, run.recipe.dataset) == ("64", 0, "fashion-mnist")
    assert trainer.seeds == [0]


async def test_training_the_same_again_takes_the_next_seed(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "1 experiment · 1 run")
        await pilot.press("t")
        await shows(pilot, "1 experiment · 2 runs")

    assert trainer.seeds == [0, 1]
    assert len(notebook.read().runs) == 2


async def test_what_is_started_meanwhile_waits_its_turn(
    lab: MakeLab, held: FakeTrainer, notebook: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "t")
        await shows(pilot, "1 running, 2 queued")
        assert held.seeds == [0]

        pilot.app.clear_notifications()  # it covers the history's line
        held.may_end.set()
        await shows(pilot, "1 experiment · 3 runs")

    assert held.seeds == [0, 1, 2]
    assert [run.seed for run in notebook.read().runs] == [0, 1, 2]


async def test_a_recipe_with_a_plan_is_trained_under_its_name(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("my sixty-four", training=Hyperparameters()),))
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "1 experiment · 1 run")

    assert [job.experiment for job in trainer.jobs] == ["my sixty-four"]


async def test_a_training_is_stopped_now_and_kept(lab: MakeLab, held: FakeTrainer, notebook: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("s")
        assert "Stop the training?" in screen_text(pilot)

        await pilot.press("s")
        await shows(pilot, "1 experiment · 1 run")

    (run,) = notebook.read().runs
    assert (run.status, run.curves.epochs) == ("stopped", 1)


async def test_a_training_is_stopped_at_the_end_of_its_epoch(
    lab: MakeLab, held: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("s", "e")
        await shows(pilot, "1 experiment · 1 run")

    assert [run.status for run in notebook.read().runs] == ["stopped"]


async def test_a_stop_that_is_thought_better_of_stops_nothing(lab: MakeLab, held: FakeTrainer) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("s", "escape")

        assert "Stop the training?" not in screen_text(pilot)
        assert not app.main.training.runner.active[0].control.stopping
        held.may_end.set()
        await shows(pilot, "finished: 64 · seed 0")


async def test_stopping_one_goes_on_with_the_next_unless_they_are_dropped(
    lab: MakeLab, held: FakeTrainer, notebook: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "t", "s", "s")
        await until(pilot, lambda: held.seeds == [0, 1])
        await pilot.press("s")
        await shows(pilot, "drop 1 queued run")
        await pilot.press("a")
        pilot.app.clear_notifications()  # what was queued covers the history's line
        await shows(pilot, "1 experiment · 2 runs")

    assert held.seeds == [0, 1]
    assert [run.status for run in notebook.read().runs] == ["stopped", "stopped"]


async def test_a_training_is_paused_and_goes_on(lab: MakeLab, held: FakeTrainer, notebook: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("p")
        await shows(pilot, "‖ paused")
        held.may_end.set()
        await pilot.press("p")
        await shows(pilot, "1 experiment · 1 run")

    assert [run.status for run in notebook.read().runs] == ["finished"]


@pytest.mark.parametrize("key", ["s", "p"])
async def test_where_nothing_is_trained_nothing_can_be_stopped_or_paused(lab: MakeLab, key: str) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(key)

        await shows(pilot, "nothing is being trained")


async def test_quitting_leaves_at_once_when_nothing_is_trained(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: app.return_code is not None)

    assert app.return_code == 0


async def test_quitting_while_something_is_trained_asks_and_keeps_it(
    lab: MakeLab, held: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "q")
        assert "A training is running. 1 queued." in screen_text(pilot)
        assert "drop 1 queued run, and leave" in screen_text(pilot)
        await pilot.press("escape")
        assert "A training is running." not in screen_text(pilot)

        await pilot.press("q", "s")
        await until(pilot, lambda: app.return_code is not None)

    assert app.return_code == 0
    assert [(run.seed, run.status) for run in notebook.read().runs] == [(0, "stopped")]


async def test_a_long_answer_continues_beside_its_key(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, columns=60, rows=20) as pilot:
        words = "stop now, keep the results so far, drop 3 queued runs, and leave"
        app.push_screen(QuestionDialog("quit", "A training is running.", {"s": words}))
        await shows(pilot, "A training is running")
        first, second = (line for line in screen_text(pilot).splitlines() if "stop now" in line or "leave" in line)
        assert second.index(second.strip("┃│ ")) == first.index("stop")


async def test_quitting_can_wait_for_the_end_of_the_epoch(
    lab: MakeLab, held: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        (training,) = app.runner.active
        await pilot.press("q")
        await shows(pilot, "stop at the end of the epoch and leave")
        await pilot.press("e")
        await until(pilot, lambda: app.return_code is not None)
        assert training.control.stopping
        assert not training.control.stopping_now

    assert [run.status for run in notebook.read().runs] == ["stopped"]


async def test_an_error_of_the_program_shows_and_the_app_lives_on(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.error = RuntimeError("[bold]the moon is blue")
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "error in training")
        assert "RuntimeError: [bold]the moon is blue" in screen_text(pilot)

        trainer.error = None
        await pilot.press("escape", "t")
        await shows(pilot, "1 experiment · 1 run")

    assert [run.status for run in notebook.read().runs] == ["finished"]


async def test_an_error_while_loading_shows_and_the_app_lives_on(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> None:
        raise OSError("no such library")

    monkeypatch.setattr(loading, "load_tensorflow", break_down)
    async with opened(lab(), until_it_shows="OSError: no such library") as pilot:
        await pilot.press("escape", "tab")

        assert "┏━ 2 Training" in screen_text(pilot)


async def test_without_data_all_but_training_works(
    lab: MakeLab, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_nothing(*_: object, **__: object) -> None:
        raise DatasetError("there is no Fashion-MNIST here; give its folder with --data")

    monkeypatch.setattr(sources, "load", find_nothing)
    async with opened(lab(), until_it_shows="give its folder with --data") as pilot:
        await pilot.press("escape", "t")
        await shows(pilot, "there is no Fashion-MNIST here")
        await pilot.press("plus")

        assert "dense 65 relu" in screen_text(pilot)
    assert trainer.jobs == []


async def test_a_failed_training_is_a_result_like_any_other(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.failure = "the loss became nan in epoch 2; try a lower learning rate"
    async with opened(lab(), columns=140, rows=40) as pilot:
        await pilot.press("t")
        await shows(pilot, "failed: the loss became nan in epoch 2")
        assert "0  ✗ failed" in screen_text(pilot)

    assert [run.reason for run in notebook.read().runs] == [trainer.failure]


async def test_a_network_that_cannot_be_built_cannot_be_started(lab: MakeLab, trainer: FakeTrainer) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("a", "c")
        assert "cannot be trained yet" in screen_text(pilot)

        await pilot.press("t")
        await pilot.pause()

        assert trainer.jobs == []


async def test_the_keyboard_answers_while_something_is_trained(lab: MakeLab, held: FakeTrainer) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")

        await pilot.press("tab", "tab")

        assert "┏━ 3 History" in screen_text(pilot)
        held.may_end.set()
        await shows(pilot, "finished: 64 · seed 0")


@pytest.mark.usefixtures("all_drawn")
async def test_while_nothing_changes_nothing_is_drawn(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    refresh = Widget.refresh

    def note_and_refresh(widget: Widget, *regions: Any, **how: Any) -> Widget:
        drawn.append(repr(widget))
        return refresh(widget, *regions, **how)

    async with opened(lab()):
        monkeypatch.setattr(Widget, "refresh", note_and_refresh)
        deadline = time.monotonic() + MOST_SECONDS
        # What was opened may still be drawn at first; what is drawn for ever is drawn in every third of a second.
        while True:
            drawn.clear()
            await asyncio.sleep(0.3)
            if not drawn:
                break
            assert time.monotonic() < deadline, drawn
        monkeypatch.undo()
