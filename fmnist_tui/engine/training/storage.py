"""What a training keeps in its folder while it runs, as far as that can be written."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from fmnist_tui.engine.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from fmnist_tui.engine.training.evaluation import Evaluation
from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, spoken
from fmnist_tui.lab.runs.folder import AtWorkError, RunFolder
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions

LOOK_SECONDS = 0.25
"""How often the training looks for a wish to stop, at most."""

CHECKPOINT_SECONDS = 5.0
"""How much training is lost by an interruption, unless its epochs are longer."""
CHECKPOINT_SHARE = 0.05
"""The part of the training's time that checkpoints may take."""


class RunStorage:
    """A training's journal, checkpoints and predictions; without a folder, none of them.

    What cannot be written is not kept, and costs the training nothing else.

    Args:
        folder: the run's.
        clock: tells seconds.
    """

    def __init__(self, folder: RunFolder | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.trouble: str | None = None
        """What could not be kept first, in a sentence."""
        self._folder = folder
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._next_checkpoint = clock() + CHECKPOINT_SECONDS

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Show all who look that the training is alive, until the block is left.

        Raises:
            AtWorkError: another program trains the run already.
        """
        with ExitStack() as alive:
            if self._folder:
                try:
                    alive.enter_context(self._folder.at_work())
                except AtWorkError:
                    raise
                except RunFolderError as error:
                    self._note(error)
                    self._folder = None
            yield

    def checkpoint(self, run: Run) -> Checkpoint | None:
        """Return where a run that was interrupted goes on from, or None where it begins anew."""
        if self._folder:
            with self._noting():
                return read_checkpoint(self._folder.checkpoint, run)
        return None

    def begin(self, run: Run) -> None:
        """Begin or go on with the journal of a run."""
        if self._folder:
            with self._noting():
                self._folder.begin(run)

    def add_epoch(self, curves: Curves, seconds: float) -> None:
        """Have the last epoch of the curves in the journal before anybody is told of it."""
        if self._folder:
            with self._noting():
                self._folder.add_epoch(curves, seconds)

    def add_checkpoint(self, run: Run, make: Callable[[], Checkpoint]) -> None:
        """Keep where the run goes on from, if the last such place is long enough ago."""
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
        """Keep the answers to the test images."""
        if self._folder:
            with self._noting():
                write_predictions(self._folder.path, Predictions(test.predictions, test.confidence))

    def look_for_stop(self, control: Control) -> None:
        """Set the flags that somebody asks for in the folder, unless that was looked for a moment ago."""
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
