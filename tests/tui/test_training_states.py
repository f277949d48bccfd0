"""A training in all its states, here and in another program: pane, summary, history row and dialog say the same."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fake_trainer import ONE_EPOCH, FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import RUN, a_run

from fmnist_tui.engine.parallel.outside import publish_queue
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.pausing import is_paused, set_paused
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.training import runs_watcher
from fmnist_tui.tui.training.states import entries
from fmnist_tui.tui.widgets.dialogs import QuestionDialog

RECIPE = Recipe(mlp([64]))
"""What the editor holds at first."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are looked at more often than an eye needs."""
    monkeypatch.setattr(runs_watcher, "LOOK_SECONDS", 0.02)


@contextmanager
def trained_elsewhere(notebook: NotebookFile) -> Iterator[RunFolder]:
    """Have a run at work in its folder, as another program would, with an epoch in its journal."""
    folder = RunFolder(notebook.run_folder("elsewhere0"))
    with folder.locked():
        folder.begin(elsewhere("interrupted"))
        folder.add_epoch(ONE_EPOCH, 3.0)
        yield folder


def elsewhere(status: str) -> Run:
    return a_run("elsewhere0", experiment="64", recipe=RECIPE, seed=0, status=status)


class Seen:
    """What the parts of the screen say of the trainings."""

    def __init__(self, app: LabApp, pilot: LabPilot) -> None:
        self._app, self._pilot = app, pilot

    async def shows(self, pane: str, summary: str, *, rows: str, keys: str, dialog: str = "") -> None:
        """Wait until pane 2 shows a state, its summary another text, the history states, the border keys."""
        await shows(self._pilot, re.escape(pane))
        await until(self._pilot, lambda: (self.rows, self.keys, self.dialog) == (rows, keys, dialog))
        assert self._app.main.training.summary.startswith(summary)

    @property
    def rows(self) -> str:
        """The signs of the history's rows, the runs of each experiment in order."""
        view = self._app.main.history.table.view
        return "".join(entry.state.sign for group in view.groups for entry in entries(group, view.ongoing))

    @property
    def keys(self) -> str:
        return str(self._app.main.training.border_subtitle or "")

    @property
    def dialog(self) -> str:
        screen = self._app.screen
        return screen.question if isinstance(screen, QuestionDialog) else ""


BOTH = "p pauses · s stops"
PAUSED = "p resumes · s stops"
QUEUE = " · Q shows the queue"


