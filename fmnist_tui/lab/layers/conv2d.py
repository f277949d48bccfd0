from dataclasses import dataclass
from math import prod

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import activation_argument, argument
from fmnist_tui.lab.layers.l2 import kernel_regularizer, l2_argument
from fmnist_tui.lab.layers.layer import KerasCall, Layer, LayerError, Shape
from fmnist_tui.lab.parameters import Choice, IntRange


@dataclass(frozen=True, slots=True)
class Conv2D(Layer):
    filters: int = argument(IntRange(1, 4_096), 32, "how many channels it puts out, each by a filter of its own")
    kernel: int = argument(IntRange(1, 28), 3, "the side of the window that a filter sees, in pixels", square=True)
    padding: str = argument(
        Choice(("valid", "same")), "valid", "valid: the window stays inside; same: zeros around", optional=True
    )
    stride: int = argument(
        IntRange(1, 28),
        1,
        "how far the window moves from one output to the next, in pixels",
        label="stride ",
        short_label="s",
        optional=True,
    )
    activation: str = activation_argument()
    l2: float = l2_argument()

    name = "conv2d"
    letter = "c"
    pattern = r"conv(?:2d)?(?P<filters>\d+)x(?P<kernel>\d+)(?P<padding>same)?(?:/(?P<stride>\d+))?"
    example = "conv32x3"
    grammar = (
        ("conv32x3", "convolution, 32 filters of 3×3"),
        ("conv32x3same/2", "the same, padded, in strides of 2"),
    )
    filter_words = ("conv2d", "conv")
    takes = "image"
    dense_in_full = True
    fast_with_xla = False  # four times slower than TensorFlow's own
    seeded = "kernel_initializer"
    explanation = Explanation(
        "conv2d: the same small filters over the whole image",
        (
            "y[i, j, f] = act(b[f] + Σ window of k×k×channels · filter f)",
            "Side of an image n, valid: ⌊(n − k) / stride⌋ + 1.",
            "Same (padded with zeros): ⌈n / stride⌉. Channels: filters.",
            "Weights: (k²·channels + 1)·filters, whatever the image's size.",
            "For images: what it learns in one place it knows in all.",
            "Two or three of them, 3×3, with pooling between, is a good start.",
        ),
        "LeCun et al. 1998, Proceedings of the IEEE 86",
    )

    def _output_shape(self, shape: Shape) -> Shape:
        """Return (height', width', filters); LayerError if the image is smaller than the kernel."""
        height, width, _ = shape
        if self.padding == "same":
            return (-(-height // self.stride), -(-width // self.stride), self.filters)
        small = min(height, width)
        if self.kernel > small:
            raise LayerError(
                f"its kernel of {self.kernel} is larger than its input of {height}×{width}; "
                f"use {small} or less, or padding same"
            )
        return ((height - self.kernel) // self.stride + 1, (width - self.kernel) // self.stride + 1, self.filters)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        return {"kernel": (self.kernel, self.kernel, shape[-1], self.filters), "bias": (self.filters,)}

    def multiply_adds(self, shape: Shape) -> int:
        """Count also those with the padding's zeros."""
        return prod(self.output_shape(shape)) * self.kernel**2 * shape[-1]

    @property
    def width(self) -> int:
        return self.filters

    def keras(self) -> KerasCall:
        return KerasCall(
            "layers.Conv2D",
            (self.filters, self.kernel),
            {
                **({"strides": self.stride} if self.stride > 1 else {}),
                **({"padding": self.padding} if self.padding == "same" else {}),
                "activation": self.activation,
                **kernel_regularizer(self.l2),
            },
        )

    def written(self, *, bare: bool) -> str:
        """Return `conv32x3same/2`, without default values."""
        same = "same" if self.padding == "same" else ""
        strided = f"/{self.stride}" if self.stride > 1 else ""
        return f"conv{self.filters}x{self.kernel}{same}{strided}"
