from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.layer import KerasCall
from fmnist_tui.lab.layers.pooling import Pooling


@dataclass(frozen=True, slots=True)
class AveragePooling(Pooling):
    name = "average pooling"
    short_name = "avg pool"
    letter = "v"
    pattern = r"avgpool(?P<pool>\d+)"
    example = "avgpool2"
    grammar = (("avgpool2", "average pooling over 2×2"),)
    filter_words = ("avgpool",)
    explanation = Explanation(
        "average pooling: the mean of each window",
        (
            "y = mean of each pool×pool window of each channel; none overlap.",
            "Side: ⌊n / pool⌋; rows and columns left over are dropped.",
            "No weights. Softer than max: one strong value is thinned out.",
            "To make an image smaller; before the first layer it blurs.",
        ),
        "LeCun et al. 1998, Proceedings of the IEEE 86",
    )

    def keras(self) -> KerasCall:
        return KerasCall("layers.AveragePooling2D", (self.pool,))

    def written(self, *, bare: bool) -> str:
        return f"avgpool{self.pool}"
