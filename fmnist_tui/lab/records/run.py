"""What the notebook holds: experiments (plans) and runs (results)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import DatasetName, Hyperparameters, Recipe

Status = Literal["finished", "stopped", "failed", "interrupted"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Accuracy (0 to 1) and loss (nats) on one set of images."""

    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class Curves:
    """An entry an epoch; the validation curves are empty where nothing was held out."""

    accuracy: tuple[float, ...] = ()
    loss: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return len(self.loss)

    @property
    def best_epoch(self) -> int | None:
        """The epoch, counted from 1, with the highest validation accuracy; the earliest of equals."""
        if not self.val_accuracy:
            return None
        return self.val_accuracy.index(max(self.val_accuracy)) + 1


CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")
"""The names of the curves, as Keras's history has them."""


@dataclass(frozen=True, slots=True)
class Environment:
    """On what a run was trained."""

    python: str
    tensorflow: str
    keras: str
    fmnist_tui: str
    machine: str
    """Processor, cores and system; never the machine's name."""


@dataclass(frozen=True, slots=True)
class Run:
    """One training of a recipe with one seed."""

    id: str
    experiment: str
    recipe: Recipe
    seed: int
    status: Status
    started: datetime
    """When training began, with its time zone."""
    seconds: float
    """How long it took, from the first step of building to the last figure."""
    parameters: int
    """How many weights the network holds, output included."""
    curves: Curves
    test: Metrics | None = None
    """The test set under the weights of the last epoch; None where training failed."""
    confusion: tuple[tuple[int, ...], ...] | None = None
    """Test images by true class (row) and predicted class (column)."""
    best: Metrics | None = None
    """The test set under the weights of `curves.best_epoch`; None where that is the last, or they were not kept."""
    environment: Environment | None = None
    reason: str | None = None
    """Why a run did not finish, in a sentence."""
    note: str | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named recipe, with how many repeats it should have."""

    name: str
    architecture: Architecture
    training: Hyperparameters = field(default_factory=Hyperparameters)
    dataset: DatasetName | None = None
    """The dataset it is meant for; None for whichever is at hand."""
    repeats: int = 1
    """How many runs it should have: seeds 0 to repeats - 1."""
    published: Metrics | None = None
    """The test figures that somebody else printed for it."""
    section: str | None = None
    """The heading a report puts it under."""
    hypothesis: str | None = None
    """What a person expects of it, written down before it is trained."""
    note: str | None = None
    starred: bool = False
    baseline: bool = False
    """Whether the others are compared with it; of several that say so the first counts."""

    def recipe(self, dataset: DatasetName) -> Recipe:
        """Return its recipe, on its own dataset if it names one, else on the one given."""
        return Recipe(self.architecture, self.training, self.dataset or dataset)
