from dataclasses import dataclass

from fmnist_tui.lab.layers.arguments import argument
from fmnist_tui.lab.layers.layer import Layer, LayerError, Shape
from fmnist_tui.lab.parameters import IntRange


@dataclass(frozen=True, slots=True)
class Pooling(Layer):
    """Pooling over non-overlapping windows of `pool` × `pool`."""

    pool: int = argument(IntRange(1, 999), 2, "the side of a window, in pixels", square=True)

    takes = "image"
    dense_in_full = True

    def _output_shape(self, shape: Shape) -> Shape:
        """Return (height // pool, width // pool, channels); LayerError if the image is smaller than a window."""
        height, width, channels = shape
        small = min(height, width)
        if self.pool > small:
            raise LayerError(
                f"its window of {self.pool} is larger than its input of {height}×{width}; use {small} or less"
            )
        return (height // self.pool, width // self.pool, channels)
