from fmnist_tui.lab.layers.activation import Activation
from fmnist_tui.lab.layers.arguments import ACTIVATIONS, CUT_OFF, Argument, arguments
from fmnist_tui.lab.layers.average_pooling import AveragePooling
from fmnist_tui.lab.layers.batch_normalization import BatchNormalization
from fmnist_tui.lab.layers.conv2d import Conv2D
from fmnist_tui.lab.layers.dense import Dense
from fmnist_tui.lab.layers.dropout import Dropout
from fmnist_tui.lab.layers.flatten import Flatten
from fmnist_tui.lab.layers.global_average_pooling import GlobalAveragePooling
from fmnist_tui.lab.layers.l2 import has_penalty
from fmnist_tui.lab.layers.layer import (
    CLASSES,
    KerasCall,
    Layer,
    LayerError,
    Shape,
    activation_of,
    describe,
    shape_text,
)
from fmnist_tui.lab.layers.layer_normalization import LayerNormalization
from fmnist_tui.lab.layers.max_pooling import MaxPooling

KINDS: tuple[type[Layer], ...] = (
    Dense,
    Conv2D,
    MaxPooling,
    AveragePooling,
    GlobalAveragePooling,
    Flatten,
    Dropout,
    BatchNormalization,
    LayerNormalization,
    Activation,
)
"""In menu order."""

__all__ = [
    "ACTIVATIONS",
    "CLASSES",
    "CUT_OFF",
    "KINDS",
    "Activation",
    "Argument",
    "AveragePooling",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling",
    "KerasCall",
    "Layer",
    "LayerError",
    "LayerNormalization",
    "MaxPooling",
    "Shape",
    "activation_of",
    "arguments",
    "describe",
    "has_penalty",
    "shape_text",
]
