"""Random measurements that are the same on every machine and under every NumPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


class Draws:
    """A seeded source of numbers for `n` pictures at once.

    Only the raw stream of PCG64 is used, which NumPy promises to keep (NEP 19); the streams of
    `Generator.uniform` and its like may change from one NumPy to the next.
    """

    def __init__(self, *key: int, n: int) -> None:
        self.n = n
        self._stream = np.random.PCG64(np.random.SeedSequence(key))

    def order(self) -> npt.NDArray[np.intp]:
        """A random order of 0 … n−1."""
        return np.argsort(self._stream.random_raw(self.n), kind="stable")

    def uniform(self, low: float, high: float) -> Floats:
        """Shape (n,), evenly between `low` and `high`."""
        return low + (high - low) * self._unit()

    def middling(self, low: float, high: float) -> Floats:
        """Shape (n,), between `low` and `high` and mostly near the middle: the mean of two even draws."""
        return low + (high - low) * (0.5 * (self._unit() + self._unit()))

    def chance(self, probability: float) -> Flags:
        """Shape (n,), true with that probability."""
        return self._unit() < probability

    def whole(self, low: int, high: int) -> npt.NDArray[np.int32]:
        """Shape (n,), whole numbers from `low` to `high`, both included."""
        raw = self._stream.random_raw(self.n) >> np.uint64(32)
        return (low + ((raw * np.uint64(high - low + 1)) >> np.uint64(32)).astype(np.int64)).astype(np.int32)

    def grain(self, *shape: int) -> Floats:
        """Shape (n, *shape), evenly between −1 and 1 in 256 steps."""
        count = self.n * int(np.prod(shape))
        words = self._stream.random_raw(-(-count // 8)).astype("<u8")
        octets = words.view(np.uint8)[:count].reshape(self.n, *shape)
        return octets.astype(np.float32) * (2 / 255) - 1

    def _unit(self) -> Floats:
        return (self._stream.random_raw(self.n) >> np.uint64(40)).astype(np.float32) * 2.0**-24
