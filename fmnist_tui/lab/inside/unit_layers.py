"""The layers of a network that have units: each output of a dense layer, or each filter of a convolution."""

from dataclasses import dataclass

from fmnist_tui.lab.layers import (
    CLASSES,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    LayerNormalization,
)
from fmnist_tui.lab.records.architecture import Architecture

_KEEPS_UNITS = (Activation, BatchNormalization, LayerNormalization, Dropout)
"""Layers whose outputs belong to the same units as their inputs."""


@dataclass(frozen=True, slots=True)
class UnitLayer:
    place: int
    """Its index among the layers; that of the output is their number."""
    layer: Layer
    units: int
    fires_after: int
    """The layer whose output is the unit's: itself, or an activation that follows it."""
    next_place: int | None
    """The next layer with units, or the output; None if this is the output."""

    @property
    def is_output(self) -> bool:
        return self.next_place is None

    @property
    def is_convolution(self) -> bool:
        return isinstance(self.layer, Conv2D)


def unit_layers(architecture: Architecture) -> tuple[UnitLayer, ...]:
    """Return the layers with units in their order, the output last."""
    layers = (*architecture.layers, output_layer())
    widths = {place: layer.width for place, layer in enumerate(layers) if layer.width is not None}
    places = list(widths)
    found = []
    for place, following in zip(places, [*places[1:], None], strict=True):
        fires_after = place
        for later in range(place + 1, place + 1 if following is None else following):
            if not isinstance(layers[later], _KEEPS_UNITS):
                break
            if isinstance(layers[later], Activation):
                fires_after = later
        found.append(UnitLayer(place, layers[place], widths[place], fires_after, following))
    return tuple(found)


def output_layer() -> Dense:
    """Return the output layer, which gives scores: softmax makes probabilities of them."""
    return Dense(CLASSES, "linear")
