"""A layer's name, and what the pictures of its units leave out."""

from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.inside.unit_pictures import dense_layers_of, seen_shape
from fmnist_tui.lab.layers import describe
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.runs.weights import LayerWeights


def layer_name(layer: UnitLayer) -> str:
    return "the output" if layer.is_output else describe(layer.layer)


def left_out_words(architecture: Architecture, weights: LayerWeights, layer: UnitLayer) -> str:
    """Return nothing where a picture is the unit's own weights for the pixels."""
    layers = dense_layers_of(weights, layer)
    rows, columns, channels = seen_shape(architecture, weights, layer)
    if layer.is_convolution:
        return "" if channels == 1 else f"summed over {channels} channels: leaves out which of them it looks at"
    words = []
    if layers > 1:
        words.append(f"weights of {layers} layers multiplied: leaves out what activations cut off")
    if (rows, columns) == (1, 1):
        words.append("a global average leaves no places to show")
    elif (rows, columns, channels) != INPUT_SHAPE:
        summed = f", their {channels} channels summed" if channels > 1 else ""
        words.append(f"{rows} × {columns} places of the layer before the flattening{summed}")
    return "; ".join(words)
