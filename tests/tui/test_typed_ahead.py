"""Keys that come in one burst, as a slow line brings them, do what they do one by one."""

from collections.abc import Sequence

import pytest
from lab_screen import LabPilot, MakeLab, opened, screen_text, until
from samples import a_plan
from textual.events import Key
from textual.keys import _character_to_key

from fmnist_tui.lab.notebook.file import NotebookFile


def burst(pilot: LabPilot, keys: Sequence[str]) -> None:
    """Type keys, names or characters, before the first of them can be answered."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        pilot.app.post_message(Key(name, key if len(key) == 1 else None))


@pytest.mark.parametrize(
    "keys",
    [
        ("2", "enter", *["down"] * 4, *"250", "enter"),
        ("down", "enter", *"rms", "enter", "down", "enter", *"0.5", "enter"),
        ("e", "ctrl+u", *"8-drop0.1", "enter", "up", "d", "u", "d"),
        ("o", *"lenet", "enter", "down", "d"),
        ("a", "c", "up", "i", *"momentum", "escape", "n"),
        ("tab", "tab", "slash", *"name~wide", "enter", "j", "c", "tab"),
        ("tab", "tab", "h", *"wide is better", "enter", "j", "asterisk"),
        ("question_mark", "escape", "3", "enter", "tab", "f", "escape", "shift+tab", "d"),
    ],
    ids=" ".join,
)
async def test_a_burst_does_what_its_keys_do_one_by_one(
    lab: MakeLab, notebook: NotebookFile, keys: Sequence[str]
) -> None:
    notebook.append_experiments((a_plan("narrow"), a_plan("wide")))
    before = notebook.path.read_bytes()
    async with opened(lab(), columns=140, rows=45) as pilot:
        unchanged = screen_text(pilot)
        await pilot.press(*keys)
        wanted = screen_text(pilot)
    notebook.path.write_bytes(before)
    async with opened(lab(), columns=140, rows=45) as pilot:
        burst(pilot, keys)

        await until(pilot, lambda: screen_text(pilot) == wanted)

    assert wanted != unchanged
