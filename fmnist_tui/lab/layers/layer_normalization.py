from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall, Layer, Shape


@dataclass(frozen=True, slots=True)
class LayerNormalization(Layer):
    name = "layer normalization"
    short_name = "layer norm"
    letter = "l"
    pattern = "ln|layernorm"
    example = "ln"
    grammar = (("ln", "layer normalization"),)
    filter_words = ("layernorm", "ln")
    explanation = Explanation(
        "layer normalization: each example to a common scale",
        (
            "y = γ·(x − μ) / √(σ² + 0.001) + β",
            "μ, σ²: over the features of one example; in an image, over the",
            "channels of one pixel. The same in training and after it.",
            "Shape unchanged. 2·channels weights: γ and β.",
            "Where batches are too small for batch normalization.",
        ),
        "Ba, Kiros & Hinton 2016 (arXiv:1607.06450)",
    )

    def weights(self, shape: Shape) -> dict[str, Shape]:
        return dict.fromkeys(("gamma", "beta"), shape[-1:])

    def keras(self) -> KerasCall:
        return KerasCall("layers.LayerNormalization")
