from dataclasses import dataclass
from math import prod

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall, Layer, Shape


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    name = "flatten"
    letter = "f"
    pattern = "flat(?:ten)?"
    example = "flatten"
    grammar = (("flatten", "image to vector; the first dense brings its own"),)
    filter_words = ("flatten",)
    gives = "vector"
    dense_in_full = True
    computes = False
    explanation = Explanation(
        "flatten: an image laid out as a vector",
        (
            "Shape: height×width×channels → height·width·channels,",
            "28×28×1 → 784: row after row, the same numbers. No weights.",
            "Needed once, before the first dense layer. What follows no longer",
            "knows which pixels were neighbours; convolutions go above it.",
        ),
        "Keras documentation, Flatten layer",
    )

    def _output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def keras(self) -> KerasCall:
        return KerasCall("layers.Flatten")
