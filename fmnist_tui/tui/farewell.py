"""What is said on the normal screen when the app is left: what was trained in this session, and what goes on."""

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
"""How long the workers of an app that was killed may take to notice it."""
LOOK_SECONDS = 0.05


def farewell(runs: Sequence[Run], unrecorded: Sequence[str], at_work: Sequence[Job], notebook: Path) -> str:
    """Return what there is to know after a session, a line each; nothing where nothing was trained.

    Args:
        runs: what was trained and recorded.
        unrecorded: what could not be recorded, each with where it is kept.
        at_work: what goes on without a screen, the one at work first.
        notebook: where the runs are.
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
            f"without a screen {visible(first.experiment, 40)} seed {first.seed}{more} will be trained and recorded; "
            "`fmnist-tui` shows it and can stop it"
        )
    return "\n".join(lines)


def _line(run: Run) -> str:
    result = f"test accuracy {fixed(run.test.accuracy, 4)}" if run.test else visible(run.reason or "")
    return f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}  {result}"


def killed(notebook: Path, began: float, number: int) -> str:
    """Return a line on an app that a signal has killed: what is kept of the trainings that it had at work.

    Args:
        notebook: beside which the runs are.
        began: when the app did, in seconds since the epoch.
        number: the signal's.
    """
    return f"fmnist-tui: the app was killed by signal {number}; {_kept(_broken_off(notebook, began))}"


def _kept(broken_off: Sequence[Pending]) -> str:
    if not broken_off:
        return "nothing was being trained"
    runs = ", ".join(
        f"{visible(run.experiment, 40)} seed {run.seed} ({counted(run.curves.epochs, 'epoch')})"
        for run in (each.run for each in broken_off)
    )
    return f"kept in runs/, as interrupted: {runs}; `r` in the app resumes it, `fmnist-tui run` what is planned"


def _broken_off(notebook: Path, began: float) -> Sequence[Pending]:
    """Return the runs that were trained since a moment and are interrupted, once no worker is at work on them."""
    end = time.monotonic() + WORKER_SECONDS
    while True:
        touched = [each for each in NotebookFile(notebook).pending() if _is_younger(each.folder / JOURNAL, began)]
        if not any(each.alive for each in touched) or time.monotonic() > end:
            return [each for each in touched if not each.alive]
        time.sleep(LOOK_SECONDS)


def _is_younger(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime >= moment
    except OSError:
        return False
