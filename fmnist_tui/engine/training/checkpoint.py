"""Checkpoints: the state of a training after an epoch, in one file, from which another process can resume."""

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
from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, spoken, write_atomic
from fmnist_tui.lab.toml.writing import run_record

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
    """Write the checkpoint of a run, replacing an earlier one.

    Raises:
        RunFolderError: it cannot be written; the earlier one is kept.
    """
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
    """Return the checkpoint of a run, or None if there is none.

    Raises:
        RunFolderError: the file is damaged or is the checkpoint of another training.
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
