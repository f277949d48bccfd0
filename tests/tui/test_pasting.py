"""What is pasted into a line is taken whole, however many lines it has."""

import pytest
from lab_screen import LabPilot, MakeLab, edited, opened, screen_text, until
from sample_records import a_plan, a_run
from textual.events import Paste
from textual.widgets import Input

from fmnist_tui.lab.notebook.file import NotebookFile


async def paste(pilot: LabPilot, text: str) -> None:
    """Paste a text, as the terminal brings it."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()


def typed(pilot: LabPilot) -> str:
    """Return what stands in the line in focus."""
    assert isinstance(pilot.app.focused, Input)
    return pilot.app.focused.value


@pytest.mark.parametrize(
    ("pasted", "architecture"),
    [
        ("64-32\n16", "64-32-16"),
        ("conv8x3-\r\n-pool2-\r\n\r\n  16\r\n", "conv8x3-pool2-flatten-dense16"),
        ("64-32\n", "64-32"),
        ("32", "32"),
    ],
)
async def test_layers_pasted_on_several_lines_are_one_architecture(
    lab: MakeLab, pasted: str, architecture: str
) -> None:
    async with edited(lab, "A", "ctrl+u") as editor:
        await paste(editor.pilot, pasted)
        await editor.press("enter")

        assert editor.architecture == architecture


async def test_lines_that_are_no_architecture_are_kept_and_said_to_be_several(lab: MakeLab) -> None:
    async with edited(lab, "A", "ctrl+u") as editor:
        await paste(editor.pilot, "64-32\nDense(16)")
        await editor.press("enter")

        assert typed(editor.pilot) == "64-32-Dense(16)"
        assert "layer 3, 'Dense(16)': no such layer" in editor.text
        assert "2 pasted lines joined by '-'" in editor.text
        await editor.press(*["backspace"] * len("-Dense(16)"))
        assert "pasted lines" not in editor.text


async def test_what_is_selected_is_replaced_by_what_is_pasted(lab: MakeLab) -> None:
    async with edited(lab, "A", *"-32", "shift+home") as editor:
        await paste(editor.pilot, "16\n8")

        assert typed(editor.pilot) == "16-8"


async def test_a_note_and_a_filter_take_every_line(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan("mine"),))
    notebook.append_run(a_run(experiment="mine"))
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "n")
        await paste(pilot, "first line\n  second line\n")
        assert typed(pilot) == "first line second line"
        await pilot.press("enter")
        await until(pilot, lambda: NotebookFile(notebook.path).read().experiments[0].note == "first line second line")

        await pilot.press("slash")
        await paste(pilot, "n>=1\nname~min")
        assert typed(pilot) == "n>=1 name~min"
        assert "1 of 1" in screen_text(pilot)


async def test_what_was_copied_in_the_app_is_pasted_whole_too(lab: MakeLab) -> None:
    async with edited(lab, "A", "ctrl+u") as editor:
        editor.app.copy_to_clipboard("64\n32")
        await editor.press("ctrl+v", "enter")

        assert editor.architecture == "64-32"
