"""A training that is taken on: all see it from before it has loaded anything until its result is recorded.

The training itself shows that it is alive from its first step to its last, perhaps in a process of its own. The claim
is of the process that begins it and records it, so that nobody begins the same, or takes it for broken off, meanwhile.
"""

from pathlib import Path

from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import CLAIM, AtWorkError, RunFolder
from fmnist_tui.lab.runs.liveness import hold, is_held, let_go
from fmnist_tui.lab.runs.stopping import forget_stop


def claim(folder: Path, run: Run) -> int:
    """Take a run on, with a journal that says what it is, and return the descriptor of its lock, for `let_go`.

    Raises:
        AtWorkError: another program has it, or trains it.
        RunFolderError: the folder cannot be written.
    """
    run_folder = RunFolder(folder)
    with run_folder.at_work():
        held = hold(folder / CLAIM)
        if held is None:
            raise AtWorkError("another program trains this run already; wait until it ends")
        try:
            forget_stop(folder)
            run_folder.begin(run)
        except BaseException:
            let_go(held)
            raise
    return held


def is_claimed(folder: Path) -> bool:
    """Whether a process has taken the run of a folder on, be it this one."""
    return is_held(folder / CLAIM)
