import asyncio
from collections.abc import Callable
from contextlib import suppress

from textual.app import App

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.stopping import stop_all
from fmnist_tui.tui.widgets.dialogs import Question, QuestionDialog

TERMINAL_SECONDS = 1.0
"""How often to check that the terminal still exists: it can vanish without a signal."""

IDLE_SECONDS = 0.1


class AppExit:
    """Stops trainings only when the user or a signal asks for it."""

    def __init__(self, app: App[None], runner: Callable[[], Runner]) -> None:
        self._app = app
        self._runner = runner
        self._events: asyncio.AbstractEventLoop | None = None
        self._requested: Callable[[], object] | None = None
        self._guard: tuple[Callable[[], bool], Callable[[], object]] | None = None

    def begin(self) -> None:
        """Leave if a signal already asked for it; otherwise watch the terminal."""
        self._events = asyncio.get_running_loop()
        if self._requested:
            self._requested()
        self._app.set_interval(TERMINAL_SECONDS, self.check_terminal)

    def ask(self) -> None:
        question = self._question()
        if question is None:
            self._leave_when_idle()  # the last run may still be on its way to the screen
        else:
            self._app.push_screen(QuestionDialog("quit", *question, renew=self._question), self._leave)

    def _question(self) -> Question | None:
        runner = self._runner()
        if not runner.queued:
            return None
        active, waiting = len(runner.active), len(runner.waiting)
        dropping = f", drop {counted(waiting, 'queued run')}," if waiting else ""
        answers = {
            "s": f"stop now, keep the results{dropping} and leave",
            "e": f"stop at the end of the epoch{dropping} and leave",
            "g": "leave; keep training in the background",
        }
        question = f"{active} trainings are running." if active > 1 else "A training is running."
        return question + (f" {waiting} queued." if waiting else ""), answers

    def leave_soon(self, *, when_idle: bool = False) -> None:
        """Leave now, or when no training is running; safe in a signal handler."""
        leave = self._leave_when_idle if when_idle else self._app.exit
        self._requested = leave
        if self._events is not None:
            with suppress(RuntimeError):  # the event loop is closed
                self._events.call_soon_threadsafe(self._app.call_later, leave)

    def guard_terminal(self, is_lost: Callable[[], bool], hang_up: Callable[[], object]) -> None:
        self._guard = is_lost, hang_up

    def check_terminal(self) -> None:
        if self._guard and self._guard[0]():
            self._guard[1]()

    def _leave(self, answer: str | None) -> None:
        if answer == "g":
            self._app.exit()
        elif answer in ("s", "e"):
            stop_all(self._runner(), at_epoch_end=answer == "e")
            self._leave_when_idle()

    def _leave_when_idle(self) -> None:
        if self._runner().busy:
            self._app.set_timer(IDLE_SECONDS, self._leave_when_idle)
        else:
            self._app.exit()
