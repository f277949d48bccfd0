"""What is said on the normal screen when the app is left: what was trained in this session, and what goes on."""

from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.lab.numbers import fixed
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Run


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
        lines.append(f"{counted(len(runs), 'run')} in {notebook}; {commands}")
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
