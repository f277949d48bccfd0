"""What a network made of the test set, garment by garment, or why that is not known."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import CLASS_NAMES
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.report.reproduction import train_commands
from fmnist_tui.lab.runs.predictions import read_predictions
from fmnist_tui.tui.garments.card import Card
from fmnist_tui.tui.garments.classes import SHORT_NAMES

Places = npt.NDArray[np.int64]
"""Places in the test set, shape (k,)."""


class NoEvidence(UserError):
    """The garments behind a run's counts cannot be shown; the message says why and how to get them."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A network's answer to each of the n garments of the test set."""

    images: npt.NDArray[np.uint8]
    """The garments, shape (n, 28, 28)."""
    truth: npt.NDArray[np.int64]
    """Their classes, shape (n,)."""
    predicted: npt.NDArray[np.int64]
    """What they were taken for, shape (n,)."""
    confidence: npt.NDArray[np.float64]
    """How probable the network thought that, 0 … 1, shape (n,)."""

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each answer is right, shape (n,)."""
        right: npt.NDArray[np.bool_] = self.truth == self.predicted
        return right

    def behind(self, true: int, predicted: int) -> Places:
        """Return the garments of one class that were taken for another, or for their own, the surest first."""
        return self.surest_first(np.flatnonzero((self.truth == true) & (self.predicted == predicted)))

    def surest_first(self, places: Places) -> Places:
        """Return places by falling confidence; those of equal confidence in their order."""
        return places[np.argsort(-self.confidence[places], kind="stable")]

    def cards(self, places: Places) -> tuple[Card, ...]:
        """Return garments with their true and predicted class and the confidence."""
        return tuple(self._card(place) for place in places.tolist())

    def _card(self, place: int) -> Card:
        true, predicted, confidence = int(self.truth[place]), int(self.predicted[place]), float(self.confidence[place])
        arrow = SHORT_NAMES[true] if true == predicted else f"{SHORT_NAMES[true]}→{SHORT_NAMES[predicted]}"
        return Card(
            self.images[place],
            (arrow, f"{confidence:.1%}"),
            (
                ("true class", CLASS_NAMES[true]),
                ("predicted", CLASS_NAMES[predicted]),
                ("confidence", f"{confidence:.1%}"),
                ("place", f"x_test[{place}]"),
            ),
        )


def gather(run: Run, folder: Path, data: Dataset | None) -> Evidence:
    """Return what a run's network made of the test set.

    Args:
        run: the run.
        folder: where the notebook keeps its runs' folders.
        data: the dataset at hand, if there is one.

    Raises:
        NoEvidence: there is no data, or another than the run's; no predictions are kept, or those of something else.
        UserError: the file of predictions cannot be read.
    """
    if data is None:
        raise NoEvidence("there is no data here to show garments of: `fmnist-tui data` says how to get it")
    if data.name != run.recipe.dataset:
        raise NoEvidence(
            f"this run is of {run.recipe.dataset}, and the data here is {data.name}: "
            f"`fmnist-tui --dataset {run.recipe.dataset}` shows its garments"
        )
    predictions = read_predictions(folder / run.id)
    if predictions is None:
        raise NoEvidence(f"no predictions are kept for this run; `{_command(run)}` trains it again and keeps them")
    if len(predictions.classes) != len(data.y_test):
        raise NoEvidence(
            f"the predictions kept for this run are of {len(predictions.classes):,} garments, and the test set has "
            f"{len(data.y_test):,}; `{_command(run)}` trains it again"
        )
    evidence = Evidence(
        data.x_test, data.y_test, predictions.classes.astype(np.int64), predictions.confidence.astype(np.float64)
    )
    if run.confusion is not None and confusion_of(evidence) != run.confusion:
        raise NoEvidence(
            "the predictions kept for this run do not add up to its matrix in the notebook; "
            f"`{_command(run)}` trains it again"
        )
    return evidence


def confusion_of(evidence: Evidence) -> tuple[tuple[int, ...], ...]:
    """Return the garments by true class (row) and predicted class (column)."""
    n = len(CLASS_NAMES)
    counts = np.bincount(evidence.truth * n + evidence.predicted, minlength=n * n).reshape(n, n)
    return tuple(tuple(row) for row in counts.tolist())


def _command(run: Run) -> str:
    """Return the command that trains a run's recipe with its seed, to the end."""
    group = Group(run.experiment, run.recipe, (replace(run, status="finished"),))
    return next(iter(train_commands(group)))
