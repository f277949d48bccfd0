"""The arguments of layers: what each may be, how it is shown, and how a shorthand writes it."""

from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.parameters import Choice, Spec, Value

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


@dataclass(frozen=True, slots=True)
class Argument:
    """What is known of an argument beside its name."""

    spec: Spec
    """Its range."""
    default: Value
    meaning: str
    """What it decides, in a few words, for the editor's help."""
    label: str = ""
    """Stands before its value in words: `stride 2`."""
    short_label: str = ""
    """Stands before its value in the editor's narrow rows: `s2`."""
    square: bool = False
    """Whether 3 is shown as 3×3."""
    optional: bool = False
    """Whether its default is left out in words."""
    suffix: Literal["word", "named"] | None = None
    """How a shorthand writes it behind the layer: `:tanh`, `:l2=0.0001`, or not at all."""
    explanation: Explanation | None = None

    def text(self, value: Value) -> str:
        """Return a value as words show it."""
        if self.square:
            return f"{value}×{value}"
        return f"{value:g}" if isinstance(value, float) else str(value)


def argument(spec: Spec, default: Value, meaning: str, **more: Any) -> Any:
    """Return the dataclass field of a layer's argument; `more` are the other parts of `Argument`."""
    about = Argument(spec, default, meaning, **more)
    return field(default=default, metadata={"spec": spec, "argument": about})


def activation_argument() -> Any:
    """Return the field `activation` of a layer with weights."""
    return argument(Choice(ACTIVATIONS), "relu", "the function that each output goes through", suffix="word")


@lru_cache
def arguments(kind: type) -> tuple[tuple[str, Argument], ...]:
    """Return the name of each argument of a kind of layer, and what is known of it, in order."""
    return tuple((each.name, each.metadata["argument"]) for each in fields(kind) if "argument" in each.metadata)


def digits(value: float) -> str:
    """Return a number above or equal to 0 with every digit, never with an exponent or as -0."""
    return f"{Decimal(str(abs(value))).normalize():f}"
