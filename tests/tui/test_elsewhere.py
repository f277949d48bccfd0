"""What another program trains in the same notebook is seen as it grows, can be stopped, and is never begun twice."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fake_trainer import ONE_EPOCH, FakeTrainer
from lab_screen import MakeLab, opened, screen_text, shows, until
from sample_records import RUN, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.stopping import pop_no_more
from fmnist_tui.tui.training import runs_watcher

RECIPE = Recipe(mlp([64]))
"""What the editor holds at first."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are looked at more often than an eye needs."""
    monkeypatch.setattr(runs_watcher, "LOOK_SECONDS", 0.02)


@contextmanager
def trained_elsewhere(notebook: NotebookFile, seed: int = 0) -> Iterator[RunFolder]:
    """Have a run at work in its folder, as another program would, with an epoch in its journal."""
    run_id = f"elsewhere{seed}"
    folder = RunFolder(notebook.run_folder(run_id))
    with folder.locked():
        folder.begin(a_run(run_id, experiment="64", recipe=RECIPE, seed=seed, status="interrupted"))
        folder.add_epoch(ONE_EPOCH, 3.0)
        yield folder


async def test_its_curves_grow_here_and_its_end_is_told(lab: MakeLab, notebook: NotebookFile) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        with trained_elsewhere(notebook) as folder:
            await shows(pilot, "▷ training elsewhere · 64 · seed 0.*epoch   1 ")
            assert "epoch 2/10" in screen_text(pilot)

            folder.add_epoch(RUN.curves, 6.0)
            await shows(pilot, "epoch   2   loss 0.4500")
            notebook.record(a_run("elsewhere0", experiment="64", recipe=RECIPE))
            await shows(pilot, "1 experiment · 1 run")  # the record is read before the training is seen to end
        await shows(pilot, "ended elsewhere: 64 · seed 0")
        await shows(pilot, "finished.*test accuracy")

    assert [run.id for run in notebook.read().runs] == ["elsewhere0"]


async def test_it_is_not_begun_twice(lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        with trained_elsewhere(notebook):
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("t")
            await shows(pilot, "finished · test accuracy")

    assert trainer.seeds == [1]


async def test_what_is_trained_here_is_shown_before_what_is_elsewhere(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    trainer.may_end.clear()
    async with opened(lab(), columns=120, rows=40) as pilot:
        with trained_elsewhere(notebook):
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("t")
            await shows(pilot, "▶ training · 64 · seed 1.*2 running.*▶ 64 · seed 1.*◂ shown.*▷ 64 · seed 0")
            await pilot.press("tab", "w")
            await shows(pilot, "▷ training elsewhere · 64 · seed 0")
            trainer.may_end.set()


@pytest.mark.parametrize(("answer", "asked"), [("s", "now"), ("e", "epoch"), ("a", "now"), ("escape", None)])
async def test_it_can_be_asked_to_stop(lab: MakeLab, notebook: NotebookFile, answer: str, asked: str | None) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        with trained_elsewhere(notebook) as first, trained_elsewhere(notebook, seed=1) as second:
            await shows(pilot, "2 running")
            await pilot.press("s")
            await shows(pilot, "Stop the training of another program\\? 64 · seed 0")
            await pilot.press(answer)
            await until(pilot, lambda: first.stop_asked() == asked)

            assert second.stop_asked() == ("now" if answer == "a" else None)
            assert pop_no_more(first.path) == pop_no_more(second.path) == (answer == "a")


async def test_what_was_broken_off_is_recorded_as_interrupted(lab: MakeLab, notebook: NotebookFile) -> None:
    with trained_elsewhere(notebook):
        pass

    async with opened(lab(), columns=120, rows=40) as pilot:
        await until(pilot, lambda: len(notebook.read().runs) == 1)
        await shows(pilot, "interrupted: 64 seed 0 after 1 of 10 epochs")

    (run,) = notebook.read().runs
    assert (run.id, run.status, run.curves) == ("elsewhere0", "interrupted", ONE_EPOCH)
    assert run.recipe == RECIPE


async def test_to_train_what_was_broken_off_is_to_go_on_with_it(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    with trained_elsewhere(notebook):
        pass

    async with opened(lab(), columns=120, rows=40) as pilot:
        await shows(pilot, "interrupted: 64 seed 0 after 1 of 10 epochs")
        await pilot.press("t")
        await until(pilot, lambda: [run.status for run in notebook.read().runs] == ["finished"])

    assert [(job.seed, job.resumes) for job in trainer.jobs] == [(0, "elsewhere0")]
