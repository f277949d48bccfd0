"""Real trainings as processes that tests kill: `python real_training.py`.

Each line on its standard input names a folder. A fork of this process, which has imported TensorFlow and computed
nothing, prints its process id, resumes the run in the folder, writes a checkpoint after every epoch, and prints the
number of finished epochs. Where it has ended, `ENDED` is printed.
"""

import os
import sys
from pathlib import Path

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.training.progress import Progress
from fmnist_tui.lab.runs.folder import RunFolder

LONG = recipe("16-bn-drop0.3", optimizer="adam", epochs=120)
"""A recipe that takes some seconds."""
ENDED = "ended"


def print_line(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def print_epochs(progress: Progress) -> None:
    """Print the number of finished epochs after each."""
    if progress.curves.epochs and not progress.points:
        print_line(progress.curves.epochs)


if __name__ == "__main__":
    import fmnist_tui.engine.training.trainer  # noqa: F401 - imported before a fork
    from fmnist_tui.engine.training import storage

    storage.CHECKPOINT_SECONDS = 0.1
    for folder in sys.stdin:
        if process := os.fork():
            os.waitpid(process, 0)
            print_line(ENDED)
        else:
            print_line(os.getpid())
            run(patterns(), LONG, sink=print_epochs, folder=RunFolder(Path(folder.rstrip("\n"))), resume=True)
            os._exit(0)
