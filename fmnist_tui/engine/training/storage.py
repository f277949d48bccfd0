import json
import math
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, spoken, write_atomic
from fmnist_tui.lab.runs.folder import AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions
from fmnist_tui.lab.runs.snapshots import write_snapshot
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights
from fmnist_tui.lab.toml.writing import run_record

if TYPE_CHECKING:
    from fmnist_tui.engine.training.evaluation import Evaluation

_STATE, _BEST = "state_", "best_"
_TRAINING = ("id", "architecture", "dataset", "seed", *HYPERPARAMETERS)


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    started: datetime
    seconds: float
    curves: Curves
    over: bool
    """Whether that epoch was the last, by the recipe or by early stopping."""
    state: Mapping[str, NDArray[Any]]
    """Network and optimizer, as from `PreparedRecipe.state`."""
    best_epoch: int | None
    best_weights: list[NDArray[Any]]


def write_checkpoint(path: Path, run: Run, checkpoint: Checkpoint) -> None:
    """RunFolderError if it cannot be written; an earlier one is kept."""
    header = {
        "training": _training(run),
        "started": checkpoint.started.isoformat(),
        "seconds": checkpoint.seconds,
        "curves": {name: getattr(checkpoint.curves, name) for name in CURVES},
        "over": checkpoint.over,
        "best_epoch": checkpoint.best_epoch,
    }
    arrays: dict[str, Any] = {"told": np.array(json.dumps(header))}
    arrays |= {f"{_BEST}{place}": array for place, array in enumerate(checkpoint.best_weights)}
    arrays |= {f"{_STATE}{name}": array for name, array in checkpoint.state.items()}
    write_atomic(path, lambda file: np.savez(file, **arrays))


def read_checkpoint(path: Path, run: Run) -> Checkpoint | None:
    """RunFolderError if it is damaged or of another training."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return _read(file, run)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot("be read", path, error) from None
    except RunFolderError:
        raise
    except Exception as error:  # NumPy does not document what a damaged archive raises
        raise RunFolderError(f"{spoken(path)}: damaged; remove it ({visible(str(error))})") from None


def _read(file: BinaryIO, run: Run) -> Checkpoint:
    with zipfile.ZipFile(file) as packed:
        if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
            raise ValueError("it is packed, as no training packs it")
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        header = json.loads(str(arrays["told"]))
        if header["training"] != _training(run):
            raise ValueError("it is another training's")
        best = sum(name.startswith(_BEST) for name in arrays.files)
        return Checkpoint(
            started=datetime.fromisoformat(header["started"]),
            seconds=float(header["seconds"]),
            curves=Curves(*(tuple(map(float, header["curves"][name])) for name in CURVES)),
            over=bool(header["over"]),
            state={name.removeprefix(_STATE): arrays[name] for name in arrays.files if name.startswith(_STATE)},
            best_epoch=header["best_epoch"],
            best_weights=[arrays[f"{_BEST}{place}"] for place in range(best)],
        )


def _training(run: Run) -> dict[str, Any]:
    record = run_record(run)
    return {key: record[key] for key in _TRAINING}


LOOK_SECONDS = 0.25
"""Shortest time between two checks for a stop request."""

CHECKPOINT_SECONDS = 5.0
"""Shortest time between two checkpoints: an interruption loses that much training, or one epoch.

The first is written at the end of the first epoch.
"""
CHECKPOINT_SHARE = 0.05
"""Largest share of the training time spent on checkpoints."""


class RunStorage:
    """Writes nothing without a folder; what cannot be written is noted in `trouble`."""

    def __init__(
        self, folder: RunFolder | None, *, keep_weights: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.trouble: str | None = None
        """The first error, as a sentence."""
        self._folder = folder
        self._keep_weights = keep_weights
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._next_checkpoint = -math.inf

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run folder's lock, which shows other programs that the run is training.

        Raises:
            AlreadyTrainingError: another program is training the run.
        """
        with ExitStack() as stack:
            if self._folder:
                try:
                    stack.enter_context(self._folder.locked())
                except AlreadyTrainingError:
                    raise
                except RunFolderError as error:
                    self._note(error)
                    self._folder = None
            yield

    def checkpoint(self, run: Run) -> Checkpoint | None:
        """None to start at epoch 1."""
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

    def add_predictions(self, test: "Evaluation") -> None:
        if self._folder:
            with self._noting():
                write_predictions(self._folder.path, Predictions(test.predictions, test.confidence))

    def add_weights(self, weights: TrainedWeights) -> None:
        if self._folder and self._keep_weights:
            with self._noting():
                write_weights(self._folder.path, weights)

    def add_snapshot(self, run: Run, epoch: int, kernel: Callable[[], NDArray[np.float32]]) -> None:
        """Write the first layer's kernel after an epoch; `kernel` is called only where weights are kept."""
        if self._folder and self._keep_weights:
            with self._noting():
                write_snapshot(self._folder.path, epoch, run.recipe.training.epochs, kernel())

    def check_stop_request(self, control: Control) -> None:
        """Obey a request in the folder; looks at most every `LOOK_SECONDS`."""
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
