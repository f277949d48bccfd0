"""What is known of a dead worker process: how it ended, and the epochs of its training."""

import signal
import time
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.journal import interruption

DIED = "its worker process died"

_TRIES, _PERIOD = 500, 0.01


def cause_of_death(executor: Executor | None) -> str:
    """Return, as text, how the only process of a broken executor died."""
    processes = getattr(executor, "_processes", None) or {}
    for process in processes.values():
        for _ in range(_TRIES):
            if process.exitcode is not None:
                return f"{DIED}: {_words(process.exitcode)}"
            time.sleep(_PERIOD)  # it has closed its files, but may still be ending
    return DIED


def run_after_death(training: ActiveRun, folder: Path | None, death: str) -> Run:
    """Return the run of a training whose worker died, with all epochs known from its progress or journal.

    Its status is interrupted, or failed if the training never began; `death` is from `cause_of_death`.
    """
    seconds = round(running_clock.seconds() - training.began, 3)
    run = replace(training.run, curves=training.progress.curves, seconds=seconds)
    if folder is not None:
        with suppress(RunFolderError):
            journal = RunFolder(folder).read()
            if journal and journal.run.id == run.id and journal.run.curves.epochs >= run.curves.epochs:
                run = journal.run
    if not (run.curves.epochs or training.has_reported):
        return replace(run, status="failed", reason=death, seconds=seconds)
    reason = f"{interruption(run.curves.epochs, run.recipe.training.epochs)}: {death}"
    return replace(run, status="interrupted", reason=reason)


def _words(status: int) -> str:
    if status == -signal.SIGKILL:
        return "it was killed (SIGKILL), as the system does when memory runs out; if it did, train fewer at a time"
    if status >= 0:
        return f"it ended by itself, with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    crashed = -status in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
    return f"it {'crashed' if crashed else 'was ended'} ({name})"
