"""What every kind of layer says of itself.

Shapes leave out the batch: an image is (height, width, channels), a vector is (features,). The rules
are those of the Keras layers with `data_format="channels_last"`; tests build the same layers in Keras
and compare.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Union

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import arguments, digits
from fmnist_tui.lab.parameters import check_parameters

Shape = tuple[int, ...]

CLASSES = 10
"""How many classes the output layer tells apart."""


class LayerError(ValueError):
    """A layer that cannot take the shape it is given; the message is a sentence that says how to mend it."""


def shape_text(shape: Shape) -> str:
    """Return a shape as a person writes it: `28×28×1`, `784`."""
    return "×".join(f"{size:,}" for size in shape)


@dataclass(frozen=True, slots=True)
class KerasCall:
    """The call that makes something of Keras: the engine makes it, a script writes it."""

    name: str
    """Where it is in `keras`: `layers.Dense`."""
    positional: tuple[int | float | str, ...] = ()
    named: Mapping[str, Union[int, float, str, "KerasCall"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer(ABC):
    """One hidden layer: its kind is its class, its fields are its arguments.

    Raises:
        ParameterError: an argument out of its range.
    """

    name: ClassVar[str]
    """The kind, as a person reads it: `max pooling`."""
    letter: ClassVar[str]
    """Its key in the editor's menu."""
    pattern: ClassVar[str]
    """A regular expression of its shorthand in lower case; a named group gives the argument of that name."""
    example: ClassVar[str]
    """Its shorthand with usual arguments; of a kind without arguments, its shorthand."""
    grammar: ClassVar[tuple[tuple[str, str], ...]]
    """Its lines of the grammar: what is written, and what it means."""
    filter_words: ClassVar[tuple[str, ...]]
    """What a filter's `has` calls it."""
    explanation: ClassVar[Explanation]

    short_name: ClassVar[str] = ""
    """The name in a narrow column, where it is another."""
    takes: ClassVar[Literal["image", "vector", "any"]] = "any"
    gives: ClassVar[Literal["vector", "same"]] = "same"
    """What its output is: a vector, or as its input an image or a vector."""
    dense_in_full: ClassVar[bool] = False
    """Whether a shorthand with such a layer writes `dense64`, not 64 alone."""
    computes: ClassVar[bool] = True
    """Whether its output is another array than its input, which takes time and memory."""
    fast_with_xla: ClassVar[bool] = True
    """Whether XLA trains it on a processor as fast as TensorFlow's own kernels, or faster."""
    seeded: ClassVar[Literal["kernel_initializer", "seed"] | None] = None
    """The argument of its Keras layer that draws random numbers: the engine gives it Glorot's uniform, or the seed."""

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of what it makes of an input of this shape; LayerError for what it cannot take."""
        if self.takes == "image" and len(shape) != 3:
            raise LayerError(
                f"{self.name} needs an image, but gets a vector of {shape_text(shape)}; move it above flatten"
            )
        if self.takes == "vector" and len(shape) != 1:
            raise LayerError(f"{self.name} needs a vector, but gets {shape_text(shape)}; put flatten above it")
        return self._output_shape(shape)

    def _output_shape(self, shape: Shape) -> Shape:
        """Return the output shape for an input that it takes; LayerError for one of a wrong size."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Return how many weights it holds for an input of this shape, trained or not."""
        return 0

    def untrained_parameters(self, shape: Shape) -> int:
        """Return how many of its weights have no gradient."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """Return the multiply-adds of its weights with one input of this shape."""
        return 0

    @property
    def width(self) -> int | None:
        """Its units or filters, if it is one of the layers that the depth of a network counts."""
        return None

    @abstractmethod
    def keras(self) -> KerasCall:
        """Return the call that makes its Keras layer, without a name or a seed."""

    def written(self, *, bare: bool) -> str:
        """Return its shorthand without suffixes; `bare` writes a dense layer as its number alone."""
        return self.example

    def token(self, *, bare: bool = False) -> str:
        """Return its shorthand; `bare` writes a dense layer as its number alone."""
        token = self.written(bare=bare)
        for name, about in arguments(type(self)):
            value = getattr(self, name)
            if about.suffix and value != about.default:
                text = digits(value) if isinstance(value, float) else str(value)
                token += f":{text}" if about.suffix == "word" else f":{name}={text}"
        return token


def describe(layer: Layer) -> str:
    """Return a layer in words: `dense 64 relu`, `conv2d 32 3×3 same stride 2 relu`, `dropout 0.5`."""
    words = [layer.name]
    for name, about in arguments(type(layer)):
        value = getattr(layer, name)
        if not about.optional or value != about.default:
            words.append(about.label + about.text(value))
    return " ".join(words)


def activation_of(layer: Layer) -> str | None:
    """Return the activation of a layer that has one."""
    value: str | None = getattr(layer, "activation", None)
    return value
