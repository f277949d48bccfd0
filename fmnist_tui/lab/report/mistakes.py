from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.predictions import Predictions, read_predictions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 8

TestImages = tuple["NDArray[np.uint8]", "NDArray[np.int64]"]
"""Images, shape (n, 28, 28), and their true classes, shape (n,)."""
ReadTestImages = Callable[[DatasetName], TestImages | None]


@dataclass(frozen=True, slots=True, eq=False)
class WorstMistakes:
    """Images of a test set that a network took for another class, the most confident mistake first."""

    images: "NDArray[np.uint8]"
    """Shape (k, 28, 28)."""
    truth: tuple[int, ...]
    predicted: tuple[int, ...]
    confidence: tuple[float, ...]


def worst_mistakes(run: Run, runs_folder: Path | None, read_test_images: ReadTestImages | None) -> WorstMistakes | None:
    """Return a run's worst mistakes; None where its predictions or the images are missing or do not fit its matrix."""
    if runs_folder is None or read_test_images is None or run.confusion is None:
        return None
    try:
        predictions = read_predictions(runs_folder / run.id)
    except RunFolderError:
        return None
    test = read_test_images(run.recipe.dataset) if predictions is not None else None
    if predictions is None or test is None:
        return None
    images, truth = test
    if len(truth) != len(predictions.classes) or _counts(truth, predictions) != run.confusion:
        return None
    return _surest(images, truth, predictions)


def _counts(truth: "NDArray[np.int64]", predictions: Predictions) -> tuple[tuple[int, ...], ...]:
    import numpy as np

    counts = np.bincount(truth * 10 + predictions.classes, minlength=100).reshape(10, 10)
    return tuple(tuple(row) for row in counts.tolist())


def _surest(images: "NDArray[np.uint8]", truth: "NDArray[np.int64]", predictions: Predictions) -> WorstMistakes | None:
    import numpy as np

    wrong = np.flatnonzero(truth != predictions.classes)
    if not len(wrong):
        return None
    places = wrong[np.argsort(-predictions.confidence[wrong].astype(np.float64), kind="stable")][:MOST]
    return WorstMistakes(
        images[places],
        tuple(truth[places].tolist()),
        tuple(predictions.classes[places].tolist()),
        tuple(predictions.confidence[places].astype(float).tolist()),
    )
