from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall, Layer, Shape


@dataclass(frozen=True, slots=True)
class BatchNormalization(Layer):
    name = "batch normalization"
    short_name = "batch norm"
    letter = "b"
    pattern = "bn|batchnorm"
    example = "bn"
    grammar = (("bn", "batch normalization"),)
    filter_words = ("batchnorm", "bn")
    explanation = Explanation(
        "batch normalization: each feature to a common scale",
        (
            "y = γ·(x − μ) / √(σ² + 0.001) + β, for each feature or channel",
            "μ, σ²: in training the batch's; otherwise moving means,",
            "each step 0.99·old + 0.01·new. γ and β are learned.",
            "Shape unchanged. 4·channels numbers: γ, β, moving μ and σ².",
            "Lets deep networks train faster and at higher learning rates;",
            "poor with very small batches.",
        ),
        "Ioffe & Szegedy 2015, ICML (arXiv:1502.03167)",
    )

    def weights(self, shape: Shape) -> dict[str, Shape]:
        return dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), shape[-1:])

    def untrained_parameters(self, shape: Shape) -> int:
        """Count the moving means and variances."""
        return 2 * shape[-1]

    def keras(self) -> KerasCall:
        return KerasCall("layers.BatchNormalization")
