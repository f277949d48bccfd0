"""The trained weights of a run, in float32: a model rebuilt from them gives the figures in the notebook.

The archive is not compressed: the bits of trained weights are nearly random.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.runs.files import RunFolderError, file_bytes, read_regular, spoken, write_atomic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "weights.npz"

NOT_KEPT = "they are of runs that finished or were stopped, unless --no-weights or the settings say no"

_BYTES_BESIDE = 64 * 1024
"""More than the headers of an archive take."""

LayerWeights = tuple[Mapping[str, "NDArray[np.float32]"], ...]
"""A mapping for each layer of the architecture and one for the output: arrays by Keras's names."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedWeights:
    last: LayerWeights
    """After the last epoch."""
    best: LayerWeights | None = None
    """After the epoch with the highest validation accuracy; None if that is the last."""


def write_weights(folder: Path, weights: TrainedWeights) -> None:
    """Write `weights.npz`, with arrays named as in `last/1/kernel`; layers count from 0."""
    import numpy as np

    arrays = _named("last", weights.last) | (_named("best", weights.best) if weights.best else {})
    write_atomic(folder / NAME, lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]  # not allow_pickle


def read_weights(folder: Path, architecture: Architecture) -> TrainedWeights | None:
    """Return a run's weights, or None if it has none; RunFolderError if they are not this architecture's."""
    path = folder / NAME
    most = 2 * 4 * architecture.parameters + _BYTES_BESIDE
    content = read_regular(path, most)
    if content is None:
        return None
    try:
        arrays = _arrays(content)
        last, best = (_by_layer(arrays, epoch, architecture) for epoch in ("last", "best"))
        if last is None or len(arrays) != sum(len(layer) for layer in (*last, *(best or ()))):
            raise ValueError("it holds other arrays than this network's")
    except Exception as error:  # damaged archives raise many undocumented errors
        raise RunFolderError(
            f"{spoken(path)}: damaged; remove it, or train the run again ({visible(str(error))})"
        ) from None
    return TrainedWeights(last, best)


def weights_bytes(folder: Path) -> int | None:
    return file_bytes(folder / NAME)


def _named(epoch: str, layers: LayerWeights) -> "dict[str, NDArray[np.float32]]":
    return {f"{epoch}/{place}/{name}": array for place, layer in enumerate(layers) for name, array in layer.items()}


def _arrays(content: bytes) -> "dict[str, NDArray[np.float32]]":
    import numpy as np

    with zipfile.ZipFile(BytesIO(content)) as packed:
        if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
            raise ValueError("it is compressed, as no training writes it")
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _by_layer(
    arrays: "Mapping[str, NDArray[np.float32]]", epoch: str, architecture: Architecture
) -> LayerWeights | None:
    """Return an epoch's arrays, or None if there are none; ValueError if they do not fit."""
    import numpy as np

    if not any(name.startswith(f"{epoch}/") for name in arrays):
        return None
    layers = []
    for place, shapes in enumerate(architecture.weights()):
        layer = {name: arrays[f"{epoch}/{place}/{name}"] for name in shapes}
        for name, shape in shapes.items():
            array = layer[name]
            if array.dtype != np.float32 or array.shape != shape or not np.isfinite(array).all():
                raise ValueError(f"{epoch}/{place}/{name} is not of this network")
        layers.append(layer)
    return tuple(layers)
