"""Toasts: one at a time, and none over the rows that are worked in or for what the screen shows anyway."""

from dataclasses import replace

from fake_trainer import FakeTrainer
from lab_screen import MakeLab, opened, screen_text, shows, until
from sample_records import a_plan, a_run
from textual.widgets._toast import Toast

from fmnist_tui.lab.notebook.file import NotebookFile

HISTORY = ("tab", "tab")


async def test_a_newer_toast_replaces_the_older(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        app.notify("the first")
        await shows(pilot, "the first")
        app.notify("the second")
        app.notify("the third")
        await shows(pilot, "the third")

        assert len(app.screen.query(Toast)) == 1
        assert "the first" not in screen_text(pilot)


async def test_a_toast_about_an_interrupted_run_goes_when_it_is_resumed(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_run(replace(a_run("r0"), status="interrupted", test=None))
    app = lab()
    async with opened(app) as pilot:
        app.notify("interrupted: r in History resumes it", timeout=600)
        await shows(pilot, "r in History resumes it")
        await pilot.press(*HISTORY, "r")
        await until(pilot, lambda: bool(trainer.seeds))

        await shows(pilot, r"\A(?!.*r in History resumes it)")


async def test_a_star_a_baseline_and_their_undo_raise_no_toast(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan("mine"),))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "asterisk", "b")
        await shows(pilot, "★ ⚑ mine")
        await pilot.press("u")
        await shows(pilot, "undone: baseline: mine")

        assert not app.screen.query(Toast)


async def test_a_toast_leaves_every_row_of_the_history_in_view(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {number:02}") for number in range(60)))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        page = app.main.history.table.page
        last = f"plan {page - 1:02}"
        await shows(pilot, last)
        await pilot.press("e")
        await shows(pilot, "no run of this row has been tested yet")

        assert last in screen_text(pilot)


async def test_a_long_toast_is_shown_whole_on_a_narrow_screen(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, columns=60, rows=20) as pilot:
        app.notify("word " * 20 + "end")
        await shows(pilot, r"word.{0,4}\n.*word end")
