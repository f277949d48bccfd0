"""One session of the app: from the command to the prompt, and training in the background after it."""

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
"""The most frames per second.

Textual's default, 60, delays a key's effect by up to two frames, a thirtieth of a second, when curves were just drawn.
"""


def run_app(notebook: Path, dataset: DatasetChoice, directory: Path | None, at_once: int) -> int:
    """Run the app on the terminal; return the exit status.

    Trainings outlive the screen when the user asks for it, the connection is lost or the app crashes; a signal other
    than SIGHUP stops them. The process ends when everything is recorded.
    """
    session = partial(_session, notebook, dataset, directory, at_once)
    return launched(session, partial(_print_killed, notebook, time.time()))


def _print_killed(notebook: Path, began: float, number: int) -> None:
    from fmnist_tui.tui.farewell import killed

    print(killed(notebook, began, number), file=sys.stderr)  # noqa: T201 - printed on the normal screen


def _session(
    notebook: Path, dataset: DatasetChoice, directory: Path | None, at_once: int, give_prompt_back: Callable[[], None]
) -> int:
    """Run the app, then the trainings it leaves running."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)  # Textual reads it on import
    with gc_paused():
        from fmnist_tui.terminal.standard_error import log_path, redirected_stderr
        from fmnist_tui.tui.app import LabApp
        from fmnist_tui.tui.farewell import farewell
    freeze_gc()

    log = log_path()
    with redirected_stderr(log) as line:
        app = LabApp(notebook, dataset, directory, at_once)
        if app.console.color_system == "standard" and not app.no_color:
            # With 16 colours the terminal's own palette reads better than approximations of ours.
            app.theme = "ansi-dark"
        with _signals(app, line) as stopped_by:
            app.run()
            runner = app.runner
            runner.fall_silent()
            if app.return_code:
                readable = os.path.isfile(log)  # noqa: PTH113  # Path's raises where the folder may not be entered
                where = f"details in {visible(str(log), 1_000)}" if readable else "no log could be written"
                print(f"the app crashed; {where}", flush=True)  # noqa: T201
            if words := farewell(app.trained, app.unrecorded, runner.queued, notebook):
                print(words, flush=True)  # noqa: T201 - printed on the normal screen
            if runner.busy:
                if not line.dropped:
                    line.drop()
                give_prompt_back()
                runner.wait()
            return stopped_by() or app.return_code or 0


@contextmanager
def _signals(app: "LabApp", line: Line) -> Iterator[Callable[[], int]]:
    """Handle signals: SIGHUP ends only the screen; SIGTERM and SIGINT also stop the training.

    Yields a function that returns the exit status a signal asks for; 0 without one.
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
