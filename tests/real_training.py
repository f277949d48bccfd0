"""A real training as a program that tests kill: `python real_training.py FOLDER`.

It resumes the run in the folder, writes a checkpoint after every epoch, and prints the number of finished epochs.
"""

import sys
from pathlib import Path

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.training.progress import Progress
from fmnist_tui.lab.runs.folder import RunFolder

LONG = recipe("16-bn-drop0.3", optimizer="adam", epochs=120)
"""A recipe that takes some seconds."""


def print_epochs(progress: Progress) -> None:
    """Print the number of finished epochs after each."""
    if progress.curves.epochs and not progress.points:
        sys.stdout.write(f"{progress.curves.epochs}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    from fmnist_tui.engine.training import storage

    storage.CHECKPOINT_SECONDS = 0.1
    run(patterns(), LONG, sink=print_epochs, folder=RunFolder(Path(sys.argv[1])), resume=True)
