from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import activation_argument, argument
from fmnist_tui.lab.layers.l2 import kernel_regularizer, l2_argument
from fmnist_tui.lab.layers.layer import KerasCall, Layer, Shape
from fmnist_tui.lab.parameters import IntRange


@dataclass(frozen=True, slots=True)
class Dense(Layer):
    units: int = argument(IntRange(1, 65_536), 64, "how many outputs it has")
    activation: str = activation_argument()
    l2: float = l2_argument()

    name = "dense"
    letter = "d"
    pattern = r"(?:dense)?(?P<units>\d+)"
    example = "64"
    grammar = (
        ("64  dense64", "dense, 64 units, ReLU"),
        ("64:tanh", "the same with another activation; conv32x3:gelu"),
        ("64:l2=0.0001", "the same with a penalty on its weights; conv too"),
    )
    filter_words = ("dense",)
    takes = "vector"
    gives = "vector"
    seeded = "kernel_initializer"
    explanation = Explanation(
        "dense: every unit sees every input",
        (
            "y = f(x·W + b), f the activation",
            "Shape: n → units. Weights: (n + 1)·units, a bias for each unit.",
            "Takes a vector; an image needs flatten above it.",
            "Initial W: uniform within ± √(6 / (n + units)), b: 0.",
            "More units can tell more apart, and cost and overfit more.",
        ),
        "Rumelhart et al. 1986, Nature 323; Glorot & Bengio 2010, AISTATS",
    )

    def _output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        return {"kernel": (shape[-1], self.units), "bias": (self.units,)}

    def multiply_adds(self, shape: Shape) -> int:
        return shape[-1] * self.units

    @property
    def width(self) -> int:
        return self.units

    def keras(self) -> KerasCall:
        return KerasCall("layers.Dense", (self.units,), {"activation": self.activation, **kernel_regularizer(self.l2)})

    def written(self, *, bare: bool) -> str:
        return f"{'' if bare else 'dense'}{self.units}"
