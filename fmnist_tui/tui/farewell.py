"""Messages on the normal screen after the app has ended."""

import time
from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import JOURNAL
from fmnist_tui.lab.runs.pending import Pending

WORKER_SECONDS = 2.0
LOOK_SECONDS = 0.05


def farewell(runs: Sequence[Run], unrecorded: Sequence[str], at_work: Sequence[Job], notebook: Path) -> str:
    """Summarize a session, a line for each fact; empty if nothing was trained.

    `unrecorded` says why runs could not be recorded; `at_work` are the jobs that continue, the running one first.
    """
    lines = [*map(_line, runs)]
    if runs:
        commands = "`fmnist-tui list` shows them, `fmnist-tui export` reports them"
        lines.append(f"{counted(len(runs), 'run')} in {visible(str(notebook))}; {commands}")
    lines += [f"not in the notebook: {visible(problem, longest=1_000)}" for problem in unrecorded]
    if at_work:
        first, *others = at_work
        more = f" and {counted(len(others), 'other')}" if others else ""
        lines.append(
            f"training in the background: {visible(first.experiment, 40)} seed {first.seed}{more}; "
            "`fmnist-tui` shows it and can stop it"
        )
    return "\n".join(lines)


def _line(run: Run) -> str:
    result = f"test accuracy {fixed(run.test.accuracy, 4)}" if run.test else visible(run.reason or "")
    return f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}  {result}"


def killed(notebook: Path, began: float, number: int) -> str:
    """Return a line about an app killed by signal `number`, with the interrupted runs.

    `began` is when the app started, in seconds since the epoch.
    """
    return f"fmnist-tui: the app was killed by signal {number}; {_interrupted_words(_interrupted(notebook, began))}"


def _interrupted_words(interrupted: Sequence[Pending]) -> str:
    if not interrupted:
        return "nothing was being trained"
    runs = ", ".join(
        f"{visible(run.experiment, 40)} seed {run.seed} ({counted(run.curves.epochs, 'epoch')})"
        for run in (pending.run for pending in interrupted)
    )
    return f"saved in runs/ as interrupted: {runs}; resume with `r` in the app, or `fmnist-tui run`"


def _interrupted(notebook: Path, began: float) -> Sequence[Pending]:
    """Return the runs touched since `began` and interrupted, once no worker trains them any more."""
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
