"""The app says what is likely a mistake in the notebook, trains no plan that has one, and trains nothing in vain."""

import errno
import os

import pytest
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until

from fmnist_tui.lab.notebook import writable
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.app import LabApp

PLAN = '[[experiment]]\nname = "mine"\narchitecture = "64"\nlr = 0.1\nbatch = 5\n'
HISTORY = ("tab", "tab")


def logged(app: LabApp) -> str:
    """Return what the training log says."""
    return "\n".join(line.plain for line in app.main.training.focus_target._said)


def notified(pilot: LabPilot) -> list[str]:
    """Return the notifications that stand on the screen."""
    return [notice.message for notice in pilot.app._notifications]


async def test_a_mistake_in_the_notebook_is_notified_logged_and_told_above_the_history(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    notebook.path.write_text(PLAN, encoding="utf-8")
    app = lab()
    async with opened(app) as pilot:
        assert [words for words in notified(pilot) if "`lr` is not known; did you mean `learning_rate`?" in words]
        assert "`lr` is not known; did you mean `learning_rate`?" in logged(app)
        assert "`batch` is not known; did you mean `batch_size`?" in logged(app)
        app.clear_notifications()
        await pilot.press(*HISTORY)
        await shows(pilot, r"`lr` is not known.*\(1\s+more in the training\s+log\)")

        notebook.path.write_text(PLAN.replace("lr =", "learning_rate =").replace("batch =", "batch_size ="), "utf-8")
        await until(pilot, lambda: "is not known" not in screen_text(pilot))
        assert "mine" in screen_text(pilot)
        assert notified(pilot) == []


async def test_a_mistake_is_notified_once(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.path.write_text(PLAN, encoding="utf-8")
    app = lab()
    async with opened(app) as pilot:
        notebook.path.write_text(f"{PLAN}\n[[experiment]]\nname = 'new'\narchitecture = '8'\n", encoding="utf-8")
        await pilot.press(*HISTORY)
        await until(pilot, lambda: len(app.notebook.experiments) == 2)

        assert logged(app).count("`lr` is not known") == 1


@pytest.mark.parametrize("keys", [("t",), (*HISTORY, "r")], ids=["of the editor", "of the history"])
async def test_a_plan_with_a_mistake_is_not_trained(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer, keys: tuple[str, ...]
) -> None:
    notebook.path.write_text(PLAN, encoding="utf-8")
    app = lab()
    async with opened(app, columns=120) as pilot:
        app.clear_notifications()
        await pilot.press(*keys)
        await until(pilot, lambda: any("nothing is trained: " in words for words in notified(pilot)))

    assert trainer.jobs == []
    assert notebook.path.read_text(encoding="utf-8") == PLAN


async def test_another_network_is_trained_beside_a_plan_with_a_mistake(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    notebook.path.write_text(PLAN, encoding="utf-8")
    async with opened(lab()) as pilot:
        await pilot.press("plus", "t")
        await until(pilot, lambda: len(NotebookFile(notebook.path).read().runs) == 1)

    assert [job.experiment for job in trainer.jobs] == ["65"]


async def test_nothing_is_trained_where_no_result_could_be_kept(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    app = lab()
    async with opened(app) as pilot:
        with monkeypatch.context() as broken:
            broken.setattr(writable, "_write_in", fail)
            await pilot.press("t")
            await until(pilot, lambda: "runs: cannot be written: Read-only file system" in logged(app))
            await until(pilot, lambda: not app.runner.busy)
        assert any("nothing is trained, as no result could be kept" in words for words in notified(pilot))
        assert trainer.jobs == []
        assert app.runner.queued == ()

        await pilot.press("t")
        await until(pilot, lambda: len(NotebookFile(notebook.path).read().runs) == 1)


async def test_a_notebook_that_alone_cannot_be_written_is_told_before_the_training(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(writable, "_open_to_append", fail)
    trainer.may_end.clear()
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "results are kept in runs and added once that is mended" in logged(app))
        await until(pilot, lambda: len(trainer.jobs) == 1)
        trainer.may_end.set()


async def test_a_file_that_is_no_notebook_is_told_and_left_as_it_is(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    text = '[project]\nname = "mine"\n'
    notebook.path.write_text(text, encoding="utf-8")
    async with opened(lab(), until_it_shows="not a notebook") as pilot:
        await pilot.press("escape", "t")
        await shows(pilot, "not a\\s+notebook")

    assert trainer.jobs == []
    assert notebook.path.read_text(encoding="utf-8") == text
