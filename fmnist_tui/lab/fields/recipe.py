from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.layers import ACTIVATIONS, KINDS, Dropout, activation_of
from fmnist_tui.lab.records.architecture import Architecture, ArchitectureError
from fmnist_tui.lab.records.dataset import DATASETS, name_of
from fmnist_tui.lab.records.recipe import OPTIMIZERS
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import shorthand


def _of_network(of: Callable[[Architecture], Any]) -> Callable[[Group], Any]:
    """Cache a reader: filters call it for every group at every keystroke."""
    kept = lru_cache(maxsize=20_000)(of)
    return lambda group: kept(group.recipe.architecture)


def _parameters(network: Architecture) -> int | None:
    try:
        return network.parameters
    except ArchitectureError:
        return None


def _width(network: Architecture) -> int | None:
    return max((layer.width for layer in network.layers if layer.width is not None), default=None)


def _has(network: Architecture) -> tuple[str, ...]:
    return tuple({word: None for layer in network.layers for word in layer.filter_words})


def _activations(network: Architecture) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(activation_of, network.layers))))


def _dropout(network: Architecture) -> tuple[float, ...]:
    return tuple(layer.rate for layer in network.layers if isinstance(layer, Dropout)) or (0.0,)


LAYERS = Field(
    key="layers",
    title="layers",
    help="its architecture as shorthand, such as 64-32",
    of_group=_of_network(shorthand),
    kind="text",
    name="architecture",
    aliases=("shorthand",),
)
PARAMETERS = Field(
    key="params",
    title="params",
    help="how many weights the network has",
    whole=True,
    example="params<60k",
    of_group=_of_network(_parameters),
    of_run=lambda run: run.parameters,
    unit="weights",
    name="parameters",
    measured=True,
    width=9,
)

NETWORK: tuple[Field, ...] = (
    LAYERS,
    Field(
        key="has",
        title="has",
        help="a kind of layer that it has",
        example="has=conv2d",
        of_group=_of_network(_has),
        kind="text",
        aliases=("kind",),
        options=tuple(word for kind in KINDS for word in kind.filter_words),
    ),
    Field(
        key="activation",
        title="activation",
        help="an activation of a hidden layer",
        of_group=_of_network(_activations),
        kind="text",
        options=ACTIVATIONS,
    ),
    PARAMETERS,
    Field(
        key="depth",
        title="depth",
        help="hidden dense and convolution layers",
        whole=True,
        of_group=_of_network(lambda network: network.depth),
        unit="layers",
    ),
    Field(
        key="width",
        title="width",
        help="units or filters of its widest layer",
        whole=True,
        of_group=_of_network(_width),
        unit="units",
    ),
    Field(
        key="dropout",
        title="dropout",
        help="the rate of a dropout layer, 0 where there is none",
        of_group=_of_network(_dropout),
        unit="part of 1",
    ),
)


def _training(name: str) -> Callable[[Group], Any]:
    return lambda group: getattr(group.recipe.training, name)


def _epochs(run: Run) -> str:
    trained, planned = run.curves.epochs, run.recipe.training.epochs
    return str(trained) if trained == planned else f"{trained}/{planned}"


EPOCHS = Field(
    key="epochs",
    title="epochs",
    heading="ep",
    help="epochs that the recipe asks for; of a run those trained",
    whole=True,
    of_group=_training("epochs"),
    of_run=lambda run: run.curves.epochs,
    run_text=_epochs,
    unit="epochs",
    width=5,
)
DATASET = Field(
    key="dataset",
    title="dataset",
    help="what it is trained on",
    of_group=lambda group: name_of(group.recipe.dataset),
    kind="text",
    aliases=("data",),
    options=DATASETS,
    more_options=True,
    width=13,
)

HYPERPARAMETERS: tuple[Field, ...] = (
    Field(
        key="optimizer",
        title="optimizer",
        help="how the weights are updated",
        of_group=_training("optimizer"),
        kind="text",
        options=tuple(OPTIMIZERS),
        width=10,
    ),
    Field(
        key="lr",
        title="learning rate",
        heading="rate",
        help="the learning rate",
        example="lr<=1e-3",
        of_group=_training("learning_rate"),
        name="learning_rate",
        width=6,
    ),
    Field(
        key="batch",
        title="batch size",
        heading="batch",
        help="images per step",
        whole=True,
        of_group=_training("batch_size"),
        unit="images",
        name="batch_size",
    ),
    EPOCHS,
    Field(
        key="held_out",
        title="held out",
        help="the part held out for validation",
        of_group=_training("validation_fraction"),
        unit="part of 1",
        name="validation_fraction",
        aliases=("split",),
    ),
    Field(
        key="split_seed",
        title="split seed",
        help="the seed that decides which images are held out",
        whole=True,
        of_group=_training("split_seed"),
    ),
    Field(
        key="patience",
        title="patience",
        help="epochs without improvement before it stops early, 0 for never",
        whole=True,
        of_group=_training("patience"),
        unit="epochs",
    ),
)

TRAINING: tuple[Field, ...] = (*HYPERPARAMETERS, DATASET)
