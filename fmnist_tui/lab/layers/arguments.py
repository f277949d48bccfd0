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

CUT_OFF = ("relu", "hard_sigmoid")
"""The activations that are exactly 0 up to some input, with a gradient of 0: a unit that stays there learns nothing.

The others are 0 at single inputs at most.
"""


@dataclass(frozen=True, slots=True)
class Argument:
    spec: Spec
    default: Value
    meaning: str
    label: str = ""
    """Text before the value: `stride 2`."""
    short_label: str = ""
    """Text before the value in narrow editor rows: `s2`."""
    square: bool = False
    """Whether 3 is shown as 3×3."""
    optional: bool = False
    """Whether the default is omitted in words."""
    suffix: Literal["word", "named"] | None = None
    """How the shorthand appends it: `:tanh`, `:l2=0.0001`, or not at all."""
    explanation: Explanation | None = None

    def text(self, value: Value) -> str:
        if self.square:
            return f"{value}×{value}"
        return f"{value:g}" if isinstance(value, float) else str(value)


def argument(spec: Spec, default: Value, meaning: str, **more: Any) -> Any:
    about = Argument(spec, default, meaning, **more)
    return field(default=default, metadata={"spec": spec, "argument": about})


def activation_argument() -> Any:
    return argument(Choice(ACTIVATIONS), "relu", "the function that each output goes through", suffix="word")


@lru_cache
def arguments(kind: type) -> tuple[tuple[str, Argument], ...]:
    return tuple((each.name, each.metadata["argument"]) for each in fields(kind) if "argument" in each.metadata)


def digits(value: float) -> str:
    """Write a number of 0 or more with all its digits, without an exponent or -0."""
    return f"{Decimal(str(abs(value))).normalize():f}"
