"""Toasts: one at a time, and none over the rows that are worked in or for what the screen shows anyway."""

from lab_screen import MakeLab, opened, screen_text, shows
from sample_records import a_plan
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
