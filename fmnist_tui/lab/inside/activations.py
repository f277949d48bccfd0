"""The activations in NumPy, by Keras's names and with Keras's constants."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
"""Shape (n, …): of n images, channels or units last."""


def _elu(x: Values) -> Values:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _softplus(x: Values) -> Values:
    return np.logaddexp(x, np.float32(0))


def _sigmoid(x: Values) -> Values:
    from scipy.special import expit  # SciPy's special functions take as long to import as NumPy

    return np.asarray(expit(x))


def _gelu(x: Values) -> Values:
    from scipy.special import erf

    return np.asarray(x * ((1 + erf(x / np.float32(2**0.5))) / 2))


def softmax(x: Values) -> Values:
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


FUNCTIONS: Mapping[str, Callable[[Values], Values]] = {
    "relu": lambda x: np.maximum(x, np.float32(0)),
    "leaky_relu": lambda x: np.where(x >= 0, x, np.float32(0.2) * x),
    "elu": _elu,
    "selu": lambda x: np.float32(1.05070098) * np.where(x > 0, x, np.float32(1.67326324) * _elu(x)),
    "gelu": _gelu,
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / np.float32(6),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "linear": lambda x: x,
    "softmax": softmax,
}
