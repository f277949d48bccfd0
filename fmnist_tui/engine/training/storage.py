"""Journal, checkpoints and predictions of a training in its run folder."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from fmnist_tui.engine.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from fmnist_tui.engine.training.evaluation import Evaluation
from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, spoken
from fmnist_tui.lab.runs.folder import AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions

LOOK_SECONDS = 0.25
"""Shortest time between two checks for a stop request."""

CHECKPOINT_SECONDS = 5.0
"""Shortest time between two checkpoints: an interruption loses that much training, or one epoch."""
CHECKPOINT_SHARE = 0.05
"""Largest share of the training time spent on checkpoints."""


class RunStorage:
    """Writes what a training keeps in its run folder.

    Without a folder it writes nothing. A file that cannot be written is left out and noted in `trouble`.
    """

    def __init__(self, folder: RunFolder | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.trouble: str | None = None
        """The first error, as a sentence."""
        self._folder = folder
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._next_checkpoint = clock() + CHECKPOINT_SECONDS

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Lock the run folder inside the `with` block, so that other programs see that the run is training.

        Raises:
            AlreadyTrainingError: another program is training the run.
        """
        with ExitStack() as stack:
            if self._folder:
                try:
                    stack.enter_context(self._folder.at_work())
                except AlreadyTrainingError:
                    raise
                except RunFolderError as error:
                    self._note(error)
                    self._folder = None
            yield

    def checkpoint(self, run: Run) -> Checkpoint | None:
        """Return the checkpoint to resume from, or None to start at epoch 1."""
        if self._folder:
            with self._noting():
                return read_checkpoint(self._folder.checkpoint, run)
        return None

    def begin(self, run: Run) -> None:
        if self._folder:
            with self._noting():
                self._folder.begin(run)

    def add_epoch(self, curves: Curves, seconds: float) -> None:
        if self._folder:
            with self._noting():
                self._folder.add_epoch(curves, seconds)

    def add_checkpoint(self, run: Run, make: Callable[[], Checkpoint]) -> None:
        """Write a checkpoint if the last one is old enough; `make` is called only then."""
        began = self._clock()
        if self._folder is None or began < self._next_checkpoint:
            return
        with self._noting():
            try:
                write_checkpoint(self._folder.checkpoint, run, make())
            except MemoryError:
                raise RunFolderError(f"{spoken(self._folder.checkpoint)}: not enough memory to keep it") from None
        ended = self._clock()
        self._next_checkpoint = ended + max(CHECKPOINT_SECONDS, (ended - began) / CHECKPOINT_SHARE)

    def add_predictions(self, test: Evaluation) -> None:
        if self._folder:
            with self._noting():
                write_predictions(self._folder.path, Predictions(test.predictions, test.confidence))

    def check_stop_request(self, control: Control) -> None:
        """Set the flags of a stop request in the folder; checks at most every `LOOK_SECONDS`."""
        if self._folder is None or self._clock() - self._looked < LOOK_SECONDS:
            return
        self._looked = self._clock()
        match self._folder.stop_asked():
            case "now":
                control.stop()
            case "epoch":
                control.stop_at_epoch_end()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except RunFolderError as error:
            self._note(error)

    def _note(self, error: RunFolderError) -> None:
        self.trouble = self.trouble or str(error)
