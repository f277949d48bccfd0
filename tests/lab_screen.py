"""Open the app in a test, read its screen and wait for states."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from quick_apps import draw_now
from textual._context import visible_screen_stack
from textual.pilot import Pilot

from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.background import Lane

LabPilot = Pilot[None]

MakeLab = Callable[..., LabApp]
"""Makes the app in the test's folder, on Fashion-MNIST by default."""

MOST_SECONDS = 120.0
"""Longest wait of `until`; long, because a busy machine is slow."""


@asynccontextmanager
async def opened(
    app: LabApp, *, columns: int = 80, rows: int = 24, until_it_shows: str | None = None
) -> AsyncIterator[LabPilot]:
    """Open the app in a terminal of a size and wait for a pattern, by default until its start is over."""
    async with app.run_test(size=(columns, rows), notifications=True) as pilot:
        if until_it_shows is None:
            await until(pilot, lambda: has_started(app))
        else:
            await shows(pilot, until_it_shows)
        yield pilot
        if app.screen_stack and app.screen._compositor._dirty_regions:
            draw_now(app.screen)  # what a test did not read can be drawn too
        app.exit()
        assert app._task is not None
        await app._task  # before widgets go, as the app ends: a message may come from a thread


def has_started(app: LabApp) -> bool:
    """Whether all is loaded, the notebook is read for the dataset, and its clues are found."""
    loaded = app.loader.data is not None and not app.background.busy(Lane.LOADING)
    found = app.main.clues._found
    answered = found is not None and found.question is app.main.clues._asked
    return loaded and "loading" not in app.main.training.summary and answered and not app.reader.busy


async def until(pilot: LabPilot, holds: Callable[[], bool]) -> None:
    """Wait until `holds` returns true; otherwise fail and show the screen."""
    await pilot.pause()
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"timed out; the screen shows\n{screen_text(pilot)}")


async def shows(pilot: LabPilot, pattern: str) -> None:
    """Wait until the text of the screen matches a pattern somewhere."""
    await until(pilot, lambda: re.search(pattern, screen_text(pilot), re.DOTALL) is not None)


def screen_text(pilot: LabPilot) -> str:
    """Return the text of the screen, a line a row."""
    # Textual exports its screen only as an SVG, which it draws from these strips.
    visible_screen_stack.set(pilot.app._background_screens)
    compositor = pilot.app.screen._compositor
    strips = compositor.render_strips()
    compositor._dirty_regions.clear()
    return "\n".join(strip.text.rstrip() for strip in strips)


def line_with(pilot: LabPilot, words: str) -> str:
    """Return the only line on the screen with these words, but for the first clue, which names experiments too."""
    (line,) = (line for line in screen_text(pilot).splitlines() if words in line and "C clue: " not in line)
    return line


class Editor:
    """The app with its editor in focus."""

    def __init__(self, app: LabApp, pilot: LabPilot) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    @property
    def text(self) -> str:
        return screen_text(self.pilot)

    @property
    def architecture(self) -> str:
        """The architecture in the editor, as shorthand."""
        return shorthand(self.app.main.editor.draft.architecture)

    @property
    def row(self) -> str:
        """The row under the cursor, without mark and border."""
        return line_with(self.pilot, "▸").strip("┃ ▸")


@asynccontextmanager
async def edited(lab: MakeLab, *keys: str) -> AsyncIterator[Editor]:
    """Open the app, press keys and yield the editor."""
    app = lab()
    async with opened(app, columns=100, rows=40) as pilot:
        await pilot.press(*keys)
        yield Editor(app, pilot)
