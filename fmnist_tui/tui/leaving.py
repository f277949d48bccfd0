"""Leaving the app: on wish, by a signal, or because the terminal is lost; what is trained meanwhile is asked about."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from textual.app import App

from fmnist_tui.tui.ask import Ask
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.stopping import stop_all

LINE_SECONDS = 1.0
"""How often it is asked whether the terminal is still there: not everybody who takes it away says so."""

IDLE_SECONDS = 0.1
"""How often it is asked, on leaving, whether all is recorded."""


class Leavable(App[None]):
    """An app that trains, and can be left in every way there is."""

    def __init__(self) -> None:
        super().__init__()
        self._events: asyncio.AbstractEventLoop | None = None
        self._leaving: Callable[[], object] | None = None
        """How to leave, where that was asked for before there was anything to leave."""
        self._guard: tuple[Callable[[], bool], Callable[[], object]] | None = None

    @property
    def runner(self) -> Runner:
        """Who trains."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Leave if that was asked for already, and guard the line to the terminal."""
        self._events = asyncio.get_running_loop()
        if self._leaving:
            self._leaving()
        self.set_interval(LINE_SECONDS, self.notice_lost_line)

    async def action_quit(self) -> None:
        """Leave; while something is trained here, ask first."""
        if not self.runner.busy:
            self.exit()
            return
        at_work, waiting = len(self.runner.at_work), len(self.runner.waiting)
        dropping = f" drop the {waiting} waiting," if waiting else ""
        answers = {
            "s": f"stop, keep what there is,{dropping} and leave",
            "g": "leave; without a screen it goes on until all is recorded",
        }
        question = f"{at_work} trainings are running." if at_work > 1 else "A training is running."
        question += f" Waiting: {waiting}." if waiting else ""
        self.push_screen(Ask("quit", question, answers), self.leave)

    def leave(self, answer: str | None) -> None:
        """Leave and let the training go on, or stop it and leave when it is recorded."""
        if answer == "g":
            self.exit()
        elif answer == "s":
            stop_all(self.runner)
            self.leave_when_idle()

    def leave_when_idle(self) -> None:
        """Leave once nothing is trained here."""
        if self.runner.busy:
            self.set_timer(IDLE_SECONDS, self.leave_when_idle)
        else:
            self.exit()

    def leave_soon(self, *, when_idle: bool = False) -> None:
        """Leave, at once or when nothing is trained here; a signal handler may ask for it, at any time."""
        leave = self.leave_when_idle if when_idle else self.exit
        self._leaving = leave
        if self._events is not None:
            with suppress(RuntimeError):  # it has been left
                self._events.call_soon_threadsafe(self.call_later, leave)

    def guard_line(self, is_lost: Callable[[], bool], hang_up: Callable[[], object]) -> None:
        """Hang up as soon as the terminal is lost."""
        self._guard = is_lost, hang_up

    def notice_lost_line(self) -> None:
        """Hang up if the terminal is lost."""
        if self._guard and self._guard[0]():
            self._guard[1]()
