"""The base class of all layer kinds.

Shapes omit the batch: an image is (height, width, channels), a vector is (features,).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import ClassVar, Literal, Union

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import arguments, digits
from fmnist_tui.lab.parameters import check_parameters

Shape = tuple[int, ...]

CLASSES = 10


class LayerError(ValueError):
    """A layer that cannot take its input shape; the message says how to fix it."""


def shape_text(shape: Shape) -> str:
    """Return `28×28×1`."""
    return "×".join(f"{size:,}" for size in shape)


@dataclass(frozen=True, slots=True)
class KerasCall:
    """A constructor call, to be executed by the engine or written in a script."""

    name: str
    """Its path in `keras`: `layers.Dense`."""
    positional: tuple[int | float | str, ...] = ()
    named: Mapping[str, Union[int, float, str, "KerasCall"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer(ABC):
    """The class is a kind of layer, its fields are the arguments; ParameterError if one is out of range."""

    name: ClassVar[str]
    """The kind as displayed: `max pooling`."""
    letter: ClassVar[str]
    """Its key in the editor's menu."""
    pattern: ClassVar[str]
    """Regular expression of its lower-case shorthand; named groups are arguments."""
    example: ClassVar[str]
    """Shorthand with typical arguments."""
    grammar: ClassVar[tuple[tuple[str, str], ...]]
    """Lines of the grammar: (shorthand, meaning)."""
    filter_words: ClassVar[tuple[str, ...]]
    """Its names in the filter's `has`."""
    explanation: ClassVar[Explanation]

    short_name: ClassVar[str] = ""
    takes: ClassVar[Literal["image", "vector", "any"]] = "any"
    gives: ClassVar[Literal["vector", "same"]] = "same"
    """Its output: always a vector, or an image or vector like its input."""
    dense_in_full: ClassVar[bool] = False
    """Whether a shorthand containing this layer writes `dense64` instead of `64`."""
    computes: ClassVar[bool] = True
    """Whether its output is a new array, which takes time and memory."""
    fast_with_xla: ClassVar[bool] = True
    """Whether XLA trains it on a CPU at least as fast as TensorFlow's own kernels."""
    seeded: ClassVar[Literal["kernel_initializer", "seed"] | None] = None
    """The random argument of its Keras layer: the engine sets Glorot uniform, or the seed."""

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        if self.takes == "image" and len(shape) != 3:
            raise LayerError(
                f"{self.name} needs an image, but gets a vector of {shape_text(shape)}; move it above flatten"
            )
        if self.takes == "vector" and len(shape) != 1:
            raise LayerError(f"{self.name} needs a vector, but gets {shape_text(shape)}; put flatten above it")
        return self._output_shape(shape)

    def _output_shape(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> Mapping[str, Shape]:
        """Return the shapes of its weights by Keras's names, in Keras's order: those without a gradient last."""
        return {}

    def parameters(self, shape: Shape) -> int:
        return sum(map(prod, self.weights(shape).values()))

    def untrained_parameters(self, shape: Shape) -> int:
        """Return the number of weights without a gradient."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        return 0

    @property
    def width(self) -> int | None:
        """Units or filters of a layer that counts towards the network's depth; else None."""
        return None

    @abstractmethod
    def keras(self) -> KerasCall:
        """Return the call that creates the Keras layer, without name or seed."""

    def written(self, *, bare: bool) -> str:
        """Return the shorthand without suffixes; `bare` writes a dense layer as its number."""
        return self.example

    def token(self, *, bare: bool = False) -> str:
        token = self.written(bare=bare)
        for name, about in arguments(type(self)):
            value = getattr(self, name)
            if about.suffix and value != about.default:
                text = digits(value) if isinstance(value, float) else str(value)
                token += f":{text}" if about.suffix == "word" else f":{name}={text}"
        return token


def describe(layer: Layer) -> str:
    """Return `dense 64 relu`, `conv2d 32 3×3 same stride 2 relu`."""
    words = [layer.name]
    for name, about in arguments(type(layer)):
        value = getattr(layer, name)
        if not about.optional or value != about.default:
            words.append(about.label + about.text(value))
    return " ".join(words)


def activation_of(layer: Layer) -> str | None:
    value: str | None = getattr(layer, "activation", None)
    return value
