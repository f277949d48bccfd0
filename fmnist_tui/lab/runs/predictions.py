import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.runs.files import RunFolderError, read_regular, spoken, write_atomic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "predictions.npz"
MOST_BYTES = 1024**2
"""Far more than predictions for 10,000 test images take, compressed or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    classes: "NDArray[np.uint8]"
    """(n,): the most probable class."""
    confidence: "NDArray[np.floating]"
    """(n,): its probability."""


def write_predictions(folder: Path, predictions: Predictions) -> None:
    import numpy as np

    classes, confidence = predictions.classes.astype(np.uint8), predictions.confidence.astype(np.float16)
    write_atomic(folder / NAME, lambda file: np.savez_compressed(file, classes=classes, confidence=confidence))


def read_predictions(folder: Path) -> Predictions | None:
    import numpy as np

    path = folder / NAME
    content = read_regular(path, MOST_BYTES)
    if content is None:
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_BYTES:
                raise ValueError("it would unpack to more than any test set takes")
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            classes, confidence = arrays["classes"], arrays["confidence"]
        if classes.dtype != np.uint8 or confidence.dtype not in (np.float16, np.float32):
            raise ValueError("its arrays have other types")
        if classes.ndim != 1 or classes.shape != confidence.shape or (classes >= CLASSES).any():
            raise ValueError("its arrays do not have one prediction per image")
    except Exception as error:  # damaged archives raise many undocumented errors
        raise RunFolderError(
            f"{spoken(path)}: damaged; remove it, or train the run again ({visible(str(error))})"
        ) from None
    return Predictions(classes, confidence)
