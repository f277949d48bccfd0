from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import DatasetName, name_of
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe

Status = Literal["finished", "stopped", "failed", "interrupted"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Accuracy (0 to 1) and loss (nats) on one set of images."""

    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class Curves:
    """One value per epoch; the validation curves are empty if no images were held out."""

    accuracy: tuple[float, ...] = ()
    loss: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()

    @property
    def epochs(self) -> int:
        return len(self.loss)

    @property
    def best_epoch(self) -> int | None:
        """The epoch (from 1) with the highest validation accuracy; the earliest if tied."""
        if not self.val_accuracy:
            return None
        return self.val_accuracy.index(max(self.val_accuracy)) + 1


CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")
"""Names as in Keras's history."""


@dataclass(frozen=True, slots=True)
class Environment:
    python: str
    tensorflow: str
    keras: str
    fmnist_tui: str
    machine: str
    """Processor, cores and system; never the host name."""


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    experiment: str
    recipe: Recipe
    seed: int
    status: Status
    started: datetime
    """With time zone."""
    seconds: float
    """Duration from building the model to the last metric."""
    parameters: int
    """Number of weights, output included."""
    curves: Curves
    test: Metrics | None = None
    """Test metrics with the last epoch's weights; None if training failed."""
    confusion: tuple[tuple[int, ...], ...] | None = None
    """Test images by true class (row) and predicted class (column)."""
    best: Metrics | None = None
    """Test metrics with the weights of `curves.best_epoch`; None if that is the last epoch or they were not kept."""
    dead_units_by_layer: tuple[int, ...] | None = None
    """Units of each of `Architecture.cut_off_layers` whose output is 0 for all validation images, with the last epoch's
    weights; None if they were not counted."""
    environment: Environment | None = None
    host: str | None = None
    """The machine of a cluster that trained it; None for this machine."""
    lost_workers: int = 0
    """How many workers a cluster lost while they trained it: each time it began again on another."""
    reason: str | None = None
    """Why the run did not finish, in a sentence."""
    note: str | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Experiment:
    name: str
    architecture: Architecture
    training: Hyperparameters = field(default_factory=Hyperparameters)
    dataset: DatasetName | None = None
    """None means the dataset that is loaded."""
    repeats: int = 1
    """Planned number of runs: seeds 0 to repeats - 1."""
    published: Metrics | None = None
    """Published test metrics to compare with."""
    section: str | None = None
    hypothesis: str | None = None
    note: str | None = None
    starred: bool = False
    baseline: bool = False
    """Whether others are compared with it; the first one set counts."""

    def recipe(self, dataset: DatasetName) -> Recipe:
        """Return its recipe where `dataset` is loaded: a plan names other data without its sums."""
        named = self.dataset if self.dataset is not None and self.dataset != name_of(dataset) else dataset
        return Recipe(self.architecture, self.training, named)


def outcome(run: Run) -> str:
    """Return the status and its reason, if known: `failed: too large`, `stopped by hand …`."""
    reason, training = visible(run.reason or ""), run.recipe.training
    if run.status == "finished" and training.early_stopping and run.curves.epochs < training.epochs:
        early = f"finished early, after epoch {run.curves.epochs} of {training.epochs}"
        return f"{early}: {reason}" if reason else early
    if not reason:
        return run.status
    # Some reasons begin with the status; do not repeat it.
    return reason if reason.startswith(run.status) else f"{run.status}: {reason}"
