import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from types import FrameType
from typing import TYPE_CHECKING

from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.lab.experiments.jobs import Job, seed_name
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.dataset import DatasetChoice
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import JOURNAL
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.terminal.hangup import TerminalConnection
from fmnist_tui.terminal.launcher import run_in_child

if TYPE_CHECKING:
    from fmnist_tui.tui.app import LabApp


WORKER_SECONDS = 2.0
LOOK_SECONDS = 0.05


def session_summary(runs: Sequence[Run], unrecorded: Sequence[str], active: Sequence[Job], notebook: Path) -> str:
    """Summarize a session, empty if nothing was trained; `active` jobs continue, the running one first."""
    lines = [*map(_line, runs)]
    if runs:
        commands = "`fmnist-tui list` shows them, `fmnist-tui export` reports them"
        lines.append(f"{counted(len(runs), 'run')} in {visible(str(notebook))}; {commands}")
    lines += [f"not in the notebook: {visible(problem, longest=1_000)}" for problem in unrecorded]
    if active:
        first, *others = active
        more = f" and {counted(len(others), 'other')}" if others else ""
        lines.append(f"training in the background: {seed_name(first)}{more}; `fmnist-tui` shows it and can stop it")
    return "\n".join(lines)


def folded(text: str, columns: int) -> str:
    """Wrap each line between words; only a word longer than a line is left to the terminal."""
    lines = text.splitlines()
    return "\n".join(
        fill(line, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        if len(line) > columns
        else line
        for line in lines
    )


def _line(run: Run) -> str:
    result = f"test accuracy {fixed(run.test.accuracy, 4)}" if run.test else visible(run.reason or "")
    return f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}  {result}"


def killed_message(notebook: Path, began: float, number: int) -> str:
    """`began` is when the app started, in seconds since the epoch."""
    return f"fmnist-tui: the app was killed by signal {number}; {_interrupted_words(_interrupted(notebook, began))}"


def _interrupted_words(interrupted: Sequence[PendingRun]) -> str:
    if not interrupted:
        return "nothing was being trained"
    runs = ", ".join(
        f"{seed_name(run)} ({counted(run.curves.epochs, 'epoch')})" for run in (pending.run for pending in interrupted)
    )
    return f"saved in runs/ as interrupted: {runs}; resume with `r` in the app, or `fmnist-tui run`"


def _interrupted(notebook: Path, began: float) -> Sequence[PendingRun]:
    """Return the runs interrupted since `began`, once no worker trains them any more."""
    end = time.monotonic() + WORKER_SECONDS
    while True:
        touched = [run for run in NotebookFile(notebook).pending() if _is_younger(run.folder / JOURNAL, began)]
        if not any(run.alive for run in touched) or time.monotonic() > end:
            return [run for run in touched if not run.alive]
        time.sleep(LOOK_SECONDS)


def _is_younger(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime >= moment
    except OSError:
        return False


FRAMES_A_SECOND = "240"
"""The most frames per second.

Textual's default, 60, delays a key's effect by up to two frames, a thirtieth of a second, when curves were just drawn.
"""


def run_app(
    notebook: Path,
    dataset: DatasetChoice,
    directory: Path | None,
    parallelism: Parallelism,
    scheduler: str | None = None,
) -> int:
    """Return the exit status once everything is recorded.

    Trainings outlive the screen when the user asks for it, the connection is lost or the app crashes; a signal other
    than SIGHUP stops them.
    """
    session = partial(_session, notebook, dataset, directory, parallelism, scheduler)
    return run_in_child(session, partial(_print_killed, notebook, time.time()))


def _print_killed(notebook: Path, began: float, number: int) -> None:
    words = killed_message(notebook, began, number)
    print(folded(words, get_terminal_size().columns), file=sys.stderr)  # noqa: T201 - printed on the normal screen


def _session(
    notebook: Path,
    dataset: DatasetChoice,
    directory: Path | None,
    parallelism: Parallelism,
    scheduler: str | None,
    give_prompt_back: Callable[[], None],
) -> int:
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)  # Textual reads it on import
    with ExitStack() as start:
        # What is made before the first paint is no garbage, and stays until the end.
        start.enter_context(gc_paused())
        start.callback(freeze_gc)
        from fmnist_tui.terminal.standard_error import log_path, redirected_stderr
        from fmnist_tui.tui.app import LabApp

        log = log_path()
        with redirected_stderr(log) as line:
            app = LabApp(notebook, dataset, directory, parallelism, scheduler, start.close)
            if app.console.color_system == "standard" and not app.no_color:
                # With 16 colours the terminal's own palette reads better than approximations of ours.
                app.theme = "ansi-dark"
            with _signals(app, line) as stopped_by:
                app.run()
                _end(app, line, log, notebook, give_prompt_back)
                return stopped_by() or app.return_code or 0


def _end(
    app: "LabApp", line: TerminalConnection, log: Path, notebook: Path, give_prompt_back: Callable[[], None]
) -> None:
    """Print what the session did, and wait for what still trains."""
    runner = app.runner
    runner.stop_posting()
    runner.resume()  # nobody is left who could
    if app.return_code:
        readable = os.path.isfile(log)  # noqa: PTH113  # Path's raises where the folder may not be entered
        where = f"details in {visible(str(log), 1_000)}" if readable else "no log could be written"
        print(f"the app crashed; {where}", flush=True)  # noqa: T201
    if words := session_summary(app.trained, app.unrecorded, runner.queued, notebook):
        print(folded(words, get_terminal_size().columns), flush=True)  # noqa: T201 - on the normal screen
    if runner.busy:
        if not line.dropped:
            line.drop()
        give_prompt_back()
        runner.wait()
    runner.close()


@contextmanager
def _signals(app: "LabApp", line: TerminalConnection) -> Iterator[Callable[[], int]]:
    """SIGHUP ends only the screen; SIGTERM and SIGINT also stop the training.

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
