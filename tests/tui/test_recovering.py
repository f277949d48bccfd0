"""Runs that an editor took out of the notebook are told of once in the app, and added again when a person says so."""

import pytest
from fake_trainer import ONE_EPOCH, FakeTrainer
from lab_screen import MakeLab, opened, screen_text, shows, until
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.tui.recovering import COMMAND
from fmnist_tui.tui.training import runs_watcher


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are looked at more often than an eye needs."""
    monkeypatch.setattr(runs_watcher, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(runs_watcher, "RECOVER_SECONDS", 0.02)


@pytest.fixture
def rolled_back(notebook: NotebookFile) -> NotebookFile:
    """A notebook in which an editor put an older text, without two of its three runs."""
    notebook.record(a_run("kept"))
    before = notebook.path.read_bytes()
    notebook.record(a_run("lost1", seed=1))
    notebook.record(a_run("lost2", seed=2))
    notebook.path.write_bytes(before)
    return notebook


async def test_missing_runs_are_told_of_and_added_again(lab: MakeLab, rolled_back: NotebookFile) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        await shows(pilot, r"2 runs that this notebook had are\s+missing")
        assert [run.id for run in rolled_back.read().runs] == ["kept"]

        await pilot.press("colon", *COMMAND)
        await shows(pilot, COMMAND)
        await pilot.press("enter")
        await shows(pilot, "lost1.*seed 1.*lost2.*seed 2")
        await pilot.press("a")
        await until(pilot, lambda: len(rolled_back.read().runs) == 3)
        await shows(pilot, "2 runs added")

    assert [run.id for run in rolled_back.read().runs] == ["kept", "lost1", "lost2"]


async def test_they_are_told_of_once(lab: MakeLab, rolled_back: NotebookFile) -> None:
    assert len(Recovery(rolled_back).news()) == 1
    app = lab()
    looks: list[object] = []
    async with opened(app, columns=120, rows=40) as pilot:
        look = app.watcher.look
        app.watcher.look = lambda: looks.append(look())  # type: ignore[method-assign]
        await until(pilot, lambda: len(looks) > 5)

        assert "missing" not in screen_text(pilot)


async def test_after_a_crash_a_line_says_what_was_interrupted_and_which_key_resumes_it(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    folder = RunFolder(notebook.run_folder("killed"))
    with folder.locked():
        folder.begin(a_run("killed", seed=3, status="interrupted"))
        folder.add_epoch(ONE_EPOCH, 3.0)
    words = r"interrupted: 64 units seed 3 after 1 of 2 epochs; r in History\s+resumes it"
    async with opened(lab(), columns=120, rows=40) as pilot:
        await shows(pilot, words)
        await pilot.press("tab", "tab", "r")
        await until(pilot, lambda: trainer.seeds == [3])
        await shows(pilot, "training seed 3 again from epoch 1: interrupted before a checkpoint")
    async with opened(lab(), columns=120, rows=40) as pilot:
        assert "interrupted: 64" not in screen_text(pilot)


async def test_they_can_be_forgotten(lab: MakeLab, rolled_back: NotebookFile) -> None:
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        app.action_recover()
        await shows(pilot, "missing from the notebook: 2 runs")
        await pilot.press("f")
        await until(pilot, lambda: Recovery(rolled_back).lost() == ())

    assert [run.id for run in rolled_back.read().runs] == ["kept"]


async def test_with_nothing_missing_that_is_said(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.record(a_run())
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        app.action_recover()

        await shows(pilot, "no run is missing")


async def test_a_renamed_notebook_asks_for_its_folders(lab: MakeLab, notebook: NotebookFile) -> None:
    old = NotebookFile(notebook.path.with_name("old.toml"))
    old.record(a_run())
    old.path.rename(notebook.path)
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        await shows(pilot, r"runs/ holds runs of old\.toml")
        app.action_recover()
        await shows(pilot, "move the other notebook's runs to this notebook")
        await pilot.press("m")
        await until(pilot, lambda: notebook.ownership.owns("r0"))
