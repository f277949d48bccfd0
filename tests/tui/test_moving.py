"""Half a page, first and last: the same keys in every list and every text."""

from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, edited, opened, screen_text, shows, until
from rich.text import Text
from sample_records import a_plan
from single_screen import few_garments, standing
from textual.widget import Widget
from textual.widgets import OptionList

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.history.column_chooser import ColumnChooser
from fmnist_tui.tui.history.columns import DEFAULT_COLUMNS
from fmnist_tui.tui.images.data_screen import DataScreen
from fmnist_tui.tui.widgets.dialogs import PickerDialog, TextDialog
from fmnist_tui.tui.widgets.moving import ScrolledText


async def goes(pilot: LabPilot, key: str, text: Widget, to: int) -> None:
    """Press a key and wait until a text is scrolled to a line."""
    await pilot.press(key)
    await until(pilot, lambda: text.scroll_offset.y == to)


async def goes_to_both_ends_by_half_pages(pilot: LabPilot, text: Widget) -> None:
    last, half = text.max_scroll_y, text.scrollable_content_region.height // 2
    assert last > 2 * half > 2
    await goes(pilot, "g", text, 0)
    await goes(pilot, "ctrl+d", text, half)
    await goes(pilot, "ctrl+d", text, 2 * half)
    await goes(pilot, "ctrl+u", text, half)
    await goes(pilot, "G", text, last)
    await goes(pilot, "k", text, last - 1)
    await goes(pilot, "j", text, last)
    await goes(pilot, "g", text, 0)


async def test_in_the_history(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {place}") for place in range(40)))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("tab", "tab", "ctrl+d")
        table = app.main.history.table
        assert table.view.at == table.page // 2
        await pilot.press("G", "ctrl+u")
        assert table.view.at == 39 - table.page // 2
        await pilot.press("g")
        assert table.view.at == 0


async def test_in_the_editor(lab: MakeLab) -> None:
    async with edited(lab, "G") as editor:
        assert editor.row.startswith("repeats")
        await editor.press("g")
        assert editor.row.startswith("1 flatten")
        await editor.press("ctrl+d")
        assert editor.row.startswith("repeats")
        await editor.press("ctrl+u")
        assert editor.row.startswith("1 flatten")
        assert editor.architecture == "64"


async def test_in_the_log_of_the_training_which_follows_its_end_again_once_it_is_there(
    lab: MakeLab, trainer: FakeTrainer
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("tab")
        log = app.main.training.focus_target
        for line in range(60):
            log.add(Text(f"line {line}"))
        await until(pilot, lambda: log.max_scroll_y > 10)

        await goes_to_both_ends_by_half_pages(pilot, log)
        assert not log.follows
        await pilot.press("G")
        await until(pilot, lambda: log.follows)


async def test_in_a_text() -> None:
    async with standing(TextDialog("many lines", "\n".join(map(str, range(100))))) as pilot:
        await goes_to_both_ends_by_half_pages(pilot, pilot.app.screen.query_one(ScrolledText))


async def test_in_a_list_that_is_filtered_by_letters_half_a_page_is_a_key_too() -> None:
    async with standing(PickerDialog("pick", [(f"item {place}", "") for place in range(40)])) as pilot:
        menu = pilot.app.screen.query_one(OptionList)
        await pilot.press("ctrl+d")
        assert menu.highlighted == menu.size.height // 2
        await pilot.press("pagedown", "ctrl+u")
        assert menu.highlighted == menu.size.height // 2

        await pilot.press("g")
        await shows(pilot, "pick.*g")
        assert menu.option_count == 0


async def test_in_the_list_of_columns() -> None:
    async with standing(ColumnChooser(DEFAULT_COLUMNS)) as pilot:
        menu = pilot.app.screen.query_one(OptionList)
        await pilot.press("G")
        assert menu.highlighted == menu.option_count - 1
        await pilot.press("ctrl+u", "g")
        assert menu.highlighted == 0


async def test_among_the_classes_of_the_data() -> None:
    async with standing(DataScreen(few_garments())) as pilot:
        await shows(pilot, "training set: 1–")
        for key, name in (("G", "Ankle boot"), ("ctrl+u", "Coat"), ("g", "T-shirt/top"), ("ctrl+d", "Sandal")):
            await pilot.press(key)
            assert f"▸{name}" in screen_text(pilot).replace("▸ ", "▸")
