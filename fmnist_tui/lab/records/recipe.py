from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.parameters import Choice, FloatRange, IntRange, check_parameters, parameter, specs
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import FASHION_MNIST, DatasetName, facts_of

OPTIMIZERS: dict[str, float] = {
    "adam": 0.001,
    "adamw": 0.001,
    "nadam": 0.001,
    "adamax": 0.001,
    "rmsprop": 0.001,
    "adagrad": 0.001,
    "lion": 0.001,
    "sgd": 0.01,
    "momentum": 0.01,
    "nesterov": 0.01,
}
"""Optimizers and their Keras default learning rates; the last two are SGD with momentum 0.9."""


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """The defaults are the lab report's."""

    optimizer: str = parameter(Choice(tuple(OPTIMIZERS)), "adam")
    learning_rate: float = parameter(FloatRange(1e-7, 10.0, 0.0), 0.001)
    batch_size: int = parameter(IntRange(1, 60_000), 64)
    epochs: int = parameter(IntRange(1, 10_000), 10)
    validation_fraction: float = parameter(FloatRange(0.0, 0.9, 0.05), 0.2)
    """Fraction of the training images held out; 0 for none."""
    split_seed: int = parameter(IntRange(0, 2**32 - 1), 42)
    """The `random_state` of scikit-learn's `train_test_split`."""
    patience: int = parameter(IntRange(0, 10_000), 0)
    """Epochs without a better validation loss before training stops early; 0 disables this."""

    def __post_init__(self) -> None:
        check_parameters(self)

    @property
    def early_stopping(self) -> int:
        """The effective patience: 0 if no images are held out."""
        return self.patience if self.validation_fraction else 0

    def as_record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name, _ in specs(self)}


def validation_images(images: int, validation_fraction: float) -> int:
    """Return how many of the training images are held out, rounded up as scikit-learn's `train_test_split` does."""
    return ceil(validation_fraction * images)


HYPERPARAMETERS = tuple(name for name, _ in specs(Hyperparameters))


def hyperparameters(**given: Any) -> Hyperparameters:
    """Ignore values that are None; the learning rate defaults to the optimizer's."""
    given = {name: value for name, value in given.items() if value is not None}
    if "learning_rate" not in given and given.get("optimizer") in OPTIMIZERS:
        given["learning_rate"] = OPTIMIZERS[given["optimizer"]]
    return Hyperparameters(**given)


@dataclass(frozen=True, slots=True)
class Recipe:
    architecture: Architecture
    training: Hyperparameters = Hyperparameters()
    dataset: DatasetName = FASHION_MNIST

    @property
    def classes(self) -> Classes:
        return facts_of(self.dataset).classes

    def on(self, dataset: DatasetName) -> "Recipe":
        return replace(self, dataset=dataset)
