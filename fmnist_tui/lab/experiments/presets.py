"""Recipes to start from."""

from dataclasses import dataclass

from fmnist_tui.lab.experiments.published import published_experiments
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import DatasetName, Hyperparameters, Recipe, hyperparameters
from fmnist_tui.lab.records.run import Experiment
from fmnist_tui.lab.records.shorthand import parse_buildable


@dataclass(frozen=True, slots=True)
class Preset:
    """A named recipe without a dataset."""

    name: str
    about: str
    architecture: Architecture
    training: Hyperparameters

    def recipe(self, dataset: DatasetName) -> Recipe:
        return Recipe(self.architecture, self.training, dataset)


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            "linear",
            "no hidden layer, softmax regression: the baseline that every other network must beat",
            parse_buildable("linear"),
            Hyperparameters(),
        ),
        Preset(
            "small convolutional net",
            "the layers of Keras's example Simple MNIST convnet: fewer weights than one dense layer of 64",
            parse_buildable("conv32x3-pool2-conv64x3-pool2-flatten-drop0.5"),
            hyperparameters(batch_size=128, epochs=15),
        ),
        Preset(
            "regularised MLP",
            "gelu, batch normalization, dropout, adamw; stops by itself when validation stops improving",
            parse_buildable("256:gelu-bn-drop0.3-128:gelu-bn-drop0.3"),
            hyperparameters(optimizer="adamw", batch_size=128, epochs=60, patience=6),
        ),
        *map(_published, published_experiments()),
    )


def _published(plan: Experiment) -> Preset:
    about = f"{plan.section} · {plan.note}" if plan.note else f"the report's {plan.section}"
    return Preset(plan.name, about, plan.architecture, plan.training)
