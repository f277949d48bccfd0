from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import ACTIVATIONS, argument
from fmnist_tui.lab.layers.layer import KerasCall, Layer
from fmnist_tui.lab.parameters import Choice

_OPTIONS = tuple(each for each in ACTIVATIONS if each != "linear")  # has no effect


@dataclass(frozen=True, slots=True)
class Activation(Layer):
    activation: str = argument(Choice(_OPTIONS), "relu", "the function that each value goes through")

    name = "activation"
    letter = "a"
    pattern = f"(?P<activation>{'|'.join(_OPTIONS)})"
    example = "relu"
    grammar = (("relu", "an activation alone: conv6x5same:linear-bn-relu"),)
    filter_words = ("activation",)
    explanation = Explanation(
        "activation: a function of each value on its own",
        (
            "y = f(x), f the activation; shape unchanged, no weights.",
            "As a layer of its own it may stand behind a normalization:",
            "conv6x5same:linear-bn-relu normalizes before it cuts off.",
            "The layer before it is then linear, else two follow each other.",
        ),
        "Ioffe & Szegedy 2015, ICML (arXiv:1502.03167), § 3.2",
    )

    def keras(self) -> KerasCall:
        return KerasCall("layers.Activation", (self.activation,))

    def written(self, *, bare: bool) -> str:
        return self.activation
