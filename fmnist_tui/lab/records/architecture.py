"""An architecture: the layers between the input and the output, with the shapes they give.

Fashion-MNIST's image goes in as 28×28×1; the output is always `Dense(10, softmax)` and is not
among the layers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.layers import CLASSES, Dense, Flatten, Layer, LayerError, Shape, describe, shape_text

INPUT_SHAPE: Shape = (28, 28, 1)
"""The shape of one image: height, width, channels."""


class ArchitectureError(UserError, ValueError):
    """An architecture that cannot be built; the message names the layer and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One layer in its place: what it makes of its input, or why it cannot."""

    label: str
    """The layer in words."""
    shape: Shape | None
    """The output shape, without the batch; None after a layer that cannot work."""
    parameters: int | None
    """How many weights it holds, trained or not; None after a layer that cannot work."""
    problem: str | None = None
    """A sentence that says why this layer cannot work and how to mend it."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The hidden layers, in order."""

    layers: tuple[Layer, ...] = ()

    def stages(self) -> tuple[Stage, ...]:
        """Return a stage for each layer and one more for the output."""
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
        """The first thing that cannot work, with its layer named, or None."""
        return _problem(self.stages())

    @property
    def parameters(self) -> int:
        """How many weights the network holds, output included; ArchitectureError where it cannot be built."""
        return sum(stage.parameters or 0 for stage in self._sound_stages())

    @property
    def depth(self) -> int:
        """How many hidden layers have weights that mix their inputs: dense and convolution."""
        return sum(layer.width is not None for layer in self.layers)

    def check(self) -> None:
        """Raise ArchitectureError where the network cannot be built."""
        self._sound_stages()

    def _sound_stages(self) -> tuple[Stage, ...]:
        """Return the stages; ArchitectureError where one of them cannot work."""
        stages = self.stages()
        if problem := _problem(stages):
            raise ArchitectureError(problem)
        return stages

    def flattened(self) -> "Architecture":
        """Return the architecture with a flatten where an image would meet its first dense layer or the output."""
        for position, layer in enumerate(self.layers):
            if layer.takes == "vector":
                return Architecture((*self.layers[:position], Flatten(), *self.layers[position:]))
            if layer.gives == "vector":
                return self
        return Architecture((*self.layers, Flatten()))


def _problem(stages: tuple[Stage, ...]) -> str | None:
    """Return the first problem of some stages, the output's last, with its layer named."""
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
    """Return flatten and one dense ReLU layer for each width: the lab report's kind of network."""
    return Architecture((Flatten(), *(Dense(width) for width in widths)))
