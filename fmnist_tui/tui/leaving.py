"""Leaving the app: by key, by a signal, or because the terminal is lost. A training in progress is asked about."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from textual.app import App

from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.stopping import stop_all
from fmnist_tui.tui.widgets.ask import Ask

TERMINAL_SECONDS = 1.0
"""How often to check that the terminal is still there: not every loss of it comes with a signal."""

IDLE_SECONDS = 0.1
"""How often to check, on leaving, whether everything is recorded."""


class Leaver:
    """Ends the app's screen, and its training only where a person or a signal says so.

    Args:
        app: the app to leave.
        runner: returns the app's trainer, once there is one.
    """

    def __init__(self, app: App[None], runner: Callable[[], Runner]) -> None:
        self._app = app
        self._runner = runner
        self._events: asyncio.AbstractEventLoop | None = None
        self._requested: Callable[[], object] | None = None
        """How to leave, if that was requested before the app ran."""
        self._guard: tuple[Callable[[], bool], Callable[[], object]] | None = None

    def begin(self) -> None:
        """Leave if that was requested already, and watch the terminal."""
        self._events = asyncio.get_running_loop()
        if self._requested:
            self._requested()
        self._app.set_interval(TERMINAL_SECONDS, self.check_terminal)

    def ask(self) -> None:
        """Leave; ask first while something is being trained here."""
        runner = self._runner()
        if not runner.busy:
            self._app.exit()
            return
        at_work, waiting = len(runner.at_work), len(runner.waiting)
        dropping = f" drop the {waiting} waiting," if waiting else ""
        answers = {
            "s": f"stop, keep what there is,{dropping} and leave",
            "g": "leave; without a screen it goes on until all is recorded",
        }
        question = f"{at_work} trainings are running." if at_work > 1 else "A training is running."
        question += f" Waiting: {waiting}." if waiting else ""
        self._app.push_screen(Ask("quit", question, answers), self._leave)

    def leave_soon(self, *, when_idle: bool = False) -> None:
        """Leave, at once or when nothing is trained here; a signal handler may call it at any time."""
        leave = self._leave_when_idle if when_idle else self._app.exit
        self._requested = leave
        if self._events is not None:
            with suppress(RuntimeError):  # the event loop is closed
                self._events.call_soon_threadsafe(self._app.call_later, leave)

    def guard_terminal(self, is_lost: Callable[[], bool], hang_up: Callable[[], object]) -> None:
        """Call `hang_up` as soon as the terminal is lost."""
        self._guard = is_lost, hang_up

    def check_terminal(self) -> None:
        """Hang up if the terminal is lost."""
        if self._guard and self._guard[0]():
            self._guard[1]()

    def _leave(self, answer: str | None) -> None:
        """Leave and let the training continue, or stop it and leave when it is recorded."""
        if answer == "g":
            self._app.exit()
        elif answer == "s":
            stop_all(self._runner())
            self._leave_when_idle()

    def _leave_when_idle(self) -> None:
        if self._runner().busy:
            self._app.set_timer(IDLE_SECONDS, self._leave_when_idle)
        else:
            self._app.exit()
