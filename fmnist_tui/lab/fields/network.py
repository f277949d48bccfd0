"""Fields that follow from the architecture alone."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.layers import ACTIVATIONS, KINDS, Dropout, activation_of
from fmnist_tui.lab.records.architecture import Architecture, ArchitectureError
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
