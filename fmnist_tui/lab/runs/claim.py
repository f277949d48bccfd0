"""Mark a run as taken, from before anything is loaded until its result is recorded.

The training process shows that it is alive only while it trains. The claim belongs to the process that starts the
training and records it, so that no other starts the same run or treats it as interrupted in between.
"""

from pathlib import Path

from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import CLAIM, AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.liveness import hold, is_held, release_lock
from fmnist_tui.lab.runs.stopping import clear_stop


def claim(folder: Path, run: Run) -> int:
    """Claim a run, write its journal's header and return the lock's descriptor, for `release_lock`.

    Raises:
        AlreadyTrainingError: another program has claimed it, or trains it.
    """
    run_folder = RunFolder(folder)
    with run_folder.at_work():
        held = hold(folder / CLAIM)
        if held is None:
            raise AlreadyTrainingError("another program trains this run already; wait until it ends")
        try:
            clear_stop(folder)
            run_folder.begin(run)
        except BaseException:
            release_lock(held)
            raise
    return held


def is_claimed(folder: Path) -> bool:
    """Return whether a process, this one included, has claimed the run."""
    return is_held(folder / CLAIM)
