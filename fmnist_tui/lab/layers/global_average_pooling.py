from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall, Layer, Shape


@dataclass(frozen=True, slots=True)
class GlobalAveragePooling(Layer):
    name = "global average pooling"
    short_name = "global avg pool"
    letter = "g"
    pattern = "gap"
    example = "gap"
    grammar = (("gap", "global average pooling"),)
    filter_words = ("gap",)
    takes = "image"
    gives = "vector"
    explanation = Explanation(
        "global average pooling: one number a channel",
        (
            "y[c] = mean of channel c over the whole image",
            "Shape: height×width×channels → channels. No weights.",
            "In place of flatten after convolutions: far fewer weights follow,",
            "at the price of forgetting where in the image a feature was.",
        ),
        "Lin, Chen & Yan 2014, ICLR (arXiv:1312.4400)",
    )

    def _output_shape(self, shape: Shape) -> Shape:
        return (shape[-1],)

    def keras(self) -> KerasCall:
        return KerasCall("layers.GlobalAveragePooling2D")
