"""The layers between the input, a 28×28×1 image, and the output, always `Dense(10, softmax)`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.layers import (
    CLASSES,
    CUT_OFF,
    Dense,
    Flatten,
    Layer,
    LayerError,
    Shape,
    activation_of,
    describe,
    shape_text,
)

INPUT_SHAPE: Shape = (28, 28, 1)
"""Height, width, channels."""


class ArchitectureError(UserError, ValueError):
    pass


class Stage(NamedTuple):
    label: str
    shape: Shape | None
    """The output shape without the batch; None from the first invalid layer on."""
    parameters: int | None
    """Number of weights, trainable or not; None from the first invalid layer on."""
    problem: str | None = None
    """Why this layer does not fit and how to fix it."""


@dataclass(frozen=True, slots=True)
class Architecture:
    layers: tuple[Layer, ...] = ()

    def stages(self) -> tuple[Stage, ...]:
        stages: list[Stage] = []
        shape: Shape | None = INPUT_SHAPE
        for layer in self.layers:
            stages.append(_stage(layer, shape))
            shape = stages[-1].shape
        output = f"dense {CLASSES} softmax"
        if shape is not None and len(shape) != 1:
            problem = f"the output needs a vector, but gets {shape_text(shape)}; add flatten"
            return (*stages, Stage(output, None, None, problem))
        return (
            *stages,
            Stage(output, (CLASSES,), (shape[0] + 1) * CLASSES) if shape else Stage(output, None, None),
        )

    @property
    def problem(self) -> str | None:
        return _problem(self.stages())

    @property
    def parameters(self) -> int:
        """Number of weights, output included; ArchitectureError if the network cannot be built."""
        return sum(stage.parameters or 0 for stage in self._sound_stages())

    def weights(self) -> tuple[Mapping[str, Shape], ...]:
        """Return the shapes of each layer's weights by name, the output's last; ArchitectureError as `parameters`."""
        shapes = (INPUT_SHAPE, *(stage.shape for stage in self._sound_stages() if stage.shape))
        return tuple(layer.weights(shape) for layer, shape in zip((*self.layers, Dense(CLASSES)), shapes, strict=False))

    @property
    def depth(self) -> int:
        """Number of hidden dense and convolution layers."""
        return sum(layer.width is not None for layer in self.layers)

    def cut_off_layers(self) -> tuple[tuple[int, Stage], ...]:
        """Return the layers, counted from 0, whose units can give 0 for every image and then learn nothing.

        Dense layers and convolutions with such an activation, and such an activation behind one of them. A unit is
        one output of the last axis: of a convolution a filter.
        """
        found: list[tuple[int, Stage]] = []
        width = None
        for place, (layer, stage) in enumerate(zip(self.layers, self.stages(), strict=False)):
            width = layer.width or width
            if stage.shape and activation_of(layer) in CUT_OFF and stage.shape[-1] == width:
                found.append((place, stage))
        return tuple(found)

    def check(self) -> None:
        self._sound_stages()

    def _sound_stages(self) -> tuple[Stage, ...]:
        stages = self.stages()
        if problem := _problem(stages):
            raise ArchitectureError(problem)
        return stages

    def flattened(self) -> "Architecture":
        """Add the missing flatten before the first dense layer or the output."""
        for position, layer in enumerate(self.layers):
            if layer.takes == "vector":
                return Architecture((*self.layers[:position], Flatten(), *self.layers[position:]))
            if layer.gives == "vector":
                return self
        return Architecture((*self.layers, Flatten()))


def _problem(stages: tuple[Stage, ...]) -> str | None:
    for number, stage in enumerate(stages, 1):
        if stage.problem:
            place = "output" if number == len(stages) else f"layer {number} ({stage.label})"
            return f"{place}: {stage.problem}"
    return None


def _stage(layer: Layer, shape: Shape | None) -> Stage:
    if shape is None:
        return Stage(describe(layer), None, None)
    try:
        output = layer.output_shape(shape)
    except LayerError as error:
        return Stage(describe(layer), None, None, str(error))
    return Stage(describe(layer), output, layer.parameters(shape))


def mlp(widths: Iterable[int]) -> Architecture:
    return Architecture((Flatten(), *(Dense(width) for width in widths)))
