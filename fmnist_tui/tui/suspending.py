"""Ctrl-Z: the app and what it trains wait until the shell's `fg`; after `bg` it trains on without the screen."""

import asyncio
from collections.abc import Callable

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.timer import Timer

from fmnist_tui.engine.training.progress import Control, Phase
from fmnist_tui.tui.driver import TerminalDriver
from fmnist_tui.tui.training.runner import Runner

RETURN_SECONDS = 0.25
"""How often an app in the background looks whether it has the terminal again: `fg` says nothing to one that runs."""

PAUSE_SECONDS = 1.0
"""How long a training has to come to the end of a step, so that it waits there."""
LOOK_SECONDS = 0.05

SUSPENDED = "fmnist-tui: suspended; `fg` resumes the app"
PAUSED = "fmnist-tui: training paused; `fg` resumes it, `bg` trains on without the screen"
NO_SHELL = "no shell is here that could bring the app back after Ctrl-Z; q leaves it"


KEYS: list[BindingType] = [
    Binding(
        "ctrl+z",
        "suspend",
        "Suspend",
        show=False,
        priority=True,
        tooltip="Go to the shell, and let the training wait; fg comes back, bg trains on without the screen",
        id="lab.suspend",
    ),
]


def driver_for(chosen: type[Driver]) -> type[Driver]:
    """Return a driver that can leave a real terminal and enter it again, in place of Textual's own."""
    return TerminalDriver if chosen is LinuxDriver else chosen


class Suspender:
    """Suspends an app on Ctrl-Z and brings it back on `fg`; after `bg` it trains without the screen.

    Args:
        app: the app.
        runner: returns the app's trainer.
    """

    def __init__(self, app: App[None], runner: Callable[[], Runner]) -> None:
        self._app = app
        self._runner = runner
        self._returning: Timer | None = None
        self._held: list[Control] = []
        """The trainings that wait because the app is suspended, and not because a person paused them."""

    async def suspend(self) -> None:
        """Give the terminal back and stop, until a shell continues the process, in its foreground or not."""
        driver = self._terminal
        if driver is None or driver.away:
            return
        await self._hold_trainings()
        driver.leave(PAUSED if self._runner().busy else SUSPENDED)
        stopped = driver.stop()
        while self._held:
            self._held.pop().resume()
        self.return_to_terminal()
        if not stopped:
            self._app.notify(NO_SHELL, severity="warning")

    async def suspend_if_wanted(self) -> None:
        """Suspend, once for however many signals."""
        if self._terminal and self._terminal.stop_wanted:
            await self.suspend()

    def return_to_terminal(self) -> None:
        """Enter the terminal again, at once or as soon as a shell gives it back."""
        driver = self._terminal
        if driver is None:
            return
        driver.renew()
        if not driver.away:
            self._app.refresh(layout=True)
        elif self._returning is None:
            self._returning = self._app.set_interval(RETURN_SECONDS, self._look_for_terminal)
            self._look_for_terminal()

    @property
    def _terminal(self) -> TerminalDriver | None:
        driver = self._app._driver
        return driver if isinstance(driver, TerminalDriver) else None

    def _look_for_terminal(self) -> None:
        driver = self._terminal
        if driver and driver.come_back() and self._returning:
            self._returning.stop()
            self._returning = None
            self._app.refresh(layout=True)

    async def _hold_trainings(self) -> None:
        """Pause what is trained here at its next step; compiling and testing have no steps, and are not waited for.

        This is for a process that `bg` continues: one that is stopped does not train anyway. The workers of
        parallel trainings are other processes.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + PAUSE_SECONDS
        while not self._all_wait() and loop.time() < end:
            await asyncio.sleep(LOOK_SECONDS)

    def _all_wait(self) -> bool:
        """Pause what is trained here; return whether all of it waits."""
        at_work = self._runner().at_work
        for control in (training.control for training in at_work):
            if not control.paused and not control.stopping:
                control.pause()
                self._held.append(control)
        return all(training.progress.phase is Phase.PAUSED for training in at_work)
