"""An architecture as text, both ways: `64-32-16`, `conv32x3-pool2-flatten-dense128-drop0.5`."""

import re
from collections.abc import Callable
from decimal import Decimal
from textwrap import fill

from fmnist_tui.lab.architecture import Architecture
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.layers import (
    ACTIVATIONS,
    AveragePooling,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
)
from fmnist_tui.lab.parameters import Choice, ParameterError, shown

GRAMMAR = """\
An architecture is its hidden layers, input to output, joined by '-'.

  64  dense64          dense, 64 units, ReLU
  64:tanh              the same with another activation; conv32x3:gelu
  conv32x3             convolution, 32 filters of 3×3
  conv32x3same/2       the same, padded, in strides of 2
  pool2  avgpool2      max or average pooling over 2×2
  gap                  global average pooling
  flatten              image to vector; the first dense brings its own
  drop0.5              dropout of half the values
  bn  ln               batch or layer normalization
  linear               no hidden layer: the baseline, alone

{activations}
The output, 10 units with softmax, is always there and is not written.
Examples: 64-32-16   128:gelu-drop0.3   conv32x3-pool2-128-drop0.5
""".format(activations=fill(f"Activations: {', '.join(ACTIVATIONS)}.", 71))
"""The grammar, as `--help` and the README print it."""

LONGEST = 2_000
"""Characters that a shorthand may have."""


class ShorthandError(Mendable, ValueError):
    """Text that is not an architecture: what is wrong, and from which character to which."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


_TOKENS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Layer]], ...] = tuple(
    (re.compile(pattern, re.ASCII), make)
    for pattern, make in (
        (r"(?:dense)?(\d+)", lambda m: Dense(int(m[1]))),
        (
            r"conv(?:2d)?(\d+)x(\d+)(same)?(?:/(\d+))?",
            lambda m: Conv2D(int(m[1]), int(m[2]), m[3] or "valid", int(m[4] or "1")),
        ),
        (r"(?:max)?pool(\d+)", lambda m: MaxPooling(int(m[1]))),
        (r"avgpool(\d+)", lambda m: AveragePooling(int(m[1]))),
        (r"gap", lambda m: GlobalAveragePooling()),
        (r"flat(?:ten)?", lambda m: Flatten()),
        (r"drop(?:out)?(\d*\.?\d+)", lambda m: Dropout(float(m[1]))),
        (r"bn|batchnorm", lambda m: BatchNormalization()),
        (r"ln|layernorm", lambda m: LayerNormalization()),
    )
)


def parse(text: str) -> Architecture:
    """Return the architecture that a shorthand writes, with the flatten it may leave out.

    Raises:
        ShorthandError: text that is not a shorthand. Shapes are not looked at:
            `Architecture.problem` says what cannot be built.
    """
    if len(text) > LONGEST:
        raise ShorthandError(f"an architecture of {len(text):,} characters is too long", LONGEST, len(text))
    if text.strip().lower() == "linear":
        return Architecture((Flatten(),))
    if not text.strip():
        raise ShorthandError("no architecture: write its layers, such as 64-32, or linear for none", 0, len(text))
    layers: list[Layer] = []
    start = 0
    for number, word in enumerate(text.split("-"), 1):
        end = start + len(word)
        try:
            layers.append(_layer(word.strip().lower()))
        except ValueError as error:
            raise ShorthandError(f"layer {number}, {shown(word.strip())}: {error}", start, end) from None
        start = end + 1
    return Architecture(tuple(layers)).flattened()


def parse_buildable(text: str) -> Architecture:
    """Return the architecture that a shorthand writes, sure to be buildable.

    Raises:
        ShorthandError: text that is not a shorthand.
        ArchitectureError: a network that cannot be built.
    """
    architecture = parse(text)
    architecture.check()
    return architecture


def shorthand(architecture: Architecture) -> str:
    """Return the architecture as text; `parse` gives it back with any missing flatten put in."""
    layers = architecture.layers
    if layers == (Flatten(),):
        return "linear"
    if layers[:1] == (Flatten(),) and isinstance(layers[1], Dense):
        layers = layers[1:]
    bare = all(not isinstance(layer, Conv2D | MaxPooling | AveragePooling | Flatten) for layer in layers)
    return "-".join(token(layer, bare=bare) for layer in layers)


def token(layer: Layer, *, bare: bool = False) -> str:
    """Return one layer as shorthand; `bare` writes a dense layer as its number alone."""
    match layer:
        case Dense(units, activation):
            return f"{'' if bare else 'dense'}{units}{_suffix(activation)}"
        case Conv2D(filters, kernel, padding, stride, activation):
            same = "same" if padding == "same" else ""
            strided = f"/{stride}" if stride > 1 else ""
            return f"conv{filters}x{kernel}{same}{strided}{_suffix(activation)}"
        case MaxPooling(pool):
            return f"pool{pool}"
        case AveragePooling(pool):
            return f"avgpool{pool}"
        case GlobalAveragePooling():
            return "gap"
        case Flatten():
            return "flatten"
        case Dropout(rate):
            return f"drop{Decimal(str(abs(rate))).normalize():f}"  # every digit, never an exponent or -0
        case BatchNormalization():
            return "bn"
        case LayerNormalization():
            return "ln"


def _suffix(activation: str) -> str:
    return "" if activation == "relu" else f":{activation}"


def _layer(word: str) -> Layer:
    head, colon, activation = word.partition(":")
    for pattern, make in _TOKENS:
        if match := pattern.fullmatch(head):
            layer = make(match)
            return _activated(layer, activation) if colon else layer
    if head == "linear":
        raise ParameterError("linear means no hidden layer and stands alone")
    if not word:
        raise ParameterError("an empty layer; write one between two '-'")
    if head in ACTIVATIONS:
        raise ParameterError(
            f"an activation belongs to its layer, so write it there, such as 64:{head} or conv32x3:{head}"
        )
    raise ParameterError("no such layer; write 64, conv32x3, pool2, avgpool2, gap, flatten, drop0.5, bn or ln")


def _activated(layer: Layer, activation: str) -> Layer:
    name = Choice(ACTIVATIONS).read("activation", activation)
    match layer:
        case Dense(units):
            return Dense(units, name)
        case Conv2D(filters, kernel, padding, stride):
            return Conv2D(filters, kernel, padding, stride, name)
        case _:
            raise ParameterError("only dense and conv layers have an activation")
