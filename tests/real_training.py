"""A training with TensorFlow in a process of its own, to be killed: `python real_training.py FOLDER`.

It goes on with what is in the folder, keeps a checkpoint at every epoch, and prints how many epochs it has finished.
"""

import sys
from pathlib import Path

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.training.progress import Progress
from fmnist_tui.lab.runs.folder import RunFolder

LONG = recipe("16-bn-drop0.3", optimizer="adam", epochs=120)
"""A recipe that takes some seconds."""


def tell(picture: Progress) -> None:
    """Print how many epochs are finished, when one is."""
    if picture.curves.epochs and not picture.points:
        sys.stdout.write(f"{picture.curves.epochs}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    from fmnist_tui.engine.training import storage as keeping

    keeping.CHECKPOINT_SECONDS = 0.1
    run(patterns(), LONG, sink=tell, folder=RunFolder(Path(sys.argv[1])), resume=True)
