import asyncio
from collections.abc import Callable

from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.timer import Timer

from fmnist_tui.tui.driver import TerminalDriver
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.training.held import HeldTrainings
from fmnist_tui.tui.training.runner import Runner

RETURN_SECONDS = 0.25
"""How often a background app checks for the terminal: `fg` sends no signal to a running process."""

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.05

SUSPENDED = "fmnist-tui: suspended; `fg` resumes the app"
PAUSED = "fmnist-tui: training paused; `fg` resumes it, `bg` continues it in the background"
NO_SHELL = "no shell to suspend to; q quits"


KEYS: list[BindingType] = [global_key("suspend", "suspend", priority=True)]


def driver_for(chosen: type[Driver]) -> type[Driver]:
    return TerminalDriver if chosen is LinuxDriver else chosen


class Suspender:
    """Suspends on Ctrl-Z; resumes on `fg`, trains without a screen on `bg`."""

    def __init__(self, app: App[None], runner: Callable[[], Runner]) -> None:
        self._app = app
        self._runner = runner
        self._returning: Timer | None = None
        self._held = HeldTrainings(lambda: self._runner().active)

    async def suspend(self) -> None:
        driver = self._terminal
        if driver is None or driver.away:
            return
        await self._hold_trainings()
        driver.leave(PAUSED if self._runner().busy else SUSPENDED)
        stopped = driver.stop()
        self._held.resume()
        self.return_to_terminal()
        if not stopped:
            self._app.notify(NO_SHELL, severity="warning")

    async def suspend_if_wanted(self) -> None:
        """Suspend once, however many signals arrived."""
        if self._terminal and self._terminal.stop_wanted:
            await self.suspend()

    def return_to_terminal(self) -> None:
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
        """Pause trainings at their next step; compiling and testing have no steps.

        Needed only for a process that `bg` continues. Workers of parallel trainings are other processes.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + PAUSE_SECONDS
        while not self._held.pause() and loop.time() < end:
            await asyncio.sleep(LOOK_SECONDS)
