import shlex
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import options_of, shown_name
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.report.protocol import train_command
from fmnist_tui.lab.runs.predictions import read_predictions
from fmnist_tui.tui.images.image_grid import Card

Places = npt.NDArray[np.int64]
"""Indices in the test set, shape (k,)."""


class PredictionsUnavailable(UserError):
    """The images behind a run's counts are unavailable; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class PredictedImages:
    images: npt.NDArray[np.uint8]
    """Shape (n, 28, 28)."""
    truth: npt.NDArray[np.int64]
    """True classes, shape (n,)."""
    predicted: npt.NDArray[np.int64]
    """Predicted classes, shape (n,)."""
    confidence: npt.NDArray[np.float64]
    """Probability of the predicted class, 0 … 1, shape (n,)."""
    classes: Classes

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Shape (n,)."""
        right: npt.NDArray[np.bool_] = self.truth == self.predicted
        return right

    def behind(self, true: int, predicted: int) -> Places:
        """Return these images, the most confident first."""
        return self.surest_first(np.flatnonzero((self.truth == true) & (self.predicted == predicted)))

    def surest_first(self, places: Places) -> Places:
        return places[np.argsort(-self.confidence[places], kind="stable")]

    def cards(self, places: Places) -> tuple[Card, ...]:
        return tuple(self._card(place) for place in places.tolist())

    def _card(self, place: int) -> Card:
        true, predicted, confidence = int(self.truth[place]), int(self.predicted[place]), float(self.confidence[place])
        names, short = self.classes.names, self.classes.short
        arrow = short[true] if true == predicted else f"{short[true]}→{short[predicted]}"
        return Card(
            self.images[place],
            (arrow, f"{confidence:.1%}"),
            (
                ("true class", names[true]),
                ("predicted", names[predicted]),
                ("confidence", f"{confidence:.1%}"),
                ("place", f"x_test[{place}]"),
            ),
        )


def gather(run: Run, folder: Path, data: Dataset | None) -> PredictedImages:
    """Return a run's predictions on the test set; `folder` is the notebook's `runs`.

    Raises:
        PredictionsUnavailable: the run's dataset is not loaded, or its predictions are missing or do not fit.
        UserError: the predictions' file cannot be read.
    """
    if data is None:
        raise PredictionsUnavailable("no data here to show images of: `fmnist-tui data` says how to get it")
    if data.name != run.recipe.dataset:
        raise PredictionsUnavailable(
            f"this run needs {shown_name(run.recipe.dataset)}; loaded data is "
            f"{shown_name(data.name)}: "
            f"`{shlex.join(['fmnist-tui', *options_of(run.recipe.dataset)])}` shows its images"
        )
    predictions = read_predictions(folder / run.id)
    if predictions is None:
        raise PredictionsUnavailable(
            f"this run has no saved predictions; `{train_command(run)}` trains it again and saves them"
        )
    if len(predictions.classes) != len(data.y_test):
        raise PredictionsUnavailable(
            f"the saved predictions of this run are of {len(predictions.classes):,} images, and the test set has "
            f"{len(data.y_test):,}; `{train_command(run)}` trains it again"
        )
    evidence = PredictedImages(
        data.x_test,
        data.y_test,
        predictions.classes.astype(np.int64),
        predictions.confidence.astype(np.float64),
        run.recipe.classes,
    )
    if run.confusion is not None and confusion_of(evidence) != run.confusion:
        raise PredictionsUnavailable(
            "the saved predictions of this run do not add up to its matrix in the notebook; "
            f"`{train_command(run)}` trains it again"
        )
    return evidence


def confusion_of(evidence: PredictedImages) -> tuple[tuple[int, ...], ...]:
    """Return the number of images by true class (row) and predicted class (column)."""
    n = len(evidence.classes.names)
    counts = np.bincount(evidence.truth * n + evidence.predicted, minlength=n * n).reshape(n, n)
    return tuple(tuple(row) for row in counts.tolist())
