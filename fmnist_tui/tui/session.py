"""A session of the app: from the command to the prompt, and beyond it where a training goes on without a screen."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import DatasetChoice
from fmnist_tui.terminal.hangup import Line
from fmnist_tui.terminal.launcher import launched

if TYPE_CHECKING:
    from fmnist_tui.tui.app import LabApp

FRAMES_A_SECOND = "240"
"""How often the screen may be drawn anew; it is only where something has changed.

The answer to a key that comes just after curves were drawn waits for up to two frames, which are a thirtieth of a
second by Textual's own 60.
"""


def run_app(notebook: Path, dataset: DatasetChoice, directory: Path | None, at_once: int) -> int:
    """Run the app on the terminal, undisturbed; return the exit status.

    However the screen ends, what is trained goes on unless a person or a signal said stop: when the line drops, on
    wish, and should the app itself break. The process ends when all is recorded.

    Args:
        notebook: the notebook's path.
        dataset: `auto`, `fashion-mnist` or `synthetic`.
        directory: where Fashion-MNIST lies, if not in one of the usual places.
        at_once: how many trainings may be at work together.
    """
    session = partial(_session, notebook, dataset, directory, at_once)
    return launched(session, partial(_tell_killed, notebook, time.time()))


def _tell_killed(notebook: Path, began: float, number: int) -> None:
    """Say on standard error that a signal has killed the app, and what is kept of what it trained."""
    from fmnist_tui.tui.farewell import killed

    print(killed(notebook, began, number), file=sys.stderr)  # noqa: T201 - the app is gone, this is the normal screen


def _session(
    notebook: Path, dataset: DatasetChoice, directory: Path | None, at_once: int, give_prompt_back: Callable[[], None]
) -> int:
    """Run the app in this process, and then what it leaves at work."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)  # which Textual reads as it is imported
    with gc_paused():
        from fmnist_tui.terminal.standard_error import log_path, undisturbed_terminal
        from fmnist_tui.tui.app import LabApp
        from fmnist_tui.tui.farewell import farewell
    freeze_gc()

    log = log_path()
    with undisturbed_terminal(log) as line:
        app = LabApp(notebook, dataset, directory, at_once)
        if app.console.color_system == "standard" and not app.no_color:
            # Sixteen colours: the terminal's own, which its user chose, read better than what is near to ours.
            app.theme = "ansi-dark"
        with _signals(app, line) as stopped_by:
            app.run()
            runner = app.runner
            runner.fall_silent()
            if app.return_code:
                where = (
                    f"that stands in {visible(str(log), 1_000)}"
                    if os.path.isfile(log)  # noqa: PTH113  # Path's raises where the folder may not be entered
                    else "and there is no folder for a log of it"
                )
                print(f"the app broke off, by an error of its own {where}", flush=True)  # noqa: T201
            if words := farewell(app.trained, app.unrecorded, runner.queued, notebook):
                print(words, flush=True)  # noqa: T201 - the app is left, this is the normal screen
            if runner.busy:
                if not line.dropped:
                    line.drop()
                give_prompt_back()
                runner.wait()
            return stopped_by() or app.return_code or 0


@contextmanager
def _signals(app: "LabApp", line: Line) -> Iterator[Callable[[], int]]:
    """Let a hang-up end the screen alone, and SIGTERM and SIGINT end the training too, softly.

    Yields a function that returns the exit status that a signal asks for, 0 while none came.
    """
    status = 0
    launcher = os.getppid()

    def hang_up(*_: object) -> None:
        line.drop()
        app.leaving.leave_soon()

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal status
        status = 128 + number
        app.runner.stop()
        app.leaving.leave_soon(when_idle=True)

    def is_lost() -> bool:
        return not os.isatty(0) or os.getppid() != launcher

    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hang_up)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    app.leaving.guard_terminal(is_lost, hang_up)
    yield lambda: status
