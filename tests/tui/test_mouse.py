"""A click selects what is under it, the wheel scrolls; nothing needs either."""

import pytest
from lab_screen import LabPilot, MakeLab, edited, line_with, opened, screen_text, shows, until
from rich.text import Text
from sample_records import a_plan
from single_screen import few_garments, standing
from textual.events import MouseEvent, MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.history.column_chooser import ColumnChooser
from fmnist_tui.tui.history.columns import DEFAULT_COLUMNS
from fmnist_tui.tui.images.data_screen import DataScreen
from fmnist_tui.tui.widgets.dialogs import QuestionDialog


def place_of(pilot: LabPilot, words: str) -> tuple[int, int]:
    """Return the column and row of the first of these words on the screen."""
    for row, line in enumerate(screen_text(pilot).splitlines()):
        if words in line:
            return line.index(words), row
    raise AssertionError(f"not on the screen: {words}\n{screen_text(pilot)}")


async def click(pilot: LabPilot, words: str, times: int = 1) -> None:
    await pilot.click(offset=place_of(pilot, words), times=times)


async def wheel(pilot: LabPilot, event: type[MouseEvent], widget: Widget) -> None:
    # Pilot has no wheel of its own.
    await pilot._post_mouse_events([event], widget)


async def test_a_click_in_the_editor_selects_a_layer_a_value_or_a_setting(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        await click(editor.pilot, "flatten")
        assert editor.row.startswith("1 flatten")
        await click(editor.pilot, "relu")
        assert editor.row.startswith("2 dense")
        assert editor.app.main.editor.draft.field == "activation"
        await click(editor.pilot, "batch size")
        assert editor.row.startswith("batch size")
        assert editor.architecture == "64"


async def test_a_double_click_types_a_value_and_a_click_picks_from_its_list_or_drops_it(lab: MakeLab) -> None:
    async with edited(lab) as editor:
        await click(editor.pilot, "relu", times=2)
        await click(editor.pilot, "tanh")
        assert "dense 64 tanh" in editor.row

        await click(editor.pilot, "64 tanh", times=2)
        await editor.press("9")
        assert "9▏" in editor.row
        await click(editor.pilot, "flatten")
        assert "▏" not in editor.text
        assert editor.architecture == "64:tanh"


@pytest.mark.parametrize("columns", [80, 140])
async def test_a_click_anywhere_in_a_pane_goes_to_it(lab: MakeLab, columns: int) -> None:
    app = lab()
    async with opened(app, columns=columns, rows=40) as pilot:
        for words, pane in (("2 Training", "training"), ("3 History", "history"), ("1 Architecture", "architecture")):
            await click(pilot, words)
            assert app.main.current == pane
            assert app.main.panes[pane].has_focus_within

        if columns == 140:
            await pilot.click("#accuracy")
            assert app.main.current == "training"


async def test_a_click_in_a_question_answers_it() -> None:
    answers: list[str | None] = []
    question = QuestionDialog("stop", "Stop?", {"s": "stop now", "e": "at the end"})
    async with standing(question) as pilot:
        pilot.app.push_screen(QuestionDialog("stop", "Again?", {"s": "now", "e": "later"}), answers.append)
        await shows(pilot, "Again")
        await click(pilot, "later")
        await shows(pilot, "Stop\\?")
        await click(pilot, "cancel")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)

    assert answers == ["e"]


async def test_a_click_in_the_list_of_columns_shows_or_hides_one() -> None:
    async with standing(ColumnChooser(DEFAULT_COLUMNS)) as pilot:
        await shows(pilot, r"\[x\] val acc")
        await click(pilot, "[x] val acc")
        await shows(pilot, r"\[ \] val acc")
        await click(pilot, "[ ] val acc")
        await shows(pilot, r"\[x\] val acc")


async def test_a_click_among_the_data_selects_a_class_or_a_set_and_the_wheel_moves_on() -> None:
    async with standing(DataScreen(few_garments())) as pilot:
        await shows(pilot, "T-shirt/top, training set")
        await click(pilot, "Coat")
        await shows(pilot, "Coat, training set")
        await click(pilot, "test")
        await shows(pilot, "Coat, test set")
        await wheel(pilot, MouseScrollDown, pilot.app.screen.query_one("#table"))
        await shows(pilot, "Sandal, test set: 1–")
        await wheel(pilot, MouseScrollDown, pilot.app.screen.query_one("ImageGrid"))
        await shows(pilot, "Sandal, test set: [2-9]")


async def test_the_wheel_scrolls_the_history_the_log_and_the_editor(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {place}") for place in range(60)))
    app = lab()
    async with opened(app, columns=140, rows=30) as pilot:
        await shows(pilot, "plan 3")
        table, log = app.main.history.table, app.main.training.focus_target
        app.main.editor.focus_target.do(lambda draft: draft)
        for line in range(40):
            log.add(Text(f"line {line}"))
        await until(pilot, lambda: log.max_scroll_y > 10 and log.follows)

        await wheel(pilot, MouseScrollDown, table)
        await until(pilot, lambda: table.scroll_offset.y > 0 and table.view.at == 0)
        await wheel(pilot, MouseScrollUp, log)
        await until(pilot, lambda: not log.follows)

        await pilot.resize_terminal(60, 20)
        editor = app.main.editor.query_one("#table")
        await until(pilot, lambda: editor.max_scroll_y > 0)
        await pilot.press("g")
        before = editor.scroll_offset.y
        await wheel(pilot, MouseScrollDown, editor)
        await until(pilot, lambda: editor.scroll_offset.y > before)


async def test_a_key_at_the_foot_can_be_clicked(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await click(pilot, "a Add")
        await shows(pilot, "add a layer")
        assert line_with(pilot, "add a layer")
