from dataclasses import dataclass

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import argument, digits
from fmnist_tui.lab.layers.layer import KerasCall, Layer
from fmnist_tui.lab.parameters import FloatRange


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    rate: float = argument(FloatRange(0.0, 0.99, 0.05), 0.5, "the probability that a value is set to 0")

    name = "dropout"
    letter = "o"
    pattern = r"drop(?:out)?(?P<rate>\d*\.?\d+)"
    example = "drop0.5"
    grammar = (("drop0.5", "dropout of half the values"),)
    filter_words = ("dropout", "drop")
    seeded = "seed"
    explanation = Explanation(
        "dropout: some values set to 0 at random",
        (
            "In training, each value: 0 with probability rate,",
            "else x / (1 − rate), so that the mean stays. Otherwise: y = x.",
            "Shape unchanged, no weights. Units cannot rely on single others.",
            "When training accuracy runs away from validation's.",
            "0.2 to 0.5 after dense layers; less after convolutions.",
        ),
        "Srivastava et al. 2014, JMLR 15",
    )

    def keras(self) -> KerasCall:
        return KerasCall("layers.Dropout", (float(self.rate),))

    def written(self, *, bare: bool) -> str:
        return f"drop{digits(self.rate)}"