async def test_a_training_here_is_the_same_everywhere_from_its_start_to_its_record(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.may_begin.clear()
    trainer.may_end.clear()
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        await seen.shows("ready · Fashion-MNIST", "ready", rows="", keys="")

        await pilot.press("t")
        await seen.shows("… compiling · 64 · seed 0", "… compiling · epoch 1/2", rows="▶", keys=BOTH)

        trainer.may_begin.set()
        await seen.shows("▶ training · 64 · seed 0", "▶ training · epoch 2/2", rows="▶", keys=BOTH)

        await pilot.press("p")
        await seen.shows("‖ paused · 64 · seed 0", "‖ paused · epoch 2/2", rows="‖", keys=PAUSED)

        await pilot.press("t")
        await seen.shows("1 of 2 · 64 · seed 0", "‖ paused", rows="‖»", keys=PAUSED + QUEUE)
        assert "1 running, 1 queued" in screen_text(pilot)

        await pilot.press("p", "s")
        await seen.shows("▶ training", "▶ training", rows="▶»", keys=BOTH + QUEUE, dialog="Stop the training?")
        assert "stop now, and drop 1 queued run" in screen_text(pilot)

        trainer.may_end.set()
        words = "finished: 2 of 2 · 64 · seed 1 · test accuracy 0.8510 · t trains again"
        await seen.shows(words[:60], words, rows="✓✓", keys="")

    assert [run.status for run in notebook.read().runs] == ["finished", "finished"]


async def test_a_stop_shows_at_once_even_while_there_is_no_step_to_stop_at(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.may_begin.clear()
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        await pilot.press("t")
        await shows(pilot, "… compiling")
        await pilot.press("s", "s")
        await seen.shows("■ stopping · compiling · 64 · seed 0", "■ stopping", rows="▶", keys="s stops")

        trainer.may_begin.set()
        words = "skipped: 64 · seed 0 · stopped by hand before the first epoch; not recorded"
        await seen.shows(words[:40], words, rows="", keys="")

    assert not notebook.path.exists()


async def test_the_question_on_leaving_goes_when_the_training_does(lab: MakeLab, trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("q")
        assert seen.dialog == "A training is running."

        trainer.may_end.set()
        await seen.shows("finished: 64 · seed 0", "finished", rows="✓", keys="")


async def test_a_training_elsewhere_is_the_same_everywhere_and_its_record_says_how_it_ended(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        with trained_elsewhere(notebook) as folder:
            words = "Stop the training of another program?"
            await seen.shows("▷ training elsewhere · 64 · seed 0", "▷ training elsewhere", rows="▷", keys=BOTH)
            await pilot.press("s")
            await seen.shows("▷ training elsewhere", "▷ training", rows="▷", keys=BOTH, dialog=words)

            await pilot.press("s")
            await seen.shows("■ stopping elsewhere", "■ stopping elsewhere", rows="▷", keys="s stops")
            await pilot.press("s")
            assert folder.stop_asked() == "now"
            notebook.record(elsewhere("stopped"))
        await seen.shows("stopped: 64 · seed 0 · test accuracy 0.8510", "stopped", rows="■", keys="")

        await pilot.press("t")
        await seen.shows("finished: 64 · seed 0", "finished", rows="■✓", keys="")


async def test_a_training_elsewhere_is_paused_and_resumed_from_here_and_there(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        with trained_elsewhere(notebook) as folder:
            await seen.shows("▷ training elsewhere · 64 · seed 0", "▷ training elsewhere", rows="▷", keys=BOTH)
            await pilot.press("p")
            await seen.shows("‖ paused elsewhere", "‖ paused elsewhere", rows="‖", keys=PAUSED)
            assert is_paused(folder.path)

            await pilot.press("p")
            await seen.shows("▷ training elsewhere", "▷ training elsewhere", rows="▷", keys=BOTH)
            assert not is_paused(folder.path)

            set_paused(folder.path, True)
            await seen.shows("‖ paused elsewhere", "‖ paused elsewhere", rows="‖", keys=PAUSED)
            await pilot.press("s", "s")
            await seen.shows("■ stopping elsewhere", "■ stopping elsewhere", rows="▷", keys="s stops")


async def test_p_pauses_the_trainings_of_the_program_whose_training_is_on_the_charts(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.may_end.clear()
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        with trained_elsewhere(notebook) as folder:
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("t")
            await shows(pilot, "▶ training · 64 · seed 1")
            await pilot.press("p")
            await shows(pilot, "‖ paused · 64 · seed 1")
            assert not is_paused(folder.path)

            await pilot.press("2", "w", "p")
            await shows(pilot, "‖ paused elsewhere · 64 · seed 0")
            assert is_paused(folder.path)
            trainer.may_end.set()


async def test_what_waits_in_another_program_is_shown_and_not_begun_twice(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        with trained_elsewhere(notebook) as folder:
            publish_queue(folder.path, [Job("64", RECIPE, 1), Job("64", RECIPE, 2)])
            await seen.shows("1 running, 2 queued", "▷ training elsewhere", rows="▷»»", keys=BOTH + QUEUE)
            assert re.search("▷ 64 · seed 0 .*» 64 · seed 1.*» 64 · seed 2", screen_text(pilot), re.DOTALL)

            await pilot.press("t")
            await until(pilot, lambda: trainer.seeds == [3])
            publish_queue(folder.path, [Job("64", RECIPE, 2)])
            await until(pilot, lambda: "»»" not in seen.rows)


async def test_what_this_app_queues_is_left_where_another_finds_it(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.may_end.clear()
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "t", "p")
        await shows(pilot, "‖ paused")
        expected = [("64", RECIPE, 1), ("64", RECIPE, 2)]

        def is_there() -> bool:
            (pending,) = NotebookFile(notebook.path).pending()
            return [(run.experiment, run.recipe, run.seed) for run in pending.queued] == expected

        await until(pilot, is_there)
        await pilot.press("p")
        trainer.may_end.set()
        await until(pilot, lambda: len(notebook.read().runs) == 3)

    assert not [*notebook.runs_folder.glob("*/queued.toml")]


async def test_a_run_that_is_resumed_is_shown_as_running(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    broken_off = a_run("broken1", experiment="64", recipe=RECIPE, seed=0, status="interrupted", curves=ONE_EPOCH)
    notebook.append_run(broken_off)
    trainer.may_end.clear()
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        seen = Seen(app, pilot)
        await seen.shows("ready", "ready", rows="◐", keys="")
        await pilot.press("t")
        await seen.shows("▶ training · 64 · seed 0", "▶ training", rows="▶", keys=BOTH)
        assert trainer.jobs[0].resumes == "broken1"

        trainer.may_end.set()
        await seen.shows("finished: 64 · seed 0", "finished", rows="✓", keys="")

    assert [(run.id, run.curves) for run in notebook.read().runs] == [("broken1", RUN.curves)]
