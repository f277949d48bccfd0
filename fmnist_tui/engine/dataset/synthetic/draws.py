"""Random measurements that are the same on every machine and under every NumPy."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class Draws:
    """A seeded source of measurements for `n` reports at once; every draw is new.

    Only the raw stream of PCG64 is used, which NumPy promises to keep (NEP 19); the streams of
    `Generator.uniform` and its like may change from one NumPy to the next.
    """

    def __init__(self, *key: int, n: int) -> None:
        self.n = n
        self._generator = np.random.PCG64(np.random.SeedSequence(key))

    def uniform(self, low: float, high: float) -> Floats:
        """Shape (n,), evenly between `low` and `high`."""
        return low + (high - low) * self._unit()

    def middling(self, low: float, high: float) -> Floats:
        """Shape (n,), between `low` and `high`, mostly near the middle: the mean of two even draws."""
        return low + (high - low) * (0.5 * (self._unit() + self._unit()))

    def chance(self, probability: float) -> Flags:
        """Shape (n,), true with that probability."""
        return self._unit() < probability

    def whole(self, low: int, high: int) -> Integers:
        """Shape (n,), whole numbers from `low` to `high`, both included."""
        steps = self._words(self.n) >> np.uint64(32)
        return low + ((steps * np.uint64(high - low + 1)) >> np.uint64(32)).astype(np.int64)

    def grain(self, *shape: int) -> Floats:
        """Shape (n, *shape), evenly between −1 and 1 in 256 steps."""
        count = self.n * math.prod(shape)
        octets = self._words(-(-count // 8)).astype("<u8").view(np.uint8)[:count]
        return octets.reshape(self.n, *shape).astype(np.float32) * (2 / 255) - 1

    def order(self) -> npt.NDArray[np.intp]:
        """Shape (n,), the numbers 0 … n−1 in a random order."""
        return np.argsort(self._words(self.n), kind="stable")

    def _unit(self) -> Floats:
        # 24 bits are as many as a float32 holds exactly.
        return (self._words(self.n) >> np.uint64(40)).astype(np.float32) * 2.0**-24

    def _words(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._generator.random_raw(count), np.uint64)


def either(flags: Flags, yes: Floats | float, no: Floats | float) -> Floats:
    """Shape (n,), `yes` where the flag is true and `no` elsewhere."""
    return np.where(flags, np.asarray(yes, np.float32), np.asarray(no, np.float32))
