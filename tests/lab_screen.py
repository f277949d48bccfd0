"""The app as a person at a terminal meets it: opened, read and waited for."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.app import LabApp

LabPilot = Pilot[None]

MakeLab = Callable[..., LabApp]
"""Makes the app in the test's own folder, on Fashion-MNIST unless another dataset is named."""

MOST_SECONDS = 120.0
"""How long `until` waits at most: it waits for a state, and a busy machine may take long to reach it."""


@asynccontextmanager
async def opened(
    app: LabApp, *, columns: int = 80, rows: int = 24, until_it_shows: str = r"\A(?!.*(looking for|loading))"
) -> AsyncIterator[LabPilot]:
    """Open the app in a terminal of a size, and wait for a pattern: as a rule until it looks for nothing any more."""
    async with app.run_test(size=(columns, rows), notifications=True) as pilot:
        await shows(pilot, until_it_shows)
        yield pilot


async def until(pilot: LabPilot, holds: Callable[[], bool]) -> None:
    """Let the app work until something holds; fail with the screen if it never does."""
    await pilot.pause()
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"waited in vain; the screen shows\n{screen_text(pilot)}")


async def shows(pilot: LabPilot, pattern: str) -> None:
    """Let the app work until the screen, as one text, matches a pattern somewhere."""
    await until(pilot, lambda: re.search(pattern, screen_text(pilot), re.DOTALL) is not None)


def screen_text(pilot: LabPilot) -> str:
    """Return the characters on the screen, row by row."""
    # Textual gives its screen as a picture only; its strips are what the picture is drawn from.
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


def line_with(pilot: LabPilot, words: str) -> str:
    """Return the only line on the screen that has some words."""
    (line,) = (line for line in screen_text(pilot).splitlines() if words in line)
    return line


class Editor:
    """The app with its editor in focus."""

    def __init__(self, app: LabApp, pilot: LabPilot) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    @property
    def text(self) -> str:
        """The screen."""
        return screen_text(self.pilot)

    @property
    def architecture(self) -> str:
        """What it holds, as shorthand."""
        return shorthand(self.app.main.editor.draft.architecture)

    @property
    def row(self) -> str:
        """The row of the cursor, without the mark and the border."""
        return line_with(self.pilot, "▸").strip("┃ ▸")


@asynccontextmanager
async def edited(lab: MakeLab, *keys: str) -> AsyncIterator[Editor]:
    """Open the app, press keys and yield the editor."""
    app = lab()
    async with opened(app, columns=100, rows=40) as pilot:
        await pilot.press(*keys)
        yield Editor(app, pilot)
