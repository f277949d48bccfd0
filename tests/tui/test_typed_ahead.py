"""Keys that come in one burst, as a slow line brings them, do what they do one by one."""

from collections.abc import Sequence

import pytest
from lab_screen import MOST_SECONDS, LabPilot, MakeLab, opened, screen_text, until
from sample_records import a_plan
from textual.events import Key
from textual.keys import _character_to_key

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui import typed_ahead


def burst(pilot: LabPilot, keys: Sequence[str]) -> None:
    """Type keys, names or characters, before the first of them can be answered."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        pilot.app.post_message(Key(name, key if len(key) == 1 else None))


async def last_screen(pilot: LabPilot) -> str:
    """Return the screen once it changes no more."""
    text = ""
    while text != (text := screen_text(pilot)):
        await pilot.pause(0.3)
    return text


@pytest.mark.parametrize(
    "keys",
    [
        ("enter", "2", "enter", *["down"] * 4, "enter", *"250", "enter"),
        ("down", "enter", *"rms", "enter", "down", "equals_sign", *"0.5", "enter"),
        ("A", "ctrl+u", *"8-drop0.1", "enter", "up", "d", "u", "d"),
        ("P", *"lenet", "enter", "down", "d"),
        ("a", "c", "up", "i", *"momentum", "escape", "J"),
        ("tab", "tab", "slash", *"name~wide", "enter", "j", "c", "tab"),
        ("3", "H", *"wide is better", "enter", "j", "asterisk"),
        ("question_mark", "escape", "enter", "3", "enter", "tab", "enter", "escape", "1", "d"),
    ],
    ids=" ".join,
)
async def test_a_burst_does_what_its_keys_do_one_by_one(
    lab: MakeLab, notebook: NotebookFile, keys: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_ahead, "PATIENCE", MOST_SECONDS)  # a busy machine may take seconds to answer a key
    notebook.append_experiments((a_plan("narrow"), a_plan("wide")))
    before = notebook.path.read_bytes()
    async with opened(lab(), columns=140, rows=45) as pilot:
        unchanged = screen_text(pilot)
        await pilot.press(*keys)
        wanted = await last_screen(pilot)
    notebook.path.write_bytes(before)
    async with opened(lab(), columns=140, rows=45) as pilot:
        burst(pilot, keys)

        await until(pilot, lambda: screen_text(pilot) == wanted)

    assert wanted != unchanged
