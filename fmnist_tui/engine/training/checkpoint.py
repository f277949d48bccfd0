"""All that a training needs to go on in another process after a finished epoch, as one file."""

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, spoken, write_whole
from fmnist_tui.lab.toml.writing import run_record

_STATE, _BEST = "state_", "best_"
_TRAINING = ("id", "architecture", "dataset", "seed", *HYPERPARAMETERS)
"""The keys of a run's record that tell one training from another."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training after one of its epochs."""

    started: datetime
    seconds: float
    """What it had taken until then."""
    curves: Curves
    over: bool
    """Whether that epoch was its last, by its recipe or by early stopping."""
    state: Mapping[str, NDArray[Any]]
    """Of the network and its optimizer, as `Prepared.state` has it."""
    best_epoch: int | None
    best_weights: list[NDArray[Any]]


def write_checkpoint(path: Path, run: Run, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of an earlier one.

    Args:
        path: where it is kept.
        run: of which training it is.
        checkpoint: after an epoch.

    Raises:
        RunFolderError: it cannot be written; the earlier one is still there.
    """
    told = {
        "training": _training(run),
        "started": checkpoint.started.isoformat(),
        "seconds": checkpoint.seconds,
        "curves": {name: getattr(checkpoint.curves, name) for name in CURVES},
        "over": checkpoint.over,
        "best_epoch": checkpoint.best_epoch,
    }
    arrays: dict[str, Any] = {"told": np.array(json.dumps(told))}
    arrays |= {f"{_BEST}{place}": each for place, each in enumerate(checkpoint.best_weights)}
    arrays |= {f"{_STATE}{name}": each for name, each in checkpoint.state.items()}
    write_whole(path, lambda file: np.savez(file, **arrays))


def read_checkpoint(path: Path, run: Run) -> Checkpoint | None:
    """Return the checkpoint of a training, or None where there is none.

    Raises:
        RunFolderError: a file that is damaged, or another training's checkpoint.
    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return _read(file, run)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot("be read", path, error) from None
    except RunFolderError:
        raise
    except Exception as error:  # what a damaged archive may raise is not said anywhere, and is a lot
        raise RunFolderError(f"{spoken(path)}: damaged; remove it ({visible(str(error))})") from None


def _read(file: BinaryIO, run: Run) -> Checkpoint:
    with zipfile.ZipFile(file) as packed:
        if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
            raise ValueError("it is packed, as no training packs it")
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        told = json.loads(str(arrays["told"]))
        if told["training"] != _training(run):
            raise ValueError("it is another training's")
        best = sum(name.startswith(_BEST) for name in arrays.files)
        return Checkpoint(
            started=datetime.fromisoformat(told["started"]),
            seconds=float(told["seconds"]),
            curves=Curves(*(tuple(map(float, told["curves"][name])) for name in CURVES)),
            over=bool(told["over"]),
            state={name.removeprefix(_STATE): arrays[name] for name in arrays.files if name.startswith(_STATE)},
            best_epoch=told["best_epoch"],
            best_weights=[arrays[f"{_BEST}{place}"] for place in range(best)],
        )


def _training(run: Run) -> dict[str, Any]:
    """Return what tells a training from others, as JSON has it."""
    record = run_record(run)
    return {key: record[key] for key in _TRAINING}
