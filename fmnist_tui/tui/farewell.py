"""What is said on the normal screen when the app is left: what was trained in this session."""

from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records import Run


def farewell(runs: Sequence[Run], notebook: Path) -> str:
    """Return a line for each run and one that says where they are; nothing where nothing was trained."""
    if not runs:
        return ""
    where = f"{counted(len(runs), 'run')} in {notebook}"
    commands = "`fmnist-tui list` shows them, `fmnist-tui export` reports them"
    return "\n".join((*map(_line, runs), f"{where}; {commands}"))


def _line(run: Run) -> str:
    result = f"test accuracy {run.test.accuracy:.4f}" if run.test else visible(run.reason or "")
    return f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}  {result}"
