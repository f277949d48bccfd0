"""The layer kinds, each a value with its shape rule and parameter count.

Shapes leave out the batch: an image is (height, width, channels), a vector is (features,).
The rules are those of the Keras layers of the same names with `data_format="channels_last"`;
tests build the same layers in Keras and compare.
"""

from dataclasses import dataclass
from math import prod

from fmnist_tui.lab.parameters import Choice, Real, Whole, check_parameters, parameter

Shape = tuple[int, ...]

ACTIVATIONS = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "softplus",
    "softsign",
    "linear",
)
"""Keras's names of the activations that a hidden layer may have."""

CLASSES = 10
"""How many classes the output layer tells apart."""


class LayerError(ValueError):
    """A layer that cannot take the shape it is given; the message is a sentence that says how to mend it."""


def shape_text(shape: Shape) -> str:
    """Return a shape as a person writes it: `28×28×1`, `784`."""
    return "×".join(f"{size:,}" for size in shape)


def _need_image(what: str, shape: Shape) -> None:
    if len(shape) != 3:
        raise LayerError(f"{what} needs an image, but gets a vector of {shape_text(shape)}; move it above flatten")


@dataclass(frozen=True, slots=True)
class Dense:
    """A fully connected layer: `activation(x · W + b)`."""

    units: int = parameter(Whole(1, 65_536), 64)
    activation: str = parameter(Choice(ACTIVATIONS), "relu")

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (units,) for a vector; LayerError for an image."""
        if len(shape) != 1:
            raise LayerError(f"dense needs a vector, but gets {shape_text(shape)}; put flatten above it")
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """Return the weights and biases: (inputs + 1) · units."""
        return (shape[-1] + 1) * self.units


@dataclass(frozen=True, slots=True)
class Conv2D:
    """A two-dimensional convolution over an image."""

    filters: int = parameter(Whole(1, 4_096), 32)
    kernel: int = parameter(Whole(1, 28), 3)
    padding: str = parameter(Choice(("valid", "same")), "valid")
    stride: int = parameter(Whole(1, 28), 1)
    activation: str = parameter(Choice(ACTIVATIONS), "relu")

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height', width', filters); LayerError for a vector or an image smaller than the kernel."""
        _need_image("conv2d", shape)
        height, width, _ = shape
        if self.padding == "same":
            return (-(-height // self.stride), -(-width // self.stride), self.filters)
        small = min(height, width)
        if self.kernel > small:
            raise LayerError(
                f"its kernel of {self.kernel} is larger than its input of {height}×{width}; "
                f"use {small} or less, or padding same"
            )
        return (
            (height - self.kernel) // self.stride + 1,
            (width - self.kernel) // self.stride + 1,
            self.filters,
        )

    def parameters(self, shape: Shape) -> int:
        """Return the weights and biases: (kernel² · channels + 1) · filters."""
        return (self.kernel**2 * shape[-1] + 1) * self.filters


def _pooled(pool: int, shape: Shape, what: str) -> Shape:
    _need_image(what, shape)
    height, width, channels = shape
    small = min(height, width)
    if pool > small:
        raise LayerError(f"its window of {pool} is larger than its input of {height}×{width}; use {small} or less")
    return (height // pool, width // pool, channels)


@dataclass(frozen=True, slots=True)
class MaxPooling:
    """The largest value of each window of `pool` × `pool`; windows do not overlap."""

    pool: int = parameter(Whole(1, 999), 2)

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height // pool, width // pool, channels); LayerError for a vector or a small image."""
        return _pooled(self.pool, shape, "max pooling")

    def parameters(self, shape: Shape) -> int:
        """Return 0: pooling learns nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class AveragePooling:
    """The mean of each window of `pool` × `pool`; windows do not overlap."""

    pool: int = parameter(Whole(1, 999), 2)

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height // pool, width // pool, channels); LayerError for a vector or a small image."""
        return _pooled(self.pool, shape, "average pooling")

    def parameters(self, shape: Shape) -> int:
        """Return 0: pooling learns nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling:
    """The mean of each channel over the whole image."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return (channels,); LayerError for a vector."""
        _need_image("global average pooling", shape)
        return (shape[-1],)

    def parameters(self, shape: Shape) -> int:
        """Return 0: pooling learns nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class Flatten:
    """An image laid out as a vector."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height · width · channels,)."""
        return (prod(shape),)

    def parameters(self, shape: Shape) -> int:
        """Return 0: flattening learns nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class Dropout:
    """A random `rate` of the values set to 0 in training, the others scaled by 1 / (1 - rate)."""

    rate: float = parameter(Real(0.0, 0.99, 0.05), 0.5)

    def __post_init__(self) -> None:
        check_parameters(self)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape it is given."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Return 0: dropout learns nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class BatchNormalization:
    """Each feature or channel brought to mean 0 and variance 1 over the batch, then scaled and shifted."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape it is given."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Return gamma, beta, moving mean and moving variance of the last axis: 4 · channels."""
        return 4 * shape[-1]


@dataclass(frozen=True, slots=True)
class LayerNormalization:
    """Each example brought to mean 0 and variance 1 over its last axis, then scaled and shifted."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape it is given."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Return gamma and beta of the last axis: 2 · channels."""
        return 2 * shape[-1]


Layer = (
    Dense
    | Conv2D
    | MaxPooling
    | AveragePooling
    | GlobalAveragePooling
    | Flatten
    | Dropout
    | BatchNormalization
    | LayerNormalization
)

KINDS: dict[type[Layer], str] = {
    Dense: "dense",
    Conv2D: "conv2d",
    MaxPooling: "max pooling",
    AveragePooling: "average pooling",
    GlobalAveragePooling: "global average pooling",
    Flatten: "flatten",
    Dropout: "dropout",
    BatchNormalization: "batch normalization",
    LayerNormalization: "layer normalization",
}
"""The kinds, in the order a menu shows them, with the names that a person reads."""


def describe(layer: Layer) -> str:
    """Return a layer in words: `dense 64 relu`, `conv2d 32 3×3 same stride 2 relu`, `dropout 0.5`."""
    kind = KINDS[type(layer)]
    match layer:
        case Dense(units, activation):
            return f"{kind} {units} {activation}"
        case Conv2D(filters, kernel, padding, stride, activation):
            same = " same" if padding == "same" else ""
            strided = f" stride {stride}" if stride > 1 else ""
            return f"{kind} {filters} {kernel}×{kernel}{same}{strided} {activation}"
        case MaxPooling(pool) | AveragePooling(pool):
            return f"{kind} {pool}×{pool}"
        case Dropout(rate):
            return f"{kind} {rate:g}"
        case _:
            return kind
