from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall
from fmnist_tui.lab.layers.pooling import Pooling


@dataclass(frozen=True, slots=True)
class MaxPooling(Pooling):
    name = "max pooling"
    short_name = "max pool"
    letter = "p"
    pattern = r"(?:max)?pool(?P<pool>\d+)"
    example = "pool2"
    grammar = (("pool2", "max pooling over 2×2"),)
    filter_words = ("pool", "maxpool")
    explanation = Explanation(
        "max pooling: the largest value of each window",
        (
            "y = max of each pool×pool window of each channel; none overlap.",
            "Side: ⌊n / pool⌋; rows and columns left over are dropped.",
            "No weights. A feature may move a little and is still seen.",
            "After a convolution: a quarter of the values at pool 2.",
        ),
        "Scherer, Müller & Behnke 2010, ICANN",
    )

    def keras(self) -> KerasCall:
        return KerasCall("layers.MaxPooling2D", (self.pool,))

    def written(self, *, bare: bool) -> str:
        return f"pool{self.pool}"
