"""Keys and pastes that come in one burst, as a slow line brings them, do what they do one by one."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from command_line import PROGRAM
from lab_screen import MOST_SECONDS, LabPilot, MakeLab, opened, screen_text, until
from sample_records import a_plan
from terminal import Terminal
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Event, Key, Paste
from textual.keys import _character_to_key
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui import typed_ahead
from fmnist_tui.tui.editor.saved_draft import SavedDraft
from fmnist_tui.tui.typed_ahead import KeyQueue

SLOW_SECONDS = 1.5
"""How long a slow handler takes, where it matters that it takes long."""


class SlowLine(Input):
    """A line whose keys take `seconds`, or until `hurried`."""

    seconds = 0.0

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.hurried = asyncio.Event()

    async def on_key(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.hurried.wait(), self.seconds)


class SlowForm(Vertical):
    """Two lines; Enter goes from the first to the second within `seconds`."""

    seconds = 0.0

    def compose(self) -> ComposeResult:
        yield SlowLine("first")
        yield Input(id="second")

    async def on_input_submitted(self) -> None:
        await asyncio.sleep(self.seconds)
        self.query_one("#second").focus()


class SlowDialog(ModalScreen[str]):
    """A screen that takes `seconds` to be there, and on Enter returns what was typed."""

    seconds = 0.0

    def compose(self) -> ComposeResult:
        yield Label("name")
        yield Input()

    async def on_mount(self) -> None:
        await asyncio.sleep(self.seconds)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)


class SlowApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("f2", "ask", "Ask"), Binding("f3", "leave", priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self.key_queue = KeyQueue(self, super().on_event)
        self.answer: str | None = None
        self.leaving = False

    async def on_event(self, event: Event) -> None:
        await self.key_queue.take(event)

    def compose(self) -> ComposeResult:
        yield SlowForm()

    def action_ask(self) -> None:
        self.push_screen(SlowDialog(), self.keep)

    def action_leave(self) -> None:
        self.leaving = True

    def keep(self, answer: str | None) -> None:
        self.answer = answer

    @property
    def typed(self) -> tuple[str, str]:
        lines = self.screen_stack[0].query(Input)
        return lines[0].value, lines[1].value


def burst(pilot: LabPilot, keys: Sequence[str | Paste]) -> None:
    """Type keys, names or characters, and paste, before the first of them can be answered."""
    for key in keys:
        if isinstance(key, Paste):
            pilot.app.post_message(key)
            continue
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
    lab: MakeLab, notebook: NotebookFile, keys: Sequence[str]
) -> None:
    notebook.append_experiments((a_plan("narrow"), a_plan("wide")))
    before = notebook.path.read_bytes()
    async with opened(lab(), columns=140, rows=45) as pilot:
        unchanged = screen_text(pilot)
        await pilot.press(*keys)
        wanted = await last_screen(pilot)
    notebook.path.write_bytes(before)
    if draft := SavedDraft(notebook.path).path:
        draft.unlink(missing_ok=True)
    async with opened(lab(), columns=140, rows=45) as pilot:
        burst(pilot, keys)

        await until(pilot, lambda: screen_text(pilot) == wanted)

    assert wanted != unchanged


@pytest.mark.parametrize("slow", [SlowLine, SlowForm, SlowDialog])
async def test_however_slow_a_handler_is_the_next_key_waits_for_it(
    slow: type[SlowLine | SlowForm | SlowDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow, "seconds", SLOW_SECONDS)
    app = SlowApp()
    async with app.run_test() as pilot:
        burst(pilot, ["a", "enter", "b", "f2", "c", Paste("d"), "e", "enter", "f"])

        await until(pilot, lambda: app.typed == ("a", "bf"))

    assert app.answer == "cde"


async def test_a_handler_that_never_returns_does_not_take_the_keys_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_ahead, "PATIENCE", 0.1)
    monkeypatch.setattr(SlowLine, "seconds", 3_600)
    app = SlowApp()
    async with app.run_test() as pilot:
        burst(pilot, ["a", "f3"])
        async with asyncio.timeout(MOST_SECONDS):
            while not app.leaving:
                await asyncio.sleep(0.01)

        assert app.typed == ("", "")
        app.query_one(SlowLine).hurried.set()


async def test_a_paste_keeps_its_place_among_the_keys(lab: MakeLab) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        burst(pilot, ["A", "ctrl+u", *"8-", Paste("16\n32"), *"-4", "enter", "d"])

        await until(pilot, lambda: "8-16-32" in screen_text(pilot))


@pytest.mark.parametrize("pasted", ["6", "6\x1b[A"], ids=["plain", "with an escape"])
def test_a_paste_keeps_its_place_among_the_keys_of_a_terminal(folder: Path, pasted: str) -> None:
    with Terminal((*PROGRAM, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("▸ 2 dense 64")
        terminal.send(f"A\x157\x1b[200~{pasted}\x1b[201~5".encode())
        terminal.wait_for(r"\b76\S*5\b")
        terminal.send(b"\x1b")
        terminal.wait_for("▸ 2 dense 64")
        terminal.press("q")

        assert terminal.wait_for_end() == 0
